"""How each language's source is read for the code map, in the order of the languages.

A mapper is loaded when it is first asked for anything but its name: no run of a snippet needs one.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import cast

from doc_healing.model import Outline, Surface, Token, Use
from doc_healing.protocols import Mapper


class LateMapper:
    """The mapper of a language by its name; the first question loads it."""

    def __init__(self, name: str) -> None:
        self.name = name

    @cached_property
    def _mapper(self) -> Mapper:
        module = importlib.import_module(f"doc_healing.languages.{self.name}.mapping")
        return cast("Mapper", module)  # each of them is checked where the tests walk the list

    @property
    def version(self) -> str:  # noqa: D102 - the protocol says it
        return self._mapper.version

    @property
    def suffixes(self) -> Sequence[str]:  # noqa: D102
        return self._mapper.suffixes

    @property
    def manifests(self) -> Sequence[str]:  # noqa: D102
        return self._mapper.manifests

    def outline(self, path: str, data: bytes) -> Outline:  # noqa: D102
        return self._mapper.outline(path, data)

    def tokens(self, path: str, data: bytes) -> Sequence[Token]:  # noqa: D102
        return self._mapper.tokens(path, data)

    def publish(  # noqa: D102
        self, outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]
    ) -> Surface:
        return self._mapper.publish(outlines, read)

    def uses(self, code: str, before: Sequence[str] = ()) -> Sequence[Use]:  # noqa: D102
        return self._mapper.uses(code, before)


# A line for each, once `languages/<name>/mapping/` is there.
MAPPERS: list[Mapper] = [
    LateMapper("python"),
    LateMapper("javascript"),
    LateMapper("typescript"),
    LateMapper("java"),
    LateMapper("go"),
    LateMapper("rust"),
]
