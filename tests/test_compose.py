"""The composition root: what only it can say, since it alone knows the languages."""

import pytest

from doc_healing import compose, environments
from doc_healing.compose import Choices
from doc_healing.config import RepoConfig
from doc_healing.environments import Desk, InstallFailed
from doc_healing.model import Checkout, Environment, Toolchain, Wants

ASKED = [  # language, version, the one of its runtime, what is asked for, whether that is said
    ("javascript", "20.1.0", "", ">=18", False),
    ("javascript", "20.1.0", "", "^22 || ^24", True),
    ("typescript", "7.0.2", "20.1.0", ">=20", False),
    ("typescript", "7.0.2", "20.1.0", ">=22", True),
    ("java", "17.0.2", "", ">=17", False),
    ("java", "17.0.2", "", "21", True),
    ("java", "25.0.1", "", "21", True),
    ("java", "25.0.1", "", ">=21", False),
    ("java", "21.0.3", "", "21", False),
    ("java", "1.8.0_292", "", "1.8", False),
    ("go", "1.26.8", "", ">=1.21", False),
    ("go", "1.26.8", "", ">=1.99", True),
    ("rust", "1.95.0", "", "1.95", False),
    ("rust", "1.95.0", "", "1.9", True),
    ("rust", "1.95.0", "", ">=1.70", False),
    ("rust", "1.95.0", "", ">=1.99", True),
    ("rust", "1.97.0-nightly", "", "nightly-2026-05-01", False),
    ("go", "1.26.8", "", "", False),
    ("go", "1.26.8", "", "no version at all", False),
    ("python", "3.11.7", "", ">=3.99", False),
]


@pytest.mark.parametrize(("language", "version", "runtime", "wanted", "said"), ASKED)
def test_another_version_than_is_asked_for_is_said(
    language: str, version: str, runtime: str, wanted: str, said: bool
) -> None:
    found = Toolchain(language, "/x", version, runtime_version=runtime)
    words = compose._mismatch(language, wanted, found)
    assert bool(words) is said
    if said:
        assert wanted in words
        assert (runtime or version) in words


DAY = "2024-08-09T10:11:12Z"


def _prepared(
    monkeypatch: pytest.MonkeyPatch, choices: Choices, *, dated: bool = True
) -> tuple[list[str], Environment]:
    """The days for which an environment was asked, and the one that came of it."""
    asked: list[str] = []

    def prepare(
        checkout: Checkout, language: str, wants: Wants, toolchain: Toolchain, desk: Desk
    ) -> Environment:
        del checkout, toolchain, desk
        asked.append(wants.exclude_newer)
        if wants.exclude_newer and not dated:
            raise InstallFailed("nothing of that day")
        return Environment("key", language, packages={"click": "8.1"})

    monkeypatch.setattr(environments, "prepare", prepare)
    monkeypatch.setattr(environments, "find_project", lambda *_: "")
    monkeypatch.setattr(environments, "runtime_wanted", lambda *_: "")
    preparer = compose._Preparer(Checkout("/x", ()), RepoConfig(), None, choices)  # type: ignore[arg-type]  # nothing is installed
    wants = preparer.wants("python", "README.md")
    assert wants is not None
    return asked, preparer.prepare("python", wants, Toolchain("python", "/x", "3.11"))


def test_an_old_commit_gets_the_packages_of_its_day(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, made = _prepared(monkeypatch, Choices(day=DAY))
    assert asked == [DAY]
    assert "packages of 2024-08-09, the day of the commit" in made.notes[0]


def test_where_there_are_none_of_that_day_it_gets_the_newest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, made = _prepared(monkeypatch, Choices(day=DAY), dated=False)
    assert asked == [DAY, ""]
    assert "newest" in made.notes[0]


def test_a_day_that_is_asked_for_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, made = _prepared(monkeypatch, Choices(day=DAY, exclude_newer="2026-01-01"))
    assert (asked, made.notes) == (["2026-01-01"], ())
    with pytest.raises(InstallFailed):
        _prepared(monkeypatch, Choices(day=DAY, exclude_newer="2026-01-01"), dated=False)


def test_a_new_commit_gets_the_newest_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _prepared(monkeypatch, Choices())[0] == [""]
