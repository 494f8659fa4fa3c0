"""The promises about speed, as ratios against peers and bare compilers in the same run.

A third as good as promised is enough here, and at the second try: a noisy machine is no regression.
What the numbers are on a quiet machine stands in docs/benchmarks.md.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FACTOR = "3"


@pytest.mark.parametrize(
    ("section", "scale"),
    [
        ("warm", "0.5"),
        ("joint", "1"),
    ],
)
def test_nothing_became_much_slower(section: str, scale: str) -> None:
    options = ["--gate", FACTOR, "--rounds", "1", "--scale", scale, "--heavy", "pydantic"]
    command = [sys.executable, "benchmarks/peers.py", "--only", section, *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
