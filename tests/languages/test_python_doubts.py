"""Failures that a document is not blamed for: a dependency that does not fit, words left out."""

from types import MappingProxyType

import pytest

from doc_healing.languages.python.policy import judge
from doc_healing.languages.python.reports import Fault, Link
from doc_healing.model import Environment, SymptomKind, Verdict

SITE = "/opt/python/lib/python3.12/site-packages"
ENVIRONMENT = Environment("k", "python", modules=("mine",), packages={"click": "9"})


def fault(*files: str, name: str = "TypeError", inside: bool = False, message: str = "no") -> Fault:
    empty = frozenset[str]()
    link = Link(name, "builtins", (f"builtins.{name}",), message, MappingProxyType({}))
    return Fault((link,), files, inside, 1, 1, 0, 0, 0, empty, empty, placeholder=False)


@pytest.mark.parametrize(
    ("files", "verdict"),
    [
        (("/work/snippet.py", f"{SITE}/mine/a.py", f"{SITE}/click/core.py"), Verdict.UNVERIFIED),
        (("/work/snippet.py", f"{SITE}/mine/a.py"), Verdict.BROKEN),
        (("/work/snippet.py", f"{SITE}/click/core.py"), Verdict.BROKEN),
        (
            (f"{SITE}/mine/a.py", "/work/snippet.py", f"{SITE}/click/core.py"),
            Verdict.BROKEN,
        ),
    ],
)
def test_a_dependency_that_refuses_the_own_code_is_no_fault_of_the_page(
    files: tuple[str, ...], verdict: Verdict
) -> None:
    judged = judge(fault(*files), ENVIRONMENT)
    assert judged.verdict is verdict
    if verdict is Verdict.UNVERIFIED:
        assert judged.kind is SymptomKind.DEPENDENCY
        assert "`mine` does not fit the installed `click`" in judged.reason


def test_versions_that_the_project_pins_are_the_right_ones() -> None:
    pinned = Environment("k", "python", modules=("mine",), notes=("versions as uv.lock pins them",))
    files = ("/work/snippet.py", f"{SITE}/mine/a.py", f"{SITE}/click/core.py")
    assert judge(fault(*files), pinned).verdict is Verdict.BROKEN
    assert judge(fault(*files, name="ValueError"), ENVIRONMENT).verdict is Verdict.BROKEN


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (
            'Form data requires "python-multipart" to be installed.\nYou can install it with pip',
            SymptomKind.DEPENDENCY,
        ),
        ("please install pandas: `pip install pandas`", SymptomKind.DEPENDENCY),
        ("lxml is not installed", SymptomKind.DEPENDENCY),
        ("Directory 'static' does not exist", SymptomKind.CONTEXT),
        ("could not find the file settings.toml", SymptomKind.CONTEXT),
        ("The installed parser found no path", None),
        ("'colour' does not exist", None),
        ("install() takes no argument", None),
    ],
)
def test_what_a_library_says_to_be_missing(message: str, kind: SymptomKind | None) -> None:
    files = ("/work/snippet.py", f"{SITE}/click/core.py")
    judged = judge(fault(*files, name="RuntimeError", message=message), ENVIRONMENT)
    assert judged.verdict is (Verdict.UNVERIFIED if kind else Verdict.BROKEN)
    assert not kind or judged.kind is kind
    own = fault("/work/snippet.py", name="RuntimeError", inside=True, message=message)
    assert judge(own, ENVIRONMENT).verdict is Verdict.BROKEN
