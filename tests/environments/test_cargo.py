"""Crates installed in the real jail, from registries on this machine: good and hostile."""

import json
import os
import shutil
import threading
import time
from pathlib import Path

import pytest

from doc_healing import environments
from doc_healing.model import Environment, Wants
from doc_healing.settings import InstallLimits
from tests.environments.crate_places import (
    TOKEN,
    compiled,
    crate,
    crates_desk,
    locked,
    registry,
    rust_toolchain,
)
from tests.environments.places import project, serving

pytestmark = pytest.mark.sandbox

LEFT = crate("left", "1.0.0", {"src/lib.rs": 'pub fn side() -> &\'static str { "left" }'})
NEWER = crate(
    "left",
    "1.1.0",
    {"src/lib.rs": 'pub fn side() -> &\'static str { "newer" }'},
    published="2024-06-01T00:00:00Z",
)
# What a build script or a procedural macro might try; the answers become part of the library.
SPY = """
use std::{fs, net::TcpStream};
fn seen() -> String {
    let mut found = vec![];
    if TcpStream::connect(("127.0.0.1", PORT)).is_ok() { found.push("network".to_string()); }
    for path in ["/etc/shadow", "/root/.ssh", "/opt/socket", "/opt/downloads", "/home/operator"] {
        if fs::metadata(path).is_ok() { found.push(path.to_string()); }
    }
    for path in ["/opt/crates-io/x", "/opt/crates/x", "/opt/rust/x", "/usr/x"] {
        if fs::write(path, "x").is_ok() { found.push(format!("wrote {path}")); }
    }
    let texts = [fs::read_to_string("/work/operator-cargo.toml").unwrap_or_default(),
                 fs::read_to_string("/proc/self/environ").unwrap_or_default()];
    if texts.iter().any(|text| text.contains("TOKEN_TEXT")) { found.push("token".to_string()); }
    found.join(", ")
}
"""


def _toml(name: str = "widgets", more: str = "") -> str:
    return f'[package]\nname = "{name}"\nversion = "0.1.0"\nedition = "2021"\n{more}'


def _prepare(
    root: Path, desk: environments.Desk, files: dict[str, str], wants: Wants | None = None
) -> Environment:
    checkout = project(root, dict(files))
    return environments.prepare(checkout, "rust", wants or Wants(), rust_toolchain(), desk)


def test_build_scripts_and_macros_reach_nothing_and_settings_of_the_repository_are_ignored(
    tmp_path: Path,
) -> None:
    pages: dict[str, bytes] = {}
    with serving(pages) as url:
        spy = SPY.replace("PORT", url.rpartition(":")[2]).replace("TOKEN_TEXT", TOKEN)
        script = spy + 'fn main() { println!("cargo:rustc-env=SEEN={}", seen()); }'
        macro = (
            "extern crate proc_macro;\n"
            + spy
            + (
                "#[proc_macro] pub fn spied(_: proc_macro::TokenStream) -> proc_macro::TokenStream "
                '{ format!("{:?}", seen()).parse().unwrap() }'
            )
        )
        show = 'pub const SEEN: &str = env!("SEEN");'
        pages.update(
            registry(
                url,
                LEFT,
                crate("hostile", "1.0.0", {"build.rs": script, "src/lib.rs": show}),
                crate("macros", "1.0.0", {"src/lib.rs": macro}, more="[lib]\nproc-macro = true"),
            )
        )
        poisoned = (
            '[build]\nrustc-wrapper = "/nonexistent/a"\ntarget-dir = "/opt/elsewhere"\n'
            '[source.crates-io]\nreplace-with = "b"\n[source.b]\nregistry = "sparse+http://b/"\n'
            '[target.x86_64-unknown-linux-gnu]\nlinker = "/nonexistent/c"\nrunner = "/d"\n'
        )
        files = {
            "Cargo.toml": _toml(
                more='[dependencies]\nleft = "1"\nhostile = "1"\nmacros = "1"\n'
                '[dev-dependencies]\nunspoken = "1"\n[profile.dev]\npanic = "abort"\n'
            ),
            "build.rs": script,
            "src/lib.rs": 'pub const SEEN: &str = env!("SEEN"); pub use left::side;',
            ".cargo/config.toml": poisoned,
            "rust-toolchain": "/opt/evil",
            "README.md": "```rust\nuse widgets::side;\n```\n",
        }
        found = _prepare(tmp_path / "repo", crates_desk(tmp_path / "cache", url), files)
    assert found.modules == ("widgets",)
    assert dict(found.packages)["left"] == "1.0.0"
    assert json.loads(found.facts["own"]) == ["widgets"]
    code = 'fn main() { println!("{}[{}][{}][{}]", widgets::side(), widgets::SEEN, '
    code += 'hostile::SEEN, macros::spied!()); println!("{}", env!("CARGO_PKG_NAME")); }'
    outcome = compiled(found, code)
    assert outcome.stdout == b"left[][][]\nwidgets\n", outcome.stderr
    assert not list((tmp_path / "cache").rglob("*elsewhere*"))
    assert TOKEN not in json.dumps(dict(found.facts)) + str(found)


