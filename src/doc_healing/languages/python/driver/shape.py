"""What a snippet's text is: a script, a transcript, no program, or a script that does not parse.

A fragment is completed, without moving any of its lines, and what was added is said.
"""

from __future__ import annotations

import sys
import warnings

from doc_healing.languages.python.driver import notation, older, scopes
from doc_healing.languages.python.driver.lazy import NamedTuple, ast, pattern, re

OLD = sys.version_info < (3, 8)
AWAIT = 0 if OLD else ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
_IPYTHON = pattern(r"(?m)^[ \t]*In \[\d+\]: ")  # it parses, as an annotation
PROMPT = pattern(r"^[ \t]*(?:>>>(?:[ \t]|$|(?=\w))|In \[\d*\]: ?)")


class Shape(NamedTuple):
    """A text and what was made of it. Lines and columns are 1-based and count characters.

    `kind` is script, transcript, illustrative, syntax or newer (it needs a newer Python, `reason`
    says which). `shift` is how many columns the text was moved to the left.
    """

    kind: str
    text: str = ""
    tree: ast.Module | None = None
    shift: int = 0
    added: tuple[str, ...] = ()
    reason: str = ""
    line: int = 1
    column: int = 1
    end_column: int | None = None


def shape(text: str) -> Shape:
    """What `text` is. Never raises."""
    if not any(line.strip() and not line.lstrip().startswith("#") for line in text.split("\n")):
        return Shape("illustrative", text, reason="it holds no statement")
    if "In [" in text and _IPYTHON.search(text):
        return Shape("transcript", text)
    try:
        return _script(text)
    except SyntaxError as error:
        if any(PROMPT.match(line) for line in text.split("\n")):
            return _answers(text) or Shape("transcript", text)
        return unparsed(text, error)
    except (ValueError, OverflowError) as error:
        return Shape("syntax", text, reason=str(error))
    except (RecursionError, MemoryError):
        return Shape("illustrative", text, reason="too deeply nested to be read")


def unparsed(text: str, error: SyntaxError, shift: int = 0) -> Shape:
    """What a text is that does not parse: notation, newer syntax or a syntax error."""
    line = max(1, error.lineno or 1)
    reason = notation.no_program(text, line, str(error.msg), error.offset or 0)
    if reason:
        return Shape("illustrative", text, reason=reason)
    version = notation.newer(text)
    if version:
        return Shape("newer", text, reason=version, line=line)
    if str(error.msg).startswith("nonlocal declaration not allowed"):
        return Shape("illustrative", text, reason="statements of an inner function, without it")
    column = max(1, error.offset or 1)
    end = getattr(error, "end_offset", None) if getattr(error, "end_lineno", 0) == line else None
    end = end + shift if end and end > column else None
    message = str(error.msg)
    return Shape("syntax", text, None, shift, (), message, line, column + shift, end)


