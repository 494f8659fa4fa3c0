"""What the documents of a checkout speak of: the words, and the Cargo.toml that they show. Pure.

A development dependency that no document names is used by benchmarks and tests alone. Leaving it
out narrows what a manifest asks for; nothing is ever added because of a word.
"""

import re
import tomllib
from collections.abc import Iterator

from doc_healing.environments.projects import table
from doc_healing.environments.sources import read_text
from doc_healing.model import Checkout

_DOCUMENTS = (".md", ".mdx", ".markdown", ".mdown", ".rst", ".adoc", ".ipynb", ".qmd", ".txt")
_INCLUDES = re.compile(r"\{\{#|--8<--|include::|literalinclude|<<<|embedme|snippet")
_CODE = (".rs",)
_ASIDE = re.compile(r"(^|/)(src|tests|benches|target)/")
_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FENCE = re.compile(r"(?ms)^[ \t>]*```+[ \t]*toml[^\n]*\n(.*?)^[ \t>]*```")


def words(checkout: Checkout) -> frozenset[str]:
    """The words of all documents, and of code that these may include."""
    found: set[str] = set()
    includes = False
    for path in checkout.files:
        if path.lower().endswith(_DOCUMENTS):
            text = read_text(checkout, path)
            found.update(_WORD.findall(text))
            includes = includes or _INCLUDES.search(text) is not None
    for path in checkout.files if includes else ():
        if path.endswith(_CODE) and not _ASIDE.search(path):
            found.update(_WORD.findall(read_text(checkout, path)))
    return frozenset(found)


def shown_features(checkout: Checkout, name: str) -> Iterator[str]:
    """The features of a package in the dependencies that the documents show."""
    for path in checkout.files:
        if not path.lower().endswith((".md", ".mdx", ".markdown")):
            continue
        text = read_text(checkout, path)
        if name in text and "features" in text:
            for block in _FENCE.findall(text):
                yield from _in_block(block, name)


def _in_block(block: str, name: str) -> Iterator[str]:
    try:
        data = tomllib.loads(block)
    except tomllib.TOMLDecodeError:
        return
    for holder in (data, table(data, "dependencies"), table(data, "dev-dependencies")):
        stated = table(holder, name).get("features")
        for item in stated if isinstance(stated, list) else ():
            if isinstance(item, str):
                yield item
