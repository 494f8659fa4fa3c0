"""Every spelling of the compatibility table, unedited, and what it comes to in our model.

A row is a spelling in front of (or in) a fence, and the fields that it must set. Each row would
fail if its adapter were missing, since a plain fence has none of these.
"""

import platform
from typing import Any

import pytest

from doc_healing.model import (
    Condition,
    FailKind,
    Instructions,
    Mode,
    MustFail,
    Role,
    State,
)
from tests.documents.dialect_pages import interpret

SKIP = {"state": State.SKIPPED}
RUNS: dict[str, Any] = {"state": State.RUNNABLE}
LEFT = {"state": State.ILLUSTRATIVE}
XFAIL = {"mode": Mode.FAIL, "must_fail": MustFail(), "flags": ("may-pass",)}


def _fails(kind: FailKind, pattern: str = "", code: str = "") -> dict[str, Any]:
    return {"mode": Mode.FAIL, "must_fail": MustFail(kind, pattern, code)}


def _when(subject: str, operator: str, value: str, reason: str = "") -> dict[str, Any]:
    inverted = subject == "expression"
    return {"conditions": (Condition(subject, operator, value, reason, inverted),)}


INFOS: list[tuple[str, dict[str, Any]]] = [
    ("rust,ignore", SKIP),
    ("rust ignore", SKIP),
    ("rust\tignore (needs a server)", SKIP),
    ("rust,ignore-windows", RUNS),
    ("rust,ignore-wasm32,ignore-windows", RUNS),
    ("rust,ignore-linux", SKIP),
    (f"rust,ignore-windows,ignore-{platform.machine()}", SKIP),
    ("rust,ignore-unknown-linux-gnu", SKIP),
    ("rust,no_run", {"mode": Mode.BUILD}),
    ("rust,should_panic", _fails(FailKind.RUN)),
    ("rust,compile_fail", _fails(FailKind.BUILD)),
    ("rust,compile_fail,E0044", _fails(FailKind.BUILD, code="E0044")),
    ("rust,E0044", {"mode": Mode.RUN, "must_fail": None}),
    ("rust,edition2024", {"flags": ("edition2024",)}),
    ("rust,standalone_crate", {"flags": ("standalone_crate",)}),
    ("rust,test_harness", {"flags": ("test_harness",)}),
    ("rust,editable", RUNS),
    ("rust,noplayground,mdbook-runnable", RUNS),
    ("rust,hidelines=!!!", {"flags": ("hidelines=!!!",)}),
    ("rust,skt-tokio", {"flags": ("skt-tokio",)}),
    ("rust,skeptic-template", LEFT),
    ("python notest", SKIP),
    ("python continuation", {"continues": True}),
    ("{.python continuation}", {"continues": True}),
    ("python fixture:tmp_path fixture:db", {"fixtures": ("tmp_path", "db")}),
    ("python retry:3", {"retries": 3}),
    ('py test="skip"', SKIP),
    ('py test="skip - needs a server"', SKIP),
    ('py test="xfail - to be mended"', XFAIL),
    ('py test="no-print-intercept"', RUNS),
    ('py lint="skip"', RUNS),
    ('py requires="3.10"', _when("version", ">=", "3.10")),
    ('py group="g"', {"session": "g"}),
    ('py rewrite_assert="false"', RUNS),
    ("{.py .tag}", RUNS),
    ("python name=test_x", {"session": "test_x"}),
    ("ocaml skip", SKIP),
    ("python skip", SKIP),
    ("ocaml env=e", {"session": "e"}),
    ("ocaml file=f,part=p", {"generated_by": "f"}),
    ("sh dir=sub", {"cwd": "sub"}),
    ("ocaml non-deterministic=output", {"flags": ("non-deterministic",)}),
    ("ocaml set-V=x", {"env": {"V": "x"}}),
    ("ocaml unset-V", LEFT),
    ("ocaml version>=4.06", _when("version", ">=", "4.06")),
    ("ocaml os_type<>Win32", _when("os", "!=", "Win32")),
    ("ts ignore", SKIP),
    ("ts, ignore", SKIP),
    ("js ignore", SKIP),
    ("python ignore", SKIP),
    ("ts twoslash", {"flags": ("twoslash",)}),
    ("bash testIgnore", SKIP),
    ("python testIgnore", SKIP),
    ("python markdown-code-runner", RUNS),
    ('sh mdox-exec="ls"', {"generated_by": "ls"}),
    ("python mdox-expect-exit-code=2", _fails(FailKind.RUN, code="2")),
    ("sh {name=x interactive=false excludeFromRunAll=true background=true}", SKIP),
    ('sh {"name":"x"}', LEFT),
    ("sh {name=x cwd=/srv}", {"cwd": "/srv"}),
    ("jldoctest label; setup=:(using X), output=false", LEFT),
    ("scala mdoc:silent", {**LEFT, "mode": Mode.RUN}),
    ("scala mdoc:fail", _fails(FailKind.BUILD)),
    ("scala mdoc:crash", _fails(FailKind.RUN)),
    ("scala mdoc:warn", {"flags": ("warn",)}),
    ("scala mdoc:reset", {"flags": ("reset",)}),
    ("scala mdoc:compile-only", {"mode": Mode.BUILD}),
    ("scala mdoc:invisible", LEFT),
    ("scala mdoc:nest", LEFT),
    ("scala mdoc:passthrough", LEFT),
    ("scala mdoc:file:src/A.scala", {"generated_by": "src/A.scala"}),
    ('python exec="on" session="s"', {"session": "s"}),
    ("{python, eval=FALSE}", SKIP),
    ("{python, error=TRUE}", XFAIL),
    ("python no-test", SKIP),
    ("console", LEFT),
    ("trycmd", LEFT),
    ("cram", LEFT),
    ("scrut {timeout: 10s}", LEFT),
    ("pycon", {"flags": ("repl",)}),
    ("js filename=src/a.js", {**RUNS, "file_name": ""}),
]

