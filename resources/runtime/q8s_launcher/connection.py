"""Whether apps can be installed here now: `python3 -m q8s_launcher.connection` installs one small package, as a run does.

The environment is thrown away, and no cache is read: the package index is asked. Prints one JSON object, {"ok": true,
"installer": "uv", "message": …} or {"ok": false, "message": …, "hint": …}.
"""
import json
import os
import subprocess
import sys
import tempfile

from .config import LaunchError
from .building import create_empty, python_of
from .install import Installer
from .settings import constraint_files, read_settings

# Small, of no dependencies, and in every mirror.
PACKAGE = "six"
# Whoever tests a connection waits for it: an index that does not answer is not waited for as long as in a run.
_IMPATIENT = {"PIP_RETRIES": "1", "PIP_DEFAULT_TIMEOUT": "10", "UV_HTTP_TIMEOUT": "10", "UV_HTTP_RETRIES": "1"}
_LIMIT_SECONDS = 60
_PREFIX = "The app's requirements could not be installed: "


def test(environ):
    """The JSON object as a dict."""
    env = dict(_IMPATIENT, **environ)
    env.update({"PIP_NO_CACHE_DIR": "1", "UV_NO_CACHE": "1", "PIP_USER": "0"})
    settings = read_settings(env)
    used = []

    def run(name, command, cwd, env, _on_line):
        used.append(name)
        try:
            done = subprocess.run(
                command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=_LIMIT_SECONDS
            )
        except subprocess.TimeoutExpired:
            return 1, "ReadTimeoutError"
        except OSError as error:
            return 127, "%s: %s" % (name, error.strerror or error)
        return done.returncode, done.stdout.decode("utf-8", "replace")

    try:
        with tempfile.TemporaryDirectory(prefix="q8s-") as folder:
            root = os.path.join(folder, "environment")
            create_empty(root)
            installer = Installer(
                python_of(root), folder, env, settings, run, lambda _text: None, lambda _percent: None
            )
            installer.install([PACKAGE], constraint_files(settings))
    except LaunchError as error:
        message = error.message
        if message.startswith(_PREFIX):
            message = message[len(_PREFIX) :]
            message = message[:1].upper() + message[1:]
        return {"ok": False, "message": message, "hint": error.hint}
    return {"ok": True, "installer": used[-1], "message": "%s was installed by %s, and thrown away." % (PACKAGE, used[-1])}


if __name__ == "__main__":
    print(json.dumps(test(os.environ)))
    sys.exit(0)
