"""The Wave server and what it and the app must know of each other."""
import json
import os
import re
import socket
import sys
import threading

from .config import LaunchError
from .requirements import satisfies

# `2026/01/31 12:00:00 # {"host":"http://127.0.0.1:8000","route":"/","t":"app_add"}`
_EVENT = re.compile(rb'^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d # (\{.*"t":"(?:app_add|relay|app_drop|listen|listen_no_tls)".*\})\r?$', re.MULTILINE)
_MARKS = (b'"t":"app_', b'"t":"relay"', b'"t":"listen')


class Server:
    """An executable and the folder it must be started in, where its `www` lies."""

    def __init__(self, executable, folder, name):
        self.executable = executable
        self.folder = folder
        self.name = name


def find_server(environment, sdk):
    """The server of the SDK's era: the environment's own, else the one of the runtime. Raises LaunchError."""
    suffix = ".exe" if os.name == "nt" else ""
    if sdk == "h2o_q":
        candidates = [os.environ.get("Q8S_QD"), "/qd/qd" + suffix]
        name, problem = "qd", "Q (h2o-q, 2020) needs the server qd, which this runtime does not have."
        hint = "Use h2o-wave instead, or name a qd in Q8S_QD."
    else:
        own = os.path.join(environment.root, "waved" + suffix)
        candidates = [own, os.environ.get("Q8S_WAVED"), "/wave/waved" + suffix]
        name, problem = "waved", "The Wave server waved is not part of the installed h2o-wave, and this runtime has none."
        hint = "Use h2o-wave 0.20.0 or newer, on a system it has a wheel for."
    for path in candidates:
        if path and os.path.isfile(path):
            if not os.access(path, os.X_OK):
                os.chmod(path, 0o755)
            return Server(path, os.path.dirname(path), name)
    if sdk == "h2o_wave" and "h2o-wave" not in environment.installed:
        raise LaunchError(
            "import-error",
            "ModuleNotFoundError: No module named 'h2o_wave'",
            "Add h2o-wave to requirements.txt.",
        )
    raise LaunchError("server-failed", problem, hint)


def free_port():
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server_environment(base, config, data_folder, app_port):
    """`base` with what both the server and the app need, addresses and one random key for this run."""
    env = dict(base)
    address = "http://127.0.0.1:%d" % config.port
    for prefix, scheme in (("H2O_WAVE_", "http"), ("H2O_Q_", "ws")):
        app_address = "%s://127.0.0.1:%d" % (scheme, app_port)
        env[prefix + "LISTEN"] = "%s:%d" % ("" if config.host == "0.0.0.0" else config.host, config.port)
        env[prefix + "ADDRESS"] = address
        env[prefix + "APP_ADDRESS"] = app_address
        env[prefix + "INTERNAL_ADDRESS"] = app_address
        env[prefix + "EXTERNAL_ADDRESS"] = app_address
        env.setdefault(prefix + "DATA_DIR", data_folder)
        for name in (prefix + "PUBLIC_DIR", prefix + "PRIVATE_DIR"):
            if name in env:
                env[name] = _with_app_root(env[name], config.app_root)
    identity, secret = os.urandom(10).hex(), os.urandom(20).hex()
    for prefix in ("H2O_WAVE_", "H2O_Q_"):
        env[prefix + "ACCESS_KEY_ID"] = identity
        env[prefix + "ACCESS_KEY_SECRET"] = secret
    # The server's copy of every page update is the app's data: it has no place in the log.
    env.setdefault("H2O_WAVE_NO_LOG", "true")
    env.setdefault("H2O_WAVE_CONNECTION_TIMEOUT", "20")
    # An app is announced a moment before it accepts connections: a visitor just then must not make it unknown.
    env.setdefault("H2O_WAVE_KEEP_APP_LIVE", "true")
    return env


def _with_app_root(mappings, app_root):
    """`/assets/@../../app/static/` counts on the platform's folders; here the app may lie elsewhere than in /app."""
    return ",".join(re.sub(r"@(?:(?:\.\./)+|/)app(?=/|$)", lambda _: "@" + app_root, part) for part in mappings.split(","))


def app_command(environment, style, module, app_port):
    if style.kind == "asgi":
        return [
            environment.python, "-m", "uvicorn", module + ":main", "--host", "127.0.0.1", "--port", str(app_port)
        ]
    return [environment.python, "-m", module]


def waits_for_server(environment):
    """Whether the SDK tries again while the server is not up yet: then both may start at once."""
    return satisfies(environment.installed.get("h2o-wave", "0"), ">=0.26")


def watch_events(on_event):
    """An observer of the server's output: calls `on_event(kind, fields)` for each event line in it."""

    def observe(lines):
        if not any(mark in lines for mark in _MARKS):
            return
        for match in _EVENT.finditer(lines):
            try:
                fields = json.loads(match.group(1).decode("utf-8", "replace"))
            except ValueError:
                continue
            on_event(fields.get("t"), fields)

    return observe


def announced_port(fields):
    """The port in an event's `host` (http://127.0.0.1:8000), or None."""
    match = re.search(r"://[^/]+:(\d+)", str(fields.get("host")))
    return int(match.group(1)) if match else None


def when_accepting(host, port, give_up, on_ready):
    """Calls `on_ready` from another thread once something accepts connections there."""
    address = ("127.0.0.1" if host in ("0.0.0.0", "") else host, port)

    def probe():
        wait = 0.005
        while not give_up.is_set():
            try:
                socket.create_connection(address, timeout=1).close()
                on_ready()
                return
            except OSError:
                give_up.wait(wait)
                wait = min(0.25, wait * 1.5)

    threading.Thread(target=probe, name="probe", daemon=True).start()


def framework_settings(config, env):
    """What frameworks read instead of PORT and HOST; what is set already stays."""
    host, port = env.get("HOST", config.host), env["PORT"]
    settings = {
        "GRADIO_SERVER_NAME": host,
        "GRADIO_SERVER_PORT": port,
        "STREAMLIT_SERVER_ADDRESS": host,
        "STREAMLIT_SERVER_PORT": port,
        "STREAMLIT_SERVER_HEADLESS": "true",
        "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        "FLASK_RUN_HOST": host,
        "FLASK_RUN_PORT": port,
        "UVICORN_HOST": host,
        "UVICORN_PORT": port,
    }
    return dict(
        {name: value for name, value in settings.items() if name not in env},
        # launch(share=True) would put the app on the internet by a tunnel; it goes on without where that cannot be made.
        GRADIO_SHARE="False",
        GRADIO_SHARE_SERVER_ADDRESS="127.0.0.1:9",
    )


def python_only(base, environment):
    """The app's environment variables: those given, without what is for the launcher or for another Python."""
    env = {name: value for name, value in base.items() if not name.upper().startswith("Q8S")}
    for name in ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__", "PYTHONEXECUTABLE"):
        env.pop(name, None)
    env["PYTHONUNBUFFERED"] = "1"
    env["VIRTUAL_ENV"] = environment.root
    env["PATH"] = environment.scripts + os.pathsep + env.get("PATH", os.defpath)
    if sys.platform == "win32":
        env.setdefault("PYTHONUTF8", "1")
    return env
