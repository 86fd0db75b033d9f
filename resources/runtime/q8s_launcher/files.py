"""File helpers: safe reads, locks that end with their process, atomic replacement, emptying folders."""
import errno
import os
import shutil
import stat
import time

if os.name == "nt":
    import msvcrt
else:
    import fcntl


# Windows would turn line ends into two bytes otherwise.
BINARY = getattr(os, "O_BINARY", 0)


# Neither follows a link nor waits for the other end of a pipe. Windows has no such flags.
_PLAIN = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | BINARY

# Bytes of the largest file that is believed to be one of ours: a marker, a note.
SMALL_BYTES = 1 << 20


def open_plain(path, flags=os.O_RDONLY, mode=0o666):
    """The descriptor of a regular file. Raises OSError for a link, pipe, device or folder in its place."""
    fd = os.open(path, flags | _PLAIN, mode)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "not a regular file", path)
    return fd


def read_small(path, limit=SMALL_BYTES):
    """The bytes of a regular file. Raises OSError for anything else, and for more than `limit` bytes."""
    with os.fdopen(open_plain(path), "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise OSError(errno.EFBIG, "larger than %d bytes" % limit, path)
    return content


class FileLock:
    """An advisory lock on a file, given back by the system when the process ends, however it ends."""

    def __init__(self, path):
        self._path = path
        self._fd = None
        self._exclusive = False

    def acquire(self, shared=False):
        """Tries once; True when this process holds the lock now. Asked again, it changes the kind of the lock.

        Raises OSError where something else than a regular file is in its place.
        """
        if self._fd is None:
            self._fd = open_plain(self._path, os.O_RDWR | os.O_CREAT)
        try:
            if os.name == "nt":
                # Windows has no shared kind here: users of an environment are protected by its files being open.
                if self._exclusive == shared:
                    os.lseek(self._fd, 0, os.SEEK_SET)
                    msvcrt.locking(self._fd, msvcrt.LK_UNLCK if shared else msvcrt.LK_NBLCK, 1)
                self._exclusive = not shared
            else:
                kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
                fcntl.flock(self._fd, kind | fcntl.LOCK_NB)
            return True
        except OSError as error:
            if error.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK):
                return False
            raise

    def release(self):
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
            self._exclusive = False


def replace_file(path, content, lasting=False):
    """Replaces a file whole: readers see the old bytes or the new ones. `lasting` waits for the disk."""
    temporary = "%s.%d.tmp" % (path, os.getpid())
    try:
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | BINARY, 0o644)
        try:
            left = content
            while left:
                left = left[os.write(fd, left) :]
            if lasting:
                os.fsync(fd)
        finally:
            os.close(fd)
        for attempt in range(20):
            try:
                os.replace(temporary, path)
                return
            except PermissionError:
                # Windows: a reader has the file open this very moment.
                if os.name != "nt" or attempt == 19:
                    raise
                time.sleep(0.01)
    except OSError:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        raise


def remove_tree(path):
    """Removes a file or folder if it is there, read-only parts too, never following a link."""

    def make_writable_and_retry(function, name, _error):
        os.chmod(os.path.dirname(name), 0o700)
        if not os.path.islink(name):
            os.chmod(name, stat.S_IRWXU)
        function(name)

    if os.path.isdir(path) and not os.path.islink(path):
        shutil.rmtree(path, onerror=make_writable_and_retry)
    elif os.path.lexists(path):
        os.unlink(path)


def empty_folder(path):
    """Makes the folder if need be and removes what is in it; the folder itself stays (it may be a mount)."""
    os.makedirs(path, exist_ok=True)
    for name in os.listdir(path):
        remove_tree(os.path.join(path, name))
