"""Sentences that say of the very block beside them that it fails.

A rule that is too wide hides a document's fault, one that is too narrow makes a wrong red. So the
sentence has to stand right before the block or right after it, and to speak of its failure as a
fact: not of a possibility, a condition, a cure, or another place and version.
"""

import dataclasses
import re
from collections.abc import Sequence

from doc_healing.documents.dialects.interpretation import Annotated
from doc_healing.documents.dialects.marks import Over
from doc_healing.documents.page import Block, Comment, Item, Page, Text
from doc_healing.model import Mode, State

_MOST = 600  # characters of a paragraph that are read
_HINT = re.compile(
    r"compil|error|broken|buggy|faulty|wrong|exception|panic|fail|thr[eo]w|rais|crash|invalid|illegal|complain|refus|reject"
    r"|not |n['’]t ",
    re.IGNORECASE,
)
_THING = (
    r"(?:code|example|program|snippet|script|block|line|statement|call|function call|assignment"
    r"|expression|declaration|definition|version|attempt|test|listing|fragment|query|request)s?"
)
_ADVERBS = r"(?:(?:even|actually|yet|also|still|now|then|always|simply|just|immediately|all) )*"
_NAMED = r"`?(?:\w+(?:\.|::))*[A-Z]\w*(?:Error|Exception|Panic|Warning|Exit|Interrupt)`?"
_ERROR = (
    rf"(?:(?:an?|this|that|the|another|one|two|some|the following|these) "
    rf"(?:(?!(?:no|not|free|safe|of|or|and|message)\b)[\w`.:()\[\]-]+ ){{0,4}}?"
    rf"(?:errors?|exceptions?|panic|traceback|failure)\b(?! (?:handl|messag|check|type|class|code"
    rf"|object|value|page|log|report)\w*)|(?:an? |the )?{_NAMED}|error `?[A-Z]+\d+`?)"
)
# In verbose patterns a space has to be escaped.
_FAILURE, _SURELY, _NOUN = (one.replace(" ", r"\ ") for one in (_ERROR, _ADVERBS, _THING))
_CUE = re.compile(
    rf"""\b(?:
    (?:does|do|did|will|would|could|can)(?:\ not|n't)\ {_SURELY}
        (?:compile|build|parse|type[-\ ]?check|work|run|be\ compiled|pass\ the\ type)\b
    | (?:won't|cannot|can't)\ {_SURELY}(?:compile|build|parse|type[-\ ]?check|work|be\ compiled)\b
    | fail(?:s|ed)?\ to\ (?:compile|build|parse|type[-\ ]?check|run)\b
    | (?:gets?|got|gives?|gave|sees?|raises?|throws?|produces?|causes?|yields?|results?\ in|shows?
        |leads?\ to|triggers?|generates?|reports?|emits?|issues?|receives?|is|fails?\ with
        |(?:panics?|crash(?:es)?)\ with|run\ into|encounters?|contains?)
        (?:\ (?:us|you))?\ {_FAILURE}
    | (?:compilers?|type\ ?checker|borrow\ checker|typescript|rustc|tsc|javac|rust|go|java|python
        |javascript|node(?:\.js)?|mypy|`rustc`|`tsc`|`javac`)\ (?:will|would|should|then|now|\ )*
        (?:complains?|refuses?|rejects?|objects?|errors?\b)
    | (?:is|are|gets?)\ (?:a\ )?(?:rejected|refused)\ by\ (?:the\ )?\w*\ ?(?:compiler|checker)
    | (?:(?:example|following|next|this|a)\ ){{1,3}}(?:broken|buggy|faulty|failing|erroneous)
        (?:\ [\w.]+)?\ (?:app|application|function|class|query|{_NOUN})\b
    | (?:this|the|that)\ (?:app|application|function|{_NOUN})\ is\ (?:broken|buggy|faulty|wrong)\b
    )""",
    re.IGNORECASE | re.VERBOSE,
)
# Verbs that announce only where the block is their subject: "this fails", "an example that panics".
_BARE = re.compile(
    rf"""\b(?:this|that|it|which|following|below|above|code|example|program|snippet|script
    |{_NOUN}|{_NOUN}\ (?:above|below|that|which)|(?:above|following)\ {_NOUN})
    \ (?:will\ |would\ |now\ |then\ |also\ |immediately\ )*
    (?:fails?|panics?|crash(?:es)?|throws?|raises?|errors?(?:\ out)?
    |(?:is|are)\ (?:an?\ )?(?:invalid|illegal|not\ (?:allowed|valid|legal|permitted)|ill-formed
    |ill-typed))\b
    (?=\s*(?:$|[:.,;(—–-]|because|since|as\b|at\ run|at\ compile|at\ the|in\ the|with\b
    |on\ the))""",
    re.IGNORECASE | re.VERBOSE,
)
# Before the cue: it denies, it speaks of what may be, or of how to be rid of the failure.
_DENIED = re.compile(
    r"(?:\bnot|n't|\bnever|\bno longer|\bwithout|\bcannot|\brarely|\bhardly|\bneither|\bnor|\bmay"
    r"|\bmight|\bcan|\bcould|\bshould)(?: \w+)?\s*$",
    re.IGNORECASE,
)
_CURED = re.compile(
    r"\b(?:avoid\w*|prevent\w*|fix\w*|solv\w*|resolv\w*|handl\w*|catch\w*|caught|suppress\w*"
    r"|silenc\w*|ignor\w*|get(?:ting)? rid|instead of|rather than|whether|work-?arounds?|unlike"
    r"|otherwise|used to|older|earlier|previous\w*|windows|macos|browsers?|python ?2\S*"
    r"|defin\w+|functions? that|methods? that|that it|make sure|ensure\w*|expect\w*|assert\w*)\b",
    re.IGNORECASE,
)
# After the cue: it fails only somewhere or sometimes, or the block is what to do about it.
_HEDGED = re.compile(
    r"\b(?:if|when(?:ever)?|unless|until|but|instead|so|fix\w*|solv\w*|resolv\w*|avoid\w*|try"
    r"|workaround|older|earlier|previous\w*|versions?|prior|windows|macos|browsers?|python ?2\S*"
    r"|without|handl\w*|catch\w*|caught|works?)\b|\?",
    re.IGNORECASE,
)
_REASON = re.compile(r"\b(?:because|since|as|due to)\b", re.IGNORECASE)
_CLAUSE = re.compile(r"\s*(?:if|when|whenever|once|while|unless|where|in case)\b", re.IGNORECASE)
_TRIED = re.compile(
    r"\s*(?:so |now |and |but |then )*(?:if|when|once) (?:we|you|i|one) (?:now |then |just )?"
    r"(?:try|tries|tried|attempt|run|compile|build|execute|do|call|use|write|forget|omit|pass|were)"
    r"\b[^,]*,",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    rf"\b(?:following|below|next)\b|\bhere(?:'s| is| are)\b|\bconsider\b|\blook at this\b"
    rf"|\bthis {_THING}\b",
    re.IGNORECASE,
)
_BACK = re.compile(
    rf"\s*(?:so |and |but |now |note that |notice that |however, |here, |as \w+, |again, )*"
    rf"(?:(?:this|that)(?= (?:{_THING}\b|will|would|won't|does|doesn't|is|raises|throws|fails"
    rf"|gives|produces|results|yields|causes|leads|triggers|crashes|errors|generates|cannot|can't"
    rf"|panics|shows|did))|(?:the |this )?(?:{_THING} )?above"
    rf"|the (?:above|previous|preceding|last)\b"
    rf"|the {_THING} |(?:running|compiling|executing|building|trying|attempting)\b"
    rf"|(?:we|you|i)(?:'ll| will| would|'d)? (?:now |then )?(?:get|see|receive)\b"
    rf"|it (?:won't|will not|does not|doesn't) compile|(?:the|rust's|our) (?:compiler|type)"
    rf"|(?:rustc|tsc|javac|typescript|rust|go|java) (?:will |would )?(?:complain|refuse|reject))",
    re.IGNORECASE,
)
_FORWARD = re.compile(r"\b(?:following|below|next) (?!error|exception|compil|panic|output|message)",
                      re.IGNORECASE)  # fmt: skip


