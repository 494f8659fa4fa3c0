"""A small sparse registry of crates, and snippets compiled as Rust's language plug does it."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

from doc_healing import environments
from doc_healing.model import Environment, File, Limits, Outcome, Program, Step, Toolchain
from doc_healing.sandboxes.bubblewrap import Bubblewrap
from doc_healing.settings import InstallLimits, Registries
from tests import needs
from tests.environments.places import desk

TOKEN = "a-very-secret-token"


def rust_toolchain() -> Toolchain:
    return needs.toolchain("rust")


def crates_desk(cache: Path, url: str, limits: InstallLimits | None = None) -> environments.Desk:
    """A desk whose operator has put a registry of ours in the place of crates.io."""
    text = (
        f'[source.crates-io]\nreplace-with = "local"\n'
        f'[source.local]\nregistry = "sparse+{url}/index/"\n'
        f'[registries.private]\nindex = "sparse+{url}/private/"\n'
        f'[build]\nrustc-wrapper = "/nonexistent/wrapper"\n[net]\nretry = 0\n'
    )
    secret = f'[registries.private]\ntoken = "{TOKEN}"\n'
    files = (
        ("/home/operator/.cargo/config.toml", text.encode()),
        ("/home/operator/.cargo/credentials.toml", secret.encode()),
    )
    limits = limits or InstallLimits(wall_seconds=400)
    return desk(cache, registries=Registries({}, files), limits=limits)


def crate(
    name: str,
    version: str,
    files: Mapping[str, str],
    needs_: Mapping[str, str] | None = None,
    checksum: str = "",
    more: str = "",
    published: str = "",
) -> tuple[str, str, str, bytes]:
    """A crate with its index line: name, version, line, archive."""
    listed = "".join(f'{key} = "{value}"\n' for key, value in (needs_ or {}).items())
    manifest = (
        f'[package]\nname = "{name}"\nversion = "{version}"\nedition = "2021"\n{more}\n'
        f"[dependencies]\n{listed}"
    )
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, text in {"Cargo.toml": manifest, **files}.items():
            info = tarfile.TarInfo(f"{name}-{version}/{path}")
            info.size = len(text.encode())
            archive.addfile(info, io.BytesIO(text.encode()))
    data = gzip.compress(buffer.getvalue())
    deps: list[dict[str, object]] = [
        {"name": key, "req": value, "features": [], "optional": False,
         "default_features": True, "target": None, "kind": "normal"}
        for key, value in (needs_ or {}).items()
    ]  # fmt: skip
    line = {
        "name": name, "vers": version, "deps": deps, "features": {}, "yanked": False,
        "cksum": checksum or hashlib.sha256(data).hexdigest(),
        **({"pubtime": published} if published else {}),
    }  # fmt: skip
    return name, version, json.dumps(line), data


def registry(url: str, *crates: tuple[str, str, str, bytes]) -> dict[str, bytes]:
    """The pages of a sparse index (RFC 2789) and the archives."""
    pages = {"/index/config.json": json.dumps({"dl": f"{url}/dl"}).encode()}
    for name, version, line, data in crates:
        page = f"/index/{_place(name)}"
        pages[page] = pages.get(page, b"") + line.encode() + b"\n"
        pages[f"/dl/{name}/{version}/download"] = data
    return pages


def _place(name: str) -> str:
    if len(name) < 4:
        return f"{len(name)}/{name}" if len(name) < 3 else f"3/{name[0]}/{name}"
    return f"{name[:2]}/{name[2:4]}/{name}"


def locked(*crates: tuple[str, str, str, bytes], own: str) -> str:
    """A Cargo.lock that pins these crates for a package `own` that needs them all."""
    text = "version = 3\n"
    for name, version, line, _ in crates:
        source = "registry+https://github.com/rust-lang/crates.io-index"
        text += f'\n[[package]]\nname = "{name}"\nversion = "{version}"\nsource = "{source}"\n'
        text += f'checksum = "{json.loads(line)["cksum"]}"\n'
    names = "".join(f' "{name}",\n' for name, *_ in crates)
    text += f'\n[[package]]\nname = "{own}"\nversion = "0.1.0"\ndependencies = [\n{names}]\n'
    return text


def compiled(environment: Environment, code: str) -> Outcome:
    """Compile and run a program with what the environment says."""
    facts = environment.facts
    externs = [f"--extern={k}={v}" for k, v in json.loads(facts["externs"]).items()]
    search = [f"-L{value}" for value in json.loads(facts["search"])]
    cfg = [f"--cfg={value}" for value in json.loads(facts["cfg"])]
    rustc = environment.interpreter
    argv = (rustc, f"--edition={facts['edition']}", *externs, *search, *cfg, "main.rs")
    program = Program(
        files=(File("main.rs", code.encode()),),
        steps=(Step(argv, "build"), Step(("./main",))),
        mounts=environment.mounts,
        variables={"PATH": "/usr/bin:/bin", **json.loads(facts["env"])},
    )
    return Bubblewrap().run(program, Limits(wall_seconds=240, cpu_seconds=60))
