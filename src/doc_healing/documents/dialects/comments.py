"""Comments that instruct a runner, tool by tool, as data. A pattern matches a whole comment."""

import re
from collections.abc import Callable

from doc_healing.documents.dialects.attributes import (
    compare,
    pytest_mark,
    split_reason,
    version,
)
from doc_healing.documents.dialects.rules import (
    NOTHING,
    Effect,
    Rule,
    Scope,
    fails,
    flag,
    may_fail,
    merge,
    only_if,
    python_condition,
    session,
    skip,
)
from doc_healing.model import Condition, FailKind, Instructions, Role

_Read = Effect | Callable[[re.Match[str]], Effect]


def _rule(
    dialect: str,
    spelling: str,
    pattern: str,
    meaning: str,
    effect: _Read = NOTHING,
    scope: Scope = Scope.NEXT,
    key: str = "",
) -> Rule:
    if effect == NOTHING and scope is Scope.NEXT:
        scope = Scope.NOTE
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)
    return Rule(dialect, spelling, compiled, meaning, effect, scope, key=key or dialect)


def _conditional_skip(match: re.Match[str]) -> Effect:
    """Sybil: `skip: next`, `skip: next "reason"`, `skip: next if(COND, reason="...")`."""
    argument = (match["rest"] or "").strip(" ,")
    if found := re.fullmatch(r"if\s*\((.*)\)", argument, re.DOTALL):
        condition, reason = split_reason(found[1])
        return only_if(python_condition(condition, reason=reason))
    reason = re.sub(r"^reason\s*=\s*", "", argument)
    return skip(reason.strip("\"'"))


def _module(name: str, rest: str) -> Condition:
    found = re.match(r"\s*(>=|<=|==|!=|>|<)\s*([\w.]+)", rest)
    if not found:
        return Condition("module", "present", name)
    return Condition("module", found[1], f"{name}{found[1]}{found[2]}")


def _role(role: Role) -> Effect:
    return Effect(Instructions(role=role))


def _fixtures(text: str) -> Effect:
    return Effect(Instructions(fixtures=tuple(re.findall(r"\w+", text))))


def _named_test(match: re.Match[str]) -> Effect:
    """markdown-pytest: `name: test_x; case: c; fixtures: a, b; mark: xfail(...)`."""
    change, skips = Instructions(session=match[1]), Effect()
    for key, value in re.findall(r"(?<![\w-])([\w-]+)\s*:\s*([^;]*)", match[2] or ""):
        effect = _named_option(key.lower(), value.strip())
        change = merge(change, effect.change)
        skips = effect if effect.skip else skips
    return Effect(change, skips.skip, skips.reason)


def _named_option(key: str, value: str) -> Effect:
    if key == "fixtures":
        return _fixtures(value)
    if key in {"mark", "marks"} and (found := re.fullmatch(r"(\w+)(?:\((.*)\))?", value)):
        return pytest_mark(found[1], found[2] or "")
    return flag("subprocess") if key == "subprocess" and value.lower() == "true" else NOTHING


def _metadata(match: re.Match[str]) -> Effect:
    """pytest-markdown-docs in MDX: `pmd-metadata: notest fixture:x retry:3 continuation`."""
    change, words = Instructions(), match[1].split()
    for word in words:
        name, _, value = word.partition(":")
        if name == "fixture" and value:
            change = merge(change, Instructions(fixtures=(value,)))
        elif name == "retry" and value.isdecimal():
            change = merge(change, Instructions(retries=int(value)))
        elif word == "continuation":
            change = merge(change, Instructions(continues=True))
    return Effect(change, skip="notest" in words)


def _labels(match: re.Match[str]) -> Effect:
    """OCaml mdx: `$MDX skip,version>=4.06,file=f,part=p`."""
    change, skips = Instructions(), False
    for label in re.split(r"\s*,\s*", match[1].strip()):
        effect = _label(label)
        change, skips = merge(change, effect.change), skips or effect.skip
    return Effect(change, skip=skips)


