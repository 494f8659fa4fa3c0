"""What a link to the documentation of an API names: the sites that are made of the code itself."""

import re
from dataclasses import dataclass

_DOCS_RS = re.compile(
    r"https?://docs\.rs/[\w-]+/(?P<version>[^/#?]+)/(?P<module>\w+(?:/\w+)*)/"
    r"(?:fn|struct|enum|union|trait|type|macro|constant|static|derive|attr)\.(?P<name>\w+)\.html"
    r"(?:#(?:method|tymethod|variant|structfield|associatedtype|associatedconstant)\.(?P<member>\w+))?"
)
_GO_DEV = re.compile(
    r"https?://(?:pkg\.go\.dev|godoc\.org)/(?P<module>[\w.-]+\.[\w-]+/[^#?@\s]+?)"
    r"(?:@(?P<version>[^/#?\s]+)(?P<inner>(?:/[\w.-]+)*))?/?(?:\?[^#\s]*)?#(?P<name>\w+)(?:\.(?P<member>\w+))?$"
)

_NEWEST = (None, "latest", "*", "stable", "master", "main")


@dataclass(frozen=True, slots=True)
class Described:
    """What a page of an API describes: the names from a module on, of the newest version or not."""

    language: str
    module: str
    names: tuple[str, ...]
    newest: bool


def api_of(target: str) -> Described | None:
    """What the page that a link leads to describes; None of any other page.

    The addresses are those of docs.rs (rustdoc's file names) and of pkg.go.dev (its anchors).
    """
    if found := _DOCS_RS.match(target):
        module = found["module"].replace("/", "::")
        return Described("rust", module, _names(found), found["version"] in _NEWEST)
    if found := _GO_DEV.match(target):
        module = found["module"] + (found["inner"] or "")
        return Described("go", module, _names(found), found["version"] in _NEWEST)
    return None


def _names(found: re.Match[str]) -> tuple[str, ...]:
    return tuple(name for name in (found["name"], found["member"]) if name)
