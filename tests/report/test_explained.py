"""The examples of the findings' pages, run by the command itself."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from doc_healing.report.codes import CODES, Code
from tests import needs

# One document each, so that one run of the command answers for all of them.
EXPLAINED = [code for code in CODES.values() if code.example]
IDS = [code.id for code in EXPLAINED]

pytestmark = pytest.mark.sandbox


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `check` says of all examples but those that need a registry, in one run."""
    needs.program("bwrap")
    for language in {code.example.language for code in EXPLAINED if code.example}:
        needs.toolchain(language)
    root: Path = tmp_path_factory.mktemp("explained")
    for code in EXPLAINED:
        assert code.example
        (root / f"{code.id}-failing.md").write_text(code.example.failing, "utf-8")
        if not code.example.installs:
            (root / f"{code.id}-mended.md").write_text(code.example.mended, "utf-8")
    return _checked(root, 1)


def _checked(root: Path, code: int) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "doc_healing", "check", "-q", "--format", "json", "."],
        cwd=root,
        capture_output=True,
        timeout=1200,
        check=False,
    )
    assert done.returncode == code, done.stderr.decode()
    return json.loads(done.stdout)


def _first(report: Any, path: str) -> Any:
    return next(found for found in report["findings"] if found["path"] == path)


def _notices(report: Any, path: str) -> list[str]:
    return [notice["code"] for notice in report["notices"] if notice["path"] == path]


@pytest.mark.parametrize("code", EXPLAINED, ids=IDS)
def test_the_failing_example_shows_the_finding(code: Code, report: Any) -> None:
    example, path = code.example, f"{code.id}-failing.md"
    assert example
    found = _first(report, path)
    assert found["verdict"] == example.verdict.value
    if example.kind:
        assert found["symptom"]["kind"] == example.kind.value
    if code.id.startswith("DH1"):
        assert code.id in _notices(report, path)
    else:
        assert found["code"] == code.id


MENDED = [code for code in EXPLAINED if code.example and not code.example.installs]
INSTALLED = [code for code in EXPLAINED if code.example and code.example.installs]


@pytest.mark.parametrize("code", MENDED, ids=[code.id for code in MENDED])
def test_the_mended_example_is_mended(code: Code, report: Any) -> None:
    path = f"{code.id}-mended.md"
    assert code.example
    assert _first(report, path)["verdict"] == code.example.mended_verdict.value
    assert _notices(report, path) == []


@pytest.mark.network
@pytest.mark.parametrize("code", INSTALLED, ids=[code.id for code in INSTALLED])
def test_the_mended_example_is_mended_by_a_registry(code: Code, tmp_path: Path) -> None:
    assert code.example
    (tmp_path / "mended.md").write_text(code.example.mended, "utf-8")
    found = _checked(tmp_path, 0)["findings"]
    assert found[0]["verdict"] == code.example.mended_verdict.value
