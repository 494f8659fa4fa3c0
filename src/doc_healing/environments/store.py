"""The content-addressed store of environments, and what the `cache` command asks of it.

An entry is a directory named by its key. `manifest.json` is written last, then the directory is
renamed into its place: an entry without manifest does not exist, so a kill at any moment leaves
at most a `.new-*` directory, which the next pruning or build removes. Layout of `environments/`:

    <key>/manifest.json, <key>/root/    an entry; `root` is what gets mounted, read-only
    .new-<key>-<pid>/                   one that is being built, under the lock of its key
    .locks/<key>                        locks; .failed/<key>.json: failures remembered
"""

import ctypes
import hashlib
import json
import os
import shutil
import stat
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from doc_healing.environments.desk import InstallFailed
from doc_healing.environments.locks import Leases, exclusive_if_free
from doc_healing.errors import InfraError

FORMAT = 3
_FAILED_SECONDS = 600.0
_CONNECTION_SECONDS = 30.0
_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Entry:
    """One environment layer on disk. `bytes` is its size, `used` a time in epoch seconds."""

    key: str
    language: str
    kind: str
    what: str
    bytes: int
    used: float
    root: Path
    facts: Mapping[str, Any]

    @property
    def content(self) -> str:
        """What it holds, where its builder said so (`fingerprint`); else its key.

        A change of the inputs that changes nothing of what was built is none for who uses it: a
        project is packed from its whole tree, and the documents are a part of that.
        """
        return str(self.facts.get("content", self.key))