COMMENTS: list[tuple[str, dict[str, Any]]] = [
    ("skip: next", SKIP),
    ("; skip: next", SKIP),
    ('skip: next "flaky"', SKIP),
    ("skip: start", SKIP),
    (
        'skip: next if(1 > 2, reason="old")',
        _when("expression", "python", "1 > 2", "old"),
    ),
    ("skip doccmd[all]: next", SKIP),
    ("skip doccmd[all]: start", SKIP),
    ("skip doccmd[mypy]: next", RUNS),
    ("group doccmd[all]: start", {"session": "doccmd"}),
    ("pytest.mark.skip", SKIP),
    ('pytest.mark.skip(reason="no")', SKIP),
    ("pytest.mark.xfail", XFAIL),
    (
        'pytest.mark.skipif(sys.version_info < (3, 9), reason="old")',
        _when("expression", "python", "sys.version_info < (3, 9)", "old"),
    ),
    ("pytest-codeblocks:cont", {"continues": True}),
    ("pytest-codeblocks:skip", SKIP),
    ("pytest-codeblocks:skipfile", SKIP),
    ("pytest-codeblocks:skipif(1 > 2)", _when("expression", "python", "1 > 2")),
    ("pytest-codeblocks:importorskip(numpy)", _when("module", "present", "numpy")),
    ("pytest-codeblocks:expect-error", _fails(FailKind.RUN)),
    ("pytest-codeblocks:expect-exception", _fails(FailKind.RUN)),
    ("phmdoctest-skip", SKIP),
    ("phmdoctest-mark.skip", SKIP),
    ("phmdoctest-mark.skipif<3.8", _when("version", ">=", "3.8")),
    ("phmdoctest-mark.slow", RUNS),
    ("phmdoctest-label X", RUNS),
    ("phmdoctest-setup", {"role": Role.SETUP}),
    ("phmdoctest-teardown", {"role": Role.TEARDOWN}),
    ("phmdoctest-share-names", {"session": "phmdoctest"}),
    (
        "name: test_x; case: c; fixtures: a, b; mark: xfail(reason='no'); subprocess: true",
        {
            "session": "test_x",
            "fixtures": ("a", "b"),
            "mode": Mode.FAIL,
            "flags": ("may-pass", "subprocess"),
        },
    ),
    ("continue: test_x", {"session": "test_x"}),
    ("pytestmark: skip", SKIP),
    ("pytestmark: xfail", XFAIL),
    ("pytestfixture: tmp_path", {"fixtures": ("tmp_path",)}),
    ("pmd-metadata: notest fixture:x", {**SKIP, "fixtures": ("x",)}),
    ("pmd-metadata: continuation retry:2", {"continues": True, "retries": 2}),
    ("doctest-skip-all", SKIP),
    ("doctest-requires:: numpy<3", _when("module", "<", "numpy<3")),
    ("$MDX skip", SKIP),
    ("$MDX env=e", {"session": "e"}),
    ("$MDX file=f,part=p", {"generated_by": "f"}),
    ("$MDX dir=sub", {"cwd": "sub"}),
    ("$MDX non-deterministic=command", {"flags": ("non-deterministic",)}),
    ("$MDX set-V=x", {"env": {"V": "x"}}),
    ("$MDX version>=4.06", _when("version", ">=", "4.06")),
    ("$MDX os_type<>Win32", _when("os", "!=", "Win32")),
    ("!test exit nonzero", _fails(FailKind.RUN)),
    ("!test program node", RUNS),
    ("!test in one", RUNS),
    ("!test out one", LEFT),
    ("!test err one", LEFT),
    ("!test only", RUNS),
    ("eslint-skip", SKIP),
    ("eslint-disable no-console", RUNS),
    ("ts-docs-verifier:ignore", SKIP),
    ("skip-example", SKIP),
    ("blacken-docs:off", RUNS),
    ("CODE:START", RUNS),
    ("CODE:BASH:START", RUNS),
    ("CODE:SKIP", SKIP),
    ("OUTPUT:START", {"generated_by": "markdown-code-runner"}),
    ("embedme src/a.py#L1-L9", {"generated_by": "src/a.py#L1-L9"}),
    ("embedme-ignore-next", RUNS),
    ('test {"testId": "x"}', RUNS),
    ("step {}", RUNS),
    ("test end", RUNS),
    ("KNIT example-01.kt", RUNS),
    ("TEST_NAME X", RUNS),
    ("doc-healing:ignore", SKIP),
    ("doc-healing:ignore needs a server", SKIP),
    ("doc-healing: ignore", SKIP),
    ("doc-healing:ignore-start", SKIP),
    ("doc-healing:ignore-file", SKIP),
    ("doc-healing:group=db", {"session": "db"}),
    ("doc-healing:setup", {"role": Role.SETUP}),
    ("doc-healing:teardown group=db", {"role": Role.TEARDOWN, "session": "db"}),
    ("doc-healing:continue", {"continues": True}),
    ("doc-healing:expect=error", _fails(FailKind.ANY)),
    ("doc-healing:expect=build-error", _fails(FailKind.BUILD)),
    ("doc-healing:expect=ValueError", _fails(FailKind.RUN, code="ValueError")),
    ('doc-healing:expect="ValueError: .*"', _fails(FailKind.RUN, ".*", "ValueError")),
    ('doc-healing:expect="no such file"', _fails(FailKind.RUN, "no such file")),
    ("doc-healing:timeout=5", {"wall_seconds": 5.0}),
    ("doc-healing:timeout=500ms", {"wall_seconds": 0.5}),
    ('doc-healing:needs="rich>=13, httpx"', {"needs": ("rich>=13", "httpx")}),
    ('doc-healing:needs="rich >=13,<15"', {"needs": ("rich >=13,<15",)}),
    ("doc-healing:network", {"network": True}),
    ("doc-healing:file=main.py", {"file_name": "main.py"}),
    ("doc-healing:env=K=V", {"env": {"K": "V"}}),
    ("doc-healing:mode=build", {"mode": Mode.BUILD}),
    ("doc-healing:mode=lint", {"mode": Mode.LINT}),
    ("doc-healing:mode=skip", SKIP),
    ("doc-healing:mode=illustrative", LEFT),
    ("doc-healing:retries=2", {"retries": 2}),
    ('doc-healing:if="version>=3.12"', _when("version", ">=", "3.12")),
    ('doc-healing:if="module:numpy"', _when("module", "present", "numpy")),
    ('doc-healing:if="!module:numpy"', _when("module", "absent", "numpy")),
    ('doc-healing:if="os==linux"', _when("os", "==", "linux")),
    ('doc-healing:if="env:CI"', _when("env", "present", "CI")),
    (
        'doc-healing:timeout=5 group=a needs="x>=1" network',
        {"wall_seconds": 5.0, "session": "a", "needs": ("x>=1",), "network": True},
    ),
]

