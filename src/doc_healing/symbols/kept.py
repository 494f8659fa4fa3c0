"""Answers that are asked for again and again, kept where they were given."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from doc_healing.model import Symbol


class Keeping(Protocol):
    """What answers the same for ever, and has a place to keep what it answered."""

    @property
    def answers(self) -> dict[str, dict[Any, Any]]:
        """By the name of a question, then by what is asked: the arguments and the answer."""


Own = TypeVar("Own", bound=Keeping)
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def kept(
    method: Callable[Concatenate[Own, Asked], Answer],
) -> Callable[Concatenate[Own, Asked], Answer]:
    """A method that is run once for each row of arguments. Nobody may alter what it gives.

    A symbol is told by itself and not by what it holds: to compare all of that takes longer than
    most answers do. It is kept along, so that no other can come to stand in its place.
    """
    name = method.__name__

    @wraps(method)
    def answer(own: Own, /, *asked: Asked.args, **named: Asked.kwargs) -> Answer:
        known = own.answers.get(name)
        if known is None:
            known = own.answers[name] = {}
        place = (*[id(one) if isinstance(one, Symbol) else one for one in asked], *named.items())
        found = known.get(place)
        if found is None:
            found = known[place] = (asked, method(own, *asked, **named))
        given: Answer = found[1]
        return given

    return answer
