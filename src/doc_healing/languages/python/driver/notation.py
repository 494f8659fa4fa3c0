"""Why a text that does not parse may be no program at all.

Half of the Python fences of real documentation do not parse as a file. A reader takes most of
them for what they are: signatures, output, prose, a shell session. Only what is none of these is
a syntax error.
"""

from __future__ import annotations

import sys

from doc_healing.languages.python.driver.lazy import ast, pattern, re

_SHELL = pattern(
    r"^\s*(?:\$\s|%\s?\w|!\s?\w|(?:sudo |py -m |python3?(?:\.\d+)? (?:-|\S+\.py)|pip3? |pipx |uvx? "
    r"|poetry |conda |npm |npx |git |curl |docker |cd |mkdir |export \w+=|apt(?:-get)? |brew ))"
)
_INCLUDE = pattern(
    r"--8<--|^\s*\{[!*]|\{\{\s*#|^\s*\.\. \w+::|^\s*<<<\s|^\s*:::|^\s*@include\b|\[\[=? ?\w+"
)
_OTHER = pattern(
    r"^\s*(?:(?:const|let|var|function|public|private|fn|func|package|namespace|using|SELECT"
    r"|INSERT|CREATE|UPDATE) \S|#include\b|//|/\*|</?[a-z!]|\}\s*;?\s*$|.*;\s*//|.*=>\s*\{)"
)
_OUTPUT = pattern(
    r"^\s*(?:--+>|=+>|Traceback \(most recent call last\)"
    r"|File \".*\", line \d+|[+|][-=+|]{3,}|\|.*\|\s*$"
    r"|<[\w.]+(?: \w+)* (?:object )?at 0x|\d{4}-\d\d-\d\d[ T]\d\d:\d\d|[┏┌╭│┃└╰╔]|[-=]{4,}\s*$"
    r"|(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Warning): |INFO\b|DEBUG\b|WARNING\b|ERROR\b)"
)
_PLACEHOLDER = pattern(
    r"<[A-Za-z][\w .,|/'\"-]*>|<\.\.\.>|(?<![.\w])\.\.(?!\.)"
    r"|\b(?:def|class)\s+\w*\*|\[\s*,|\{\s*\w+(?: \w+)+\s*\}"
)
_ARROWS = pattern(r"^\s*[\w.\[\]]+(?:\s*(?:-+>|→|=>|<-+>)\s*[\w.\[\]]+)+\s*$")
_ON_PURPOSE = pattern(
    r"(?i)#.*\b(?:syntax ?error|invalid syntax|(?:not |in)valid python"
    r"|(?:won't|will not|doesn't|does not|cannot|can't) (?:parse|compile))",
)
_STRING = pattern(r"(\"\"\"|''')[\s\S]*?\1|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'")
_COMMENT = pattern(r"#.*")
_MIDDLE = pattern(r"^\s*(?:else|elif|except|finally|case)\b.*:|^\s*[)\]}.,=/%|&]|^\s*(?:and|or) ")
_NEWER = (
    ((3, 7), pattern(r"(?m)^from __future__ import .*\bannotations\b")),
    ((3, 8), pattern(r"\w\s*:=\s*\S|\bf[\"'][^\n]*\{[^}\n]*=\s*[!:}]")),
    ((3, 8), pattern(r"(?m)^\s*(?:async\s+)?def\s+\w+\([^)]*,\s*/\s*[,)]")),
    ((3, 8), pattern(r"(?m)\bawait\b|\basync\s+(?:with|for)\b|^\s*(?:return|yield)\s.*\*\w")),
    ((3, 9), pattern(r"(?m)^\s*(?:async\s+)?with\s*\(|^\s*@(?!\s*[\w.]+\s*(?:\(|#|$))")),
    ((3, 10), pattern(r"(?m)^\s*match\s+\S.*:\s*(?:#.*)?$[\s\S]*?^\s+case\s")),
    ((3, 11), pattern(r"(?m)^\s*except\s*\*")),
    ((3, 12), pattern(r"(?m)^\s*type\s+\w+(?:\[[^\]]*\])?\s*=")),
    ((3, 12), pattern(r"(?m)^\s*(?:async\s+)?(?:def|class)\s+\w+\[[^\]]+\]\s*[(:]")),
    ((3, 12), pattern(r"\bf\"[^\"\n]*\{[^}\"\n]*\"|\bf'[^'\n]*\{[^}'\n]*'")),
    ((3, 14), pattern(r"(?<!\w)t[\"']")),
    ((3, 14), pattern(r"(?m)^\s*except\s+\w+(?:\s*,\s*\w+)+\s*:")),
    ((3, 15), pattern(r"(?m)^\s*lazy\s+(?:import|from)\s")),
)


def newer(text: str) -> str:
    """The Python version whose syntax `text` seems to use, where this interpreter is older."""
    for version, syntax in _NEWER:
        if sys.version_info < version and syntax.search(text):
            return "%d.%d" % version  # noqa: UP031  # 3.8 reads it, and it is the shortest
    return ""


