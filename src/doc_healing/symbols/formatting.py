"""Whether two texts are the same code, written in another way: what a formatter changes. Pure.

Blanks, comments, docstrings, quotes, trailing commas, and the parentheses and semicolons that a
language does without. Indentation is code in Python. Where a rule may not hold, code differs.
"""

import re
from collections.abc import Iterator, Sequence

_MOST_BYTES = 200_000
_COMMENT = rb"//[^\n]*|/\*.*?(?:\*/|\Z)"  # that of no end is looked for once
_PLAIN = rb"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
_REST = rb"[\w$\x80-\xff]+|\n|[^\s]"
_PATTERNS = {
    "python": rb"#[^\n]*|(?:\b[A-Za-z]{1,2})?(?:\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|"
    + _PLAIN
    + rb")|\\\r?\n|",
    "javascript": _COMMENT + rb"|`(?:\\.|[^`\\])*`|" + _PLAIN + rb"|=>|",
    "java": _COMMENT + rb"|\"\"\"(?:\\.|[^\\])*?\"\"\"|" + _PLAIN + rb"|",
    "go": _COMMENT + rb"|`[^`]*`|" + _PLAIN + rb"|",
    "rust": _COMMENT + rb"|\bb?r(#*)\".*?\"\1|\"(?:\\.|[^\"\\])*\"|'(?:\\[^'\n]+|[^'\\\n])'|",
}
_LEXERS = {name: re.compile(found + _REST, re.DOTALL) for name, found in _PATTERNS.items()}
_LEXERS["typescript"] = _LEXERS["javascript"]
_BLANKS = re.compile(rb"[ \t]*")
_IGNORED = ((b"//", b"/*"), (b"#", b"\\\n", b"\\\r"))
_IN, _OUT, _LINE = b"\x01", b"\x02", b"\n"
_STARTS = (_IN, _OUT, _LINE)
_OPEN, _CLOSE = (b"(", b"[", b"{"), (b")", b"]", b"}")
_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BEFORE_GROUP = frozenset({
    b"=", b"return", b"in", b"if", b"elif", b"while", b"assert", b"yield", b"await", b"del",
    b"raise", b"from", b"not", b"and", b"or",
})  # fmt: skip
_GOES_ON = frozenset({b"(", b"[", b"/", b"+", b"-", b"`", b"*", b",", b"."})  # no end before these
_PATTERN = re.compile(rb"[\[\\^.]/[/*]")  # no comment, where it stands in a regular expression
_WORD = re.compile(rb"[\w$\x80-\xff]+\Z")


def same_code(language: str, old: bytes, new: bytes) -> bool:
    """Whether a program could not tell the one from the other."""
    if old == new:
        return True
    if language not in _LEXERS or max(len(old), len(new)) > _MOST_BYTES:
        return False
    if language in ("javascript", "typescript") and (_PATTERN.search(old) or _PATTERN.search(new)):
        return False
    return _form(language, old) == _form(language, new)


def _form(language: str, data: bytes) -> list[bytes]:
    """Its tokens as every formatter would have them."""
    tokens = list(_tokens(language, data))
    if language == "python":
        tokens = _grouped(_undocumented(tokens))
    elif language in ("javascript", "typescript"):
        tokens = _ended(_arrows(tokens))
    tokens = [token for token in tokens if token != _LINE]
    return [token for at, token in enumerate(tokens) if not _needless(tokens, at)]


def _tokens(language: str, data: bytes) -> Iterator[bytes]:
    """What is written, with the ends of lines that are in no brackets."""
    python = language == "python"
    brackets = 3 if python else 2  # a block in braces has lines of its own
    depth, columns = 0, [0]
    for found in _LEXERS[language].finditer(data):
        token = found[0]
        if token == _LINE:
            if depth == 0:
                yield _LINE
                yield from _steps(columns, data, found.end()) if python else ()
        elif not token.startswith(_IGNORED[python]) or _unclosed(token):
            depth += (token in _OPEN[:brackets]) - (token in _CLOSE[:brackets])
            depth = max(depth, 0)
            yield _quoted(language, token)
    yield from (_LINE, *(_OUT for _ in columns[1:]))


def _unclosed(token: bytes) -> bool:
    return token.startswith(b"/*") and not token.endswith(b"*/")


