"""What set-up asks of the product itself: which toolchains it lacks, and to get ready.

`missing` prints the languages whose toolchain this machine lacks. `prepare` has each language make
what it keeps of its toolchain (Go's compiled standard library), so that no check waits for it.
"""

import sys

from doc_healing.documents import read
from doc_healing.errors import InfraError
from doc_healing.languages import LANGUAGES
from doc_healing.model import Toolchain
from doc_healing.protocols import Language


def main(arguments: list[str]) -> None:
    """Print the one, or do the other."""
    found = {language.name: _toolchain(language) for language in LANGUAGES}
    if arguments == ["prepare"]:
        for language in LANGUAGES:
            _prepare(language, found[language.name])
    else:
        print("\n".join(name for name, toolchain in found.items() if toolchain is None))


def _toolchain(language: Language) -> Toolchain | None:
    try:
        return language.toolchain("")
    except InfraError:
        return None


def _prepare(language: Language, toolchain: Toolchain | None) -> None:
    page = f"```{language.fences[0]}\n{language.smoke}```\n"
    if toolchain:
        language.jobs(read(page.encode(), "smoke.md", lambda _: None).snippets, toolchain, None)


if __name__ == "__main__":
    main(sys.argv[1:])
