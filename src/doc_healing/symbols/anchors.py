"""Links to lines of the project's own source, and where these lines are after a change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from doc_healing.protocols import Source
from doc_healing.symbols.prose import Page, Spot, lines_of, own_path


@dataclass(frozen=True, slots=True)
class Anchor:
    """A link whose lines hold something else now. `now` is where its text went, if one place."""

    path: str
    line: int
    column: int
    target: str
    now: str = ""  # `L12-L14`


def anchors(
    spots: Sequence[Spot], page: Page, earlier: str, head: Source, base: Source
) -> list[Anchor]:
    """The links of a page that lead to other lines than they did.

    `earlier` is the page's text at the base: a link that it did not have is new, and means what is
    there now. One to a commit or a tag stays what it was.
    """
    links = [one for one in spots if one.kind == "link" and one.target in earlier]
    led = {target: _led(target, page, head, base) for target in {one.target for one in links}}
    return [
        Anchor(page.path, one.line, one.column, one.target, now)
        for one in links
        for now in [led[one.target]]
        if now is not None
    ]


def _led(target: str, page: Page, head: Source, base: Source) -> str | None:
    """Where the lines of a link are by now, "" for nobody knows; None where they are in place."""
    place, path = lines_of(target), own_path(target, page, moving=True)
    if not place or not path or base.files.get(path) in (None, head.files.get(path)):
        return None
    first, last = place
    then, now = _rows(base, path), _rows(head, path)
    meant = then[first - 1 : last]
    if not any(meant) or now[first - 1 : last] == meant:
        return None
    at = list(_places(meant, now))
    return _shown(at[0] + 1, len(meant)) if len(at) == 1 else ""


def _rows(source: Source, path: str) -> list[str]:
    if path not in source.files:
        return []
    data = next((data for _, data in source.read([path])), b"")
    return [row.rstrip() for row in data.decode("utf-8", "replace").split("\n")]


def _places(meant: Sequence[str], rows: Sequence[str]) -> Iterable[int]:
    """Where these rows stand among others, from 0."""
    for at, row in enumerate(rows):
        if row == meant[0] and list(rows[at : at + len(meant)]) == list(meant):
            yield at


def _shown(first: int, count: int) -> str:
    return f"L{first}" if count == 1 else f"L{first}-L{first + count - 1}"
