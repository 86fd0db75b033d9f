"""Virtual environments, kept by what went into them and shared by instances.

A folder of the cache is an environment once its marker is there. It is built in place, for environments cannot be
moved, under a lock that the system takes back when the builder dies; one left without a marker is removed before the
next try. Each user holds the lock shared and the marker open (which keeps Windows from removing it), so nothing in use
is ever cleaned up. Kept are the 20 used last and no more than 10 GiB. In a container there is one environment only,
which another container builds (see build.py): there is nothing to lock or to clean up.
"""
import json
import os
import time

from . import requirements as reading
from .building import MARKER, EnvironmentBuilder, python_of, site_packages_of, size_of
from .config import LaunchError
from .files import FileLock, open_plain, read_small, remove_tree

KEPT = 20
KEPT_BYTES = 10 << 30
# Of installers' own caches, where they are kept here at all.
KEPT_DOWNLOADS_BYTES = 5 << 30


class Environment:
    """A ready environment; `held`, its lock and open marker, is kept as long as the launcher lives."""

    def __init__(self, root, installed, held=()):
        self.root = root
        self.installed = installed
        self.held = held
        self.python = python_of(root)
        self.scripts = os.path.dirname(self.python)
        self.site_packages = site_packages_of(root)


class EnvironmentCache:
    """`tools`: see EnvironmentBuilder."""

    def __init__(self, folder, env, constraints, tools):
        self._folder = folder
        self._env = env
        self._tools = tools
        self._builder = EnvironmentBuilder(env, constraints, folder, tools)

    def obtain(self, app_root):
        """The environment for an unpacked app, built if need be. Raises LaunchError, Stopped."""
        try:
            os.makedirs(self._folder, exist_ok=True)
            return self._find_or_build(app_root)
        except OSError as error:
            raise LaunchError(
                "install-failed",
                "The app's environment could not be made: %s." % (error.strerror or error),
                "Check the space left and the permissions of %s." % self._folder,
            ) from error

    def _find_or_build(self, app_root):
        wanted = reading.read_requirements(app_root, self._env)
        if wanted:
            reading.require_variables(wanted)
        key = self._builder.key(wanted, app_root)
        root = os.path.join(self._folder, key)
        lock = FileLock(os.path.join(self._folder, key + ".lock"))
        told = built = False
        while True:
            self._tools.check_stop()
            # Whoever built it takes it here like any other: a lock does not change its kind in one step, so only the
            # marker that is still there once the lock is shared says that nobody removed it between.
            if lock.acquire(shared=True):
                marker, installed = open_marker(root)
                if marker is not None:
                    os.utime(os.path.join(root, MARKER))
                    if built:
                        self._clean_up(keep=key)
                    return Environment(root, installed, (lock, marker))
            if lock.acquire():
                if open_marker(root)[0] is None:
                    self._build(root, wanted, app_root)
                    built = True
                continue
            if not told:
                self._tools.say("waiting for another instance, which builds the same environment")
                told = True
            time.sleep(0.05)

    def _build(self, root, wanted, app_root):
        remove_tree(root)
        try:
            self._builder.build(root, wanted, app_root)
        except BaseException:
            remove_tree(root)
            raise

    def _clean_up(self, keep):
        found = []
        for name in os.listdir(self._folder):
            root = os.path.join(self._folder, name)
            if name.startswith(".") or not os.path.isdir(root):
                continue
            try:
                size = int(json.loads(read_small(os.path.join(root, MARKER)))["bytes"])
                used = os.path.getmtime(os.path.join(root, MARKER))
            except (OSError, ValueError, KeyError, TypeError, OverflowError):
                size, used = 0, 0.0
            found.append((used, name, size))
        found.sort(reverse=True)
        total = 0
        for position, (used, name, size) in enumerate(found):
            total += size
            if name != keep and (position >= KEPT or total > KEPT_BYTES or not used) and self._remove(name):
                total -= size
        for name in (".uv", ".pip"):
            path = os.path.join(self._folder, name)
            if os.path.isdir(path) and size_of(path) > KEPT_DOWNLOADS_BYTES:
                remove_tree(path)

    def _remove(self, name):
        """Removes an environment nobody uses or builds. Its lock file stays: others may be waiting on it."""
        lock = FileLock(os.path.join(self._folder, name + ".lock"))
        try:
            if not lock.acquire():
                return False
            root = os.path.join(self._folder, name)
            try:
                os.unlink(os.path.join(root, MARKER))
            except FileNotFoundError:
                pass
            remove_tree(root)
            return True
        except OSError:
            return False
        finally:
            lock.release()


def open_marker(root):
    """The open marker and the versions it names; (None, None) where there is none, or none that can be read."""
    path = os.path.join(root, MARKER)
    try:
        file = os.fdopen(open_plain(path), "rb")
    except OSError:
        return None, None
    try:
        return file, json.loads(read_small(path))["installed"]
    except (OSError, ValueError, KeyError, TypeError):
        file.close()
        return None, None
