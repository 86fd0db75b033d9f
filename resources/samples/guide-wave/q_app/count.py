"""Keeps a number on the app's volume: what lies there survives a restart."""
import os
from pathlib import Path

# VolumeMount of q-app.toml. Without a container the volume is a folder elsewhere, named in APP_VOLUME.
_file = Path(os.environ.get('APP_VOLUME', '/data')) / 'count.txt'


def read_count() -> int:
    return int(_file.read_text()) if _file.exists() else 0


def write_count(count: int):
    _file.write_text(str(count))
