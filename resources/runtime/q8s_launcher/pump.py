"""Reads a child's pipe as fast as it comes and turns it into log lines."""
import os
import threading
import time

from .log import timestamp

READ_BYTES = 256 * 1024
LINE_BYTES = 64 * 1024
TAIL_BYTES = 16 * 1024
# How long an unfinished line (a prompt) is kept back, in seconds.
IDLE_SECONDS = 1.0


class Pump:
    """One pipe. `observe` is given whole lines as they come; `tail` keeps the last bytes for an exit's reason."""

    def __init__(self, fd, stream, log, echo=None, observe=None):
        self._fd = fd
        self._stream = stream.encode()
        self._log = log
        self._echo = echo
        self._observe = observe
        self._carry = b""
        self._carry_since = 0.0
        # What was logged of a line in parts already; observers are shown whole lines only.
        self._parted = b""
        self._lock = threading.Lock()
        self.tail = b""
        self.thread = threading.Thread(target=self._run, name="pump", daemon=True)

    def start(self):
        self.thread.start()

    def flush_idle(self):
        """Logs an unfinished line that has waited long enough, marked as partial. A character is never cut."""
        if self._carry and time.monotonic() - self._carry_since >= IDLE_SECONDS:
            with self._lock:
                end = whole_characters(self._carry)
                if end:
                    carry, self._carry = self._carry[:end], self._carry[end:]
                    self._note_part(carry)
                    self._emit(self._prefix(b"P") + carry + b"\n", carry)

    def _run(self):
        while True:
            try:
                chunk = os.read(self._fd, READ_BYTES)
            except OSError:
                break
            if not chunk:
                break
            self.tail = chunk[-TAIL_BYTES:] if len(chunk) >= TAIL_BYTES else (self.tail + chunk)[-TAIL_BYTES:]
            with self._lock:
                self._take(chunk)
        with self._lock:
            if self._carry:
                carry, self._carry = self._carry, b""
                self._show(carry + b"\n")
                self._emit(self._prefix(b"F") + carry + b"\n", carry + b"\n")
        os.close(self._fd)

    def _take(self, chunk):
        data = self._carry + chunk if self._carry else chunk
        end = data.rfind(b"\n") + 1
        self._carry = data[end:]
        self._carry_since = time.monotonic()
        if end:
            body = data[:end]
            if b"\r\n" in body:
                body = body.replace(b"\r\n", b"\n")
            self._show(body)
            self._emit(self._format(body), body)
        if len(self._carry) > LINE_BYTES:
            parts, self._carry = split_long(self._carry)
            prefix = self._prefix(b"P")
            self._note_part(b"".join(parts))
            self._emit(b"".join(prefix + part + b"\n" for part in parts), b"".join(parts))

    def _prefix(self, tag):
        return timestamp() + b" " + self._stream + b" " + tag + b" "

    def _format(self, body):
        full = self._prefix(b"F")
        if not has_long_line(body):
            return full + body[:-1].replace(b"\n", b"\n" + full) + b"\n"
        partial = full[:-2] + b"P "
        out = []
        for line in body[:-1].split(b"\n"):
            parts, rest = split_long(line)
            out.extend(partial + part + b"\n" for part in parts)
            out.append(full + rest + b"\n")
        return b"".join(out)

    def _emit(self, lines, raw):
        self._log.append(lines)
        if self._echo is not None:
            self._echo.write(raw)

    def _note_part(self, part):
        if self._observe is not None:
            self._parted = (self._parted + part)[:LINE_BYTES]

    def _show(self, body):
        if self._observe is not None:
            whole, self._parted = self._parted + body, b""
            self._observe(whole)


def has_long_line(body):
    """Whether a line of the newline-terminated body is longer than the bound; a few jumps, not a scan."""
    position = 0
    while len(body) - position > LINE_BYTES:
        newline = body.rfind(b"\n", position, position + LINE_BYTES + 1)
        if newline < 0:
            return True
        position = newline + 1
    return False


def whole_characters(data):
    """How many of the bytes are not the beginning of a UTF-8 character whose rest is on its way."""
    for back in range(1, min(3, len(data)) + 1):
        byte = data[-back]
        if byte & 0xC0 != 0x80:
            length = 4 if byte >= 0xF0 else 3 if byte >= 0xE0 else 2 if byte >= 0xC2 else 1
            return len(data) - back if byte < 0xF5 and length > back else len(data)
    return len(data)


def split_long(line):
    """(parts at the bound, rest) of a line; a UTF-8 character is never cut."""
    parts = []
    position = 0
    while len(line) - position > LINE_BYTES:
        end = position + LINE_BYTES
        for _ in range(3):
            if line[end] & 0xC0 == 0x80:
                end -= 1
        parts.append(line[position:end])
        position = end
    return parts, line[position:]
