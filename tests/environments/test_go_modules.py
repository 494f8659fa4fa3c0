"""Go modules installed in the real jail, from a module proxy on this machine: good and hostile."""

import json
import shutil
import threading
import time
from pathlib import Path

import pytest

from doc_healing import environments
from doc_healing.model import Environment, Status, Wants
from doc_healing.settings import InstallLimits
from tests.environments.go_places import compiled, go_desk, go_toolchain, module
from tests.environments.places import project, serving
from tests.languages.go_stage import page

pytestmark = pytest.mark.sandbox

LEFT = "example.org/left"
LEFT_FILES = {
    "left.go": "package left\n\n// Hand.\n//\n// Deprecated: Use Side.\nfunc Hand() {}\n\n"
    'func Side() string { return "left" }\n'
}
MAIN = f"""package main

import (
    widgets "example.org/widgets"
    "{LEFT}"
)

var text string = widgets.Answer() + left.Side()

func main() {{}}
"""


def _prepare(
    root: Path, desk: environments.Desk, files: dict[str, str], wants: Wants | None = None
) -> Environment:
    checkout = project(root, dict(files))
    return environments.prepare(checkout, "go", wants or Wants(), go_toolchain(), desk)


def _widgets(**more: str) -> dict[str, str]:
    return {
        "go.mod": f"module example.org/widgets\n\ngo 1.20\n\nrequire {LEFT} v1.0.0\n",
        "widgets.go": f'package widgets\n\nimport "{LEFT}"\n\n'
        "func Answer() string { return left.Side() }\n",
        **{name.replace("__", "/"): text for name, text in more.items()},
    }


def test_a_module_is_compiled_with_what_it_needs_and_runs_nothing(tmp_path: Path) -> None:
    hostile = {
        "generated.go": "package widgets\n\n//go:generate touch /opt/downloads/PWNED\n",
        "cgo.go": 'package widgets\n\n// #cgo CFLAGS: -fplugin=/work/evil.so\nimport "C"\n',
        "broken/broken.go": 'package broken\n\nfunc F() int { return "text" }\n',
        "go.env": "GOFLAGS=-toolexec=/work/evil\n",
        "old.go": "package widgets\n\n// Deprecated: use Answer.\nfunc Old() {}\n",
        "vendor.sh": "touch PWNED",
        "nested/go.mod": "module example.org/widgets/nested\n",
        "nested/deep/deep.go": "package deep\n",
    }
    pages = module(LEFT, "v1.0.0", LEFT_FILES)
    with serving(pages) as url:
        found = _prepare(
            tmp_path / "repo", go_desk(tmp_path / "cache", url), {**_widgets(), **hostile}
        )
    assert found.modules == ("example.org/widgets",)
    assert dict(found.packages) == {LEFT: "v1.0.0"}
    assert json.loads(found.facts["packages"]) == {
        "example.org/widgets": "widgets", LEFT: "left",
    }  # fmt: skip
    assert (found.facts["module"], found.facts["go"]) == ("example.org/widgets", "1.20")
    assert json.loads(found.facts["deprecated"]) == {
        "example.org/widgets": {"Old": "use Answer."}, LEFT: {"Hand": "Use Side."},
    }  # fmt: skip
    assert compiled(found, MAIN).status is Status.PASSED
    gone = compiled(found, MAIN.replace("widgets.Answer", "widgets.Gone"))
    assert b"undefined: widgets.Gone" in gone.stdout + gone.stderr
    assert any("broken/broken.go:3" in note for note in found.notes)
    assert found.unbuilt == ("example.org/widgets/broken", "example.org/widgets/nested/deep")
    assert list(json.loads(found.facts["failed"])) == ["example.org/widgets/broken"]
    assert not list(tmp_path.rglob("PWNED"))


