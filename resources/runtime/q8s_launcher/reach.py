"""Makes an app that is no Wave app reachable at its port: waits for it there, and where it listens elsewhere, passes requests on."""
import os
import re
import socket
import threading
import time

from .forward import Forwarder
from .listening import listeners

# How often sockets are looked at, in seconds: reading them costs little on Linux, and a process elsewhere.
_INTERVAL = 0.25
# What an app opened first may not be its page: a debugger, metrics. Seconds it has to stay alone.
_SETTLED_SECONDS = 3.0
# The right port at another address is the app's page for certain.
_SAME_PORT_SECONDS = 0.5
# After that long without being reachable, the log says what is going on.
_SAY_SECONDS = 10.0
_ANSWER_SECONDS = 2.0
_MAX_SOURCES = 500
_MAX_BYTES = 1 << 20
_READS_PORT = re.compile(rb"""['"]PORT['"]""")
_ANYWHERE = ("0.0.0.0", "::", "")


class Reach:
    """Watches from a thread of its own until `give_up` is set; `on_ready(forwarder or None)` is called once."""

    def __init__(self, launcher, give_up, on_ready):
        self._launcher = launcher
        self._host = launcher.config.host
        self._port = launcher.config.port
        self._app_root = launcher.config.app_root
        self._give_up = give_up
        self._on_ready = on_ready
        threading.Thread(target=self._watch, name="reach", daemon=True).start()

    def _watch(self):
        started = time.monotonic()
        wait = 0.005
        seen = {}
        said = None
        while not self._give_up.is_set():
            if _accepts(_outer_address(self._host), self._port):
                self._on_ready(None)
                return
            now = time.monotonic()
            found = listeners(os.getpid()) if now - started > _SAME_PORT_SECONDS else []
            seen = {address: seen.get(address, now) for address in found}
            target = self._target(seen, now)
            if target and self._forward(target):
                return
            if now - started > _SAY_SECONDS and found != said:
                said = found
                self._say(found)
            self._give_up.wait(wait)
            wait = min(_INTERVAL, wait * 1.5)

    def _target(self, seen, now):
        """The address to pass requests on to, or None while that is not clear."""
        same = [address for address, since in seen.items() if address[1] == self._port and now - since > _SAME_PORT_SECONDS]
        if same:
            return same[0]
        others = [address for address, since in seen.items() if now - since > _SETTLED_SECONDS]
        if not others or self._reads_port():
            return None
        return next((address for address in others if _answers_http(address)), None)

    def _reads_port(self):
        """Whether the app's own code names PORT: then it will open that port itself, in its own time."""
        count = 0
        for folder, folders, names in os.walk(self._app_root):
            folders[:] = [name for name in folders if not name.startswith(".") and name not in ("node_modules", "__pycache__")]
            for name in names:
                if not name.endswith(".py"):
                    continue
                count += 1
                if count > _MAX_SOURCES:
                    return False
                try:
                    with open(os.path.join(folder, name), "rb") as file:
                        if _READS_PORT.search(file.read(_MAX_BYTES)):
                            return True
                except OSError:
                    pass
        return False

    def _forward(self, target):
        forwarder = None
        # Where the app has the port at another address, only an address of its own is left.
        for host in (self._host, _outer_address(self._host)):
            try:
                forwarder = Forwarder(host, self._port, _inner(target))
                break
            except OSError:
                continue
        if forwarder is None:
            return False
        self._launcher.say(
            "the app listens elsewhere than it was asked to: requests are passed on",
            level="warn",
            listens="%s:%d" % target,
            wanted="%s:%d" % (self._host, self._port),
            advice="listen on the address in HOST and the port in PORT",
        )
        self._on_ready(forwarder)
        return True

    def _say(self, found):
        if found:
            self._launcher.say(
                "the app is not at its port yet",
                level="warn",
                listens=", ".join("%s:%d" % address for address in found),
                wanted="%s:%d" % (self._host, self._port),
                advice="listen on the address in HOST and the port in PORT",
            )
        else:
            self._launcher.say(
                "the app listens on no port yet",
                level="warn",
                wanted="%s:%d" % (self._host, self._port),
                advice="listen on the address in HOST and the port in PORT",
            )


def _outer_address(host):
    """The address requests come to: in a container its own, for what listens on 127.0.0.1 there is reached by nobody."""
    if host not in _ANYWHERE:
        return host
    try:
        # Nothing is sent: connecting a datagram socket only chooses the address.
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
    except OSError:
        return "127.0.0.1"


def _inner(address):
    host, port = address
    return ({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)


def _accepts(host, port):
    try:
        socket.create_connection((host, port), timeout=1).close()
        return True
    except OSError:
        return False


def _answers_http(address):
    try:
        with socket.create_connection(_inner(address), timeout=_ANSWER_SECONDS) as connection:
            connection.sendall(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return connection.recv(5) == b"HTTP/"
    except OSError:
        return False
