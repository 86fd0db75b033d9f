"""Passes connections on from the port an app is asked for at to the address the app listens on."""
import os
import socket
import threading

_CONNECTIONS = 512
_CHUNK = 64 * 1024
_CONNECT_SECONDS = 5


class Forwarder:
    """Relays bytes both ways until `close`. A side that is slow slows the other: nothing is kept between them."""

    def __init__(self, host, port, target):
        """Listens on host and port; `target` is (address, port). Raises OSError where the port cannot be had."""
        self._target = target
        self._slots = threading.BoundedSemaphore(_CONNECTIONS)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.socket(family, socket.SOCK_STREAM)
        try:
            if os.name != "nt":
                self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind((host, port))
            self._listener.listen(128)
        except OSError:
            self._listener.close()
            raise
        threading.Thread(target=self._accept, name="forward", daemon=True).start()

    def close(self):
        try:
            # Wakes the thread that accepts; closing alone does not.
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()

    def _accept(self):
        while True:
            self._slots.acquire()
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), name="forwarded", daemon=True).start()

    def _serve(self, client):
        try:
            with client:
                with socket.create_connection(self._target, timeout=_CONNECT_SECONDS) as app:
                    app.settimeout(None)
                    for end in (client, app):
                        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    back = threading.Thread(target=_pass_on, args=(app, client), name="forwarded", daemon=True)
                    back.start()
                    _pass_on(client, app)
                    back.join()
        except OSError:
            pass
        finally:
            self._slots.release()


def _pass_on(source, sink):
    """Copies until the source ends, and then ends the sink's side of it; an error ends both ways."""
    try:
        while True:
            data = source.recv(_CHUNK)
            if not data:
                sink.shutdown(socket.SHUT_WR)
                return
            sink.sendall(data)
    except OSError:
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
