"""What a library says to be missing: a package that it asks for, a file or a directory.

Not every library raises an `ImportError` or a `FileNotFoundError` for them.
"""

import re

_PACKAGE = re.compile(
    r"""requires?\ .{1,80}?\bto\ be\ installed
    | \b(?:pip3?|uv|poetry|conda|mamba)\ (?:install|add)\ \S
    | \b(?:is|are)(?:\ not|n't)\ installed\b
    | \b(?:must|has\ to|have\ to|needs?\ to|should)\ be\ installed\b
    | \b(?:please|first|to)\ install\b | \binstall\ (?:it|them)\b
    | \bmissing\ (?:an?\ )?(?:optional\ )?dependenc(?:y|ies)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_NO = r"(?:do(?:es)?(?:\ not|n't)\ exist|(?:was|is|were)?\ ?not\ found|is\ not\ there)"
_THING = r"(?:director(?:y|ies)|folders?|files?|paths?|templates?)"
_PLACE = re.compile(
    rf"""\b{_THING}\b.{{0,120}}?\b{_NO}
    | \b(?:cannot|can't|could\ not|couldn't|unable\ to)\ (?:find|open|read|load|locate)\b
        .{{0,40}}\b{_THING}\b
    | \bno\ such\ {_THING}\b | ^(?:Template|File)(?:NotFound|DoesNotExist)""",
    re.IGNORECASE | re.VERBOSE,
)


def package(message: str) -> bool:
    """Whether an exception says that a package has to be installed."""
    return _PACKAGE.search(message[:2000]) is not None


def place(message: str) -> bool:
    """Whether an exception says that a file or a directory is not there."""
    return _PLACE.search(message[:2000]) is not None
