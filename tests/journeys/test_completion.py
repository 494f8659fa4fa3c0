"""Completion, as the shells ask for it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.desk import call

BASH = """
source {script}
declare -F _doc_healing_completion >/dev/null || exit 9
COMP_WORDS=({words}); COMP_CWORD={position}
_doc_healing_completion doc-healing
printf '%s\\n' "${{COMPREPLY[@]}}"
"""


@pytest.mark.parametrize(
    ("words", "position", "expected"),
    [
        ("doc-healing che", 1, {"check"}),
        ("doc-healing check --fo", 2, {"--format"}),
        ("doc-healing check --format s", 3, {"sarif"}),
        ("doc-healing completion ''", 2, {"bash", "zsh", "fish"}),
    ],
)
def test_bash_completes(tmp_path: Path, words: str, position: int, expected: set[str]) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(call("completion", "bash", cwd=tmp_path).out)
    command = tmp_path / "doc-healing"
    command.write_text(f'#!/bin/sh\nexec {sys.executable} -m doc_healing "$@"\n')
    command.chmod(0o755)
    text = BASH.format(script=script, words=words, position=position)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    assert expected <= set(done.stdout.split())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_script_names_the_command_and_parses(tmp_path: Path, shell: str) -> None:
    result = call("completion", shell, cwd=tmp_path)
    assert result.code == 0, result.err
    assert "_DOC_HEALING_COMPLETE" in result.out
    if shutil.which(shell):
        script = tmp_path / "script"
        script.write_text(result.out)
        assert subprocess.run([shell, "-n", str(script)], check=False).returncode == 0


def test_an_unknown_shell_is_refused(tmp_path: Path) -> None:
    assert call("completion", "cmd", cwd=tmp_path).code == 2
