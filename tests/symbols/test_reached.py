"""Edits behind what a static map follows easily: each has to choose the block that it may break.

`reached.json` holds small projects in six languages, with one edit each: reflection, registries,
side effects and the order of loading, protocols of a runtime, data that code reads, types only.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.symbols.trees import chosen

CASES = json.loads(Path(__file__).with_name("reached.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda one: f"{one['language']}-{one['name']}")
def test_an_edit_chooses_the_block_that_it_may_break(case: dict[str, Any]) -> None:
    page = f"# T\n\n```{case['language']}\n{case['code']}```\n"
    before = {**case["files"], "page.md": page}
    after = dict(before)
    if case["old"] is None:
        del after[case["path"]]
    elif case["path"] in before:
        after[case["path"]] = before[case["path"]].replace(case["old"], case["new"])
        assert after != before
    else:
        after[case["path"]] = case["new"]
    found = chosen(before, after)
    assert found.chosen or found.everything, found.spared
    assert chosen(before, before).chosen == {}
