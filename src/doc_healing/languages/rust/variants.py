"""The programs that are tried for one block, in order: rustdoc's own first, then completed ones."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from doc_healing.languages.rust.borrowed import Loan
from doc_healing.languages.rust.shape import Wrap
from doc_healing.languages.rust.source import Row, partition

EDITIONS = ("2021", "2024", "2018", "2015")
# Errors after which it is worth trying another completion, edition, or surroundings.
WRAPPING = r"E0308|E0277|E0282|E0283|E0317|E0728|E0107"
AGEING = r"edition|E0782|E0432|E0433|E0670|\"code\":null"
LACKING = (
    r"E0425|E0412|E0405|E0433|E0432|E0422|E0423|E0531|E0532|E0574|E0404|E0599|E0407|E0437"
    r"|cannot find (macro|derive|attribute)|E0277|E0282|E0283"
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One program. `rows` leads each line of `text` to its row, `own` says which are the block's.

    It is tried where `when` (a regular expression of grep) is found in the first one's errors.
    """

    text: str
    edition: str
    rows: tuple[Row | None, ...]
    own: tuple[bool, ...]
    level_runs: bool
    added: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class Parts:
    """What all programs of one block are made of."""

    before: tuple[Row, ...]  # its session's earlier blocks
    block: tuple[Row, ...]
    after: tuple[Row, ...]
    crates: tuple[str, ...]  # linked under their names, whether the block says so or not

    def all(self) -> tuple[Row, ...]:
        """The rows of code in their order."""
        return (*self.before, *self.block, *self.after)


def assemble(parts: Parts, wrap: Wrap, edition: str, loan: Loan = Loan()) -> Variant:  # noqa: B008  # frozen
    """One program: what rustdoc adds stands where rustdoc puts it."""
    rows = parts.all()
    split = partition(rows)
    own_from, own_to = len(parts.before), len(parts.before) + len(parts.block)
    texts: list[str] = ["#![allow(unused)]"]
    places: list[tuple[Row | None, bool]] = [(None, False)]

    def ours(lines: Sequence[str]) -> None:
        for line in "\n".join(lines).split("\n") if lines else ():
            texts.append(line)
            places.append((None, False))

    def theirs(start: int, end: int) -> None:
        for at in range(start, end):
            texts.append(rows[at].text)
            places.append((rows[at], own_from <= at < own_to))

    theirs(0, split.attributes)
    # Later editions know every linked crate by its name; a second one would only clash.
    ours([f"extern crate r#{name};" for name in parts.crates if edition == "2015"])
    theirs(split.attributes, split.crates)
    ours(loan.uses)
    for row in loan.items:
        texts.append(row.text)
        places.append((row, False))
    ours([wrap.before] if wrap.before else [])
    theirs(split.crates, len(rows))
    ours([wrap.after] if wrap.after else [])
    return Variant(
        text="\n".join(texts) + "\n",
        edition=edition,
        rows=tuple(row for row, _ in places),
        own=tuple(own for _, own in places),
        level_runs=wrap.level.value == "P3",
        added=(wrap.added,) if wrap.added else (),
    )


def variants(
    parts: Parts, wraps: Sequence[Wrap], editions: Sequence[str], loans: Sequence[Loan]
) -> list[Variant]:
    """Every program that is worth a try, the likeliest first. Never more than a dozen."""
    edition = editions[0]
    tried = [assemble(parts, wrap, edition) for wrap in wraps]
    tried[1:] = [replace(item, when=WRAPPING) for item in tried[1:]]
    for other in editions[1:]:
        older = assemble(parts, wraps[0], other)
        said = f"edition {other}"
        tried.append(replace(older, added=(*older.added, said), when=AGEING))
    for loan in loans:
        for wrap in wraps:
            lent = assemble(parts, wrap, edition, loan)
            tried.append(
                replace(lent, added=(*lent.added, *loan.words), guessed=loan.words, when=LACKING)
            )
    return tried[:12]
