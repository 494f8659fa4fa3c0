"""How sure it is that one symbol became another: a logistic model, and its calibration.

`benchmarks/mapping_fit.py` fits both on labelled commits of one half of the repositories; what
came out is in `confidence_table.py`, and how well it holds on the other half in the manual.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import exp, log1p

from doc_healing.symbols.confidence_table import CALIBRATION, WEIGHTS

LIKELY = 0.70  # below it a successor is for those to judge who see both
ACCEPTED = 0.5  # below it two symbols are a removed and an added one
POSSIBLE = 0.08  # from here on one is named as a possible successor of the other
TIE = 0.05  # two successors that are this close are a tie
_SLIGHT = 12  # words of a body that says little
_SAME_STEM = 0.5  # likeness of two names, of two words the one that they share
_BY_CHANCE = 0.6
CEILING = {"go": 0.97, "rust": 0.97, "typescript": 0.97}  # no oracle of their own is known


@dataclass(frozen=True, slots=True)
class Traits:
    """What speaks for and against a pair; all shares are from 0 to 1."""

    shape: str  # "rename", "move" or "both", of a "container", "callable" or "value"
    body: float  # likeness of the words
    lines: float  # likeness of the lines
    name: float
    parameters: float  # of a container: the names of its members
    equal: bool  # their bodies are the same to the token
    size: int  # words of the smaller one
    votes: int  # places where the one name became the other
    share: float  # of all places where either was replaced
    against: float  # share of the places where the old name became a third one
    aligned: bool  # the definition itself is such a place
    neighbours: int  # of the definitions next to it, how many are next to the other as well
    siblings: int  # other symbols whose name changed in the same way
    gone: float  # how much of the old name is no longer there
    fresh: float  # how much of the new name was not there before
    unique: bool  # no third symbol has the same body or name
    files: bool  # the one's file became the other's, or both are in one
    elsewhere: float  # how much of either is in a third symbol: extracted from it, or put into it
    mapped: float = 0.0  # share of both bodies that is the same statements, or almost
    exact: float = 0.0  # of both, to the word
    inside: float = 0.0  # of the one of which more is mapped
    consistent: float = 1.0  # of the words replaced within them, how many always by the same one
    declared: float = 0.0  # likeness of what stands before the body, but for the name
    lead: float = 0.0  # how much more alike the bodies are than those of the next best pair
    ahead: float = 0.0  # the same of the names


def features(traits: Traits) -> tuple[float, ...]:
    """The numbers that the model weighs, the constant one first."""
    small = 1.0 if traits.size < 12 else 0.0
    votes = log1p(min(traits.votes, 8)) * traits.share
    return (
        1.0,
        traits.body,
        traits.lines,
        traits.name,
        traits.parameters,
        1.0 if traits.equal else 0.0,
        small,
        log1p(min(traits.size, 400)) * traits.body,
        votes,
        traits.against,
        1.0 if traits.aligned else 0.0,
        traits.neighbours / 2,
        min(traits.siblings, 3) / 3,
        traits.gone * traits.fresh,
        1.0 if traits.unique else 0.0,
        1.0 if traits.files else 0.0,
        traits.elsewhere,
        traits.mapped,
        traits.exact,
        traits.inside,
        traits.consistent,
        traits.declared,
        traits.lead,
        traits.ahead,
        traits.body if traits.aligned else 0.0,
    )


def alike(traits: Traits) -> float:
    """How alike two bodies are, by words and by statements where they have any."""
    callable_ = traits.shape.endswith("callable")
    return (traits.body + traits.mapped) / 2 if callable_ else traits.body


def raw(traits: Traits) -> float:
    """What the model says before it is calibrated: pairs are ranked by it."""
    weights = WEIGHTS[traits.shape]
    total = sum(w * x for w, x in zip(weights, features(traits), strict=True))
    return 1 / (1 + exp(-max(min(total, 30.0), -30.0)))


def at_most(
    shape: str, body: float, name: float, size: int, neighbours: int, changed: float
) -> float:
    """A score that `raw` does not exceed, of a pair that nothing but these may speak for.

    There are no votes for it and no siblings, and the bodies are not equal; `changed` is `gone`
    by `fresh`. What is not given is taken at its best.
    """
    weights = WEIGHTS[shape]
    total = _OPEN[shape] + weights[11] * neighbours / 2 + weights[13] * changed
    total += (weights[3] + max(weights[23], 0.0)) * name
    total += weights[6] if size < _SLIGHT else 0.0
    total += max(weights[1] + weights[7] * log1p(min(size, 400)), 0.0) * body
    shared = 2 * body / (1 + body)  # of statements no more is shared than of words
    total += sum(max(weights[at], 0.0) for at in (17, 18, 22)) * shared
    return 1 / (1 + exp(-max(min(total + _ROUNDING, 30.0), -30.0)))


# The constant, and at its best what `at_most` is not told: lines, parameters, against, unique,
# files, elsewhere, inside, consistent, declared.
_OPEN = {
    shape: weights[0] + sum(max(weights[at], 0.0) for at in (2, 4, 9, 14, 15, 16, 19, 20, 21))
    for shape, weights in WEIGHTS.items()
}
_ROUNDING = 1e-6


def most(traits: Traits, alone: bool) -> float:
    """How sure a pair can be at best: two small bodies are alike by chance.

    A new name is believed where callers follow it, others change in the same way, or the old one
    is still in it; a new place where it is `alone`: nothing else has that name on either side.
    """
    if traits.size >= _SLIGHT:
        return 1.0
    if traits.shape.startswith("move"):
        told = alone
    else:
        told = bool(traits.votes or traits.siblings) or traits.name > _SAME_STEM
    return 1.0 if told else _BY_CHANCE


def calibrated(score: float, language: str, shape: str) -> float:
    """How often a pair of this score was right, of commits that the model had not seen."""
    steps = CALIBRATION["move" if shape.startswith("move") else "rename"]
    at = bisect_right([step[0] for step in steps], score)
    if at == 0:
        value = steps[0][1]
    elif at == len(steps):
        value = steps[-1][1]
    else:
        (left, low), (right, high) = steps[at - 1], steps[at]
        value = low + (high - low) * (score - left) / (right - left)
    return round(min(value, CEILING.get(language, 1.0)), 4)
