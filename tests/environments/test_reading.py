"""What manifests, locks, settings and strangers' archives say: tables."""

import contextlib
import io
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing import environments
from doc_healing.environments import archives, pins, registries, sources, versions, wheels
from doc_healing.environments.desk import InstallFailed
from doc_healing.environments.entry_points import missing_outputs
from doc_healing.environments.node_projects import build_scripts, packages
from doc_healing.settings import Registries
from tests.environments.places import project

BUILDS = '[build-system]\nrequires = ["x"]\n'
TOOLS = "[tool.black]\nline-length = 100\n"


@pytest.mark.parametrize(
    ("files", "document", "expected"),
    [
        ({"pyproject.toml": BUILDS}, "docs/a.md", ""),
        ({"setup.py": ""}, "README.md", ""),
        ({"setup.cfg": "[metadata]\nname = x\n"}, "README.md", ""),
        ({"setup.cfg": "[flake8]\n"}, "README.md", None),
        ({"pyproject.toml": TOOLS}, "README.md", None),
        ({"pyproject.toml": TOOLS, "py/pyproject.toml": BUILDS}, "README.md", "py"),
        ({"pyproject.toml": BUILDS, "py/pyproject.toml": BUILDS}, "README.md", ""),
        ({"pyproject.toml": BUILDS, "py/pyproject.toml": BUILDS}, "py/docs/a.md", "py"),
        ({"a/setup.py": "", "b/setup.py": ""}, "README.md", None),
        ({"a/setup.py": "", "tests/b/setup.py": ""}, "README.md", "a"),
        ({"pyproject.toml": "not toml ["}, "README.md", None),
        ({"README.md": ""}, "README.md", None),
    ],
)
def test_the_python_project_of_a_document(
    tmp_path: Path, files: dict[str, str], document: str, expected: str | None
) -> None:
    checkout = project(tmp_path, files)
    assert environments.find_project(checkout, "python", document) == expected


@pytest.mark.parametrize(
    ("files", "document", "expected"),
    [
        ({"package.json": '{"name": "a"}'}, "docs/a.md", ""),
        (
            {"package.json": '{"name": "a"}', "docs/package.json": '{"private": true}'},
            "docs/a.md",
            "",
        ),
        (
            {"package.json": '{"private": true}', "p/a/package.json": '{"name": "a"}'},
            "p/a/x.md",
            "p/a",
        ),
        ({"package.json": "broken"}, "a.md", None),
        ({"node_modules/a/package.json": '{"name": "a"}'}, "a.md", None),
    ],
)
def test_the_javascript_project_of_a_document(
    tmp_path: Path, files: dict[str, str], document: str, expected: str | None
) -> None:
    checkout = project(tmp_path, files)
    assert environments.find_project(checkout, "javascript", document) == expected


