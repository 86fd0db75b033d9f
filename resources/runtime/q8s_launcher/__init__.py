"""The launcher: fetch, unpack, install, serve, supervise. `main.run` is the way in."""

VERSION = "1"
