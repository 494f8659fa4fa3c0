"""Whether what a program printed is what its document promises, where languages agree on it."""

import re

from doc_healing.model import Expectation


def matches(item: Expectation, text: str, printed: str) -> bool:
    """Whether all of the output is this text, as the expectation wants it compared."""
    wanted, got = compared(text, item), compared(printed, item)
    if wanted == got:
        return True
    return bool(item.wildcards) and re.fullmatch(_pattern(wanted, item), got, re.DOTALL) is not None


def contains(item: Expectation, printed: str) -> bool:
    """Whether the expected text stands anywhere in the output."""
    wanted, got = clean(item.text, item), clean(printed, item)
    if item.wildcards:
        return re.search(_pattern(wanted, item), got, re.DOTALL) is not None
    return wanted in got


def compared(text: str, item: Expectation) -> str:
    """A text as it is held against another: its lines in one order where theirs is not told."""
    text = clean(text, item)
    return "\n".join(sorted(text.split("\n"))) if item.unordered else text


def clean(text: str, item: Expectation) -> str:
    """A text without the blanks that no document shows, or with none but single ones."""
    if item.normalise_whitespace:
        return " ".join(text.split())
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n")).rstrip()


def _pattern(wanted: str, item: Expectation) -> str:
    pattern = re.escape(wanted)
    for wildcard in sorted(item.wildcards, key=len, reverse=True):
        if wildcard == "<...>" or not re.fullmatch(r"<\w+>", wildcard):
            pattern = pattern.replace(re.escape(wildcard), ".*?")
    return pattern