@pytest.mark.parametrize(
    ("language", "files", "expected"),
    [
        ("python", {"pyproject.toml": '[project]\nrequires-python = ">=3.9"\n'}, ">=3.9"),
        ("python", {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.8"\n'}, ">=3.8,<4"),
        ("python", {"setup.cfg": "[options]\npython_requires = >=3.6\n"}, ">=3.6"),
        ("python", {"setup.py": "setup(python_requires='>=3.7, <4')"}, ">=3.7, <4"),
        ("python", {".python-version": "3.12.1\n"}, "3.12.1"),
        ("python", {".python-version": "my-venv\n"}, ""),
        ("javascript", {"package.json": '{"engines": {"node": ">=18"}}'}, ">=18"),
        ("javascript", {".nvmrc": "v20.1.0"}, "20.1.0"),
        ("javascript", {".nvmrc": "lts/*"}, ""),
    ],
)
def test_the_runtime_that_is_wanted(
    tmp_path: Path, language: str, files: dict[str, str], expected: str
) -> None:
    assert environments.runtime_wanted(project(tmp_path, files), language, "") == expected


@pytest.mark.parametrize(
    ("files", "constraints"),
    [
        ({"requirements.txt": "a==1 # x\nb>=2\nc==3.*\n-e .\n-r more.txt\n", "more.txt": "d==4\n"},
         ("a==1", "d==4")),
        ({"requirements.txt": "-r ../../outside.txt\n-r requirements.txt\na==1\n"}, ("a==1",)),
        ({"poetry.lock": '[[package]]\nname="a"\nversion="1"\n'
                         '[[package]]\nname="a"\nversion="2"\n'}, ()),
        ({"uv.lock": '[[package]]\nname="a"\nversion="1"\nsource={editable="."}\n'
                     '[[package]]\nname="b"\nversion="2"\nsource={registry="x"}\n'}, ("b==2",)),
        ({"uv.lock": "broken ["}, ()),
        ({"requirements.txt": "a==1 ; python_version < '3.9'\na==2 ; python_version >= '3.9'\n"},
         ('a==1 ; python_version < "3.9"', 'a==2 ; python_version >= "3.9"')),
    ],
)  # fmt: skip
def test_pins(tmp_path: Path, files: dict[str, str], constraints: tuple[str, ...]) -> None:
    assert pins.locked(project(tmp_path, files), "").constraints == constraints


def _git(root: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=x", "-c", "user.email=x@x", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=root, check=True, capture_output=True)


def test_versions_from_tags(tmp_path: Path) -> None:
    checkout = project(tmp_path, {"pyproject.toml": '[build-system]\nrequires = ["hatch-vcs"]\n'})
    assert versions.pretended(checkout, "").version == versions.FALLBACK
    assert "there are none here" in versions.pretended(checkout, "").note
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "commit", "-q", "--allow-empty", "-m", "one")
    assert versions.pretended(checkout, "").version == versions.FALLBACK
    _git(tmp_path, "tag", "v1.2.3")
    assert versions.pretended(checkout, "").version == "1.2.3"
    _git(tmp_path, "commit", "-q", "--allow-empty", "-m", "two")
    found = versions.pretended(checkout, "")
    assert found.version == "1.2.3.post1"
    assert found.variables["SETUPTOOLS_SCM_PRETEND_VERSION"] == "1.2.3.post1"
    plain = project(tmp_path / "plain", {"pyproject.toml": BUILDS})
    assert versions.pretended(plain, "") == versions.Pretended()


def test_a_hostile_git_config_runs_nothing(tmp_path: Path) -> None:
    checkout = project(tmp_path, {"setup.py": "setup(use_scm_version=True)"})
    _git(tmp_path, "init", "-q")
    _git(tmp_path, "commit", "-q", "--allow-empty", "-m", "one")
    _git(tmp_path, "tag", "1.0")
    mark = tmp_path / "PWNED"
    for key in ("core.fsmonitor", "core.pager", "core.sshCommand", "alias.describe"):
        _git(tmp_path, "config", key, f"!touch {mark}" if key[0] == "a" else f"touch {mark}")
    mark.unlink(missing_ok=True)
    assert versions.pretended(checkout, "").version == "1.0"
    assert not mark.exists()


def test_pips_settings_are_translated_for_uv(tmp_path: Path) -> None:
    conf = "[global]\nindex-url = https://from-file.test/simple\ntrusted-host = a.test\n"
    variables = {
        "PIP_INDEX_URL": "https://u:p4ssword@mirror.test:8443/simple",
        "PIP_EXTRA_INDEX_URL": "https://one.test/s http://two.test/s",
        "PIP_FIND_LINKS": str(tmp_path),
        "HTTPS_PROXY": "proxy.test:3128",
        "NO_PROXY": "mirror.test,.internal",
        "GITHUB_TOKEN": "abcdef",
    }
    found = registries.python_access(
        Registries(variables, (("/etc/pip.conf", conf.encode()),)), ("extra.test",), 10
    )
    assert found.variables["UV_DEFAULT_INDEX"] == variables["PIP_INDEX_URL"]
    assert found.variables["UV_EXTRA_INDEX_URL"] == variables["PIP_EXTRA_INDEX_URL"]
    assert found.variables["UV_INSECURE_HOST"] == "a.test"
    assert "GITHUB_TOKEN" not in found.variables
    assert found.mounts[0].source == str(tmp_path)
    assert ("mirror.test", 8443) in found.egress.named
    assert {("one.test", 443), ("two.test", 80), ("extra.test", 443)} <= found.egress.named
    assert ("proxy.test", 3128) not in found.egress.named
    assert registries.PYPI - found.egress.public  # a configured index stands in its place
    assert dict(found.egress.upstream)["https"] == "http://proxy.test:3128"
    assert "p4ssword" in found.secrets


def test_npms_settings(tmp_path: Path) -> None:
    text = "registry=https://npm.test/\n//npm.test/:_authToken=${NPM_TOKEN}\n@a:registry=https://b.test\n"
    variables = {"NPM_TOKEN": "tok-12345", "npm_config_script_shell": "/bin/evil", "OTHER": "x"}
    found = registries.npm_access(
        Registries(variables, ((str(tmp_path / ".npmrc"), text.encode()),)), (), 10
    )
    assert found.variables["NPM_TOKEN"] == "tok-12345"
    assert "npm_config_script_shell" not in found.variables
    assert found.egress.named >= {("npm.test", 443), ("b.test", 443)}
    assert not found.egress.public
    assert registries.redact("x tok-12345 https://a:b@c/", found.secrets) == "x *** https://***@c/"


NAMES = st.text(st.sampled_from("ab./\\\0"), min_size=1, max_size=12)


@settings(max_examples=200, deadline=None)
@given(st.lists(NAMES, max_size=5))
def test_no_name_in_a_tar_leads_out(names: list[str]) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name in names:
            info = tarfile.TarInfo(name.replace("\0", ""))
            info.size = 1
            archive.addfile(info, io.BytesIO(b"x"))
    for source in archives.unpack(buffer.getvalue(), "a test"):
        assert not source.name.startswith("/")
        assert ".." not in source.name.split("/")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_a_tar_of_anything_is_refused_or_read(data: bytes) -> None:
    with contextlib.suppress(InstallFailed):
        archives.unpack(data, "a test")


def test_links_and_devices_in_a_tar_are_left_out(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("dist")
            info.type = kind
            info.linkname = "/etc"
            archive.addfile(info)
        info = tarfile.TarInfo("dist/passwd")
        info.size = 1
        archive.addfile(info, io.BytesIO(b"x"))
    archives.write(tmp_path, archives.unpack(buffer.getvalue(), "a test"))
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == [
        "dist",
        "dist/passwd",
    ]
    assert not (tmp_path / "dist").is_symlink()


@pytest.mark.parametrize("name", ["../x.py", "/etc/x", "a/../../x", "a\\..\\x"])
def test_a_wheel_with_a_bad_name_is_refused(name: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("x-1.dist-info/METADATA", "Name: x\nVersion: 1\n")
        archive.writestr(name, "")
    with pytest.raises(InstallFailed, match="no valid wheel"):
        wheels.inspect("x-1-py3-none-any.whl", buffer.getvalue())


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=30), st.binary(max_size=300))
def test_a_wheel_of_anything_is_refused(name: str, data: bytes) -> None:
    with pytest.raises(InstallFailed):
        wheels.inspect(name, data)


def test_the_digest_of_a_tree_tells_trees_apart() -> None:
    one = [sources.Source("ab", b"c", False)]
    others: tuple[list[sources.Source], ...] = (
        [sources.Source("a", b"bc", False)],
        [sources.Source("ab", b"c", True)],
        [sources.Source("ab", b"", False), sources.Source("c", b"", False)],
        [],
    )
    assert len({sources.digest(tree) for tree in (one, *others)}) == 5


def test_what_a_javascript_package_lacks(tmp_path: Path) -> None:
    files = {
        "package.json": '{"name": "a", "main": "./index.mjs", "bin": {"a": "cli.js"},'
        '"exports": {".": {"types": "./t.d.ts", "default": "./index.mjs"}, "./*": "./*.js"},'
        '"scripts": {"prepare": "husky install", "build": "tsc"}}',
        "index.mjs": "import x from './build/lib.js';\nimport y from './here.js';\n",
        "here.js": "",
        "cli.js": "",
    }
    checkout = project(tmp_path, files)
    assert missing_outputs(checkout, "") == ["build/lib.js"]
    assert build_scripts(checkout, "") == ("build",)


def test_the_packages_of_a_pnpm_workspace(tmp_path: Path) -> None:
    files = {
        "package.json": '{"name": "root", "private": true}',
        "pnpm-workspace.yaml": "packages:\n  - 'packages/*'\n  - '!packages/skip'\n",
        "packages/a/package.json": '{"name": "@x/a"}',
        "packages/skip/package.json": '{"name": "@x/skip"}',
        "packages/bad/package.json": '{"name": "../../evil"}',
    }
    found = packages(project(tmp_path, files), "packages/a")
    assert [package.name for package in found] == ["@x/a"]


@pytest.mark.parametrize(
    ("stated", "day", "wanted"),
    [
        (">=3.6", "", ">=3.6"),
        (">=3.6", "2018-11-10", ">=3.6,<3.8 || >=3.6"),
        (">=3.6", "2018-11-10T10:00:00Z", ">=3.6,<3.8 || >=3.6"),
        ("", "2023-01-01", "<3.12 || >=3"),
        (">=3.6", "2010-01-01", ">=3.6"),
        ("==3.9.*", "2023-01-01", "==3.9.*"),
        (">=3.6,<4", "2023-01-01", ">=3.6,<4"),
    ],
)
def test_old_code_gets_a_python_of_its_day(
    tmp_path: Path, stated: str, day: str, wanted: str
) -> None:
    said = f'requires-python = "{stated}"\n' if stated else ""
    text = f'[project]\nname = "x"\nversion = "1"\n{said}'
    tree = project(tmp_path, {"pyproject.toml": text})
    assert environments.runtime_wanted(tree, "python", "", day) == wanted
