"""Every language of the list tells its cases and has its module of the contract's tests."""

from importlib.util import find_spec

from doc_healing.languages import LANGUAGES


def test_every_language_keeps_the_contract() -> None:
    for language in LANGUAGES:
        assert find_spec(f"tests.contracts.cases.{language.name}"), language.name
        assert find_spec(f"tests.contracts.test_{language.name}"), language.name
