"""Gets the bundle: a local file is read where it lies, anything else is brought to a temporary file."""
import hashlib
import os

from .config import LaunchError

_CHUNK = 1 << 20
_TIMEOUT_SECONDS = 60
_ATTEMPTS = 3


def open_bundle(url, sha256, run_folder, check_stop, on_percent):
    """An open binary file whose bytes have the given SHA-256. Raises LaunchError, Stopped."""
    scheme = url.partition(":")[0].lower()
    try:
        if scheme == "file":
            file = _open_local(url)
            digest = _digest(file, check_stop, on_percent)
        elif scheme in ("http", "https"):
            file, digest = _download(url, run_folder, check_stop, on_percent)
        else:
            raise LaunchError("start-failed", "The bundle's address begins with %s:, not file:, http: or https:." % scheme)
    except OSError as error:
        raise LaunchError(
            "start-failed", "The bundle could not be read: %s." % (error.strerror or error), "Start it again."
        ) from error
    if digest != sha256:
        file.close()
        raise LaunchError(
            "bundle-invalid",
            "The bundle is not the one that was imported: its SHA-256 is %s, not %s." % (digest, sha256),
            "Import the bundle again.",
        )
    file.seek(0)
    return file


def without_password(url):
    """The address as it may be logged."""
    scheme, separator, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return scheme + separator + authority.rpartition("@")[2] + slash + path.partition("?")[0]


def _open_local(url):
    from urllib.parse import unquote, urlsplit

    path = unquote(urlsplit(url).path)
    if os.name == "nt":
        # Slow to import, and only needed for drive letters.
        from urllib.request import url2pathname

        path = url2pathname(urlsplit(url).path)
    return open(path, "rb")


def _digest(file, check_stop, on_percent):
    total = os.fstat(file.fileno()).st_size or 1
    digest = hashlib.sha256()
    done = 0
    for chunk in iter(lambda: file.read(_CHUNK), b""):
        digest.update(chunk)
        done += len(chunk)
        check_stop()
        on_percent(100 * done / total)
    return digest.hexdigest()


def _download(url, run_folder, check_stop, on_percent):
    import tempfile

    for attempt in range(1, _ATTEMPTS + 1):
        file = tempfile.TemporaryFile(dir=run_folder)
        try:
            return file, _download_once(url, file, check_stop, on_percent)
        except OSError:
            file.close()
            if attempt == _ATTEMPTS:
                raise
            check_stop()


def _download_once(url, file, check_stop, on_percent):
    from urllib.request import urlopen

    digest = hashlib.sha256()
    done = 0
    with urlopen(url, timeout=_TIMEOUT_SECONDS) as response:
        total = int(response.headers.get("Content-Length") or 0)
        for chunk in iter(lambda: response.read(_CHUNK), b""):
            file.write(chunk)
            digest.update(chunk)
            done += len(chunk)
            check_stop()
            if total:
                on_percent(100 * done / total)
    if total and done < total:
        raise OSError("the connection ended after %d of %d bytes" % (done, total))
    return digest.hexdigest()