def announce(page: Page, overs: Sequence[Over], blocks: Sequence[Annotated]) -> list[Annotated]:
    """The same blocks; `announced_at` is the line of the text that says that this one fails."""
    runs = {over.at for over, one in zip(overs, blocks, strict=True) if _is_program(one)}
    return [
        _with_line(block, _line(page, over, runs)) if over.at in runs else block
        for over, block in zip(overs, blocks, strict=True)
    ]


def _is_program(block: Annotated) -> bool:
    return block.state is State.RUNNABLE and block.instructions.mode is not Mode.FAIL


def _with_line(block: Annotated, line: int) -> Annotated:
    if not line or block.instructions.announced_at:
        return block
    change = dataclasses.replace(block.instructions, announced_at=line)
    return dataclasses.replace(block, instructions=change)


def _line(page: Page, over: Over, runs: set[int]) -> int:
    """The line of the announcement of the block that stands there; 0: there is none."""
    at, held = over.at, over.block.containers
    above = _beside(page.items, at, -1)
    before = page.items[above] if above >= 0 else None
    if isinstance(before, Text) and held[: len(before.containers)] == before.containers:
        beyond = _beside(page.items, above, -1)
        follows = beyond >= 0 and isinstance(page.items[beyond], Block)
        if announces_next(before.text, follows=follows):
            return before.end_line
    below = _beside(page.items, at, 1)
    after = page.items[below] if 0 <= below < len(page.items) else None
    if not isinstance(after, Text) or after.containers != held:
        return 0
    follows = _beside(page.items, below, 1) in runs
    return after.line if announces_last(after.text, before_program=follows) else 0


