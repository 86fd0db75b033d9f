"""What the host asks for: config.json as values, and the words that end a run."""
from typing import NamedTuple, Optional


class Memory(NamedTuple):
    limit: int
    watch: bool


class Config(NamedTuple):
    """Twin of LauncherConfig in src/main/core/run-folder.ts; sizes are bytes."""

    instance_id: str
    url: str
    sha256: str
    app_root: str
    venv_root: Optional[str]
    env_cache: str
    environment: Optional[str]
    module: str
    name: str
    app_version: str
    host: str
    port: int
    volume_path: Optional[str]
    volume_mount: Optional[str]
    memory: Optional[Memory]
    constraints: Optional[str]
    segment_bytes: int
    total_bytes: int
    echo: bool
    grace_seconds: float


class LaunchError(Exception):
    """Why a run ended, in the words of state.json's `exit`."""

    def __init__(self, code, message, hint=None, exit_code=None, signal_name=None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.exit_code = exit_code
        self.signal_name = signal_name

    def as_exit(self):
        fields = {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "exitCode": self.exit_code,
            "signal": self.signal_name,
        }
        return {key: value for key, value in fields.items() if value is not None}


class Stopped(LaunchError):
    """Raised wherever the launcher is when it is asked to stop."""

    def __init__(self):
        super().__init__("stopped-by-user", "Stopped by the user.")


def parse_config(raw):
    """The Config in a parsed config.json. Raises ValueError naming what is wrong."""
    try:
        if raw["version"] != 1:
            raise ValueError("config.json has version %r, this launcher knows 1" % (raw["version"],))
        memory = raw.get("memory")
        volume = raw.get("volume") or {}
        return Config(
            instance_id=str(raw["instanceId"]),
            url=str(raw["url"]),
            sha256=str(raw["sha256"]).lower(),
            app_root=str(raw["appRoot"]),
            venv_root=raw.get("venvRoot"),
            env_cache=str(raw["envCache"]),
            environment=raw.get("environment"),
            module=str(raw["module"]),
            name=str(raw["name"]),
            app_version=str(raw["appVersion"]),
            host=str(raw["host"]),
            port=int(raw["port"]),
            volume_path=volume.get("path"),
            volume_mount=volume.get("mount"),
            memory=Memory(int(memory["limit"]), bool(memory["watch"])) if memory else None,
            constraints=raw.get("constraints"),
            segment_bytes=max(1, int(raw["log"]["segmentBytes"])),
            total_bytes=max(1, int(raw["log"]["totalBytes"])),
            echo=bool(raw["log"].get("echo", False)),
            grace_seconds=float(raw["graceSeconds"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("config.json is not complete: %r" % (error,)) from error
