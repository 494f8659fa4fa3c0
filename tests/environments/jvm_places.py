"""What the tests of Maven and Gradle share: small jars, and a repository that serves them."""

import base64
import functools
import hashlib
import http.server
import io
import subprocess
import tempfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from doc_healing.environments import Desk
from doc_healing.model import Environment, File, Limits, Outcome, Program, Step, Toolchain
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.settings import Registries
from tests import needs
from tests.environments.places import desk

LEFT = {
    "left/Left.java": "package left; public class Left { "
    'public static String is() { return "VERSION"; } }'
}


class Repository:
    """A Maven repository in memory; `asked` are the paths that were asked for."""

    def __init__(self, login: str = "") -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        self.login = login
        self.hangs: threading.Event | None = None

    def add(
        self,
        coordinates: str,
        sources: Mapping[str, str] | None = None,
        *,
        pom: str = "",
        files: Mapping[str, str] | None = None,
        packaging: str = "jar",
    ) -> None:
        """An artifact with its pom; `pom` is what the pom holds beside its coordinates."""
        group, artifact, version = coordinates.split(":")
        folder = f"/{group.replace('.', '/')}/{artifact}"
        start = f"{folder}/{version}/{artifact}-{version}"
        text = (
            f"<project><modelVersion>4.0.0</modelVersion><groupId>{group}</groupId>"
            f"<artifactId>{artifact}</artifactId><version>{version}</version>"
            f"<packaging>{packaging}</packaging>{pom}</project>"
        )
        self._put(f"{start}.pom", text.encode())
        if packaging == "jar":
            java = {n: t.replace("VERSION", version) for n, t in (sources or {}).items()}
            self._put(f"{start}.jar", jar(tuple(java.items()), tuple((files or {}).items())))
        known = self.pages.get(f"{folder}/maven-metadata.xml", b"").decode()
        listed = known.partition("<versions>")[2].partition("</versions>")[0]
        metadata = (
            f"<metadata><groupId>{group}</groupId><artifactId>{artifact}</artifactId><versioning>"
            f"<versions>{listed}<version>{version}</version></versions></versioning></metadata>"
        )
        self._put(f"{folder}/maven-metadata.xml", metadata.encode())

    def _put(self, path: str, data: bytes) -> None:
        self.pages[path] = data
        self.pages[f"{path}.sha1"] = hashlib.sha1(data, usedforsecurity=False).hexdigest().encode()


@functools.cache
def jar(sources: tuple[tuple[str, str], ...], files: tuple[tuple[str, str], ...] = ()) -> bytes:
    """A jar of the compiled sources and of files as they are."""
    buffer = io.BytesIO()
    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(buffer, "w") as archive:
        for name, text in sources:
            (Path(place) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(place) / name).write_text(text)
        if sources:
            command = [needs.program("javac"), "-proc:none", "--release", "17", "-d", "out"]
            names = [name for name, _ in sources]
            subprocess.run([*command, *names], cwd=place, check=True, timeout=120)
        for path in sorted(Path(place, "out").rglob("*.class")):
            archive.write(path, str(path.relative_to(Path(place, "out"))))
        for name, text in files:
            archive.writestr(name, text)
    return buffer.getvalue()


@contextmanager
def serving(repository: Repository) -> Iterator[str]:
    """The repository over HTTP on this machine; gives its URL."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            repository.asked.append(self.path)
            if repository.hangs:
                repository.hangs.wait(30)
            data = repository.pages.get(self.path)
            wanted = "Basic " + base64.b64encode(repository.login.encode()).decode()
            allowed = not repository.login or self.headers.get("Authorization") == wanted
            self.send_response(401 if not allowed else 200 if data is not None else 404)
            self.send_header("Content-Length", str(len(data or b"") if allowed else 0))
            self.end_headers()
            self.wfile.write((data or b"") if allowed else b"")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        if repository.hangs:
            repository.hangs.set()
        server.shutdown()
        server.server_close()


def maven_desk(cache: Path, url: str, *, servers: str = "", **more: object) -> Desk:
    """A desk whose Maven Central is at `url`, as an operator's settings.xml says it."""
    text = (
        "<settings><mirrors><mirror><id>here</id><mirrorOf>*</mirrorOf>"
        f"<url>{url}</url></mirror></mirrors><servers>{servers}</servers></settings>"
    )
    files = (("/home/somebody/.m2/settings.xml", text.encode()),)
    return replace(desk(cache), registries=Registries({}, files), **more)  # type: ignore[arg-type]


def java_toolchain() -> Toolchain:
    """The JDK of this machine."""
    needs.program("javac")
    needs.program("mvn")
    from doc_healing.languages.java import jdk

    return jdk.toolchain("")


def run(environment: Environment, code: str) -> Outcome:
    """Run a class `Main` with nothing but the environment."""
    path = environment.facts["classpath"]
    quick = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m")
    program = Program(
        files=(File("Main.java", code.encode()),),
        steps=(Step((environment.interpreter, *quick, "-cp", path, "Main.java")),),
        mounts=environment.mounts,
    )
    return Bubblewrap().run(program, Limits(wall_seconds=240))


def main(statements: str) -> str:
    """A program of some statements."""
    body = f"public static void main(String[] a) throws Exception {{ {statements} }}"
    return f"public class Main {{ {body} }}"


def pom(
    inside: str = "", *, artifact: str = "widgets", version: str = "3.2.1", parent: str = ""
) -> str:
    """A pom.xml with its usual name space."""
    return (
        '<?xml version="1.0"?><project xmlns="http://maven.apache.org/POM/4.0.0">'
        f"<modelVersion>4.0.0</modelVersion>{parent}<groupId>org.widgets</groupId>"
        f"<artifactId>{artifact}</artifactId><version>{version}</version>{inside}</project>"
    )


def dependency(coordinates: str, more: str = "") -> str:
    """One `<dependency>`; a version may be left out."""
    group, artifact, version = (*coordinates.split(":"), "")[:3]
    stated = f"<version>{version}</version>" if version else ""
    return (
        f"<dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId>"
        f"{stated}{more}</dependency>"
    )


def dependencies(*coordinates: str) -> str:
    """`<dependencies>` of plain ones."""
    return f"<dependencies>{''.join(map(dependency, coordinates))}</dependencies>"
