"""Near-misses: what stands where an instruction could stand, and that nobody understands.

DH101 a label near a known one, DH102 an attribute near a known one, DH103 a misspelt marker,
DH104 a marker that stands over no block, DH105 a start without its end or the reverse.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from doc_healing.documents.dialects import comments, labels, own
from doc_healing.documents.dialects.attributes import ATTRIBUTES, RENDERING
from doc_healing.documents.dialects.info import Attribute, Info, parse
from doc_healing.documents.dialects.known_labels import KNOWN
from doc_healing.documents.dialects.marks import Coverage, Mark, place
from doc_healing.documents.dialects.rules import Scope
from doc_healing.documents.dialects.spelling import distance, nearest
from doc_healing.documents.page import Block, Comment, Page
from doc_healing.model import Notice

_LONG_ALIASES = tuple(alias for alias in labels.ALIASES if len(alias) > 3)
_STEMS = ("python", "javascript", "typescript", "golang")
_LABEL = re.compile(r"[A-Za-z][\w.+-]{3,23}")
_NAME = re.compile(r"[A-Za-z][\w-]*")
_WORDS = (
    "notest continuation no_run should_panic compile_fail ignore twoslash testIgnore "
    "standalone_crate test_harness editable noplayground showLineNumbers"
).split()
_PREFIXES = ("fixture", "retry")
_KEYS = (
    *sorted(name for name in RENDERING if len(name) > 4),
    *"requires rewrite_assert hidelines session returncode excludeFromRunAll".split(),
)
_FREE = re.compile(r"\s+if\b|\s*[\"'(<{]|\s+\$")
_MARKERS = (
    "skip: next", "skip: start", "skip: end", "invisible-code-block: python", "clear-namespace",
    "skip doccmd[all]: next", "skip doccmd[all]: start", "skip doccmd[all]: end",
    "group doccmd[all]: start", "group doccmd[all]: end",
    "pytest.mark.skip", "pytest.mark.skipif", "pytest.mark.xfail",
    *(f"pytest-codeblocks:{name}" for name in (
        "cont", "skip", "skipif", "skipfile", "importorskip", "expected-output",
        "expected-output-ignore-whitespace", "expect-error", "expect-exception")),
    *(f"phmdoctest-{name}" for name in (
        "skip", "setup", "teardown", "share-names", "clear-names", "mark.skip", "mark.skipif")),
    "pmd-metadata: notest", "eslint-skip", "ts-docs-verifier:ignore", "skip-example",
    "embedme-ignore-next", "CODE:SKIP", "OUTPUT:START", "OUTPUT:END", "$MDX skip",
)  # fmt: skip
_OWN_STEMS = ("pytest-codeblocks:", "phmdoctest-", "ts-docs-verifier:", "doctest-skip")
_OWN = re.compile(r"\W*(doc[\s_-]?[a-z]{3,9})(\s*:\s*|\s+)([\w-]+)", re.IGNORECASE)

_BARE = re.compile(r"doc[\s_-]?healing", re.IGNORECASE)


def notices(page: Page, found: Sequence[Mark], coverage: Coverage) -> tuple[Notice, ...]:
    """All near-misses of a page, in its order, each with its line and column."""
    marked = {mark.at: mark for mark in found}
    said = [
        *(_notice(page, *miss) for over in coverage.overs for miss in _infos(over.block)),
        *_comments(page, marked),
        *_unbalanced(page, coverage),
    ]
    return tuple(sorted(said, key=lambda notice: (notice.line, notice.column)))


_Miss = tuple[int, int, str, str, str]


def _notice(page: Page, line: int, column: int, code: str, text: str, near: str) -> Notice:
    hint = f"; did you mean `{near}`?" if near else ""
    return Notice(page.path, line, column, code, text + hint, near)


def _infos(block: Block) -> Iterator[_Miss]:
    info = parse(block.info)
    start = block.info_column or 1
    if near := _near_label(info.label):
        yield block.line, start + info.offset, "DH101", f"unknown label `{info.label}`", near
    if labels.language(info.label):
        for attribute in info.attributes:
            if near := _near_attribute(attribute, info):
                column = start + attribute.offset
                yield block.line, column, "DH102", f"unknown attribute `{attribute.name}`", near


@lru_cache(maxsize=2_000)
def _near_label(label: str) -> str:
    """The language that an unknown label seems to mean; "" for what any highlighter knows."""
    name = labels.plain(label)
    if labels.language(label) or name in KNOWN or not _LABEL.fullmatch(name):
        return ""
    if {name} & (labels.SHELLS | labels.OUTPUTS | labels.PLAIN_TEXT):
        return ""
    near = nearest(name, _LONG_ALIASES)
    if not near:
        return next((stem for stem in _STEMS if name.startswith(stem)), "")
    edits = distance(name, near, 2)
    rival = any(distance(name, known, edits) <= edits for known in KNOWN if known[0] == name[0])
    return "" if rival and len(near) < 6 else near


def _near_attribute(attribute: Attribute, info: Info) -> str:
    if any(rule.pattern.fullmatch(attribute.text) for rule in ATTRIBUTES):
        return ""
    name, colon, _ = attribute.name.partition(":")
    if not _NAME.fullmatch(name) or name.lower() in RENDERING or info.directive:
        return ""
    if colon:
        return nearest(name, _PREFIXES, most=1)
    if attribute.value is None:
        return "" if name in _WORDS else nearest(name, _WORDS)
    near = nearest(name, _KEYS)
    return "" if near in {f"{name}s", name.removesuffix("s")} else near  # somebody's own word


def _comments(page: Page, marked: dict[int, Mark]) -> Iterator[Notice]:
    for at, item in enumerate(page.items):
        if not isinstance(item, Comment):
            continue
        mark = marked.get(at)
        if mark is not None:
            yield from _own_words(page, item, mark)
        elif near := _near_marker(item.text):
            line, column = _at(item, len(item.text) - len(item.text.lstrip(" \t\n-;")))
            text = f"`{' '.join(item.text.split())}` is no marker that we know"
            yield _notice(page, line, column, "DH103", text, near)


def _own_words(page: Page, comment: Comment, mark: Mark) -> Iterator[Notice]:
    for problem in mark.problems:
        near = nearest(problem.word, own.WORDS, most=2) if problem.unknown else problem.near
        line, column = _at(comment, problem.offset, mark.hit.line)
        yield _notice(page, line, column, "DH103", problem.message, near)
    if mark.hit.rule.spelling in {"pytest.mark.M", "phmdoctest-mark.X"}:
        stem, _, name = mark.hit.spelling.rpartition(".")
        if near := nearest(name, ("skip", "skipif", "xfail")):
            column = mark.hit.column + len(stem) + 1
            text = f"`{mark.hit.spelling}` is no mark that we know"
            yield _notice(page, mark.hit.line, column, "DH103", text, f"{stem}.{near}")


def _at(comment: Comment, offset: int, least: int = 0) -> tuple[int, int]:
    """Line and column of an offset in a comment's text; the mark's own line starts the count."""
    texts = comment.text.split("\n")
    number = max(0, least - comment.line) if least and "\n" in comment.text else 0
    if least and number and own.read(comment.text) is None:
        return place(comment, number, offset)
    number = 0
    while number < len(texts) - 1 and offset > len(texts[number]):
        offset -= len(texts[number]) + 1
        number += 1
    return place(comment, number, offset)


def _near_marker(text: str) -> str:
    bare = " ".join(comments.bare(text).split())
    if "\n" in text.strip() or not 4 < len(bare) < 120:
        return ""
    if _BARE.fullmatch(bare):
        return "doc-healing:ignore"
    if found := _OWN.match(bare):
        return _near_own(found)
    if comments.match(bare):
        return ""
    head = _FREE.split(bare, maxsplit=1)[0].strip()
    if near := nearest(head, _MARKERS):
        return near
    if head.lower().startswith(_OWN_STEMS) and " " not in head:
        stem = next(stem for stem in _OWN_STEMS if head.lower().startswith(stem))
        return nearest(head, [name for name in _MARKERS if name.startswith(stem)], most=6)
    return ""


def _near_own(found: re.Match[str]) -> str:
    """`doc-heeling:ignore`, `dochealing: ignore`, `doc-healing ignore`."""
    stem = re.sub(r"[\s_-]", "", found[1].lower())
    word = found[3].lower()
    if distance(stem, "dochealing", 2) > 2:
        return ""
    known = word if word in own.WORDS else nearest(word, own.WORDS, most=2)
    return f"doc-healing:{known}" if known else ""


def _unbalanced(page: Page, coverage: Coverage) -> Iterator[Notice]:
    for mark in coverage.unclosed:
        ends = next((rule for rule in comments.COMMENTS
                     if rule.key == mark.key and rule.scope is Scope.END), None)  # fmt: skip
        near = ends.spelling if ends else "doc-healing:ignore-end"
        yield _mark(page, mark, "DH105", "is never ended", near)
    for mark in coverage.unopened:
        yield _mark(page, mark, "DH105", "ends what was never started", "")
    for mark in coverage.idle:
        yield _mark(page, mark, "DH104", "stands over no code block", "")


def _mark(page: Page, mark: Mark, code: str, what: str, near: str) -> Notice:
    hit = mark.hit
    hint = f"; it ends with `{near}`" if near else ""
    return Notice(page.path, hit.line, hit.column, code, f"`{hit.spelling}` {what}{hint}", near)
