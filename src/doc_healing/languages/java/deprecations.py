"""What a block uses that its library deprecates: the member, its line, and what to use instead.

javac warns where a use is compiled (JLS 9.6.4.6). A class file does not hold the words of the tag
`@deprecated` (https://docs.oracle.com/en/java/javase/17/docs/specs/javadoc/doc-comment-spec.html):
those of the repository's own code are the environment's fact `deprecated`, a JSON object from
`package.Outer$Inner#member(Type)` to what stands behind the tag.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from doc_healing.languages.java.places import diagnosed
from doc_healing.model import Environment, Job

Event = Mapping[str, Any]

_LINK = re.compile(r"\{@(?:link|linkplain|code|literal|value)\s+([^{}]*)\}|<code>([^<]*)</code>")
_TAG = re.compile(r"</?\w+[^<>]*>")
_LONGEST = 200


def deprecations(
    job: Job, events: Sequence[Event], environment: Environment | None
) -> tuple[str, ...]:
    """A warning for each use in the snippet's own lines, in their order."""
    facts = environment.facts if environment else {}
    words = _words(facts.get("deprecated", ""))
    found: dict[str, None] = {}
    for event in events:
        spot = diagnosed(job, event) if event.get("type") == "warning" else None
        if spot is not None and spot.part == "snippet":
            member = str(event.get("member", ""))
            instead = _plain(words.get(member, ""))
            head = f"{_said(member)} is deprecated{_removal(event)}"
            at = f"{spot.line.path}:{spot.line.line}"
            found[f"{at}: {head}{f': {instead}' if instead else ''}"] = None
    return tuple(found)


@lru_cache(maxsize=8)
def _words(fact: str) -> Mapping[str, str]:
    told = json.loads(fact) if fact else {}
    return {str(key): str(value) for key, value in told.items()}


def _said(member: str) -> str:
    """`Widget.old()` of `org.acme.Widget#old()`."""
    owner, _, name = member.partition("#")
    simple = owner.rpartition(".")[2].replace("$", ".")
    name = re.sub(r"[\w$]+\.(?=[\w$])", "", re.sub(r"^<[^()]*>", "", name))
    if name.partition("(")[0] == simple.rpartition(".")[2]:
        return f"the constructor `{name}`"
    return f"`{simple}.{name}`" if name else f"`{simple}`"


def _removal(event: Event) -> str:
    return " and will be removed" if "removal" in str(event.get("code", "")) else ""


def _plain(text: str) -> str:
    """The words of a tag without their markup: `use {@link #fresh()}` as ``use `fresh()` ``."""
    linked = _LINK.sub(lambda match: f"`{_target(match[1] or match[2] or '')}`", text)
    words = " ".join(_TAG.sub("", linked).split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"


def _target(words: str) -> str:
    """What a link shows: its label, else its target as it is written in code."""
    target, _, label = " ".join(words.split()).partition(" ")
    while target.count("(") > target.count(")") and label:  # `of(int, int)`
        more, _, label = label.partition(" ")
        target = f"{target} {more}"
    return label or target.lstrip("#").replace("#", ".")
