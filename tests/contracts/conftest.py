"""Gives the shared tests of `contract` the language of the module that took them."""

import pytest

pytest.register_assert_rewrite("tests.contracts.contract")

from tests.contracts import contract  # noqa: E402 - rewritten only if it is imported after that


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test once for the module's language, or once for each of its cases."""
    language = getattr(metafunc.module, "LANGUAGE", None)
    if language is None:
        return
    if "case" in metafunc.fixturenames:
        told = contract.cases(language)
        metafunc.parametrize(
            ("language", "case"),
            [(language, case) for case in told],
            ids=[f"{language.name}-{case.name}" for case in told],
        )
    elif "language" in metafunc.fixturenames:
        metafunc.parametrize("language", [language], ids=[language.name])
