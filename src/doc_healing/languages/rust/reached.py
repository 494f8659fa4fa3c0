"""Proof that a block was reached at all: what runs before it may end the program.

A mark at its first statement tells that it began. A value that is dropped behind its last one, or
where it returns by itself, tells that it came to its end: neither an exit in a function of another
block nor a panic whose hook ends the program with 0 does that.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256

from doc_healing.languages.rust.plan import Tried
from doc_healing.languages.rust.source import Row, code_of
from doc_healing.languages.rust.tree import bare, facts
from doc_healing.model import Job, Mode, Outcome, Reading, Symptom, SymptomKind, Verdict

_GUARD = (
    "fn __doc_tell(text: &[u8]) {{ if let ::core::result::Result::Ok(mut file) = "
    '::std::fs::OpenOptions::new().append(true).open("/proc/self/fd/3") '
    "{{ let _ = ::std::io::Write::write_all(&mut file, text); }} }} "
    "struct __DocReached; impl ::core::ops::Drop for __DocReached {{ fn drop(&mut self) {{ "
    'if !::std::thread::panicking() {{ __doc_tell(b"\\n{nonce} ended\\n"); }} }} }} '
    '__doc_tell(b"\\n{nonce} begun\\n"); let __doc_reached = __DocReached;'
)
_EXITS = re.compile(r"\bexit\s*\(")
_ENDS = re.compile(r"\b(?:exit|_exit|abort|set_hook|return|panic)\b")
_WILD = re.compile(r"\b(?:exit|_exit|abort|set_hook)\b")


def guard(proof: str) -> str:
    """The statements that tell it, on one line. They need nothing of the program's own."""
    return _GUARD.format(nonce=proof.removesuffix("+"))


def proof_of(block: Sequence[Row], others: Sequence[Row]) -> str:
    """What a block's marks begin with; with a `+` where it may end the program by its own exit."""
    code, before = code_of(block), code_of(others)
    # Derived and not drawn: the same block must give the same program, which caches key on.
    nonce = sha256(f"{before}\0{code}".encode("utf-8", "replace")).hexdigest()[:32]
    leaves = _EXITS.search(code) is not None and _WILD.search(before) is None
    return nonce + "+" * leaves


def main_start(found: Sequence[Row]) -> tuple[int, int] | None:
    """The row, and the column behind the opening brace, of the `main` of these rows."""
    told = facts(code_of(found))
    for node in map(bare, told.top):
        name, body = node.child_by_field_name("name"), node.child_by_field_name("body")
        if name is not None and body is not None and told.text(name) == "main":
            row, column = told.row(body), body.start_point[1]
            text = found[row].text.encode("utf-8", "replace")[: column + 1]
            return row, len(text.decode("utf-8", "replace"))
    return None


def split(row: Row, column: int) -> tuple[Row, Row]:
    """A row's two halves, each with its text where it stood."""
    head, tail = row.text[:column], row.text[column:]
    return replace(row, text=head), replace(row, text=" " * column + tail)


def unreached(job: Job, outcome: Outcome, tried: Tried, reading: Reading) -> Reading | None:
    """UNVERIFIED where nothing proves that the block ran to its end; None where that is proven.

    A failure needs no end: it is the block's own once it has begun.
    """
    proof = tried.proof
    nonce = proof.removesuffix("+").encode()
    said = outcome.report.split(b"\n")
    begun, ended = (nonce + word in said for word in (b" begun", b" ended"))
    if begun and (ended or proof.endswith("+")):
        return None
    promised = job.snippet.instructions.mode is Mode.FAIL
    if begun and (promised or reading.verdict is not Verdict.PASSED):
        return None
    if reading.verdict is Verdict.UNVERIFIED:
        return None
    return _ended_before(job, tried.guessed)


def _ended_before(job: Job, guessed: Sequence[str]) -> Reading:
    lines = [line for item in job.context if item.index < job.snippet.index for line in item.lines]
    found = next((line for line in lines if _ENDS.search(line.text)), None)
    blocks = [item for item in job.context if item.index < job.snippet.index]
    named = next((item for item in blocks if found in item.lines), blocks[-1] if blocks else None)
    where = f"the block at line {named.line} before it" if named else ", ".join(guessed[:4])
    reason = f"needs context: {where or 'what it was completed with'} ended the program"
    if found is None:
        return Reading(Verdict.UNVERIFIED, reason, cause="context")
    symptom = Symptom(SymptomKind.CONTEXT, reason, found.path, found.line, found.column)
    return Reading(Verdict.UNVERIFIED, reason, symptom, cause="context")
