"""Reads requirements.txt the way pip does, as far as needed to know what an environment depends on."""
import hashlib
import os
import re
from urllib.parse import unquote, urlsplit

from .config import LaunchError

_COMMENT = re.compile(r"(^|\s+)#.*$")
_OPTION = re.compile(r"^(-r|--requirement|-c|--constraint|-f|--find-links|-e|--editable)(?:\s*=\s*|\s+|(?<=^-[rcfe]))(.+)$")
_EXACT = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*==\s*([0-9][A-Za-z0-9.+!-]*)\s*(?:;.*)?$")
_NAME = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)")
_MARKER = re.compile(r"\s;|;\s")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_ARCHIVES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2")


class Requirements:
    """What the files ask for. `local` are paths of wheels and folders, `pins` and `names` by normalised name.

    `always` are the names without a marker. `variables` gives the file each `${NAME}` was found in first.

    `editable` says that something is used where it lies, and not copied into the environment; `alone` that no other
    file of the bundle was asked for, there or not.
    """

    def __init__(self, env):
        self.env = env
        self.files = []
        self.local = []
        self.editable = False
        self.alone = True
        self.find_links = []
        self.names = set()
        self.always = set()
        self.variables = {}
        self.pins = {}


def normalise(name):
    """`h2o_wave` -> `h2o-wave`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_requirements(app_root, env, name="requirements.txt"):
    """The Requirements of an unpacked app, or None without the file, with the variables of `env` put in.

    Raises LaunchError for what is missing.
    """
    path = os.path.join(app_root, name)
    if not os.path.isfile(path):
        return None
    found = Requirements(env)
    _read_file(path, app_root, found, set())
    return found


def constraints_for(text, versions):
    """The lines of our constraints file that apply. `versions` gives a version, or "" for any, by package name.

    A line `starlette<1  # when: h2o-wave>=0.23,<1.8.7` applies when that package is among them, in that range.
    """
    chosen = []
    for line in text.splitlines():
        requirement, _, condition = line.partition("# when:")
        requirement = requirement.strip()
        if not requirement or requirement.startswith("#"):
            continue
        if not condition.strip() or _holds(condition.strip(), versions):
            chosen.append(requirement)
    return chosen


def satisfies(version, specifiers):
    """Whether a version is in a range like `>=0.23,<1.8.7`. Compares release numbers only."""
    release = release_of(version)
    for specifier in filter(None, (part.strip() for part in specifiers.split(","))):
        match = re.match(r"(>=|<=|==|!=|<|>)\s*(.+)", specifier)
        if not match:
            return False
        operator, bound = match.group(1), release_of(match.group(2))
        size = max(len(release), len(bound))
        left = release + (0,) * (size - len(release))
        right = bound + (0,) * (size - len(bound))
        if not {
            ">=": left >= right,
            "<=": left <= right,
            "==": left == right,
            "!=": left != right,
            "<": left < right,
            ">": left > right,
        }[operator]:
            return False
    return True


def release_of(version):
    """`1.8.16rc1` -> (1, 8, 16)."""
    match = re.match(r"(?:\d+!)?v?(\d+(?:\.\d+)*)", version.strip())
    return tuple(int(part) for part in match.group(1).split(".")) if match else ()


def split_specifier(requirement):
    """`starlette<1` -> ("starlette", "<1")."""
    match = _NAME.match(requirement)
    name = match.group(1) if match else requirement
    return normalise(name), requirement[len(name) :].strip()


def require_variables(requirements):
    """Raises LaunchError for a variable that is not set: pip would take its name for a part of the requirement."""
    for name, file in requirements.variables.items():
        if not requirements.env.get(name):
            raise LaunchError(
                "install-failed",
                "%s uses the variable %s, which is not set." % (file, name),
                "Set it as a variable of the app ([[Env]] or --env), or write its value into the file.",
            )


def digest_of(requirements, app_root):
    """SHA-256 over the text of every file read, the variables in them, and the bytes of everything local."""
    digest = hashlib.sha256()
    for name in sorted(requirements.variables):
        digest.update(("%s=%s\0" % (name, requirements.env.get(name, ""))).encode("utf-8", "surrogateescape"))
    for path in covered(requirements):
        _add(digest, path, app_root)
    return digest.hexdigest()


def covered(requirements):
    """Paths of the files that `digest_of` covers: the requirements files, and everything local."""
    found = list(requirements.files)
    for path in requirements.local + requirements.find_links:
        found.extend(_files_below(path))
    return found


def keep_only(paths, app_root):
    """Removes every other file of an unpacked app."""
    kept = {os.path.realpath(path) for path in paths}
    for folder, _folders, names in os.walk(app_root):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.islink(path) and os.path.realpath(path) not in kept:
                os.unlink(path)


def _holds(condition, versions):
    name, specifiers = split_specifier(condition)
    version = versions.get(name)
    if version is None:
        return False
    return not specifiers or (version != "" and satisfies(version, specifiers))


def _add(digest, path, app_root):
    digest.update(os.path.relpath(path, app_root).encode("utf-8", "surrogateescape") + b"\0")
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
    digest.update(b"\0")


def _files_below(path):
    if os.path.isfile(path):
        return [path]
    found = []
    for folder, folders, names in os.walk(path):
        folders.sort()
        found.extend(os.path.join(folder, name) for name in sorted(names))
    return [name for name in found if os.path.isfile(name)]


def _logical_lines(path):
    with open(path, "rb") as file:
        text = file.read().decode("utf-8-sig", "replace")
    held = ""
    for line in text.splitlines():
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            held += line[:-1]
            continue
        line = _COMMENT.sub("", held + line).strip()
        held = ""
        if line:
            yield line
    if held.strip():
        yield held.strip()


def _read_file(path, app_root, found, seen):
    if path in seen:
        return
    seen.add(path)
    if not os.path.isfile(path):
        raise _missing(os.path.relpath(path, app_root), found)
    found.files.append(path)
    folder = os.path.dirname(path)
    for line in _logical_lines(path):
        for name in _VARIABLE.findall(line):
            found.variables.setdefault(name, os.path.relpath(path, app_root))
        line = _VARIABLE.sub(lambda match: found.env.get(match.group(1)) or match.group(0), line)
        option = _OPTION.match(line)
        if option:
            _read_option(option.group(1).lstrip("-")[0], option.group(2).strip("\"'"), folder, app_root, found, seen)
        elif not line.startswith("-"):
            _read_requirement(line, app_root, found)


def _read_option(letter, value, folder, app_root, found, seen):
    if letter in "rc":
        if "://" not in value:
            found.alone = False
            _read_file(os.path.join(folder, value), app_root, found, seen)
    elif letter == "f":
        path = os.path.join(folder, value)
        found.alone = found.alone and "://" in value
        if "://" not in value and os.path.exists(path):
            found.find_links.append(path)
    else:
        found.editable = True
        _read_requirement(value, app_root, found)


def _without_marker(line):
    """(requirement, marker) of a line; a semicolon may be part of a URL."""
    if "://" not in line and " @ " not in line:
        requirement, _, marker = line.partition(";")
        return requirement, marker
    requirement, *marker = _MARKER.split(line, 1)
    return requirement, "".join(marker)


def _read_requirement(line, app_root, found):
    requirement, marker = _without_marker(line)
    target = requirement.split(" --", 1)[0].strip()
    exact = _EXACT.match(target)
    if exact:
        found.pins[normalise(exact.group(1))] = exact.group(2)
    if " @ " in target:
        found.names.add(normalise(target.split("@", 1)[0].split("[", 1)[0].strip()))
        target = target.split("@", 1)[1].strip()
        if not target.startswith("file:"):
            return
    path = _local_path(target, app_root)
    if path is None:
        if _NAME.match(target) and "://" not in target:
            found.names.add(split_specifier(target)[0])
            if not marker:
                found.always.add(split_specifier(target)[0])
        return
    found.alone = False
    if not os.path.exists(path):
        if marker or _VARIABLE.search(target):
            return
        raise _missing(target, found)
    found.local.append(path)
    if path.endswith(".whl"):
        name, version = (os.path.basename(path).split("-") + [""])[:2]
        found.names.add(normalise(name))
        found.pins[normalise(name)] = version


def _local_path(target, app_root):
    """The path a requirement names, relative ones from the archive's root as pip has it; None for a package."""
    if target.startswith("file:"):
        parts = urlsplit(target)
        return os.path.join(app_root, unquote(parts.netloc + parts.path).split("#")[0])
    if "://" in target or target.startswith("git+"):
        return None
    bare = re.sub(r"\[[^\]]*\]$", "", target).strip()
    named = bare.startswith((".", "/")) or bare.lower().endswith(_ARCHIVES)
    return os.path.normpath(os.path.join(app_root, bare)) if named else None


def _missing(name, found):
    where = "requirements.txt" if not found.files else os.path.basename(found.files[-1])
    return LaunchError(
        "install-failed",
        "%s names %s, which is not in the bundle." % (where, name),
        "Put the file there (paths count from the bundle's root) or correct the line.",
    )
