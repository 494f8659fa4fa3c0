"""What a block is, and what completes it: rustdoc's `main`, and what rustdoc leaves to authors.

Source of rustdoc's part: `doctest/make.rs`. Beyond it a fragment may end without a semicolon, use
`?` without an `Ok`, `.await` something, or hold items that have to stand at the crate's root.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from doc_healing.languages.rust import notation
from doc_healing.languages.rust.tree import Facts, facts, plain
from doc_healing.languages.trees import nodes
from doc_healing.model import Level


class Kind(StrEnum):
    """Where the code of a block stands in its program."""

    WHOLE = "whole"  # it has its own `main`, or needs none
    ITEMS = "items"  # at the crate's root, with an empty `main`
    BODY = "body"  # in `main`
    NONE = "none"  # no program: the reason says why


@dataclass(frozen=True, slots=True)
class Wrap:
    """A line before the code and one behind it, and the words for what they add."""

    before: str
    after: str
    added: str = ""
    level: Level = Level.RUNS


@dataclass(frozen=True, slots=True)
class Shape:
    """A block's kind, and the ways to complete it: the first that compiles counts."""

    kind: Kind
    reason: str = ""
    wraps: tuple[Wrap, ...] = ()


# Items at the crate's root, as in their library; and where rustdoc puts them.
ALONE = Wrap("", "fn main() {}", "", Level.BUILDS)
INSIDE = Wrap("fn main() {", "}", "", Level.BUILDS)
_INNER = "core::result::Result<(), impl core::fmt::Debug>"
_BOXED = "core::result::Result<(), Box<dyn std::error::Error>>"
# It panics where the `?` stands: the place of an error that is passed on is else nowhere told.
_PLACED = (
    "struct __DocError; impl<T: Into<Box<dyn std::error::Error>>> From<T> for __DocError { "
    "#[track_caller] fn from(error: T) -> Self { let error: Box<dyn std::error::Error> = "
    'error.into(); panic!("Error: {error:?}") } }'
)
_RESULT = Wrap(
    f"fn main() {{ fn _inner() -> {_INNER} {{", "} _inner().unwrap() }", "a `Result` for its `?`"
)
_TRIES = (
    Wrap(
        f"fn main() {{ {_PLACED} fn _inner() -> core::result::Result<(), __DocError> {{",
        "; Ok(()) } let _ = _inner(); }",
        "a `Result` for its `?`",
    ),
    Wrap(
        f"fn main() {{ fn _inner() -> {_BOXED} {{",
        "; Ok(()) } _inner().unwrap() }",
        "a `Result` for its `?`",
    ),
    Wrap(
        "fn main() { fn _inner() -> core::option::Option<()> {",
        "; Some(()) } _inner().unwrap() }",
        "an `Option` for its `?`",
    ),
)
_VALUE = Wrap(
    "fn main() { fn _inner() -> core::result::Result<impl Sized, Box<dyn std::error::Error>> {",
    '} if let Err(error) = _inner() { panic!("Error: {error:?}") } }',
    "a `Result` for its value",
)
_UNRUN = "a function around it, which is compiled and not run"
_RETURNS = (
    *(
        Wrap(
            f"fn main() {{ fn _inner() -> {result} {{",
            f"{end} }} let _ = _inner; }}",
            _UNRUN,
            Level.BUILDS,
        )
        for result, end in (
            (_BOXED, "; Ok(())"),
            ("core::result::Result<impl Sized, Box<dyn std::error::Error>>", ""),
            ("core::option::Option<()>", "; Some(()) "),
        )
    ),
    Wrap("fn main() {", ";}", "a semicolon at its end"),
)
_AWAITS = tuple(
    Wrap(
        f"fn main() {{ async fn _inner() -> {result} {{",
        f"{end} }} let _ = _inner; }}",
        "an async function around it, which is compiled and not run",
        Level.BUILDS,
    )
    for result, end in ((_BOXED, "; Ok(())"), (_INNER, ""), ("()", ";"))
)


