"""Writes TOML: manifests and settings that we have read, changed and hand to cargo."""

import json
from collections.abc import Mapping


def toml_text(data: Mapping[str, object]) -> str:
    """The tables as TOML, one line for each key at the top."""
    return "".join(f"{_key(name)} = {_value(value)}\n" for name, value in data.items())


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return str(value)  # numbers and dates write themselves


def _key(name: str) -> str:
    return _string(name)


def _string(text: str) -> str:
    # JSON's escapes are TOML's; only DEL has to be escaped here and not there.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
