"""The user's installer settings: read from pip's variables and files, given to pip and to uv alike."""
import os
import sys

# pip's options that uv knows too; with any other one set, pip itself does the work.
_SHARED = {
    "index-url",
    "extra-index-url",
    "find-links",
    "no-index",
    "trusted-host",
    "cert",
    "timeout",
    "constraint",
    "proxy",
    "pre",
}
# Those that change nothing of what is installed.
_HARMLESS = {
    "disable-pip-version-check",
    "no-input",
    "root-user-action",
    "cache-dir",
    "no-cache-dir",
    "progress-bar",
    "retries",
    "quiet",
    "verbose",
    "no-color",
    "break-system-packages",
    "require-virtualenv",
    "no-python-version-warning",
    "no-warn-script-location",
    "user",
    "config-file",
    "prefer-binary",
}
# Those that lead the packages elsewhere than into the app's environment, or ask for others than the app's.
_REDIRECTING = {
    "target",
    "prefix",
    "root",
    "dry-run",
    "user",
    "editable",
    "requirement",
    "requirements",
    "group",
    "python",
    "isolated",
}
_ON = ("1", "true", "yes", "on")
_OFF = ("0", "false", "no", "off")


def read_settings(env):
    """pip's options in force, by name without dashes in front: files first, variables over them."""
    return {name: value for name, value in _read_options(env).items() if name not in _REDIRECTING}


def ignored_settings(env):
    """Names of options that are set and not followed: an environment has to hold what the app asks for."""
    options = _read_options(env).items()
    return sorted(name for name, value in options if name in _REDIRECTING and value.lower() not in _OFF)


def _read_options(env):
    options = {}
    for path in _files(env):
        # Slow to import, and seldom needed.
        import configparser

        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError):
            continue
        for section in ("global", "install"):
            if parser.has_section(section):
                options.update((key.replace("_", "-"), value) for key, value in parser.items(section))
    for name, value in env.items():
        if name.startswith("PIP_"):
            options[name[4:].lower().replace("_", "-")] = value
    if "default-timeout" in options:
        options["timeout"] = options.pop("default-timeout")
    return {key: " ".join(value.split()) for key, value in options.items() if value.strip()}


def only_pip_can(settings):
    """Names of options in force that uv has no twin for."""
    return sorted(
        name
        for name, value in settings.items()
        if name not in _SHARED and name not in _HARMLESS and value.lower() not in _OFF
    )


def identity(settings, env):
    """What of the settings decides what is installed, in a fixed order; may hold passwords: hash it, never show it."""
    decisive = ["index-url", "extra-index-url", "find-links", "no-index", "pre", "no-binary", "only-binary"]
    parts = ["%s=%s" % (name, settings[name]) for name in decisive if name in settings]
    parts += ["%s=%s" % (name, env[name]) for name in sorted(env) if name.startswith("UV_") and "CACHE" not in name]
    return "\n".join(parts)


def constraint_files(settings):
    """The user's own constraints files."""
    return settings.get("constraint", "").split()


def uv_environment(env, settings):
    """`env` with pip's settings in uv's words; what is set for uv itself wins."""
    words = {"UV_INDEX_STRATEGY": "unsafe-best-match", "UV_NO_PROGRESS": "1"}
    if "index-url" in settings:
        words["UV_DEFAULT_INDEX"] = settings["index-url"]
    if "extra-index-url" in settings:
        words["UV_INDEX"] = settings["extra-index-url"]
    if "find-links" in settings:
        words["UV_FIND_LINKS"] = ",".join(settings["find-links"].split())
    if "trusted-host" in settings:
        words["UV_INSECURE_HOST"] = settings["trusted-host"]
    if "timeout" in settings:
        words["UV_HTTP_TIMEOUT"] = settings["timeout"].partition(".")[0]
    if settings.get("pre", "").lower() in _ON:
        words["UV_PRERELEASE"] = "allow"
    if "proxy" in settings:
        words["HTTP_PROXY"] = words["HTTPS_PROXY"] = settings["proxy"]
    certificates = settings.get("cert") or env.get("REQUESTS_CA_BUNDLE") or env.get("CURL_CA_BUNDLE")
    if certificates:
        words["SSL_CERT_FILE"] = certificates
    elif "SSL_CERT_FILE" not in env:
        # As pip does: trust what this computer trusts.
        words["UV_SYSTEM_CERTS"] = "true"
    result = dict(env)
    for name, value in words.items():
        result.setdefault(name, value)
    return result


def pip_environment(env, settings):
    """`env` for pip with these settings and no others: its files are read already."""
    result = {name: value for name, value in env.items() if not name.startswith("PIP_")}
    result.update(("PIP_" + name.upper().replace("-", "_"), value) for name, value in settings.items())
    result["PIP_CONFIG_FILE"] = os.devnull
    return result


def no_index(settings):
    return settings.get("no-index", "").lower() in _ON


def _files(env):
    name = "pip.ini" if os.name == "nt" else "pip.conf"
    if env.get("PIP_CONFIG_FILE") == os.devnull:
        return []
    home = os.path.expanduser("~")
    if os.name == "nt":
        paths = [
            os.path.join(env.get("PROGRAMDATA", "C:\\ProgramData"), "pip", name),
            os.path.join(home, "pip", name),
            os.path.join(env.get("APPDATA", home), "pip", name),
        ]
    elif sys.platform == "darwin":
        library = "Library/Application Support/pip"
        own = os.path.join(home, library, name)
        paths = [
            os.path.join("/" + library, name),
            os.path.join(home, ".pip", name),
            own if os.path.isdir(os.path.dirname(own)) else os.path.join(home, ".config", "pip", name),
        ]
    else:
        shared = (env.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(os.pathsep)
        paths = [os.path.join(folder, "pip", name) for folder in shared] + ["/etc/" + name]
        paths += [
            os.path.join(home, ".pip", name),
            os.path.join(env.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "pip", name),
        ]
    if env.get("PIP_CONFIG_FILE"):
        paths.append(env["PIP_CONFIG_FILE"])
    return [path for path in paths if os.path.isfile(path)]
