"""Virtual environments, kept by what went into them and shared by instances.

A folder of the cache is an environment once its marker is there. It is built in place, for environments cannot be
moved, under a lock that the system takes back when the builder dies; one left without a marker is removed before the
next try. Each user holds the lock shared and the marker open (which keeps Windows from removing it), so nothing in use
is ever cleaned up. Kept are the 20 used last and no more than 10 GiB.
"""
import hashlib
import json
import os
import sys
import tempfile
import time

from . import requirements as reading
from .config import LaunchError
from .files import FileLock, remove_tree, replace_file
from .install import Installer
from .settings import constraint_files, identity, ignored_settings, read_settings

KEPT = 20
KEPT_BYTES = 10 << 30
# Of installers' own caches, where they are kept here at all.
KEPT_DOWNLOADS_BYTES = 5 << 30

_MARKER = ".q8s-complete"
_FORMAT = "2"


class Environment:
    """A ready environment; `held`, its lock and open marker, is kept as long as the launcher lives."""

    def __init__(self, root, installed, held=()):
        self.root = root
        self.installed = installed
        self.held = held
        self.scripts = os.path.join(root, "Scripts" if os.name == "nt" else "bin")
        self.python = os.path.join(self.scripts, "python.exe" if os.name == "nt" else "python")
        self.site_packages = site_packages_of(root)


def site_packages_of(root):
    if os.name == "nt":
        return os.path.join(root, "Lib", "site-packages")
    return os.path.join(root, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")


class EnvironmentCache:
    """`tools` has check_stop, run_command, say, on_percent: how the launcher lets others work and be heard."""

    def __init__(self, folder, env, constraints, tools):
        self._folder = folder
        self._env = env
        self._tools = tools
        self._settings = read_settings(env)
        self._constraints = _read_text(constraints) if constraints else ""

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
        key = self._key(wanted, app_root)
        root = os.path.join(self._folder, key)
        lock = FileLock(os.path.join(self._folder, key + ".lock"))
        told = built = False
        while True:
            self._tools.check_stop()
            # Whoever built it takes it here like any other: a lock does not change its kind in one step, so only the
            # marker that is still there once the lock is shared says that nobody removed it between.
            if lock.acquire(shared=True):
                marker, installed = _open_marker(root)
                if marker is not None:
                    os.utime(os.path.join(root, _MARKER))
                    if built:
                        self._clean_up(keep=key)
                    return Environment(root, installed, (lock, marker))
            if lock.acquire():
                if _open_marker(root)[0] is None:
                    self._build(root, wanted, app_root)
                    built = True
                continue
            if not told:
                self._tools.say("waiting for another instance, which builds the same environment")
                told = True
            time.sleep(0.05)

    def _key(self, wanted, app_root):
        parts = [
            _FORMAT,
            sys.version,
            sys.base_prefix,
            sys.platform,
            self._constraints,
            identity(self._settings, self._env),
            reading.digest_of(wanted, app_root) if wanted else "",
        ]
        parts += [_read_text(path) for path in constraint_files(self._settings)]
        if wanted and wanted.editable:
            # It leads into this one unpacked app, which another instance has elsewhere, or which is removed.
            parts.append(app_root)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]

    def _build(self, root, wanted, app_root):
        remove_tree(root)
        try:
            create_empty(root)
            installed = {}
            if wanted is not None:
                self._install(root, wanted, app_root)
                _require_installed(root, wanted)
                _add_setuptools(root)
                installed = installed_in(root)
            marker = {"python": sys.version.split()[0], "bytes": size_of(root), "installed": installed}
            replace_file(os.path.join(root, _MARKER), json.dumps(marker).encode(), lasting=True)
        except BaseException:
            remove_tree(root)
            raise

    def _install(self, root, wanted, app_root):
        environment = Environment(root, {})
        tools = self._tools
        ignored = ignored_settings(self._env)
        if ignored:
            tools.say("ignoring the installer's setting %s: packages go into the app's environment" % ", ".join(ignored))
        installer = Installer(
            environment.python, app_root, self._installer_env(), self._settings, tools.run_command, tools.say, tools.on_percent
        )
        own = constraint_files(self._settings)
        versions = dict.fromkeys(wanted.names, "")
        versions.update(wanted.pins)
        chosen = self._applicable(versions, wanted)
        with tempfile.TemporaryDirectory(prefix="q8s-") as folder:
            arguments = ["-r", "requirements.txt"]
            try:
                installer.install(arguments, own + _constraints_file(folder, chosen))
            except LaunchError:
                if not chosen:
                    raise
                tools.say("trying again without %s" % ", ".join(chosen))
                installer.install(arguments, own)
                return
            later = self._broken(installed_in(root), wanted)
            if later:
                tools.say("%s is known to keep this app from starting as installed: adding it" % ", ".join(later))
                try:
                    installer.install(arguments + later, own + _constraints_file(folder, chosen + later))
                except LaunchError as error:
                    tools.say("it stays as it was: %s" % error.message)

    def _applicable(self, versions, wanted):
        """Our constraints for what is asked for; what the app pins itself is its own decision."""
        chosen = reading.constraints_for(self._constraints, versions)
        return [line for line in chosen if reading.split_specifier(line)[0] not in wanted.pins]

    def _broken(self, installed, wanted):
        """Our constraints that turned out to apply only now that versions are known, and are not met."""
        later = []
        for line in self._applicable(installed, wanted):
            name, specifiers = reading.split_specifier(line)
            if name in installed and not reading.satisfies(installed[name], specifiers):
                later.append(line)
        return later

    def _installer_env(self):
        env = dict(self._env)
        # Another Python's packages must not pass for installed ones.
        for name in ("PYTHONPATH", "PYTHONHOME", "__PYVENV_LAUNCHER__", "VIRTUAL_ENV"):
            env.pop(name, None)
        env["PIP_USER"] = "0"
        if os.getpid() == 1 or not os.access(os.path.expanduser("~"), os.W_OK):
            # In a container the home folder goes with it: what was fetched is kept beside the environments.
            env.setdefault("UV_CACHE_DIR", os.path.join(self._folder, ".uv"))
            env.setdefault("PIP_CACHE_DIR", os.path.join(self._folder, ".pip"))
        return env

    def _clean_up(self, keep):
        found = []
        for name in os.listdir(self._folder):
            root = os.path.join(self._folder, name)
            if name.startswith(".") or not os.path.isdir(root):
                continue
            try:
                with open(os.path.join(root, _MARKER), encoding="utf-8") as file:
                    size = int(json.load(file)["bytes"])
                used = os.path.getmtime(os.path.join(root, _MARKER))
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
                os.unlink(os.path.join(root, _MARKER))
            except FileNotFoundError:
                pass
            remove_tree(root)
            return True
        except OSError:
            return False
        finally:
            lock.release()


