"""Whose fault a diagnostic of javac is: the document's (red), or missing surroundings' (never)."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from doc_healing.languages.java.ages import left_package, newer_or_gone, newer_syntax
from doc_healing.languages.java.jdk import feature
from doc_healing.languages.java.notation import elided
from doc_healing.languages.java.spelling import misspelt
from doc_healing.languages.java.tree import TYPES, modifiers, name_of, tree
from doc_healing.languages.trees import nodes
from doc_healing.model import Environment, Job, SymptomKind, Verdict

Event = Mapping[str, Any]
K = SymptomKind
_INFERRED = "inferred-context"  # the pipeline's word for a session that nobody asked for
_NEWEST = 25  # the JDK whose lack of a name is the name's own fault


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict with its kind; `reason` is empty for a red one.

    `firm`: red whatever else of the block is missing; without it a red diagnostic of a block that
    lacks context follows from the lack.
    """

    verdict: Verdict
    kind: SymptomKind
    reason: str = ""
    firm: bool = False


def red(kind: SymptomKind, *, firm: bool = False) -> Ruling:
    """The document is wrong."""
    return Ruling(Verdict.BROKEN, kind, firm=firm)


def unverified(kind: SymptomKind, reason: str) -> Ruling:
    """It cannot be told here."""
    return Ruling(Verdict.UNVERIFIED, kind, reason)


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: a diagnostic, its line's text, the snippet and what it ran with."""

    event: Event
    line: str
    job: Job
    environment: Environment | None
    java: int

    @property
    def code(self) -> str:
        """The diagnostic's code without its prefix: `cant.resolve.location`."""
        return str(self.event.get("code", "")).removeprefix("compiler.err.")

    @property
    def args(self) -> list[Any]:
        """Its arguments, as javac's message has them."""
        args = self.event.get("args")
        return args if isinstance(args, list) else []

    @property
    def own(self) -> tuple[str, ...]:
        """The repository's own packages, if all of its code is there."""
        facts = self.environment.facts if self.environment else {}
        return () if facts.get("incomplete") else tuple(json.loads(facts.get("own", "[]")))


def rule(case: Case) -> Ruling:
    """The ruling on one diagnostic.

    After blocks of which nobody said that they belong to it, a variable may be another than the
    block means: red is then only what the repository's own classes have nowhere.
    """
    ruling = _rule(case)
    inferred = _INFERRED in case.job.snippet.instructions.flags and bool(case.job.context)
    if not inferred or ruling.verdict is not Verdict.BROKEN or case.event.get("phase") == "parse":
        return ruling
    place = _place(case)
    ours = place is not None and _is_own(case, str(place.get("package", "")))
    nowhere = ruling.kind is K.ATTRIBUTE and ours and not case.event.get("elsewhere")
    if ruling.firm and (nowhere or ruling.kind is K.IMPORT):
        return ruling
    return unverified(K.CONTEXT, f"after the blocks that it seems to need: {said(case.event)}")


def _rule(case: Case) -> Ruling:
    code = case.code
    if case.event.get("phase") == "parse":
        return _syntax(case)
    if "preview.feature" in code or "not.supported.in.source" in code:
        return unverified(K.TOOLCHAIN, f"needs another Java: {said(case.event)}")
    if code in ("cant.access", "class.file.wrong.class", "cant.resolve.module"):
        return _file(case)
    if code == "doesnt.exist":
        return _package(case)
    if code.startswith("cant.resolve"):
        return _unresolved(case)
    if code.startswith("cant.apply"):
        return _arguments(case)
    if code in ("module.not.found", "package.not.visible", "service.implementation.not.in.right"):
        return unverified(K.DEPENDENCY, said(case.event))
    return _others(case)


def said(event: Event) -> str:
    """The message in one line: `cannot find symbol: method shout() (class String)`."""
    lines = [" ".join(line.split()) for line in str(event.get("message", "")).split("\n")]
    head, rest = lines[0] if lines else "", lines[1:]
    symbol = next((one for one in rest if one.startswith("symbol:")), "")
    place = next((one for one in rest if one.startswith("location:")), "")
    if symbol:
        where = place.removeprefix("location:").strip()
        tail = f" ({where})" if where and "class Snippet" not in where else ""
        return f"{head}: {symbol.removeprefix('symbol:').strip()}{tail}"
    return head


