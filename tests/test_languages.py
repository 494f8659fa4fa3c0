"""The list of languages: complete, and loaded no sooner than it is needed."""

import importlib
import subprocess
import sys

import pytest

from doc_healing.languages import LANGUAGES
from doc_healing.protocols import Language


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.name)
def test_a_late_language_is_its_package(language: Language) -> None:
    package = importlib.import_module(f"doc_healing.languages.{language.name}")
    for name in ("name", "fences", "smoke", "installer", "merger"):
        assert getattr(language, name) == getattr(package, name)


def test_a_language_that_no_document_has_is_not_loaded() -> None:
    code = (
        "import sys; from doc_healing import compose, cli; import doc_healing.cli.check;"
        "print([n for n in sys.modules if n.startswith('doc_healing.languages.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
