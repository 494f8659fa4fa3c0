"""How Python's code gets at names: chains of members, names of types alone, what it binds itself.

`a.b.c` begins with `a`: what `a` is decides whose member `b` is. A type in an annotation, an
`except` or an `isinstance` is named and not made.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from doc_healing.model import Token

Chain = tuple[str, ...]

_OPENING, _CLOSING = frozenset("([{"), frozenset(")]}")
_CHECKS = frozenset({"isinstance", "issubclass"})
# What stands in their brackets is a type in other code than annotations as well.
_GENERIC = frozenset({"Union", "Optional", "Callable", "Dict", "List", "Tuple", "Type", "Iterable",
                      "Iterator", "Sequence", "Mapping", "Awaitable", "Coroutine", "Set",
                      "Generator", "AsyncIterator", "Generic", "Protocol", "Literal"})  # fmt: skip
_MAKERS = frozenset({"TypeVar", "NewType", "ParamSpec"})
_AFTER = frozenset({"as", "for", "global", "nonlocal", "del"})


@dataclass(frozen=True, slots=True)
class Chains:
    """Of each token by its place: the chain that begins there, and what kind of place it is."""

    at: dict[int, Chain] = field(default_factory=dict)
    within: frozenset[int] = frozenset()  # members that a chain tells
    hints: frozenset[int] = frozenset()  # in annotations
    checks: frozenset[int] = frozenset()  # where a type is compared with, in `except`
    bound: frozenset[int] = frozenset()  # names that the code binds by itself
    # What those names hold, where one call, one literal ((), nobody's) or an annotation says it.
    values: dict[int, Chain] = field(default_factory=dict)


def chains(tokens: Sequence[Token]) -> Chains:
    """The chains of a file."""
    at: dict[int, Chain] = {}
    within: set[int] = set()
    for place, token in enumerate(tokens):
        if place in within or (token.kind not in ("name", "literal") and token.text != "super"):
            continue
        if place and tokens[place - 1].text == "." and token.kind == "name":
            continue
        end = place + 3 if _is_super(tokens, place) else place + 1
        steps: list[str] = []
        while end + 1 < len(tokens) and tokens[end].text == "." and tokens[end + 1].kind == "name":
            within.add(end + 1)
            steps.append(tokens[end + 1].text)
            end += 2
        if token.kind == "literal":
            within.difference_update({end - 1} if len(steps) > 1 else ())
        elif steps:
            at[place] = (token.text, *steps)
    hints = {
        one for one in _hints(tokens) if not _called(tokens, one + 2 * len(at.get(one, "1")) - 2)
    }
    bound = frozenset(_bound(tokens))
    values = {one: held for one in bound if (held := _held(tokens, one, at)) is not None}
    return Chains(
        at, frozenset(within), frozenset(hints), frozenset(_checks(tokens)), bound, values
    )


def _is_super(tokens: Sequence[Token], at: int) -> bool:
    return tokens[at].text == "super" and [one.text for one in tokens[at + 1 : at + 3]] == [
        "(",
        ")",
    ]


def _hints(tokens: Sequence[Token]) -> Iterator[int]:
    """The places of annotations: of parameters, results and variables, and of generic types."""
    depth, line = 0, 0
    header = 0  # 1: between `def` and its `(`, 2: within, 3: behind
    told = False  # now in an annotation
    stated = False  # in that of a variable
    generic: list[int] = []
    for at, token in enumerate(tokens):
        text = token.text
        first = token.line != line and depth == 0
        line = token.line
        if first:
            told = stated = False
            header = 0 if header != 1 else header
        if text in ("def", "lambda"):
            header = 1 if text == "def" else (0 if header == 2 else header)
            told = told and text == "def"
        if text in _CLOSING:
            depth = max(0, depth - 1)
            generic = [one for one in generic if one < depth]
            if header == 2 and depth == 0:
                header, told = 3, False
        if depth == 0 and first and token.kind == "name":
            stated = _annotated(tokens, at)
        if header == 2 and depth == 1 and text in (":", ",", "="):
            told = text == ":"
        elif header == 3 and depth == 0 and text in ("->", ":"):
            told = text == "->"
            header = 3 if told else 0
        elif stated and depth == 0 and text in (":", "="):
            told = text == ":"
        elif (told or generic) and token.kind == "name":
            yield at
        if text in _OPENING:
            if at and tokens[at - 1].text in (_GENERIC if text == "[" else _MAKERS):
                generic.append(depth)
            header = 2 if header == 1 and depth == 0 else header
            depth += 1


def _annotated(tokens: Sequence[Token], at: int) -> bool:
    """Whether a statement begins with `name:` or `self.name:`."""
    while at + 2 < len(tokens) and tokens[at + 1].text == "." and tokens[at + 2].kind == "name":
        at += 2
    return at + 1 < len(tokens) and tokens[at + 1].text == ":"


def _checks(tokens: Sequence[Token]) -> Iterator[int]:
    """The places of types that something is compared with."""
    for at, token in enumerate(tokens):
        if token.text in _CHECKS and at + 1 < len(tokens) and tokens[at + 1].text == "(":
            yield from _second(tokens, at + 1)
        elif token.text == "except":
            yield from _caught(tokens, at + 1)


def _second(tokens: Sequence[Token], at: int) -> Iterator[int]:
    depth, behind = 0, False
    for place in range(at, min(len(tokens), at + 200)):
        text = tokens[place].text
        depth += (text in _OPENING) - (text in _CLOSING)
        if depth == 0:
            return
        behind = behind or (depth == 1 and text == ",")
        if behind and tokens[place].kind == "name" and not _called(tokens, place):
            yield place


def _caught(tokens: Sequence[Token], at: int) -> Iterator[int]:
    for place in range(at, min(len(tokens), at + 80)):
        if tokens[place].text in (":", "as"):
            return
        if tokens[place].kind == "name" and not _called(tokens, place):
            yield place


def _called(tokens: Sequence[Token], at: int) -> bool:
    return at + 1 < len(tokens) and tokens[at + 1].text == "("


def _bound(tokens: Sequence[Token]) -> Iterator[int]:
    """The names that assignments, loops, imports and lambdas bind; more rather than less."""
    inside = False  # between `for` and `in`, `lambda` and `:`
    for at, token in enumerate(tokens):
        if token.text in ("for", "lambda"):
            inside = True
        elif token.text in ("in", ":"):
            inside = False
        if token.kind != "name" or (at and tokens[at - 1].text == "."):
            continue
        following = tokens[at + 1].text if at + 1 < len(tokens) else ""
        before = tokens[at - 1].text if at else ""
        # `a, b = c`: each name in front of a comma on a line with an `=` behind it
        listed = following in (",", ")", "]") and _assigned(tokens, at)
        if inside or before in _AFTER or following in ("=", ":=", ":") or listed:
            yield at


def _held(tokens: Sequence[Token], at: int, known: Mapping[int, Chain]) -> Chain | None:
    """What `name = Call(...)` or `name = []` says of a name; None where it says nothing plain."""
    first = at == 0 or tokens[at - 1].line != tokens[at].line
    if not first or at + 2 >= len(tokens) or tokens[at + 1].text != "=":
        return None
    begin = at + 3 if tokens[at + 2].text == "await" else at + 2
    if begin >= len(tokens):
        return None
    token = tokens[begin]
    if token.text in ("[", "{"):
        return () if _closes(tokens, begin) else None
    if token.kind == "literal":
        ends = begin + 1 >= len(tokens) or tokens[begin + 1].line != token.line
        return () if ends and token.text[-1:] in "\"'0123456789" else None
    chain = known.get(begin, (token.text,))
    opens = begin + 2 * len(chain) - 1
    if token.kind != "name" or opens >= len(tokens) or tokens[opens].text != "(":
        return None
    return chain if _closes(tokens, opens) else None


def _closes(tokens: Sequence[Token], at: int) -> bool:
    """Whether a statement ends with the bracket that opens here."""
    depth = 0
    for place in range(at, min(len(tokens), at + 400)):
        depth += (tokens[place].text in _OPENING) - (tokens[place].text in _CLOSING)
        if depth == 0:
            last = place + 1 >= len(tokens) or tokens[place + 1].line != tokens[place].line
            return last or tokens[place + 1].text == ";"
    return False


def _assigned(tokens: Sequence[Token], at: int) -> bool:
    """Whether a list of names that goes on here ends before an `=` of the same line."""
    for place in range(at + 1, min(len(tokens), at + 24)):
        if tokens[place].text == "=":
            return True
        if tokens[place].line != tokens[at].line:
            return False
        if tokens[place].kind != "name" and tokens[place].text not in (",", ")", "]", "*", "."):
            return False
    return False
