"""One block and the marks over it become its language, its instructions and its state."""

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from doc_healing.documents.dialects import code, labels, own
from doc_healing.documents.dialects.attributes import ATTRIBUTES, version
from doc_healing.documents.dialects.info import Info, parse
from doc_healing.documents.dialects.interpretation import Annotated
from doc_healing.documents.dialects.marks import Over
from doc_healing.documents.dialects.rules import (
    Effect,
    Hit,
    Rule,
    may_fail,
    merge,
    only_if,
    python_condition,
    skip,
)
from doc_healing.documents.page import Block
from doc_healing.model import Instructions, Marker, Mode, Role, State

_PYTHON_DIRECTIVES = frozenset({"doctest", "testcode", "testsetup", "testcleanup"})
_GROUPED = _PYTHON_DIRECTIVES | {"testoutput"}
_ROLES = {"testsetup": Role.SETUP, "testcleanup": Role.TEARDOWN}
_ESLINT_FILE = re.compile(r"filename=(.+)")


@dataclass(frozen=True, slots=True)
class Setting:
    """What the whole page says: the tools that it is written for, and its kernel's language."""

    dialects: frozenset[str] = frozenset()
    shares: bool = False  # all its Python blocks are one program, as Sybil runs them
    kernel: str = "python"


def annotate(over: Over, setting: Setting) -> Annotated:
    """The block's language, instructions and state, by everything that stands over it."""
    block, info = over.block, parse(over.block.info)
    directive = (block.directive or info.directive).lower()
    label = _label(block, info, directive, setting)
    language = labels.language(label)
    name = language.name if language else label
    hits = _hits(over, info, name, directive)
    instructions = _instructions(hits)
    if language:
        instructions = merge(Instructions(flags=language.flags), instructions)
        instructions = _session(instructions, over, info, directive, setting, name)
    skips = [hit for hit in hits if hit.effect.skip]
    if skips:
        instructions = dataclasses.replace(instructions, skip_reason=_said(skips[-1]))
    state, reason = _state(block, name if language else None, label, instructions, directive)
    return Annotated(block, name, instructions, state, reason)


def _label(block: Block, info: Info, directive: str, setting: Setting) -> str:
    if directive in _PYTHON_DIRECTIVES:
        return "pycon" if directive == "doctest" else "python"
    if directive == "testoutput":
        return "output"
    if directive in {"ipython", "jupyter-execute"}:
        return "ipython"
    if directive == "literalinclude":
        return (block.options or {}).get("language") or _ending(block.info)
    if directive == "code-cell" and not info.label:
        return setting.kernel
    return info.label


def _ending(info: str) -> str:
    """The label by an included file's ending, where the directive names no language."""
    name = info.partition("}")[2].strip().rsplit("/", 1)[-1]
    return name.rpartition(".")[2] if "." in name.lstrip(".") else ""


def _hits(over: Over, info: Info, language: str, directive: str) -> list[Hit]:
    """Every marker of the block: what stands nearer comes later, and so wins; our own is last."""
    attributes = _attributes(over.block, info, language)
    twoslash = any(hit.rule.spelling == "ts twoslash" for hit in attributes)
    options = _options(over.block, directive)
    inside = code.hits(over.block, language, twoslash)
    hits = [*(mark.hit for mark in over.marks), *inside, *options, *attributes]
    return sorted(hits, key=lambda hit: hit.rule.dialect == own.DIALECT)


def _attributes(block: Block, info: Info, language: str) -> list[Hit]:
    found = []
    for attribute in info.attributes:
        for rule in ATTRIBUTES:
            if rule.languages and language not in rule.languages:
                continue
            if match := rule.pattern.fullmatch(attribute.text):
                spelling = f"{info.label} {attribute.text}".strip()
                found.append(Hit(rule, rule.read(match), spelling, block.line))
                break
    return found


def _options(block: Block, directive: str) -> list[Hit]:
    """MyST options: sphinx.ext.doctest's and the tags of MyST-NB's cells."""
    found = []
    for name, value in (block.options or {}).items():
        effect = _option(name.strip(":").lower(), value, directive)
        if effect != Effect():
            tool = "sphinx.ext.doctest" if directive in _GROUPED else "MyST-NB"
            rule = Rule(tool, f":{name}:", re.compile(""), "", effect)
            found.append(Hit(rule, effect, f":{name}: {value}".strip(), block.line))
    return found