def no_program(text: str, line: int, message: str = "", column: int = 0) -> str:
    """The reason why a text that fails to parse at `line` (1-based) is no program, or empty.

    `message` and `column` (1-based) are the parser's own.
    """
    lines = text.split("\n")
    at = lines[max(0, min(line, len(lines)) - 1)]
    near = [at, *lines[max(0, line - 2) : line - 1]]
    return (
        _by_its_text(text, lines)
        or _by_its_line(at, near)
        or _signature(text, line)
        or _part(text)
        or ("prose" if _reads_as_prose(lines, at, message, column) else "")
    )


def _by_its_text(text: str, lines: list[str]) -> str:
    code = [entry for entry in lines if entry.strip() and not entry.lstrip().startswith("#")]
    if _ON_PURPOSE.search(text):
        return "a syntax error shown on purpose"
    if any(_INCLUDE.search(entry) for entry in code):
        return "an include directive"
    if "{%" in text or re.search(r"\{\{.*\}\}", text):
        return "a template"
    if any(_SHELL.match(entry) for entry in code):
        return "commands of a shell or of a notebook"
    if any(entry.startswith("+") for entry in lines) and any(e.startswith("-") for e in lines):
        return "a difference of two texts"
    if code and _MIDDLE.match(code[0]):
        return "it begins in the middle of a statement"
    if code and len(code[0]) - len(code[0].lstrip()) > min(len(e) - len(e.lstrip()) for e in code):
        return "it begins in the middle of an indented block"
    return ""


def _by_its_line(at: str, near: list[str]) -> str:
    bare = _COMMENT.sub("", _STRING.sub('""', at))
    if any("..." in entry or "…" in entry for entry in near):
        return "`...` stands for something left out"
    if _OUTPUT.match(at):
        return "output"
    if _OTHER.match(at):
        return "another language"
    if _ARROWS.match(bare):
        return "a chain of arrows, no statement"
    if _PLACEHOLDER.search(bare):
        return "a placeholder or a grammar"
    return ""


def _signature(text: str, line: int) -> str:
    """Whether the statement around `line` is a signature without its body."""
    lines = text.split("\n")
    for start in range(line - 1, max(-1, line - 40), -1):
        for end in range(line, min(len(lines), line + 30) + 1):
            follows = lines[end] if end < len(lines) else ""
            statement = "\n".join(lines[start:end]).strip()
            deeper = len(_indent(follows)) > len(_indent(lines[start]))
            if statement and not deeper and _is_signature(statement):
                return "a signature without its body"
    return ""


def _is_signature(statement: str) -> bool:
    head = re.match(r"(?:async\s+)?(?:def|class)\s", statement)
    if head:
        return not statement.endswith(":") and _parses(statement + ": ...")
    if not re.match(r"[\w.]+\s*\(", statement) or statement.endswith(":"):
        return False
    if not re.search(r"->|\w\s*:\s*\w|[(,]\s*[*/]\s*[,)]", statement):
        return False  # a call with an error of its own
    name = re.sub(r"^[\w.]*?(\w+)\s*\(", r"\1(", statement)
    return _parses("def " + name + ": ...")


def _part(text: str) -> str:
    """Whether the whole text is the inside of a bracket."""
    inside = text.strip().rstrip(",")
    if not inside or _parses(inside):
        return ""
    if _parses("{\n" + inside + "\n}"):
        return "entries of a dictionary, no statement"
    if _parses("(\n" + inside + "\n)") or _parses("call(\n" + inside + "\n)"):
        return "a part of an expression, no statement"
    return ""


_STATEMENT = pattern(
    r"^(?:from [\w.]+ import [\w(*]|import [\w.]+(?: as \w+)?(?:, [\w.]+)*\s*$"
    r"|(?:async )?def \w+\(.*:|class \w+.*:|[\w.\[\]]+(?:: [^=]+)? = \S)"
)
_CALL = pattern(r"^\s*(?:[\w.\[\]'\", ]+ = |return |await )*[A-Za-z_][\w.]*\(")
_OPENED = pattern(r"(?:[(\[{,=+:]|\breturn)\s*[rbfuRBFU]{0,2}$")


def _reads_as_prose(lines: list[str], at: str, message: str, column: int) -> bool:
    """Whether the failing line is prose; a call among statements with an exact error is none.

    `f(a, key=b, c)` has as many words with commas between them as a sentence has.
    """
    if not _is_prose(at):
        return False
    others = (line for line in lines if line is not at)
    if not any(_STATEMENT.match(line) for line in others):
        return True
    if "positional argument follows keyword" in message:
        return not _CALL.match(at)
    if "string literal" in message or "EOL while" in message:
        head = at[: max(0, column - 1)]
        return not _OPENED.search(head) or _is_prose(head)
    exact = ("was never closed", "unmatched", "does not match", "forgot a comma", "repeated")
    if any(part in message for part in exact) and _CALL.match(at):
        return _is_prose(at.replace(",", " , "))
    return True


def _is_prose(line: str) -> bool:
    import keyword

    bare = _COMMENT.sub("", _STRING.sub(" . ", line))
    pairs = 0
    for first, second in re.findall(r"(?=\b([A-Za-z][\w']*),? ([A-Za-z][\w']*))", bare):
        pairs += not keyword.iskeyword(first) and not keyword.iskeyword(second)
    return pairs >= 2


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _indent(line: str) -> str:
    return line[: len(line) - len(line.lstrip())]
