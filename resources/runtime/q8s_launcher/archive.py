"""Unpacks a bundle, strictly: one doubtful entry and nothing of it is kept."""
import errno
import os
import stat
import sys

from .config import LaunchError
from .files import BINARY, empty_folder, remove_tree
from .names import MAX_TARGET, PathTree, path_problem
from .zip_file import Refused, chunks, read_members

# The same bounds as on the host: above what an app needs, below what hurts. Sizes in bytes.
MAX_TOTAL = 16 << 30
MAX_RATIO = 100
RATIO_FREE = 1 << 30
MAX_LINKS = 10_000

_KINDS = {0: "file", stat.S_IFREG: "file", stat.S_IFDIR: "folder", stat.S_IFLNK: "link"}


class Entry:
    """One checked member: `name` has forward slashes and no slash at its end."""

    def __init__(self, member):
        self.member = member
        self.kind = _kind_of(member)
        self.mode = stat.S_IMODE(member.mode) & 0o777
        self.name = member.name[:-1] if self.kind == "folder" else member.name


def unpack(file, target, check_stop, on_percent):
    """Empties `target` and fills it with the archive. Raises LaunchError, Stopped; nothing is left then."""
    fresh = None
    try:
        entries, links = check_archive(file)
        empty_folder(target)
        fresh = os.path.join(target, ".unpack-" + os.urandom(8).hex())
        os.mkdir(fresh, 0o700)
        _extract(file, entries, links, fresh, check_stop, on_percent)
        for name in os.listdir(fresh):
            os.rename(os.path.join(fresh, name), os.path.join(target, name))
        os.rmdir(fresh)
    except OSError as error:
        _clear(fresh)
        hint = "Use shorter names." if error.errno == errno.ENAMETOOLONG else "Free some space."
        raise LaunchError(
            "start-failed", "The bundle could not be unpacked: %s." % (error.strerror or error), hint
        ) from error
    except BaseException:
        _clear(fresh)
        raise


def check_archive(file):
    """The entries, and by name of a link its target and where it leads. Raises Refused with the entry's name."""
    members = read_members(file)
    entries = []
    tree = PathTree()
    for member in members:
        problem = path_problem(member.name)
        if problem:
            raise Refused(problem, member.name)
        entry = Entry(member)
        tree.add(entry.name, entry.kind)
        entries.append(entry)
    _check_sizes(members, file.seek(0, 2))
    links = {entry.name: _link_target(file, entry) for entry in entries if entry.kind == "link"}
    if len(links) > MAX_LINKS:
        raise Refused("It has more than %d links." % MAX_LINKS)
    for name, target in links.items():
        tree.set_target(name, target)
    return entries, {name: (target, tree.follow(name)) for name, target in links.items()}


def _clear(fresh):
    if fresh is not None:
        remove_tree(fresh)


def _kind_of(member):
    kind = _KINDS.get(stat.S_IFMT(member.mode))
    if kind is None:
        raise Refused("is neither a file, a folder nor a link", member.name)
    named = member.name.endswith("/")
    if named != (kind == "folder") and not (named and stat.S_IFMT(member.mode) == 0):
        raise Refused("is named like a folder and is not one, or is one and not named so", member.name)
    if named and member.size:
        raise Refused("is a folder with content", member.name)
    return "folder" if named else kind


def _check_sizes(members, file_size):
    total = sum(member.size for member in members)
    if total > MAX_TOTAL:
        raise Refused("It would unpack to %d bytes, more than %d." % (total, MAX_TOTAL))
    if total > RATIO_FREE and total > MAX_RATIO * file_size:
        raise Refused("It would unpack to %d times its size." % (total // file_size))


def _link_target(file, entry):
    if entry.member.size > MAX_TARGET:
        raise Refused("is a link with too long a target", entry.name)
    try:
        return b"".join(chunks(file, entry.member)).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("is a link to a name that is not UTF-8", entry.name) from None


def _extract(file, entries, links, root, check_stop, on_percent):
    total = sum(entry.member.size for entry in entries) or 1
    done = 0
    made = set()
    for entry in entries:
        check_stop()
        path = os.path.join(root, *entry.name.split("/"))
        folder = path if entry.kind == "folder" else os.path.dirname(path)
        if folder not in made:
            os.makedirs(folder, exist_ok=True)
            made.add(folder)
        if entry.kind == "link":
            continue
        if entry.kind == "folder":
            # It has none; what is packed of it must say the same.
            for _chunk in chunks(file, entry.member):
                pass
            continue
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o600)
        with open(fd, "wb", buffering=0) as out:
            for chunk in chunks(file, entry.member):
                out.write(chunk)
                done += len(chunk)
                check_stop()
                on_percent(100 * done / total)
        os.chmod(path, (entry.mode or 0o644) | 0o600)
    for name, (target, leads_to) in links.items():
        _make_link(root, name, target, leads_to)
    for entry in entries:
        if entry.kind == "folder" and entry.mode:
            os.chmod(os.path.join(root, *entry.name.split("/")), entry.mode | 0o700)


def _make_link(root, name, target, leads_to):
    path = os.path.join(root, *name.split("/"))
    try:
        os.symlink(target.replace("/", os.sep), path)
    except OSError:
        if sys.platform != "win32":
            raise
        # Windows keeps links for the privileged: a copy serves as well.
        import shutil

        source = os.path.join(root, *leads_to.split("/"))
        if os.path.isdir(source):
            shutil.copytree(source, path)
        elif os.path.isfile(source):
            shutil.copy2(source, path)
