"""The map reads a file in a few times the time in which its grammar parses it.

It is two to four times, of text that is as dense as this; six is the gate, at the best of three
tries: both sides run in one process, on the same bytes.
"""

import importlib
import time
from collections.abc import Callable

import pytest
from tree_sitter import Language, Parser

from doc_healing.languages.maps import MAPPERS
from doc_healing.store.outlines import packed

PYTHON = '''
class Client{n}(Base):
    """Asks."""

    def get(self, url: str, *, timeout: float = 3.0) -> "Answer":
        # The first one wins.
        for place in self.places(url):
            answer = self.session.request("GET", place, timeout=timeout, headers=self.headers)
            if answer.status == 200 and not answer.stale:
                return Answer(answer.body.decode("utf-8"), place)
        raise LookupError(f"nothing at {{url}}")
'''
BRACES = """
/** Asks. */
{head} {{
    // The first one wins.
    while (places.next(url)) {{
        answer = session.request("GET", place, timeout, headers);
        if (answer.status == 200) {{ return read(answer.body, place, 1 + 2 * count); }}
    }}
    return fail("nothing at " + url);
}}
"""
HEADS = {
    "javascript": "export function get{n}(url, timeout = 3)",
    "typescript": "export function get{n}(url: string, timeout: number = 3): Answer",
    "java": "Answer get{n}(String url, int timeout)",
    "go": "func Get{n}(url string, timeout int) Answer",
    "rust": "pub fn get{n}(url: &str, timeout: u32) -> Answer",
}
GRAMMARS = {"typescript": "language_typescript"}
MOST = 6.0


def text_of(language: str) -> bytes:
    if language == "python":
        return "".join(PYTHON.format(n=n) for n in range(400)).encode()
    parts = "".join(BRACES.format(head=HEADS[language].format(n=n)) for n in range(600))
    around = {"java": f"class A {{{parts}}}", "go": f"package a\n{parts}"}
    return around.get(language, parts).encode()


def seconds(run: Callable[[], object]) -> float:
    since = time.process_time()
    run()
    return time.process_time() - since


@pytest.mark.parametrize("mapper", MAPPERS, ids=lambda mapper: mapper.name)
def test_reading_takes_a_few_times_as_long_as_parsing(mapper: object) -> None:
    (mapper,) = [one for one in MAPPERS if one is mapper]
    module = importlib.import_module(f"tree_sitter_{mapper.name}")
    grammar = Language(getattr(module, GRAMMARS.get(mapper.name, "language"))())
    path, data = f"a{mapper.suffixes[0]}", text_of(mapper.name)
    assert len(mapper.outline(path, data).symbols) >= 400
    ratios = [
        seconds(lambda: packed(mapper.outline(path, data)))
        / seconds(lambda: Parser(grammar).parse(data))
        for _ in range(3)
    ]
    assert min(ratios) < MOST, ratios
