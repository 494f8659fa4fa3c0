"""Commits that touch thousands of names: they are paired all the same, and in bounded time."""

import time

import pytest

from doc_healing.languages.maps import MAPPERS
from doc_healing.model import ChangeKind
from doc_healing.symbols.matching import compare


def body(number: int) -> str:
    return "".join(f"    w{(number * 7 + at) % 90} = w{(number + at) % 90}()\n" for at in range(5))


def functions(name: str, count: int, last: str = "") -> bytes:
    return "".join(f"def {name}_{n}(a):\n{body(n)}{last}\n" for n in range(count)).encode()


@pytest.mark.parametrize(("files", "count"), [(60, 5), (1, 300)])
def test_all_names_of_a_tree_can_change_at_once(files: int, count: int) -> None:
    before = {f"m{n}.py": functions(f"get_{n}", count) for n in range(files)}
    after = {f"m{n}.py": functions(f"fetch_{n}", count, "    return a\n") for n in range(files)}
    changes = compare(before, after, MAPPERS)
    assert len(changes) == files * count
    for one in changes:
        assert one.kind is ChangeKind.RENAMED
        assert one.old is not None
        assert one.new is not None
        assert one.new.name == one.old.name.replace("get", "fetch")


def test_a_thousand_overloads_are_not_all_compared_with_one_another() -> None:
    rows = range(1500)
    before = "".join(f"void call(Old{n} a) {{ w{n}(a, {n}); }}\n" for n in rows)
    after = "".join(f"void call(New{n} a, int b) {{ w{n}(a, {n}); }}\n" for n in rows)
    since = time.process_time()
    changes = compare(
        {"A.java": f"class A {{ {before} }}".encode()},
        {"A.java": f"class A {{ {after} }}".encode()},
        MAPPERS,
    )
    assert time.process_time() - since < 15  # half a second; a minute for all pairs
    lines = [
        (one.old.line, one.new.line)
        for one in changes
        if one.kind is ChangeKind.SIGNATURE_CHANGED and one.old and one.new
    ]
    assert sorted(lines) == [(n + 1, n + 1) for n in rows]
