"""Whether what was printed is what the document promises. Lenient where documents are."""

from __future__ import annotations

from doc_healing.languages.python.driver.lazy import ast, pattern, re

DEFAULTS = ("+ELLIPSIS", "+NORMALIZE_WHITESPACE")
_ADDRESS = pattern(r"\b0x[0-9a-fA-F]{4,}\b")
_NUMBER = pattern(r"(?<![\w.])[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?(?![\w.])")
_TIME = pattern(r"\b\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?")
_CONSTRUCTOR = pattern(r"(?s)^(?:[a-z_]\w*\.)*[A-Z]\w*\(.*\)$")


def same_output(want: str, got: str, options: tuple[str, ...] = ()) -> bool:
    """Whether `got` is the wanted text by doctest's rules, as switched by `options`."""
    want, got = _even(want), _even(got)
    if want == got:
        return True
    chosen = _chosen(options)
    if "IGNORE_OUTPUT" in chosen or _same_but_for_now(want, got):
        return True
    if _doctest(want, got, chosen) or _same_literal(want, got):
        return True
    if chosen & {"NUMBER", "FLOAT_CMP"}:
        return _NUMBER.sub("#", want) == _NUMBER.sub("#", got) and _close_numbers(want, got)
    return False


def _same_but_for_now(want: str, got: str) -> bool:
    """Whether the texts differ in nothing but the time of the run, shown where one was shown."""
    import time

    days = (time.strftime("%Y-%m-%d", clock()) for clock in (time.gmtime, time.localtime))
    if not any(day in got for day in days):
        return False
    return _TIME.sub("now", want).split() == _TIME.sub("now", got).split()


def same_value(text: str, value: object, printed: str) -> bool | None:
    """Whether a comment's text is this value; None where the comment is prose and says nothing."""
    if value is None and printed:
        shown = [printed]
    else:
        shown = _texts(value)
    if any(same_output(text, one) for one in shown):
        return True
    if printed and value is not None:  # it may speak of what is printed, or of some of it
        return True if str(_literal(text)) in printed.split("\n") else None
    try:
        literal = ast.literal_eval(text)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return _same_constructor(text, shown)
    if printed and value is None:
        return None if isinstance(literal, tuple) else _close(literal, _literal(printed))
    return _equal(literal, value) or (None if isinstance(literal, tuple) else False)


def _same_constructor(text: str, shown: list[str]) -> bool | None:
    """A comment such as `User(name='a')` is a promise where the value is shown likewise."""
    if not _CONSTRUCTOR.match(text) or "..." in text:
        return None
    name = text.split("(")[0]
    if not any(one.startswith(name + "(") for one in shown):
        return None
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    bare = "".join(text.split()).replace('"', "'")
    return any("".join(one.split()).replace('"', "'") == bare for one in shown)


def _texts(value: object) -> list[str]:
    texts = []
    for show in (repr, str):
        try:
            texts.append(str(show(value)))
        except Exception:  # noqa: BLE001, S112  # a stranger's __repr__ may raise anything
            continue
    return texts


def _equal(literal: object, value: object) -> bool:
    try:
        return bool(literal == value) or _close(literal, value)
    except Exception:  # noqa: BLE001  # a stranger's __eq__ may raise anything
        return False


def _close(literal: object, value: object) -> bool:
    """A float is shown with as many digits as the author liked."""
    if isinstance(literal, float) and isinstance(value, (int, float)):
        digits = len(repr(literal).partition(".")[2])
        return bool(abs(literal - value) <= 0.51 * 10.0**-digits)
    return bool(literal == value)


def _literal(text: str) -> object:
    try:
        return ast.literal_eval(text.strip())
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return text.strip()


def _same_literal(want: str, got: str) -> bool:
    """Sets and dictionaries are equal in any order."""
    if want[:1] not in "{[(" or got[:1] != want[:1]:
        return False
    left, right = _literal(want), _literal(got)
    return not isinstance(left, str) and left == right


def _even(text: str) -> str:
    lines = [line.rstrip() for line in _ADDRESS.sub("0x...", text).strip("\n").split("\n")]
    return "\n".join(lines)


def _chosen(options: tuple[str, ...]) -> set[str]:
    chosen: set[str] = set()
    for option in (*DEFAULTS, *options):
        (chosen.add if option[:1] == "+" else chosen.discard)(option[1:])
    return chosen


def _doctest(want: str, got: str, chosen: set[str]) -> bool:
    import doctest  # it pulls in pdb and unittest: 40 ms that scripts need not pay

    flags = 0
    for name in chosen:
        flags |= doctest.OPTIONFLAGS_BY_NAME.get(name, 0)
    try:
        return doctest.OutputChecker().check_output(want + "\n", got + "\n" if got else "", flags)
    except RecursionError:
        return False


def _close_numbers(want: str, got: str) -> bool:
    for left, right in zip(_NUMBER.findall(want), _NUMBER.findall(got)):  # noqa: B905  # 3.8
        digits = len(left.partition(".")[2])
        if abs(float(left) - float(right)) > 0.51 * 10**-digits:
            return False
    return True


def same_error(want: str, error: BaseException, ignore_detail: bool) -> bool | None:
    """Whether a transcript promises this exception; None where it promises none.

    The class's module is not compared. The message is not either where the interpreter itself
    words it: those change from version to version.
    """
    lines = want.split("\n")
    names = {cls.__name__ for cls in type(error).__mro__}
    header = any(line.lstrip().startswith("Traceback") for line in lines)
    for at, line in enumerate(lines):
        found = re.match(r"^([A-Za-z_][\w.]*)(?::\s*(.*))?$", line)
        if found is None or (line.startswith("Traceback") and header):
            continue
        name = found[1].rpartition(".")[2]
        if name == type(error).__name__:
            message = "\n".join([found[2] or "", *lines[at + 1 :]]).strip()
            lenient = ignore_detail or not message or type(error).__module__ == "builtins"
            return lenient or same_output(message, _said(error)) or message in _said(error)
        if header and (name in names or name.endswith(("Error", "Exception", "Warning"))):
            return False
    return True if header and "..." in lines[-1] else (False if header else None)


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001  # a stranger's __str__ may raise anything
        return ""
