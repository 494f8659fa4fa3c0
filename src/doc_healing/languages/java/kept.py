"""What is made once for each JDK and kept: our compiled tools, and a home that stands alone.

Debian's JDK links its configuration into `/etc`, which a jail does not show: such a home is copied
with its links followed. The tools come with an archive of javac's loaded classes (AppCDS, JEP 350),
which halves the time to compile a snippet. Its paths must be the jail's: they are relative to
`/work`, and so is the class path that is given.
"""

import hashlib
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from doc_healing import settings
from doc_healing.errors import InfraError

TOOLS = "../opt/jdk-tools"  # as seen from the working directory, in the jail as where it is made
JAR = f"{TOOLS}/tools.jar"
ARCHIVE = f"{TOOLS}/tools.jsa"
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
_LEFT_OUT = shutil.ignore_patterns(
    "src.zip", "classes_*.jsa", "jmods", "docs", "man", "legal", "include", "demo", "sample"
)
_SAMPLE = (
    "import java.util.*;\nclass Sample {\n  record P(int a, String b) {}\n"
    "  public static void main(String[] args) throws Throwable {\n    var all = List.of(1, 2);\n"
    '    Map<String, P> m = new HashMap<>(Map.of("a", new P(1, """\n      x"""))); int y = "a";\n'
    "    all.stream().map(x -> x + 1).filter(Objects::nonNull).toList(); Stream.of(missing);\n"
    "    for (int i : all) switch (i) { case 1 -> System.out.println(m); default -> {} }\n  }\n}\n"
)


@dataclass(frozen=True, slots=True)
class Kept:
    """Directories of the host: a JDK's home without links to elsewhere, and our tools for it."""

    home: str
    tools: str


@lru_cache(maxsize=16)
def kept(home: str, version: str) -> Kept:
    """What is kept for a JDK; made now if it was not yet. Raises `InfraError` if that fails."""
    sources = _sources()
    release = Path(home, "release")
    said = release.read_bytes() if release.is_file() else b""
    digest = hashlib.sha256(b"\0".join([home.encode(), said, *sources.values()])).hexdigest()[:16]
    folder = settings.read().cache_dir / "toolchains" / f"java-{version}-{digest}"
    if not folder.is_dir():
        _make(folder, home, sources)
    own = folder / "home"
    return Kept(str(own) if own.is_dir() else home, str(folder / "opt" / "jdk-tools"))


def _sources() -> dict[str, bytes]:
    room = files("doc_healing.languages.java").joinpath("tools")
    names = sorted(item.name for item in room.iterdir() if item.name.endswith(".java"))
    return {name: room.joinpath(name).read_bytes() for name in names}


def _make(folder: Path, home: str, sources: dict[str, bytes]) -> None:
    """Make it beside its place and move it there: whoever comes first wins, nobody sees a half."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".java-") as made:
            _fill(Path(made, "it"), home, sources)
            try:
                Path(made, "it").rename(folder)
            except OSError:
                if not folder.is_dir():
                    raise
    except (OSError, shutil.Error) as error:
        raise InfraError(
            f"the JDK at {home} could not be prepared: {error}",
            help="free some space, or set DOC_HEALING_CACHE_DIR to a writable directory",
        ) from error


def _fill(folder: Path, home: str, sources: dict[str, bytes]) -> None:
    tools, work, classes = folder / "opt" / "jdk-tools", folder / "work", folder / "classes"
    for one in (tools, work, classes):
        one.mkdir(parents=True)
    for name, data in sources.items():
        (classes / name).write_bytes(data)
    exports = [f"--add-exports={one}=ALL-UNNAMED" for one in _EXPORTS]
    javac = [f"{home}/bin/javac", *exports, "-proc:none", "-nowarn", "-d", ".", *sorted(sources)]
    _call(javac, classes, home)
    with zipfile.ZipFile(tools / "tools.jar", "w") as jar:
        jar.writestr(zipfile.ZipInfo("META-INF/MANIFEST.MF", _TIME), _MANIFEST)
        for path in sorted(classes.rglob("*.class")):
            entry = zipfile.ZipInfo(str(path.relative_to(classes)), _TIME)
            jar.writestr(entry, path.read_bytes())
    _archive(work, home)
    shutil.rmtree(classes)
    shutil.rmtree(work)
    if _leaves_home(Path(home)):
        shutil.copytree(home, folder / "home", ignore=_LEFT_OUT, ignore_dangling_symlinks=True)


def _archive(work: Path, home: str) -> None:
    """Compile a sample, and keep what was loaded. Without an archive all works, only slower."""
    own = work / ".doc-healing"
    own.mkdir()
    (own / "plan").write_text("main=Sample.java\nusual=java.util\\njava.util.stream\nnonce=x\n")
    (own / "source").write_text(f"/*imports*/\n{_SAMPLE}")
    dump = (f"-XX:ArchiveClassesAtExit={ARCHIVE}", "-Xlog:disable")
    java = [f"{home}/bin/java", *SMALL, *dump, "-jar", JAR]
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


def _leaves_home(home: Path) -> bool:
    """Whether a link of a JDK that it needs leads out of it."""
    links = (path for part in ("conf", "lib") for path in (home / part).rglob("*"))
    return any(
        path.is_symlink() and path.name != "cacerts" and not path.resolve().is_relative_to(home)
        for path in links  # certificates are for a network, which no snippet has
    )