def _steps(columns: list[int], data: bytes, at: int) -> Iterator[bytes]:
    """How much deeper or less deep the line that begins here stands than those before it."""
    blanks = _BLANKS.match(data, at)
    assert blanks is not None  # it matches nothing as well
    if data[blanks.end() : blanks.end() + 1] in (b"\n", b"\r", b"#", b""):
        return
    column = len(blanks[0].expandtabs(8))
    if column > columns[-1]:
        columns.append(column)
        yield _IN
    while len(columns) > 1 and column < columns[-1]:
        columns.pop()
        yield _OUT


def _quoted(language: str, token: bytes) -> bytes:
    """A string in double quotes where that is the same."""
    if language not in ("python", "javascript", "typescript") or token[-1:] not in (b"'", b'"'):
        return token
    rest = token.lstrip(_LETTERS)
    prefix = token[: len(token) - len(rest)]
    ends = 3 if rest[:3] in (b'"""', b"'''") and len(rest) > 5 else 1
    inner = rest[ends:-ends]
    if b'"' in inner or b"\\" in inner:
        return token
    return prefix.lower().replace(b"u", b"") + b'"' * ends + inner + b'"' * ends


def _undocumented(tokens: Sequence[bytes]) -> list[bytes]:
    """Without strings that are statements."""
    before, after = (_LINE, *tokens[:-1]), (*tokens[1:], _LINE)
    around = zip(tokens, before, after, strict=True)
    return [
        token
        for token, one, two in around
        if token[-1:] not in (b'"', b"'") or one not in _STARTS or two not in (_LINE, b";")
    ]


def _grouped(tokens: Sequence[bytes]) -> list[bytes]:
    """Without the parentheses around all of an expression."""
    gone: set[int] = set()
    opened: list[int] = []
    for at, token in enumerate(tokens):
        if token in _OPEN:
            opened.append(at)
        elif token in _CLOSE and opened:
            start = opened.pop()
            ends = tokens[at + 1] in (_LINE, b":", b";") if at + 1 < len(tokens) else True
            if token == b")" and start and tokens[start - 1] in _BEFORE_GROUP and ends:
                gone |= {start, at}
    return [token for at, token in enumerate(tokens) if at not in gone]


def _arrows(tokens: Sequence[bytes]) -> list[bytes]:
    """`a => b` for `(a) => b`, `{a: 1}` for `{"a": 1}`."""
    found: list[bytes] = []
    for at, token in enumerate(tokens):
        after = tokens[at + 1] if at + 1 < len(tokens) else b""
        if token == b"=>" and len(found) > 2 and (found[-1], found[-3]) == (b")", b"("):
            if _WORD.match(found[-2]):
                found[-3:] = [found[-2]]
        elif after == b":" and token[:1] == b'"' and _WORD.match(token[1:-1]):
            token = token[1:-1]
        found.append(token)
    return found


def _ended(tokens: Sequence[bytes]) -> list[bytes]:
    """Without the semicolons that the end of a line stands for."""
    found: list[bytes] = []
    for at, token in enumerate(tokens):
        if token == b";":
            rest = [one for one in tokens[at + 1 : at + 4] if one != _LINE]
            if (not rest or rest[0] not in _GOES_ON) and (
                tokens[at + 1 : at + 2] == [_LINE] or not rest or rest[0] == b"}"
            ):
                continue
        found.append(token)
    return found


def _needless(tokens: Sequence[bytes], at: int) -> bool:
    """Whether it is a comma after the last of several."""
    after = tokens[at + 1] if at + 1 < len(tokens) else b""
    if tokens[at] != b"," or after not in _CLOSE or (at and tokens[at - 1] in (b",", *_OPEN)):
        return False
    return after != b")" or _several(tokens, at)


def _several(tokens: Sequence[bytes], at: int) -> bool:
    """Whether a closing comma ends a call or a list of more than one: `(x,)` is a tuple."""
    depth = 0
    for place in range(at - 1, -1, -1):
        token = tokens[place]
        if token in _CLOSE:
            depth += 1
        elif token in _OPEN:
            if depth == 0:
                before = tokens[place - 1] if place else b""
                return bool(_WORD.match(before) and before not in _BEFORE_GROUP) or (
                    before in (b")", b"]", b">")
                )
            depth -= 1
        elif token == b"," and depth == 0:
            return True
    return False
