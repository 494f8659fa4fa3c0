"""A symbol on a line of the terminal, and in JSON."""

from collections.abc import Sequence

from doc_healing.model import Symbol
from doc_healing.report.options import Options
from doc_healing.report.screen import DIM, Paint, cells, shown_path, visible
from doc_healing.symbols.index import PublicName


def place_row(one: Symbol) -> dict[str, str | int]:
    """Where a symbol is and what it is called there."""
    return {"path": one.path, "line": one.line, "end_line": one.end_line, "name": one.name}


def public_rows(names: Sequence[PublicName]) -> list[dict[str, str]]:
    """The names under which readers import it."""
    return [{"module": one.module, "name": one.name} for one in names]


def symbol_line(one: Symbol, options: Options, names: Sequence[PublicName] = ()) -> str:
    """`path:line: kind name(parameters)   = public name`."""
    paint = Paint(options.colour)
    place = f"{shown_path(one.path)}:{one.line}:"
    text = f"{one.kind.value} {visible(one.name)}{visible(parameters(one))}"
    also = f"   {', '.join(visible(_written(name)) for name in names)}" if names else ""
    return (
        f"{place} {clipped(text + also, options, cells(place) + 1)}"
        if not also
        else (f"{place} {text}{paint(also, DIM)}")
    )


def parameters(one: Symbol) -> str:
    """Its parameters in brackets; nothing for what is not called."""
    if one.parameters is None:
        return ""
    return f"({', '.join(each.name for each in one.parameters)})"


def clipped(text: str, options: Options, used: int) -> str:
    """What of a text fits beside `used` cells of a terminal; all of it in a pipe."""
    if options.width is None or used + cells(text) <= options.width:
        return text
    room = max(options.width - used - 1, 20)
    return text[:room] + "…"


def _written(name: PublicName) -> str:
    return f"{name.module}: {name.name}" if name.name else name.module
