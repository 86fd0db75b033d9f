"""The paths of a bundle: which names it may have, which of them collide, and where its links lead. As on the host."""
import os
import re
import unicodedata

from .zip_file import MAX_ENTRIES, Refused

# The same bounds as on the host. Sizes in bytes of UTF-8.
MAX_NAME = 255
MAX_PATH = 2048
MAX_DEPTH = 256
MAX_TARGET = 1024
MAX_HOPS = 16

_DRIVE = re.compile(r"^[A-Za-z]:")
_CONTROL = re.compile("[\x00-\x1f\x7f\ufffd]")
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\..*)?", re.IGNORECASE | re.ASCII | re.DOTALL)
_NOT_ON_WINDOWS = re.compile(r'[<>:"|?*]|[. ](/|$)')


def path_problem(path):
    """Why a path cannot be, in words that go after its name; None when it can. A slash at its end marks a folder."""
    bare = path[:-1] if path.endswith("/") else path
    parts = bare.split("/")
    if "\\" in bare:
        return "has a backslash in its name"
    if _CONTROL.search(bare):
        return "has a control character in its name, or is not valid UTF-8"
    if bare.startswith("/") or _DRIVE.match(bare):
        return "has an absolute path"
    if ".." in parts:
        return "leads out of the bundle"
    if "" in parts or "." in parts:
        return "has an empty part in its path"
    if any(_DEVICE.fullmatch(part) for part in parts):
        return "has a name that is a device on Windows"
    if len(bare.encode("utf-8")) > MAX_PATH or len(parts) > MAX_DEPTH:
        return "has too long a path"
    if any(len(part.encode("utf-8")) > MAX_NAME for part in parts):
        return "has too long a name"
    if os.name == "nt" and _NOT_ON_WINDOWS.search(path):
        return "has a name that Windows does not take"
    return None


def fold(name):
    """Equal for two names that some file system takes for one: by case, or by the form of accents."""
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).upper().lower())


class _Node:
    __slots__ = ("children", "explicit", "kind", "name", "target")

    def __init__(self, name, kind):
        self.name = name
        self.kind = kind
        self.explicit = False
        self.target = None
        # By folded name.
        self.children = {}


class PathTree:
    """The paths as the tree they make on disk."""

    def __init__(self):
        self._root = _Node("", "folder")
        self._nodes = 0

    def add(self, path, kind):
        """Raises Refused where the path cannot be beside those before it."""
        parts = path.rstrip("/").split("/")
        node = self._root
        for depth, part in enumerate(parts):
            last = depth == len(parts) - 1
            node = self._step(node, part, kind if last else "folder")
            if node.name != part:
                raise Refused("collides with %r" % node.name, path)
            if not last and node.kind != "folder":
                raise Refused("is a file and a folder at once", "/".join(parts[: depth + 1]))
        if node.explicit and node.kind == kind:
            raise Refused("is there twice", path)
        if node.kind != kind:
            raise Refused("is a file and a folder at once", path)
        node.explicit = True
        if self._nodes > 2 * MAX_ENTRIES:
            raise Refused("is one of more than %d files and folders" % (2 * MAX_ENTRIES), path)

    def set_target(self, path, target):
        self._find(path).target = target

    def follow(self, path):
        """The path a link leads to within the bundle. Raises Refused where it leads out or nowhere ends."""
        stack = [self._root]
        names = []

        def down(name):
            above = stack[-1]
            node = above.children.get(fold(name)) if above else None
            stack.append(node)
            names.append(node.name if node else name)
            return node

        for name in path.split("/")[:-1]:
            down(name)
        todo = _target_parts(self._find(path).target, path)
        hops = 0
        while todo:
            part = todo.pop()
            if part in ("", "."):
                continue
            if part == "..":
                if not names:
                    raise Refused("is a link out of the bundle", path)
                stack.pop()
                names.pop()
                continue
            node = down(part)
            if node is None or node.target is None:
                continue
            hops += 1
            if hops > MAX_HOPS:
                raise Refused("is a link in a circle, or through too many links", path)
            stack.pop()
            names.pop()
            todo.extend(_target_parts(node.target, path))
        return "/".join(names)

    def _step(self, parent, name, kind):
        folded = fold(name)
        node = parent.children.get(folded)
        if node is None:
            self._nodes += 1
            node = parent.children[folded] = _Node(name, kind)
        return node

    def _find(self, path):
        node = self._root
        for part in path.split("/"):
            node = node.children[fold(part)]
        return node


def _target_parts(target, path):
    """Last part first. Apart from "." and "..", the rules for names hold."""
    parts = target.split("/")
    named = [part for part in parts if part not in ("", ".", "..")]
    problem = path_problem("/".join(named)) if named else None
    if not target or target.startswith("/") or len(target.encode("utf-8")) > MAX_TARGET or problem:
        raise Refused("is a link out of the bundle, or to a name that cannot be", path)
    return parts[::-1]
