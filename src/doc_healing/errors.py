"""The two kinds of error that are exceptions. A failing snippet is neither: it is data.

`UserError` is for what the reader can mend; it is shown as it is and ends with exit code 2.
`InfraError` is our fault or the machine's; inside a run it becomes the verdict UNVERIFIED,
outside of one it ends with exit code 3.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a file something is wrong. `line` and `column` are 1-based; None is unknown."""

    path: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """`path:line:column`, as far as it is known."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part)


class UserError(Exception):
    """What, where, and what to do about it."""

    def __init__(self, message: str, *, place: Place | None = None, help: str = "") -> None:  # noqa: A002
        super().__init__(message)
        self.message = message
        self.place = place
        self.help = help


class InfraError(Exception):
    """A fault of ours or of the machine: what failed, and the fix if there is one."""

    def __init__(self, message: str, *, help: str = "") -> None:  # noqa: A002
        super().__init__(message)
        self.message = message
        self.help = help
