"""From the start of server and app to their end: readiness, memory, signals, and the reason it ended."""
import os
import queue
import sys
import threading
import time

from . import reasons, tree, wave
from .config import LaunchError, Stopped
from .frameworks import command_of, framework_of, read_module
from .processes import signal_group
from .reach import Reach

_MEMORY_SECONDS = 2.0
_MEMORY_WATCH_SECONDS = 0.5


class Supervisor:
    """One app, with or without a Wave server. `launcher` is main.Launcher."""

    def __init__(self, launcher, environment, style):
        self._launcher = launcher
        self._config = launcher.config
        self._state = launcher.state
        self._environment = environment
        self._style = style
        self._kills = reasons.KernelKills()
        self._app = None
        self._server = None
        self._server_name = None
        self._app_port = 0
        self._start_app = None
        self._routes = set()
        self._was_ready = False
        self._probing = threading.Event()
        self._measured = 0.0
        self._forwarder = None

    def serve_plain(self, env):
        """Runs an app that brings its own server. Returns the LaunchError that ended it."""
        launcher, config = self._launcher, self._config
        command = [self._environment.python, "-m", config.module]
        framework = framework_of(config.module, *read_module(config.app_root, config.module))
        if framework:
            command = command_of(framework, self._environment.python, env.get("HOST", config.host), config.port)
            launcher.say("the app is started by its framework", framework=framework.name, target=framework.target)
        launcher.close_progress()
        self._app = self._start("app", command, config.app_root, dict(env, **wave.framework_settings(config, env)))
        Reach(launcher, self._probing, self._reached)
        return self._watch()

    def _reached(self, forwarder):
        self._forwarder = forwarder
        self._launcher.events.put(("ready", "/"))

    def serve_wave(self, server, env, app_port):
        """Runs the server and, once it listens, the app. Returns the LaunchError that ended one of them."""
        launcher, config = self._launcher, self._config
        command = wave.app_command(self._environment, self._style, config.module, app_port)

        def on_event(kind, fields):
            launcher.events.put(("server", (kind, fields)))

        self._server_name = server.name
        self._app_port = app_port
        self._start_app = lambda: self._start("app", command, config.app_root, env)
        launcher.close_progress()
        self._server = self._start(
            server.name, [server.executable], server.folder, env, wave.watch_events(on_event)
        )
        if wave.waits_for_server(self._environment):
            # The server is there long before the app has been imported.
            self._on_server_event("listen", {})
        return self._watch()

    def _end_reach(self):
        self._probing.set()
        if self._forwarder is not None:
            self._forwarder.close()

    def _once_accepting(self, host, port, route):
        wave.when_accepting(host, port, self._probing, lambda: self._launcher.events.put(("ready", route)))

    def _start(self, name, command, cwd, env, observe=None):
        try:
            return self._launcher.start(name, command, cwd, env, observe)
        except OSError as error:
            code = "server-failed" if name == self._server_name else "start-failed"
            raise LaunchError(code, "%s could not be started: %s." % (command[0], error.strerror or error)) from error

    def _watch(self):
        launcher = self._launcher
        next_tick = time.monotonic() + 0.5
        while True:
            try:
                kind, value = launcher.events.get(timeout=max(0.01, next_tick - time.monotonic()))
            except queue.Empty:
                kind, value = "tick", None
            if time.monotonic() >= next_tick:
                next_tick = time.monotonic() + 0.5
                launcher.children.flush_idle()
                self._watch_memory()
            try:
                launcher.check_stop()
            except Stopped as stopped:
                self._stop()
                return stopped
            if kind == "exit":
                reason = self._reason_for(value)
                if reason is not None:
                    self._end_reach()
                    return reason
            elif kind == "server":
                self._on_server_event(*value)
            elif kind == "ready":
                self._ready(value)

    def _on_server_event(self, kind, fields):
        if kind == "listen" and self._start_app is not None:
            start, self._start_app = self._start_app, None
            self._app = start()
        elif kind in ("app_add", "relay"):
            route = fields.get("route")
            if isinstance(route, str) and route.startswith("/"):
                self._routes.add(route)
                self._once_accepting("127.0.0.1", wave.announced_port(fields) or self._app_port, route)
        elif kind == "app_drop" and fields.get("route") in self._routes:
            self._routes.discard(fields["route"])
            self._launcher.say("the server lost the app", level="warn", route=fields["route"])
            if not self._routes and not self._app.ended.is_set():
                self._state.enter("starting")

    def _ready(self, route):
        if self._state.phase != "ready":
            self._state.enter("ready", route=route, **({} if self._was_ready else {"readyAt": time.time()}))
            self._was_ready = True
            self._launcher.say("app is ready", route=route)

    def _reason_for(self, child):
        """Why the run is over now that a child ended, or None for one that does not matter."""
        if child not in (self._app, self._server):
            return None
        child.drain(0.5)
        if child.code != 0 and self._kills.lately():
            memory = self._config.memory
            return reasons.out_of_memory(memory.limit if memory else None)
        if child is self._app:
            return reasons.app_ended(child, self._was_ready, self._style, self._config.module)
        return reasons.server_ended(child, self._server_name)

    def _watch_memory(self):
        memory = self._config.memory
        now = time.monotonic()
        watched = memory is not None and memory.watch
        if now - self._measured < (_MEMORY_WATCH_SECONDS if watched and sys.platform != "darwin" else _MEMORY_SECONDS) - 0.1:
            return
        self._measured = now
        used = tree.memory_below(os.getpid())
        self._state.memory(used)
        if self._kills.new():
            self._launcher.say("the kernel ended a process of the app: out of memory", level="warn")
        if watched and used > memory.limit:
            self._launcher.say("memory in use is above the limit", level="error", used=used, limit=memory.limit)
            raise reasons.out_of_memory(memory.limit)

    def _stop(self):
        """Asks the app, then the server, to end; what has not by the end of the grace time is killed by the caller."""
        self._end_reach()
        self._state.enter("stopping")
        asked = self._launcher.stops
        deadline = time.monotonic() + self._config.grace_seconds
        for child, seconds_left in ((self._app, 0.5), (self._server, 0.0)):
            if child is None or child.ended.is_set():
                continue
            signal_group(child)
            while not child.ended.wait(0.05):
                if time.monotonic() > deadline - seconds_left or self._launcher.stops > asked:
                    break
            child.drain(0.5)
