"""REPL transcripts: `>>>` and IPython prompts, prose and plain code between them."""

from __future__ import annotations

from doc_healing.languages.python.driver import shape
from doc_healing.languages.python.driver.lazy import NamedTuple, ast, pattern

_PROMPT = pattern(r"^([ \t]*)(>>>(?: |\t|$|(?=\w))|In \[\d*\]: ?)")
_MORE = pattern(r"^([ \t]*)(\.\.\.+:? |\.\.\.+:?$|\.\.\.:)")
_OUT = pattern(r"^[ \t]*Out\[\d*\]: ?")
_FENCE = pattern(r"^\s*(?:```+|~~~+)\s*$")
_OPTIONS = pattern(r"#\s*x?doctest:\s*([^\n'\"]*)")
_OPTION = pattern(r"([+-])\s*(\w+)(?:\([^)]*\))?")


class Example(NamedTuple):
    """One statement, or several, of a transcript, and the output that it promises.

    `line` is 0-based: of its first prompt. Each further line of `source` stands one line lower.
    `plain` is code that stands between the prompts. `rest` is what follows the promised output
    up to the next prompt: output that holds a blank line goes on there.
    """

    source: str
    line: int
    shift: int
    want: str = ""
    want_line: int = 0
    options: tuple[str, ...] = ()
    plain: bool = False
    rest: str = ""


def examples(text: str) -> list[Example]:
    """The statements of a transcript in order."""
    lines = text.split("\n")
    found: list[Example] = []
    at = 0
    while at < len(lines):
        if _PROMPT.match(lines[at]):
            example, at = _example(lines, at)
            found.append(example)
        start = at
        while at < len(lines) and not _PROMPT.match(lines[at]):
            at += 1
        between = "\n".join(lines[start:at])
        if _is_code(between):
            found.append(Example(between, start, 0, plain=True))
        elif found and between.strip():
            found[-1] = found[-1]._replace(rest=between)
    return found


def _example(lines: list[str], at: int) -> tuple[Example, int]:
    start = at
    prompt = _PROMPT.match(lines[at])
    assert prompt is not None
    source = [lines[at][prompt.end() :]]
    at += 1
    while at < len(lines):
        more = _MORE.match(lines[at])
        again = _PROMPT.match(lines[at])
        if more and not (
            _complete("\n".join(source)) and lines[at].strip() == "..." and _ends(lines, at)
        ):
            source.append(lines[at][more.end() :])
        elif again and _goes_on(source, lines[at][again.end() :]):
            source.append(lines[at][again.end() :])
        elif not again and lines[at].strip() and _unfinished("\n".join(source)):
            source.append(lines[at])
        else:
            break
        at += 1
    want, end = _want(lines, at, len(prompt.group(1)))
    code = "\n".join(source)
    options = tuple(a + b for c in _OPTIONS.findall(code) for a, b in _OPTION.findall(c))
    return Example(code, start, prompt.end(), want, at, options), end


def _want(lines: list[str], at: int, indent: int) -> tuple[str, int]:
    want: list[str] = []
    while at < len(lines) and lines[at].strip() and not _PROMPT.match(lines[at]):
        if _FENCE.match(lines[at]):
            return "\n".join(want), at + 1
        line = lines[at]
        cut = min(indent, len(line) - len(line.lstrip()))
        want.append(_OUT.sub("", line[cut:]))
        at += 1
    return "\n".join(want), at


def _ends(lines: list[str], at: int) -> bool:
    """Whether the line at `at` is followed by nothing that belongs to the statement."""
    return at + 1 >= len(lines) or not _MORE.match(lines[at + 1])


def _goes_on(source: list[str], code: str) -> bool:
    """Whether a prompt continues the statement before it (`>>>` used in the place of `...`)."""
    text = "\n".join(source)
    return not _complete(text) and (code[:1] in (" ", "\t") or _unfinished(text))


def _complete(text: str) -> bool:
    try:
        shape.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _unfinished(text: str) -> bool:
    """Whether a bracket, a string or a decorator is still open at the text's end."""
    try:
        shape.parse(text)
    except SyntaxError as error:
        said = str(error.msg)
        open_ended = ("was never closed", "unexpected EOF", "unterminated triple", "EOF while")
        return any(part in said for part in open_ended) or text.lstrip().startswith("@")
    except (ValueError, RecursionError, MemoryError):
        return False
    return False


def _is_code(text: str) -> bool:
    """Whether text between prompts is plainly a program and neither output nor prose."""
    if not text.strip():
        return False
    try:
        tree = shape.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    kinds = (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(isinstance(node, (*kinds, ast.Assign, ast.With)) for node in tree.body)
