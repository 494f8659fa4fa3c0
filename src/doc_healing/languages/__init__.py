"""The languages that documents are run in, in the order in which they are offered."""

from doc_healing.languages import go, java, javascript, python, rust, typescript
from doc_healing.protocols import Language

LANGUAGES: list[Language] = [python, javascript, typescript, java, go, rust]
