"""What the document itself says that a failure may be no fault of it.

Each rule is a class met in real documentation, with its reason in the words of the report. They
excuse a failing run, never a missing name of the project's own or an import that is gone.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from doc_healing.languages.python import machine
from doc_healing.languages.python.reports import Fault
from doc_healing.model import Snippet, Symptom, SymptomKind

_ERRORS = re.compile(
    r"\b(?:errors?|exceptions?|invalid|illegal|wrong|incorrect|pitfalls?|mistakes?|gotchas?"
    r"|anti-?patterns?|troubleshooting|limitations?|failures?|failing|do(?: not|n['’]t))\b",
    re.IGNORECASE,
)
_LEFT_OUT = re.compile(
    r"#\s*(?:\.\.\.|…|(?:(?:add|put|insert|write|define)\s+)?your\b.*|(?:the )?rest of\b.*"
    r"|(?:etc|snip|same as|as above|as before)\b"
    r"|(?:(?:more|other|some) )?(?:code|body|implementation|fields|stuff)\s*(?:\.\.\.|…|$)"
    r"|.*\b(?:goes? here|omitted|left out|left as an exercise|abbreviated|for brevity)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_BUILTIN = re.compile(
    r"'builtin_function_or_method' object (?:has no attribute|is not (?:iterable|subscriptable))"
)
_RUNS = frozenset(
    {SymptomKind.EXCEPTION, SymptomKind.TYPE, SymptomKind.ASSERTION, SymptomKind.EXIT}
)


@dataclass(frozen=True, slots=True)
class Red:
    """A failing run that would be held against its document."""

    snippet: Snippet
    symptom: Symptom
    fault: Fault | None
    context: tuple[Snippet, ...] = ()


def excuse(red: Red) -> str:
    """Why a failing run is not held against the document, or an empty text."""
    return next(filter(None, (rule(red) for rule in _RULES)), "")


# Where libraries that read command lines stand.
_COMMAND_LINES = (
    "/click/", "/typer/", "/argparse.py", "/optparse.py", "/fire/", "/docopt", "/cyclopts/",
    "/cleo/", "/absl/", "/invoke/", "/plumbum/", "/django/core/management/",
)  # fmt: skip


def ends_command_lines(leave: Fault) -> bool:
    """Whether a library that reads command lines ended the program: "Aborted!", a usage."""
    return not leave.inside and any(part in file for file in leave.files for part in _COMMAND_LINES)


def _arguments(red: Red) -> str:
    line = next((one.text for one in red.snippet.lines if one.line == red.symptom.line), "")
    wanted = red.symptom.exception in ("IndexError", "ValueError") and "argv" in line
    return "command-line arguments" if wanted else ""


def _announced(red: Red) -> str:
    """The section's heading is the name of the error, or speaks of errors."""
    name = _plain(re.sub(r"(?:Error|Exception|Warning)$", "", red.symptom.exception))
    own = bool(red.fault and red.fault.chain and red.fault.chain[0].module != "builtins")
    if len(name) > 5 and own and any(name in _plain(one) for one in red.snippet.headings):
        return f"its section is about `{red.symptom.exception}`: it may fail on purpose"
    # A section on errors shows how the library refuses something. What the block's own lines do
    # wrong without any library is no refusal: a heading alone does not excuse it.
    refused = red.fault is not None and (own or not red.fault.inside)
    about = any(_ERRORS.search(one) for one in red.snippet.headings[-2:])
    if red.symptom.kind in _RUNS and refused and about:
        return "its section is about errors: it may fail on purpose"
    return ""


def left_out(red: Red) -> str:
    """The remark that stands for something left out, where the failure may come of that."""
    if red.symptom.kind is SymptomKind.SYNTAX:
        at = next((one.text for one in red.snippet.lines if one.line == red.symptom.line), "")
        found = _LEFT_OUT.search(at)
        return f"`{found[0].strip()[:60]}` stands for something left out" if found else ""
    kinds = (SymptomKind.ATTRIBUTE, SymptomKind.NAME, SymptomKind.OUTPUT)
    if red.symptom.kind not in _RUNS and red.symptom.kind not in kinds:
        return ""
    if red.symptom.message.startswith("AttributeError: module "):
        return ""
    found = _LEFT_OUT.search(red.snippet.code)
    return f"`{found[0].strip()[:60]}` stands for something left out" if found else ""


def _machine(red: Red) -> str:
    """What it promises is the machine's, the time's or chance's to decide."""
    differs = red.symptom.kind is SymptomKind.OUTPUT
    if not differs and red.symptom.kind is not SymptomKind.ASSERTION:
        return ""
    code = "\n".join(one.code for one in (*red.context, red.snippet))
    found = machine.depends(code, red.symptom.actual if differs else None)
    return f"what it promises depends on the machine (`{found}`)" if found else ""


def _class_part(red: Red) -> str:
    """`super()` works within a class alone, which this block does not show."""
    alone = not re.search(r"(?m)^\s*class\s", red.snippet.code)
    return "it is a part of a class" if alone and "super():" in red.symptom.message else ""


def _shadowed(red: Red) -> str:
    if red.fault is None or not red.fault.inside or not _BUILTIN.search(red.symptom.message):
        return ""
    return "a name that it uses is not the built-in function of that name"


def _absent(red: Red) -> str:
    if red.fault is None or not red.fault.absent:
        return ""
    return f"`{red.fault.absent}` is None here: an optional dependency of it is not installed"


def _plain(text: str) -> str:
    return re.sub(r"\W|_", "", text).lower()


_RULES: tuple[Callable[[Red], str], ...] = (
    _absent,
    _arguments,
    _announced,
    left_out,
    _machine,
    _class_part,
    _shadowed,
)