CODE: list[tuple[str, str, dict[str, Any]]] = [
    ("py", ">>> f()  # doctest: +SKIP\n1", SKIP),
    ("py", ">>> f()  # doctest: +SKIP\n1\n>>> g()", RUNS),
    ("py", ">>> f()  # byexample: +skip\n1", SKIP),
    ("py", ">>> f()  # byexample: +timeout=7\n1", {"wall_seconds": 7.0}),
    ("py", "#| eval: false\nf()", SKIP),
    ("py", "x = 1  # phmdoctest:omit", {"flags": ("phmdoctest:omit",)}),
    ("py", "# src/a.py#L1-L9\nx = 1", {"generated_by": "src/a.py#L1-L9"}),
    ("ts twoslash", "// @errors: 2322", _fails(FailKind.BUILD, code="2322")),
    ("ts", "// @errors: 2322", {"mode": Mode.RUN, "must_fail": None}),
    ("ts twoslash", "// @noErrors", {"mode": Mode.LINT}),
    ("ts twoslash", "// @filename: a.ts", {"flags": ("several-files", "twoslash")}),
    ("ts twoslash", "// ---cut---\nlet a = 1", RUNS),
    (
        "ts",
        "#!/usr/bin/env -S deno run --allow-read --allow-net\nlet a = 1",
        {"flags": ("deno--allow-read", "deno--allow-net"), "network": True},
    ),
]

