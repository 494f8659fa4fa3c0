"""The packages of all languages."""

from collections.abc import Mapping

from tests.symbols.mutations.package import Package
from tests.symbols.mutations.python import PYTHON

PACKAGES: Mapping[str, Package] = {one.language: one for one in (PYTHON,)}
