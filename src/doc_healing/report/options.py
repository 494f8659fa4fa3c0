"""How a report is to be shown. Nothing here changes what it says."""

from dataclasses import dataclass
from enum import IntEnum


class Verbosity(IntEnum):
    """How much is shown: only what is broken, what a person needs, or everything."""

    QUIET = 0
    NORMAL = 1
    VERBOSE = 2


@dataclass(frozen=True, slots=True)
class Options:
    """The reader's wishes. `width` is the terminal's, in cells; None (a pipe) never clips."""

    colour: bool = False
    width: int | None = None
    verbosity: Verbosity = Verbosity.NORMAL
    version: str = ""
    prefix: str = ""  # of a forge's paths: the run's root, seen from the root of the repository
    github: bool = False  # the text is read by GitHub's runner, which obeys some lines
    hints: bool = False  # end with what to do next: on a terminal, and while there is no config
