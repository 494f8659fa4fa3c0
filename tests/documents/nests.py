"""Fences at random in random nested containers, with what must be read out of them."""

from dataclasses import dataclass

from hypothesis import strategies as st


@dataclass(frozen=True)
class Nest:
    """A document whose first block is known: its lines, info and code."""

    text: str
    path: str
    line: int
    end_line: int
    info: str
    code: str


_CODE = st.lists(
    st.sampled_from(
        ["a", "  b", "", "x = '```y'", "é = 1", "# c", "> q", "- l", "::: n", "<!--", "{"]
    ),
    max_size=5,
)
_INFO = st.sampled_from(
    ["python", 'py title="a"', "{.python}", "", "js {1,2}", "Python", "rust,ignore"]
)
_FENCE = st.sampled_from(["```", "````", "~~~", "~~~~~"])
_INDENTED = {
    "admonition": ("!!! note", "    "),
    "details": ('??? tip "T"', "    "),
    "tab": ('=== "A"', "    "),
    "list": ("- x", "  "),
    "ordered": ("1. x", "   "),
    "wide list": ("-   x", "    "),
    "quote": ("> x", "> "),
    "tight quote": (">x", ">"),
    "alert": ("> [!NOTE]", "> "),
    "footnote": ("[^1]: x", "    "),
    "bare footnote": ("[^a]:", "    "),
}
_DELIMITED = {
    "colon": ("::::: note", ":::::"),
    "slashes": ("//// tab | A", "////"),
    "details": ("<details>", "</details>"),
    "markdown": ('<div markdown="1">', "</div>"),
}
_MYST = ("`" * 8 + "{note}", "`" * 8)
_MDX = {"element": ('<Tab value="x">', "</Tab>"), "colon": (":::tip[T]", ":::")}


@st.composite
def nests(draw: st.DrawFn) -> Nest:
    """A fence in up to four containers: indented, prefixed and delimited ones."""
    mdx = draw(st.booleans())
    kinds = [*_INDENTED, *(_MDX if mdx else _DELIMITED)]
    if mdx:
        kinds = [kind for kind in kinds if kind not in ("admonition", "tab")]
    info, code, fence = draw(_INFO), draw(_CODE), draw(_FENCE)
    rows, first = [fence + info, *code, fence], 0
    for kind in draw(st.lists(st.sampled_from(kinds), max_size=4)):
        rows, first = _wrap(rows, first, kind, mdx)
    if not mdx and draw(st.booleans()):
        rows, first = [_MYST[0], "", *rows, _MYST[1]], first + 2
    above = draw(st.sampled_from([[], ["# T", ""], ["text", ""], ["---", "a: 1", "---", ""]]))
    text = "".join(f"{row}\n" for row in [*above, *rows, "", "end"])
    line = len(above) + first + 1
    return Nest(
        text,
        "page.mdx" if mdx else "page.md",
        line,
        line + len(code) + 1,
        info,
        "".join(f"{row}\n" for row in code),
    )


def _wrap(rows: list[str], first: int, kind: str, mdx: bool) -> tuple[list[str], int]:
    delimited = _MDX if mdx else _DELIMITED
    if kind in _INDENTED:
        head, prefix = _INDENTED[kind]
        quoted = prefix.startswith(">")
        if prefix == ">" and any(row.startswith(" ") for row in rows):
            prefix = "> "  # the quote would take the space for its own
        inner = [(prefix + row) if row or quoted else "" for row in rows]
        return [head, prefix.rstrip(), *inner], first + 2
    head, tail = delimited[kind]
    return [head, "", *rows, "", tail], first + 2
