"""One run from config.json to its end: locks the folder, walks through the phases, records how it ended."""
import os
import signal
import sys
import tempfile
import time

from . import VERSION, archive, tree, wave
from .config import LaunchError, Stopped, parse_config
from .detect import detect
from .environment import EnvironmentCache
from .fetch import open_bundle, without_password
from .files import FileLock, read_small, remove_tree, replace_file
from .log import Echo, LogWriter, Messages
from .processes import WINDOWS
from .progress import PortTaken, ProgressServer
from .runner import TICK_SECONDS, Runner
from .state import State
from .supervise import Supervisor
from .waiting import wait_for


def run(folder, raw):
    """Runs the bundle of a run folder to its end; the process's exit status."""
    try:
        config = parse_config(raw)
    except ValueError as error:
        sys.stderr.write("%s\n" % error)
        return 2
    lock = FileLock(os.path.join(folder, "lock"))
    if not _acquire(lock, os.path.join(folder, "lock")):
        sys.stderr.write("Another launcher already runs in %s.\n" % folder)
        return 3
    end_leftovers(folder)
    launcher = Launcher(folder, config)
    try:
        reason = launcher.run()
    except LaunchError as error:
        reason = error
    except Exception as error:  # pylint: disable=broad-except
        import traceback

        launcher.messages.plain(traceback.format_exc().rstrip())
        reason = LaunchError("start-failed", "The launcher failed: %r." % error, "Its log has the details.")
    launcher.end(reason)
    return 0 if isinstance(reason, Stopped) else 1


class Launcher(Runner):
    """What all phases share: config, log, state, children and the queue of what happens."""

    def __init__(self, folder, config):
        self.folder = folder
        self.config = config
        self.log = LogWriter(os.path.join(folder, "log"), config.segment_bytes, config.total_bytes)
        self.echo = Echo()
        super().__init__(self.log, self.echo if config.echo else None)
        self.messages = Messages(self.log, self.echo)
        self.state = State(folder, _facts(config))
        # Asked to stop, and how often: the second time is an order.
        self.stops = 0
        self._looked = 0.0
        self._identity = _identity(folder)
        self._stop_file = os.path.join(folder, "stop")
        _remove(self._stop_file)
        self._pids = []
        self._progress = None
        for name in ("SIGTERM", "SIGINT", "SIGHUP", "SIGBREAK"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._on_signal)

    def run(self):
        """All phases; returns or raises the LaunchError that ended the run."""
        config = self.config
        self.messages.plain("Run of %s %s started" % (config.name, config.app_version))
        self.state.enter("fetching")
        self._say_configuration()
        self._open_progress()
        file = open_bundle(config.url, config.sha256, self.folder, self.check_stop, self.state.percent)
        with file:
            self.state.enter("unpacking")
            archive.unpack(file, config.app_root, self.check_stop, self.state.percent)
        self.state.enter("installing")
        environment = self._environment()
        _link(environment.root, config.venv_root)
        self.state.add_fact("environment", config.venv_root or environment.root)
        style = detect(config.app_root, config.module, environment.site_packages)
        self.state.enter("starting")
        return self._serve(environment, style)

    def _environment(self):
        config = self.config
        if config.environment:
            return wait_for(config.environment, self)
        return EnvironmentCache(config.env_cache, dict(os.environ), config.constraints, self).obtain(config.app_root)

    def say(self, message, **fields):
        self.messages.say(message, **fields)

    def on_percent(self, value):
        self.state.percent(value)

    def check_stop(self):
        """Raises Stopped when asked to stop, by signal, by the stop file, or by the folder having gone."""
        now = time.monotonic()
        if now - self._looked >= TICK_SECONDS:
            self._looked = now
            if os.path.exists(self._stop_file) or _identity(self.folder) != self._identity:
                self.stops += 1
        if self.stops:
            raise Stopped()

    def start(self, name, command, cwd, env, observe=None, streams=("stdout", "stderr")):
        """Starts a child and notes it for a launcher after this one, should this one be killed."""
        child = super().start(name, command, cwd, env, observe, streams)
        self._pids.append([child.pid, tree.started_at(child.pid)])
        try:
            replace_file(_children_file(self.folder), repr((self._identity, self._pids)).encode())
        except OSError:
            pass
        return child

    def close_progress(self):
        if self._progress is not None:
            self._progress.close()
            self._progress = None

    def end(self, reason):
        """Ends what is left and records the reason, last of all."""
        self.children.kill_all()
        self.close_progress()
        level = "info" if isinstance(reason, Stopped) else "error"
        self.messages.say(reason.message, level=level, **{"reason": reason.code})
        if reason.hint:
            self.messages.plain(reason.hint)
        _remove(_children_file(self.folder))
        self.state.enter("ended", exit=reason.as_exit())
        self.log.close()
        self.echo.flush(1)

    def _serve(self, environment, style):
        config = self.config
        base = wave.python_only(os.environ, environment)
        base["PORT"] = str(config.port)
        base.setdefault("HOST", config.host)
        if config.volume_path:
            base["APP_VOLUME"] = config.volume_path
            if config.volume_path != config.volume_mount:
                self.say("volume is elsewhere than in the platform", volume=config.volume_path, mount=config.volume_mount)
        supervisor = Supervisor(self, environment, style)
        if style.kind == "plain":
            return supervisor.serve_plain(base)
        server = wave.find_server(environment, style.sdk)
        self.say("q executable found", executable=server.executable)
        app_port = wave.free_port()
        data = os.path.join(self.folder, "wave")
        os.makedirs(data, exist_ok=True)
        return supervisor.serve_wave(server, wave.server_environment(base, config, data, app_port), app_port)

    def _say_configuration(self):
        config = self.config
        self.say(
            "configuration",
            log_level="info",
            url=without_password(config.url),
            app_root=config.app_root,
            venv_root=config.venv_root or config.env_cache,
            py_module=config.module,
            tmp=tempfile.gettempdir(),
            startup_server=True,
            python=sys.version.split()[0],
            version=VERSION,
        )
        self.say("starting launcher server", port=":%d" % config.port)

    def _open_progress(self):
        config = self.config
        here = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        with open(os.path.join(here, "progress.html"), "rb") as file:
            page = file.read()
        try:
            self._progress = ProgressServer(config.host, config.port, page, self._progress_status)
        except PortTaken:
            raise LaunchError(
                "start-failed", "Port %d is in use by another program." % config.port, "Free it, or start again on another."
            ) from None
        except OSError as error:
            raise LaunchError(
                "start-failed", "Port %d cannot be used: %s." % (config.port, error.strerror or error), "Choose another."
            ) from error

    def _progress_status(self):
        fields = self.state.snapshot()
        status = {"launcher": "q8s", "name": self.config.name, "version": self.config.app_version}
        status.update({key: fields[key] for key in ("phase", "percent") if key in fields})
        return status

    def _on_signal(self, _number, _frame):
        self.stops += 1
        self.events.put(("stop", None))