def test_a_lock_is_honoured_and_the_installation_repeats_without_the_registry(
    tmp_path: Path,
) -> None:
    pages: dict[str, bytes] = {}
    files = {
        "Cargo.toml": _toml(more='[dependencies]\nleft = "1"\n'),
        "Cargo.lock": locked(LEFT, own="widgets"),
        "src/lib.rs": "",
    }
    code = 'fn main() { println!("{}", left::side()); }'
    with serving(pages) as url:
        pages.update(registry(url, LEFT, NEWER))
        at = crates_desk(tmp_path / "cache", url)
        first = _prepare(tmp_path / "repo", at, files)
        other = {**files, "src/lib.rs": "pub fn more() {}"}
        second = _prepare(tmp_path / "other", at, other)
        del files["Cargo.lock"]
        unpinned = _prepare(tmp_path / "unpinned", at, files)
    assert first.packages["left"] == "1.0.0"
    assert "versions as Cargo.lock pins them" in first.notes
    assert unpinned.packages["left"] == "1.1.0"
    assert first.mounts[-1] == second.mounts[-1]  # the compiled dependencies are the same layer
    assert compiled(first, code).stdout == b"left\n"
    shutil.rmtree(tmp_path / "cache/environments")
    again = _prepare(tmp_path / "again", at, other)  # the registry is gone
    assert compiled(again, code).stdout == b"left\n"


def test_layers_share_no_file_with_each_other_or_with_the_downloads(tmp_path: Path) -> None:
    pages: dict[str, bytes] = {}
    with serving(pages) as url:
        pages.update(registry(url, LEFT))
        at = crates_desk(tmp_path / "cache", url)
        for name in ("one", "two"):
            files = {
                "Cargo.toml": _toml(name, '[dependencies]\nleft = "1"\n'),
                "src/lib.rs": "pub use left::side;",
            }
            _prepare(tmp_path / name, at, files)
    seen: dict[int, str] = {}
    for here, _, names in os.walk(tmp_path / "cache"):
        for item in names:
            facts = Path(here, item).lstat()
            assert facts.st_nlink == 1, item
            assert facts.st_ino not in seen
            seen[facts.st_ino] = item


def test_an_archive_with_another_checksum_is_refused(tmp_path: Path) -> None:
    pages: dict[str, bytes] = {}
    wrong = crate("left", "1.0.0", {"src/lib.rs": ""}, checksum="0" * 64)
    with serving(pages) as url:
        pages.update(registry(url, wrong))
        files = {"Cargo.toml": _toml(more='[dependencies]\nleft = "1"\n'), "src/lib.rs": ""}
        with pytest.raises(environments.InstallFailed) as raised:
            _prepare(tmp_path / "repo", crates_desk(tmp_path / "cache", url), files)
    assert "checksum" in raised.value.message
    assert not raised.value.connection


