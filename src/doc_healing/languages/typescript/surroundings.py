"""What surrounds an error: whose the names of a program are, and what it leaves out."""

import json
import re
from collections.abc import Sequence

from tree_sitter import Node

from doc_healing.languages.javascript.modules import BUILTIN, package_of
from doc_healing.languages.javascript.tree import (
    Facts,
    facts,
    import_names,
    names_in,
    source_of,
)
from doc_healing.languages.trees import nodes
from doc_healing.languages.typescript.diagnostics import Diagnostic
from doc_healing.languages.typescript.policy import Case
from doc_healing.languages.typescript.program import bare
from doc_healing.languages.typescript.shape import lists_signatures, shape
from doc_healing.model import Environment, Job

# What gives `this` a meaning of its own; an arrow function takes that of its surroundings.
_OWNERS = frozenset(
    "function_declaration function_expression generator_function method_definition class_body "
    "generator_function_declaration".split()
)


def surroundings(job: Job, environment: Environment | None, missing: set[str]) -> Case:
    """What a rule may look at beside the error itself; `missing` are names not known here."""
    codes = [item.code for item in (*job.context, bare(job.snippet, shape(job.snippet.code)))]
    found = facts("\n".join(codes))
    own_modules = environment.modules if environment is not None else ()
    lent = set(json.loads(job.facts["guessed_names"])) - missing
    own = set(lent)
    foreign: set[str] = set(missing)
    for node in found.imports:
        module = source_of(found, node)
        names = {name for name, _ in import_names(found, node)}
        if package_of(module) in own_modules:
            own |= names
        elif module.startswith(".") and json.loads(job.facts["parts"]):
            continue  # a file of the block itself
        elif module.removeprefix("node:").split("/")[0] not in BUILTIN:
            foreign |= names
    made = [
        pair for node in (nodes(found.root) if found.root else ()) for pair in _makes(found, node)
    ]
    return Case(
        found=Diagnostic("", 0, 0, 0, ""),
        environment=environment,
        own=frozenset(_spread(own, made)),
        lent=frozenset(_spread(lent, made)),
        foreign=frozenset(_spread(foreign, made)),
        bound=frozenset(found.bound),
        missing=bool(missing),
        part=job.facts["wrapped"] == "yes",
        expecting=job.facts["expecting"] == "yes",
        listing=lists_signatures(job.snippet.code),
        classes=_classes(found),
        loose=_is_loose(found),
    )


def _makes(found: Facts, node: Node) -> list[tuple[str, set[str]]]:
    if node.type != "variable_declarator":
        return []
    pattern, value = node.child_by_field_name("name"), node.child_by_field_name("value")
    if pattern is None or value is None:
        return []
    words = set(re.findall(r"[A-Za-z_$][\w$]*", found.text(value)))
    return [(name, words) for name in names_in(found, pattern)]


def _spread(names: set[str], made: Sequence[tuple[str, set[str]]]) -> set[str]:
    """The names, and those of what is made of them."""
    known = set(names)
    for _ in range(6):
        more = {name for name, words in made if words & known} - known
        if not more:
            break
        known |= more
    return known


def _classes(found: Facts) -> frozenset[str]:
    """The classes that the program itself declares."""
    named = [
        node.child_by_field_name("name")
        for node in (nodes(found.root) if found.root else ())
        if node.type in ("class_declaration", "class")
    ]
    return frozenset(found.text(node) for node in named if node is not None)


def _is_loose(found: Facts) -> bool:
    """Whether `this` stands outside of everything: the class that it is of is not shown."""
    return any(
        node.type == "this" and node.is_named and not _is_owned(node)
        for node in (nodes(found.root) if found.root else ())
    )


def _is_owned(node: Node) -> bool:
    above = node.parent
    while above is not None and above.type not in _OWNERS:
        above = above.parent
    return above is not None
