"""Attributes of info strings, tool by tool, as data: what changes a run and what only renders."""

import platform
import re

from doc_healing.documents.dialects.rules import (
    NOTHING,
    Effect,
    Rule,
    fails,
    flag,
    in_block,
    may_fail,
    mode,
    only_if,
    python_condition,
    session,
    skip,
)
from doc_healing.model import Condition, FailKind, Instructions, Mode, MustFail

TARGET = f"{platform.machine()}-unknown-linux-gnu"
"""The triple that Rust is compiled for: programs run in a Linux sandbox of this machine."""

_rule = in_block
_RUST = frozenset({"rust"})
_PYTHON = frozenset({"python"})
_SCRIPTS = frozenset({"javascript", "typescript"})


def version(text: str) -> Condition:
    """A condition on the language's version; a bare number is the oldest that will do."""
    found = re.match(r"\s*(>=|<=|==|!=|<>|~=|>|<|=)?\s*(.*)", text, re.DOTALL)
    operator, value = (found[1] or ">=", found[2].strip()) if found else (">=", text)
    return Condition("version", {"<>": "!=", "=": "==", "~=": ">="}.get(operator, operator), value)


def compare(subject: str, operator: str, value: str) -> Effect:
    """`os_type<>Win32` and its like, in OCaml mdx's grammar."""
    name = {"os_type": "os"}.get(subject.lower(), subject.lower())
    return only_if(Condition(name, {"<>": "!=", "=": "=="}.get(operator, operator), value.strip()))


def pytest_mark(name: str, arguments: str = "") -> Effect:
    """`skip`, `xfail(...)`, `skipif(cond, reason=...)` as pytest means them; else nothing."""
    condition, reason = split_reason(arguments)
    match name.lower():
        case "skip":
            return skip(reason or condition.strip("\"'"))
        case "xfail":
            return may_fail(reason)
        case "skipif" if condition:
            return only_if(python_condition(condition, reason=reason))
    return NOTHING


def split_reason(arguments: str) -> tuple[str, str]:
    """The arguments of `skipif(...)` or `if(...)` without their reason, and the reason."""
    found = re.search(r"(?:^|,)\s*reason\s*=\s*(\"[^\"]*\"|'[^']*')\s*,?\s*$", arguments)
    if not found:
        return arguments.strip().rstrip(","), ""
    return arguments[: found.start()].strip(), found[1][1:-1]


def _test_attribute(match: re.Match[str]) -> Effect:
    word, _, reason = match[1].partition("-")
    return skip(reason) if word.strip().lower() == "skip" else may_fail(reason.strip())


def _code(match: re.Match[str]) -> Effect:
    return Effect(Instructions(must_fail=MustFail(FailKind.BUILD, "", match[1].upper())))


def _exit_code(match: re.Match[str]) -> Effect:
    return NOTHING if int(match[1]) == 0 else fails(FailKind.RUN, code=match[1])


def _variable(match: re.Match[str]) -> Effect:
    return Effect(Instructions(env={match[1]: match[2]}))


def _unless_target(match: re.Match[str]) -> Effect:
    """As rustdoc does: a block is ignored where the target triple contains the word."""
    return skip(f"the target is {TARGET}") if match[1] in TARGET else NOTHING


