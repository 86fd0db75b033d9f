"""Installs requirements into an environment: by uv where it is there, by pip as the one that is always right."""
import os
import re
import shutil
import sys

from .config import LaunchError
from .reasons import exception_line
from .settings import no_index, only_pip_can, pip_environment, uv_environment

# What uv says about things pip takes, or finds: then pip shall try.
_UV_REFUSALS = re.compile(
    r"(Couldn't parse|Failed to parse|Invalid|invalid|not a valid|unexpected|unsupported|Unsupported|"
    r"No solution found|does not match|Expected|conflict|unknown field)"
)
_UV_NETWORK = re.compile(r"(error sending request|dns error|Connection refused|tcp connect|timed out|network)", re.IGNORECASE)
_PASSWORD = re.compile(r"://[^/@\s]+@")

_PIP_STEPS = (
    (re.compile(r"^Collecting "), None),
    (re.compile(r"^\s+Downloading "), None),
    (re.compile(r"^Installing collected packages"), 80),
    (re.compile(r"^Successfully installed"), 100),
)
_UV_STEPS = (
    (re.compile(r"^Resolved "), 30),
    (re.compile(r"^Prepared "), 70),
    (re.compile(r"^Installed "), 80),
    (re.compile(r"^Bytecode compiled"), 100),
)


class Installer:
    """Runs installs for one environment. `run(name, command, cwd, env, on_line)` gives (status, last output)."""

    def __init__(self, python, app_root, env, settings, run, say, on_percent):
        self._python = python
        self._app_root = app_root
        self._env = env
        self._settings = settings
        self._run = run
        self._say = say
        self._on_percent = on_percent
        self.uv = find_uv(env)

    def install(self, arguments, constraint_files):
        """Installs; raises LaunchError with the installer's own words when that fails."""
        constraints = [part for path in constraint_files for part in ("-c", path)]
        if self.uv and not self._needs_pip():
            status, output = self._install_by_uv(arguments + constraints)
            if status == 0:
                return
            if _UV_NETWORK.search(output) or not _UV_REFUSALS.search(output):
                raise install_failed(output)
            self._say("uv could not install this; pip, which is less strict, tries now")
        status, output = self._install_by_pip(arguments + constraints)
        if status != 0:
            raise install_failed(output)

    def _needs_pip(self):
        options = only_pip_can(self._settings)
        if options:
            self._say("installing with pip because of its setting %s" % ", ".join(options))
        return bool(options)

    def _install_by_uv(self, arguments):
        command = [self.uv, "pip", "install", "--python", self._python, "--compile-bytecode"]
        if no_index(self._settings):
            command.append("--no-index")
        env = uv_environment(self._env, self._settings)
        return self._run("uv", command + arguments, self._app_root, env, self._percent(_UV_STEPS))

    def _install_by_pip(self, arguments):
        command = self._pip_command() + ["install", "--no-input", "--progress-bar", "off"] + arguments
        env = pip_environment(self._env, self._settings)
        env.update({"PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore", "PIP_USER": "0"})
        # Given by name on the command line instead, together with ours.
        env.pop("PIP_CONSTRAINT", None)
        return self._run("pip", command, self._app_root, env, self._percent(_PIP_STEPS))

    def _pip_command(self):
        """The launcher's pip working on the environment, else one put into the environment."""
        version = outer_pip_version()
        if version >= (22, 3):
            return [sys.executable, "-m", "pip", "--python", self._python]
        status, output = self._run(
            "ensurepip", [self._python, "-m", "ensurepip", "--default-pip"], self._app_root, self._env, lambda _line: None
        )
        if status != 0:
            raise LaunchError(
                "install-failed",
                "Neither uv nor pip is there to install what the app needs.",
                "Install pip for %s (on Debian and Ubuntu: python3-pip and python3-venv)." % sys.executable,
            )
        return [self._python, "-m", "pip"]

    def _percent(self, steps):
        seen = [0]

        def on_line(line):
            for pattern, percent in steps:
                if pattern.match(line):
                    seen[0] += 1
                    # Of what is still unknown a tenth with each package: honest about direction, not about time.
                    self._on_percent(percent if percent is not None else 75 * (1 - 0.93 ** seen[0]))
                    return

        return on_line


def find_uv(env):
    """uv's path, or None. Q8S_UV names another one; Q8S_UV=off keeps to pip."""
    wanted = os.environ.get("Q8S_UV")
    if wanted == "off":
        return None
    if wanted:
        return wanted
    found = shutil.which("uv", path=env.get("PATH"))
    beside = os.path.join(os.path.dirname(sys.executable), "uv.exe" if os.name == "nt" else "uv")
    return found or (beside if os.path.isfile(beside) else None)


