"""What the words and places of one compiler's error tell of what it is about."""

import re

from doc_healing.languages.rust.codes import LACKING
from doc_healing.languages.rust.reports import Diagnostic
from doc_healing.languages.rust.slips import slip

_AUTOMATIC = frozenset({"Send", "Sync", "Sized", "Unpin", "Copy", "Fn", "FnMut", "FnOnce"})


def missing_crate(error: Diagnostic) -> str:
    """The crate or module that is not there at all."""
    for pattern in (
        r"unresolved module or unlinked crate `([\w]+)`",
        r"maybe a missing crate `(\w+)`",
        r"undeclared crate or module `(\w+)`",
        r"can't find crate for `(\w+)`",
        r"cannot find module or crate `(\w+)`",
        r"could not find `(\w+)` in the list of imported crates",
    ):
        if match := re.search(pattern, error.words):
            return match[1]
    return ""


def root_of(error: Diagnostic) -> str:
    """The crate that an error of a path speaks of; empty where its words do not tell."""
    labels = "\n".join(span.label for span in error.spans)
    for text in (error.message, labels):
        if match := re.search(r"\bin (?:crate|module) `r?#?(\w+)", text):
            return match[1]
    if match := re.match(r"unresolved imports? `(?:::)?r?#?(\w+)", error.message):
        return match[1]
    if match := re.search(
        r"(?:could not|cannot) find `\w+` in `r?#?(\w+)", f"{error.message}\n{labels}"
    ):
        return match[1]
    return ""


def defined_in(error: Diagnostic) -> str:
    """Where the item stands that an error points at: in the block, the library, the project."""
    files = [span.file for span in error.near if span.file]
    others = [file for file in files if not re.fullmatch(r"main\d*\.rs", file)]
    if not others:
        return "block"
    if any(file.startswith("/rustc/") or "/lib/rustlib/" in file for file in others):
        return "standard"
    foreign = any("/registry/" in file or "/git/checkouts/" in file for file in others)
    return "dependency" if foreign else "project"


def is_of_block(error: Diagnostic) -> bool:
    """Whether the type or function that an error speaks of is the block's own."""
    spans = [span for span in (*error.spans, *error.near) if not span.primary]
    return any(
        re.fullmatch(r"main\d*\.rs", span.file) is not None
        and re.search(r"for this|defined here", span.label) is not None
        for span in spans
    )


def is_argument(error: Diagnostic) -> bool:
    """Whether it is a value of another type than a function of the repository takes."""
    refused = any(re.match(r"arguments to this .* incorrect", s.label) for s in error.spans)
    return error.code == "E0308" and refused and defined_in(error) == "project"


def is_generic(error: Diagnostic) -> bool:
    """Whether it is about a type parameter, whose bounds may be among what is missing."""
    words = f"{error.message}\n" + "\n".join(span.label for span in error.spans)
    return error.code == "E0220" or "type parameter" in words


def unmet_traits(error: Diagnostic) -> set[str]:
    """The traits that something does not implement."""
    bounds = re.findall(r"`[^`\n]*?: (?:[\w:]+::)?(\w+)[^`\n]*`", error.words)
    return {*bounds, *re.findall(r"the trait `(?:[\w:]+::)?(\w+)", error.words)} - _AUTOMATIC


def is_near(error: Diagnostic) -> bool:
    """Whether it is a slip of a name that the compiler knows."""
    quoted = re.findall(r"`(\w+)`", error.message)
    wrong = re.findall(r"\bno `(\w+)`|find `(\w+)`", "\n".join(s.label for s in error.spans))
    names = {*quoted, *(name for pair in wrong for name in pair if name)}
    names |= {path.rpartition("::")[2] for path in re.findall(r"`([\w:]+)`", error.message)}
    known = {text.rpartition("::")[2] for text in error.instead}
    known |= {name for note in error.notes for name in re.findall(r"`(\w+)`", note)}
    return any(slip(name, known) for name in names)


def is_local(error: Diagnostic) -> bool:
    """Whether the compiler knows a similar name within the block itself."""
    near = [span for span in (*error.spans, *error.near) if "similarly named" in span.label]
    return any(re.fullmatch(r"main\d*\.rs", span.file) for span in near) or bool(
        re.search(r"a local variable with a similar name", "\n".join(error.notes))
    )


def is_lacking(error: Diagnostic) -> bool:
    """Whether it speaks of a name that nothing binds."""
    said = r"cannot find |failed to resolve|use of (?:undeclared|unresolved)"
    return error.code in LACKING or re.match(said, error.message) is not None
