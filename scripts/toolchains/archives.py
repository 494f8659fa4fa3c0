"""Download one archive, look at its hash, unpack it. Standard library only.

Certificates and proxies are those of the environment (`SSL_CERT_FILE`, `HTTPS_PROXY`, `NO_PROXY`),
names and passwords those of the address or of `.netrc`. Nothing of a download is used before its
hash is right, and nothing is unpacked but plain files and directories within the target.
"""

import base64
import hashlib
import netrc
import os
import shutil
import ssl
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import IO
from urllib.parse import unquote, urlsplit, urlunsplit

from scripts.toolchains.pins import Archive

_TRIES = 3
_SILENCE_SECONDS = 60
_CAS = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT")


class FetchError(Exception):
    """An archive could not be had, with the reason in words."""


def fetch(archive: Archive, bases: Iterable[str], folder: Path) -> Path:
    """The archive from the first server that has it. Raises `FetchError` and leaves nothing."""
    target = folder / archive.path.rsplit("/", 1)[-1]
    reasons = []
    for base in bases:
        try:
            _download(f"{base.rstrip('/')}/{archive.path}", target)
            _check(archive, target)
            return target
        except (OSError, FetchError, zipfile.BadZipFile) as error:
            target.unlink(missing_ok=True)
            reasons.append(f"{_shown(base)}: {error}")
    raise FetchError(f"{target.name}: {'; '.join(reasons) or 'no server is named for it'}")


def untar(archive: Path, target: Path, levels: int, without: tuple[str, ...] = ()) -> None:
    """Unpack it without its first `levels` folders, and without what lies in these folders."""
    with tarfile.open(archive) as tar:
        for entry in tar:
            name = _below(entry.name, levels)
            if name is None or entry.isdir() or str(name).startswith(without):
                continue
            source = tar.extractfile(entry) if entry.isreg() else None
            if source is None:
                raise FetchError(f"{archive.name} holds something else than files: {entry.name}")
            _write(source, target / name, executable=bool(entry.mode & 0o100))


def unzip(archive: Path, target: Path, levels: int) -> None:
    """Unpack it without its first `levels` folders. A Go module's archive knows no file modes."""
    with zipfile.ZipFile(archive) as packed:
        for entry in packed.infolist():
            name = _below(entry.filename, levels)
            if name is None or entry.is_dir():
                continue
            with packed.open(entry) as source:
                _write(source, target / name, executable=False)


def h1(archive: Path) -> str:
    """The hash of a Go module's archive: of the names and hashes of all that it holds.

    https://go.dev/ref/mod#go-sum-files
    """
    lines = []
    with zipfile.ZipFile(archive) as packed:
        for name in sorted(packed.namelist()):
            with packed.open(name) as file:
                lines.append(f"{_digest('sha256', file)}  {name}\n")
    return base64.b64encode(hashlib.sha256("".join(lines).encode()).digest()).decode()


def _check(archive: Archive, path: Path) -> None:
    algorithm, _, wanted = archive.hash.partition(":")
    if algorithm == "h1":
        found = h1(path)
    else:
        with path.open("rb") as file:
            found = _digest(algorithm, file)
    if found != wanted:
        raise FetchError(f"it has not the pinned hash ({algorithm} {found} instead of {wanted})")


def _digest(algorithm: str, file: IO[bytes]) -> str:
    digest = hashlib.new(algorithm)
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def _download(url: str, target: Path) -> None:
    for attempt in range(1, _TRIES + 1):
        try:
            with (
                urllib.request.urlopen(
                    _request(url), timeout=_SILENCE_SECONDS, context=_context()
                ) as source,
                target.open("wb") as file,
            ):
                shutil.copyfileobj(source, file, 1 << 20)
            return
        except urllib.error.HTTPError as error:
            if error.code < 500 or attempt == _TRIES:
                raise
        except OSError:
            if attempt == _TRIES:
                raise
        time.sleep(attempt)


def _request(url: str) -> urllib.request.Request:
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    request = urllib.request.Request(urlunsplit(parts._replace(netloc=host)))
    name, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not name and (login := _netrc(parts.hostname or "")):
        name, password = login
    if name:
        word = base64.b64encode(f"{name}:{password}".encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {word}")
    return request


def _netrc(host: str) -> tuple[str, str] | None:
    path = Path(os.environ.get("NETRC") or Path("~/.netrc").expanduser())
    try:
        login = netrc.netrc(path).hosts.get(host)
    except (OSError, netrc.NetrcParseError):
        return None
    return (login[0], login[2] or "") if login else None


def _context() -> ssl.SSLContext:
    """The machine's certificates and those that the environment names for other installers."""
    context = ssl.create_default_context()
    for name in _CAS:
        path = os.environ.get(name, "")
        if path and Path(path).is_file():
            context.load_verify_locations(cafile=path)
    return context


def _below(name: str, levels: int) -> PurePosixPath | None:
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise FetchError(f"the archive holds a path that leaves it: {name}")
    return PurePosixPath(*path.parts[levels:]) if len(path.parts) > levels else None


def _write(source: IO[bytes], path: Path, *, executable: bool) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        shutil.copyfileobj(source, file, 1 << 20)
    path.chmod(0o755 if executable else 0o644)


def _shown(base: str) -> str:
    """A server's address without the name and password in it."""
    parts = urlsplit(base)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