def _beside(items: Sequence[Item], at: int, step: int) -> int:
    """The place of the nearest item that a reader sees, before or after one."""
    at += step
    while 0 <= at < len(items) and isinstance(items[at], Comment):
        at += step
    return at if at < len(items) else -1


def announces_next(text: str, *, follows: bool = False) -> bool:
    """Whether a paragraph says that the block after it fails; `follows`: a block is before it."""
    text = text[-_MOST:]
    if not _HINT.search(text):
        return False
    sentences = _sentences(text)
    last = sentences[-1]
    if last.endswith(":"):
        back = follows and re.search(r"\babove\b", last, re.IGNORECASE)
        return not back and _fails(last)
    if any(_fails(one) and _FORWARD.search(one) for one in sentences):
        return True
    return _fails(last) and bool(_AHEAD.search(last) if follows else _refers(last))


def _refers(sentence: str) -> bool:
    return bool(_AHEAD.search(sentence) or _BACK.match(sentence)) and "above" not in sentence


def announces_last(text: str, *, before_program: bool = False) -> bool:
    """Whether a paragraph says that the block before it failed; a program may come after it."""
    text = text[:_MOST]
    if not _HINT.search(text):
        return False
    first = _sentences(text)[0]
    if first.endswith(":") and before_program:
        return bool(re.search(r"\babove\b", first, re.IGNORECASE)) and _fails(first)
    if _FORWARD.search(first) or not _fails(first):
        return False
    return bool(_BACK.match(first) or _TRIED.match(first))


def _sentences(text: str) -> list[str]:
    """The sentences of a paragraph without its markup; never empty."""
    text = re.sub(r"\]\([^)\s]*\)", "]", " ".join(text.split())).replace("’", "'")
    text = re.sub(r"[*\[\]]|(?<!\w)_+|_+(?!\w)", "", text)
    return re.split(r"(?<=[.!?])\s+(?=[\"'`(]*[A-Z])", text.strip()) or [""]


def _fails(sentence: str) -> bool:
    """Whether a sentence states a failure as a fact."""
    start = tried.end() if (tried := _TRIED.match(sentence)) else 0
    if not start and _CLAUSE.match(sentence):
        return False
    for cue in (_CUE, _BARE):
        for found in cue.finditer(sentence, start):
            head = sentence[start : found.start()]
            tail = _REASON.split(sentence[found.end() :], maxsplit=1)[0]
            cured = _CURED.search(sentence, 0, found.start())
            if not (_DENIED.search(head) or cured or _HEDGED.search(tail)):
                return True
    return False
