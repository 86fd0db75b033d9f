"""Builds one virtual environment: what decides about its content (its key), and how it is made."""
import hashlib
import json
import os
import sys
import tempfile

from . import requirements as reading
from .config import LaunchError
from .files import empty_folder, replace_file
from .install import Installer
from .settings import constraint_files, identity, ignored_settings, read_settings

MARKER = ".q8s-complete"
_FORMAT = "2"


def python_of(root):
    return os.path.join(root, "Scripts", "python.exe") if os.name == "nt" else os.path.join(root, "bin", "python")


def site_packages_of(root):
    if os.name == "nt":
        return os.path.join(root, "Lib", "site-packages")
    return os.path.join(root, "lib", "python%d.%d" % sys.version_info[:2], "site-packages")


class EnvironmentBuilder:
    """`tools` has check_stop, run_command, say and on_percent.

    `env` has the installers' settings, `constraints` is the path of our constraints file, `downloads` is the folder of
    the installers' caches in a container.
    """

    def __init__(self, env, constraints, downloads, tools):
        self._env = env
        self._downloads = downloads
        self._tools = tools
        self._settings = read_settings(env)
        self._constraints = _read_text(constraints) if constraints else ""

    def key(self, wanted, app_root):
        """32 hexadecimal digits that decide about the content. Runs no code of the bundle."""
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

    def build(self, root, wanted, app_root):
        """Makes the environment in the folder `root`, its marker last. Returns the content of the marker."""
        empty_folder(root)
        create_empty(root)
        installed = {}
        if wanted is not None:
            self._install(root, wanted, app_root)
            _require_installed(root, wanted)
            _add_setuptools(root)
            _make_server_executable(root)
            installed = installed_in(root)
        facts = {"python": sys.version.split()[0], "bytes": size_of(root), "installed": installed}
        replace_file(os.path.join(root, MARKER), json.dumps(facts).encode(), lasting=True)
        return facts

    def _install(self, root, wanted, app_root):
        tools = self._tools
        ignored = ignored_settings(self._env)
        if ignored:
            tools.say("ignoring the installer's setting %s: packages go into the app's environment" % ", ".join(ignored))
        env = self._installer_env()
        # Read once more: pip is given these settings, and no variable beside them.
        installer = Installer(
            python_of(root), app_root, env, read_settings(env), tools.run_command, tools.say, tools.on_percent
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
            env.setdefault("UV_CACHE_DIR", os.path.join(self._downloads, ".uv"))
            if "cache-dir" not in self._settings:
                env["PIP_CACHE_DIR"] = os.path.join(self._downloads, ".pip")
        return env


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


def _make_server_executable(root):
    """Some wheels do not mark the server as executable, and the app cannot do it in a read-only environment."""
    path = os.path.join(root, "waved")
    if os.path.isfile(path) and not os.access(path, os.X_OK):
        os.chmod(path, 0o755)


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