def test_a_registry_that_hangs_costs_the_limit_and_no_more(tmp_path: Path) -> None:
    never = threading.Event()
    with serving({}, never) as url:
        limits = InstallLimits(wall_seconds=5)
        at = crates_desk(tmp_path / "cache", url, limits=limits)
        files = {"Cargo.toml": _toml(more='[dependencies]\nleft = "1"\n'), "src/lib.rs": ""}
        begin = time.monotonic()
        with pytest.raises(environments.InstallFailed) as raised:
            _prepare(tmp_path / "repo", at, files)
    assert time.monotonic() - begin < 60
    assert "limit of 5 s" in raised.value.message
    assert raised.value.connection


def test_what_no_registry_has_is_left_out_or_named(tmp_path: Path) -> None:
    pages: dict[str, bytes] = {}
    with serving(pages) as url:
        pages.update(registry(url, LEFT))
        at = crates_desk(tmp_path / "cache", url)
        elsewhere = {
            "Cargo.toml": _toml(
                more='[dependencies]\nleft = { version = "1", git = "https://a.example/left" }\n'
                'far = { git = "https://a.example/far", optional = true }\n'
                '[dev-dependencies]\ntool = { path = "../../tool" }\n'
                '[features]\ndefault = ["far"]\nfull = ["dep:far", "far?/x"]\n'
                '[patch.crates-io]\nleft = { path = "/opt/left" }\n'
            ),
            "src/lib.rs": "pub use left::side;",
            "README.md": "far, tool",
        }
        found = _prepare(tmp_path / "repo", at, elsewhere)
        needed = {
            "Cargo.toml": _toml(more='[dependencies]\nfar = { git = "https://a.example/far" }\n'),
            "src/lib.rs": "",
        }
        with pytest.raises(environments.InstallFailed) as raised:
            _prepare(tmp_path / "needed", at, needed)
    said = " ".join(found.notes)
    assert "far of git https://a.example/far cannot be reached" in said
    assert "tool of path ../../tool cannot be reached" in said
    assert "left is the registry's" in said
    assert "far of git https://a.example/far" in raised.value.message
    outcome = compiled(found, 'fn main() { println!("{}", widgets::side()); }')
    assert outcome.stdout == b"left\n", outcome.stderr


WORKSPACE = {
    "Cargo.toml": (
        '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/away"]\nresolver = "2"\n'
        '[workspace.package]\nversion = "2.3.4"\nedition = "2021"\n'
        '[workspace.dependencies]\ncore-part = { path = "crates/core" }\nleft = "1"\n'
    ),
    "crates/main/Cargo.toml": (
        '[package]\nname = "main-part"\nversion.workspace = true\nedition.workspace = true\n'
        "[dependencies]\ncore-part.workspace = true\n"
        '[features]\nextra = []\n[package.metadata.docs.rs]\nfeatures = ["extra"]\n'
    ),
    "crates/main/src/lib.rs": (
        "pub use core_part::answer;\n"
        '#[cfg(feature = "extra")] pub const VERSION: &str = env!("CARGO_PKG_VERSION");'
    ),
    "crates/core/Cargo.toml": (
        '[package]\nname = "core-part"\nversion.workspace = true\nedition.workspace = true\n'
        "[dependencies]\nleft.workspace = true\n"
    ),
    "crates/core/src/lib.rs": 'pub fn answer() -> String { format!("{}!", left::side()) }',
    "crates/broken/Cargo.toml": (
        '[package]\nname = "broken"\nversion = "1.0.0"\n'
        '[dependencies]\nfar = { git = "https://a.example/far" }\n'
    ),
    "crates/broken/src/lib.rs": "no rust at all",
}


def test_a_workspace_gives_what_its_package_needs(tmp_path: Path) -> None:
    pages: dict[str, bytes] = {}
    with serving(pages) as url:
        pages.update(registry(url, LEFT))
        at = crates_desk(tmp_path / "cache", url)
        found = _prepare(tmp_path / "repo", at, WORKSPACE, Wants(project="crates/main"))
    assert found.modules == ("main_part", "core_part")
    assert found.packages["main-part"] == "2.3.4"
    code = 'fn main() { println!("{} {}", main_part::answer(), main_part::VERSION); }'
    assert compiled(found, code).stdout == b"left! 2.3.4\n"


