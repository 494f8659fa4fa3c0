"""Files that a page shows, imported by JavaScript and TypeScript without their endings."""

import pytest

from doc_healing import pipeline
from doc_healing.documents import read as read_document
from doc_healing.languages.javascript import running as javascript
from doc_healing.languages.typescript import running as typescript
from doc_healing.model import Finding
from doc_healing.testing import MemoryPreparer, RecordingWatcher
from tests import needs
from tests.languages.go_stage import LIMITS, Recording

pytestmark = pytest.mark.sandbox

USED = 'if (make(1).id !== 1) throw new Error("x");'
TYPED, PLAIN = (
    "export const make = (id: number) => ({ id });",
    "export const make = (id) => ({ id });",
)
FILES = [
    ("src/models.ts", TYPED, "src/main.ts", f'import {{ make }} from "./models";\n{USED}'),
    ("src/models.ts", TYPED, "src/main.ts", f'import {{ make }} from "./models.js";\n{USED}'),
    ("src/util.js", PLAIN, "src/main.js", f'import {{ make }} from "./util";\n{USED}'),
    (
        "src/util.js",
        "module.exports = { make: (id) => ({ id }) };",
        "src/main.js",
        f'const {{ make }} = require("./util");\n{USED}',
    ),
]


@pytest.mark.parametrize(("name", "code", "main", "using"), FILES)
def test_a_file_of_the_page_is_found_without_its_ending(
    name: str, code: str, main: str, using: str
) -> None:
    ending = name.rpartition(".")[2]
    fence = f"```{ending}\n{{}}\n```\n"
    found = _findings(f"`{name}`:\n\n{fence.format(code)}\n`{main}`:\n\n{fence.format(using)}")[-1]
    assert found.verdict == "PASSED", found
    assert "as the block at line 3 shows it" in found.added[0]


def _findings(text: str) -> list[Finding]:
    needs.toolchain("typescript")
    document = read_document(text.encode(), "README.md", lambda _: None)
    languages = {"javascript": javascript, "typescript": typescript}
    tools = pipeline.Tools(languages, Recording(), LIMITS, MemoryPreparer(), jobs=1)
    return list(pipeline.examine(tools, [document], RecordingWatcher()).findings)
