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
    with collector_off():
        drawn = outlines(source, desk, source.files)
        left = [(path, why) for path, why in source.left_out if assigned([path], desk.mappers)]
        surfaces, unpublished = _surfaces(source, desk.mappers, drawn.outlines)
        faults = sorted([*drawn.faults, *left, *unpublished])
        return Index(drawn.outlines, surfaces, tuple(faults))


@dataclass(frozen=True, slots=True)
class Drawn:
    """The outlines of some files, and (path, why) of those that could not be read whole."""

    outlines: Mapping[str, Outline]
    faults: Sequence[tuple[str, str]]


def outlines(source: Source, desk: Desk, paths: Iterable[str]) -> Drawn:
    """The outlines of those of the files that a mapper reads; only what is not kept is read."""
    mappers = assigned(paths, desk.mappers)
    keys = {
        path: address(mapper.name, mapper.version, path, source.files[path])
        for path, mapper in mappers.items()
    }
    kept = desk.kept.get(keys.values())
    found = {path: unpacked(kept[key]) for path, key in keys.items() if key in kept}
    missing = [path for path in keys if found.get(path) is None]
    fresh: dict[str, bytes] = {}
    for path, data in desk.crew((mappers[path], path, data) for path, data in source.read(missing)):
        fresh[path], found[path] = data, unpacked(data)
    desk.kept.keep({keys[path]: data for path, data in fresh.items()})
    whole = {path: one for path, one in found.items() if one is not None}
    told = [(path, why) for path, one in whole.items() for why in one.faults]
    return Drawn(whole, [*told, *((path, _LOST) for path in missing if path not in fresh)])


_LOST = "it cannot be read: larger than 8 MiB, changed just now, or not in this clone"


def assigned(paths: Iterable[str], mappers: Sequence[Mapper]) -> Mapping[str, Mapper]:
    """Who reads each of these files: the longest suffix decides. Others are left out."""
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
    source: Source, mappers: Sequence[Mapper], drawn: Mapping[str, Outline]
) -> tuple[Mapping[str, Surface], list[tuple[str, str]]]:
    """What each language offers to readers, and the languages of which that cannot be told."""
    wanted = {name for mapper in mappers for name in mapper.manifests}
    manifests = [path for path in source.files if path.rpartition("/")[2] in wanted]
    texts = dict(source.read(manifests))
    found: dict[str, Surface] = {}
    faults = []
    for mapper in mappers:
        own = {path: one for path, one in drawn.items() if one.language == mapper.name}
        if own:
            try:
                found[mapper.name] = mapper.publish(own, texts.get)
            except Exception as error:  # noqa: BLE001 - the edge of a job: the rest is told
                why = f"a fault of doc-healing: {type(error).__name__}: {error}"
                faults.append((mapper.name, f"its public names cannot be told: {why}"))
    return found, faults


@contextmanager
def collector_off() -> Iterator[None]:
    """Without looking for cycles among thousands of new values, which have none."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