DIRECTIVES: list[tuple[str, dict[str, Any]]] = [
    ("```{doctest}\n>>> 1\n1\n```", {"session": "default", "flags": ("repl",)}),
    ("```{testcode} g\nx\n```", {"session": "g"}),
    ("```{testsetup} g\nx\n```", {"session": "g", "role": Role.SETUP}),
    ("```{testcleanup}\nx\n```", {"session": "default", "role": Role.TEARDOWN}),
    ("```{testcode}\n:skipif: 1 > 2\nx\n```", _when("expression", "python", "1 > 2")),
    ("```{doctest}\n:pyversion: > 3.3\n>>> 1\n```", _when("version", ">", "3.3")),
    ("```{doctest}\n:options: +SKIP\n>>> 1\n```", SKIP),
    ("```{testcode}\n:hide:\nx\n```", RUNS),
    ("```{code-cell} python\nx\n```", {"session": "cells"}),
    ("```{code-cell} ipython3\n:tags: [skip-execution]\nx\n```", SKIP),
    ("```{code-cell} ipython3\n:tags: [raises-exception]\nx\n```", {"mode": Mode.FAIL}),
    ("```{code-block} python\n:linenos:\nx\n```", RUNS),
]

RENDERING = (
    'title="how to skip" | title="ignore me" | {1,4-5} | {linenums="1" hl_lines="2"} | '
    "showLineNumbers | live | npm2yarn | tab | {1} showLineNumbers {2-3} | [skip.py] | "
    '"skip" | /ignore/ | (skip) | tab="skip" | linenums="1" | .annotate | name="skip" | '
    'title="it\'s notest" | noInline | copy | :line-numbers | showLineNumbers{10} | '
    'caption="notest" | title=skip.py | wrap=false | filename="main.py"'
).split(" | ")