def _option(name: str, value: str, directive: str) -> Effect:
    if directive == "code-cell" and name == "tags":
        tags = set(re.findall(r"[\w-]+", value))
        if tags & {"skip-execution", "raises-exception"}:
            return skip() if "skip-execution" in tags else may_fail()
    if directive not in _GROUPED:
        return Effect()
    match name:
        case "skipif" if value:
            return only_if(python_condition(value))
        case "pyversion" if value:
            return only_if(version(value))
        case "options":
            words = tuple(re.findall(r"[+-][A-Z_]+", value))
            return Effect(Instructions(doctest_options=words), skip="+SKIP" in words)
    return Effect()


def _instructions(hits: Sequence[Hit]) -> Instructions:
    result = Instructions()
    for hit in hits:
        result = merge(result, hit.effect.change)
    if result.mode is not Mode.FAIL:
        result = dataclasses.replace(result, must_fail=None)
    markers = tuple(Marker(hit.rule.dialect, hit.spelling, hit.line) for hit in hits)
    return dataclasses.replace(result, markers=markers)


def _session(
    instructions: Instructions, over: Over, info: Info, directive: str, setting: Setting, name: str
) -> Instructions:
    """The session that the block is part of without saying so itself, by its tool's rules."""
    implied = instructions.session
    if directive in _GROUPED:
        group = (info.label or "default").split(",")[0]
        implied = implied or ("" if group == "*" else group)
        role = _ROLES.get(directive, instructions.role)
        instructions = dataclasses.replace(instructions, role=role)
    elif not implied and not instructions.continues:
        if directive in {"code-cell", "ipython", "jupyter-execute"} or info.cell:
            implied = "cells"
        elif setting.shares and name == "python":
            implied = "sybil"
    if over.era and implied:
        implied = f"{implied}#{over.era + 1}"
    if directive == "" and "eslint" in setting.dialects:
        instructions = _eslint_file(instructions, info)
    return dataclasses.replace(instructions, session=implied)


def _eslint_file(instructions: Instructions, info: Info) -> Instructions:
    """Where a page is written for eslint, `filename=` says which file the block is."""
    names = [_ESLINT_FILE.fullmatch(attribute.text) for attribute in info.attributes]
    found = [match[1] for match in names if match]
    return dataclasses.replace(instructions, file_name=found[0]) if found else instructions


def _said(hit: Hit) -> str:
    reason = f": {hit.effect.reason}" if hit.effect.reason else ""
    return f"`{hit.spelling}` ({hit.rule.dialect}, line {hit.line}){reason}"


def _state(
    block: Block, language: str | None, label: str, instructions: Instructions, directive: str
) -> tuple[State, str]:
    if instructions.skip_reason:
        return State.SKIPPED, instructions.skip_reason
    if block.unreadable:
        return State.UNREADABLE, block.unreadable
    if "txm-output" in instructions.flags or directive == "testoutput":
        return State.ILLUSTRATIVE, "output of another block"
    if instructions.mode is Mode.ILLUSTRATIVE:
        by = instructions.markers[-1].spelling if instructions.markers else "a marker"
        return State.ILLUSTRATIVE, f"`{by}` says that it is no program"
    if language is None:
        return State.ILLUSTRATIVE, _why_not(label)
    return State.RUNNABLE, ""


def _why_not(label: str) -> str:
    name = labels.plain(label)
    if not name:
        return "no label"
    if name in labels.OUTPUTS:
        return f"`{label}` is output"
    if name in labels.SHELLS:
        return f"`{label}` is a shell session"
    if name in labels.PLAIN_TEXT:
        return f"`{label}` is plain text"
    return f"`{label}` is not a language we run"


def kernel(front_matter: Mapping[str, object] | None) -> str:
    """The language of a notebook's cells, by its front matter (Jupytext, MyST-NB)."""
    spec = (front_matter or {}).get("kernelspec")
    if not isinstance(spec, Mapping):
        return "python"
    name = str(spec.get("language") or spec.get("name") or "python")
    return name if labels.language(name) else {"ir": "r"}.get(name, name)