def _label(label: str) -> Effect:
    found = re.fullmatch(r"([\w-]+?)\s*(?:(<>|>=|<=|==|!=|=|>|<)\s*(.*))?", label, re.DOTALL)
    if not found:
        return NOTHING
    name, operator, value = found[1].lower(), found[2] or "", (found[3] or "").strip()
    if name == "skip" and not operator:
        return skip()
    if name == "version" and operator:
        return only_if(version(operator + value))
    if name == "os_type" and operator:
        return compare(name, operator, value)
    if name.startswith("set-") and operator == "=":
        return Effect(Instructions(env={found[1][4:]: value}))
    if name == "non-deterministic":
        return flag("non-deterministic")
    if name == "env" and value:
        return session(value)
    if name == "file" and value:
        return Effect(Instructions(generated_by=value))
    return Effect(Instructions(cwd=value)) if name == "dir" and value else NOTHING


_SYBIL = (
    _rule("sybil", "skip: next", r"skip:\s*next(?P<rest>\b.*)?", "skip, or a condition",
          _conditional_skip),
    _rule("sybil", "skip: start", r"skip:\s*start(?P<rest>\b.*)?", "skip from here",
          _conditional_skip, Scope.START),
    _rule("sybil", "skip: end", r"skip:\s*end", "to here", scope=Scope.END),
    _rule("sybil", "invisible-code-block: python",
          r"invisible-code(?:-block)?:?\s+(?P<label>[\w+.#-]+)[^\S\n]*\n(?P<code>.*)",
          "code that no reader sees", scope=Scope.CODE),
    _rule("sybil", "clear-namespace", r"clear-namespace", "starts anew", scope=Scope.RESET),
)  # fmt: skip
_RUNNERS = "all|python3?|py|node|deno|bun|run|exec|test|pytest"
_DOCCMD = (
    _rule("doccmd", "skip doccmd[all]: next", rf"skip\s+doccmd\[(?:{_RUNNERS})\]:\s*next", "skip",
          skip()),
    _rule("doccmd", "skip doccmd[all]: start", rf"skip\s+doccmd\[(?:{_RUNNERS})\]:\s*start",
          "skip from here", skip(), Scope.START),
    _rule("doccmd", "skip doccmd[all]: end", rf"skip\s+doccmd\[(?:{_RUNNERS})\]:\s*end",
          "to here", scope=Scope.END),
    _rule("doccmd", "skip doccmd[mypy]: next", r"skip\s+doccmd\[[^\]]*\]:\s*(?:next|start|end)",
          "a linter's own marker: no consequence for a run"),
    _rule("doccmd", "group doccmd[all]: start", r"group\s+doccmd\[([^\]]*)\]:\s*start",
          "one session from here", lambda _: session("doccmd"), Scope.START, "doccmd group"),
    _rule("doccmd", "group doccmd[all]: end", r"group\s+doccmd\[[^\]]*\]:\s*end", "to here",
          scope=Scope.END, key="doccmd group"),
)  # fmt: skip
_CODEBLOCKS = (
    _rule("pytest-codeblocks", "pytest.mark.skip", r"pytest\.mark\.(skip|xfail|skipif)"
          r"(?:\((.*)\))?", "as pytest", lambda m: pytest_mark(m[1], m[2] or "")),
    _rule("pytest-codeblocks", "pytest.mark.M", r"pytest\.mark\.\w+(?:\(.*\))?", "recorded"),
    _rule("pytest-codeblocks", "pytest-codeblocks:cont", r"pytest-codeblocks:\s*cont",
          "joins the block before", Effect(Instructions(continues=True))),
    _rule("pytest-codeblocks", "pytest-codeblocks:skip", r"pytest-codeblocks:\s*skip", "skip",
          skip()),
    _rule("pytest-codeblocks", "pytest-codeblocks:skipif(COND)",
          r"pytest-codeblocks:\s*skipif\((.*)\)", "condition",
          lambda m: pytest_mark("skipif", m[1])),
    _rule("pytest-codeblocks", "pytest-codeblocks:skipfile", r"pytest-codeblocks:\s*skipfile",
          "skip the document", skip(), Scope.FILE),
    _rule("pytest-codeblocks", "pytest-codeblocks:importorskip(m)",
          r"pytest-codeblocks:\s*importorskip\(\s*['\"]?([\w.]+)['\"]?\s*\)", "needs a module",
          lambda m: only_if(Condition("module", "present", m[1]))),
    _rule("pytest-codeblocks", "pytest-codeblocks:expected-output",
          r"pytest-codeblocks:\s*expected-output", "the next block is the output",
          scope=Scope.OUTPUT),
    _rule("pytest-codeblocks", "pytest-codeblocks:expected-output-ignore-whitespace",
          r"pytest-codeblocks:\s*expected-output-(ignore-whitespace)", "spaces aside",
          flag("ignore-whitespace"), Scope.OUTPUT),
    _rule("pytest-codeblocks", "pytest-codeblocks:expect-error",
          r"pytest-codeblocks:\s*expect-(?:error|exception)", "must fail", fails(FailKind.RUN)),
    _rule("pytest-codeblocks", "pytest-codeblocks:xfail", r"pytest-codeblocks:\s*xfail",
          "may fail", may_fail()),
)  # fmt: skip
_PHMDOCTEST = (
    _rule("phmdoctest", "phmdoctest-skip", r"phmdoctest-skip", "skip", skip()),
    _rule("phmdoctest", "phmdoctest-mark.skip", r"phmdoctest-mark\.skip", "skip", skip()),
    _rule("phmdoctest", "phmdoctest-mark.skipif<3.N", r"phmdoctest-mark\.skipif\s*<\s*(3\.\d+)",
          "needs this version", lambda m: only_if(Condition("version", ">=", m[1]))),
    _rule("phmdoctest", "phmdoctest-mark.X", r"phmdoctest-mark\.(\w+)", "as pytest",
          lambda m: pytest_mark(m[1])),
    _rule("phmdoctest", "phmdoctest-label X", r"phmdoctest-label\s+\S+", "a name: recorded"),
    _rule("phmdoctest", "phmdoctest-setup", r"phmdoctest-setup", "setup", _role(Role.SETUP)),
    _rule("phmdoctest", "phmdoctest-teardown", r"phmdoctest-teardown", "teardown",
          _role(Role.TEARDOWN)),
    _rule("phmdoctest", "phmdoctest-share-names", r"phmdoctest-share-names", "session",
          session("phmdoctest")),
    _rule("phmdoctest", "phmdoctest-clear-names", r"phmdoctest-clear-names", "starts anew",
          scope=Scope.RESET),
)  # fmt: skip
_NAMED = (
    _rule("markdown-pytest", "name: test_x; fixtures: a, b; mark: xfail(...)",
          r"name:\s*(test\w*)\s*(?:[;\n](.*))?", "session, fixtures, marks", _named_test),
    _rule("pytest-codeblock", "continue: test_x", r"continue:\s*(\w+)", "session",
          lambda m: session(m[1])),
    _rule("pytest-codeblock", "codeblock-name: test_x", r"codeblock-name:\s*(\w+)", "session",
          lambda m: session(m[1])),
    _rule("pytest-codeblock", "pytestmark: M", r"pytestmark:\s*(\w+)(?:\((.*)\))?", "as pytest",
          lambda m: pytest_mark(m[1], m[2] or "")),
    _rule("pytest-codeblock", "pytestfixture: F", r"pytestfixture:\s*([\w,\s]+)", "a fixture",
          lambda m: _fixtures(m[1])),
    _rule("pytest-markdown-docs", "pmd-metadata: notest fixture:x", r"pmd-metadata:\s*(.*)",
          "as its attributes", _metadata),
)  # fmt: skip
_DOCTEST = (
    _rule("doctest family", ".. doctest-skip::", r"doctest-skip::.*", "skip", skip()),
    _rule("doctest family", ".. doctest-skip-all", r"doctest-skip-all", "skip the document",
          skip(), Scope.FILE),
    _rule("doctest family", ".. doctest-requires:: m<3", r"doctest-requires::\s*([\w.]+)(.*)",
          "needs a module",
          lambda m: only_if(_module(m[1], m[2]))),
)  # fmt: skip
_OTHERS = (
    _rule("OCaml mdx", "$MDX skip", r"\$MDX\s+(.*)", "labels, as attributes", _labels),
    _rule("eslint", "eslint-skip", r"eslint-skip", "skip", skip()),
    _rule("eslint", "eslint-disable ...", r"eslint(?:-(?:disable|enable)[\w-]*)?(?:\s.*)?",
          "lint only: no consequence for a run"),
    _rule("typescript-docs-verifier", "ts-docs-verifier:ignore", r"ts-docs-verifier:\s*ignore",
          "skip", skip()),
    _rule("markdown-doctest", "skip-example", r"skip-example", "skip", skip()),
    _rule("blacken-docs", "blacken-docs:off", r"blacken-docs:\s*(?:off|on)",
          "format only: no consequence for a run"),
    _rule("markdown-code-runner", "CODE:SKIP", r"CODE:SKIP", "skip", skip()),
    _rule("markdown-code-runner", "CODE:START", r"CODE:(?:\w+:)?(?:START|END)", "recorded"),
    _rule("markdown-code-runner", "OUTPUT:START", r"OUTPUT:START(?::\w+)?.*",
          "written by the code above",
          Effect(Instructions(generated_by="markdown-code-runner")), Scope.START),
    _rule("markdown-code-runner", "OUTPUT:END", r"OUTPUT:END(?::\w+)?", "to here",
          scope=Scope.END),
    _rule("embedme", "embedme path#L1-L9", r"embedme\s+(\S+)", "written from a file",
          lambda m: Effect(Instructions(generated_by=m[1]))),
    _rule("embedme", "embedme-ignore-next", r"embedme-ignore-next", "recorded"),
    _rule("Doc Detective", "test {...}", r"(?:test|step)\s*(?:\{.*|end|\(.*)",
          "foreign directive: recorded"),
    _rule("Knit", "INCLUDE", r"(?-i:INCLUDE)\b[^\n]*\n(?P<code>.*)", "hidden code",
          scope=Scope.CODE),
    _rule("Knit", "PREFIX/SUFFIX/KNIT/TEST_NAME/TEST",
          r"(?-i:PREFIX|SUFFIX|KNIT|TEST_NAME|TEST|CLEAR|TOC|END|INCLUDE)\b.*",
          "recorded"),
    _rule("txm", "!test program CMD", r"!test\s+program\b\s*(?P<program>.*)", "recorded"),
    _rule("txm", "!test exit nonzero", r"!test\s+exit\s+(?!0\b)(?:nonzero|[1-9]\d*)\b.*",
          "must fail", fails(FailKind.RUN)),
    _rule("txm", "!test in N", r"!test\s+(?P<part>in|check)\b\s*(?P<name>.*)", "input, by name"),
    _rule("txm", "!test out N", r"!test\s+(?P<part>out|err)\b\s*(?P<name>.*)",
          "output, by name: not a program", Effect(Instructions(flags=("txm-output",)))),
    _rule("txm", "!test only", r"!test\b.*", "recorded"),
)  # fmt: skip

_COMMENTED_FENCE = re.compile(
    r"^(?P<head>[^\n]*\n(?:[ \t]*\n)*)?[ \t]*(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\n]*)\n"
    r"(?P<code>.*?)^[ \t]*(?P=fence)[`~]*[ \t]*$",
    re.MULTILINE | re.DOTALL,
)

COMMENTS: tuple[Rule, ...] = (
    *_SYBIL, *_DOCCMD, *_CODEBLOCKS, *_PHMDOCTEST, *_NAMED, *_DOCTEST, *_OTHERS,
)  # fmt: skip


def match(text: str) -> tuple[Rule, re.Match[str]] | None:
    """The rule that a whole comment matches, decoration aside."""
    for rule in COMMENTS:
        if found := rule.pattern.fullmatch(text):
            return rule, found
    return None


def bare(text: str) -> str:
    """A comment's text without what only dresses it: `<!--- x --->`, `<!-- ; x -->`, `.. x`."""
    text = text.strip().removeprefix("/*").removesuffix("*/")
    text = re.sub(r"^-(?=\s|\w)|(?<=\s)-$", "", text.strip()).strip()
    text = re.sub(r"^\.\.\s+", "", text)
    return text.removeprefix(";").strip()
