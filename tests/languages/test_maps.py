"""The list of mappers says the same as they do, and loads none of them for it."""

import importlib
import subprocess
import sys
from typing import cast

import pytest

from doc_healing.languages.maps import MAPPERS, LateMapper
from doc_healing.protocols import Mapper

NAMES = [mapper.name for mapper in MAPPERS]


@pytest.mark.parametrize("late", MAPPERS, ids=NAMES)
def test_the_list_says_what_the_mapper_says(late: Mapper) -> None:
    module = importlib.import_module(f"doc_healing.languages.{late.name}.mapping")
    mapper = cast("Mapper", module)
    assert (late.name, tuple(late.suffixes), tuple(late.manifests)) == (
        mapper.name,
        tuple(mapper.suffixes),
        tuple(mapper.manifests),
    )
    assert late.version == LateMapper(late.name, (), ()).version
    assert len({one.version for one in MAPPERS}) == len(MAPPERS)


def test_a_map_loads_no_part_that_runs_anything() -> None:
    code = """
import sys
from doc_healing.languages.maps import MAPPERS
print([one.version for one in MAPPERS] and sorted(n for n in sys.modules if 'tree_sitter' in n))
for one in MAPPERS: one.outline('a' + one.suffixes[0], b'')
run = [n for n in sys.modules if n.endswith('.running')]
print(run, [n for n in sys.modules if n.startswith(('doc_healing.sandboxes', 'pydantic'))])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["[]", "[] []"]
