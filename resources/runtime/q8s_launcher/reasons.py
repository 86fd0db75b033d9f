"""Why a run ended, in words: from exit statuses, last output and the kernel's counters."""
import re
import time

from .config import LaunchError
from .processes import signal_name

_EXCEPTION = re.compile(r"^(?:[A-Za-z_][\w.]*\.)?[A-Za-z_]\w*(?:Error|Exception|Warning|Exit|Interrupt|NotFound|Failure)?(?::.*)?$")
_UVICORN = re.compile(r"^ERROR:\s+((?:Error loading ASGI app|Could not import|Attribute).*)$", re.MULTILINE)
_NO_MODULE = re.compile(r"^.*python[\d.]*(?:\.exe)?: (No module named .*|Error while finding module .*|.* is a package and cannot be directly executed.*)$", re.MULTILINE)
_MISSING = re.compile(r"No module named '?([\w]+)")

_LOG_HINT = "Its log has the lines before it."


def quantity(size):
    """Bytes as a manifest writes them: 500Mi, 1Gi, 1.5Gi."""
    for unit, name in ((1 << 30, "Gi"), (1 << 20, "Mi"), (1 << 10, "Ki")):
        if size >= unit:
            value = size / unit
            return ("%d" % value if value == int(value) else "%.1f" % value) + name
    return str(size)


def out_of_memory(limit):
    at = " at %s" % quantity(limit) if limit else ""
    return LaunchError(
        "out-of-memory", "Out of memory%s." % at, "Raise MemoryLimit in q-app.toml, or let the app use less."
    )


def app_ended(child, was_ready, style, module):
    """The reason for an app that ended by itself."""
    code, text = child.code, child.tail()
    ended_by = signal_name(code)
    if was_ready:
        how = "was ended by %s" % ended_by if ended_by else "ended by itself with exit status %s" % code
        return LaunchError("app-crashed", "The app %s%s" % (how, _last(text)), _LOG_HINT, _status(code), ended_by)
    if code == 0:
        return LaunchError(
            "exited-without-serving",
            "The app returned, and nothing is serving: %s ended with exit status 0 before it was ready." % module,
            style.hint or "Its module must start something that goes on serving, such as listen() or a web server.",
            0,
        )
    exception = exception_line(text)
    if exception:
        return LaunchError("import-error", exception, _hint_for(exception), _status(code), ended_by)
    if ended_by:
        return LaunchError(
            "app-crashed", "The app was ended by %s before it was ready%s" % (ended_by, _last(text)), _LOG_HINT, None, ended_by
        )
    return LaunchError(
        "start-failed", "The app ended with exit status %s before it was ready%s" % (code, _last(text)), _LOG_HINT, code
    )


def server_ended(child, name):
    """The reason for a Wave server that ended by itself."""
    text = child.tail()
    if "address already in use" in text or "Only one usage of each socket address" in text:
        return LaunchError("start-failed", "The port was taken by another program.", "Start it again.", child.code)
    ended_by = signal_name(child.code)
    how = "was ended by %s" % ended_by if ended_by else "ended with exit status %s" % child.code
    return LaunchError(
        "server-failed", "The server %s %s%s" % (name, how, _last(text)), _LOG_HINT, _status(child.code), ended_by
    )


def exception_line(text):
    """The line that says what was raised, from the last traceback, or from uvicorn or Python about the module."""
    start = text.rfind("Traceback (most recent call last)")
    if start >= 0:
        for line in text[start:].splitlines()[1:]:
            if line and not line[0].isspace() and _EXCEPTION.match(line.strip()):
                return line.strip()
    syntax = re.search(r"^(?:\w*Error): .*$", text, re.MULTILINE)
    for match in (_UVICORN.search(text), _NO_MODULE.search(text)):
        if match:
            return match.group(1)
    return syntax.group(0) if syntax else None


def _hint_for(exception):
    missing = _MISSING.search(exception)
    if missing:
        return "Add what provides %s to requirements.txt, or to the bundle." % missing.group(1)
    return "It was raised while the app started; its log has the traceback."


def _last(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return ". Its last line: %s" % lines[-1][:400] if lines else "."


def _status(code):
    return code if code is not None and code >= 0 else None


# From a kill to the news that what was killed has ended.
_LATELY_SECONDS = 5.0


class KernelKills:
    """Counts the processes the kernel killed for memory in this control group."""

    def __init__(self, clock=time.monotonic):
        self._paths = [path for path in _counter_files() if _read_count(path) is not None]
        self._seen = self._count()
        self._clock = clock
        self._last = None

    def new(self):
        """How many since the last look."""
        now = self._count()
        grown, self._seen = max(0, now - self._seen), now
        if grown:
            self._last = self._clock()
        return grown

    def lately(self):
        """Whether there was one just now, also where another look has found it first."""
        self.new()
        return self._last is not None and self._clock() - self._last <= _LATELY_SECONDS

    def _count(self):
        return sum(_read_count(path) or 0 for path in self._paths)


def _counter_files():
    """memory.events (v2) and memory.oom_control (v1) of this process's own group, as seen in a container or outside."""
    paths = []
    try:
        with open("/proc/self/cgroup", encoding="ascii", errors="replace") as file:
            for line in file.read().splitlines():
                _number, controllers, group = line.split(":", 2)
                if controllers == "":
                    found = ["/sys/fs/cgroup%s/memory.events" % group, "/sys/fs/cgroup/memory.events"]
                elif "memory" in controllers.split(","):
                    found = ["/sys/fs/cgroup/memory%s/memory.oom_control" % group, "/sys/fs/cgroup/memory/memory.oom_control"]
                else:
                    continue
                paths.extend([path for path in found if _read_count(path) is not None][:1])
    except (OSError, ValueError):
        pass
    return paths


def _read_count(path):
    try:
        with open(path, encoding="ascii") as file:
            match = re.search(r"^oom_kill (\d+)", file.read(), re.MULTILINE)
            return int(match.group(1)) if match else None
    except OSError:
        return None
