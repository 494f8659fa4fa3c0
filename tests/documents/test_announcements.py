"""Sentences that announce the failure of the block beside them, and those that only sound so."""

import pytest

from tests.documents.dialect_pages import interpret

BLOCK = "```rust\nlet x: u8 = String::new();\n```\n"
BEFORE = [
    "The following code does not compile:",
    "This code won't compile, because the types differ:",
    "We get this error:",
    "If we try this, we get an error:",
    "If you try to compile this code, you'll get an error:",
    "Here's an example that panics:",
    "Here is some code that doesn't compile:",
    "This raises an error:",
    "Let's take this example broken app:",
    "Here is a broken example:",
    "This throws:",
    "This throws an exception:",
    "TypeScript would complain about this:",
    "The following gives a compile error:",
    "The following code fails:",
    "The following code fails to compile. The reason is that `T` is not `Send`.",
    "`int()` raises a `ValueError`:",
    "Let us try it. It panics with an index out of bounds:",
    "For example, the following is invalid:",
    "This is a compile-time error:",
    "The compiler rejects this program:",
    "The next snippet results in a runtime error:",
    "**This does not work:**",
    "This doesn’t compile:",
    "Calling it twice causes a panic:",
    "The following code will not type check:",
    "This will give you a syntax error:",
    "This function call fails with `E0308`. So the following does not compile:",
    "The following example throws `java.lang.IllegalStateException`:",
    "In Go, this leads to a compilation error:",
]
AFTER = [
    "The code above raises `ValueError`.",
    "This will not compile.",
    "This code is broken because you can't sum a string and a number.",
    "This code does not compile, because `x` was moved.",
    "Running this code results in an error.",
    "Compiling this gives us the following error:",
    "The above code fails to compile. It needs a lifetime.",
    "When we run this, we get an error:",
    "If you try to run it, you get a panic.",
    "This throws a `TypeError`.",
    "That is a syntax error.",
    "The example above panics.",
    "You will get an error.",
    "The compiler complains about the second line.",
    "TypeScript will reject this.",
]
NEITHER = [
    "See error handling below:",
    "This code compiles with no errors:",
    "This works without throwing:",
    "To avoid this error, write:",
    "This fixes the error:",
    "Print error messages like this:",
    "This does not fail:",
    "This function returns an error if the file is missing:",
    "It returns an error:",
    "This raises no error:",
    "The function throws an error if it is empty:",
    "This may raise an error:",
    "Parsing can fail:",
    "If you get an error, run:",
    "If this fails, try the following:",
    "This never panics:",
    "This doesn't throw an exception:",
    "To handle the exception, do this:",
    "Now we no longer get an error:",
    "This will fail on older versions:",
    "This does not work on Windows:",
    "This gives an error, so use this instead:",
    "Define an error type:",
    "Create a custom exception:",
    "Instead of raising an exception, return a result:",
    "How errors are reported:",
    "The `Error` class:",
    "The error is gone:",
    "You can throw your own exceptions:",
    "Check whether it raises an error:",
    "Use `?` to propagate the error:",
    "This does not compile, but the following works:",
    "Unlike code that panics, this returns `None`:",
    "This is the output:",
    "Let us compile it:",
    "Catch an error:",
    "The result is not an error:",
    "It is a failure type:",
    "This raises the limit:",
    "This throws the ball:",
    "This fails if the list is empty.",
    "The method raises a `ValueError` for negative numbers.",
    "It raises `KeyError` when there is none.",
    "This function throws an error for bad input.",
    "An error is raised elsewhere.",
    "Note that errors are values.",
    "This is not a problem.",
    "Does this compile?",
]


@pytest.mark.parametrize("text", BEFORE)
def test_a_sentence_before_the_block_announces_its_failure(text: str) -> None:
    found = interpret(f"# A\n\n{text}\n\n{BLOCK}").blocks[0].instructions
    assert found.announced_at == 3


@pytest.mark.parametrize("text", AFTER)
def test_a_sentence_after_the_block_announces_its_failure(text: str) -> None:
    found = interpret(f"# A\n\n{BLOCK}\n{text}\n").blocks[0].instructions
    assert found.announced_at == 7


@pytest.mark.parametrize("text", NEITHER)
def test_sentences_that_announce_nothing_of_the_block(text: str) -> None:
    first, second = interpret(f"{BLOCK}\n{text}\n\n{BLOCK}").blocks
    assert not first.instructions.announced_at
    assert not second.instructions.announced_at


BETWEEN = [
    ("The following code does not compile:", (False, True)),
    ("This raises an error:", (False, True)),
    ("The following does not compile.", (False, True)),
    ("The code above does not compile:", (True, False)),
    ("This will not compile.", (True, False)),
    ("This does not compile. The following does:", (True, False)),
]


@pytest.mark.parametrize(("text", "expected"), BETWEEN)
def test_a_sentence_between_two_blocks_speaks_of_one(
    text: str, expected: tuple[bool, bool]
) -> None:
    found = interpret(f"{BLOCK}\n{text}\n\n{BLOCK}").blocks
    assert tuple(bool(one.instructions.announced_at) for one in found) == expected


APART = [
    f"This raises an error:\n\n## Next\n\n{BLOCK}",
    f"This raises an error:\n\nThis is fine:\n\n{BLOCK}",
    f"{BLOCK}\nFirst.\n\nThis will not compile.\n",
    f"- This raises an error:\n\nText.\n\n{BLOCK}",
    f"{BLOCK}\n> This will not compile.\n",
    f"This raises an error:\n\n```text\nx\n```\n\n{BLOCK}",
]


@pytest.mark.parametrize("text", APART)
def test_a_sentence_that_stands_elsewhere_is_about_something_else(text: str) -> None:
    assert not interpret(text).blocks[-1].instructions.announced_at


def test_comments_and_containers_do_not_part_a_sentence_from_its_block() -> None:
    text = "- This raises an error:\n\n  <!-- a remark -->\n\n  ```python\n  int('x')\n  ```\n"
    assert interpret(text).blocks[0].instructions.announced_at == 1
