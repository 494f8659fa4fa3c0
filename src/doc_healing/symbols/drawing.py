"""Drawing the map of a tree: each file is read once, whatever trees it is part of."""

import gc
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from doc_healing.model import Outline, Surface
from doc_healing.protocols import Mapper, Source
from doc_healing.store import Outlines
from doc_healing.store.outlines import address, unpacked
from doc_healing.symbols.index import Index

Files = Iterable[tuple[Mapper, str, bytes]]
Crew = Callable[[Files], Iterator[tuple[str, bytes]]]
"""What reads files of these mappers at these paths, and gives their packed outlines."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What a map is drawn with."""

    mappers: Sequence[Mapper]
    kept: Outlines
    crew: Crew


def index(source: Source, desk: Desk) -> Index:
    """The index of a tree. Nothing that a file can hold is an error: it becomes a fault."""
    with _collector_off():
        outlines, lost = _outlines(source, desk)
        told = [(path, why) for path, one in outlines.items() for why in one.faults]
        left = [(path, why) for path, why in source.left_out if mapper_of(path, desk.mappers)]
        faults = sorted([*told, *lost, *left])
        return Index(outlines, _surfaces(source, desk.mappers, outlines), tuple(faults))


def mapper_of(path: str, mappers: Sequence[Mapper]) -> Mapper | None:
    """Who reads a file of that name: the longest of their suffixes decides."""
    name = path.rpartition("/")[2]
    fitting = [
        (len(suffix), place)
        for place, mapper in enumerate(mappers)
        for suffix in mapper.suffixes
        if name.endswith(suffix) and name != suffix
    ]
    return mappers[max(fitting, key=lambda one: (one[0], -one[1]))[1]] if fitting else None


def _outlines(source: Source, desk: Desk) -> tuple[Mapping[str, Outline], list[tuple[str, str]]]:
    """The outlines by path, and the files that cannot be read."""
    mappers = _assigned(source.files, desk.mappers)
    keys = {
        path: address(mapper.name, mapper.version, path, source.files[path])
        for path, mapper in mappers.items()
    }
    kept = desk.kept.get(keys.values())
    found = {path: unpacked(kept[key]) for path, key in keys.items() if key in kept}
    missing = [path for path in keys if found.get(path) is None]
    fresh: dict[str, bytes] = {}
    read = ((mappers[path], path, data) for path, data in source.read(missing))
    fresh = dict(desk.crew(read))
    desk.kept.keep({keys[path]: data for path, data in fresh.items()})
    found.update((path, unpacked(data)) for path, data in fresh.items())
    lost = [(path, _LOST) for path in missing if path not in fresh]
    return {path: one for path, one in found.items() if one is not None}, lost


_LOST = "it cannot be read: larger than 8 MiB, or not in this clone"


def _assigned(paths: Iterable[str], mappers: Sequence[Mapper]) -> Mapping[str, Mapper]:
    by_suffix = {suffix: mapper for mapper in reversed(mappers) for suffix in mapper.suffixes}
    found = {}
    for path in paths:
        name = path.rpartition("/")[2]
        at = name.find(".", 1)
        while at > 0:
            mapper = by_suffix.get(name[at:])
            if mapper is not None:
                found[path] = mapper
                break
            at = name.find(".", at + 1)
    return found


def _surfaces(
    source: Source, mappers: Sequence[Mapper], outlines: Mapping[str, Outline]
) -> Mapping[str, Surface]:
    wanted = {name for mapper in mappers for name in mapper.manifests}
    manifests = [path for path in source.files if path.rpartition("/")[2] in wanted]
    texts = dict(source.read(manifests))
    found = {}
    for mapper in mappers:
        own = {path: one for path, one in outlines.items() if one.language == mapper.name}
        if own:
            found[mapper.name] = mapper.publish(own, texts.get)
    return found


@contextmanager
def _collector_off() -> Iterator[None]:
    """Without looking for cycles among thousands of new values, which have none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
