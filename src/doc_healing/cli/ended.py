"""How a check ended: its exit code, and how each of its documents did.

`check --watch` looks at one document again and owes the exit code of all of them.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from doc_healing.cli import exits

_WORST_FIRST = (exits.BROKEN, exits.OUR_FAULT, exits.USER_ERROR)


@dataclass(frozen=True, slots=True)
class Ended:
    """An exit code, those of the documents alone, and which of them proved something.

    `strict`: that none proves anything is an error. A check that came to no end has no `documents`.
    """

    code: int
    documents: Mapping[str, int] | None = None
    proven: Collection[str] = field(default_factory=frozenset)
    strict: bool = False

    def after(self, before: "Ended") -> "Ended":
        """The two together; an interrupted check leaves what was known as it was."""
        if self.documents is None:
            code = before.code if self.code == exits.INTERRUPTED and before.documents else self.code
            return Ended(code, before.documents, before.proven, before.strict)
        documents = {**(before.documents or {}), **self.documents}
        proven = (set(before.proven) - self.documents.keys()) | set(self.proven)
        return Ended(self.code, documents, proven, self.strict)

    def whole(self, present: Collection[str]) -> int:
        """The exit code of these documents together."""
        known = self.documents or {}
        codes = {known[path] for path in present if path in known}
        if self.code in (exits.INTERRUPTED, exits.USER_ERROR, exits.OUR_FAULT):
            codes.add(self.code)
        worst = next((code for code in _WORST_FIRST if code in codes), None)
        if worst is not None:
            return worst
        if self.code == exits.INTERRUPTED:
            return self.code
        unproven = not any(path in self.proven for path in present)
        return exits.BROKEN if self.strict and unproven else exits.FINE

    def written(self) -> bytes:
        """For another process to read."""
        told = {"documents": self.documents, "proven": sorted(self.proven), "strict": self.strict}
        return json.dumps(told).encode()

    @classmethod
    def read(cls, data: bytes, code: int) -> "Ended":
        """What a process wrote that ended with this code; nothing, where it came to no end."""
        told = json.loads(data) if data else {}
        known = told.get("documents") if code != exits.INTERRUPTED else None
        return cls(code, known, frozenset(told.get("proven", ())), told.get("strict", False))
