#!/usr/bin/env python3
"""Turns a bundle into a running app: `python3 launcher.py <run folder>` (see src/main/core/run-folder.ts).

Standard library only, Python 3.8 or newer: it runs inside the app's own image. Exit status: 0 when it was asked to
stop, 1 when the app or its start failed (state.json says why), 2 for a call it cannot understand, 3 when another
launcher already runs in the folder.
"""
import json
import os
import sys


def close_inherited():
    """Closes what the starter left open beside stdio. A desktop shell gives its children its display, pipes and
    files; a run outlives it and must not hold them."""
    if os.name != "posix":
        return
    try:
        open_ones = [int(name) for name in os.listdir("/dev/fd")]
    except (OSError, ValueError):
        open_ones = range(3, 256)
    for descriptor in open_ones:
        if descriptor > 2:
            try:
                os.close(descriptor)
            except OSError:
                pass


def main():
    if sys.version_info < (3, 8):
        sys.stderr.write("The q8s launcher needs Python 3.8 or newer, this is %s.\n" % sys.version.split()[0])
        return 2
    if len(sys.argv) != 2:
        sys.stderr.write("usage: launcher.py <run folder>\n")
        return 2
    close_inherited()
    folder = os.path.abspath(sys.argv[1])
    try:
        with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
            raw = json.load(file)
    except (OSError, ValueError) as error:
        sys.stderr.write("The run folder's config.json cannot be read: %s\n" % error)
        return 2
    if raw.get("envFromStdin"):
        try:
            os.environ.update(json.loads(sys.stdin.buffer.readline()))
        except ValueError:
            sys.stderr.write("The app's environment did not come whole: the host ended while it started the app.\n")
            return 2
    here = os.path.dirname(os.path.abspath(__file__))
    # The code may lie in a read-only place: its compiled form then goes beside the environments.
    if not os.path.isdir(os.path.join(here, "q8s_launcher", "__pycache__")):
        sys.pycache_prefix = os.path.join(str(raw.get("envCache", folder)), ".launcher")
    if sys.path[:1] != [here]:
        sys.path.insert(0, here)
    from q8s_launcher.main import run

    return run(folder, raw)


if __name__ == "__main__":
    sys.exit(main())
