"""Stamps: what tells without reading it whether a file, a tree or a machine is still the same."""

import os
import platform
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import doc_healing

Stamp = list[int]
# A file that changed so shortly before it was looked at can change again at the same time of day.
_FRESH_NS = 2_000_000_000
_SWITCHES = (
    "kernel/unprivileged_userns_clone",
    "kernel/apparmor_restrict_unprivileged_userns",
    "user/max_user_namespaces",
)


def stamp(path: str) -> Stamp:
    """What changes with a file, or with what a directory lists; empty: nothing is there."""
    try:
        found = Path(path).stat()
    except (OSError, ValueError):
        return []
    return [found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_mode]


def stamped(paths: Sequence[str]) -> dict[str, Stamp]:
    """The stamp of each of these places."""
    return {path: stamp(path) for path in paths}


@cache
def own_code() -> str:
    """The code that this process runs: ours, the libraries beside it, and the interpreter."""
    folder = Path(doc_healing.__file__).parent
    digest = sha256(f"{doc_healing.__version__} {sys.version} {platform.machine()}".encode())
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted(names):
            path = f"{parent}/{name}"
            size_and_time = stamp(path)[:2]
            digest.update(f"{path} {size_and_time}".encode("utf-8", "surrogateescape"))
    for entry in sys.path:
        if entry.endswith("site-packages"):
            digest.update(f"{entry} {stamp(entry)}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def contents(
    root: str, files: Sequence[str], get: Callable[[str], bytes | None], known: Mapping[str, str]
) -> dict[str, str]:
    """The digest of each file of a tree, with its stamp: "stamp digest".

    `known` is what was found the last time: a file whose stamp is still the same is not read.
    """
    now, found = time.time_ns(), {}
    for name in files:
        seen = stamp(f"{root}/{name}")
        mark = ",".join(map(str, seen))
        before = known.get(name, "")
        if before.startswith(f"{mark} "):
            found[name] = before
            continue
        data = get(name)
        digest = mark if data is None else sha256(data).hexdigest()
        fresh = not seen or now - max(seen[1], seen[2]) < _FRESH_NS
        found[name] = f"{'fresh' if fresh else mark} {digest} {seen[4:]}"
    return found


def digest_of(found: Mapping[str, str]) -> str:
    """One digest of a whole tree: names, contents and modes, whenever they were written."""
    digest = sha256()
    for name, what in sorted(found.items()):
        digest.update(f"{name}\0{what.partition(' ')[2]}\0".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def history(root: str) -> str:
    """What a repository's own history says: where it stands, and its tags.

    A version may be taken from them. The links of a worktree are followed as git does.
    """
    found = [f"{path} {stamp(path)}" for path in _of_history(Path(root, ".git"))]
    return sha256("\n".join(found).encode("utf-8", "surrogateescape")).hexdigest()


def _of_history(git: Path) -> list[str]:
    with suppress(OSError, ValueError):
        if git.is_file():
            git = git.parent / git.read_text("utf-8").removeprefix("gitdir:").strip()
    shared = git
    with suppress(OSError, ValueError):
        shared = git / (git / "commondir").read_text("utf-8").strip()
    places = [git / "HEAD", shared / "packed-refs", shared / "shallow"]
    for refs in (shared / "refs", shared / "reftable"):
        for parent, _, names in os.walk(refs):
            places += [Path(parent), *(Path(parent, name) for name in names)]
    return sorted(map(str, places))


def machine() -> str:
    """The machine and who asks it: its kernel and its user, and what decides on a jail's walls.

    That is whether a user may have namespaces, and which control groups there are to be used.
    """
    system = os.uname()
    facts = [system.sysname, system.release, system.version, system.machine, str(os.geteuid())]
    for name in _SWITCHES:
        with suppress(OSError):
            facts.append(Path("/proc/sys", name).read_text("utf-8"))
    with suppress(OSError, ValueError):
        for line in Path("/proc/self/mountinfo").read_text("utf-8").splitlines():
            if " - cgroup" in line:
                place, options = line.split()[4:6]
                facts.append(f"{place} {options} {os.access(place, os.W_OK)}")
    return repr(facts)


def places_of_toolchains(search_path: Sequence[str]) -> list[str]:
    """Where toolchains are looked for: what comes there, or goes, may change the choice."""
    home = os.path.expanduser("~")  # noqa: PTH111 - without a home it stays as it is
    usual = [
        "/usr/lib/jvm",
        "/usr/java",
        "/opt/java",
        "/opt/python",
        "/usr/local/go",
        "/usr/lib/go",
    ]
    own = [".sdkman/candidates/java", ".rustup/toolchains", ".rustup/settings.toml"]
    own += [".pyenv/versions", ".local/share/uv/python", ".cargo/bin"]
    beside = Path(sys.prefix, "toolchains")
    with suppress(OSError):
        usual += [str(path) for path in sorted(beside.iterdir())]
    return [*search_path, "/usr/lib", str(beside), *usual, *(f"{home}/{name}" for name in own)]
