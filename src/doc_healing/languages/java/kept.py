"""What is made once for each JDK and kept: our compiled tools.

They come with an archive of javac's loaded classes (AppCDS, JEP 350), which halves the time to
compile a snippet. Its paths must be the jail's: they are relative to `/work`, and so is the class
path that is given. They are made when the first block needs them: it takes seconds, and a question
for the version must not.
"""

import fcntl
import hashlib
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from doc_healing import settings
from doc_healing.errors import InfraError
from doc_healing.model import Mount, Toolchain

TOOLS = "/opt/jdk-tools"  # in the jail
# As seen from the working directory, in the jail as where it is made.
JAR = f"..{TOOLS}/tools.jar"
ARCHIVE = f"..{TOOLS}/tools.jsa"
_EXPORTS = tuple(f"jdk.compiler/com.sun.tools.javac.{part}" for part in ("api", "code", "util"))
# The manifest exports what the tools need of javac. The same by an option would keep the JDK from
# using the archive's module graph.
_MANIFEST = (
    "Manifest-Version: 1.0\nMain-Class: dochealing.Build\nAdd-Exports: "
    + "\n ".join(f"{one} " for one in _EXPORTS).rstrip()
    + "\n"
)
SMALL = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xshare:auto")
_TIME = (2020, 1, 1, 0, 0, 0)


def tools(toolchain: Toolchain) -> Mount:
    """Where a JDK's compiled tools are; made now if they were not yet.

    Raises `InfraError` where they cannot be made or kept.
    """
    return Mount(kept(toolchain.mounts[0].source, toolchain.version), TOOLS)


@lru_cache(maxsize=16)
def kept(home: str, version: str) -> str:
    """The directory of the tools for the JDK at `home`. Raises `InfraError` if making it fails."""
    sources = _sources()
    release = Path(home, "release")
    said = release.read_bytes() if release.is_file() else b""
    texts = [sources[name] for name in sorted(sources)]
    digest = hashlib.sha256(b"\0".join([home.encode(), said, *texts])).hexdigest()[:16]
    folder = settings.read().cache_dir / "toolchains" / f"java-tools-{version}-{digest}"
    if not folder.is_dir():
        _make(folder, home, sources)
    return str(folder)


def _sources() -> dict[str, bytes]:
    room = files("doc_healing.languages.java").joinpath("tools")
    found = [*room.iterdir(), *room.joinpath("samples").iterdir()]
    return {item.name: item.read_bytes() for item in found if item.name.endswith(".java")}


def _make(folder: Path, home: str, sources: dict[str, bytes]) -> None:
    """Make it beside its place and move it there: nobody sees a half, and only one makes it."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with (
            folder.with_name(f"{folder.name}.lock").open("w") as lock,
            tempfile.TemporaryDirectory(dir=folder.parent, prefix=".java-") as made,
        ):
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                _fill(Path(made), home, sources).rename(folder)
    except OSError as error:
        raise InfraError(
            f"the JDK at {home} could not be prepared: {error}",
            help="free some space, or set DOC_HEALING_CACHE_DIR to a writable directory",
        ) from error


def _fill(folder: Path, home: str, sources: dict[str, bytes]) -> Path:
    tools, work, classes = folder / TOOLS.removeprefix("/"), folder / "work", folder / "classes"
    for one in (tools, work, classes):
        one.mkdir(parents=True)
    own = sorted(name for name in sources if name[0].isupper())
    for name in own:
        (classes / name).write_bytes(sources[name])
    exports = [f"--add-exports={one}=ALL-UNNAMED" for one in _EXPORTS]
    javac = [f"{home}/bin/javac", *exports, "-proc:none", "-nowarn", "-d", ".", *own]
    _call(javac, classes, home)
    with zipfile.ZipFile(tools / "tools.jar", "w") as jar:
        jar.writestr(zipfile.ZipInfo("META-INF/MANIFEST.MF", _TIME), _MANIFEST)
        for path in sorted(classes.rglob("*.class")):
            entry = zipfile.ZipInfo(str(path.relative_to(classes)), _TIME)
            jar.writestr(entry, path.read_bytes())
    _archive(work, home, [sources[name] for name in sorted(sources) if name[0].islower()])
    return tools


def _archive(work: Path, home: str, samples: Sequence[bytes]) -> None:
    """Compile samples, and keep what was loaded. Without an archive all works, only slower."""
    for number, text in enumerate(samples):
        own = work / str(number) / ".doc-healing"
        own.mkdir(parents=True)
        usual = "java.io\\njava.util\\njava.util.function\\njava.util.stream"
        (own / "plan").write_text(f"main=Sample.java\nusual={usual}\nnonce=x\n")
        (own / "source").write_bytes(text)
    dump = (f"-XX:ArchiveClassesAtExit={ARCHIVE}", "-Xlog:disable")
    java = [f"{home}/bin/java", *SMALL, *dump, "-jar", JAR, str(len(samples))]
    subprocess.run(java, cwd=work, env={}, timeout=120, check=False, capture_output=True)


def _call(command: list[str], folder: Path, home: str) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, env={}, timeout=120, check=False, capture_output=True, text=True
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise InfraError(f"the JDK at {home} does not work: {error}") from error
    if done.returncode:
        words = done.stdout.strip() or done.stderr.strip()
        raise InfraError(f"the JDK at {home} does not compile: {words[:300]}")