_RUSTDOC = (
    _rule("rustdoc", "rust,ignore", r"ignore", "skip", skip(""), _RUST),
    _rule("rustdoc", "rust,ignore-wasm32", r"ignore-([\w-]+)", "skip where it is for that target",
          _unless_target, _RUST),
    _rule("rustdoc", "rust,no_run", r"no_run", "build only", mode(Mode.BUILD)),
    _rule("rustdoc", "rust,should_panic", r"should_panic", "must fail", fails(FailKind.RUN)),
    _rule("rustdoc", "rust,compile_fail", r"compile_fail", "must not build", fails(FailKind.BUILD)),
    _rule("rustdoc", "compile_fail,E0044", r"(E\d{4})", "with this code", _code),
    _rule("rustdoc", "edition2024", r"(edition20\d\d)", "edition", lambda m: flag(m[1])),
    _rule("rustdoc", "standalone_crate", r"standalone[_-]crate", "flag", flag("standalone_crate")),
    _rule("rustdoc", "test_harness", r"test_harness", "flag", flag("test_harness")),
)  # fmt: skip
_MDBOOK = (
    _rule("mdBook", "rust,editable", r"editable", "rendering only"),
    _rule("mdBook", "rust,noplayground", r"noplay(?:ground|pen)", "rendering only"),
    _rule("mdBook", "rust,mdbook-runnable", r"mdbook-runnable", "rendering only"),
    _rule("mdBook", "hidelines=!!!", r"hidelines=(.+)", "prefix of hidden lines",
          lambda m: flag(f"hidelines={m[1]}")),
    _rule("skeptic", "rust,skt-NAME", r"(skt-[\w-]+)", "template", lambda m: flag(m[1])),
    _rule("skeptic", "rust,skeptic-template", r"skeptic-template", "is a template",
          mode(Mode.ILLUSTRATIVE)),
)  # fmt: skip
_PYTEST = (
    _rule("pytest-markdown-docs", "python notest", r"notest", "skip", skip("")),
    _rule("pytest-markdown-docs", "python continuation", r"continuation", "joins the block before",
          Effect(Instructions(continues=True))),
    _rule("pytest-markdown-docs", "python fixture:NAME", r"fixture:(\w+)", "a fixture it takes",
          lambda m: Effect(Instructions(fixtures=(m[1],)))),
    _rule("pytest-markdown-docs", "python retry:3", r"retry:(\d{1,3})", "retries",
          lambda m: Effect(Instructions(retries=int(m[1])))),
    _rule("pytest-examples", 'py test="skip"', r"test=\s*(skip\b.*|xfail\b.*)",
          "skip, or may fail", _test_attribute),
    _rule("pytest-examples", 'py test="no-print-intercept"', r"test=.*", "no consequence"),
    _rule("pytest-examples", 'py lint="skip"', r"lint=.*", "no consequence for a run"),
    _rule("pytest-examples", 'py requires="3.10"', r"requires=([<>=!~]*\s*\d[\w.]*)",
          "oldest version of the language", lambda m: only_if(version(m[1])), _PYTHON),
    _rule("pytest-examples", 'py group="g"', r"group=(.+)", "session", lambda m: session(m[1]),
          _PYTHON),
    _rule("pytest-examples", 'py rewrite_assert="false"', r"rewrite_assert=.*", "no consequence"),
    _rule("pytest-codeblock", "python name=test_x", r"name=(test_\w+)", "session",
          lambda m: session(m[1]), _PYTHON),
)  # fmt: skip
_MDX = (
    _rule("OCaml mdx", "ocaml skip", r"skip", "skip", skip(""), frozenset({"ocaml"})),
    _rule("OCaml mdx", "ocaml env=e", r"env=([\w-]+)", "session", lambda m: session(m[1]),
          frozenset({"ocaml"})),
    _rule("OCaml mdx", "ocaml file=f,part=p", r"file=(.+)", "written from a file",
          lambda m: Effect(Instructions(generated_by=m[1]))),
    _rule("OCaml mdx", "ocaml dir=d", r"dir=(.+)", "working directory",
          lambda m: Effect(Instructions(cwd=m[1])), frozenset({"ocaml", "sh", "bash"})),
    _rule("OCaml mdx", "ocaml non-deterministic=output", r"(non-deterministic)(?:=\w+)?",
          "output is not compared", lambda m: flag(m[1])),
    _rule("OCaml mdx", "ocaml set-V=x", r"set-([A-Za-z_]\w*)=(.*)", "environment", _variable),
    _rule("OCaml mdx", "ocaml unset-V", r"unset-[A-Za-z_]\w*", "recorded"),
    _rule("OCaml mdx", "ocaml version>=4.06", r"version\s*((?:>=|<=|<>|==|!=|=|>|<)\s*\d[\w.]*)",
          "condition", lambda m: only_if(version(m[1]))),
    _rule("OCaml mdx", "ocaml os_type<>Win32", r"(os_type)\s*(<>|!=|==|=)\s*(\w+)", "condition",
          lambda m: compare(m[1], m[2], m[3])),
)  # fmt: skip
_SCRIPT_TOOLS = (
    _rule("Deno", "ts ignore", r"ignore", "skip", skip(""), _SCRIPTS),
    _rule("Twoslash", "ts twoslash", r"(twoslash)", "flag", lambda m: flag(m[1].lower()), _SCRIPTS),
    _rule("Doc Detective", "bash testIgnore", r"testIgnore", "skip", skip("")),
    _rule(
        "doccmd",
        'MDX `python group="x"`',
        r"group=(.+)",
        "session",
        lambda m: session(m[1]),
        _PYTHON,
    ),
)
_GENERATORS = (
    _rule("markdown-code-runner", "python markdown-code-runner", r"markdown-code-runner",
          "no consequence"),
    _rule("markdown-code-runner", "python filename=run.py", r"filename=.*", "rendering only"),
    _rule("mdox", 'sh mdox-exec="..."', r"mdox-exec=(.*)", "written by a command",
          lambda m: Effect(Instructions(generated_by=m[1]))),
    _rule("mdox", "mdox-expect-exit-code=2", r"mdox-expect-exit-code=(\d{1,3})", "must fail",
          _exit_code),
    _rule("mdox", "mdox-gen-lang=go", r"mdox-[\w-]+(?:=.*)?", "no consequence"),
    _rule("markdown-exec", 'python exec="on" session="s"', r"session=(.+)", "session",
          lambda m: session(m[1]), _PYTHON),
    _rule("markdown-exec", 'python returncode="1"', r"returncode=(\d{1,3})", "must fail",
          _exit_code),
)  # fmt: skip
_RUNME = (
    _rule("Runme", "sh {excludeFromRunAll=true}", r"excludeFromRunAll=true", "skip", skip("")),
    _rule("Runme", "sh {ignore=true}", r"ignore=true", "skip", skip("")),
    _rule("Runme", "sh {cwd=/srv}", r"cwd=(.+)", "working directory",
          lambda m: Effect(Instructions(cwd=m[1]))),
    _rule("Runme", "sh {interactive=false background=true}",
          r"(?:interactive|background|transform|promptEnv|mimeType|closeTerminalOnSuccess|terminal"
          r"Rows|excludeFromRunAll|ignore|category|tag)=.*", "no consequence"),
)  # fmt: skip
_MDOC = (
    _rule("mdoc", "scala mdoc:silent", r"mdoc(?::(?:silent|invisible|passthrough|nest|to-string|"
          r"width=\d+|height=\d+|evaluated))*", "no consequence"),
    _rule("mdoc", "scala mdoc:fail", r"mdoc:fail(?::.*)?", "must not build",
          fails(FailKind.BUILD)),
    _rule("mdoc", "scala mdoc:crash", r"mdoc:crash(?::.*)?", "must fail", fails(FailKind.RUN)),
    _rule("mdoc", "scala mdoc:warn", r"mdoc:warn(?::.*)?", "flag", flag("warn")),
    _rule("mdoc", "scala mdoc:reset", r"mdoc:reset(?:-\w+)?(?::.*)?", "flag", flag("reset")),
    _rule("mdoc", "scala mdoc:compile-only", r"mdoc:compile-only(?::.*)?", "build only",
          mode(Mode.BUILD)),
    _rule("mdoc", "scala mdoc:file:PATH", r"mdoc:file:(.+)", "written from a file",
          lambda m: Effect(Instructions(generated_by=m[1]))),
)  # fmt: skip
_CELLS = (
    _rule("knitr", "{python, eval=FALSE}", r"eval=(?:false|f)", "skip", skip("")),
    _rule("knitr", "{python, error=TRUE}", r"error=(?:true|t)", "may fail", may_fail()),
    _rule("Documenter", "jldoctest label", r"output=false", "no consequence"),
)
_COMMON = (
    _rule("common words", "python ignore", r"ignore|skip", "skip", skip("")),
    _rule("common words", "python no-test", r"(?:no[_-]?test|skip[_-]?tests?|no[_-]doctest|"
          r"doctest[_-]?skip|test=(?:false|no|off)|skip=true|dont[_-]run)", "skip", skip("")),
    _rule("common words", "python no-run", r"(?:norun|no-run)", "build only", mode(Mode.BUILD)),
    _rule("common words", "python pseudocode", r"pseudo(?:-?code)?|illustrative", "illustrative",
          mode(Mode.ILLUSTRATIVE)),
)  # fmt: skip

