"""Drawing the map of a tree: each file is read once, whatever trees it is part of."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from doc_healing.model import Outline, Surface
from doc_healing.protocols import Mapper, Source
from doc_healing.store import Outlines
from doc_healing.store.collector import collector_off
from doc_healing.store.outlines import address, faulty
from doc_healing.symbols.index import Index
from doc_healing.symbols.lazy import LazyOutlines, LazySurfaces, readable, surface_page

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
    """The index of a tree. Nothing that a file can hold is an error: it becomes a fault.

    What is kept of it is looked at when it is asked for.
    """
    with collector_off():
        drawn = outlines(source, desk, source.files)
        left = [(path, why) for path, why in source.left_out if assigned([path], desk.mappers)]
        surfaces, unpublished = _surfaces(source, desk, drawn)
        faults = sorted([*drawn.faults, *left, *unpublished])
        return Index(drawn.outlines, surfaces, tuple(faults))


@dataclass(frozen=True, slots=True)
class Drawn:
    """The outlines of some files, and (path, why) of those that could not be read whole.

    `keys` are the addresses of the outlines, by the name of the mapper and by path.
    """

    outlines: Mapping[str, Outline]
    faults: Sequence[tuple[str, str]]
    keys: Mapping[str, Mapping[str, str]]


def outlines(source: Source, desk: Desk, paths: Iterable[str]) -> Drawn:
    """The outlines of those of the files that a mapper reads; only what is not kept is read."""
    mappers = assigned(paths, desk.mappers)
    versions = {mapper.name: mapper.version for mapper in mappers.values()}
    keys = {
        path: address(mapper.name, versions[mapper.name], path, source.files[path])
        for path, mapper in mappers.items()
    }
    kept = desk.kept.get(keys.values())
    pages = {path: kept[key] for path, key in keys.items() if readable(kept.get(key))}
    missing = [path for path in keys if path not in pages]
    pages |= desk.crew((mappers[path], path, data) for path, data in source.read(missing))
    fresh = [path for path in missing if path in pages]
    desk.kept.keep({keys[path]: pages[path] for path in fresh})
    pages = {path: pages[path] for path in keys if path in pages}  # readers end in any order
    found = LazyOutlines(pages)
    flawed = (path for path in found if faulty(pages[path]))
    told = [(path, why) for path in flawed for why in found[path].faults]
    lost = [(path, _LOST) for path in missing if path not in pages]
    of = {name: {at: keys[at] for at in pages if mappers[at].name == name} for name in versions}
    return Drawn(found, [*told, *lost], of)


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
    source: Source, desk: Desk, drawn: Drawn
) -> tuple[Mapping[str, Surface], list[tuple[str, str]]]:
    """What each language offers to readers, and the languages of which that cannot be told.

    It follows from the outlines and the manifests: the addresses of both are its own.
    """
    mappers = [mapper for mapper in desk.mappers if drawn.keys.get(mapper.name)]
    manifests = {mapper.name: _manifests(source, mapper) for mapper in mappers}
    addresses = {
        mapper.name: address(
            "surface",
            mapper.name,
            *drawn.keys[mapper.name].values(),
            *chain.from_iterable(manifests[mapper.name].items()),
        )
        for mapper in mappers
    }
    kept = desk.kept.get(addresses.values())
    pages = {name: kept[key] for name, key in addresses.items() if readable(kept.get(key))}
    faults = []
    for mapper in mappers:
        if mapper.name not in pages:
            own = {path: drawn.outlines[path] for path in drawn.keys[mapper.name]}
            texts = dict(source.read(list(manifests[mapper.name])))
            try:
                pages[mapper.name] = surface_page(mapper.publish(own, texts.get))
            except Exception as error:  # noqa: BLE001 - the edge of a job: the rest is told
                why = f"a fault of doc-healing: {type(error).__name__}: {error}"
                faults.append((mapper.name, f"its public names cannot be told: {why}"))
                continue
            desk.kept.keep({addresses[mapper.name]: pages[mapper.name]})
    return LazySurfaces(pages), faults


def _manifests(source: Source, mapper: Mapper) -> Mapping[str, str]:
    """The manifests of a language in the tree, and the ids of their contents."""
    wanted = set(mapper.manifests)
    found = (path for path in source.files if path.rpartition("/")[2] in wanted)
    return {path: source.files[path] for path in sorted(found)}
