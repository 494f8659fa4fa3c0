"""YAML text to plain values that remember where each key and value stands.

The text is a stranger's: what YAML offers for surprises (aliases and their bombs, tags, merge
keys, a `%YAML 1.1` in which `off` is false, several documents, deep nesting) is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    NodeEvent,
    ScalarEvent,
)
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from doc_healing.errors import Place, UserError

_DEEPEST = 12
_TAG = "tag:yaml.org,2002:"
Step = str | int
Route = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Tree:
    """A value, and the places (line, column) of each key and each value by its route from the root.

    A route is the keys and indices that lead there: `("exclude", 0)`.
    """

    value: dict[str, Any]
    keys: dict[Route, tuple[int, int]]
    values: dict[Route, tuple[int, int]]


def parse(text: str, path: str) -> Tree:
    """The mapping that a YAML text holds; an empty text is an empty mapping.

    Raises `UserError` with its place for whatever is not plain YAML 1.2 of strings, numbers,
    booleans, lists and mappings with unique string keys.
    """
    last = [(1, 1)]
    try:
        _check_events(text, path, last)
        node = YAML(typ="safe", pure=True).compose(text)
        tree = Tree({}, {(): (1, 1)}, {(): (1, 1)})
        if node is None or (isinstance(node, ScalarNode) and node.tag == f"{_TAG}null"):
            return tree
        if not isinstance(node, MappingNode):
            _refuse("the config is not a mapping", path, node, "write `key: value` lines")
        tree.value.update(_mapping(node, (), tree, path))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(path, mark.line + 1, mark.column + 1) if mark else Place(path, *last[0])
        raise UserError(f"not YAML: {_words(error)}", place=place, help=_tab(text, place)) from None
    except ReaderError as error:
        raise UserError(
            f"the character {text[error.position]!a} is not allowed in YAML",
            place=_at(text, path, error.position),
        ) from None
    # ruamel lets these through for escapes and numbers that Python cannot hold.
    except (YAMLError, ValueError, OverflowError) as error:
        raise UserError(f"not YAML: {error}", place=Place(path, *last[0])) from None
    return tree


def _check_events(text: str, path: str, last: list[tuple[int, int]]) -> None:
    depth = documents = 0
    for event in _events(text):
        last[0] = (event.start_mark.line + 1, event.start_mark.column + 1)
        documents += isinstance(event, DocumentStartEvent)
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if problem := _problem(event, depth, documents):
            raise UserError(problem, place=Place(path, *last[0]))


def _events(text: str) -> Iterator[Event]:
    yield from YAML(typ="safe", pure=True).parse(text)


def _problem(event: Event, depth: int, documents: int) -> str:
    if documents > 1:
        return "a second YAML document: the config is one"
    if isinstance(event, DocumentStartEvent) and (event.version or event.tags):
        return "YAML directives are not understood here"
    if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
        return "YAML anchors and aliases are not understood here"
    if isinstance(event, CollectionStartEvent | ScalarEvent) and event.tag:
        return "YAML tags are not understood here"
    return "nested too deeply" if depth > _DEEPEST else ""


def _mapping(node: MappingNode, route: Route, tree: Tree, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, ScalarNode):
            _refuse("a key has to be a word", path, key)
        name = str(key.value)
        if name in found:
            first = tree.keys[(*route, name)][0]
            _refuse(f"`{name}` is said twice", path, key, f"the first is in line {first}")
        tree.keys[(*route, name)] = _mark(key)
        found[name] = _value(value, (*route, name), tree, path)
    return found


def _value(node: Node, route: Route, tree: Tree, path: str) -> Any:
    tree.values[route] = _mark(node)
    if node.tag == f"{_TAG}null":  # it may stand nowhere: its key does
        place = Place(path, *tree.keys.get(route, _mark(node)))
        raise UserError(f"`{route[-1]}` has no value", place=place, help="give it one or remove it")
    if isinstance(node, MappingNode):
        return _mapping(node, route, tree, path)
    if isinstance(node, SequenceNode):
        return [_value(item, (*route, i), tree, path) for i, item in enumerate(node.value)]
    return _scalar(node, path)


def _scalar(node: Node, path: str) -> Any:
    kind = (node.tag or "").removeprefix(_TAG)
    build: SafeConstructor = YAML(typ="safe", pure=True).constructor
    make = {
        "bool": build.construct_yaml_bool,
        "int": build.construct_yaml_int,
        "float": build.construct_yaml_float,
    }.get(kind)
    try:
        return make(node) if make else str(node.value)  # a date stays as it is written
    except (ValueError, OverflowError, IndexError):
        _refuse(f"not a number: {str(node.value)[:40]}", path, node)


def _refuse(message: str, path: str, node: Node, advice: str = "") -> NoReturn:
    raise UserError(message, place=Place(path, *_mark(node)), help=advice)


def _mark(node: Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1


def _words(error: MarkedYAMLError) -> str:
    said = [part for part in (error.context, error.problem) if part]
    return ", ".join(said) or "it cannot be read"


def _tab(text: str, place: Place) -> str:
    lines = text.splitlines()
    line = lines[place.line - 1] if place.line and place.line <= len(lines) else ""
    indent = line[: len(line) - len(line.lstrip())]
    return "YAML is indented with spaces, not with tabs" if "\t" in indent else ""


def _at(text: str, path: str, position: int) -> Place:
    before = text[:position]
    return Place(path, before.count("\n") + 1, len(before.rpartition("\n")[2]) + 1)
