"""Names as lists of words: how alike two of them are. Pure."""

import re
from functools import lru_cache

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_A-Za-z]+")


@lru_cache(maxsize=65_536)
def parts(name: str) -> tuple[str, ...]:
    """The words that a name is made of, lower case: `parseHTTPUrl_2` is parse, http, url, 2."""
    return tuple(part.lower() for part in _PART.findall(name))


@lru_cache(maxsize=65_536)
def likeness(left: str, right: str) -> float:
    """Dice's coefficient of the words of two names, or of their letter pairs if that is more."""
    if left == right:
        return 1.0
    return max(_dice(parts(left), parts(right)), 0.9 * _dice(_pairs(left), _pairs(right)))


def _pairs(name: str) -> tuple[str, ...]:
    letters = "".join(parts(name))
    return tuple(letters[at : at + 2] for at in range(len(letters) - 1))


def _dice(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    if not left or not right:
        return 0.0
    rest = list(right)
    shared = 0
    for item in left:
        if item in rest:
            rest.remove(item)
            shared += 1
    return 2 * shared / (len(left) + len(right))
