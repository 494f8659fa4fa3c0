"""What a package's sources hold behind `cfg`: names that this build may lack for no one's fault.

Read from the text, without a compiler: rustc names the feature of a missing item, and never that of
a missing method, field or `impl`. Too many names cost some red findings, too few a wrong one. Pure.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from doc_healing.environments.sources import Source

_MOST_BYTES = 32 * 1024 * 1024
_MOST_NAMES = 20_000
_TEXTS = re.compile(
    r"//[^\n]*|/\*.*?\*/|r(#*)\"(?:.*?)\"\1|\"(?:\\.|[^\"\\])*\"|'(?:\\.[^']{0,9}|[^'\\\n])'",
    re.DOTALL,
)
_GATE = re.compile(r"#\s*\[\s*cfg\s*\(|\bcfg_\w+!\s*\{")
_HARMLESS = re.compile(
    r"#\[cfg\((?:(?:all\()?test\b|(?:doc|docsrs|debug_assertions|not\(test\))\))"
)
_ASIDE = re.compile(r"(^|/)(tests?|benches|examples|fuzz)(/|\.rs$)|(^|/)build\.rs$")
_ATTRIBUTE = re.compile(r"\s*#\s*\[")
_DECLARED = re.compile(
    r"\b(?:fn|struct|enum|union|trait|type|const|static|mod|macro_rules!)\s+(?:r#)?(\w+)"
)
_PUBLIC = re.compile(
    r"\bpub\s+(?:(?:const|async|unsafe|auto|extern\s+\"\")\s+)*"
    r"(?:fn|struct|enum|union|trait|type|const|static|mod)\s+(?:r#)?(\w+)"
)
_IMPL = re.compile(r"\bimpl\b[^{;]*?\b(\w+)\s*(?:<[^{;]*>)?\s+for\b")
_MODULE = re.compile(r"\bmod\s+(\w+)\s*(?:;|$)")
_DERIVED = re.compile(r"#\s*\[\s*cfg_attr\s*\([^\]]*?\bderive\s*\(([^)]*)\)")
_MEMBER = re.compile(r"\s*(?:pub(?:\([^)]*\))?\s+)?(\w+)\s*(?::(?!:)|\(|\{|=(?!=)|$)")
_WORD = re.compile(r"[A-Za-z_]\w*")


def gated(tree: Iterable[Source]) -> list[str]:
    """The names of items, members and implemented traits behind a `cfg`, sorted."""
    texts = dict(_texts(tree))
    found, modules = set[str](), set[str]()
    for text in texts.values():
        for item in _items(text):
            found.update(_names(item))
            modules.update(_MODULE.findall(item))
        for derived in _DERIVED.findall(text):
            found.update(_WORD.findall(derived))
    for name, text in texts.items():
        if re.search(r"#!\s*\[\s*cfg\s*\(", text) or modules & _modules(name):
            found.update(_PUBLIC.findall(text), _IMPL.findall(text))
    return sorted(found)[:_MOST_NAMES]


def has_prelude(tree: Iterable[Source], lib_file: str) -> bool:
    """Whether this library offers a public module `prelude` at its root."""
    (data,) = [source.data for source in tree if source.name == lib_file] or [b""]
    return re.search(rb"(?m)^pub mod prelude\b", data) is not None


def _texts(tree: Iterable[Source]) -> Iterator[tuple[str, str]]:
    """The sources without comments and texts, as long as there are not too many."""
    left = _MOST_BYTES
    for source in tree:
        if not source.name.endswith(".rs") or _ASIDE.search(source.name):
            continue
        left -= len(source.data)
        if left < 0:
            return
        text = source.data.decode("utf-8", "replace")
        yield source.name, _TEXTS.sub(lambda match: " " if match[0][0] == "/" else '""', text)


def _modules(name: str) -> set[str]:
    """The modules that a file is part of, by its path."""
    path = PurePosixPath(name)
    return {*path.parts[:-1], path.stem}


def _items(text: str) -> Iterator[str]:
    """The text of each item behind a `cfg`, or within a macro that stands for one."""
    for match in _GATE.finditer(text):
        if match[0].endswith("{"):
            yield text[match.end() : _closing(text, match.end() - 1)]
        elif not _HARMLESS.match(re.sub(r"\s", "", text[match.start() : match.start() + 60])):
            start = _closing(text, text.index("[", match.start()))
            while more := _ATTRIBUTE.match(text, start):
                start = _closing(text, more.end() - 1)
            yield text[start : _end(text, start)]


def _closing(text: str, start: int) -> int:
    """The offset behind the bracket that closes the one at `start`."""
    depth = 0
    for match in re.compile(r"[\[({})\]]").finditer(text, start):
        depth += 1 if match[0] in "[({" else -1
        if depth == 0:
            return match.end()
    return len(text)


def _end(text: str, start: int) -> int:
    """The offset behind an item, a field or a variant that begins at `start`."""
    at = start
    while match := re.compile(r"[\[({};,)\]]").search(text, at):
        if match[0] == "{":
            return _closing(text, match.start())
        if match[0] in "[(":
            at = _closing(text, match.start())
        elif match[0] == "," and re.match(
            r"[^{;]*\b(?:fn|impl|struct)\b", text[start : match.end()]
        ):
            at = match.end()  # of generic parameters
        else:
            return match.start()
    return len(text)


def _names(item: str) -> set[str]:
    found = {*_DECLARED.findall(item), *_IMPL.findall(item)}
    for use in re.findall(r"\bpub\s+use\s([^;]*)", item):
        found.update(re.findall(r"(\w+)\s*(?:[,}]|$)", use))
    if not found and (first := _MEMBER.match(item)):
        found.add(first[1])
    return found
