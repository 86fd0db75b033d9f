"""The log: CRI lines appended to numbered segments, and the launcher's own messages."""
import json
import os
import re
import stat
import threading
import time
from collections import deque

from .files import BINARY

_SEGMENT_NAME = re.compile(r"^(\d{12})\.log$")


def timestamp():
    """Now as RFC 3339 in UTC with microseconds, as bytes."""
    now = time.time_ns() // 1000
    return b"%s.%06dZ" % (time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now // 1_000_000)).encode(), now % 1_000_000)


def first_lines(folder):
    """(number of the first line, path, bytes) of each segment, oldest first. Links and pipes are not segments."""
    found = []
    for name in os.listdir(folder):
        match = _SEGMENT_NAME.match(name)
        if match:
            path = os.path.join(folder, name)
            info = os.lstat(path)
            if stat.S_ISREG(info.st_mode):
                found.append((int(match.group(1)), path, info.st_size))
    return sorted(found)


class LogWriter:
    """Appends whole lines from any thread. When the disk refuses them they are counted, never waited for."""

    def __init__(self, folder, segment_bytes, total_bytes):
        self._folder = folder
        self._segment_bytes = segment_bytes
        self._total_bytes = total_bytes
        self._lock = threading.Lock()
        self._closed = deque()
        self._closed_bytes = 0
        self._fd = None
        self._path = None
        self._size = 0
        self._next_line = 0
        self._dropped = 0
        self._ended = False
        try:
            if os.path.islink(folder):
                # An app put it there: the log is in this run's own folder.
                os.unlink(folder)
            os.makedirs(folder, exist_ok=True)
            self._take_up_earlier_runs()
        except OSError:
            pass

    def append(self, block):
        """Appends a block of one or more whole lines in CRI format."""
        with self._lock:
            if self._ended:
                return
            if self._dropped:
                self._report_dropped()
            self._write(block)

    def system(self, text):
        """Appends text of the launcher's own, a line each."""
        prefix = timestamp() + b" system F "
        lines = text.encode("utf-8", "replace").split(b"\n")
        self.append(b"".join(prefix + line + b"\n" for line in lines))

    def close(self):
        with self._lock:
            self._ended = True
            if self._fd is not None:
                os.close(self._fd)
                self._fd = None

    def _take_up_earlier_runs(self):
        """Repairs a torn last line and counts on from the newest segment."""
        segments = first_lines(self._folder)
        if not segments:
            return
        first, path, size = segments[-1]
        with open(path, "rb+") as file:
            lines, last = 0, b"\n"
            for chunk in iter(lambda: file.read(1 << 20), b""):
                lines += chunk.count(b"\n")
                last = chunk[-1:]
            if last != b"\n":
                file.write(b"\n")
                lines += 1
                size += 1
        self._next_line = first + lines
        if lines == 0:
            segments.pop()
        else:
            segments[-1] = (first, path, size)
        for _first, path, size in segments:
            self._closed.append((path, size))
            self._closed_bytes += size

    def _write(self, block):
        start = 0
        while start < len(block):
            room = self._segment_bytes - self._size
            if (self._fd is None or room <= 0) and not self._begin_segment():
                self._dropped += block.count(b"\n", start)
                return
            room = max(1, self._segment_bytes - self._size)
            end = len(block)
            if end - start > room:
                end = block.index(b"\n", start + room - 1) + 1
            self._write_piece(block if end - start == len(block) else block[start:end])
            start = end

    def _write_piece(self, piece):
        written = 0
        try:
            while written < len(piece):
                written += os.write(self._fd, piece[written:] if written else piece)
        except OSError:
            self._keep_whole_lines(piece, written)
            return
        self._count(piece, len(piece))
        self._remove_oldest()

    def _count(self, piece, size):
        self._size += size
        self._next_line += piece.count(b"\n", 0, size)

    def _keep_whole_lines(self, piece, written):
        """Takes back the torn line at the end of a write that was cut short; a reader may have the lines before it."""
        whole = piece.rfind(b"\n", 0, written) + 1
        self._count(piece, whole)
        self._dropped += piece.count(b"\n", whole)
        if written == whole:
            return
        try:
            os.ftruncate(self._fd, self._size)
        except OSError:
            # The part cannot be taken back: what follows goes to a segment of its own.
            self._next_line += 1
            self._size = self._segment_bytes

    def _begin_segment(self):
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
            self._closed.append((self._path, self._size))
            self._closed_bytes += self._size
            self._size = 0
        self._path = os.path.join(self._folder, "%012d.log" % self._next_line)
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_TRUNC | BINARY
            self._fd = os.open(self._path, flags, 0o644)
        except OSError:
            return False
        self._remove_oldest()
        return True

    def _remove_oldest(self):
        while self._closed and self._closed_bytes + self._size > self._total_bytes:
            path, size = self._closed.popleft()
            self._closed_bytes -= size
            try:
                os.unlink(path)
            except OSError:
                pass

    def _report_dropped(self):
        count, self._dropped = self._dropped, 0
        text = b"%d log lines could not be written (is the disk full?); the app was not stopped for them" % count
        self._write(timestamp() + b" system F " + text + b"\n")
        if self._dropped:
            self._dropped = count


class Echo:
    """Copies output to the launcher's own stdout for whoever watches it; drops rather than waits."""

    def __init__(self, limit_bytes=4 << 20):
        self._limit = limit_bytes
        self._pending = deque()
        self._bytes = 0
        self._changed = threading.Condition()
        self._broken = False
        self._writing = False
        threading.Thread(target=self._run, name="echo", daemon=True).start()

    def write(self, block):
        with self._changed:
            if self._broken or self._bytes + len(block) > self._limit:
                return
            self._pending.append(block)
            self._bytes += len(block)
            self._changed.notify_all()

    def flush(self, seconds):
        """Waits until all is written, no longer than given."""
        with self._changed:
            self._changed.wait_for(lambda: self._broken or not (self._pending or self._writing), seconds)

    def _run(self):
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._pending)
                block = b"".join(self._pending)
                self._pending.clear()
                self._bytes = 0
                self._writing = True
            try:
                while block:
                    block = block[os.write(1, block) :]
            except OSError:
                self._broken = True
            with self._changed:
                self._writing = False
                self._changed.notify_all()
            if self._broken:
                return


class Messages:
    """What the launcher itself has to say: a line of JSON on its stdout and in the log."""

    def __init__(self, log, echo):
        self._log = log
        self._echo = echo

    def say(self, message, level="info", **fields):
        line = {"level": level}
        line.update(fields)
        line["time"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        line["message"] = message
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"))
        self._log.system(text)
        self._echo.write(text.encode("utf-8", "replace") + b"\n")

    def plain(self, text):
        """A line for people: a divider, a reason, the installer's output."""
        self._log.system(text)
        self._echo.write(text.encode("utf-8", "replace") + b"\n")
