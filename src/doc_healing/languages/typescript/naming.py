"""The names, types among them, that a block binds for those after it and takes from outside."""

from dataclasses import replace

from doc_healing.languages.javascript import naming as scripts
from doc_healing.languages.javascript.shape import Kind
from doc_healing.languages.javascript.tree import facts
from doc_healing.languages.typescript.shape import shape, text_of
from doc_healing.model import Names, Snippet


def names(snippet: Snippet) -> Names:
    """What a block declares at its top level, and which names it uses and does not declare."""
    form = shape(snippet.code)
    if form.kind is not Kind.MODULE:
        return Names()
    found = text_of(snippet.code.removesuffix("\n"), form)
    if not found.parses:
        return Names()
    whole = "\n".join(part for part in (form.before, found.text, form.after) if part)
    read = facts(whole)
    used = read.used - read.bound - found.top if read.parses else set()
    free = frozenset(used | (found.types - found.declared - found.top))
    files = frozenset(scripts.files_of(snippet.code))
    if form.before or form.after:
        return Names(free=free, files=files)  # members of something declare nothing
    return Names(scripts.names(replace(snippet, code=whole)).bound | found.top, free, files)
