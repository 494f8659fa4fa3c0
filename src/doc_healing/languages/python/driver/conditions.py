"""Whether the conditions hold under which a snippet runs, as this interpreter sees them."""

from __future__ import annotations

import importlib.util
import operator
import os
import sys

from doc_healing.languages.python.driver.lazy import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    ">": operator.gt,
    "<=": operator.le,
    "<": operator.lt,
}


def unmet(conditions: list[dict[str, Any]]) -> str:
    """The reason why the snippet does not run here, or an empty text."""
    for condition in conditions:
        holds = _holds(condition["subject"], condition["operator"], condition["value"])
        if holds is not None and holds == condition["skip_when_true"]:
            said = "{subject} {operator} {value}".format(**condition)
            word = "holds" if holds else "does not hold"
            return str(condition["reason"] or f"its condition `{said}` {word}")
    return ""


def _holds(subject: str, sign: str, value: str) -> bool | None:
    """None where the condition is none of ours to judge: the snippet then runs."""
    if subject == "version":
        return _version(sign, value)
    if subject == "module":
        return _present(value) == (sign != "absent")
    if subject == "os":
        return (_system(value) in (sys.platform, os.name)) == (sign != "!=")
    if subject == "env":
        name, _, wanted = value.partition("=")
        found = os.environ.get(name)
        return (found is not None and (not wanted or found == wanted)) == (sign != "absent")
    if subject == "expression":
        return _expression(value)
    return None


def _version(sign: str, value: str) -> bool | None:
    wanted = tuple(int(part) for part in re.findall(r"\d+", value))[:3]
    if not wanted or sign not in _COMPARE:
        return None
    return bool(_COMPARE[sign](tuple(sys.version_info[: len(wanted)]), wanted))


def _present(name: str) -> bool:
    try:
        return importlib.util.find_spec(name.strip()) is not None
    except (ImportError, ValueError, AttributeError):
        return False


def _system(name: str) -> str:
    aliases = {"windows": "win32", "macos": "darwin", "mac": "darwin", "unix": "posix"}
    return aliases.get(name.strip().lower(), name.strip().lower())


def _expression(text: str) -> bool | None:
    """A Python expression, as pytest's and Sybil's markers hold; it runs within the jail."""
    names = {
        "sys": sys,
        "os": os,
        "platform": __import__("platform"),
        "version_info": sys.version_info,
    }
    try:
        return bool(eval(text, names))  # noqa: S307  # the author's own code, in the jail
    except Exception:  # noqa: BLE001  # whatever a stranger's condition raises
        return None
