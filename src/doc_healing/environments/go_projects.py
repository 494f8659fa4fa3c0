"""Go: the modules of a checkout, and the Go that they ask for."""

import re

from doc_healing.environments.sources import join, read_text
from doc_healing.model import Checkout

NAMES = ("go.mod",)


def module_path(checkout: Checkout, project: str) -> str:
    """The module path that the project's go.mod declares, else "".

    https://go.dev/ref/mod#go-mod-file-module
    """
    text = read_text(checkout, join(project, "go.mod"))
    found = re.search(r'(?m)^\s*module\s+(?:\(\s*)?["`]?([^\s"`()]+)', text)
    return found[1] if found else ""


def installable(checkout: Checkout, folder: str) -> bool:
    """Whether the go.mod there declares a module."""
    return bool(module_path(checkout, folder))


def is_package(checkout: Checkout, folder: str) -> bool:
    """Every module is a package's own."""
    return installable(checkout, folder)


def runtime(checkout: Checkout, project: str) -> str:
    """ ">=" the `go` directive, which is the oldest Go that the module can be built with.

    https://go.dev/ref/mod#go-mod-file-go
    """
    text = read_text(checkout, join(project, "go.mod"))
    found = re.search(r"(?m)^\s*go\s+(\d+(?:\.\d+){0,2}(?:rc\d+|beta\d+)?)", text)
    return f">={found[1]}" if found else ""
