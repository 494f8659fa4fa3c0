"""Types as they tell overloads apart: without arguments, annotations and packages."""

import re
from collections.abc import Sequence

from doc_healing.model import Parameter, ParameterKind

SIMPLE = re.compile(r"@\w[\w.]*(?:\([^()]*\))?|\b(?:final)\b|\s+")  # what is no type, and blanks
_PACKAGE = re.compile(r"\b(?:[a-z_]\w*\.)+(?=\w)")


def discriminator(parameters: Sequence[Parameter]) -> str:
    """What tells a method from others of its name: `(int,String[])`."""
    return f"({','.join(_erased(one) for one in parameters)})"


def _erased(parameter: Parameter) -> str:
    """A type without its arguments, annotations and package; varargs are an array."""
    text = SIMPLE.sub("", parameter.type)
    while "<" in text:
        shorter = re.sub(r"<[^<>]*>", "", text)
        if shorter == text:
            break
        text = shorter
    suffix = "[]" if parameter.kind is ParameterKind.VARIADIC else ""
    return _PACKAGE.sub("", text) + suffix
