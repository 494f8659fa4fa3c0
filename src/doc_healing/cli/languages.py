"""What `--language` may name: a language, one of its labels, or a label that the documents use."""

import difflib
from collections.abc import Collection, Sequence

from doc_healing.documents.dialects import labels
from doc_healing.errors import UserError


def canonical(names: Sequence[str], used: Collection[str]) -> tuple[str, ...]:
    """The names as `Snippet.language` has them: `py` is python.

    `used` are the languages of the documents. Raises `UserError` with the nearest name for one
    that is neither known nor used.
    """
    return tuple(_canonical(name, used) for name in names)


def refuse_idle(names: Sequence[str], runnable: Sequence[str]) -> None:
    """Raises `UserError` for a language that this version does not run."""
    for name in names:
        if name not in runnable:
            raise UserError(
                f"this version does not run {name}",
                help=f"it runs {', '.join(runnable)}; `doc-healing list` shows all the others",
            )


def _canonical(name: str, used: Collection[str]) -> str:
    known = labels.language(name)
    if known:
        return known.name
    if name in used:
        return name
    near = difflib.get_close_matches(name.lower(), (*labels.ALIASES, *used), n=1)
    others = f"one of: {', '.join(labels.LANGUAGES)}, or a label that a block has"
    raise UserError(
        f"there is no language `{name}` here", help=f"did you mean `{near[0]}`?" if near else others
    )
