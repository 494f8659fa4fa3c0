"""Which programs may stand in one crate with others, as modules of it (rustdoc's rules, and more).

A module is no crate: whatever names the crate, stands for all of it, or shows a path is left out.
Source of the first rules: rustdoc's `doctest/make.rs` and `doctest/runner.rs`,
https://doc.rust-lang.org/rustdoc/write-documentation/documentation-tests.html#controlling-how-doctests-are-compiled-and-run.
"""

import re

from doc_healing.languages.rust.announced import announced_rows
from doc_healing.languages.rust.shape import Shape
from doc_healing.languages.rust.tree import facts, plain
from doc_healing.languages.rust.variants import Variant
from doc_healing.model import Mode, Snippet

_OLDEST = "2018"  # paths of 2015 begin at the crate
_ALONE = frozenset({"standalone_crate", "standalone", "test_harness"})
# The crate and its parents; what the linker sees or the whole program has one of.
_WHOLE = (
    "crate super extern no_mangle export_name link_section link link_name no_std no_main no_core "
    "macro_use macro_export global_allocator panic_handler alloc_error_handler global_asm naked "
    "used proc_macro proc_macro_derive proc_macro_attribute start test bench"
)
# What tells a program where it was compiled, or shows it to its reader.
_PLACES = (
    "module_path file type_name type_name_of_val TypeId Location Backtrace caller track_caller dbg "
    "set_hook take_hook catch_unwind PanicInfo PanicHookInfo include include_str include_bytes "
    "rust_out"
)
_WORDS = re.compile(rf"\b(?:{'|'.join((*_WHOLE.split(), *_PLACES.split()))})\b|__doc_|#!\[")
_MODULE = re.compile(r"\bmod\s+(?:r#)?\w+\s*;")
_MAIN = re.compile(r"\bfn\s+main\b")
_PLAIN_MAIN = re.compile(r"\bfn\s+main\s*\(\s*\)\s*(?:->([^{]*))?\{")


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
        and not _WORDS.search(text)
        and not _MODULE.search(text)
        and _has_plain_main(variant.text)
    )


def _has_plain_main(text: str) -> bool:
    """One `main` alone, that takes and hides nothing: another the compiler may refuse, or not."""
    text = plain(text)
    found = _PLAIN_MAIN.search(text)
    returned = found[1] or "" if found else ""
    return found is not None and len(_MAIN.findall(text)) == 1 and "impl" not in returned
