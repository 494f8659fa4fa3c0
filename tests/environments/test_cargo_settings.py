"""What of the operator's settings and of manifests reaches cargo. No jail is needed."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from doc_healing import environments
from doc_healing.environments.cargo_features import feature_sets
from doc_healing.environments.cargo_manifests import plan
from doc_healing.environments.cargo_registries import SETTINGS, cargo_access, without_secrets
from doc_healing.environments.cargo_toml import toml_text
from doc_healing.environments.desk import InstallFailed
from doc_healing.environments.registries import CRATES, Access
from doc_healing.model import Toolchain, Wants
from doc_healing.settings import Registries
from tests.environments.places import desk, project

_TEXTS = st.text(max_size=20)
_VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | _TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXTS, inner, max_size=4),
    max_leaves=20,
)


@hypothesis_settings(max_examples=200, deadline=None)
@given(st.dictionaries(_TEXTS, _VALUES, max_size=5))
def test_what_is_written_as_toml_is_read_back(data: dict[str, object]) -> None:
    assert tomllib.loads(toml_text(data)) == data


def _access(text: str, credentials: str = "", **variables: str) -> Access:
    files = (
        ("/h/.cargo/config.toml", text.encode()),
        ("/h/.cargo/credentials.toml", credentials.encode()),
    )
    return cargo_access(Registries(variables, files), (), 300)


def _settings(access: Access) -> str:
    return next(f.data.decode() for f in access.files if f.name == SETTINGS)


def test_the_operators_registries_are_reached_and_nothing_of_theirs_is_run() -> None:
    access = _access(
        '[source.crates-io]\nreplace-with = "m"\n[source.m]\n'
        'registry = "sparse+https://mirror.example/index/"\n'
        '[registries.p]\nindex = "sparse+https://private.example/"\n'
        'credential-provider = ["/bin/steal"]\n[registry]\ncredential-provider = "x"\n'
        '[build]\nrustc-wrapper = "sccache"\n[alias]\nfetch = "run"\n[net]\n'
        'git-fetch-with-cli = true\n[http]\nproxy = "proxy.example:3128"\n',
        '[registries.p]\ntoken = "hidden-token"\n',
        CARGO_REGISTRY_TOKEN="another-token",
        CARGO_BUILD_RUSTC_WRAPPER="sccache",
    )
    text = _settings(access)
    for word in ("steal", "sccache", "alias", "proxy.example", "true"):
        assert word not in text
    assert "hidden-token" in text
    assert access.egress.public == frozenset()
    assert access.egress.named == {("mirror.example", 443), ("private.example", 443)}
    assert "hidden-token" in access.secrets
    assert "CARGO_BUILD_RUSTC_WRAPPER" not in access.variables
    bare = without_secrets(access)
    assert "private.example" in _settings(bare)
    assert "hidden-token" not in _settings(bare) + str(bare.variables)
    assert "another-token" not in str(bare.variables)


def test_crates_io_is_what_is_reached_by_itself() -> None:
    assert _access("").egress.public == CRATES
    assert _access("no [ toml").egress.public == CRATES


def test_a_password_in_a_url_is_refused() -> None:
    with pytest.raises(InstallFailed) as raised:
        _access('[registries.p]\nindex = "sparse+https://me:secret@private.example/"\n')
    assert "secret" not in raised.value.message


@pytest.mark.parametrize(
    ("manifest", "document", "first"),
    [
        ("", "", ()),
        ('[features]\nfull = []\nnightly = []', "", ()),
        ('[package.metadata.docs.rs]\nall-features = true\n[features]\na = []', "",
         ("--all-features",)),
        ('[package.metadata.docs.rs]\nall-features = true\n[features]\na = []\nunstable = []', "",
         ("--features=a",)),
        ('[package.metadata.docs.rs]\nno-default-features = true\nfeatures = ["a", "nightly"]\n'
         "[features]\na = []", "", ("--no-default-features", "--features=a")),
        ("[features]\nderive = []",
         '```toml\n[dependencies]\nw = { version = "1", features = ["derive", "other"] }\n```\n',
         ("--features=derive",)),
        ("[features]\nderive = []", "```toml\nw = no toml\nfeatures\n```\n", ()),
    ],
)  # fmt: skip
def test_the_features_are_those_that_documents_are_about(
    tmp_path: Path, manifest: str, document: str, first: tuple[str, ...]
) -> None:
    text = f'[package]\nname = "w"\nversion = "1.0.0"\n{manifest}\n'
    checkout = project(tmp_path, {"Cargo.toml": text, "src/lib.rs": "", "README.md": document})
    assert feature_sets(checkout, Wants(), "", "w", nightly=False)[0] == first


def test_only_development_dependencies_that_a_document_names_are_installed(tmp_path: Path) -> None:
    text = (
        '[package]\nname = "w"\nversion = "1.0.0"\ndefault-run = "x"\n'
        '[dev-dependencies]\nnamed-one = "1"\ncriterion = "0.5"\n'
        '[target."cfg(unix)".dev-dependencies]\nslow = "1"\n'
        '[[bench]]\nname = "b"\n[[bin]]\nname = "x"\npath = "nowhere.rs"\n'
        "[profile.dev]\nlto = true\n"
    )
    files = {"Cargo.toml": text, "src/lib.rs": "", "README.md": "use named_one::X;"}
    (written,) = plan(project(tmp_path, files), "", {"extra": "2"}).manifests.values()
    data = tomllib.loads(written)
    assert data["dev-dependencies"] == {"named-one": "1", "extra": "2"}
    assert set(data) & {"bin", "bench", "profile"} == set()
    assert "default-run" not in data["package"]
    assert "slow" not in written


def test_a_cargo_that_is_too_old_says_so(tmp_path: Path) -> None:
    checkout = project(tmp_path, {"Cargo.toml": "[package]\nname = 'w'\n"})
    old = Toolchain("rust", "/usr/bin/rustc", "1.63.0")
    with pytest.raises(InstallFailed) as raised:
        environments.prepare(checkout, "rust", Wants(), old, desk(tmp_path / "cache"))
    assert "1.63.0 is too old" in raised.value.message
