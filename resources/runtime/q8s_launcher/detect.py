"""Tells how an app wants to be started, by reading its code and never running it."""
import ast
import os
from typing import NamedTuple, Optional

WAVE_PACKAGES = ("h2o_wave", "h2o_q")
# Local modules looked at when asking whether an app uses Wave at all.
_MAX_MODULES = 500
_MAX_BYTES = 4 << 20


class Style(NamedTuple):
    """`kind`: "asgi" (uvicorn serves Module:main), "module" (python -m Module with a Wave server), "plain"."""

    kind: str
    sdk: Optional[str]
    found: bool
    hint: Optional[str]


def detect(app_root, module, site_packages=None):
    """The Style of `module`, searched in the app first and then in what is installed."""
    code = Code([app_root] + ([site_packages] if site_packages else []))
    main = code.module(module)
    if main is None:
        return Style("plain", None, False, None)
    sdk = code.sdk_of(module)
    if code.exports_main(module):
        return Style("asgi", sdk or "h2o_wave", True, None)
    if sdk is None:
        return Style("plain", None, True, None)
    runs = main.runs or (main.package and code.module(module + ".__main__") is not None)
    hint = None
    if main.decorated and not runs:
        hint = "A Wave app's module must import main: from h2o_wave import main, app, Q, ui."
    return Style("module", sdk, True, hint)


class Module:
    """What one file says: its imports, whether it calls listen() or has a main guard, and its names."""

    def __init__(self, name, package, tree):
        self.name = name
        self.package = package
        self.imports = []
        self.names = {}
        self.stars = []
        self.runs = False
        self.decorated = False
        for node in ast.walk(tree):
            self._look(node)
        for node in ast.walk(ast.Module(body=_top_level(tree), type_ignores=[])):
            if isinstance(node, ast.ImportFrom):
                self._bind(node)

    def absolute(self, node):
        """The full name of what `from ... import` takes from."""
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        base = parts[: len(parts) - node.level + (1 if self.package else 0)]
        return ".".join(base + ([node.module] if node.module else []))

    def _look(self, node):
        if isinstance(node, ast.Import):
            self.imports.extend(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = self.absolute(node)
            self.imports.append(source)
            self.imports.extend(source + "." + alias.name for alias in node.names)
        elif isinstance(node, ast.Call) and _name_of(node.func) == "listen":
            self.runs = True
        elif isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id == "__name__":
            self.runs = True
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for decorator in node.decorator_list:
                if isinstance(decorator, ast.Call) and _name_of(decorator.func) == "app":
                    self.decorated = True

    def _bind(self, node):
        source = self.absolute(node)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(source)
            else:
                self.names[alias.asname or alias.name] = (source, alias.name)


class Code:
    """The files an app may import from."""

    def __init__(self, roots):
        self._roots = roots
        self._modules = {}

    def module(self, name):
        if name not in self._modules:
            self._modules[name] = self._read(name)
        return self._modules[name]

    def exports_main(self, name, depth=0):
        """Whether `name` has Wave's `main`, imported directly or through modules of the app."""
        if name == "h2o_wave":
            return True
        module = self.module(name) if depth < 20 and name.split(".")[0] not in WAVE_PACKAGES else None
        if module is None:
            return False
        if "main" in module.names:
            source, original = module.names["main"]
            return original == "main" and self.exports_main(source, depth + 1)
        return any(self.exports_main(source, depth + 1) for source in module.stars)

    def sdk_of(self, name):
        """The Wave package an app uses anywhere in its own code, or None."""
        queue, seen = [name, name + ".__main__"], set()
        while queue and len(seen) < _MAX_MODULES:
            current = queue.pop(0)
            if current in seen:
                continue
            seen.add(current)
            top = current.split(".")[0]
            if top in WAVE_PACKAGES:
                return top
            module = self.module(current)
            if module is not None:
                queue.extend(module.imports)
                queue.extend(current.rpartition(".")[0] for _ in [0] if "." in current)
        return None

    def _read(self, name):
        if not all(part.isidentifier() for part in name.split(".")):
            return None
        for root in self._roots:
            base = os.path.join(root, *name.split("."))
            for path, package in ((os.path.join(base, "__init__.py"), True), (base + ".py", False)):
                # Of what is installed only the app's own entry matters: the rest would take long to read.
                if os.path.isfile(path) and (root == self._roots[0] or not self._modules):
                    return _parse(name, package, path)
        return None


def _parse(name, package, path):
    try:
        if os.path.getsize(path) > _MAX_BYTES:
            return Module(name, package, ast.Module(body=[], type_ignores=[]))
        with open(path, "rb") as file:
            tree = ast.parse(file.read(), path)
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        # Python itself will say what is wrong with it, in its own words, when it runs it.
        tree = ast.Module(body=[], type_ignores=[])
    return Module(name, package, tree)


def _top_level(tree):
    """Statements that run at import: those in functions and classes do not bind names of the module."""
    found = []
    for node in tree.body:
        if isinstance(node, (ast.If, ast.Try, ast.With)):
            found.extend(_top_level(node))
            for part in ("orelse", "finalbody"):
                found.extend(_top_level(ast.Module(body=getattr(node, part, []), type_ignores=[])))
            for handler in getattr(node, "handlers", []):
                found.extend(_top_level(handler))
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.append(node)
    return found


def _name_of(node):
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