def is_context(ruling: Ruling) -> bool:
    """Whether a ruling says that something outside of the block is missing."""
    return ruling.verdict is Verdict.UNVERIFIED


# --- syntax ---------------------------------------------------------------------------------


def _syntax(case: Case) -> Ruling:
    words = newer_syntax(case.line)
    if words and (case.java < _NEWEST or words in ("string templates", "a later Java")):
        return unverified(K.TOOLCHAIN, f"this Java ({case.java}) does not know {words}")
    return red(K.SYNTAX, firm=True)


# --- names ----------------------------------------------------------------------------------


def _in_import(case: Case) -> bool:
    return re.match(r"\s*import\b", case.line) is not None


def _is_own(case: Case, package: str) -> bool:
    return any(package == own or package.startswith(f"{own}.") for own in case.own)


def _package(case: Case) -> Ruling:
    name = _text(case.args[0]) if case.args else ""
    if _is_own(case, name):
        return red(K.IMPORT, firm=True)
    if not _in_import(case):
        return unverified(K.CONTEXT, f"`{name}` is not defined in this block")
    if re.match(r"java\.", name) and not left_package(name) and case.java >= _NEWEST:
        return red(K.IMPORT, firm=True)
    return unverified(K.DEPENDENCY, f"the package `{name}` is not installed")


def _file(case: Case) -> Ruling:
    return unverified(K.DEPENDENCY, f"a class that it needs is not there: {said(case.event)}")


def _unresolved(case: Case) -> Ruling:
    kind, name = (_text(arg) for arg in (*case.args[:2], "", "")[:2])
    place = _place(case)
    if _in_import(case):
        return _unresolved_import(case, name, place)
    if "class" in kind or "kindname.interface" in kind or "kindname.annotation" in kind:
        return _unresolved_type(case, name, place)
    if place is None or _is_wrapper(case, place):
        return _unresolved_bare(case, kind, name)
    return _unresolved_member(case, name, place)


def _place(case: Case) -> Mapping[str, Any] | None:
    """The type in which a member was looked for: the last of the location's arguments."""
    nested = [arg for arg in case.args if isinstance(arg, dict) and "args" in arg]
    inner = nested[-1]["args"] if nested else []
    symbols = [arg for arg in inner if isinstance(arg, dict) and "class" in arg]
    return symbols[-1] if symbols else None


def _is_wrapper(case: Case, place: Mapping[str, Any]) -> bool:
    wrapper = case.job.facts.get("wrapper", "")
    return bool(wrapper) and place.get("class") == wrapper and place.get("text") == wrapper


def _unresolved_import(case: Case, name: str, place: Mapping[str, Any] | None) -> Ruling:
    match = re.match(r"\s*import\s+(?:static\s+)?([\w.]+)\s*;?", case.line)
    whole = match.group(1) if match else name
    package = str(place.get("package", "")) if place else whole.rpartition(".")[0]
    if _is_own(case, package) or _is_own(case, whole.rpartition(".")[0]):
        return red(K.IMPORT, firm=True)
    if whole.startswith("java.") and not newer_or_gone(name) and not left_package(whole):
        return red(K.IMPORT, firm=True)
    return unverified(K.DEPENDENCY, f"`{whole}` is not in what is installed")


def _unresolved_type(case: Case, name: str, place: Mapping[str, Any] | None) -> Ruling:
    if newer_or_gone(name) and case.java < _NEWEST:
        return unverified(K.TOOLCHAIN, f"this Java ({case.java}) does not know `{name}`")
    ours = place is not None and _is_own(case, str(place.get("package", "")))
    if ours and f".{name}" in case.line.replace(" ", ""):  # Outer.Gone, of a class of ours
        return red(K.ATTRIBUTE, firm=True)
    if misspelt(name, _code(case)):
        return red(K.NAME)
    return unverified(K.CONTEXT, f"`{name}` is not defined in this block")


