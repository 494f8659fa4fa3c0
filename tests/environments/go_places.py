"""A small module proxy (https://go.dev/ref/mod#goproxy-protocol), and snippets compiled with it."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from doc_healing import environments
from doc_healing.model import Environment, File, Limits, Outcome, Program, Step, Toolchain
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.settings import InstallLimits
from tests import needs
from tests.environments.places import desk


def go_toolchain() -> Toolchain:
    return needs.toolchain("go")


def go_desk(cache: Path, url: str, limits: InstallLimits | None = None) -> environments.Desk:
    """A desk whose operator has a module proxy of ours, and flags that must not matter."""
    variables = {"GOPROXY": url, "GOSUMDB": "off", "GOFLAGS": "-toolexec=/nonexistent"}
    return desk(cache, variables, limits=limits or InstallLimits(wall_seconds=400))


def module(path: str, version: str, files: Mapping[str, str]) -> dict[str, bytes]:
    """The pages of a proxy that has this one version."""
    manifest = files.get("go.mod", f"module {path}\n\ngo 1.20\n")
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in {**files, "go.mod": manifest}.items():
            archive.writestr(f"{path}@{version}/{name}", text)
    info = json.dumps({"Version": version, "Time": "2020-01-01T00:00:00Z"}).encode()
    base = f"/{path}/@v"
    return {
        f"{base}/list": f"{version}\n".encode(),
        f"{base}/{version}.info": info,
        f"{base}/{version}.mod": manifest.encode(),
        f"{base}/{version}.zip": buffer.getvalue(),
        f"/{path}/@latest": info,
    }


def compiled(environment: Environment, code: str) -> Outcome:
    """Compile a program that imports nothing of the standard library."""
    files = (
        File("main.go", code.encode()),
        File("importcfg", environment.facts["importcfg"].encode()),
    )
    argv = (environment.interpreter, "tool", "compile", "-importcfg", "importcfg", "main.go")
    program = Program(
        files=files, steps=(Step(argv, "build"),), mounts=environment.mounts,
        variables={"GOTOOLCHAIN": "local", "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    return Bubblewrap().run(program, Limits(wall_seconds=240, cpu_seconds=60))
