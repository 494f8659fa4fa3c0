"""A symbol on a line of the terminal, and in JSON."""

from collections.abc import Sequence

from doc_healing.model import Symbol
from doc_healing.report.options import Options
from doc_healing.report.screen import DIM, Paint, cells, shown_path, visible
from doc_healing.symbols.index import PublicName

_LEAST = 20  # cells


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
    if also:
        return f"{place} {text}{paint(also, DIM)}"
    return f"{place} {clipped(text, options, cells(place) + 1)}"


def parameters(one: Symbol) -> str:
    """Its parameters in brackets; nothing for what is not called."""
    if one.parameters is None:
        return ""
    return f"({', '.join(each.name for each in one.parameters)})"


def clipped(text: str, options: Options, used: int) -> str:
    """What of a text fits beside `used` cells of a terminal; all of it in a pipe.

    Where next to nothing fits the line is broken anyway, and all of it is of more use.
    """
    if options.width is None or used + cells(text) <= options.width:
        return text
    room = options.width - used - 1
    return text if room < _LEAST else text[:room] + "…"


def _written(name: PublicName) -> str:
    return f"{name.module}: {name.name}" if name.name else name.module
