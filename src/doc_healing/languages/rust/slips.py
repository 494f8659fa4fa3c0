"""Whether a name is a slip of another one: misspelt, and not just another name."""

from collections.abc import Iterable


def slip(name: str, candidates: Iterable[str]) -> str:
    """The one name that `name` is a slip of, else empty.

    Strict: four letters or more, one letter added, lost or changed or two swapped; never a
    difference of a digit, an ending `s`, an underscore or the case alone, which are other names.
    """
    if len(name) < 4:
        return ""
    near = [item for item in sorted(set(candidates)) if len(item) >= 4 and _is_slip(name, item)]
    return near[0] if len(near) == 1 else ""


def _is_slip(name: str, other: str) -> bool:
    if name.lower() == other.lower():
        return False
    if len(name) == len(other):
        return _is_changed(name, other)
    short, long = sorted((name, other), key=len)
    if len(long) != len(short) + 1:
        return False
    at = next((i for i, letter in enumerate(short) if long[i] != letter), len(short))
    if long[:at] + long[at + 1 :] != short or long[at].isdigit() or long[at] == "_":
        return False
    doubled = at == len(long) - 1 and long[-1] == long[-2] != "s"
    return doubled or at not in (0, len(long) - 1) or len(short) >= 6


def _is_changed(name: str, other: str) -> bool:
    """One letter is another one, or two neighbours have changed places."""
    changed = [(a, b) for a, b in zip(name, other, strict=True) if a != b]
    if any(a.isdigit() or b.isdigit() or "_" in (a, b) for a, b in changed):
        return False
    if len(changed) == 1:
        return len(name) >= 6
    places = [i for i, (a, b) in enumerate(zip(name, other, strict=True)) if a != b]
    swapped = len(changed) == 2 and changed[0] == changed[1][::-1]
    return swapped and places[1] == places[0] + 1
