"""npm installations in the real jail, from registries on this machine: good and hostile."""

import json
import threading
import time
from pathlib import Path

import pytest

from doc_healing import environments
from doc_healing.model import Wants
from doc_healing.settings import InstallLimits
from tests.environments.places import desk, node_toolchain, npm_registry, project, run, serving

pytestmark = pytest.mark.sandbox

EVIL = {
    "package.json": json.dumps(
        {
            "name": "left",
            "version": "1.0.0",
            "main": "index.js",
            "scripts": dict.fromkeys(
                ("preinstall", "install", "postinstall"), "touch /opt/node/PWNED"
            ),
        }
    ),
    "index.js": "module.exports = 'left';",
}


def _manifest(**more: object) -> str:
    return json.dumps({"name": "widgets", "version": "3.2.1", "main": "index.js", **more})


def test_a_package_and_its_dependencies_are_importable_and_no_script_runs(tmp_path: Path) -> None:
    pages: dict[str, bytes] = {}
    with serving(pages) as url:
        pages.update(npm_registry(url, "left", "1.0.0", EVIL))
        at = desk(tmp_path / "cache", {"npm_config_registry": url})
        scripts = {"preinstall": "touch /opt/node/PWNED", "prepare": "touch PWNED"}
        checkout = project(
            tmp_path / "repo",
            {
                "package.json": _manifest(dependencies={"left": "^1.0.0"}, scripts=scripts),
                "index.js": "module.exports = require('left') + ' and right';",
                "sub.js": "module.exports = 'sub';",
            },
        )
        found = environments.prepare(checkout, "javascript", Wants(), node_toolchain(), at)
    assert found.modules == ("widgets",)
    assert dict(found.packages) == {"left": "1.0.0", "widgets": "3.2.1"}
    outcome = run(
        found, "a.mjs", "import w from 'widgets'; import s from 'widgets/sub.js'; console.log(w, s)"
    )
    assert outcome.stdout == b"left and right sub\n", outcome.stderr
    assert not list((tmp_path / "cache/environments").rglob("PWNED"))


def test_a_missing_package_says_so(tmp_path: Path) -> None:
    with serving({}) as url:
        at = desk(tmp_path / "cache", {"npm_config_registry": url})
        files = {"package.json": _manifest(dependencies={"absent-package": "1"}), "index.js": ""}
        with pytest.raises(environments.InstallFailed) as raised:
            environments.prepare(
                project(tmp_path / "repo", files), "javascript", Wants(), node_toolchain(), at
            )
    assert "absent-package" in raised.value.message
    assert "404" in raised.value.message


BUILD = """
const fs = require('fs'), net = require('net');
fs.mkdirSync('dist/deep', {recursive: true});
fs.writeFileSync('dist/index.js', 'module.exports = ' + JSON.stringify({
  built: true, secrets: Object.keys(process.env).filter(n => /TOKEN|https_proxy|_auth/i.test(n)),
  socket: fs.existsSync('/opt/socket'), downloads: fs.existsSync('/opt/downloads')}));
fs.symlinkSync('/etc/passwd', 'dist/passwd');
fs.symlinkSync('/etc', 'dist/etc');
"""


def test_a_package_is_built_without_network_where_its_entry_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "very-secret")
    files = {
        "package.json": _manifest(main="dist/index.js", scripts={"build": "node build.js"}),
        "build.js": BUILD,
    }
    checkout = project(tmp_path / "repo", files)
    at = desk(tmp_path / "cache")
    found = environments.prepare(checkout, "javascript", Wants(), node_toolchain(), at)
    outcome = run(found, "a.cjs", "console.log(JSON.stringify(require('widgets')))")
    assert json.loads(outcome.stdout) == {
        "built": True, "secrets": [], "socket": False, "downloads": False,
    }  # fmt: skip
    assert any("built with" in note for note in found.notes)
    assert not (tmp_path / "repo/dist").exists()
    assert not list((tmp_path / "cache/environments").rglob("passwd"))


def test_a_package_that_cannot_be_built_is_there_as_it_stands(tmp_path: Path) -> None:
    files = {
        "package.json": _manifest(
            main="dist/x.js",
            exports={".": "./dist/x.js", "./plain": "./plain.js", "./more/*": "./out/*.js"},
            scripts={"build": "echo tsc says no >&2; exit 2"},
        ),
        "plain.js": "module.exports = 'plain';",
    }
    checkout = project(tmp_path / "repo", files)
    at = desk(tmp_path / "cache")
    found = environments.prepare(checkout, "javascript", Wants(), node_toolchain(), at)
    assert run(found, "a.cjs", "console.log(require('widgets/plain'))").stdout == b"plain\n"
    assert found.unbuilt == ("widgets/dist/x.js", "widgets/out/*.js")
    note = next(note for note in found.notes if "used unbuilt" in note)
    assert "tsc says no" in note


