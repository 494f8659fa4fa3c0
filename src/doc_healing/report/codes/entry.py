"""What the registry of findings holds for each of them."""

from dataclasses import dataclass
from enum import StrEnum

from doc_healing.model import SymptomKind, Verdict


class Severity(StrEnum):
    """How a finding is shown. Only an error makes a run red."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Example:
    """Two whole Markdown documents: one that shows the finding and the same one, mended.

    The first snippet of `failing` that is an example gets `verdict` and, where there is one, a
    symptom of `kind`; for a notice, reading the document gives a `Notice` of this code and the
    verdict is what the first snippet gets all the same. In `mended` it gets `mended_verdict`
    and the notice is gone. `installs` says that the mended one needs a package registry.
    """

    language: str
    failing: str
    mended: str
    verdict: Verdict = Verdict.BROKEN
    kind: SymptomKind | None = None
    mended_verdict: Verdict = Verdict.PASSED
    installs: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding: what it is called everywhere, what it means, what to do about it.

    An `id` is never given to another kind, not even after its own is gone.
    """

    id: str
    slug: str
    title: str
    severity: Severity
    explanation: str
    advice: str
    example: Example | None = None


def fenced(language: str, code: str, *, before: str = "", after: str = "") -> str:
    """A Markdown document that is one block, with text before and after it."""
    parts = (before, f"```{language}\n{code.strip()}\n```", after)
    return "\n\n".join(part for part in parts if part) + "\n"
