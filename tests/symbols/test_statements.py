"""Statements told from bytes, bodies lined up by them, and what that says of pairs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from doc_healing.languages.maps import MAPPERS
from doc_healing.model import ChangeKind
from doc_healing.symbols.matching import compare
from doc_healing.symbols.similarity import WORD, Body, Rarity
from doc_healing.symbols.statements import ALL, NOTHING, mapped, statements

TEXTS = {
    "braces and semicolons": (
        b"void f() {\n  int a = g(1);\n  if (a > 0) { h(); }\n}\n",
        ["void f", "int a = g 1", "if a > 0", "h"],
    ),
    "one call on many lines": (
        b"f(\n  a,\n  b\n)\n  .then(c)\n  .last();\n",
        ["f a b then c last"],
    ),
    "a closure among the arguments": (
        b"each(items, (item) => {\n  save(item);\n  count(item);\n});\n",
        ["each items item =>", "save item", "count item"],
    ),
    "literals and comments end nothing": (
        b's = "a; b {";\nt = 1; // not; this\n',
        ['s = " a b "', "t = 1", "// not this"],
    ),
    "a Python block": (
        b'def f(x,\n      y):\n    """Says;\n    much."""\n    if x:\n        return [y,\n  x]\n',
        ["def f x y", '""" Says much """', "if x", "return y x"],
    ),
    "no statement at all": (b"{ }\n;;\n", []),
}


@pytest.mark.parametrize("case", TEXTS, ids=str)
def test_statements_end_where_a_reader_sees_them_end(case: str) -> None:
    data, expected = TEXTS[case]

    assert [b" ".join(one).decode() for one in statements(data)] == expected


@settings(max_examples=200)
@given(st.text(alphabet="ab1 =.,;:(){}[]\"'\n/*#\\", max_size=80))
def test_no_word_is_lost_or_told_twice(text: str) -> None:
    """What is shared by statements is never more than what is shared by words."""
    data = text.encode()

    told = [word for one in statements(data) for word in one]

    assert told == WORD.findall(data) or set(b"".join(told)) == set(b"".join(WORD.findall(data)))


def _body(name: str, *lines: str) -> Body:
    text = "\n    ".join((f"def {name}(items):", *lines))
    return Body(text.encode(), name.encode())


OLD = _body("f", "found = []", "for item in items:", "check(item)", "return sorted(found)")


def test_a_renamed_body_with_a_statement_more_is_mapped() -> None:
    new = _body(
        "g", "found = []", "log.debug(found)", "for item in items:", "check(item)",
        "return sorted(found)",
    )  # fmt: skip

    share = mapped(Rarity((OLD, new)), OLD, new)

    assert share.inside == 1.0
    assert 0.7 < share.exact < share.inside


def test_a_variable_with_another_name_is_a_consistent_replacement() -> None:
    new = _body("g", "seen = []", "for item in items:", "check(item)", "return sorted(seen)")

    share = mapped(Rarity((OLD, new)), OLD, new)

    assert share.both > share.exact
    assert share.consistent == 1.0


def test_what_shares_nothing_is_not_mapped() -> None:
    new = Body(b"def g(): yield open_socket(port)", b"g")

    share = mapped(Rarity((OLD, new)), OLD, new)

    assert (share.both, share.exact) == (0.0, 0.0)
    assert mapped(Rarity((OLD,)), OLD, Body(b"", b"g")) == NOTHING
    assert mapped(Rarity(()), Body(b"", b"f"), Body(b"", b"g")) == ALL


@settings(max_examples=100)
@given(st.lists(st.sampled_from(["a = b", "c(a)", "return d", "e += f(a)", "if a:"]), max_size=8))
def test_a_body_is_wholly_its_own(lines: list[str]) -> None:
    body = _body("f", *lines)

    share = mapped(Rarity((body,)), body, body)

    assert (share.both, share.exact, share.inside) == pytest.approx((1.0, 1.0, 1.0))


KEPT = """    @Test
    public void {name}() {{
        Session session = open();
        session.{call}(schema, label);
        assertEquals({count}, session.all().size());
        session.close();
    }}
"""
ADDED = """    @Test
    public void {name}() {{
        Session session = open();
        Node node = session.node(label);
        node.{call}(property, value);
        assertTrue(node.fails({count}));
    }}
"""


def _tests(*found: tuple[str, str, str, int]) -> bytes:
    body = "".join(text.format(name=name, call=call, count=n) for text, name, call, n in found)
    return f"class ConstraintTest {{\n{body}}}\n".encode()


def test_an_added_definition_in_the_place_of_a_renamed_one_is_not_it() -> None:
    """Line by line the added one stands where the old one was: its body says otherwise."""
    before = _tests(
        (KEPT, "createsConstraint", "constrain", 1), (KEPT, "dropsConstraint", "drop", 0)
    )
    after = _tests(
        (ADDED, "createsMandatoryConstraint", "mandate", 7),
        (ADDED, "dropsMandatoryConstraint", "refuse", 9),
        (KEPT, "createsUniqueConstraint", "constrain", 1),
        (KEPT, "dropsUniqueConstraint", "drop", 0),
    )

    changes = compare({"C.java": before}, {"C.java": after}, MAPPERS)

    assert {
        (change.old.last, change.new.last)
        for change in changes
        if change.kind is ChangeKind.RENAMED and change.old and change.new
    } == {
        ("createsConstraint", "createsUniqueConstraint"),
        ("dropsConstraint", "dropsUniqueConstraint"),
    }


def test_two_modules_with_a_class_of_one_name_keep_their_members() -> None:
    text = "package app;\nclass Main {{\n  int run() {{ return {0} + load({0}); }}\n}}\n"
    before = {f"{module}/Main.java": text.format(at).encode() for at, module in enumerate("ab")}
    after = dict(before)
    after["b/Main.java"] = before["b/Main.java"].replace(b"run", b"start")

    changes = compare(before, after, MAPPERS)

    assert [(c.kind, c.old.id, c.new.id) for c in changes if c.old and c.new] == [
        (ChangeKind.BODY_CHANGED, "b/Main.java#Main", "b/Main.java#Main"),
        (ChangeKind.RENAMED, "b/Main.java#Main.run()", "b/Main.java#Main.start()"),
    ]
