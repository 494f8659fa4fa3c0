import os
import subprocess
import sys
from pathlib import Path

import pytest

from doc_healing import settings
from doc_healing.errors import UserError
from doc_healing.model import Limits
from doc_healing.settings import InstallLimits, Settings


def test_nothing_said_is_the_default(tmp_path: Path) -> None:
    usual = settings.read({})
    assert usual.limits.wall_seconds == 30
    assert usual.install == InstallLimits()
    assert usual.jobs >= 1
    assert usual.cache_dir.is_absolute()
    assert (usual.ci, usual.source_builds, usual.allowed_hosts) == (False, True, ())


def test_every_setting_has_its_variable(tmp_path: Path) -> None:
    said = {
        "CACHE_DIR": str(tmp_path),
        "JOBS": "3",
        "SOURCE_BUILDS": "true",
        "ALLOWED_HOSTS": "a.example, b.example:8443",
        "DEBUG": "1",
        **{name.upper(): "17" for name in Limits.__dataclass_fields__},
        **{f"INSTALL_{name.upper()}": "2000" for name in InstallLimits.__dataclass_fields__},
    }
    got = settings.read({f"DOC_HEALING_{name}": value for name, value in said.items()})
    assert (got.cache_dir, got.jobs, got.source_builds, got.debug) == (tmp_path, 3, True, True)
    assert got.allowed_hosts == ("a.example", "b.example:8443")
    assert {getattr(got.limits, name) for name in Limits.__dataclass_fields__} == {17}
    assert {getattr(got.install, name) for name in InstallLimits.__dataclass_fields__} == {2000}


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("DOC_HEALING_JOB", "3", "DOC_HEALING_JOBS"),
        ("DOC_HEALING_ZZZ", "3", "unset"),
        ("DOC_HEALING_JOBS", "many", "whole number"),
        ("DOC_HEALING_JOBS", "0", "from 1"),
        ("DOC_HEALING_JOBS", "1.5", "whole number"),
        ("DOC_HEALING_WALL_SECONDS", "nan", "from 0.1"),
        ("DOC_HEALING_WALL_SECONDS", "inf", "from 0.1"),
        ("DOC_HEALING_MEMORY_MIB", "-4", "from 16"),
        ("DOC_HEALING_DEBUG", "perhaps", ""),
    ],
)
def test_a_wrong_variable_is_named(name: str, value: str, advice: str) -> None:
    with pytest.raises(UserError, match=name) as refused:
        settings.read({name: value})
    assert advice in refused.value.help


@pytest.mark.parametrize(
    ("environ", "terminal", "coloured"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
    ],
)
def test_colour(environ: dict[str, str], terminal: bool, coloured: bool) -> None:
    assert settings.colour(settings.read(environ), terminal) is coloured


@pytest.mark.parametrize(("value", "ci"), [("true", True), ("1", True), ("", False), ("0", False)])
def test_ci(value: str, ci: bool) -> None:
    assert settings.read({"CI": value}).ci is ci


def test_registry_settings_are_gathered_and_nothing_else(tmp_path: Path) -> None:
    kept = {
        "PIP_INDEX_URL": "https://u:p@mirror.example/simple",
        "UV_INDEX_PRIVATE_PASSWORD": "secret",
        "UV_DEFAULT_INDEX": "https://mirror.example",
        "npm_config_registry": "https://npm.example",
        "NPM_CONFIG_USERCONFIG": str(tmp_path / "my.npmrc"),
        "npm_config__auth": "secret",
        "SSL_CERT_FILE": "/ca.pem",
        "https_proxy": "http://proxy:3128",
        "NO_PROXY": "localhost",
    }
    others = {
        "AWS_SECRET_ACCESS_KEY": "x",
        "GITHUB_TOKEN": "x",
        "UV_CACHE_DIR": "/c",
        "UV_PYTHON": "3.9",
        "npm_config_script_shell": "/evil",
        "npm_config_cache": "/c",
        "PATH": "/bin",
    }
    (tmp_path / "my.npmrc").write_text("//npm.example/:_authToken=x")
    (tmp_path / ".npmrc").write_text("not this one")
    (tmp_path / ".netrc").write_text("machine mirror.example")
    (tmp_path / ".config/pip").mkdir(parents=True)
    (tmp_path / ".config/pip/pip.conf").write_text("[global]\n")
    (tmp_path / ".config/uv").mkdir()
    (tmp_path / ".config/uv/uv.toml").write_text("")
    got = settings.registries({**kept, **others}, home=tmp_path)
    assert dict(got.variables) == kept
    names = [path.removeprefix(f"{tmp_path}/") for path, _ in got.files if str(tmp_path) in path]
    assert names == [".config/pip/pip.conf", "my.npmrc", ".config/uv/uv.toml", ".netrc"]
    assert dict(got.files)[str(tmp_path / "my.npmrc")] == b"//npm.example/:_authToken=x"
    assert "secret" not in repr(got)


def test_importing_the_settings_imports_nothing_heavy() -> None:
    code = (
        "import sys; from doc_healing import settings; "
        "print([m for m in ('pydantic', 'platformdirs', 'rich', 'ruamel') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": "src"},
    )
    assert done.stdout.strip() == "[]"


def test_the_settings_are_frozen() -> None:
    assert Settings.__dataclass_params__.frozen  # type: ignore[attr-defined]  # not in typeshed
