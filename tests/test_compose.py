"""The composition root: what only it can say, since it alone knows the languages."""

import pytest

from doc_healing import compose
from doc_healing.model import Toolchain

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