@dataclass(frozen=True, slots=True)
class Recipe:
    """What an entry is made of. `inputs` is everything that can change the result (invariant 8)."""

    language: str
    kind: str  # "dependencies", "project", "build", "resolution"
    what: str  # for a person: "httpx 0.28.1"
    inputs: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The content address: a hash of everything but `what`."""
        text = json.dumps(
            [FORMAT, self.language, self.kind, self.inputs], sort_keys=True, ensure_ascii=False
        )
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class Store:
    """The store in `folder`, which is made when it is needed."""

    folder: Path
    leases: Leases

    def lock(self, key: str) -> Path:
        """The lock file of a key."""
        return self.folder / ".locks" / key


def obtain(
    store: Store,
    recipe: Recipe,
    build: Callable[[Path], Mapping[str, Any]],
    *,
    wait_seconds: float,
    max_age_seconds: float | None = None,
) -> Entry:
    """The entry of a recipe, built by `build` if there is none; leased until the leases close.

    `build` fills an empty directory and gives the facts to keep. Of all threads and processes
    that ask for one key, one builds and the others wait. A failed build is remembered for ten
    minutes. An entry that ages (a resolution) is read and not leased, so that it can be replaced.
    Raises `InstallFailed` (also the remembered one) and `InfraError` (disk full, lock).
    """
    _make_folders(store)
    key = recipe.key
    deadline = time.monotonic() + wait_seconds
    oldest = max_age_seconds
    while True:
        if found := _leased(store, key, oldest):
            return _kept(store, found, max_age_seconds)
        # Never waits for the lock itself: whoever waits next to us may have built it meanwhile
        # and hold it shared, for as long as the environment is in use.
        with exclusive_if_free(store.lock(key)) as free:
            if free and _too_old(_read(store, key), max_age_seconds):
                _raise_remembered(store, key)
                _build_and_place(store, recipe, build)
                oldest = None  # just built: it is new enough, however short the age
                continue
        if time.monotonic() > deadline:
            raise InfraError(f"waited {wait_seconds:.0f} s for another installation: {recipe.what}")
        time.sleep(_POLL_SECONDS)


def entries(folder: Path) -> list[Entry]:
    """All entries of the store in `folder`, the most recently used first."""
    store = Store(folder, Leases())
    found = (_read(store, name) for name in _names(folder))
    return sorted((entry for entry in found if entry), key=lambda entry: -entry.used)


def prune(
    folder: Path, *, max_age_seconds: float | None = None, max_bytes: int | None = None
) -> list[Entry]:
    """Remove entries unused for longer than `max_age_seconds`, then the oldest above `max_bytes`.

    Gives what was removed. An entry in use is never removed. Leftovers of killed builds go too.
    """
    store = Store(folder, Leases())
    _reap(store)
    removed, kept_bytes, now = [], 0, time.time()
    found = entries(folder)
    for name in set(_names(folder)) - {entry.key for entry in found}:
        _remove(store, name)  # no version of ours can read it
    for entry in found:
        too_old = max_age_seconds is not None and now - entry.used > max_age_seconds
        too_big = max_bytes is not None and kept_bytes + entry.bytes > max_bytes
        if (too_old or too_big) and _remove(store, entry.key):
            removed.append(entry)
        else:
            kept_bytes += entry.bytes
    return removed


def clear(folder: Path) -> list[Entry]:
    """Remove every entry that is not in use, and forget all remembered failures."""
    shutil.rmtree(folder / ".failed", ignore_errors=True)
    return prune(folder, max_bytes=-1)


def _make_folders(store: Store) -> None:
    with _disk_errors(store.folder):
        for folder in (store.folder, store.folder / ".locks", store.folder / ".failed"):
            folder.mkdir(parents=True, exist_ok=True, mode=0o755)


def _leased(store: Store, key: str, max_age_seconds: float | None) -> Entry | None:
    """The entry under a shared lock; the check comes after the lock, so it cannot be pruned."""
    if not (store.folder / key / "manifest.json").is_file():
        store.leases.drop(store.lock(key))
        return None
    store.leases.hold(store.lock(key))
    entry = _read(store, key)
    if entry is None or _too_old(entry, max_age_seconds):
        store.leases.drop(store.lock(key))
        return None
    with suppress(OSError):
        os.utime(store.folder / key)  # the directory's time says when it was last used
    return entry


def _kept(store: Store, entry: Entry, max_age_seconds: float | None) -> Entry:
    if max_age_seconds is not None:
        store.leases.drop(store.lock(entry.key))
    return entry


def _too_old(entry: Entry | None, max_age_seconds: float | None) -> bool:
    if entry is None:
        return True
    built = entry.facts.get("built", 0.0)
    return max_age_seconds is not None and time.time() - built > max_age_seconds


def _read(store: Store, key: str) -> Entry | None:
    folder = store.folder / key
    try:
        data = json.loads((folder / "manifest.json").read_bytes())
        used = folder.stat().st_mtime
    except (OSError, ValueError):
        return None
    if not isinstance(data, dict) or not isinstance(data.get("facts"), dict):
        return None
    size = data.get("bytes")  # of another version's manifest nothing is sure
    return Entry(
        key=key,
        language=str(data.get("language", "")),
        kind=str(data.get("kind", "")),
        what=str(data.get("what", "")),
        bytes=size if isinstance(size, int) else 0,
        used=used,
        root=folder / "root",
        facts=data["facts"],
    )


def _names(folder: Path) -> list[str]:
    try:
        return sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    except OSError:
        return []


def _build_and_place(
    store: Store, recipe: Recipe, build: Callable[[Path], Mapping[str, Any]]
) -> None:
    key = recipe.key
    _reap(store, key)
    fresh = store.folder / f".new-{key}-{os.getpid()}"
    try:
        with _disk_errors(store.folder):
            (fresh / "root").mkdir(parents=True, mode=0o755)
            facts = build(fresh / "root")
            _write_manifest(fresh, recipe, facts)
            _place(store, fresh, key)
    except InstallFailed as failure:
        _remember(store, key, failure)
        raise
    finally:
        remove_tree(fresh)


def _write_manifest(fresh: Path, recipe: Recipe, facts: Mapping[str, Any]) -> None:
    manifest = {
        "format": FORMAT,
        "language": recipe.language,
        "kind": recipe.kind,
        "what": facts.get("what", recipe.what),
        "bytes": measure(fresh)[0],
        "facts": {"built": time.time(), **facts},
    }
    partial = fresh / "manifest.part"
    with partial.open("w", encoding="utf-8") as stream:
        json.dump(manifest, stream)
        stream.flush()
        os.fsync(stream.fileno())
    partial.rename(fresh / "manifest.json")


def _place(store: Store, fresh: Path, key: str) -> None:
    """Flush the new entry to the disk and rename it into place, an outdated one out of the way."""
    _sync_filesystem(fresh)
    target = store.folder / key
    if target.exists():
        target.rename(store.folder / f".old-{key}-{os.getpid()}-{time.monotonic_ns()}")
    fresh.rename(target)
    descriptor = os.open(store.folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_filesystem(folder: Path) -> None:
    """Write out everything below `folder`: after a power cut the rename may not come first.

    One syncfs(2) instead of an fsync for each of some ten thousand files.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.syncfs(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(folder))
    finally:
        os.close(descriptor)


