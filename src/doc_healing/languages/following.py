"""Which blocks of a document run together with one, whatever their language."""

from collections.abc import Sequence

from doc_healing.model import Role, Snippet


def joined(snippet: Snippet, earlier: Sequence[Snippet]) -> list[Snippet]:
    """Those before a block that it follows: of its session, else as markers and setup say."""
    session = snippet.instructions.session
    if session:
        return [item for item in earlier if item.instructions.session == session]
    found: list[Snippet] = []
    follows = snippet.instructions.continues
    for item in reversed(earlier):
        if not follows and not item.invisible:
            break
        if item.invisible and not follows and item.instructions.session:
            continue
        found.insert(0, item)
        follows = item.instructions.continues if not item.invisible else follows
    return found


def applies(item: Snippet, snippet: Snippet, followed: Sequence[Snippet]) -> bool:
    """Whether a setup or a teardown is one of this block, which follows those."""
    session = item.instructions.session
    if item.instructions.role is Role.SETUP and item.index > snippet.index and not session:
        return False
    return not session or session == snippet.instructions.session or item in followed