ATTRIBUTES: tuple[Rule, ...] = (
    *_RUSTDOC, *_MDBOOK, *_PYTEST, *_MDX, *_SCRIPT_TOOLS, *_GENERATORS, *_RUNME, *_MDOC,
    *_CELLS, *_COMMON,
)  # fmt: skip
"""The first that matches counts, so a tool's own word comes before the common ones."""

RENDERING = frozenset(
    "title caption label name filename file file_name path linenums linenum line-numbers "
    "linenostart lineno-start linenos linenum-style hl_lines hl-lines hl emphasize-lines "
    "highlight highlights mark ins del add remove focus collapse expand expandable wrap nowrap "
    "line showlinenumbers shownumbers nolinenumbers no-line-numbers startline start startfrom "
    "numberlines number-lines live editable npm2yarn tab tabs value icon theme copy nocopy "
    "no-copy copyable download id class style lang language frame diff word-wrap lines dedent "
    "annotate select noselect exec source html result width height metastring meta playground "
    "noplayground sandpack codesandbox stackblitz open active default hidden visible raw "
    "magic-move monaco cols at inline preserve-indent group group-id groupid sync tabid "
    "twoslash nodefault showpackageinstall package-manager project version echo include fig "
    "results message warning output engine".split()
)
"""Attributes that only a renderer reads, lower case. They never stop a block from running."""