def _unresolved_bare(case: Case, kind: str, name: str) -> Ruling:
    if newer_or_gone(name) and name[:1].isupper() and case.java < _NEWEST:
        return unverified(K.TOOLCHAIN, f"this Java ({case.java}) does not know `{name}`")
    if misspelt(name, _code(case)):
        return red(K.NAME)
    what = "method " if "method" in kind else ""
    return unverified(K.CONTEXT, f"the {what}`{name}` is not defined in this block".replace(
        "the `", "`"))  # fmt: skip


def _unresolved_member(case: Case, name: str, place: Mapping[str, Any]) -> Ruling:
    package, owner = str(place.get("package", "")), str(place.get("class", ""))
    if place.get("erroneous") is True:
        return unverified(K.CONTEXT, f"`{name}` is not defined in this block")
    if _is_own(case, package) and not _of_block(case, owner):
        return red(K.ATTRIBUTE, firm=True)
    if _of_block(case, owner):
        return _member_of_block(case, name, owner)
    if package.startswith(("java.", "javax.", "jdk.")):
        if (newer_or_gone(name) and case.java < _NEWEST) or name in ("stop", "suspend", "resume"):
            words = f"this Java ({case.java}) has no `{name}` in `{owner}`"
            return unverified(K.TOOLCHAIN, words)
        return red(K.ATTRIBUTE, firm=True)
    if case.environment is None or case.environment.facts.get("incomplete"):
        return unverified(K.CONTEXT, f"`{name}` is not defined in this block")
    return red(K.ATTRIBUTE)


def _of_block(case: Case, owner: str) -> bool:
    """Whether a class is one that the block, or what it runs with, declares."""
    simple = re.split(r"[.$]", owner)[-1] if owner else ""
    outer = re.split(r"[.$]", owner)
    names = _declared_types(case.job)
    return simple in names or any(part in names for part in outer)


def declares(name: str, job: Job) -> bool:
    """Whether the block, or what it runs with, declares a type of this simple name."""
    return name in _declared_types(job)


def _declared_types(job: Job) -> set[str]:
    found = {job.facts.get("wrapper", "")}
    for item in (job.snippet, *job.context):
        root = tree(item.code)
        if root is not None:
            found |= {name_of(node) for node in nodes(root) if node.type in TYPES}
    if job.facts.get("lent"):
        found |= set(re.findall(r"`(\w+)`", job.facts["lent"]))
    return found - {""}


def _member_of_block(case: Case, name: str, owner: str) -> Ruling:
    """A member that a class of the block lacks: red only where its receiver is written out.

    What is called bare may be inherited or left out; a class with annotations may get members from
    a processor, which never runs here.
    """
    simple = re.split(r"[.$]", owner)[-1]
    if f"`{simple}`" in case.job.facts.get("lent", ""):
        return unverified(K.CONTEXT, f"`{simple}` of an earlier block shows no `{name}`")
    bare = not re.search(rf"[\w)\]>]\s*(?:\.|::)\s*{re.escape(name)}\b", case.line)
    if bare or re.search(rf"\bthis\s*\.\s*{re.escape(name)}\b", case.line) or elided(_code(case)):
        return unverified(K.CONTEXT, f"`{name}` is not defined in this block")
    if _generated(case, simple):
        return unverified(K.CONTEXT, f"`{name}` may be generated by an annotation of `{simple}`")
    return red(K.ATTRIBUTE)


def _generated(case: Case, simple: str) -> bool:
    root = tree(case.job.snippet.code)
    for node in nodes(root) if root is not None else ():
        if node.type in TYPES and name_of(node) == simple:
            notes = {word for word in modifiers(node) if word.startswith("@")}
            below = {word for part in nodes(node) for word in _notes(part)}
            if (notes | below) - {"@Override", "@Deprecated", "@FunctionalInterface"}:
                return True
    return False


def _notes(node: Any) -> set[str]:
    return (
        {word for word in modifiers(node) if word.startswith("@")}
        if node.type.endswith("_declaration")
        else set()
    )


# --- calls and the rest ---------------------------------------------------------------------


