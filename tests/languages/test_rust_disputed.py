"""Names that a page defines in several ways, and tabs of two sets that belong together."""

from dataclasses import replace

import pytest

from doc_healing.model import Verdict
from tests.languages.rust_stage import examine, page

ONE = "struct P { x: i32 }\n"
TWO = "struct P { x: i32, y: i32 }\n"


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ((ONE, TWO, 'println!("{}", P { x: 1 }.x);\n'), Verdict.PASSED),
        ((ONE, TWO, 'println!("{}", P { x: 1, y: 2 }.y);\n'), Verdict.PASSED),
        ((ONE, TWO, 'println!("{}", P { z: 1 }.z);\n'), Verdict.UNVERIFIED),
        ((ONE, ONE, 'println!("{}", P { z: 1 }.z);\n'), Verdict.BROKEN),
    ],
)
def test_each_definition_of_a_name_is_tried(blocks: tuple[str, ...], expected: Verdict) -> None:
    reading = examine(page(*blocks))[-1]
    assert reading.verdict is expected, reading


def test_a_tab_takes_nothing_from_one_of_another_label() -> None:
    labels = ("tabs#1/v1", "tabs#1/v2", "tabs#2/v1")
    made = page("fn one() -> i32 { 1 }\n", "fn two() -> i32 { 2 }\n", "assert_eq!(two(), 2);\n")
    tabs = [replace(one, containers=(label,)) for one, label in zip(made, labels, strict=True)]
    assert examine(made)[-1].verdict is Verdict.PASSED
    assert examine(tabs)[-1].verdict is Verdict.UNVERIFIED
