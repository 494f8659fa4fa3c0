"""Blocks of which it is not certain that they are wrong, beside ones of which it is."""

import pytest

from doc_healing.model import SymptomKind, Verdict
from tests.languages.java_stage import examine, snippet, verdict

pytestmark = pytest.mark.sandbox
K = SymptomKind
PASSED, BROKEN, UNVERIFIED = Verdict.PASSED, Verdict.BROKEN, Verdict.UNVERIFIED


@pytest.mark.parametrize(
    ("code", "expected", "kind"),
    [
        # A class that is only sketched.
        ("class P {\n  final int a;\n  // getters\n}\n", UNVERIFIED, K.CONTEXT),
        ("class P {\n  int find() {\n    // look it up\n  }\n}\n", UNVERIFIED, K.CONTEXT),
        ("class P {\n  int find() {\n    int x = 1;\n  }\n}\n", BROKEN, K.COMPILE),
        ("class P implements Comparable<P> {\n  // ...\n}\n", UNVERIFIED, K.CONTEXT),
        ("class P extends Base {\n  void go() {\n    start();\n  }\n}\n", UNVERIFIED, K.CONTEXT),
        ("@Data\nclass P {\n  String n;\n}\nnew P().getN();\n", UNVERIFIED, K.CONTEXT),
        ("class P {\n  String n;\n}\nnew P().getN();\n", BROKEN, K.ATTRIBUTE),
        # Two ways in one block, and a slip.
        ("String s = \"a\";\n\nString s = \"b\";\n", PASSED, None),
        ("String s = \"a\";\nString s = \"b\";\n", BROKEN, K.COMPILE),
        # What follows from a missing name, and what does not.
        ("Gone g = make();\nint x = g.size() + \"a\".length();\n", UNVERIFIED, K.CONTEXT),
        ("Gone g = make();\n\"a\".shout();\n", BROKEN, K.ATTRIBUTE),
        ("int x = other(); x = \"a\";\n", UNVERIFIED, K.CONTEXT),
        # What is announced.
        ("int x = \"a\"; // does not compile\n", PASSED, None),
        ("Integer.parseInt(\"x\"); // throws NumberFormatException\n", PASSED, None),
        ("Integer.parseInt(\"x\"); // the number\n", BROKEN, K.EXCEPTION),
        # What speaks of itself by failing.
        ("class X extends Error { public String getMessage() { throw new Error(); } }\n"
         "throw new X();\n", BROKEN, K.EXCEPTION),
        # What comes from elsewhere.
        ("new Scanner(System.in).nextLine();\n", UNVERIFIED, K.CONTEXT),
        ("System.getenv(\"NO_SUCH\").length();\n", UNVERIFIED, K.CONTEXT),
        ("Class.forName(\"org.x.Driver\");\n", UNVERIFIED, K.DEPENDENCY),
        ("new ProcessBuilder(\"no-such-program\").start();\n", UNVERIFIED, K.CONTEXT),
        ("System.out.println(System.nanoTime()); // 5\n", UNVERIFIED, K.OUTPUT),
        ("System.out.println(Set.of(1, 2)); // [1, 3]\n", BROKEN, K.OUTPUT),
    ],
)  # fmt: skip
def test_a_doubt_is_never_red(code: str, expected: Verdict, kind: SymptomKind | None) -> None:
    reading = verdict(code)
    assert reading.verdict is expected, reading
    assert (reading.symptom.kind if reading.symptom else None) is kind, reading


def test_a_borrowed_class_that_is_wrong_costs_its_own_block_alone() -> None:
    first = snippet("class Cart {\n  CartItem(int n) {}\n}\n")
    second = snippet("Cart cart = new Cart();\n", line=20, index=1)
    readings = examine(first, second)
    assert [item.verdict for item in readings] == [BROKEN, UNVERIFIED], readings
    assert readings[0].symptom is not None
    assert (readings[0].symptom.kind, readings[0].symptom.line) == (K.SYNTAX, 12)


def test_a_borrowed_class_that_shows_less_is_no_fault() -> None:
    first = snippet("class Cart {\n  int size;\n}\n")
    second = snippet("new Cart().clear();\n", line=20, index=1)
    third = snippet("new Cart(3);\n", line=30, index=2)
    fourth = snippet("Cart(int n) {}\nCart of(int n) { return new Cart(n); }\n", line=40, index=3)
    verdicts = [item.verdict for item in examine(first, second, third, fourth)]
    assert verdicts == [PASSED, UNVERIFIED, UNVERIFIED, PASSED]
