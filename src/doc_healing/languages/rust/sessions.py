"""What stands around a block: its session's earlier ones, setup, teardown; and what never does."""

from collections.abc import Sequence

from doc_healing.languages.following import applies, joined
from doc_healing.languages.rust.source import code_of, rows
from doc_healing.languages.rust.tree import facts
from doc_healing.model import Mode, Role, Snippet, State

_INFERRED = "inferred-context"


def is_inferred(snippet: Snippet) -> bool:
    """Whether nobody said that it follows others: the names that they bind did."""
    return _INFERRED in snippet.instructions.flags


def neighbours(
    snippet: Snippet, snippets: Sequence[Snippet]
) -> tuple[tuple[Snippet, ...], tuple[Snippet, ...]]:
    """The snippets that stand before and after one: setup, its session's earlier ones, teardown."""
    found = [item for item in snippets if item is not snippet and usable(item)]
    earlier = [item for item in found if item.index < snippet.index and _is_example(item)]
    above = joined(snippet, earlier)
    setup = [item for item in found if _is(item, Role.SETUP) and applies(item, snippet, above)]
    after = [item for item in found if _is(item, Role.TEARDOWN) and applies(item, snippet, above)]
    return (*setup, *(item for item in above if item not in setup)), tuple(after)


def usable(item: Snippet) -> bool:
    """Whether a block may be a part of another one's program."""
    asked = item.instructions
    runs = item.state is State.RUNNABLE and asked.mode in (Mode.RUN, Mode.BUILD)
    return runs and not asked.file_name and facts(code_of(rows(item))).parses


def _is(item: Snippet, role: Role) -> bool:
    return item.instructions.role is role


def _is_example(item: Snippet) -> bool:
    return _is(item, Role.EXAMPLE)


def alternatives(one: Snippet, other: Snippet, snippets: Sequence[Snippet] = ()) -> bool:
    """Whether they stand in different tabs of one set, so that neither follows the other.

    Tabs of two sets are paired by their labels: one called "v2" is nothing to a block in a "v1",
    where its own set has a "v1" too.
    """
    tabs, own = _tabs(one), _tabs(other)
    if any(own.get(group, tab) != tab for group, tab in tabs.items()):
        return True
    labels = set(own.values())
    return any(
        group not in own and label not in labels and _has_tab(group, labels, snippets)
        for group, label in tabs.items()
    )


def _has_tab(group: str, labels: set[str], snippets: Sequence[Snippet]) -> bool:
    return any(_tabs(item).get(group) in labels for item in snippets)


def _tabs(snippet: Snippet) -> dict[str, str]:
    """The sets of tabs that a block stands in, with the label of its tab in each."""
    return dict(_tab(name) for name in snippet.containers if _is_tab(name))


def _tab(container: str) -> tuple[str, str]:
    group, _, tab = container.partition("/")
    return group, tab


def _is_tab(container: str) -> bool:
    return container.startswith("tabs#") and "/" in container
