"""Blocks of which it is not certain that they are wrong, beside ones of which it is."""

import pytest

from doc_healing.languages.java.announced import announcement
from doc_healing.model import Expectation, SymptomKind, Verdict
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
        ("// throws NullPointerException\nObject o = null;\no.toString();\n", UNVERIFIED,
         K.EXCEPTION),
        ("// throws NullPointerException\nObject o = null;\n\no.toString();\n", BROKEN,
         K.EXCEPTION),
        ("// BAD: a number is no text\nString s = 5;\n", UNVERIFIED, K.TYPE),
        ("// BAD:\nint n = 1;\n// GOOD:\nString s = 5;\n", BROKEN, K.TYPE),
        ("static int part(int a) { return 1 / a; }\n\nint b = 2;\n// This will fail\npart(0);\n",
         UNVERIFIED, K.EXCEPTION),
        # What is a part of a program that nobody has written.
        ("throw new UnsupportedOperationException();\n", UNVERIFIED, K.CONTEXT),
        ("throw new IllegalStateException(\"not implemented\");\n", UNVERIFIED, K.CONTEXT),
        ("List.of(1).add(2);\n", BROKEN, K.EXCEPTION),
        # What the jail refuses.
        ("new java.net.ServerSocket(443);\n", UNVERIFIED, K.NETWORK),
        ("java.nio.channels.ServerSocketChannel.open().bind(new InetSocketAddress(80));\n",
         UNVERIFIED, K.NETWORK),
        ("new File(\"/usr/x.txt\").createNewFile();\n", UNVERIFIED, K.CONTEXT),
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


@pytest.mark.parametrize(
    ("comment", "said"),
    [
        ("// throws NullPointerException", True),
        ("// This throws a NullPointerException!", True),
        ("// this line will throw", True),
        ("// does not compile", True),
        ("// doesn't compile: error: incompatible types", True),
        ("// Won't compile", True),
        ("// not compilable", True),
        ("// Compile-time error", True),
        ("// compilation error:", True),
        ("// BAD: the list is shared", True),
        ("// WRONG", True),
        ("// ❌", True),
        ("// ❌ without error handling", True),
        ("// 💥", True),
        ("// Don't do this", True),
        ("/* fails at run time */", True),
        ("// Error: no such method", True),
        ("// the operation is not allowed here", True),
        ("// Don't forget to close it", False),
        ("// error handling", False),
        ("// does not throw an exception", False),
        ("// never fails", False),
        ("// avoids the NullPointerException", False),
        ("// runs again if it fails", False),
        ("// no errors", False),
        ("// handles errors", False),
        ("// prints the error message", False),
        ("// GOOD: does not fail", False),
        ("// ✅ compiles", False),
        ("// the raised hand", False),
        ("// a working copy", False),
        ("/** @throws Error if it is gone */", False),
    ],
)
def test_what_announces_a_failure(comment: str, said: bool) -> None:
    below = snippet(f"int a = 1;\n\n{comment}\nint b = 2;\nb.run();\n\nb.stop();\n")
    assert [
        announcement(below, [("README.md", line)]) is not None for line in (11, 14, 15, 17)
    ] == [False, said, said, False]
    beside = snippet(f"b.run(); {comment}\nb.stop();\n")
    assert (announcement(beside, [("README.md", 11)]) is not None) is said
    assert announcement(beside, [("README.md", 12)]) is None


@pytest.mark.parametrize(
    ("promised", "line", "message"),
    [
        ("a\nb\n", 101, "expected b, got c"),
        ("x\nc\n", 100, "expected x, got a"),
        ("\na\nb\n", 102, "expected b, got c"),
        ("a\nc\nd\n", 102, "expected d, got nothing more"),
        ("a\n\nd\n", 102, "expected d, got c"),
    ],
)
def test_an_output_is_wrong_at_the_line_that_differs(
    promised: str, line: int, message: str
) -> None:
    code = 'System.out.println("a");\nSystem.out.println("c");\n'
    expected = (Expectation(promised, "README.md", 100, 3),)
    reading = verdict(code, expected=expected)
    symptom = reading.symptom
    assert (reading.verdict, reading.reason) == (BROKEN, message)
    assert symptom is not None
    assert (symptom.line, symptom.column, symptom.message) == (line, 3, message)
    assert (symptom.expected, symptom.actual) == (promised, "a\nc\n")


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
