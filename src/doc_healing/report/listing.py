"""`list` for a person: one line per fence, and what becomes of it."""

from collections import Counter
from collections.abc import Iterator, Sequence

from doc_healing.model import Document, Run, Snippet, State
from doc_healing.report import tally
from doc_healing.report.codes import notice_code
from doc_healing.report.options import Options, Verbosity
from doc_healing.report.screen import BLUE, BOLD, DIM, GREEN, YELLOW, Paint, shown_path, visible

LeftOut = Sequence[tuple[str, str]]
"""Documents that are not examined: path, reason."""

_HUE = {
    State.RUNNABLE: GREEN,
    State.SKIPPED: YELLOW,
    State.ILLUSTRATIVE: DIM,
    State.UNREADABLE: YELLOW,
}


def list_text(documents: Sequence[Document], options: Options, left_out: LeftOut = ()) -> str:
    """All fences of some documents, one line end at the end; `left_out` is not among them."""
    paint = Paint(options.colour)
    snippets = [
        snippet for document in documents for snippet in document.snippets if not snippet.invisible
    ]
    lines = [_line(snippet, paint) for snippet in snippets]
    if options.verbosity is not Verbosity.QUIET:
        lines += _notices(documents, paint)
        lines += left_out_notes(left_out, options)
        lines.append(paint(_summary(documents, snippets), BOLD))
    return "".join(f"{line}\n" for line in lines)


def left_out_notes(left_out: LeftOut, options: Options) -> Iterator[str]:
    """One line that says how many documents no rule lets in or, where asked, one for each."""
    if left_out and options.verbosity is not Verbosity.VERBOSE:
        yield f"note: {tally.plural(len(left_out), 'document')} left out; --verbose names them"
    elif left_out:
        yield from (f"note: {visible(path)} left out: {visible(why)}" for path, why in left_out)


def _line(snippet: Snippet, paint: Paint) -> str:
    state = paint(f"{snippet.state.value:<12}", _HUE[snippet.state])
    language = visible(snippet.language) or "(no label)"
    reason = f"   {visible(snippet.reason)}" if snippet.reason else ""
    return f"{shown_path(snippet.path)}:{snippet.line}   {state} {language}{reason}"


def _notices(documents: Sequence[Document], paint: Paint) -> list[str]:
    lines = []
    for notice in tally.notices(Run((), tuple(documents))):
        code = notice_code(notice)
        name = paint(f"{code.severity.value} {code.id} {code.slug}", BLUE)
        near = tally.suggestion(notice)
        near = f" (did you mean `{visible(near)}`?)" if near else ""
        place = f"{visible(notice.path)}:{notice.line}:{notice.column}"
        lines.append(f"{name}   {place}   {visible(notice.message)}{near}")
    return lines


def _summary(documents: Sequence[Document], snippets: Sequence[Snippet]) -> str:
    found = Counter(snippet.state for snippet in snippets)
    parts = [f"{found[state]} {state.value}" for state in State if found[state]]
    head = f"{tally.plural(len(snippets), 'snippet')} in {tally.plural(len(documents), 'document')}"
    return f"{head}: {' · '.join(parts)}" if parts else f"{head}."
