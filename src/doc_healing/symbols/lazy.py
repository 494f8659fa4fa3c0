"""What is kept of a tree, unpacked where somebody looks at it.

Most questions are about few of its files.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from doc_healing.model import Outline, Surface, Target
from doc_healing.store import codec
from doc_healing.store.outlines import unpacked


class LazyOutlines(Mapping[str, Outline]):
    """Outlines by path, made of their packed ones."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self._pages = pages
        self._known: dict[str, Outline] = {}

    def __getitem__(self, path: str) -> Outline:
        """The outline; an empty one where what was kept is damaged."""
        known = self._known.get(path)
        if known is None:
            known = unpacked(self._pages[path]) or Outline(path, "", faults=("it was kept badly",))
            self._known[path] = known
        return known

    def __contains__(self, path: object) -> bool:
        """Whether there is an outline of that file."""
        return path in self._pages

    def __iter__(self) -> Iterator[str]:
        """The paths."""
        return iter(self._pages)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._pages)


class LazySurfaces(Mapping[str, Surface]):
    """Surfaces by language, made of their pages."""

    def __init__(self, pages: Mapping[str, bytes]) -> None:
        self._pages = pages
        self._known: dict[str, Surface] = {}

    def __getitem__(self, language: str) -> Surface:
        """The surface of a language."""
        if language not in self._known:
            rows = _rows(self._pages[language])
            self._known[language] = {
                module: {name: codec.read(target, Target) for name, target in names.items()}
                for module, names in rows.items()
            }
        return self._known[language]

    def __iter__(self) -> Iterator[str]:
        """The languages."""
        return iter(self._pages)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._pages)


def surface_page(surface: Surface) -> bytes:
    """A surface in few bytes."""
    rows = {
        module: {name: codec.written(one, Target) for name, one in names.items()}
        for module, names in surface.items()
    }
    return b"." + codec.packed(rows)


def readable(page: bytes | None) -> bool:
    """Whether a page looks like one of ours."""
    return page is not None and page[1:2] == b"\x78"


def _rows(page: bytes) -> dict[str, dict[str, list[Any]]]:
    try:
        rows = codec.unpacked(page[1:])
    except ValueError:  # kept badly: of this language no public name is known
        rows = {}
    return rows if isinstance(rows, dict) else {}
