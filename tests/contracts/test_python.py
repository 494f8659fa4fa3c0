"""Python keeps the contract of a language: see `contract`."""

import pytest

from doc_healing.languages.python import running as python
from doc_healing.protocols import Language
from tests.contracts.contract import *  # noqa: F403 - its tests and fixtures are this module's

pytestmark = pytest.mark.sandbox
LANGUAGE: Language = python
