"""Unpacks a bundle, strictly: one doubtful entry and nothing of it is kept."""
import errno
import os
import posixpath
import re
import stat
import sys
import unicodedata
import zipfile
import zlib

from .config import LaunchError
from .files import BINARY, empty_folder, remove_tree

# Bounds: far above what an app needs, far below what hurts. Sizes in bytes.
MAX_ENTRIES = 200_000
MAX_TOTAL = 16 << 30
MAX_RATIO = 200
RATIO_FREE = 256 << 20
MAX_LINK = 4096

_CHUNK = 1 << 20
_DRIVE = re.compile(r"^[A-Za-z]:")
_WINDOWS_NAME = re.compile(r'[<>:"|?*\x01-\x1f]|[. ]$|^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?$', re.IGNORECASE)


class Refused(LaunchError):
    def __init__(self, what, name=None):
        message = what if name is None else "Entry %r %s." % (name, what)
        super().__init__("bundle-invalid", "The bundle is refused. " + message, "Bundle the project again.")


class Entry:
    """One checked member: `name` has forward slashes and no slash at its end."""

    def __init__(self, info):
        self.info = info
        mode = info.external_attr >> 16
        self.raw = info.orig_filename
        self.folder = self.raw.endswith("/") or stat.S_ISDIR(mode)
        self.link = stat.S_ISLNK(mode)
        self.mode = stat.S_IMODE(mode) & 0o777
        self.kind = stat.S_IFMT(mode)
        self.name = self.raw[:-1] if self.raw.endswith("/") else self.raw


def unpack(file, target, check_stop, on_percent):
    """Empties `target` and fills it with the archive. Raises LaunchError, Stopped; nothing is left then."""
    fresh = None
    try:
        with _open(file) as archive:
            entries = check_entries(archive.infolist())
            links = {entry.name: _link_target(archive, entry) for entry in entries if entry.link}
            _check_links(links)
            empty_folder(target)
            fresh = os.path.join(target, ".unpack-" + os.urandom(8).hex())
            os.mkdir(fresh, 0o700)
            _extract(archive, entries, links, fresh, check_stop, on_percent)
        for name in os.listdir(fresh):
            os.rename(os.path.join(fresh, name), os.path.join(target, name))
        os.rmdir(fresh)
    except OSError as error:
        _clear(fresh)
        raise LaunchError(
            "start-failed", "The bundle could not be unpacked: %s." % (error.strerror or error), "Free some space."
        ) from error
    except BaseException:
        _clear(fresh)
        raise


def check_entries(infos):
    """The members as entries, every one of them found harmless. Raises Refused with the entry's name."""
    if len(infos) > MAX_ENTRIES:
        raise Refused("It has %d entries, more than %d." % (len(infos), MAX_ENTRIES))
    entries = [Entry(info) for info in infos]
    spelling = {}
    kinds = {}
    for entry in entries:
        _check_entry(entry)
        _check_spelling(entry, spelling, kinds)
    _check_sizes(infos)
    return entries


def _clear(fresh):
    if fresh is not None:
        remove_tree(fresh)


def _open(file):
    try:
        return zipfile.ZipFile(file)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, UnicodeDecodeError) as error:
        raise Refused("It is not a zip archive, or is not complete: %s." % error) from error
    except OSError as error:
        # Older Pythons go wherever a damaged archive sends them, also to before its beginning.
        if error.errno != errno.EINVAL:
            raise
        raise Refused("It is not a zip archive, or is not complete.") from error