def test_a_workspace_gives_all_its_packages(tmp_path: Path) -> None:
    root = json.dumps({"private": True, "workspaces": ["packages/*"]})
    one = json.dumps(
        {"name": "@w/one", "version": "1.0.0", "dependencies": {"@w/two": "workspace:*"}}
    )
    two = json.dumps({"name": "@w/two", "version": "1.0.0"})
    files = {
        "package.json": root,
        "packages/one/package.json": one,
        "packages/one/index.js": "module.exports = 'one+' + require('@w/two');",
        "packages/two/package.json": two,
        "packages/two/index.js": "module.exports = 'two';",
    }
    checkout = project(tmp_path / "repo", files)
    folder = environments.find_project(checkout, "javascript", "docs/a.md")
    at = desk(tmp_path / "cache")
    found = environments.prepare(
        checkout, "javascript", Wants(project=folder or ""), node_toolchain(), at
    )
    assert set(found.modules) == {"@w/one", "@w/two"}
    assert run(found, "a.cjs", "console.log(require('@w/one'))").stdout == b"one+two\n"


def test_one_limit_is_for_all_phases_of_an_installation(tmp_path: Path) -> None:
    files = {
        "package.json": _manifest(
            main="dist/index.js",
            scripts={"build": "node build.js"},
            dependencies={"left": "1"},
            devDependencies={"right": "1"},
        ),
        "build.js": BUILD,
    }
    never = threading.Event()
    with serving({}, never) as url:
        limits = InstallLimits(wall_seconds=6)
        at = desk(tmp_path / "cache", {"npm_config_registry": url}, limits=limits)
        begin = time.monotonic()
        with pytest.raises(environments.InstallFailed) as raised:
            environments.prepare(
                project(tmp_path / "repo", files), "javascript", Wants(), node_toolchain(), at
            )
    assert time.monotonic() - begin < 72
    assert "limit of 6 s" in raised.value.message


def test_a_lock_that_npm_finds_incomplete_is_completed(tmp_path: Path) -> None:
    pages: dict[str, bytes] = {}
    with serving(pages) as url:
        pages.update(npm_registry(url, "left", "1.0.0", EVIL))
        at = desk(tmp_path / "cache", {"npm_config_registry": url})
        lock = {"name": "widgets", "lockfileVersion": 3, "packages": {"": {"name": "widgets"}}}
        files = {
            "package.json": _manifest(dependencies={"left": "^1.0.0", "far": "someone/far#main"}),
            "package-lock.json": json.dumps(lock),
            "index.js": "module.exports = require('left');",
        }
        checkout = project(tmp_path / "repo", files)
        found = environments.prepare(checkout, "javascript", Wants(), node_toolchain(), at)
    assert run(found, "a.cjs", "console.log(require('widgets'))").stdout == b"left\n"
    assert any("far (someone/far#main) comes from no registry" in note for note in found.notes)


def test_a_workspace_is_built_in_the_order_of_its_needs(tmp_path: Path) -> None:
    build = (
        "const fs = require('fs'); fs.mkdirSync('lib');"
        "fs.writeFileSync('lib/index.js', 'module.exports = ' + JSON.stringify(TEXT));"
    )
    one = {"name": "@w/one", "version": "1.0.0", "main": "lib/index.js",
           "dependencies": {"@w/two": "workspace:^"}, "scripts": {"build": "yarn run --silent make",
           "make": "node make.js"}}  # fmt: skip
    two = {"name": "@w/two", "version": "1.0.0", "main": "lib/index.js",
           "scripts": {"build": "pnpm make", "make": "node make.js"}}  # fmt: skip
    files = {
        "package.json": json.dumps({"private": True, "workspaces": ["packages/*"]}),
        "packages/one/package.json": json.dumps(one),
        "packages/one/make.js": build.replace("TEXT", "'one+' + require('@w/two')"),
        "packages/two/package.json": json.dumps(two),
        "packages/two/make.js": build.replace("TEXT", "'two'"),
    }
    checkout = project(tmp_path / "repo", files)
    at = desk(tmp_path / "cache")
    wants = Wants(project="packages/one")
    found = environments.prepare(checkout, "javascript", wants, node_toolchain(), at)
    assert run(found, "a.cjs", "console.log(require('@w/one'))").stdout == b"one+two\n"
    assert found.unbuilt == ()
