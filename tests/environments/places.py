"""What the tests of this room share: a desk with the real jail, small indexes, small projects."""

import base64
import hashlib
import http.server
import io
import json
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from doc_healing import environments
from doc_healing.model import Checkout, Environment, File, Limits, Outcome, Program, Step, Toolchain
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.settings import InstallLimits, Registries
from tests import needs

BACKEND = """
import base64, hashlib, os, zipfile

def build_wheel(folder, config_settings=None, metadata_directory=None):
    exec(open("hostile.py").read()) if os.path.exists("hostile.py") else None
    name = "sample-1.0-py3-none-any.whl"
    meta = "Metadata-Version: 2.1\\nName: sample\\nVersion: 1.0\\n" + open("requires.txt").read()
    files = {"sample-1.0.dist-info/METADATA": meta,
             "sample-1.0.dist-info/WHEEL":
             "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"}
    for here, _, names in os.walk("sample"):
        for item in names:
            path = os.path.join(here, item)
            files[path] = open(path).read()
    record = "".join(f"{p},,\\n" for p in files) + "sample-1.0.dist-info/RECORD,,\\n"
    with zipfile.ZipFile(os.path.join(folder, name), "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
        archive.writestr("sample-1.0.dist-info/RECORD", record)
    return name
"""
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "sample"
"""


def need(program: str) -> None:
    """Skip without a program, but not in CI, where it has to be there."""
    needs.program(program)


def python_toolchain() -> Toolchain:
    from doc_healing.languages.python import toolchains

    return toolchains.find("")


def node_toolchain() -> Toolchain:
    need("node")
    from doc_healing.languages.javascript import node

    return node.toolchain("")


def desk(
    cache: Path, variables: Mapping[str, str] | None = None, **more: object
) -> environments.Desk:
    need("bwrap")
    made = environments.Desk(
        sandbox=Bubblewrap(),
        cache=cache,
        registries=Registries(variables or {}),
        limits=InstallLimits(wall_seconds=240),
    )
    return replace(made, **more)  # type: ignore[arg-type]  # fields by name


def project(root: Path, files: Mapping[str, str | bytes]) -> Checkout:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Checkout(str(root), tuple(sorted(files)))


def sample(root: Path, requires: str = "", **more: str) -> Checkout:
    """A Python project that needs no build requirement: it brings its own backend."""
    metadata = "".join(f"Requires-Dist: {line}\n" for line in requires.split())
    files = {
        "pyproject.toml": PYPROJECT,
        "backend.py": BACKEND,
        "requires.txt": metadata,
        "sample/__init__.py": "answer = 42\n",
    }
    named = {name.replace("__", ".").replace(".init.", "__init__"): t for name, t in more.items()}
    return project(root, {**files, **named})


def wheel(
    name: str, version: str, files: Mapping[str, str], requires: str = ""
) -> tuple[str, bytes]:
    """A wheel, made by hand."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {line}\n" for line in requires.split())
    tag = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    everything = {**files, f"{info}/METADATA": metadata, f"{info}/WHEEL": tag}
    lines = []
    for path, text in everything.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=")
        lines.append(f"{path},sha256={digest.decode()},{len(text)}\n")
    lines.append(f"{info}/RECORD,,\n")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, text in {**everything, f"{info}/RECORD": "".join(lines)}.items():
            archive.writestr(path, text)
    return f"{name}-{version}-py3-none-any.whl", buffer.getvalue()


def npm_tarball(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, text in files.items():
            info = tarfile.TarInfo(f"package/{name}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    return buffer.getvalue()


@contextmanager
def serving(answers: Mapping[str, bytes], delay: threading.Event | None = None) -> Iterator[str]:
    """A web server on this machine; gives its URL. With `delay` it answers when that is set."""
    seen: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            seen.append(self.path)
            if delay:
                delay.wait(30)
            data = answers.get(self.path)
            self.send_response(200 if data is not None else 404)
            kind = "application/json" if data and data[:1] == b"{" else "text/html"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(data or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        if delay:
            delay.set()
        server.shutdown()
        server.server_close()


def index(*wheels: tuple[str, bytes]) -> dict[str, bytes]:
    """The pages of a simple index (PEP 503) that holds these wheels."""
    answers: dict[str, bytes] = {}
    for name, data in wheels:
        folder = name.split("-")[0].replace("_", "-").lower()
        link = f'<a href="/files/{name}#sha256={hashlib.sha256(data).hexdigest()}">{name}</a>'
        page = f"/simple/{folder}/"
        answers[page] = answers.get(page, b"<!DOCTYPE html>") + link.encode()
        answers[f"/files/{name}"] = data
    return answers


def npm_registry(url: str, name: str, version: str, files: Mapping[str, str]) -> dict[str, bytes]:
    data = npm_tarball(files)
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
    manifest = json.loads(files["package.json"])
    dist = {"tarball": f"{url}/t/{name}.tgz", "integrity": integrity}
    page = {
        "name": name,
        "dist-tags": {"latest": version},
        "versions": {version: {**manifest, "dist": dist, "hasInstallScript": True}},
        "time": {version: "2020-01-01T00:00:00.000Z"},
    }
    return {f"/{name}": json.dumps(page).encode(), f"/t/{name}.tgz": data}


def run(environment: Environment, name: str, code: str, sandbox: object = None) -> Outcome:
    """Run a program the way that a language does, with nothing but the environment."""
    steps = [Step((environment.interpreter, name))]
    if name.endswith("js"):
        steps.insert(0, Step(("ln", "-s", "/opt/node/node_modules", "node_modules"), "link"))
    program = Program(
        files=(File(name, code.encode()),), steps=tuple(steps), mounts=environment.mounts
    )
    return Bubblewrap().run(program, Limits(wall_seconds=80))
