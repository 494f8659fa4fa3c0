"""Print the languages whose toolchain this machine lacks, as the product itself finds it."""

from doc_healing.errors import InfraError
from doc_healing.languages import LANGUAGES
from doc_healing.protocols import Language


def lacks(language: Language) -> bool:
    """Whether there is none that it could use."""
    try:
        language.toolchain("")
    except InfraError:
        return True
    return False


if __name__ == "__main__":
    print("\n".join(language.name for language in LANGUAGES if lacks(language)))
