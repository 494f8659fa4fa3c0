"""What goes into a jail: names, archives, arguments and the runner's script, as values."""

import io
import subprocess
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.errors import InfraError
from doc_healing.model import File, Limits, Program, Step
from doc_healing.sandboxes import jail

PART = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1,
               max_size=40).filter(lambda p: p not in (".", ".."))  # fmt: skip
WORD = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)


@settings(max_examples=200)
@given(st.lists(PART, min_size=1, max_size=4), st.binary(max_size=300), st.booleans())
def test_an_archive_holds_what_was_given(parts: list[str], data: bytes, executable: bool) -> None:
    name = "/".join(parts)
    archive = jail.archive([File(name, data, executable)], Limits())
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        (member,) = [m for m in tar.getmembers() if m.name.startswith("work/")]
        content = tar.extractfile(member)
        assert content is not None
        assert (member.name, content.read(), member.isreg()) == (f"work/{name}", data, True)
        assert member.mode == (0o755 if executable else 0o644)


@settings(max_examples=200)
@given(st.lists(st.one_of(PART, st.sampled_from(["..", ".", "", "\0", "a" * 256])), max_size=5))
def test_no_unsafe_name_gets_through(parts: list[str]) -> None:
    name = "/".join(parts)
    unsafe = name.startswith("/") or any(p in ("..", ".", "") or "\0" in p for p in name.split("/"))
    if unsafe or any(len(p.encode()) > 255 for p in parts):
        with pytest.raises(InfraError):
            jail.check_name(name)
    else:
        jail.check_name(name)


@settings(max_examples=100, deadline=None)
@given(st.lists(WORD, max_size=5))
def test_words_reach_a_step_as_they_are(words: list[str]) -> None:
    """The runner is shell text: no word of a step may mean anything to the shell."""
    step = Step(("printf", "%s\\0", *words))
    script = jail.runner(Program((), (step,)), Limits())
    done = subprocess.run(
        ["/bin/sh", "-c", f"exec 4>/dev/null 5<<E\ngo\nE\n{script}"], capture_output=True
    )
    expected = b"".join(word.encode() + b"\0" for word in words) or b"\0"
    assert done.stdout == expected


def test_a_command_line_that_linux_would_not_take_is_refused() -> None:
    with pytest.raises(InfraError, match="too long"):
        jail.runner(Program((), (Step(("echo", "x" * 200_000)),)), Limits())


@pytest.mark.parametrize("name", ["", "A=B", "A\0"])
def test_a_variable_that_cannot_be_set_is_refused(name: str) -> None:
    with pytest.raises(InfraError):
        jail.arguments(Program((), (Step(("true",)),), variables={name: "x"}))


def test_a_programs_variables_come_over_ours() -> None:
    program = Program((), (Step(("true",)),), variables={"TZ": "Asia/Tokyo", "X": "a b\nc"})
    words = jail.arguments(program).decode().split("\0")
    at = [i for i, word in enumerate(words) if word == "--setenv"]
    assert {"TZ": "Asia/Tokyo", "X": "a b\nc", "LANG": "C.UTF-8"}.items() <= {
        words[i + 1]: words[i + 2] for i in at
    }.items()
    assert "--clearenv" in words