PAGE = """
```go
import "example.org/widgets/broken"

broken.F()
```

```go
broken.F()
```

```go
import "example.org/widgets/user"

user.F()
```

```go
package main

import "example.org/widgets/generated"

func main() { generated.F() }
```

```go
import "example.org/widgets/v2"

widgets.Answer()
```

```go
import "example.org/widgets/absent"

absent.F()
```

```go
import "example.org/widgets"

widgets.Gone()
```

```go
import "example.org/widgets"

widgets.Registry(1)
```

```go
widgets.Answer()
```
"""


def test_what_could_not_be_compiled_is_no_fault_of_a_page(tmp_path: Path) -> None:
    files = {
        "go.mod": "module example.org/widgets\n\ngo 1.20\n",
        "widgets.go": "package widgets\n\nfunc Answer() int { return 1 }\n",
        "registry_windows.go": "package widgets\n\nfunc Registry(n int) {}\n",
        "broken/broken.go": 'package broken\n\nfunc F() int { return "text" }\n',
        "user/user.go": 'package user\n\nimport "example.org/widgets/generated"\n\n'
        "func F() { generated.F() }\n",
    }
    found = _prepare(tmp_path / "repo", go_desk(tmp_path / "cache", "http://127.0.0.1:9"), files)
    readings = page(PAGE, found)
    here = [(reading.verdict, str(reading.cause)) for reading in readings]
    lacking = ("UNVERIFIED", "dependency")
    assert here == [
        lacking, ("UNVERIFIED", "context"), lacking, lacking, lacking,
        ("BROKEN", ""), ("BROKEN", ""), ("UNVERIFIED", "toolchain"), ("PASSED", ""),
    ], readings  # fmt: skip
    assert "could not be compiled here" in readings[0].reason


def test_an_installation_repeats_without_the_registry(tmp_path: Path) -> None:
    pages = module(LEFT, "v1.0.0", LEFT_FILES)
    with serving(pages) as url:
        at = go_desk(tmp_path / "cache", url)
        found = _prepare(tmp_path / "repo", at, _widgets())
    assert any("completed" in note for note in found.notes)  # there was no go.sum
    shutil.rmtree(tmp_path / "cache/environments")
    again = _prepare(tmp_path / "again", at, _widgets(more__x="package more\n"))
    assert compiled(again, MAIN).status is Status.PASSED


def test_a_module_with_another_checksum_than_in_go_sum_is_refused(tmp_path: Path) -> None:
    pages = module(LEFT, "v1.0.0", LEFT_FILES)
    wrong = "A" * 43 + "="
    sums = f"{LEFT} v1.0.0 h1:{wrong}\n{LEFT} v1.0.0/go.mod h1:{wrong}\n"
    with serving(pages) as url:
        at = go_desk(tmp_path / "cache", url)
        with pytest.raises(environments.InstallFailed) as raised:
            _prepare(tmp_path / "repo", at, {**_widgets(), "go.sum": sums})
    assert "checksum mismatch" in raised.value.message


def test_a_proxy_that_hangs_costs_the_limit_and_no_more(tmp_path: Path) -> None:
    never = threading.Event()
    with serving({}, never) as url:
        at = go_desk(tmp_path / "cache", url, InstallLimits(wall_seconds=5))
        begin = time.monotonic()
        with pytest.raises(environments.InstallFailed) as raised:
            _prepare(tmp_path / "repo", at, _widgets())
    assert time.monotonic() - begin < 60
    assert "limit of 5 s" in raised.value.message
    assert raised.value.connection


def test_a_missing_module_costs_its_users_and_nothing_else(tmp_path: Path) -> None:
    more = {
        "other/other.go": 'package other\n\nimport "example.org/absent"\n\nvar A = absent.A\n',
        "go.mod": _widgets()["go.mod"] + "require example.org/absent v1.0.0\n",
    }
    with serving(module(LEFT, "v1.0.0", LEFT_FILES)) as url:
        at = go_desk(tmp_path / "cache", url)
        found = _prepare(tmp_path / "repo", at, {**_widgets(), **more})
    assert set(json.loads(found.facts["packages"])) == {"example.org/widgets", LEFT}
    failed = json.loads(found.facts["failed"])
    assert "absent" in failed["example.org/widgets/other"]
    assert any("example.org/widgets/other is not usable" in note for note in found.notes)