def _check_entry(entry):
    name, info = entry.name, entry.info
    parts = name.split("/")
    if "\0" in name:
        raise Refused("has a NUL in its name", name)
    if "\\" in name:
        raise Refused("has a backslash in its name", name)
    if name.startswith("/") or _DRIVE.match(name):
        raise Refused("has an absolute path", name)
    if ".." in parts:
        raise Refused("leads out of the bundle", name)
    if "" in parts or "." in parts:
        raise Refused("has an empty part in its path", name)
    if os.name == "nt" and any(_WINDOWS_NAME.search(part) for part in parts):
        raise Refused("has a name that Windows does not take", name)
    if info.flag_bits & 0x2041:
        raise Refused("is encrypted", name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused("is compressed in a way that is not supported", name)
    if entry.kind not in (0, stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
        raise Refused("is neither a file, a folder nor a link", name)
    if entry.folder and info.file_size:
        raise Refused("is a folder with content", name)
    if entry.link and info.file_size > MAX_LINK:
        raise Refused("is a link with too long a target", name)


def _check_spelling(entry, spelling, kinds):
    """No two entries may meet, on a file system that ignores case or the form of accents either; a link has nothing below."""
    path = ""
    parts = entry.name.split("/")
    for depth, part in enumerate(parts):
        path = part if depth == 0 else path + "/" + part
        key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
        before = spelling.setdefault(key, path)
        if before != path:
            raise Refused("collides with %r" % before, entry.name)
        last = depth == len(parts) - 1
        kind = ("folder" if entry.folder else "file") if last else "path"
        if last and kinds.get(key) in ("file", "folder"):
            raise Refused("is there twice", entry.name)
        if kinds.get(key) == "file" or (kind == "file" and kinds.get(key) == "path"):
            raise Refused("is a file and a folder at once", path)
        if last or key not in kinds:
            kinds[key] = kind


def _check_sizes(infos):
    total = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if total > MAX_TOTAL:
        raise Refused("It would unpack to %d bytes, more than %d." % (total, MAX_TOTAL))
    if total > RATIO_FREE and total > MAX_RATIO * max(1, packed):
        raise Refused("It would unpack to %d times its size." % (total // max(1, packed)))
    # Entries that share bytes are how a small archive claims to be huge.
    end, before = 0, None
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise Refused("overlaps %r" % before, info.filename)
        end, before = info.header_offset + 30 + info.compress_size, info.filename


def _link_target(archive, entry):
    target = _read_whole(archive, entry)
    try:
        text = target.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("is a link to a name that is not UTF-8", entry.name) from None
    if not text or "\0" in text or "\\" in text or text.startswith("/") or _DRIVE.match(text):
        raise Refused("is a link out of the bundle", entry.name)
    return text


def _check_links(links):
    """Every link must end inside, whichever other links lie on its way."""
    for name in links:
        if _resolve(name, links) is None:
            raise Refused("is a link out of the bundle", name)


def _resolve(name, links):
    """The path a name stands for within the bundle, or None when it leads out or nowhere ends."""
    budget = 40
    done = []
    todo = list(reversed(name.split("/")))
    while todo:
        part = todo.pop()
        if part == "..":
            if not done:
                return None
            done.pop()
        elif part not in ("", "."):
            done.append(part)
            target = links.get("/".join(done))
            if target is not None:
                budget -= 1
                if budget == 0:
                    return None
                done.pop()
                todo.extend(reversed(target.split("/")))
    return "/".join(done)


def _read_whole(archive, entry):
    return b"".join(_chunks(archive, entry))


def _chunks(archive, entry):
    try:
        with archive.open(entry.info) as source:
            size = 0
            while True:
                chunk = source.read(_CHUNK)
                if not chunk:
                    break
                size += len(chunk)
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeDecodeError) as error:
        raise Refused("is damaged: %s" % error, entry.name) from error
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
        raise Refused("is damaged: it begins before the archive", entry.name) from error
    if size != entry.info.file_size:
        raise Refused("has %d bytes, not the %d it claims" % (size, entry.info.file_size), entry.name)


def _extract(archive, entries, links, root, check_stop, on_percent):
    total = sum(entry.info.file_size for entry in entries) or 1
    done = 0
    made = set()
    for entry in entries:
        check_stop()
        path = os.path.join(root, *entry.name.split("/"))
        folder = path if entry.folder else os.path.dirname(path)
        if folder not in made:
            os.makedirs(folder, exist_ok=True)
            made.add(folder)
        if entry.folder or entry.link:
            continue
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
        with open(fd, "wb", buffering=0) as out:
            for chunk in _chunks(archive, entry):
                out.write(chunk)
                done += len(chunk)
                check_stop()
                on_percent(100 * done / total)
        os.chmod(path, (entry.mode or 0o644) | 0o600)
    for name, target in links.items():
        _make_link(root, name, target, links)
    for entry in entries:
        if entry.folder and entry.mode:
            os.chmod(os.path.join(root, *entry.name.split("/")), entry.mode | 0o700)


def _make_link(root, name, target, links):
    path = os.path.join(root, *name.split("/"))
    try:
        os.symlink(target.replace("/", os.sep), path)
    except OSError:
        if sys.platform != "win32":
            raise
        # Windows keeps links for the privileged: a copy serves as well.
        import shutil

        source = os.path.join(root, *(_resolve(posixpath.join(posixpath.dirname(name), target), links) or "").split("/"))
        if os.path.isdir(source):
            shutil.copytree(source, path)
        elif os.path.isfile(source):
            shutil.copy2(source, path)
