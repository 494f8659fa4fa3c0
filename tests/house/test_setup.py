"""Set-up: what a server gives is used only with its pinned hash, and whole or not at all."""

import base64
import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from scripts import setup, toolchains
from scripts.toolchains import archives, pins

GO_TOP = "golang.org/toolchain@v0.0.1-go9.linux/"


def packed(members: dict[str, bytes], kind: str = "file") -> bytes:
    """A tar archive; the last of its members is of that kind."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode = len(data), 0o755
            if kind == "symlink":
                entry.type, entry.linkname, entry.size = tarfile.SYMTYPE, "/etc/passwd", 0
            tar.addfile(entry, io.BytesIO(data))
    return buffer.getvalue()


def zipped(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return buffer.getvalue()


class Server:
    """Answers with what was put at a path, and remembers who asked."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append((self.path, self.headers.get("Authorization", "")))
                data = outer.files.get(self.path)
                self.send_response(200 if data is not None else 404)
                self.end_headers()
                self.wfile.write(data or b"")

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    yield one
    one.close()


def pinned(path: str, data: bytes, value: str = "") -> pins.Archive:
    return pins.Archive(path, 1, f"sha512:{value or hashlib.sha512(data).hexdigest()}")


def tool(name: str, fill: object, pin: str = "1") -> toolchains.Tool:
    return toolchains.Tool(name, name.title(), 1, "by hand", fill, pin)  # type: ignore[arg-type]  # any callable


def test_a_wrong_hash_is_said_and_leaves_nothing(server: Server, tmp_path: Path) -> None:
    server.files["/x/a.tar.gz"] = packed({"top/bin/a": b"evil"})
    archive = pinned("x/a.tar.gz", b"what was meant")

    def fill(target: Path, spare: Path) -> None:
        archives.untar(archives.fetch(archive, [f"http://{server.host}"], spare), target, 1)

    with pytest.raises(toolchains.FetchError, match="not the pinned hash"):
        toolchains.install(tool("a", fill), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_keeps_what_was_there(server: Server, tmp_path: Path) -> None:
    toolchains.install(tool("a", lambda made, _: (made / "old").write_text("x")), tmp_path)

    def fill(target: Path, spare: Path) -> None:
        (target / "new").write_text("half")
        archives.fetch(pinned("gone.zip", b""), [f"http://{server.host}"], spare)

    with pytest.raises(toolchains.FetchError, match="404"):
        toolchains.install(tool("a", fill, "2"), tmp_path)
    assert {path.name for path in (tmp_path / "a").iterdir()} == {"old", ".pin"}
    assert toolchains.is_there(tool("a", None), tmp_path)
    assert not toolchains.is_there(tool("a", None, "2"), tmp_path)


def test_a_new_version_replaces_the_old_one_whole(tmp_path: Path) -> None:
    toolchains.install(tool("a", lambda made, _: (made / "old").write_text("x")), tmp_path)
    toolchains.install(tool("a", lambda made, _: (made / "new").write_text("x"), "2"), tmp_path)
    assert {path.name for path in (tmp_path / "a").iterdir()} == {"new", ".pin"}
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ({"top/a": b"1", "top/../../escape": b"2"}, "file"),
        ({"/etc/x": b"1"}, "file"),
        ({"top/link": b""}, "symlink"),
    ],
)
def test_an_archive_cannot_leave_its_place(
    members: dict[str, bytes], kind: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.tar.gz"
    path.write_bytes(packed(members, kind))
    with pytest.raises(toolchains.FetchError, match=r"leaves it|something else"):
        archives.untar(path, tmp_path / "out", 1)
    assert not (tmp_path / "escape").exists()


def test_go_comes_from_the_mirrors_that_are_named(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its hash is that of the checksum database; modes and go.mod are put right afterwards."""
    data = zipped(
        {
            f"{GO_TOP}bin/go": b"#!/bin/sh\n",
            f"{GO_TOP}pkg/tool/linux/compile": b"x",
            f"{GO_TOP}src/_go.mod": b"module std\n",
        }
    )
    lines = sorted(
        f"{name}\0{hashlib.sha256(content).hexdigest()}  {name}\n"
        for name, content in (
            (f"{GO_TOP}bin/go", b"#!/bin/sh\n"),
            (f"{GO_TOP}pkg/tool/linux/compile", b"x"),
            (f"{GO_TOP}src/_go.mod", b"module std\n"),
        )
    )
    summed = "".join(line.partition("\0")[2] for line in lines).encode()
    value = base64.b64encode(hashlib.sha256(summed).digest()).decode()
    archive = pins.Archive("golang.org/toolchain/@v/v.zip", 1, f"h1:{value}")
    monkeypatch.setattr(pins, "go", lambda machine: archive)
    monkeypatch.setenv(
        "GOPROXY", f"http://{server.host}/none,http://me:word@{server.host}/m,direct"
    )
    server.files["/m/golang.org/toolchain/@v/v.zip"] = data
    toolchains.install(toolchains.tools()["go"], tmp_path)
    assert (tmp_path / "go/bin/go").stat().st_mode & 0o111
    assert (tmp_path / "go/pkg/tool/linux/compile").stat().st_mode & 0o111
    assert (tmp_path / "go/src/go.mod").read_text() == "module std\n"
    secret = base64.b64encode(b"me:word").decode()
    assert server.asked[-1] == ("/m/golang.org/toolchain/@v/v.zip", f"Basic {secret}")
    assert server.asked[0][1] == ""


def test_a_mirror_of_nothing_is_said_without_its_password(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOPROXY", f"http://me:word@{server.host},off")
    with pytest.raises(toolchains.FetchError, match="404") as raised:
        toolchains.install(toolchains.tools()["go"], tmp_path)
    assert "word" not in str(raised.value)
    monkeypatch.setenv("GOPROXY", "off")
    with pytest.raises(toolchains.FetchError, match="no server is named"):
        toolchains.install(toolchains.tools()["go"], tmp_path)


def test_every_pin_is_a_whole_hash() -> None:
    lengths = {"sha256": 64, "sha512": 128, "h1": 44}
    for machine in ("x86_64", "aarch64"):
        go = pins.go(machine)
        assert go is not None
        for archive in [go, pins.maven(), *pins.rust(machine)]:
            algorithm, _, value = archive.hash.partition(":")
            assert len(value) == lengths[algorithm], archive
    assert pins.go("riscv64") is None
    assert pins.rust("riscv64") == []


def test_the_lock_of_typescript_pins_everything_and_no_host() -> None:
    text = (setup.ROOT / "scripts/toolchains/typescript/package-lock.json").read_text()
    assert "http" not in text.replace("https://opencollective", "")
    assert text.count('"version"') == text.count('"integrity"')
