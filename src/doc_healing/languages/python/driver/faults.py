"""An exception as plain facts: its chain, its frames, and where in the snippet it arose."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType


def describe(error: BaseException, path: str, text: str) -> dict[str, object]:
    """The facts of an exception; `path` and `text` are the snippet's file."""
    frames = _frames(error.__traceback__)
    own = [frame for frame in frames if frame["file"] == path]
    place = _place(error, own, path, text)
    return {
        "chain": [_link(link) for link in _chain(error)],
        "frames": [{k: v for k, v in f.items() if k != "span"} for f in frames[-60:]],
        "inside": bool(own) and frames[-1]["file"] == path,
        **place,
    }


def stripped(trace: TracebackType | None) -> TracebackType | None:
    """A traceback without the frames of this driver at its top."""
    while trace is not None and _is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def lines_of(error: BaseException, path: str) -> list[int]:
    """The lines of the snippet's own frames, outermost first."""
    return [int(str(f["line"])) for f in _frames(error.__traceback__) if f["file"] == path]


def _is_ours(name: str) -> bool:
    return name.startswith(_HERE)


_HERE = _is_ours.__code__.co_filename.rpartition("/")[0]


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo and len(found) < 12:
        one = todo.pop(0)
        if one is None or any(one is other for other in found):
            continue
        found.append(one)
        todo.extend(
            getattr(one, "exceptions", ())[:5]
            if isinstance(getattr(one, "exceptions", None), tuple)
            else ()
        )
        todo.append(one.__cause__)
        todo.append(None if one.__suppress_context__ else one.__context__)
    return found


def _link(error: BaseException) -> dict[str, object]:
    cls = type(error)
    facts: dict[str, object] = {
        "class": cls.__name__,
        "module": str(cls.__module__),
        "bases": [c.__module__ + "." + c.__name__ for c in cls.__mro__][:12],
        "message": _message(error),
    }
    for key in ("name", "name_from", "filename", "errno", "code"):
        value = getattr(error, key, None)
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            facts[key] = value
    if isinstance(error, KeyError) and error.args:
        facts["key"] = str(error.args[0])[:200]
    return facts


def _message(error: BaseException) -> str:
    try:
        return str(error)[:4000]
    except Exception:  # noqa: BLE001  # a stranger's __str__ may raise anything
        return ""


def _frames(trace: TracebackType | None) -> list[dict[str, object]]:
    found: list[dict[str, object]] = []
    while trace is not None and len(found) < 3000:
        code = trace.tb_frame.f_code
        if not _is_ours(code.co_filename):
            found.append(
                {
                    "file": code.co_filename,
                    "line": trace.tb_lineno or 0,
                    "function": code.co_name,
                    "span": _span(trace),
                }
            )
        trace = trace.tb_next
    return found


def _span(trace: TracebackType) -> tuple[object, ...]:
    """The byte columns of the failing instruction, where the interpreter knows them (3.11)."""
    positions = getattr(trace.tb_frame.f_code, "co_positions", None)
    if positions is None:
        return ()
    for at, found in enumerate(positions()):
        if at == trace.tb_lasti // 2:
            return tuple(found)
    return ()


def _place(
    error: BaseException, own: list[dict[str, object]], path: str, text: str
) -> dict[str, object]:
    """Line, column and end column in the snippet's file (1-based), or nothing."""
    lines = text.split("\n")
    if isinstance(error, SyntaxError) and error.filename == path and error.lineno:
        return {"line": error.lineno, "column": error.offset or 1}
    if not own:
        return {}
    line = int(str(own[-1]["line"]))
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    place: dict[str, object] = {"line": line, "column": len(shown) - len(shown.lstrip()) + 1}
    span = own[-1]["span"]
    if isinstance(span, tuple) and len(span) == 4 and span[0] == line and span[2] is not None:
        raw = shown.encode("utf-8", "surrogatepass")
        place["column"] = len(raw[: span[2]].decode("utf-8", "ignore")) + 1
        if span[1] == line and span[3]:
            place["end_column"] = len(raw[: span[3]].decode("utf-8", "ignore")) + 1
    return place


def version() -> str:
    """The interpreter's version."""
    return ".".join(str(part) for part in sys.version_info[:3])
