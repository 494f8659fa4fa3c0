"""The programs that are tried for one block, in order: rustdoc's own first, then completed ones."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from doc_healing.languages.rust.borrowed import Loan
from doc_healing.languages.rust.reached import guard, main_start, proof_of, split
from doc_healing.languages.rust.shape import ALONE, INSIDE, Wrap, shape
from doc_healing.languages.rust.source import Row, code_of, partition, rows
from doc_healing.languages.rust.tree import facts
from doc_healing.model import Level, Snippet

EDITIONS = ("2021", "2024", "2018", "2015")
# Errors after which it is worth trying another completion, edition, or surroundings.
WRAPPING = r"E0308|E0277|E0282|E0283|E0317|E0728|E0107"
AGEING = r"edition|E0782|E0432|E0433|E0670|\"code\":null"
# A page that asks for documentation shows a library; the program around its lines is ours. And
# rustdoc's `main` takes items with a semicolon behind them, which a crate does not.
INNER = "missing documentation for a|expected item, found `;`"
UNDOCUMENTED = "missing documentation for the crate"
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
    vague: str = ""  # how: "glob", "near" (blocks below the same heading), "far"
    proof: str = ""  # what its marks begin with, where it has to prove that the block was reached
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


def assemble(
    parts: Parts,
    wrap: Wrap,
    edition: str,
    loan: Loan = Loan(),  # noqa: B008  # frozen
    attribute: str = "",
) -> Variant:
    """One program: what rustdoc adds stands where rustdoc puts it."""
    parts, marked, proof = _marked(parts, wrap, loan)
    found = parts.all()
    head = partition(found)
    own_from, own_to = len(parts.before), len(parts.before) + len(parts.block)
    texts: list[str] = ["#![allow(unused)]"]
    places: list[tuple[Row | None, bool]] = [(None, False)]

    def ours(lines: Sequence[str]) -> None:
        for line in "\n".join(lines).split("\n") if lines else ():
            texts.append(line)
            places.append((None, False))

    def theirs(start: int, end: int) -> None:
        for at in range(start, end):
            ours([guard(proof)] if at == marked else [])
            texts.append(found[at].text)
            places.append((found[at], own_from <= at < own_to))

    theirs(0, head.attributes)
    ours([attribute] if attribute else [])
    # Later editions know every linked crate by its name; a second one would only clash.
    ours([f"extern crate r#{name};" for name in parts.crates if edition == "2015"])
    theirs(head.attributes, head.crates)
    ours(loan.uses)
    for row in loan.items:
        texts.append(row.text)
        places.append((row, False))
    # rustdoc's `main` allows this too, whatever the text denies.
    ours([f"#[allow(non_snake_case)] {wrap.before}"] if wrap.before else [])
    theirs(head.crates, len(found))
    ours([wrap.after] if wrap.after else [])
    return Variant(
        text="\n".join(texts) + "\n",
        edition=edition,
        rows=tuple(row for row, _ in places),
        own=tuple(own for _, own in places),
        level_runs=wrap.level.value == "P3",
        added=(wrap.added,) if wrap.added else (),
        proof=proof,
    )


def _marked(parts: Parts, wrap: Wrap, loan: Loan) -> tuple[Parts, int, str]:
    """The parts, the row before which the block's marks stand, and what these begin with.

    Without proof (empty) where nothing of the block runs, or nothing else with it.
    """
    others = (*parts.before, *loan.items, *parts.after)
    if not others or wrap.level is not Level.RUNS:
        return parts, -1, ""
    if wrap.before:
        start = max(len(parts.before), partition(parts.all()).crates)
        return parts, start, proof_of(parts.block, others)
    place = main_start(parts.block)
    if place is None:  # items alone, or a `main` that a macro makes
        made = facts(code_of(parts.block)).has_main
        return parts, -1, proof_of(parts.block, others) if made else ""
    row, column = place
    first, rest = split(parts.block[row], column)
    block = (*parts.block[:row], first, rest, *parts.block[row + 1 :])
    behind = "".join(one.text for one in (rest, *parts.block[row + 1 :])).lstrip()
    at = -1 if behind.startswith("#!") else len(parts.before) + row + 1
    return replace(parts, block=block), at, proof_of(parts.block, others)


def variants(parts: Parts, wraps: Sequence[Wrap], editions: Sequence[str]) -> list[Variant]:
    """The programs of the block alone, the likeliest first."""
    edition = editions[0]
    tried = [assemble(parts, wrap, edition) for wrap in wraps]
    tried[1:] = [replace(item, when=WRAPPING) for item in tried[1:]]
    if any("missing_docs" in row.text for row in parts.block):
        item = assemble(parts, wraps[0], edition, attribute="#![allow(missing_docs)]")
        tried.append(replace(item, when=UNDOCUMENTED))
    if wraps[0].after == ALONE.after:
        tried.append(replace(assemble(parts, INSIDE, edition), when=INNER))
    for other in editions[1:]:
        older = assemble(parts, wraps[0], other)
        said = f"edition {other}"
        tried.append(replace(older, added=(*older.added, said), when=AGEING))
    return tried


def lent(parts: Parts, wraps: Sequence[Wrap], edition: str, loans: Sequence[Loan]) -> list[Variant]:
    """The programs with what other blocks of the page lend."""
    made: list[Variant] = []
    for loan in loans:
        for wrap in wraps[:2]:
            item = assemble(parts, wrap, edition, loan)
            added = (*item.added, *loan.words)
            guessed = () if loan.vague == "std" else loan.words
            made.append(replace(item, added=added, guessed=guessed, vague=loan.vague, when=LACKING))
    return made


def joined(parts: Parts, earlier: Sequence[Snippet], edition: str, vague: str) -> Variant:
    """The program of a block that runs behind earlier ones, as one body."""
    before = tuple(row for item in earlier for row in rows(item))
    whole = imported_once(replace(parts, before=(*before, *parts.before)))
    wraps = shape(code_of(whole.all())).wraps or (Wrap("fn main() {", "}"),)
    numbers = ", ".join(str(item.line) for item in earlier)
    words = (
        f"the blocks of lines {numbers}" if len(earlier) > 1 else f"the block of line {numbers}",
    )
    made = assemble(whole, wraps[0], edition)
    return replace(made, added=(*made.added, *words), guessed=words, vague=vague, when=LACKING)


def imported_once(parts: Parts) -> Parts:
    """The same parts, without the imports that stand in them for a second time."""
    before = _imported_once(parts.before)
    seen = {row.text.strip() for row in before if _is_import(row)}
    block = tuple(
        replace(row, text="") if _is_import(row) and row.text.strip() in seen else row
        for row in parts.block
    )
    return replace(parts, before=before, block=block)


def _imported_once(found: Sequence[Row]) -> tuple[Row, ...]:
    seen: set[str] = set()
    kept: list[Row] = []
    for row in found:
        text = row.text.strip()
        kept.append(replace(row, text="") if _is_import(row) and text in seen else row)
        seen.add(text)
    return tuple(kept)


def _is_import(row: Row) -> bool:
    return re.fullmatch(r"\s*(use\s.*|extern crate .*);\s*", row.text) is not None
