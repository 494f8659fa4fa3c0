"""Imports that the text says, lent to the Python blocks that lack them."""

from dataclasses import replace

from doc_healing.languages.python.borrowed import Offer, offers
from doc_healing.model import Instructions, Snippet
from tests.pipeline.test_examine import snippet

SAID = Instructions(mentioned=(("import portion as P", 3), ("from x import a, b", 5)))


def _page(*codes: str) -> list[Snippet]:
    made = [snippet(code, at, "python") for at, code in enumerate(codes)]
    return [replace(one, instructions=SAID) for one in made]


def test_what_the_text_says_is_offered_to_a_block_that_mentions_it() -> None:
    [only] = _page("P.open(1, b)")
    assert offers(only, [only]) == [
        Offer("P", "import portion as P", 3),
        Offer("b", "from x import b", 5),
    ]


def test_what_a_block_binds_counts_for_more() -> None:
    for first in ("import polars as P", "P = 1", "def P(): ...", ">>> P = 1\n"):
        above, below = _page(first, "P.open(1)")
        assert Offer("P", "import portion as P", 3) not in offers(below, [above, below])
