"""The file that a block is shown as, where the page names one.

`title="app/models.py"`, a tab of that name, a first line that is nothing but the path in a comment,
a heading or a sentence right above that names it. It is a hint and no instruction: the block stays
an example of its own, and blocks that import that file may find it there.
"""

import dataclasses
import re
from collections.abc import Iterator, Sequence

from doc_healing.documents.dialects.interpretation import Annotated
from doc_healing.documents.dialects.marks import Over
from doc_healing.documents.page import Block, Comment, Heading, Item, Page, Text

_MOST = 400  # characters of a sentence, a heading or a line of code that are read
_ENDINGS = (
    r"py|pyi|js|mjs|cjs|jsx|ts|mts|cts|tsx|java|go|rs|json|json5|jsonl|ndjson|toml|ya?ml|xml|ini"
    r"|cfg|conf|csv|tsv|txt|md|html?|css|scss|sql|env|properties|graphql|gql|proto|tmpl|jinja2?"
    r"|j2|vue|svelte"
)
_PATH = rf"(?:\./)?(?:[\w@+-][\w@.+-]*/)*(?:[\w@+-][\w@.+-]*\.(?:{_ENDINGS})|\.env)"
_ONLY = re.compile(_PATH)
_ATTRIBUTE = re.compile(
    r"(?<![\w-])(?:data-)?(?:title|file|filename|file_name|file-name|path|name|label|caption)"
    r"\s*[=:]\s*(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]([^\"'`]*)[\"'`]\}|([^\s\"'{},]+))",
    re.IGNORECASE,
)
_BRACKETS = re.compile(r"(?:^|\s)\[([^\]\s]+)\]")  # VitePress: ```js [config.js]
_COLON = re.compile(rf"[\w+#-]+:({_PATH})(?=\s|$)")  # ```js:src/config.js
_LINE = re.compile(
    rf"(?:#|//|/\*+|--|;|<!--|\"\"\"|''')\s*(?:(?:in|file|file ?name|path|title)\s*:?\s+)?"
    rf"[`\"']?({_PATH})[`\"']?\s*(?:\((?:new|whole|complete|full)(?: file)?\)\s*)?"
    rf"(?:\*+/|-->|\"\"\"|''')?\s*",
    re.IGNORECASE,
)
_MARKED = re.compile(rf"(?:`+|\*\*|__|\*|<code>|<b>|<strong>)+({_PATH})(?:`+|\*\*|__|\*|</\w+>)+")
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
# What is added to a file, or read from it, is no whole file.
_PART = re.compile(
    r"\b(?:add|adds|adding|append|appends|insert|prepend|put\s+th(?:is|e following)\s+(?:at|in)"
    r"|at the (?:top|bottom|end|start)|to the (?:top|bottom|end|start)|(?:parts?|rest|bit|lines?"
    r"|section|snippet|excerpt) (?:of|from|in)|remove|delete|import\w*|run(?:s|ning)?|execut\w+"
    r"|output|instead of|generat\w+|below|above|compared|test)\b",
    re.IGNORECASE,
)


def entitle(page: Page, overs: Sequence[Over], blocks: Sequence[Annotated]) -> list[Annotated]:
    """The same blocks; `shown_as` is the file that the page shows each as."""
    return [
        _with(block, title_of(page.items, over)) for over, block in zip(overs, blocks, strict=True)
    ]


def _with(block: Annotated, title: str) -> Annotated:
    if not title or block.instructions.file_name:
        return block
    change = dataclasses.replace(block.instructions, shown_as=title)
    return dataclasses.replace(block, instructions=change)


def title_of(items: Sequence[Item], over: Over) -> str:
    """The path that a block is shown as; empty where the page names none, or none that is safe."""
    for found in _said(items, over):
        path = found.strip().removeprefix("./")
        if _ONLY.fullmatch(path) and ".." not in path.split("/"):
            return path
    return ""


def _said(items: Sequence[Item], over: Over) -> Iterator[str]:
    yield from _attributes(over.block)
    yield from _first_line(over.block)
    yield from _tab(over.block)
    yield from _above(items, over)


def _attributes(block: Block) -> Iterator[str]:
    info = block.info[:_MOST]
    for found in _ATTRIBUTE.finditer(info):
        yield next(filter(None, found.groups()), "")
    for pattern in (_BRACKETS, _COLON):
        for found in pattern.finditer(info):
            yield found[1]
    for name in ("caption", "filename", "name", "title"):
        yield (block.options or {}).get(name, "").strip("`*")


def _first_line(block: Block) -> Iterator[str]:
    """A first line that only names the file; two of them are two files in one block."""
    named = [
        (at, found[1])
        for at, line in enumerate(block.lines)
        if len(line.text) < _MOST and (found := _LINE.fullmatch(line.text.strip()))
    ]
    if len(named) == 1 and not any(line.text.strip() for line in block.lines[: named[0][0]]):
        yield named[0][1]


def _tab(block: Block) -> Iterator[str]:
    if block.containers and "/tab:" in block.containers[-1]:
        yield block.containers[-1].partition("/tab:")[2].strip("`* ")


def _above(items: Sequence[Item], over: Over) -> Iterator[str]:
    at = over.at - 1
    while at >= 0 and isinstance(items[at], Comment):
        at -= 1
    before = items[at] if at >= 0 else None
    if isinstance(before, Heading):
        yield from _named(before.text, whole=True)
    elif isinstance(before, Text):
        sentence = re.split(r"(?<=[.!?])\s+", before.text.strip()[-_MOST:])[-1]
        yield from _named(sentence, whole=not sentence.endswith(":"))


def _named(text: str, *, whole: bool) -> Iterator[str]:
    """The one file that a text names; `whole`: and besides, it says nothing."""
    text = _LINK.sub(r"\1", text).strip()
    rest = re.sub(r"^(?:\d+[.)]\s*)?(?:file(?: ?name)?|create|new file|in)\b[:\s]*", "", text,
                  flags=re.IGNORECASE).strip(" \t:*_`#-")  # fmt: skip
    if _ONLY.fullmatch(rest):
        yield rest
    elif not whole and not _PART.search(text):
        found = set(_MARKED.findall(text))  # unmarked, it may be `Node.js`
        if len(found) == 1:
            yield found.pop()
