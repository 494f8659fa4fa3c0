"""Whose fault an error of the type checker or the compiler is: the document's, or what it lacks.

Red is what is wrong whatever stands around the block: a name that a package does not have, a call
that its function does not take. What a fragment leaves out is never red.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doc_healing.languages.go.complete import is_function_of
from doc_healing.model import Environment, Job, SymptomKind, Verdict

# The names of Go's internal/types/errors; all others are of kind COMPILE.
_KINDS = {
    SymptomKind.IMPORT: "BrokenImport BadImportPath",
    SymptomKind.NAME: "UndeclaredName",
    SymptomKind.ATTRIBUTE: "UndeclaredImportedName UnexportedName MissingFieldOrMethod "
    "MissingLitField UnexportedLitField AmbiguousSelector",
    SymptomKind.ARGUMENT: "WrongArgCount NonVariadicDotDotDot InvalidStructLit",
    SymptomKind.TYPE: "WrongAssignCount UnassignableOperand InvalidIfaceAssign IncompatibleAssign "
    "NotAType NotAnExpr TooManyValues TruncatedFloat NumericOverflow UndefinedOp MismatchedTypes "
    "InvalidIndirection NonIndexableOperand InvalidIndex NonSliceableOperand InvalidAssert "
    "ImpossibleAssert InvalidConversion InvalidUntypedConversion InvalidCond InvalidRangeExpr "
    "InvalidCall NotAGenericType WrongTypeArgCount CannotInferTypeArgs InvalidTypeArg "
    "WrongResultCount UntypedNilUse InvalidReceive InvalidSend",
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names.split()}
# They follow from what a block leaves out, so that they count only where nothing is left out.
_CONSEQUENCES = frozenset("UnusedImport DuplicateDecl UnusedVar MissingReturn UnusedLabel".split())
# They tell of a part without its whole: a return, a break, a label, a method of another's type.
_PARTIAL = frozenset(
    "DuplicateDecl BadRecv InvalidRecv MissingReturn WrongResultCount MisplacedBreak "
    "MisplacedContinue MisplacedFallthrough UndeclaredLabel MisplacedLabel UnusedLabel "
    "DuplicateMethod DuplicateFieldAndMethod InvalidInitDecl InvalidMainDecl".split()
)
_TOO_NEW = frozenset(("UnsupportedFeature", "TooNew"))
_EMBED = re.compile(r"go:embed|pattern .*: no matching files")
_OTHER_MAJOR = re.compile(r"/v[2-9]\d*(?:/|$)")
_NOT_LOCAL = re.compile(r"(?:^|[^\w.])\*?(\w+) does not implement")


@dataclass(frozen=True, slots=True)
class Fault:
    """One error as the driver told it."""

    code: str  # as internal/types/errors names it; "" for one of the compiler's own
    message: str
    file: str
    row: int
    column: int
    name: str = ""
    owner: str = ""  # the package whose name it is; "builtin", or "main" for the block's own
    near: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict with its kind; `reason` is empty for a red one."""

    verdict: Verdict
    kind: SymptomKind
    reason: str = ""


def judge(
    faults: Sequence[Fault], job: Job, environment: Environment | None
) -> tuple[Fault, Ruling]:
    """The fault that decides, and the ruling on it: a certain one before what is only missing."""
    rulings = [(fault, rule(fault, job, environment)) for fault in faults]
    lacking = [pair for pair in rulings if pair[1].verdict is not Verdict.BROKEN]
    red = [pair for pair in rulings if pair[1].verdict is Verdict.BROKEN]
    if lacking:
        red = [pair for pair in red if not _may_follow(pair[0])]
    return (red or lacking)[0]


def rule(fault: Fault, job: Job, environment: Environment | None) -> Ruling:
    """The ruling on one error alone."""
    if fault.code == "BrokenImport":
        return _import(fault, job, environment)
    if fault.code in _TOO_NEW:
        return _lacks(SymptomKind.TOOLCHAIN, f"this Go is too old for it: {fault.message}")
    if fault.code == "UndeclaredName":
        if fault.near or (fault.owner and job.facts.get("whole")):
            return Ruling(Verdict.BROKEN, SymptomKind.NAME)
        words = f"needs context: `{fault.name}` is not defined in this block"
        return _lacks(SymptomKind.CONTEXT, words)
    if not fault.code:
        return _compiler(fault)
    if fault.code == "BadImportPath":
        return _lacks(SymptomKind.CONTEXT, f"imports by a placeholder: {fault.message}")
    if fault.name in _told(environment, "conditional").get(fault.owner, ()):
        words = f"`{fault.name}` of `{fault.owner}` is for another system or build"
        return _lacks(SymptomKind.TOOLCHAIN, words)
    return _typed(fault, job)


def kind_of(fault: Fault) -> SymptomKind:
    """The kind of an error, whoever's fault it is."""
    if fault.message.startswith("syntax error"):
        return SymptomKind.SYNTAX
    return _KIND_OF.get(fault.code, SymptomKind.COMPILE)


