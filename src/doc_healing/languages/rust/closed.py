"""Programs to which nothing can be missing: all that they name stands in them or in `std`."""

import re

from doc_healing.languages.rust.borrowed import STANDARD
from doc_healing.languages.rust.shape import elided
from doc_healing.languages.rust.tree import Facts, comments, facts, plain, use_names

MACROS = frozenset(
    "print println eprint eprintln format write writeln dbg vec matches panic unreachable "
    "assert assert_eq assert_ne debug_assert debug_assert_eq debug_assert_ne concat stringify "
    "line file column module_path format_args".split()
)
_DERIVED = frozenset("Debug Clone Copy PartialEq Eq PartialOrd Ord Hash Default".split())
_ATTRIBUTES = frozenset(
    "derive allow warn deny expect inline must_use repr non_exhaustive default doc cold".split()
)
_MODULE = re.compile(r"\bmod\s+\w+\s*;|\bextern\b|\bmacro_rules\b")
_TELLING = re.compile(r"\.\.|…|\b(?:above|before|previous|earlier|same|rest|other|omit|define)")


def is_closed(code: str) -> bool:
    """Whether a program has its own `main`, and no macro, glob or foreign crate adds names to it.

    No comment may speak of code that is elsewhere either.
    """
    found = facts(code)
    return (
        found.parses
        and found.whole
        and not elided(code)
        and found.macros <= MACROS
        and not _MODULE.search(plain(code))
        and not any(_TELLING.search(text) for _, text in comments(found))
        and _is_plain(code)
        and _uses_std(found)
    )


def has_functions(code: str) -> bool:
    """Whether a program shows functions beside its `main`: it then shows those that it calls."""
    return len([node for node in facts(code).top if node.type == "function_item"]) > 1


def _is_plain(code: str) -> bool:
    """Whether no attribute of another crate rewrites an item."""
    attributes = re.findall(r"#!?\[\s*([\w:]+)", plain(code))
    derived = " ".join(re.findall(r"\bderive\(([^)]*)\)", plain(code)))
    return set(attributes) <= _ATTRIBUTES and set(re.findall(r"\w+", derived)) <= _DERIVED


def _uses_std(found: Facts) -> bool:
    paths = [pair for node in found.uses for pair in use_names(found, node)]
    return all(name != "*" and path.split("::")[0] in STANDARD for name, path in paths)
