"""Conditions of a snippet: whether it is for this machine, this JDK and this environment."""

import platform
from collections.abc import Sequence

from doc_healing.languages.java.jdk import feature
from doc_healing.model import Condition, Environment, Toolchain


def unmet(
    conditions: Sequence[Condition], toolchain: Toolchain, environment: Environment | None
) -> str:
    """The reason of the first condition that keeps the snippet from running, else empty."""
    for item in conditions:
        holds = _holds(item, toolchain, environment)
        if holds is not None and holds is item.skip_when_true:
            words = f"{item.subject}{item.operator}{item.value}"
            return item.reason or f"its condition `{words}` is {'' if holds else 'not '}met"
    return ""


def _holds(item: Condition, toolchain: Toolchain, environment: Environment | None) -> bool | None:
    if item.subject == "version":
        own, asked = feature(toolchain.version), feature(item.value)
        answers = {
            "==": own == asked,
            "!=": own != asked,
            ">=": own >= asked,
            ">": own > asked,
            "<=": own <= asked,
            "<": own < asked,
        }
        return answers.get(item.operator)
    if item.subject == "os":
        same = item.value.lower() in ("linux", platform.system().lower())
        return same if item.operator in ("==", "present") else not same
    if item.subject == "module":
        present = environment is not None and item.value in environment.packages
        return present if item.operator != "absent" else not present
    return None
