"""Promises in comments: printed output (`#>`), values (`# =>`), errors shown on purpose."""

from __future__ import annotations

from doc_healing.languages.python.driver.lazy import NamedTuple, ast, pattern

_PRINTED = pattern(r"^\s*#> ?(.*)$")
_VALUE = pattern(r"#\s*(?:=>|->|⇒|→|#=>)\s*(.+?)\s*$")
# Of a comment above a statement: it begins by saying so, or bears a sign that says nothing else.
_ABOVE = pattern(
    r"(?i)#\s*\W*(?:(?:this|it|that|these|the following|will|would|also|now|always)\s+)*"
    r"(?:(?:raises?|throws?|fails?|crash(?:es)?)\b(?!\s+(?:if|when|unless|handl|messag|are)|::)"
    r"|errors?(?:\s*$|[:!.](?:\s|$)|\s+out\b)"
    r"|not (?:supported|allowed|valid|possible|permitted|going to work)\b"
    r"|(?:does not|doesn't|won't|will not|can't|cannot) (?:work|be done|run)\b"
    r"|(?:wrong|incorrect|bad|invalid|illegal|forbidden)\b(?:\s*(?:$|[:!.(—–-])|\s+(?:way|usage|use)))"
    r"|#.*[❌✗✘🚫💥🚨⛔]",
)
_ANNOUNCED = pattern(
    r"(?i)#.*(?:\b(?:raises?|throws?|fails?|errors?|will not work|won't work|does(?: not|n't) work"
    r"|not allowed|invalid|illegal|forbidden|wrong|bad|boom|oops|crash(?:es)?|exception)\b"
    r"|\b[A-Z]\w*(?:Error|Exception|Exit|Interrupt|Violation)\b|[❌✗✘🚫💥🚨⛔])",
)


class Promise(NamedTuple):
    """What the comment at `line` promises of the statement on lines `first` to `last` (1-based).

    `kind` is printed (the statement prints `text`) or value (its value reads `text`).
    """

    kind: str
    first: int
    last: int
    text: str
    line: int
    column: int


def may_promise(text: str) -> bool:
    """Whether it is worth looking for promises in a script's comments."""
    return any(sign in text for sign in ("#>", "=>", "->", "⇒", "→"))


def promises(text: str, tree: ast.Module) -> list[Promise]:
    """The promises of a script's comments, in the order of their lines."""
    lines = text.split("\n")
    comments = _comment_columns(text)
    simple = sorted(_simple(tree), key=lambda span: (span[1], span[0]))
    found = _printed(lines, comments, simple)
    top = {_last(node): node for node in tree.body}
    for number, column in comments.items():
        value = _VALUE.match(lines[number - 1][column:])
        alone = not lines[number - 1][:column].strip()
        last = number - 1 if alone else number
        node = top.get(last)
        if value and node is not None and not (alone and last in comments):
            found.append(Promise("value", node.lineno, last, value[1], number, column + 1))
    return sorted(found, key=lambda promise: promise.line)


def announced(text: str, first: int, last: int) -> str:
    """The comment on these lines (1-based), right above or below, that announces an error."""
    lines = text.split("\n")
    for line in _above(lines, first):
        if _ABOVE.match(line):
            return line
    for line in [*lines[first - 1 : last], *_below(lines, last)]:
        found = _ANNOUNCED.search(line)
        if found:
            return line[found.start() :].strip()
    return ""


def _above(lines: list[str], first: int) -> list[str]:
    """The comment lines right above line `first`."""
    found: list[str] = []
    for line in reversed(lines[: first - 1]):
        if not line.strip().startswith("#"):
            break
        found.append(line.strip())
    return found


def _below(lines: list[str], last: int) -> list[str]:
    """The comment lines right below line `last`, or below one blank line."""
    below = [line.strip() for line in lines[last : last + 4]]
    if below and not below[0]:
        below = below[1:]
    end = next((at for at, line in enumerate(below) if not line.startswith("#")), len(below))
    return below[:end]


def _printed(
    lines: list[str], comments: dict[int, int], simple: list[tuple[int, int]]
) -> list[Promise]:
    found: list[Promise] = []
    number = 1
    while number <= len(lines):
        start = number
        texts: list[str] = []
        while number in comments and _PRINTED.match(lines[number - 1]):
            texts.append(lines[number - 1].split("#>", 1)[1])
            number += 1
        if texts:
            texts = [text[1:] if text[:1] == " " else text for text in texts]
            before = [span for span in simple if _last_code(lines, start) == span[1]]
            if before:
                column = comments[start] + 1
                text = "\n".join(texts)
                found.append(Promise("printed", *before[-1], text, start, column))
        else:
            number += 1
    return found


def _last_code(lines: list[str], number: int) -> int:
    """The line that a run of comments at `number` follows: the one right above it."""
    above = number - 1
    return above if above >= 1 and lines[above - 1].strip() else 0


def _simple(tree: ast.Module) -> list[tuple[int, int]]:
    """First and last line of every statement that holds no other."""
    return [
        (node.lineno, _last(node))
        for node in ast.walk(tree)
        if isinstance(node, ast.stmt) and not hasattr(node, "body")
    ]


def _last(node: ast.stmt) -> int:
    return getattr(node, "end_lineno", None) or node.lineno


def _comment_columns(text: str) -> dict[int, int]:
    """Line (1-based) to column (0-based) of each comment, as the tokenizer sees them."""
    import io  # only scripts that hold a promise need these two
    import tokenize

    found: dict[int, int] = {}
    if "#" not in text:
        return found
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found[token.start[0]] = token.start[1]
    except (tokenize.TokenError, SyntaxError, IndentationError):
        return found
    return found
