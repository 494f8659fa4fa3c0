"""Import statements that the text shows between back-ticks.

"Assuming that it is imported by `import portion as P`" tells a reader what `P` is in every block
below. The statement alone is taken, and only where it stands whole in the text above a block.
"""

import dataclasses
import re
from collections.abc import Sequence

from doc_healing.documents.dialects.interpretation import Annotated
from doc_healing.documents.dialects.marks import Over
from doc_healing.documents.page import Page, Text

_MOST = 40  # statements of a page
_LONGEST = 10_000  # characters of a paragraph that are read
_IMPORT = re.compile(
    r"(?<!`)`(import [A-Za-z_][\w.]*(?: as [A-Za-z_]\w*)?"
    r"|from [A-Za-z_][\w.]* import [A-Za-z_]\w*(?: as [A-Za-z_]\w*)?(?:, ?[A-Za-z_]\w*)*)`(?!`)"
)
# What is said to be wrong, old or another way is no way to read what follows.
_OTHERWISE = re.compile(
    r"\b(?:instead of|rather than|not|n['’]t|never|avoid\w*|deprecated|removed|old\w*|before"
    r"|replac\w+|rename\w*|error|fail\w*|chang\w+|no longer|previously|legacy|version)\b",
    re.IGNORECASE,
)


def mention(page: Page, overs: Sequence[Over], blocks: Sequence[Annotated]) -> list[Annotated]:
    """The same blocks; `mentioned` are the imports that the text above each Python block shows."""
    found = [
        (at, statement, item.line + item.text.count("\n", 0, match.start()))
        for at, item in enumerate(page.items)
        if isinstance(item, Text) and "import " in item.text and not _OTHERWISE.search(item.text)
        for match in _IMPORT.finditer(item.text[:_LONGEST])
        for statement in [match[1]]
    ][:_MOST]
    return [_with(over, block, found) for over, block in zip(overs, blocks, strict=True)]


def _with(over: Over, block: Annotated, found: Sequence[tuple[int, str, int]]) -> Annotated:
    above = tuple((statement, line) for at, statement, line in found if at < over.at)
    if not above or block.language != "python":
        return block
    change = dataclasses.replace(block.instructions, mentioned=above)
    return dataclasses.replace(block, instructions=change)
