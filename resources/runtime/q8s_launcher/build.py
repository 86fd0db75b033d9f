"""Makes an app's environment in a container of its own: `python3 -m q8s_launcher.build key|build`.

Installing requirements runs their code, so they are installed where nothing else can be reached: the host mounts one
folder for one environment at FOLDER, and mounts it read-only for the app. The order comes as one line of JSON on
standard input, with the environment variables of the installers.

`key` prints {"key": …, "alone": …, "text": …, "variables": …}: what decides about the environment's content, whether of the bundle that
is its requirements.txt alone, the SHA-256 of that, and the variables in it. It reads the bundle as data. `build` makes the environment at
`root` in FOLDER and prints its marker. For the launcher that waits, FOLDER also holds:

    building     locked by the living builder
    log/         its output, as in a run folder
    percent      progress, 0 to 100
    failed       why there is no environment, as `exit` in state.json
"""
import hashlib
import json
import os
import sys
import time

from . import archive
from . import requirements as reading
from .building import EnvironmentBuilder
from .config import LaunchError
from .fetch import open_bundle
from .files import FileLock, remove_tree, replace_file
from .log import Echo, LogWriter, Messages
from .runner import Runner

FOLDER = "/resources-cache"
LOCK = "building"
LOG = "log"
PERCENT = "percent"
FAILED = "failed"
# The launcher that waits reads the first segment only.
LOG_BYTES = 8 << 20
# Seconds between two writes of the percent.
_PERCENT_SECONDS = 0.2


def main(act):
    """The exit status."""
    order = json.loads(sys.stdin.buffer.readline())
    os.environ.update(order["env"])
    # Tells the host that its line was read.
    print("begun", flush=True)
    try:
        print(json.dumps(key_of(order) if act == "key" else build(order)))
    except LaunchError as error:
        print(json.dumps({"problem": error.message}))
        return 1
    return 0


def key_of(order):
    app_root = _unpack(order)
    wanted = reading.read_requirements(app_root, os.environ)
    text = None
    if wanted is not None:
        reading.require_variables(wanted)
        with open(wanted.files[0], "rb") as file:
            text = hashlib.sha256(file.read()).hexdigest()
    key = _builder(order, Quiet()).key(wanted, app_root)
    variables = sorted(wanted.variables) if wanted else []
    return {"key": key, "alone": wanted is None or wanted.alone, "text": text, "variables": variables}


def build(order):
    """The content of the new environment's marker. Raises LaunchError, and leaves the reason for the launcher that waits."""
    lock = locked()
    worker = Worker()
    try:
        app_root = _unpack(order)
        wanted = reading.read_requirements(app_root, os.environ)
        # Bundles with the same key share the environment: no other file of this one may influence it.
        reading.keep_only(reading.covered(wanted) if wanted else [], app_root)
        return _builder(order, worker).build(order["root"], wanted, app_root)
    except LaunchError as error:
        _leave(FAILED, json.dumps(error.as_exit()))
        raise
    except OSError as error:
        problem = LaunchError(
            "install-failed",
            "The app's environment could not be made: %s." % (error.strerror or error),
            "Check the space left on the disk.",
        )
        _leave(FAILED, json.dumps(problem.as_exit()))
        raise problem from error
    finally:
        worker.children.kill_all()
        for name in (".uv", ".pip"):
            remove_tree(os.path.join(FOLDER, name))


def locked():
    """The lock of the living builder. The file has its name only once it is locked: unlocked, it means that the builder has ended."""
    path = os.path.join(FOLDER, LOCK)
    lock = FileLock(path + ".new")
    lock.acquire()
    os.replace(path + ".new", path)
    return lock


class Quiet:
    """The tools for computing a key, which runs nothing."""

    def check_stop(self):
        pass


class Worker(Runner):
    """The tools of an EnvironmentBuilder. Leaves log and percent for the launcher that waits."""

    def __init__(self):
        log = LogWriter(os.path.join(FOLDER, LOG), LOG_BYTES, LOG_BYTES)
        super().__init__(log)
        self.say = Messages(log, Echo(0)).say
        self._written = 0.0

    def on_percent(self, value):
        if time.monotonic() - self._written >= _PERCENT_SECONDS:
            self._written = time.monotonic()
            _leave(PERCENT, str(round(value)))


def _builder(order, tools):
    return EnvironmentBuilder(dict(os.environ), order["constraints"], FOLDER, tools)


def _unpack(order):
    app_root = order["appRoot"]
    with open_bundle(order["url"], order["sha256"], FOLDER, lambda: None, lambda _percent: None) as file:
        archive.unpack(file, app_root, lambda: None, lambda _percent: None)
    return app_root


def _leave(name, text):
    try:
        replace_file(os.path.join(FOLDER, name), text.encode())
    except OSError:
        # The disk is full. The launcher that waits sees that the builder ended.
        pass


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