def _acquire(lock, path):
    try:
        return lock.acquire()
    except OSError:
        # The app can write here, too: nobody holds what is not even a file.
        remove_tree(path)
        return lock.acquire()


def end_leftovers(folder):
    """Ends what a launcher that was killed here left running; nothing of it in a container, which ended whole."""
    path = _children_file(folder)
    try:
        import ast

        identity, pids = ast.literal_eval(read_small(path).decode("ascii"))
        # A copy of the folder notes what the original runs.
        noted = [(int(pid), started) for pid, started in pids] if identity == _identity(folder) else []
    except FileNotFoundError:
        return
    except (OSError, ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
        # The app can write here, too: what it spoilt must not keep it from starting again.
        noted = []
    for pid, started in noted if os.getpid() != 1 and not WINDOWS else []:
        if started is not None and tree.started_at(pid) == started:
            try:
                os.killpg(pid, signal.SIGKILL)
            except OSError:
                pass
    _remove(path)


def _facts(config):
    """What the first lines of the log say of the run, for the host to show."""
    return {"module": config.module, "python": sys.version.split()[0], "appRoot": config.app_root, "launcher": VERSION}


def _children_file(folder):
    return os.path.join(folder, "children")


def _identity(folder):
    try:
        found = os.stat(folder)
        return found.st_dev, found.st_ino
    except OSError:
        return None


def _remove(path):
    try:
        remove_tree(path)
    except OSError:
        pass


def _link(root, shown):
    """Lets the environment be found where the platform has it; only ever replaces a link or an empty folder."""
    if not shown or os.path.realpath(shown) == os.path.realpath(root):
        return
    try:
        # An image made for any user has a link at the fixed place, to one that may be written.
        path = os.path.join(os.path.dirname(shown), os.readlink(shown)) if os.path.islink(shown) else shown
        if os.path.islink(path):
            os.unlink(path)
        elif os.path.isdir(path):
            os.rmdir(path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(root, path)
    except OSError:
        pass
