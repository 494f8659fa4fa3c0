"""`make run` shows what the example's table says: each broken snippet at its line, by its kind."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from doc_healing.languages import LANGUAGES
from tests import needs

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples/widgets"
EXPECTED: list[dict[str, Any]] = json.loads((EXAMPLE / "expected.json").read_text("utf-8"))


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "doc_healing", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},
        timeout=1200,
    )


def test_the_table_names_every_fence_of_the_example() -> None:
    done = command("list", "--format", "json", "examples/widgets")
    assert done.returncode == 0, done.stderr
    listed = json.loads(done.stdout)["snippets"]
    assert [(s["path"], s["line"], s["language"]) for s in listed] == [
        (row["path"], row["line"], row["language"]) for row in EXPECTED
    ]


@pytest.mark.sandbox
@pytest.mark.network
def test_the_report_is_what_the_table_says() -> None:
    needs.program("bwrap")
    for language in LANGUAGES:
        needs.toolchain(language.name)
    done = command("check", "--format", "json", "examples/widgets")
    assert done.returncode == 1, done.stderr
    found = [
        {
            "path": finding["path"],
            "line": finding["line"],
            "language": finding["language"],
            "verdict": finding["verdict"],
            "kind": finding["symptom"] and finding["symptom"]["kind"],
        }
        for finding in json.loads(done.stdout)["findings"]
    ]
    assert found == EXPECTED
    for finding in json.loads(done.stdout)["findings"]:
        if finding["symptom"]:
            assert finding["line"] <= finding["symptom"]["line"]
