"""Conditions of markers that keep a snippet from running here."""

import os.path
import platform
from collections.abc import Sequence

from packaging.specifiers import SpecifierSet
from packaging.version import InvalidVersion, Version

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
        return _compares((environment and environment.runtime_version) or toolchain.version, item)
    if item.subject == "os":
        same = item.value.lower() in ("linux", platform.system().lower(), os.path.sep)
        return same if item.operator in ("==", "present") else not same
    if item.subject == "module":
        present = environment is not None and item.value in environment.packages
        return present if item.operator != "absent" else not present
    return None


def _compares(version: str, item: Condition) -> bool | None:
    try:
        if item.operator in ("==", "!="):
            return SpecifierSet(f"{item.operator}{item.value}.*").contains(version)
        return SpecifierSet(f"{item.operator}{Version(item.value)}").contains(version)
    except (InvalidVersion, ValueError):
        return None