def test_a_replacement_out_of_the_checkout_is_left_out(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "go.mod").write_text(f"module {LEFT}\n")
    (secret / "left.go").write_text('package left\n\nfunc Side() string { return "stolen" }\n')
    files = _widgets()
    files["go.mod"] += (
        f"replace (\n\t{LEFT} => {secret}\n\t{LEFT} v1.0.0 => ../secret // here\n"
        "\texample.org/inner => ./inner\n)\n"
    )
    files["go.mod"] += "require example.org/inner v0.0.0\n"
    files["inner/go.mod"] = "module example.org/inner\n\ngo 1.20\n"
    files["inner/inner.go"] = "package inner\n\nfunc In() string { return `in` }\n"
    with serving(module(LEFT, "v1.0.0", LEFT_FILES)) as url:
        found = _prepare(tmp_path / "repo", go_desk(tmp_path / "cache", url), files)
    assert dict(found.packages)[LEFT] == "v1.0.0"
    assert sum("is left out" in note for note in found.notes) == 2
    assert "example.org/inner" in json.loads(found.facts["packages"])


def test_vendored_modules_need_no_registry_and_a_workspace_gives_its_modules(
    tmp_path: Path,
) -> None:
    vendored = {
        **_widgets(),
        f"vendor/{LEFT}/left.go": LEFT_FILES["left.go"],
        "vendor/modules.txt": f"# {LEFT} v1.0.0\n## explicit; go 1.20\n{LEFT}\n",
    }
    at = go_desk(tmp_path / "cache", "http://127.0.0.1:9")
    found = _prepare(tmp_path / "vendored", at, vendored)
    assert compiled(found, MAIN).status is Status.PASSED
    workspace = {
        "go.work": "go 1.20\n\nuse (\n\t./a\n\t./b\n\t../outside\n)\n",
        "a/go.mod": "module example.org/a\n\ngo 1.20\n",
        "a/a.go": 'package a\n\nimport "example.org/b"\n\nconst A = b.B\n',
        "b/go.mod": "module example.org/b\n\ngo 1.20\n",
        "b/b.go": "package b\n\nconst B = 1\n",
        "b/sub/sub.go": "package sub\n\nconst S = 1\n",
    }
    found = _prepare(tmp_path / "work", at, workspace, Wants(project="a"))
    packages = json.loads(found.facts["packages"])
    assert set(packages) == {"example.org/a", "example.org/b", "example.org/b/sub"}
    assert any("../outside is left out" in note for note in found.notes)


def test_modules_are_installed_without_a_project(tmp_path: Path) -> None:
    deep = {**LEFT_FILES, "deep/deep.go": "package deep\n\nconst D = 1\n"}
    with serving(module(LEFT, "v1.0.0", deep)) as url:
        found = _prepare(
            tmp_path / "repo", go_desk(tmp_path / "cache", url), {"README.md": ""},
            Wants(packages=(f"{LEFT}@v1.0.0",), install_project=False,
                  exclude_newer="2024-01-01"),
        )  # fmt: skip
    assert set(json.loads(found.facts["packages"])) == {LEFT, f"{LEFT}/deep"}
    assert found.modules == ()
    assert any("exclude_newer" in note for note in found.notes)


def test_a_newer_go_than_there_is_is_asked_for_by_name(tmp_path: Path) -> None:
    at = go_desk(tmp_path / "cache", "http://127.0.0.1:9")
    files = {"go.mod": "module example.org/new\n\ngo 1.99\n", "a.go": "package a\n"}
    with pytest.raises(environments.InstallFailed) as raised:
        _prepare(tmp_path / "repo", at, files)
    assert "1.99" in raised.value.message
    assert "install Go 1.99 or newer" in raised.value.help