def _arguments(case: Case) -> Ruling:
    places = [arg for arg in case.args if isinstance(arg, dict) and "class" in arg]
    place = places[-1] if places else None
    counted = "arg.length.mismatch" in json.dumps(case.args)
    simple = re.split(r"[.$]", str(place["class"]))[-1] if place is not None else ""
    if simple and f"`{simple}`" in case.job.facts.get("lent", ""):
        return unverified(
            K.CONTEXT, f"`{simple}` of an earlier block may show less: {said(case.event)}"
        )
    if place is not None and _of_block(case, str(place.get("class", ""))):
        if elided(_code(case)) or _generated(case, simple):
            return unverified(K.CONTEXT, f"leaves code out: {said(case.event)}")
        return red(K.ARGUMENT)
    own = place is not None and _is_own(case, str(place.get("package", "")))
    return red(K.ARGUMENT, firm=own and counted)


_TYPES = (
    "prob.found.req", "incomparable.types", "operator.cant.be.applied", "illegal.initializer",
    "not.encl.class", "unexpected.type", "array.req", "foreach.not.applicable", "cant.inherit",
    "not.within.bounds", "improperly.formed", "type.doesnt.take.params", "wrong.number.type.args",
    "types.incompatible", "cant.infer",
)  # fmt: skip
_FRAGMENT = ("non-static.cant.be.ref", "method.does.not.override.superclass", "var.might",
             "missing.ret.stmt", "does.not.override.abstract", "call.must", "no.encl.instance",
             "no.superclass", "name.clash", "annotation.type.not.applicable", "encl.class.required",
             "not.loop.label", "undef.label", "ret.outside.meth", "break.outside",
             "local.variables.referenced", "cant.ref.non.effectively.final",
             "cont.outside")  # fmt: skip


def _others(case: Case) -> Ruling:
    code, kind = case.code, case.job.facts.get("kind", "")
    if code.startswith(("already.defined", "duplicate.class")):
        return _twice(case)
    if kind == "module":
        return unverified(K.CONTEXT, f"a part of more: {said(case.event)}")
    empty = code == "missing.ret.stmt" and re.search(r"\{\s*\}", case.line) is not None
    if empty or code == "var.not.initialized.in.default.constructor":  # only sketched
        return unverified(K.CONTEXT, f"a part of more: {said(case.event)}")
    if code.startswith(_FRAGMENT) and (kind != "unit" or elided(_code(case))):
        return unverified(K.CONTEXT, f"a part of more: {said(case.event)}")
    if elided(_code(case)) and code.startswith(("unreported", "except.never", "missing")):
        return unverified(K.CONTEXT, f"leaves code out: {said(case.event)}")
    if code.startswith(("not.def.public", "report.access", "cant.deref")):
        return red(K.ATTRIBUTE)
    return red(K.TYPE if code.startswith(_TYPES) else K.COMPILE)


def _twice(case: Case) -> Ruling:
    """One name declared twice: alternatives, where they stand apart in a fragment."""
    apart = re.search(r"\n\s*(?:\n|//|/\*)", case.job.snippet.code.strip()) is not None
    if (case.job.facts.get("kind") == "script" and apart) or case.job.context:
        return unverified(K.CONTEXT, f"shows more than one way: {said(case.event)}")
    return red(K.COMPILE)


def _code(case: Case) -> str:
    return case.job.snippet.code


def _text(arg: Any) -> str:
    return str(arg.get("text", "")) if isinstance(arg, dict) else str(arg)


def chosen(rulings: Sequence[tuple[Event, Ruling]]) -> tuple[Event, Ruling]:
    """The one that decides: what is wrong in any case, then what is missing, then the first.

    A diagnostic beside a missing name follows from it, or may.
    """
    for pair in rulings:
        if pair[1].verdict is Verdict.BROKEN and pair[1].firm:
            return pair
    for kind in (K.DEPENDENCY, K.TOOLCHAIN, K.CONTEXT):
        for pair in rulings:
            if is_context(pair[1]) and pair[1].kind is kind:
                return pair
    return rulings[0]


__all__ = ["Case", "Ruling", "chosen", "feature", "is_context", "red", "rule", "said", "unverified"]
