"""What most snippets never need of the standard library, imported when it is first used.

A snippet of two lines must not wait for `ast`, `re`, `json` and `typing`: together they cost more
than starting the interpreter. What is imported here is besides not there yet for the snippet.
"""

from __future__ import annotations

import _ast

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast as ast
    import re as re
    from re import compile as pattern
    from typing import NamedTuple as NamedTuple

    __all__ = ["NamedTuple", "ast", "pattern", "re", "text_of"]
else:

    class _Ast:
        """The classes of nodes are built in; the functions on them are not."""

        def __getattr__(self, name):
            found = getattr(_ast, name, None)
            if found is None:
                import ast as module

                found = getattr(module, name)
            setattr(self, name, found)
            return found

    class _Re:
        def __getattr__(self, name):
            import re as module

            return getattr(module, name)

    class pattern:  # noqa: N801  # it stands for `re.compile`
        """A regular expression that is compiled when it is first used."""

        def __init__(self, text):
            self.text = text

        def __getattr__(self, name):
            import re as module

            found = getattr(module.compile(self.text), name)
            setattr(self, name, found)
            return found

    class NamedTuple:
        """The part of `typing.NamedTuple` that is used here."""

        def __init__(self, *values, **named):
            names = self.__class__.__annotations__
            for name in names:
                if name in named:
                    setattr(self, name, named[name])
            for name, value in zip(names, values):  # noqa: B905  # 3.8
                setattr(self, name, value)

        def _replace(self, **changes):
            made = self.__class__.__new__(self.__class__)
            made.__dict__.update(self.__dict__)
            made.__dict__.update(changes)
            return made

    ast, re = _Ast(), _Re()


def text_of(value: object) -> str:
    """A plain value as JSON."""
    from _json import encode_basestring_ascii as quoted

    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return str(quoted(value))
    if isinstance(value, dict):
        return "{" + ",".join(f"{quoted(str(k))}:{text_of(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ",".join(text_of(one) for one in value) + "]"
    return repr(int(value)) if isinstance(value, int) else str(quoted(str(value)))
