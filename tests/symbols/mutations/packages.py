"""The packages of all languages."""

from collections.abc import Mapping

from tests.symbols.mutations.ecma import JAVASCRIPT, TYPESCRIPT
from tests.symbols.mutations.go import GO
from tests.symbols.mutations.java import JAVA
from tests.symbols.mutations.package import Package
from tests.symbols.mutations.python import PYTHON
from tests.symbols.mutations.rust import RUST

PACKAGES: Mapping[str, Package] = {
    one.language: one for one in (PYTHON, JAVASCRIPT, TYPESCRIPT, JAVA, GO, RUST)
}
