"""Which programs may stand in one crate with others, as modules of it (rustdoc's rules, and more).

A module is no crate: whatever names the crate, stands for all of it, or shows a path is left out.
Source of the first rules: rustdoc's `doctest/make.rs` and `doctest/runner.rs`,
https://doc.rust-lang.org/rustdoc/write-documentation/documentation-tests.html#controlling-how-doctests-are-compiled-and-run.
"""

import re

from doc_healing.languages.rust.announced import announced_rows
from doc_healing.languages.rust.shape import Shape
from doc_healing.languages.rust.tree import Facts, facts, plain
from doc_healing.languages.rust.variants import Variant
from doc_healing.model import Mode, Snippet

_OLDEST = "2018"  # paths of 2015 begin at the crate
_ALONE = frozenset({"standalone_crate", "standalone", "test_harness"})
# The crate itself, and whatever the whole of a binary has one of; `super` has a rule of its own.
_CRATE = (
    r"\bextern\b(?!\s+crate\s+(?!self\b))|(?<!extern )\bcrate\b"
    r"|\b(?:macro_use|macro_export|global_asm|rust_out)\b|#!\[|__doc_"
)
_ATTRIBUTES = (
    "no_mangle export_name link_section link link_name linkage naked used start proc_macro "
    "proc_macro_derive proc_macro_attribute global_allocator panic_handler alloc_error_handler "
    "track_caller target_feature"
)
# What tells a program where it was compiled, or shows it to its reader.
_MACROS = "module_path file dbg include include_str include_bytes"
_PLACES = (
    "type_name type_name_of_val TypeId Location Backtrace set_hook take_hook catch_unwind "
    "PanicInfo PanicHookInfo"
)
_NEVER = re.compile(
    rf"{_CRATE}"
    rf"|#\[[^\]]*\b(?:{'|'.join(_ATTRIBUTES.split())})\b"
    rf"|\b(?:{'|'.join(_MACROS.split())})\s*!"
    rf"|\b(?:{'|'.join(_PLACES.split())})\b"
)
_MODULE = re.compile(r"\bmod\s+(?:r#)?\w+\s*;")
_MAIN = re.compile(r"\bfn\s+main\b")
_PLAIN_MAIN = re.compile(r"\bfn\s+main\s*\(\s*\)\s*(?:->([^{]*))?\{")
_PARENTS = re.compile(rb"\bsuper\b(?:\s*::\s*super\b)*")
_OPAQUE = frozenset({"token_tree", "macro_definition"})


def mergeable(snippet: Snippet, form: Shape, variant: Variant) -> bool:
    """Whether the first program of a snippet means the same as a module."""
    asked = snippet.instructions
    return (
        asked.mode in (Mode.RUN, Mode.BUILD)
        and not asked.announced_at
        and not _ALONE & set(asked.flags)
        and variant.edition >= _OLDEST
        and bool(form.wraps)
        and not announced_rows(snippet.code)
        and _is_module(variant)
    )


def _is_module(variant: Variant) -> bool:
    shown = "".join(
        f"{line}\n"
        for line, row in zip(variant.text.split("\n"), variant.rows, strict=False)
        if row is not None
    )
    text = plain(re.sub(r"\bpub\s*\(\s*crate\s*\)", "pub       ", shown))
    return (
        facts(shown).parses
        and not _NEVER.search(text)
        and not _MODULE.search(text)
        and _stays_below(shown)
        and _has_plain_main(variant.text)
    )


def _has_plain_main(text: str) -> bool:
    """One `main` alone, that takes and hides nothing: another the compiler may refuse, or not."""
    text = plain(text)
    found = _PLAIN_MAIN.search(text)
    returned = found[1] or "" if found else ""
    hides = re.search(r"\b(?:impl|where)\b", returned)
    return found is not None and len(_MAIN.findall(text)) == 1 and not hides


def _stays_below(code: str) -> bool:
    """Whether each `super` stands in as many modules of the text as it climbs.

    The crate has no parent, and the compiler says so; a module has one.
    """
    found = facts(code)
    data = plain(code).encode("utf-8", "replace")
    if re.search(rb"\bsuper\s*::\s*\{[^;]*\bsuper\b", data):
        return False
    return all(
        _depth(found, match.start()) >= match[0].count(b"super")
        for match in _PARENTS.finditer(data)
    )


def _depth(found: Facts, at: int) -> int:
    """How many modules of a text are around a byte of it; none that a macro may have made."""
    node, depth = found.at(at), 0
    while node is not None:
        if node.type in _OPAQUE:
            return 0
        depth += node.type == "mod_item"
        node = node.parent
    return depth
