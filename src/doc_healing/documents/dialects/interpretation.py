"""What `interpret` gives: every block of a page with its state and its instructions."""

from dataclasses import dataclass

from doc_healing.documents.page import Block
from doc_healing.model import Instructions, Notice, State


@dataclass(frozen=True, slots=True)
class Annotated:
    """A block with its canonical language (or raw label), its state and what is asked of it."""

    block: Block
    language: str
    instructions: Instructions
    state: State
    reason: str


@dataclass(frozen=True, slots=True)
class Interpretation:
    """One `Annotated` per block of the page, in order, and those that stand in comments.

    An invisible block has the index -1 - k; its line is that of the comment that holds it.
    """

    blocks: tuple[Annotated, ...]
    invisible: tuple[Annotated, ...]
    notices: tuple[Notice, ...]
