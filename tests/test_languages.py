"""The list of languages: complete, and loaded no sooner than it is needed."""

import importlib
import subprocess
import sys

import pytest

from doc_healing.languages import LANGUAGES
from doc_healing.languages.maps import MAPPERS
from doc_healing.protocols import Language, Mapper


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.name)
def test_a_late_language_is_its_module(language: Language) -> None:
    module = importlib.import_module(f"doc_healing.languages.{language.name}.running")
    for name in ("name", "fences", "smoke", "installer", "merger"):
        assert getattr(language, name) == getattr(module, name)


def test_a_language_that_no_document_has_is_not_loaded() -> None:
    code = (
        "import sys; from doc_healing import compose, cli; import doc_healing.cli.check;"
        "print([n for n in sys.modules if n.startswith('doc_healing.languages.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda one: one.name)
def test_a_mapper_loads_nothing_that_runs_snippets(mapper: Mapper) -> None:
    code = (
        f"import sys; import doc_healing.languages.{mapper.name}.mapping;"
        "run = ('.running', '.program', '.programs', '.toolchain', '.toolchains', '.jdk');"
        "print([n for n in sys.modules if '.languages.' in n and n.endswith(run)])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
