"""Rust: the packages of a checkout, and the toolchain that they ask for."""

import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

NAMES = ("Cargo.toml",)


def manifest(checkout: Checkout, project: str) -> Mapping[str, Any]:
    """The project's Cargo.toml; empty where there is none or it does not parse."""
    try:
        return tomllib.loads(read_text(checkout, join(project, "Cargo.toml")))
    except tomllib.TOMLDecodeError:
        return {}


def installable(checkout: Checkout, folder: str) -> bool:
    """Whether the manifest there is a package's or a workspace's."""
    data = manifest(checkout, folder)
    return isinstance(data.get("package"), dict) or isinstance(data.get("workspace"), dict)


def is_package(checkout: Checkout, folder: str) -> bool:
    """Whether it is a package's own: those go before the roots of workspaces."""
    return isinstance(manifest(checkout, folder).get("package"), dict)


def runtime(checkout: Checkout, project: str) -> str:
    """The channel of rust-toolchain.toml (or rust-toolchain), else ">=" the `rust-version`.

    As rustup does, it takes the nearest file upward from the project.
    https://rust-lang.github.io/rustup/overrides.html#the-toolchain-file
    """
    above = [folder.as_posix() for folder in PurePosixPath(project).parents]
    for folder in (project, *("" if folder == "." else folder for folder in above)):
        for name in ("rust-toolchain.toml", "rust-toolchain"):
            if channel := _channel(read_text(checkout, join(folder, name))):
                return channel
    package = manifest(checkout, project).get("package")
    oldest = package.get("rust-version") if isinstance(package, dict) else None
    return f">={oldest}" if isinstance(oldest, str) else ""


def _channel(text: str) -> str:
    try:
        table = tomllib.loads(text).get("toolchain")
    except tomllib.TOMLDecodeError:
        words = text.split()
        return words[0] if len(words) == 1 else ""  # the old form: the channel and nothing else
    channel = table.get("channel") if isinstance(table, dict) else None
    return channel if isinstance(channel, str) else ""
