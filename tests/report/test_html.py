import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from doc_healing.model import Run, Verdict
from doc_healing.report import FORMATS, Options
from doc_healing.report.screen import printable
from tests.report.fixtures import HOSTILE, RUNS
from tests.report.strategies import runs

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "p"),
    *("ul", "li", "nav", "main", "section", "article", "code", "span", "abbr", "pre", "mark"),
    *("details", "summary", "strong", "footer"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "href", "id", "title", "open"),
    *("aria-label", "aria-labelledby", "role", "tabindex"),
}
VOID = {"meta"}


class Page(HTMLParser):
    """What a browser would make of a page, strictly: every tag is known and closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.ids: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert {name for name, _ in attrs} <= ATTRIBUTES
        found = dict(attrs)
        self.tags.append((tag, found))
        self.ids += [str(found["id"])] if "id" in found else []
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.words.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"a processing instruction: {data}")


def html(of: Run) -> str:
    return FORMATS["html"](of, Options(version="0.0.0"))


@settings(max_examples=120, deadline=None)
@given(runs())
def test_strangers_text_is_only_ever_text(of: Run) -> None:
    page = Page(html(of))
    shown = "".join(page.words)
    assert len(page.ids) == len(set(page.ids))
    for tag, attributes in page.tags:
        assert tag != "a" or str(attributes["href"]).startswith("#")
    for each in of.findings:
        for text in (each.stdout, each.stderr, each.symptom.trace if each.symptom else ""):
            assert printable(text) in shown
        if each.symptom and each.verdict is Verdict.BROKEN:
            assert printable(each.symptom.message) in shown


@pytest.mark.parametrize("name", RUNS)
def test_every_link_of_the_page_leads_somewhere(name: str) -> None:
    page = Page(html(RUNS[name]))
    for tag, attributes in page.tags:
        if tag == "a":
            assert str(attributes["href"]).removeprefix("#") in page.ids


def test_nothing_is_requested_and_no_script_can_run() -> None:
    text = html(RUNS["hostile"])
    page = Page(text)
    policy = next(a["content"] for t, a in page.tags if t == "meta" and "http-equiv" in a)
    assert str(policy).startswith("default-src 'none'; style-src 'sha256-")
    style = text.split("<style>")[1].split("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in str(policy)
    assert "url(" not in style
    assert "@import" not in style
    assert not any(name.startswith("on") or name in {"src", "style"} for name in ATTRIBUTES)
    assert printable(HOSTILE) in "".join(page.words)


def test_the_page_has_the_parts_that_people_need_to_find_their_way() -> None:
    page = Page(html(RUNS["attribute"]))
    tags = [tag for tag, _ in page.tags]
    assert tags.count("h1") == 1
    assert tags.count("main") == 1
    assert ("a", {"class": "skip", "href": "#main"}) in page.tags
    for tag, attributes in page.tags:
        assert tag != "pre" or (attributes["tabindex"] == "0" and attributes["aria-label"])
    assert "BROKEN" in "".join(page.words)
    assert "<mark>Client</mark>" in html(RUNS["attribute"])


def test_a_reason_stands_once_above_its_blocks_and_is_folded() -> None:
    text = html(RUNS["unverified"])
    assert text.count("needs the network<") == 1
    assert '<details class="group"><summary><strong>7</strong>' in text
    assert "<details open" not in text
    assert text.count('<li id="finding-') == 9


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("colour", ["text", "soft", "red", "green", "amber", "blue"])
@pytest.mark.parametrize("ground", ["page", "box"])
def test_contrast_is_enough_in_both_themes(theme: int, colour: str, ground: str) -> None:
    """WCAG 2.2, success criterion 1.4.3: 4.5 to 1."""
    colours = _colours(theme)
    assert _contrast(colours[colour], colours[ground]) >= 4.5
    assert _contrast(colours["text"], colours["mark"]) >= 4.5


def _colours(theme: int) -> dict[str, str]:
    found = re.findall(r"--(\w+): (#[0-9a-f]{6});", html(RUNS["empty"]))
    half = len(found) // 2
    return dict(found[:half] if theme == 0 else found[half:])


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
