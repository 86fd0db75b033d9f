"""Waits for the environment that another container builds, and copies its log into this run's log (see build.py)."""
import json
import os
import time

from .build import FAILED, LOCK, LOG, LOG_BYTES, PERCENT
from .config import LaunchError
from .environment import Environment, open_marker
from .files import open_plain, read_small

# Seconds after which a builder that has not begun never will.
_PATIENCE_SECONDS = 60
_LONGEST_LINE = 1 << 20


def wait_for(root, launcher):
    """The Environment at `root`, once it is complete. Raises LaunchError when there will be none, Stopped."""
    folder = os.path.dirname(root)
    log = _Log(os.path.join(folder, LOG, "%012d.log" % 0), launcher.log)
    deadline = time.monotonic() + _PATIENCE_SECONDS
    waited = False
    while True:
        launcher.check_stop()
        # Checked first, so that everything written before its end is read below.
        living = _is_locked(os.path.join(folder, LOCK))
        marker, installed = open_marker(root)
        if marker is not None:
            if waited:
                log.pass_on()
            return Environment(root, installed, (marker,))
        waited = True
        log.pass_on()
        failed = _read(os.path.join(folder, FAILED))
        if failed is not None:
            raise LaunchError(*(_text(failed, name) for name in ("code", "message", "hint")))
        if living is False or (living is None and time.monotonic() > deadline):
            raise LaunchError(
                "install-failed",
                "The installation of the app's requirements was ended from outside.",
                "Where MemoryLimit is small, it may have run out of memory: raise it. Then start it again.",
            )
        percent = _read(os.path.join(folder, PERCENT))
        if isinstance(percent, int):
            launcher.on_percent(percent)
        time.sleep(0.05)


def _is_locked(path):
    """Whether a living builder holds the lock; None where it has not begun."""
    import fcntl

    try:
        fd = open_plain(path)
    except OSError:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        return False
    except OSError:
        return True
    finally:
        os.close(fd)


def _read(path):
    try:
        return json.loads(read_small(path))
    except (OSError, ValueError):
        return None


def _text(fields, name):
    value = fields.get(name) if isinstance(fields, dict) else None
    return value if isinstance(value, str) else None


class _Log:
    """Copies the builder's log, as far as its first segment goes."""

    def __init__(self, path, log):
        self._path = path
        self._log = log
        self._at = 0

    def pass_on(self):
        """Appends the new whole lines."""
        try:
            with os.fdopen(open_plain(self._path), "rb") as file:
                file.seek(self._at)
                new = file.read(LOG_BYTES + _LONGEST_LINE - self._at)
        except (OSError, ValueError):
            return
        whole = new[: new.rfind(b"\n") + 1]
        if whole:
            self._log.append(whole)
            self._at += len(whole)