def _lacks(kind: SymptomKind, reason: str) -> Ruling:
    return Ruling(Verdict.UNVERIFIED, kind, reason)


def _compiler(fault: Fault) -> Ruling:
    if fault.message.startswith("syntax error") or "illegal character" in fault.message:
        return Ruling(Verdict.BROKEN, SymptomKind.SYNTAX)
    if _EMBED.search(fault.message):
        return _lacks(SymptomKind.CONTEXT, "needs the files that it embeds")
    if "missing function body" in fault.message:
        return _lacks(SymptomKind.CONTEXT, "shows a function without its body")
    if "linkname" in fault.message or "cgo" in fault.message:
        return _lacks(SymptomKind.TOOLCHAIN, f"not done here: {fault.message}")
    return Ruling(Verdict.BROKEN, kind_of(fault))


def _typed(fault: Fault, job: Job) -> Ruling:
    """An error of types: certain where a package's own names are concerned."""
    kind = kind_of(fault)
    partial = not job.facts.get("whole") or bool(job.facts.get("elides"))
    if fault.code == "MissingReturn" and is_function_of(job, fault.row, fault.column):
        return Ruling(Verdict.BROKEN, kind)
    if partial and fault.code in _PARTIAL:
        return _lacks(SymptomKind.CONTEXT, f"a part of something larger: {fault.message}")
    if job.facts.get("lent") and fault.code not in ("UndeclaredImportedName", "UnexportedName"):
        words = f"needs context: it does not fit {job.facts['lent']}: {fault.message}"
        return _lacks(SymptomKind.CONTEXT, words)
    if job.facts.get("inferred") and fault.code not in ("UndeclaredImportedName", "UnexportedName"):
        words = f"needs context: it does not fit the blocks before it: {fault.message}"
        return _lacks(SymptomKind.CONTEXT, words)
    if job.facts.get("guessed") and (job.facts.get("dot") or fault.owner in ("main", "")):
        words = f"needs context: it does not fit {job.facts['guessed']}: {fault.message}"
        return _lacks(SymptomKind.CONTEXT, words)
    local = partial and not job.facts.get("closed")
    if local and _is_local(fault) and not fault.near:
        return _lacks(SymptomKind.CONTEXT, f"needs the rest of its own code: {fault.message}")
    if fault.code in _CONSEQUENCES and job.facts.get("elides"):
        return _lacks(SymptomKind.CONTEXT, f"leaves code out: {fault.message}")
    return Ruling(Verdict.BROKEN, kind)


def _may_follow(fault: Fault) -> bool:
    """Whether it may come from what is missing: a type that embeds it has methods of its own."""
    return fault.code in _CONSEQUENCES or (_is_local(fault) and not fault.near)


def _is_local(fault: Fault) -> bool:
    """Whether it speaks of a type of the block's own, whose methods may stand elsewhere."""
    if fault.code == "MissingFieldOrMethod" and fault.owner in ("main", ""):
        return True
    match = _NOT_LOCAL.search(fault.message)
    return match is not None and "missing method" in fault.message


def _import(fault: Fault, job: Job, environment: Environment | None) -> Ruling:
    path, module = fault.owner, job.facts.get("module", "")
    if "use of internal package" in fault.message:
        return Ruling(Verdict.BROKEN, SymptomKind.IMPORT)
    if path in _uncompiled(environment):
        return _lacks(SymptomKind.DEPENDENCY, f"`{path}` could not be compiled here")
    if module and (path == module or path.startswith(f"{module}/")):
        if _OTHER_MAJOR.match(path.removeprefix(module)):
            return _lacks(SymptomKind.DEPENDENCY, f"`{path}` is another version of this module")
        return Ruling(Verdict.BROKEN, SymptomKind.IMPORT)
    if "." not in path.split("/")[0]:
        if fault.near and job.facts.get("whole") and job.facts.get("closed"):
            return Ruling(Verdict.BROKEN, SymptomKind.IMPORT)
        words = f"needs context: `{path}` is no package of the standard library of this Go"
        return _lacks(SymptomKind.CONTEXT, words)
    return _lacks(SymptomKind.DEPENDENCY, f"`{path}` is not installed")


def _uncompiled(environment: Environment | None) -> frozenset[str]:
    """The packages that the installer knows of and could not compile, whosever they are.

    Its "failed" holds those that are no part of the checkout too: what the repository imports and
    generates elsewhere, and what a module that it needs does not have here.
    """
    unbuilt = environment.unbuilt if environment is not None else ()
    return frozenset((*unbuilt, *_told(environment, "failed")))


def _told(environment: Environment | None, fact: str) -> Mapping[str, Any]:
    """One of the installer's facts that are objects of JSON; empty where it says nothing."""
    try:
        told = json.loads((environment.facts if environment else {}).get(fact) or "{}")
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}