def _remember(store: Store, key: str, failure: InstallFailed) -> None:
    record = {
        "message": failure.message,
        "help": failure.help,
        "connection": failure.connection,
        "time": time.time(),
    }
    part = store.folder / ".failed" / f"{key}.{os.getpid()}.{threading.get_ident()}.part"
    try:
        part.write_text(json.dumps(record), encoding="utf-8")
        part.rename(store.folder / ".failed" / f"{key}.json")
    except OSError:
        remove_tree(part)


def _raise_remembered(store: Store, key: str) -> None:
    path = store.folder / ".failed" / f"{key}.json"
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        span = _CONNECTION_SECONDS if record["connection"] else _FAILED_SECONDS
        left = record["time"] + span - time.time()
    except (OSError, ValueError, KeyError, TypeError):
        return
    if 0 < left <= span:
        help_ = f"failed before and is tried again in {left:.0f} s (or after `cache clear`)"
        help_ = f"{record['help']}; {help_}" if record["help"] else help_
        raise InstallFailed(record["message"], help=help_, connection=record["connection"])
    path.unlink(missing_ok=True)


def _reap(store: Store, owned: str = "") -> None:
    """Remove what killed builds left: those of the key whose lock we own, or of all free keys."""
    for path in _leftovers(store.folder):
        key = path.name.split("-")[1]
        if owned:
            if key == owned:
                remove_tree(path)
            continue
        with exclusive_if_free(store.lock(key)) as free:
            if free:
                remove_tree(path)


def _leftovers(folder: Path) -> list[Path]:
    return [*folder.glob(".new-*"), *folder.glob(".old-*")]


def _remove(store: Store, key: str) -> bool:
    """Remove an entry unless it is leased: renamed first, so that a kill leaves no half of it."""
    with exclusive_if_free(store.lock(key)) as free:
        if not free:
            return False
        trash = store.folder / f".old-{key}-{os.getpid()}-{time.monotonic_ns()}"
        try:
            (store.folder / key).rename(trash)
        except FileNotFoundError:
            return False
        remove_tree(trash)
        return True


def remove_tree(path: Path) -> None:
    """Remove a tree without following links; folders without write permission are opened up."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
        if path.exists():
            for parent, folders, _ in os.walk(path):
                for name in folders:
                    inner = Path(parent, name)
                    if not inner.is_symlink():
                        inner.chmod(0o700)
            shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def fingerprint(folder: Path) -> str:
    """A hash over all that stands below `folder`: names, contents, modes and where links lead.

    Without what an installer notes of its own work: when it was done, and a list of the hashes.
    """
    total = hashlib.sha256()
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted((*folders, *names)):
            path = Path(parent, name)
            if parent.endswith(".dist-info") and name in ("uv_cache.json", "RECORD"):
                continue
            mode = path.lstat().st_mode
            if stat.S_ISLNK(mode):
                data = os.fsencode(path.readlink())
            else:
                data = path.read_bytes() if stat.S_ISREG(mode) else b""
            inner = f"{path.relative_to(folder)} {mode:o} ".encode("utf-8", "surrogateescape")
            total.update(hashlib.sha256(inner).digest() + hashlib.sha256(data).digest())
    return total.hexdigest()[:32]


def measure(folder: Path) -> tuple[int, int]:
    """Bytes and inodes below `folder`; links are counted, not followed."""
    total, count, todo = 0, 0, [os.fspath(folder)]
    while todo:
        with os.scandir(todo.pop()) as found:
            for item in found:
                count += 1
                total += item.stat(follow_symlinks=False).st_size
                if item.is_dir(follow_symlinks=False):
                    todo.append(item.path)
    return total, count


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    """A full or unwritable disk is said in words, and is the machine's fault."""
    try:
        yield
    except OSError as error:
        raise InfraError(
            f"cannot write the environment cache {folder}: {error.strerror or error}",
            help="free some space, run `doc-healing cache prune`, or choose another cache folder",
        ) from error
