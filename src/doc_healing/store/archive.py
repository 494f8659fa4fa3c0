"""What a whole document came to: how it was read, and the findings of its snippets.

Kept as pages beside the outcomes, and as loseable: a page that cannot be read is a page that is not
there. Every key holds the version of the nouns (`codec.SHAPE`) and of our own code.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from doc_healing.model import Document, Finding, Snippet
from doc_healing.store import codec, stamps
from doc_healing.store.collector import collector_off
from doc_healing.store.results import Results

READING_SECONDS = (
    7 * 24 * 3600.0
)  # a text reads the same for ever: it goes when it is not asked for
RECEIPT_SECONDS = 6 * 3600.0
_UNREADABLE = (ValueError, TypeError, KeyError, IndexError)

Get = Callable[[str], bytes | None]
Read = Callable[[bytes, str, Get], Document]


@dataclass(frozen=True, slots=True)
class Archive:
    """Pages in a file of results."""

    results: Results

    def key(self, facts: Sequence[str], snippets: Sequence[Snippet]) -> str:
        """The address of these snippets' findings, where `facts` are all else that decides them."""
        rows = [codec.written(one, Snippet) for one in snippets]
        return _address("findings", *facts, codec.packed(rows))

    def recall(
        self, keys: Sequence[str], snippets: Sequence[Snippet]
    ) -> Mapping[str, Sequence[Finding]]:
        """The findings under those of the keys that are known; of these snippets' document."""
        known = {one.index: one for one in snippets}
        found = {}
        for key, data in self.results.pages(keys).items():
            findings = _findings(data, known)
            if findings is not None:
                found[key] = findings
        return found

    def keep(self, key: str, findings: Sequence[Finding], kept_seconds: float) -> None:
        """Keep findings for that long."""
        rows = [[one.snippet.index, *codec.written(one, Finding)[1:]] for one in findings]
        self.results.put_pages({key: codec.packed(rows)}, kept_seconds)

    def readings(
        self, texts: Mapping[str, bytes], get: Get, read: Read
    ) -> Sequence[tuple[Document, str]]:
        """The documents of these texts, and a name for each that changes with what it came from.

        `read` is asked for what was not read before, or includes a file that has changed.
        """
        keys = {path: _address("reading", path, data) for path, data in texts.items()}
        pages = self.results.pages(list(keys.values()))
        found, fresh = [], {}
        with collector_off():
            for path, data in texts.items():
                known = _reading(pages.get(keys[path]), path, data, get)
                if known is None:
                    known, page = _read_anew(path, data, get, read)
                    fresh[keys[path]] = page
                document, touched = known
                found.append((document, _address(keys[path], str(touched))))
        self.results.put_pages(fresh, READING_SECONDS)
        return found

    def receipt(self, name: str) -> Any:
        """What was noted under that name; None where nothing is."""
        data = self.results.pages([_address("receipt", name)])
        try:
            return codec.unpacked(*data.values()) if data else None
        except ValueError:
            return None

    def note(self, name: str, facts: Any, kept_seconds: float = RECEIPT_SECONDS) -> None:
        """Note something under a name, as JSON has it."""
        self.results.put_pages({_address("receipt", name): codec.packed(facts)}, kept_seconds)


def _address(*parts: str | bytes) -> str:
    digest = sha256(f"{codec.SHAPE} {stamps.own_code()}".encode())
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def _findings(data: bytes, snippets: Mapping[int, Snippet]) -> list[Finding] | None:
    try:
        rows = codec.unpacked(data)
        return [codec.read_after(snippets[index], row, Finding) for index, *row in rows]
    except _UNREADABLE:
        return None


Touched = list[list[str]]  # the path of each file that a document includes, and its digest


def _reading(
    page: bytes | None, path: str, data: bytes, get: Get
) -> tuple[Document, Touched] | None:
    if page is None:
        return None
    try:
        touched, row = codec.unpacked(page)
        if any(_digest(get(name)) != digest for name, digest in touched):
            return None
        document: Document = codec.read(row, Document)
    except _UNREADABLE:
        return None
    return (replace(document, data=data), touched) if document.path == path else None


def _read_anew(
    path: str, data: bytes, get: Get, read: Read
) -> tuple[tuple[Document, Touched], bytes]:
    seen: dict[str, str] = {}

    def watched(name: str) -> bytes | None:
        content = get(name)
        seen[name] = _digest(content)
        return content

    document = read(data, path, watched)
    touched = [[name, digest] for name, digest in sorted(seen.items())]
    row = codec.written(replace(document, data=b""), Document)
    return (document, touched), codec.packed([touched, row])


def _digest(data: bytes | None) -> str:
    return "" if data is None else sha256(data).hexdigest()