def installed_in(root):
    """Versions by normalised name, from the metadata folders."""
    found = {}
    folder = site_packages_of(root)
    for name in os.listdir(folder) if os.path.isdir(folder) else []:
        if name.endswith(".dist-info"):
            package, _, version = name[: -len(".dist-info")].partition("-")
            found[reading.normalise(package)] = version
    return found


def size_of(folder):
    """Bytes of the files below a folder."""
    total = 0
    queue = [folder]
    while queue:
        try:
            with os.scandir(queue.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        queue.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
        except OSError:
            pass
    return total


def create_empty(root):
    """An empty environment, without pip: that would take most of the time."""
    try:
        import venv
    except ImportError:
        raise LaunchError(
            "install-failed",
            "This Python cannot make virtual environments.",
            "Install its venv module (on Debian and Ubuntu: python3-venv).",
        ) from None
    venv.EnvBuilder(symlinks=os.name != "nt", with_pip=False).create(root)


def _require_installed(root, wanted):
    """An installer that was led elsewhere ends well, and an environment without its packages must not be kept."""
    absent = sorted(wanted.always - set(installed_in(root)))
    if absent:
        raise LaunchError(
            "install-failed",
            "The installer ended well, but %s is not in the app's environment." % absent[0],
            "Look for a setting of pip or uv that installs elsewhere, such as target or prefix.",
        )


def _add_setuptools(root):
    """Up to Python 3.11 environments come with setuptools, and older packages count on its pkg_resources."""
    if sys.version_info >= (3, 12) or "setuptools" in installed_in(root):
        return
    import glob
    import importlib.util
    import zipfile

    spec = importlib.util.find_spec("ensurepip")
    bundled = os.path.join(os.path.dirname(spec.origin), "_bundled") if spec and spec.origin else ""
    for folder in (bundled, "/usr/share/python-wheels"):
        for wheel in glob.glob(os.path.join(folder, "setuptools-*.whl")):
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(site_packages_of(root))
            return


def _open_marker(root):
    """The open marker and the versions it names; (None, None) where there is none, or none that can be read."""
    try:
        file = open(os.path.join(root, _MARKER), encoding="utf-8")
    except OSError:
        return None, None
    try:
        return file, json.load(file)["installed"]
    except (OSError, ValueError, KeyError, TypeError):
        file.close()
        return None, None


def _constraints_file(folder, lines):
    if not lines:
        return []
    path = os.path.join(folder, "constraints-%d.txt" % len(lines))
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
    return [path]


def _read_text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""

