"""The page on the app's port until the app itself answers there: small, read-only, and never in the app's way."""
import errno
import json
import os
import selectors
import socket
import struct
import threading
import time

_REQUEST_BYTES = 8 * 1024
_CONNECTIONS = 64
_IDLE_SECONDS = 30
# Closing this way leaves no TIME_WAIT behind, which would keep the port from the app.
_NO_LINGER = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)

STATE_PATH = "/.q8s/progress"


class PortTaken(Exception):
    pass


class ProgressServer:
    """Answers GET and HEAD until `close`, which frees the port before it returns."""

    def __init__(self, host, port, page, status):
        """`page` is the HTML as bytes; `status()` gives what STATE_PATH answers. Raises PortTaken or OSError."""
        self._page = page
        self._status = status
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name != "nt":
                self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind((host, port))
            self._listener.listen(_CONNECTIONS)
        except OSError as error:
            self._listener.close()
            if error.errno in (errno.EADDRINUSE, getattr(errno, "WSAEADDRINUSE", -1), getattr(errno, "WSAEACCES", -1)):
                raise PortTaken() from error
            raise
        self._listener.setblocking(False)
        self._wake_read, self._wake_write = socket.socketpair()
        self._open = {}
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)
        self._thread.start()

    def close(self):
        if self._thread is None:
            return
        self._wake_write.send(b"x")
        self._thread.join()
        self._thread = None

    def _run(self):
        selector = selectors.DefaultSelector()
        selector.register(self._listener, selectors.EVENT_READ)
        selector.register(self._wake_read, selectors.EVENT_READ)
        running = True
        while running:
            for key, _events in selector.select(_IDLE_SECONDS):
                if key.fileobj is self._wake_read:
                    running = False
                elif key.fileobj is self._listener:
                    self._accept(selector)
                else:
                    self._read(selector, key.fileobj)
            self._drop_idle(selector)
        self._listener.close()
        for connection in list(self._open):
            self._drop(selector, connection)
        selector.close()
        self._wake_read.close()
        self._wake_write.close()

    def _accept(self, selector):
        try:
            connection, _address = self._listener.accept()
        except OSError:
            return
        connection.setblocking(False)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        if len(self._open) >= _CONNECTIONS:
            connection.close()
            return
        self._open[connection] = [b"", time.monotonic()]
        selector.register(connection, selectors.EVENT_READ)

    def _drop(self, selector, connection):
        if self._open.pop(connection, None) is not None:
            selector.unregister(connection)
            connection.close()

    def _drop_idle(self, selector):
        now = time.monotonic()
        for connection, (_data, since) in list(self._open.items()):
            if now - since > _IDLE_SECONDS:
                self._drop(selector, connection)

    def _read(self, selector, connection):
        try:
            data = connection.recv(_REQUEST_BYTES)
        except OSError:
            data = b""
        if not data:
            self._drop(selector, connection)
            return
        entry = self._open[connection]
        entry[0] += data
        entry[1] = time.monotonic()
        try:
            while b"\r\n\r\n" in entry[0]:
                head, _, entry[0] = entry[0].partition(b"\r\n\r\n")
                # The answer is far smaller than a socket's buffer: it is taken whole or the client is gone.
                connection.sendall(self._answer(head))
            if len(entry[0]) > _REQUEST_BYTES:
                self._drop(selector, connection)
        except OSError:
            self._drop(selector, connection)

    def _answer(self, head):
        words = head.split(b"\r\n", 1)[0].split(b" ")
        if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
            return _response("400 Bad Request", "text/plain", b"Bad request\n")
        if words[0] not in (b"GET", b"HEAD"):
            return _response("405 Method Not Allowed", "text/plain", b"Starting\n", "Allow: GET, HEAD\r\n")
        if words[1].split(b"?", 1)[0] == STATE_PATH.encode():
            response = _response("200 OK", "application/json", json.dumps(self._status()).encode())
        else:
            # Not 200: nobody shall take this page for the app.
            response = _response("503 Service Unavailable", "text/html; charset=utf-8", self._page, "Retry-After: 1\r\n")
        return response if words[0] == b"GET" else response.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"


def _response(status, kind, body, more=""):
    head = (
        "HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nCache-Control: no-store\r\n"
        "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: default-src 'none'; style-src 'unsafe-inline'; "
        "script-src 'unsafe-inline'; connect-src 'self'\r\n%s\r\n" % (status, kind, len(body), more)
    )
    return head.encode() + body
