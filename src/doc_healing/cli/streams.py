"""The three standard streams, whatever state somebody left them in.

A closed one would give its number to the next file that is opened, a full one would turn a verdict
into a crash. stdout is the result: where it cannot be written, that is an error. stderr is a
courtesy: where nobody reads it, nobody is told.
"""

import os
import sys

from doc_healing.errors import UserError


def prepare() -> None:
    """Open what is closed, and write UTF-8 whatever the locale says."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            _to_nowhere(number)
            setattr(sys, name, open(number, mode, encoding="utf-8", closefd=False))  # noqa: SIM115 - a stream, for as long as the process lives
    for stream, errors in ((sys.stdout, "surrogateescape"), (sys.stderr, "backslashreplace")):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors=errors)


def say(text: str) -> None:
    """Tell the person at stderr; a line end is part of the text."""
    try:
        sys.stderr.write(text)
        sys.stderr.flush()
    except (OSError, ValueError):  # closed or full
        _to_nowhere(2)


def give(data: bytes) -> None:
    """The result to stdout. A reader who has seen enough is no error; a full disk is."""
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        _to_nowhere(1)
    except OSError as error:
        _to_nowhere(1)
        raise UserError(f"cannot write to stdout: {error.strerror}") from None


def _to_nowhere(number: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    if nowhere != number:
        os.dup2(nowhere, number)
        os.close(nowhere)