def shape(code: str) -> Shape:
    """What a block is, by its text."""
    found = facts(code)
    why = notation.reason(code)
    if why:
        return Shape(Kind.NONE, why)
    if not found.parses:
        return _unclosed(code) or _unparsed(code)
    if found.whole or re.search(r"#!\[no_(std|main)\]", plain(code)):
        return Shape(Kind.WHOLE, wraps=(Wrap("", ""),))
    if found.items_only:
        return Shape(Kind.ITEMS, wraps=(ALONE,))
    return Shape(Kind.BODY, wraps=_body(code, found))


def literal(code: str) -> Shape:
    """The program that rustdoc itself would make, and nothing else: for what must not compile."""
    found = facts(code)
    if found.whole or re.search(r"#!\[no_(std|main)\]", plain(code)):
        return Shape(Kind.WHOLE, wraps=(Wrap("", ""),))
    if not found.parses:
        return _unparsed(code)
    wrap = _RESULT if _ends_well(code) else Wrap("fn main() {", "}")
    return Shape(Kind.BODY, wraps=(wrap,))


def elided(code: str) -> bool:
    """Whether comments in a block stand for code that is left out."""
    found = facts(code)
    for node in nodes(found.root) if found.root is not None else ():
        if node.type in ("line_comment", "block_comment"):
            text = re.sub(r"^(//+!?|/\*+)|\*/$", "", found.text(node)).strip()
            if re.match(r"(\.\.|…|-- ?snip|snip\b|etc\b|omitted|TODO\b)", text, re.IGNORECASE):
                return True
            if re.search(
                r"\b(snip|your code|elided|omitted|left out|code here|goes here)\b|\.\.\.$", text
            ):
                return True
    return bool(re.search(r"\b(todo|unimplemented)!\s*[(\[{]", plain(code)))


def _body(code: str, found: Facts) -> tuple[Wrap, ...]:
    if found.awaits:
        return _AWAITS if not _ends_well(code) else (*_AWAITS[1:2], *_AWAITS[:1], _AWAITS[2])
    if _ends_well(code):
        return (_RESULT, *_TRIES[:2])
    if any(node.named_children for node in found.returns):
        return _RETURNS
    if found.tries and found.tail is not None and found.text(found.tail).startswith("Ok("):
        return (_VALUE, *_TRIES)
    if found.tries:
        return _TRIES
    if found.tail is not None and found.text(found.tail).rstrip().endswith((")", "}", "]")):
        # Mostly it is a call; a semicolon of ours would hide nothing but its value's type.
        return (Wrap("fn main() {", "}"), _closed())
    return (_closed() if found.tail is not None else Wrap("fn main() {", "}"),)


def _closed() -> Wrap:
    return Wrap("fn main() {", ";}", "a semicolon at its end")


def _ends_well(code: str) -> bool:
    """rustdoc's own sign of a block that gives a `Result`."""
    return code.rstrip().endswith("(())")


def _unparsed(code: str) -> Shape:
    """What rustc has the last word on; around a `main` of its own there is nothing to add."""
    main = re.search(r"(?m)^\s*(?:pub\s+)?(?:async\s+)?fn\s+main\b", plain(code))
    wrap = Wrap("", "") if main else Wrap("fn main() {", "}")
    return Shape(Kind.BODY, wraps=(wrap,))


def _unclosed(code: str) -> Shape | None:
    """A header alone (`impl Shape for Circle {`, `fn main() {`), closed."""
    if not code.rstrip().endswith("{"):
        return None
    stack: list[str] = []
    for character in plain(code):
        if character in "{([":
            stack.append(character)
        elif character in "})]" and stack:
            stack.pop()
    closers = "".join({"{": "}", "(": ")", "[": "]"}[item] for item in reversed(stack))
    if not stack or len(stack) > 8 or not facts(f"{code}\n{closers}\n").parses:
        return None
    added = "the end of a block that stays open"
    inner = shape(f"{code}\n{closers}\n")
    wraps = tuple(
        Wrap(wrap.before, f"{closers}\n{wrap.after}", added, Level.BUILDS) for wrap in inner.wraps
    )
    return Shape(inner.kind, wraps=wraps) if wraps else None
