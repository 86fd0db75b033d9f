"""Apps that a program of their framework starts: a Streamlit script, an ASGI or WSGI object, a Django project."""
import ast
import os
from typing import NamedTuple, Optional

# Classes whose object a server is given, by the command that serves it.
_OBJECTS = {"FastAPI": "uvicorn", "Starlette": "uvicorn", "Quart": "uvicorn", "Flask": "flask", "Litestar": "uvicorn"}
# Calls that begin to serve: a module with one of them is started as it is.
_SERVING = {"run", "run_server", "run_app", "run_simple", "serve", "serve_forever", "launch", "listen"}


class Framework(NamedTuple):
    """`name`: "streamlit", "uvicorn", "flask", "django"; `target`: what its command is given."""

    name: str
    target: str


def framework_of(module, path, tree) -> Optional[Framework]:
    """What has to start a module that starts nothing itself; None where `python -m` does."""
    if tree is None:
        return None
    if _is_script(_modules(tree)):
        return Framework("streamlit", path)
    if _calls(tree, {"execute_from_command_line"}):
        return Framework("django", module)
    if _calls(tree, _SERVING):
        return None
    for node in tree.body:
        value = getattr(node, "value", None)
        if not isinstance(node, (ast.Assign, ast.AnnAssign)) or not isinstance(value, ast.Call):
            continue
        command = _OBJECTS.get(_name(value.func))
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if command and isinstance(target, ast.Name):
            return Framework(command, "%s:%s" % (module, target.id))
    return None


def command_of(framework, python, host, port):
    """The command line, as the framework's own documentation has it."""
    if framework.name == "streamlit":
        options = ["--server.port", str(port), "--server.address", host, "--server.headless", "true"]
        return [python, "-m", "streamlit", "run", framework.target] + options
    if framework.name == "flask":
        return [python, "-m", "flask", "--app", framework.target, "run", "--host", host, "--port", str(port)]
    if framework.name == "django":
        return [python, "-m", framework.target, "runserver", "--noreload", "%s:%s" % (host, port)]
    return [python, "-m", "uvicorn", framework.target, "--host", host, "--port", str(port)]


def read_module(app_root, module):
    """(path, syntax tree) of the app's own module; (None, None) where it is not among its files, or no Python."""
    base = os.path.join(app_root, *module.split("."))
    for path in (base + ".py", os.path.join(base, "__main__.py")):
        try:
            with open(path, "rb") as file:
                return path, ast.parse(file.read(4 << 20), path)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            continue
    return None, None


def _is_script(modules):
    """A Streamlit script; one that starts another is started as it is."""
    top = {name.split(".")[0] for name in modules}
    return "streamlit" in top and not top & {"subprocess", "runpy"} and not any(name.startswith("streamlit.web") for name in modules)


def _modules(tree):
    """Full names of what it imports."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module or "")
    return found


def _calls(tree, names):
    return any(isinstance(node, ast.Call) and _name(node.func) in names and not _is_other_run(node.func) for node in ast.walk(tree))


def _is_other_run(function):
    """`subprocess.run(...)` and the like, which serve nothing."""
    return isinstance(function, ast.Attribute) and _name(function.value) in ("subprocess", "asyncio", "anyio", "trio")


def _name(node):
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""