def parse(text: str) -> ast.Module:
    """The tree of a text, checked as the compiler checks it; warnings are kept for the run."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = compile(text, "<snippet>", "exec", ast.PyCF_ONLY_AST | AWAIT, dont_inherit=True)
        compile(text, "<snippet>", "exec", AWAIT, dont_inherit=True)
    assert isinstance(tree, ast.Module)
    return _with_ends(tree, text) if OLD else tree


def unchecked(text: str) -> ast.Module:
    """The tree of a text that only the parser has seen."""
    tree = ast.parse(text)
    return _with_ends(tree, text) if OLD else tree


def moved(tree: ast.Module, lines: int) -> ast.Module:
    """The tree, `lines` further down."""
    if OLD:
        older.moved(tree, lines)
    return ast.increment_lineno(tree, lines)


def _with_ends(tree: ast.Module, text: str) -> ast.Module:
    found: ast.Module = older.with_ends(tree, text)
    return found


def _script(text: str) -> Shape:
    """The text as it is, else moved to the left, else completed."""
    try:
        return Shape("script", text, parse(text))
    except SyntaxError as error:
        first = error
    moved, shift = _dedented(text)
    if shift:
        try:
            return Shape("script", moved, parse(moved), shift, ("moved to the left margin",))
        except SyntaxError as error:
            first = _moved_back(error, shift)
    for complete in (_wrapped, _filled):
        done = complete(moved, shift)
        if done is not None:
            return done
    raise first


def _moved_back(error: SyntaxError, shift: int) -> SyntaxError:
    """The error, at its columns of the text before it was moved."""
    error.offset = (error.offset or 1) + shift
    end = getattr(error, "end_offset", None)
    if end:
        error.end_offset = end + shift
    return error


def _dedented(text: str) -> tuple[str, int]:
    lines = text.expandtabs(4).split("\n") if "\t" in text[:200] else text.split("\n")
    widths = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip()]
    code = [w for w, line in zip(widths, filter(str.strip, lines)) if line.lstrip()[0] != "#"]  # noqa: B905  # 3.8
    shift = min(code or widths or [0])
    if not shift:
        return text, 0
    return "\n".join(line[min(shift, len(line) - len(line.lstrip(" "))) :] for line in lines), shift


# --- `>>>` before what is printed, not before what is typed ----------------------------------

_ANSWER = pattern(r"^>>> ?(.*)$")
_RAISED = pattern(r"^[\w.]*(?:Error|Exception|Warning)\b")


def _answers(text: str) -> Shape | None:
    """A script whose `>>>` lines are the values of the statements above them (`# =>` comments).

    So it is where the first line of code has no prompt and each prompt shows but a value.
    """
    lines = text.split("\n")
    code = [line for line in lines if line.strip() and not line.startswith("#")]
    shown = [found[1].strip() for found in map(_ANSWER.match, lines) if found]
    if _ANSWER.match(code[0]) or not all(_is_value(one) for one in shown):
        return None
    turned = "\n".join(_ANSWER.sub(r"# => \1", line) for line in lines)
    try:
        return _script(turned)
    except SyntaxError:
        return None


def _is_value(text: str) -> bool:
    try:
        ast.literal_eval(text.partition("  #")[0].strip())
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return bool(_RAISED.match(text)) or text.startswith("<")
    return True


# --- Statements of a function or a loop, without it ------------------------------------------


def _wrapped(text: str, shift: int) -> Shape | None:
    """A fragment with a top-level `return`, `yield`, `break` or `continue`, within its frame."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = compile(text, "<snippet>", "exec", ast.PyCF_ONLY_AST | AWAIT, dont_inherit=True)
    except SyntaxError:
        return _awaiting(text, shift) if OLD else None
    assert isinstance(tree, ast.Module)
    own = list(scopes.own(tree.body))
    if any(isinstance(node, (ast.Return, ast.Yield, ast.YieldFrom)) for node in own):
        frame, said = _function(tree, own), "a function around a top-level `return` or `yield`"
    elif any(isinstance(node, (ast.Break, ast.Continue)) for node in own):
        frame, said = ast.parse("for _ in (None,):\n    pass"), "a loop around it"
        frame.body[0].body = tree.body  # type: ignore[attr-defined]  # a For has a body
    else:
        return _awaiting(text, shift) if OLD else None
    try:
        compile(frame, "<snippet>", "exec", AWAIT, dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return Shape("script", text, frame, shift, (said,))


def _awaiting(text: str, shift: int) -> Shape | None:
    """A text that awaits at its top level, which Python 3.8 is the first to take."""
    tree = older.awaiting(text)
    if tree is None or any(isinstance(node, ast.Yield) for node in scopes.own(tree.body)):
        return None
    names = sorted(scopes.bound(tree.body) - scopes.annotated(tree.body))
    frame = older.frame(names, tree.body)
    try:
        compile(frame, "<snippet>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return Shape("script", text, frame, shift, ("an asynchronous function around it",))


def _function(tree: ast.Module, own: list[ast.AST]) -> ast.Module:
    waits = any(isinstance(node, (ast.Await, ast.AsyncFor, ast.AsyncWith)) for node in own)
    yields = any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own)
    call = "next(_fragment(), None)" if yields else "_fragment()"
    if waits:
        call = "await _fragment().__anext__()" if yields else "await _fragment()"
    frame = ast.parse(f"{'async ' if waits else ''}def _fragment():\n    pass\n{call}")
    names = sorted(scopes.bound(tree.body) - scopes.annotated(tree.body))
    head: list[ast.stmt] = [ast.Global(names=names, lineno=1, col_offset=0)] if names else []
    frame.body[0].body = head + tree.body  # type: ignore[attr-defined]  # a function has a body
    return frame


# --- Headers without their body --------------------------------------------------------------


def _filled(text: str, shift: int) -> Shape | None:
    """A fragment whose signatures, headers and decorators have got an empty body."""
    lines, added = text.split("\n"), []
    for _ in range(40):
        try:
            done = "\n".join(lines)
            tree = parse(done)
        except SyntaxError as error:
            said = _fill(lines, error)
            if not said:
                return None
            added.append(said)
        else:
            moved = ("moved to the left margin",) if shift else ()
            return Shape("script", done, tree, shift, (*moved, *dict.fromkeys(added)))
    return None


def _fill(lines: list[str], error: SyntaxError) -> str:
    """Mend one place of `lines`; says what was added, or nothing where it is not a fragment."""
    code = [i for i, line in enumerate(lines) if line.strip() and line.lstrip()[0] != "#"]
    if not code:
        return ""
    last, at = lines[code[-1]], (error.lineno or 1) - 1
    if at >= code[-1] and last.lstrip().startswith("@"):
        lines.append(_indent(last) + "def _fragment(*args, **kwargs): ...")
        return "a function under the last decorator"
    header = _empty_header(lines, code, at)
    if header is not None:
        head, _, comment = _split_comment(lines[header])
        lines[header] = head.rstrip() + " ..." + ("  " + comment if comment else "")
        return "an empty body (`...`)"
    if at >= code[-1] and str(error.msg).startswith(("expected 'except'", "unexpected EOF", "inv")):
        opened = [lines[i] for i in code if lines[i].strip().startswith("try:")]
        if opened and not lines[-1].endswith("finally: pass"):
            lines.append(_indent(opened[-1]) + "finally: pass")
            return "an empty `finally`"
    return ""


def _empty_header(lines: list[str], code: list[int], at: int) -> int | None:
    """The header before the failing line that plainly has no body, not a forgotten indent."""
    before = [i for i in code if i <= at]
    if at == code[-1] and not _is_header(lines[at]):
        before.pop()
    elif at != code[-1]:
        before = [i for i in before if i < at]
    if not before or not _is_header(lines[before[-1]]):
        return None
    header = before[-1]
    follows = lines[header + 1].strip() if header + 1 < len(lines) else ""
    plain = not follows or follows.startswith(("#", "@", "def ", "class ", "async def "))
    return header if plain else None


def _is_header(line: str) -> bool:
    return _split_comment(line)[0].rstrip().endswith(":")


def _split_comment(line: str) -> tuple[str, str, str]:
    """A line's code and its comment; a `#` within quotes is no comment."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", lambda found: "_" * len(found.group()), line)
    at = bare.find("#")
    return (line, "", "") if at < 0 else (line[:at], "#", line[at:])


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