def test_of_a_workspace_without_a_package_all_members_are_there_that_can_be(
    tmp_path: Path,
) -> None:
    pages: dict[str, bytes] = {}
    wrong = {
        "crates/wrong/Cargo.toml": _toml("wrong", "[dependencies]\nleft.workspace = true\n"),
        "crates/wrong/src/lib.rs": "no rust at all",
    }
    with serving(pages) as url:
        pages.update(registry(url, LEFT))
        at = crates_desk(tmp_path / "cache", url)
        found = _prepare(tmp_path / "repo", at, {**WORKSPACE, **wrong})
    assert found.modules == ("core_part", "main_part")
    said = " ".join(found.notes)
    assert "crates/broken/Cargo.toml needs far of git https://a.example/far" in said
    assert "wrong cannot be compiled: error" in said
    code = 'fn main() { println!("{} {}", main_part::answer(), core_part::answer()); }'
    assert compiled(found, code).stdout == b"left! left!\n"


def test_crates_are_installed_without_a_package_or_beside_a_program(tmp_path: Path) -> None:
    pages: dict[str, bytes] = {}
    with serving(pages) as url:
        pages.update(registry(url, LEFT, NEWER))
        at = crates_desk(tmp_path / "cache", url)
        alone = _prepare(
            tmp_path / "alone", at, {"README.md": ""},
            Wants(packages=("left@1",), install_project=False, exclude_newer="2024-01-01"),
        )  # fmt: skip
        files = {"Cargo.toml": _toml("tool"), "src/main.rs": "fn main() {}"}
        beside = _prepare(tmp_path / "beside", at, files, Wants(packages=("left",)))
    code = 'fn main() { println!("{}", left::side()); }'
    assert alone.modules == beside.modules == ()
    if not any("exclude_newer is not honoured" in note for note in alone.notes):
        assert compiled(alone, code).stdout == b"left\n"  # so says cargo since 1.95
    assert compiled(beside, code).stdout == b"newer\n"


@pytest.mark.parametrize(
    ("manifest", "code", "said"),
    [
        ("", "pub fn f() -> i32 { true }", "mismatched types"),
        ('rust-version = "1.999"', "", "1.999"),
        ('build = "build.rs"', "", "the build script says no"),
    ],
)
def test_a_package_that_cannot_be_built_says_why(
    tmp_path: Path, manifest: str, code: str, said: str
) -> None:
    files = {
        "Cargo.toml": _toml(more=manifest),
        "src/lib.rs": code,
        "build.rs": 'fn main() { if std::env::var("CARGO_PKG_NAME").is_ok() '
        '&& std::path::Path::new("stop").exists() { panic!("the build script says no"); } }',
    }
    if "build" in manifest:
        files["stop"] = ""
    at = crates_desk(tmp_path / "cache", "http://127.0.0.1:9")
    with pytest.raises(environments.InstallFailed) as raised:
        _prepare(tmp_path / "repo", at, files)
    assert said in raised.value.message


@pytest.mark.parametrize(
    ("folder", "files", "wanted"),
    [
        ("crates/a", {"crates/rust-toolchain.toml": '[toolchain]\nchannel = "1.80"\n'}, "1.80"),
        ("crates/a", {"crates/a/rust-toolchain": "nightly\n", "rust-toolchain": "1.70"}, "nightly"),
        (".crates/a", {".crates/rust-toolchain": "beta\n"}, "beta"),
        ("", {"crates/rust-toolchain": "beta\n"}, ""),
    ],
)
def test_the_nearest_toolchain_file_upward_counts(
    tmp_path: Path, folder: str, files: dict[str, str], wanted: str
) -> None:
    checkout = project(tmp_path, files)
    assert environments.runtime_wanted(checkout, "rust", folder) == wanted