def outer_pip_version():
    """Version of the pip beside this Python, () without one; read without importing it, which is slow."""
    import importlib.util

    spec = importlib.util.find_spec("pip")
    if spec is None or not spec.origin:
        return ()
    try:
        with open(spec.origin, encoding="utf-8") as file:
            match = re.search(r'__version__ = "(\d+)\.(\d+)', file.read())
    except OSError:
        return ()
    return (int(match.group(1)), int(match.group(2))) if match else ()


def redact(line):
    """Without the user and password of an index's address."""
    return _PASSWORD.sub("://", line)


def install_failed(output):
    """The installer's last words as a reason that names what is to blame."""
    lines = [redact(line).strip() for line in output.splitlines() if line.strip()]
    text = "\n".join(lines)
    for pattern, message, hint in _KNOWN_FAILURES:
        match = re.search(pattern, text)
        if match:
            return LaunchError("install-failed", message % tuple(match.groups()), hint)
    errors = [line for line in lines if re.match(r"(?i)(error|×|╰|  ×)", line)]
    last = (errors or lines or ["the installer said nothing"])[-1]
    if last == "ERROR: Exception:":
        # pip itself has failed, and the line says only that.
        last = redact(exception_line(output) or last)
    return LaunchError(
        "install-failed", "The app's requirements could not be installed: %s" % last, "Its log has the installer's output."
    )


_NAME_HINT = (
    "Check the name and version in requirements.txt, and which index is used: "
    "to pip, one that refuses its user and password looks as if it had nothing."
)
_KNOWN_FAILURES = (
    (
        r"(?:No space left on device|Errno 28)",
        "The app's requirements could not be installed: the disk is full.",
        "Free some space.",
    ),
    (
        r"(?:ProxyError|Proxy Authentication Required|tunnel error)",
        "The app's requirements could not be installed: the proxy lets nothing through.",
        "Check the address, user and password of the proxy in HTTPS_PROXY or in pip's settings.",
    ),
    # Before what cannot be reached: uv says of both that it could not send its request.
    (
        r"(?:SSLError|CERTIFICATE_VERIFY_FAILED|invalid peer certificate)",
        "The app's requirements could not be installed: the package index's certificate is not trusted.",
        "Name your organisation's certificates in PIP_CERT or SSL_CERT_FILE.",
    ),
    (
        r"(?:NewConnectionError|ConnectTimeoutError|ReadTimeoutError|ProtocolError|Temporary failure in name resolution|error sending request|dns error)",
        "The app's requirements could not be installed: the package index cannot be reached.",
        "Check the network, the proxy, and pip's settings.",
    ),
    (
        r"status (?:client|server) error \((\d{3} [\w ]+)\)",
        "The app's requirements could not be installed: the package index answered %s.",
        "Where it says 401 or 403, check the user and password of the index; else try again later.",
    ),
    (
        r"(?:^|\n)fatal: ([^\n]+)",
        "The app's requirements could not be installed: git could not fetch one of them: %s",
        "A wheel in the bundle needs neither git nor its server.",
    ),
    # What building a package said last, of all it printed.
    (
        r"× ([^\n]+?) did not run successfully\.(?:\n[^\n]*)*?\n([^\n]+)\n\[end of output\]",
        "The app's requirements could not be installed: %s failed: %s",
        "Its log has all of the output. A package that has a wheel for this system need not be built.",
    ),
    (
        r"No such file or directory: '([^']+)'",
        "The app's requirements could not be installed: %s is missing.",
        "Paths in requirements.txt count from the bundle's root.",
    ),
    (
        r"No matching distribution found for ([^\n]+)",
        "No version of %s can be installed here.",
        _NAME_HINT,
    ),
    (
        r"Because ([\w.-]+) was not found in the (?:package registry|provided package locations|cache)",
        "No version of %s can be installed here.",
        _NAME_HINT,
    ),
    (
        r"Because there is no version of ([^\s,]+)",
        "No version of %s can be installed here.",
        _NAME_HINT,
    ),
    (
        r"(?:ERROR: Invalid requirement|Couldn't parse requirement)[^\n]*?['`]([^'`\n]+)['`]",
        "requirements.txt has a line that is not a requirement: %s",
        "Correct the line.",
    ),
    (
        r"(?:ERROR: Cannot install|Cannot install) ([^\n]+?) because these package versions have conflicting dependencies",
        "%s cannot be installed together: they ask for different versions of the same package.",
        "Loosen one of them in requirements.txt.",
    ),
)
