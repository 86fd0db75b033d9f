"""Lists the environments of a folder that nobody uses now, or removes one: `environments.py list|remove FOLDER [NAME]`.

It goes by the launcher's own locks, so what a running or starting instance uses, or is building, is never touched.
Exit status 3: it is in use.
"""
import json
import os
import re
import stat
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "runtime"))

from q8s_launcher.building import MARKER, size_of  # noqa: E402
from q8s_launcher.files import FileLock, read_small, remove_tree  # noqa: E402

_NAME = re.compile(r"[0-9a-f]{32}")
# One whose removal was broken off.
_GONE = re.compile(r"\.[0-9a-f]{32}\.gone")
_IN_USE = 3
# Seconds after it was taken or built: its user may not hold its lock yet, for locks are not changed in one step.
_SETTLED = 60
# The most environments that are listed: far more than a launcher keeps, and few enough for the reader of the list.
_MOST = 2000
_LONGEST = 100


def main(arguments):
    act, folder = arguments[:2]
    if act == "list":
        json.dump([found for name in _names(folder) for found in _look(folder, name)], sys.stdout)
        return 0
    name = arguments[2]
    if _GONE.fullmatch(name):
        remove_tree(os.path.join(folder, name))
        return 0
    if not _NAME.fullmatch(name):
        return 2
    return 0 if _remove(folder, name) else _IN_USE


def _names(folder):
    """Names of folders; links are ignored."""
    if not os.path.isdir(folder):
        return []
    names = sorted(name for name in os.listdir(folder) if _NAME.fullmatch(name) or _GONE.fullmatch(name))
    return [name for name in names if _is_folder(os.path.join(folder, name))][:_MOST]


def _is_folder(path):
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False


def _look(folder, name):
    """What is known of one that is free, as a list of one or none."""
    root = os.path.join(folder, name)
    if not _GONE.fullmatch(name):
        lock = _free(folder, name)
        if lock is None:
            return []
        lock.release()
    known = _marker(root)
    size = known.get("bytes")
    return [
        {
            "name": name,
            "bytes": size if isinstance(size, int) and size >= 0 else size_of(root),
            "usedAt": _used_at(root),
            "python": str(known.get("python", ""))[:_LONGEST],
            "packages": _some(known.get("installed", {})),
            "count": len(known.get("installed", {})),
            "whole": bool(known),
        }
    ]


def _marker(root):
    """The marker's content, or an empty dict for a damaged one, so that it does not hide the others."""
    try:
        known = json.loads(read_small(os.path.join(root, MARKER)))
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) and isinstance(known.get("installed"), dict) else {}


def _some(installed):
    """The package that describes the environment best, and its version."""
    first = "h2o-wave" if "h2o-wave" in installed else min(installed, default=None)
    return {} if first is None else {first[:_LONGEST]: str(installed[first])[:_LONGEST]}


def _free(folder, name):
    """The lock of one nobody uses, held; None of one in use. Its file stays: others may be waiting on it."""
    root = os.path.join(folder, name)
    if not _is_folder(root):
        return None
    lock = FileLock(os.path.join(folder, name + ".lock"))
    try:
        # A clock that was set back makes it look settled: then only the lock counts.
        if lock.acquire() and not 0 <= time.time() - _used_at(root) < _SETTLED:
            return lock
    except OSError:
        # Not a regular file: it is unknown whether the environment is in use.
        pass
    lock.release()
    return None


def _used_at(root):
    for path in (os.path.join(root, MARKER), root):
        try:
            return os.lstat(path).st_mtime
        except OSError:
            pass
    return 0.0


def _remove(folder, name):
    root = os.path.join(folder, name)
    going = os.path.join(folder, ".%s.gone" % name)
    remove_tree(going)
    lock = _free(folder, name)
    if lock is None:
        return not _is_folder(root)
    try:
        # One step, so that none is ever found half removed. Windows refuses it while a file in there is open.
        os.rename(root, going)
    except OSError:
        return False
    finally:
        lock.release()
    remove_tree(going)
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
