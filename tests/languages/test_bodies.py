"""Comments by asking the tree where one may begin: the same as by looking at every node."""

import time

import pytest
import tree_sitter_go
import tree_sitter_javascript
import tree_sitter_rust
from tree_sitter import Language, Parser, Query, QueryCursor

from doc_healing.languages import bodies

GO = Language(tree_sitter_go.language())
JAVASCRIPT = Language(tree_sitter_javascript.language())
RUST = Language(tree_sitter_rust.language())


@pytest.mark.parametrize(
    ("language", "kinds", "text", "count"),
    [
        (JAVASCRIPT, ["comment"], "a = 'http://x' // one\n/* two */ b = /[/*]/ / 2 /**/", 3),
        (JAVASCRIPT, ["comment"], "x = `//no ${ a /* yes */ } /*no*/` // yes", 2),
        (JAVASCRIPT, ["comment"], "x = <a href='//no'>// no</a>; function ( { // yes", 1),
        (JAVASCRIPT, ["comment"], "//\n//\n//", 3),
        (GO, ["comment"], 'package a // yes\nvar x = `// no` + "/* no */" /* y // y */ // y', 3),
        (
            RUST,
            ["line_comment", "block_comment"],
            '//! a\n/// b\nfn f() { /* a /* b */ // c */ let x = r#"// no"#; } // d',
            4,
        ),
        (RUST, ["line_comment", "block_comment"], "m! { /* a */ b // c\n}", 2),
        (GO, ["comment"], "", 0),
    ],
)
@pytest.mark.parametrize("times", [1, 2000])
def test_every_comment_is_found(
    language: Language, kinds: list[str], text: str, count: int, times: int
) -> None:
    data = f"{text}\n".encode() * times
    root = Parser(language).parse(data).root_node
    query = Query(language, " ".join(f"({kind}) @it" for kind in kinds))
    nodes = QueryCursor(query).captures(root).get("it", [])
    wanted = sorted((node.start_byte, node.end_byte) for node in nodes)
    assert bodies.comments(root, data, kinds) == wanted
    if times == 1:
        assert len(wanted) == count


def test_a_file_of_nothing_but_comments_is_read_in_the_time_of_its_bytes() -> None:
    data = b"//x\n" * 500_000
    root = Parser(JAVASCRIPT).parse(data).root_node
    since = time.process_time()
    assert len(bodies.comments(root, data, ["comment"])) == 500_000
    assert time.process_time() - since < 10