PROSE = (
    "skip | we skip: nothing here | please ignore this | TODO: notest | prettier-ignore | "
    "markdownlint-disable MD013 | toc | more | truncate | This example is not to be skipped | "
    "name: chapter | continue | see skip: next in Sybil | vale off | the test is below"
).split(" | ")


def _check(text: str, expected: dict[str, Any], path: str = "doc.md") -> None:
    found = interpret(text, path).blocks[-1]
    for name, value in expected.items():
        actual = found.state if name == "state" else getattr(found.instructions, name)
        assert actual == value, (text, name, actual)
    if "state" not in expected:
        assert found.state is not State.SKIPPED
    if expected is SKIP:
        assert found.reason == found.instructions.skip_reason
        assert "line " in found.reason


@pytest.mark.parametrize(("info", "expected"), INFOS)
def test_info_strings(info: str, expected: dict[str, Any]) -> None:
    _check(f"```{info}\nx = 1\n```\n", expected)


@pytest.mark.parametrize(("text", "expected"), COMMENTS)
@pytest.mark.parametrize("shape", ["<!-- {} -->", "<!--{}-->", "<!--- {} --->"])
def test_html_comments(shape: str, text: str, expected: dict[str, Any]) -> None:
    _check(f"{shape.format(text)}\n\n```python\nx = 1\n```\n", expected)


@pytest.mark.parametrize(("text", "expected"), COMMENTS)
def test_mdx_comments(text: str, expected: dict[str, Any]) -> None:
    _check(f"{{/* {text} */}}\n\n```python\nx = 1\n```\n", expected, "doc.mdx")


@pytest.mark.parametrize(("text", "expected"), COMMENTS)
@pytest.mark.parametrize("shape", ["% {}", ".. {}", "[//]: # '{}'"])
def test_line_comments(shape: str, text: str, expected: dict[str, Any]) -> None:
    if "'" in text and "'" in shape:
        return
    _check(f"{shape.format(text)}\n\n```python\nx = 1\n```\n", expected)


@pytest.mark.parametrize(("info", "code", "expected"), CODE)
def test_markers_in_code(info: str, code: str, expected: dict[str, Any]) -> None:
    _check(f"```{info}\n{code}\n```\n", expected)


@pytest.mark.parametrize(("text", "expected"), DIRECTIVES)
def test_directives(text: str, expected: dict[str, Any]) -> None:
    _check(f"{text}\n", expected)


@pytest.mark.parametrize("attribute", RENDERING)
@pytest.mark.parametrize("label", ["python", "js", "ts"])
def test_what_only_renders_stops_nothing(label: str, attribute: str) -> None:
    found = interpret(f"```{label} {attribute}\nx = 1\n```\n")
    assert found.blocks[0].state is State.RUNNABLE
    assert found.blocks[0].instructions.mode is Mode.RUN
    assert found.blocks[0].instructions.file_name == ""
    assert found.notices == ()


@pytest.mark.parametrize("prose", PROSE)
def test_prose_that_mentions_a_marker_is_none(prose: str) -> None:
    found = interpret(f"<!-- {prose} -->\n\n```python\nx = 1\n```\n")
    assert found.blocks[0].state is State.RUNNABLE
    assert found.blocks[0].instructions == Instructions()
    assert found.notices == ()
