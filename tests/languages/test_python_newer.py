"""What a newer Python has and this one lacks is no fault of the document."""

import json
import subprocess
import sys

import pytest

from doc_healing.languages.python import newer
from doc_healing.languages.python.reports import Link
from doc_healing.model import SymptomKind, Verdict
from tests.languages.stages import verdict

BROKEN, UNVERIFIED = Verdict.BROKEN, Verdict.UNVERIFIED


def link(message: str) -> Link:
    return Link("Error", "builtins", (), message, {})


NEEDED = [
    ("cannot import name 'override' from 'typing' (/usr/lib/typing.py)", "3.11.7", "3.12"),
    ("module 'itertools' has no attribute 'batched'", "3.11", "3.12"),
    ("module 'itertools' has no attribute 'batched'", "3.12.1", ""),
    ("module 'itertools' has no attribute 'imap'", "3.11", ""),
    ("module 'posixpath' has no attribute 'splitroot'", "3.11", "3.12"),
    ("No module named 'tomllib'", "3.10.2", "3.11"),
    ("No module named 'compression'", "3.13", "3.14"),
    ("No module named 'asyncore'", "3.13", ""),
    ("name 'ExceptionGroup' is not defined", "3.10", "3.11"),
    ("'str' object has no attribute 'removeprefix'", "3.8", "3.9"),
    ("'PosixPath' object has no attribute 'walk'", "3.11", "3.12"),
    ("type object 'Path' has no attribute 'from_uri'", "3.11", "3.13"),
    ("'ValueError' object has no attribute 'add_note'", "3.10", "3.11"),
    ("'str' object has no attribute 'remove'", "3.8", ""),
    ("ArgumentParser.__init__() got an unexpected keyword argument 'color'", "3.11", "3.14"),
    ("batched() got an unexpected keyword argument 'strict'", "3.12", "3.13"),
    ("map() takes no keyword arguments", "3.11", "3.14"),
    ("'default' is an invalid keyword argument for TypeVar()", "3.12", "3.13"),
    ("f() got an unexpected keyword argument 'strict'", "3.8", ""),
    ("module 'itertools' has no attribute 'batched'", "", ""),
]


@pytest.mark.parametrize(("message", "running", "since"), NEEDED)
def test_what_came_later_is_known(message: str, running: str, since: str) -> None:
    assert newer.needed(link(message), frozenset(), running)[1] == since


def test_a_name_of_the_snippet_s_own_is_not_the_library_s() -> None:
    said = link("batched() got an unexpected keyword argument 'strict'")
    assert newer.needed(said, {"batched"}, "3.11") == ("", "")


_LOOK = """
import importlib, json, sys
wrong = []
for name, since in json.load(sys.stdin).items():
    try:
        importlib.import_module(name)
        found = True
    except ImportError:
        module, _, attribute = name.rpartition(".")
        try:
            found = bool(module) and hasattr(importlib.import_module(module), attribute)
        except ImportError:
            found = False
    if found != (tuple(map(int, since.split("."))) <= sys.version_info[:2]):
        wrong.append(name)
print(wrong)
"""


def test_the_table_is_true_of_the_interpreter_that_runs() -> None:
    names = json.dumps(newer.SINCE)
    done = subprocess.run(
        [sys.executable, "-I", "-c", _LOOK], input=names, capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


RUN = [
    ("import profiling", UNVERIFIED),
    ("from builtins import frozendict", UNVERIFIED),
    ("import uuid\nuuid.uuid9()", BROKEN),
    ("import asyncore_of_old", UNVERIFIED),
    ("import binhex", BROKEN),
    ("from typing import overridden", BROKEN),
]


@pytest.mark.parametrize(("code", "wanted"), RUN)
def test_the_toolchain_s_age_is_not_red(code: str, wanted: Verdict) -> None:
    if wanted is UNVERIFIED and sys.version_info >= (3, 15):
        pytest.skip("nothing newer is known")
    reading = verdict(code)
    assert reading.verdict is wanted, reading
    if "profiling" in code or "frozendict" in code:
        assert reading.symptom is not None
        assert reading.symptom.kind is SymptomKind.TOOLCHAIN
        assert "needs Python 3.15 or newer" in reading.reason
