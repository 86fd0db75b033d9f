"""state.json: what the host may know of this run, replaced atomically at each change."""
import json
import os
import threading
import time

from .files import replace_file

# A percent alone is written no oftener than this, in seconds.
PERCENT_SECONDS = 0.2


class State:
    """The run as the host sees it. Thread-safe; writing never raises, a full disk is no reason to end an app."""

    def __init__(self, folder, facts):
        self._path = os.path.join(folder, "state.json")
        self._lock = threading.Lock()
        self._written = 0.0
        self._fields = {"version": 1, "phase": "fetching", "pid": os.getpid(), "startedAt": time.time(), "facts": facts}

    @property
    def phase(self):
        return self._fields["phase"]

    def snapshot(self):
        with self._lock:
            return dict(self._fields)

    def enter(self, phase, **fields):
        """A new phase; percent belongs to a phase and goes with it."""
        with self._lock:
            self._fields.pop("percent", None)
            self._fields["phase"] = phase
            self._fields.update(fields)
            self._write(lasting=phase == "ended")

    def add_fact(self, name, value):
        """One more of what the run is made of, written with the next phase."""
        with self._lock:
            self._fields["facts"] = dict(self._fields["facts"], **{name: value})

    def percent(self, value):
        with self._lock:
            self._fields["percent"] = max(0, min(100, round(value)))
            if time.monotonic() - self._written >= PERCENT_SECONDS:
                self._write()

    def memory(self, used):
        """Notes the bytes in use; small changes are not worth a write."""
        with self._lock:
            before = self._fields.get("memoryUsed", 0)
            if abs(used - before) * 50 > before:
                self._fields["memoryUsed"] = used
                self._write()

    def _write(self, lasting=False):
        self._written = time.monotonic()
        content = json.dumps(self._fields).encode()
        try:
            replace_file(self._path, content, lasting)
        except OSError:
            try:
                # No room for a second file: better in place than not at all.
                with open(self._path, "r+b") as file:
                    file.write(content)
                    file.truncate()
            except OSError:
                pass
