"""From tokens to the items of a page: which containers and headings stand around each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from markdown_it.token import Token

from doc_healing.documents import comments
from doc_healing.documents.lines import Source
from doc_healing.documents.myst import option_lines
from doc_healing.documents.nesting import Event, events
from doc_healing.documents.page import Block, Comment, Heading, Item, Text
from doc_healing.model import Span

_GROUPS = frozenset(
    "tab-set tab-set-code tabs Tabs CodeGroup code-group CodeTabs code-tabs TabGroup TabbedSection "
    "Tabs.Root TabbedCode TabContainer MultiCode package-manager-tabs".split()
)
_TABS = frozenset(
    "tab-item TabItem Tab tab group-tab tabItem Tabs.Tab Tabs.Content TabPanel".split()
)
_CODE_GROUPS = frozenset("CodeGroup code-group tab-set-code CodeTabs code-tabs TabbedCode".split())
_LABEL = re.compile(
    r"\b(label|title|name|value)=(?:\"([^\"]*)\"|'([^']*)'|\{[\"'`]([^\"'`]*)[\"'`]\})"
)
_DEEPEST = 200  # containers that are named; JSX elements may nest without end
_TAB_LINE = re.compile(r"(?:@tab(?::active)?|==)[ \t]+(\S.*)$")
_ALERT = re.compile(r"\[!(\w+)\]")
_BRACKETS = re.compile(r"\[([^\]]+)\]")


@dataclass(slots=True)
class _Scope:
    """An open container: its name in `containers`, and the tabs that it holds."""

    name: str
    style: str
    group: int = 0  # the tab set whose tabs it holds; 0: none
    label: str = ""  # the tab that a line in it has begun
    code_group: bool = False
    run: int = 0  # the tab set to which the next sibling tab belongs


@dataclass(slots=True)
class _Walk:
    source: Source
    mdx: bool
    items: list[Item] = field(default_factory=list)
    scopes: list[_Scope] = field(default_factory=lambda: [_Scope("", "root")])
    headings: list[Heading] = field(default_factory=list)
    groups: int = 0


def items(source: Source, tokens: list[Token], kind: str) -> list[Item]:
    """The items of a page in the order of the document. Blocks are not numbered yet."""
    walk = _Walk(source, kind == "mdx")
    for event in events(source, tokens):
        if event.kind == "open":
            _enter(walk, event)
        elif event.kind == "close":
            walk.scopes.pop()
        else:
            walk.items.extend(_leaf(walk, event))
    return walk.items


def _enter(walk: _Walk, event: Event) -> None:
    parent, name, style = walk.scopes[-1], event.name, event.style
    if style in ("list", "quote"):
        scope = _Scope(style, style)
    elif style == "tab" or (name in _TABS and not parent.group):
        scope = _sibling(walk, parent, event)
    elif name in _TABS:
        scope = _Scope(f"tabs#{parent.group}/tab:{_label(event)}", "tab")
    elif name in _GROUPS:
        walk.groups += 1
        shown = f"jsx:{name}" if style == "jsx" else ""
        scope = _Scope(shown, style, walk.groups, code_group=name in _CODE_GROUPS)
    else:
        scope = _Scope(_shown(style, name), style)
    if not scope.name.startswith("tabs#"):
        parent.run = 0
    walk.scopes.append(scope)


def _sibling(walk: _Walk, parent: _Scope, event: Event) -> _Scope:
    """Tabs without a tab set around them: those that follow each other are one set."""
    if not parent.run or event.name == "new":
        walk.groups += 1
        parent.run = walk.groups
    return _Scope(f"tabs#{parent.run}/tab:{_label(event)}", "tab")


def _label(event: Event) -> str:
    if event.style != "jsx":
        return event.title
    found = {m[1]: m[2] or m[3] or m[4] or "" for m in _LABEL.finditer(event.title)}
    return next((found[key] for key in ("label", "title", "name", "value") if found.get(key)), "")


def _shown(style: str, name: str) -> str:
    if style == "jsx":
        return f"jsx:{name}"
    return f"{'directive' if style == 'myst' else 'admonition'}:{name}"


def _leaf(walk: _Walk, event: Event) -> Iterator[Item]:
    token = event.token
    if token is None or token.map is None:
        return
    scope = walk.scopes[-1]
    scope.run = 0
    where = _containers(walk), tuple(heading.text for heading in walk.headings)
    if token.type == "fence":
        yield _block(walk, token, where)
    elif token.type == "heading":
        yield _heading(walk, token)
    elif token.type == "comment":
        yield comments.single(walk.source, token, *where)
    elif token.type == "jsx":
        yield from comments.of_jsx(walk.source, token, *where)
    elif token.type in ("paragraph", "html_block"):
        yield from _text(walk, token, where)


def _text(
    walk: _Walk, token: Token, where: tuple[tuple[str, ...], tuple[str, ...]]
) -> Iterator[Item]:
    scope, (first, last) = walk.scopes[-1], token.map or (0, 0)
    text = "\n".join(
        walk.source.text[at : walk.source.chars[line + 1] - 1].strip(" \t")
        for line, at, _ in token.meta["begins"]
    )
    if scope.group and (found := _TAB_LINE.match(text)):
        scope.label = found[1].strip()
    if scope.style == "quote" and scope.name == "quote" and (found := _ALERT.match(text)):
        scope.name = f"quote/admonition:{found[1].lower()}"
    found_comments: list[Comment] = []
    if "<!--" in text or (walk.mdx and "{/*" in text):
        inline = token.type == "paragraph"
        found_comments = list(comments.within(walk.source, token, inline, walk.mdx, *where))
    if not (found_comments and _is_only_comment(text)):
        yield Text(text, first + 1, last, _containers(walk))
    yield from found_comments


def _is_only_comment(text: str) -> bool:
    return text.startswith("<!--") and text.endswith("-->") and text.count("<!--") == 1


def _containers(walk: _Walk) -> tuple[str, ...]:
    names: list[str] = []
    for scope in walk.scopes[:_DEEPEST]:
        if scope.name:
            names.extend(scope.name.split("/") if scope.style == "quote" else [scope.name])
        if scope.group and scope.label:
            names.append(f"tabs#{scope.group}/tab:{scope.label}")
    return tuple(names)


def _heading(walk: _Walk, token: Token) -> Heading:
    first = (token.map or [0])[0]
    heading = Heading(token.content, int(token.tag[1:]), first + 1)
    while walk.headings and walk.headings[-1].level >= heading.level:
        walk.headings.pop()
    walk.headings.append(heading)
    return heading


def _block(walk: _Walk, token: Token, where: tuple[tuple[str, ...], tuple[str, ...]]) -> Block:
    source, fenced = walk.source, token.meta["fenced"]
    first, last = token.map or (0, 0)
    begins = token.meta["begins"]
    options: dict[str, str] | None = None
    if fenced.directive:
        rows = [" " * pad + source.text[at : source.chars[n + 1] - 1] for n, at, pad in begins]
        count, options = option_lines(rows)
        begins = begins[count:]
    lines = tuple(source.line(line, at, pad) for line, at, pad in begins)
    end = fenced.last
    return Block(
        index=-1,
        line=first + 1,
        end_line=max(last, first + 1),
        info=token.info,
        code="".join(f"{line.text}\n" for line in lines),
        lines=lines,
        span=Span(source.offsets[end - len(lines)], source.offsets[end]),
        containers=_in_code_group(walk, token, where[0]),
        headings=where[1],
        directive=fenced.directive,
        options=options,
        closed=fenced.closed,
        info_column=fenced.info_at - source.chars[first] + 1 if token.info else 0,
    )


def _in_code_group(walk: _Walk, token: Token, containers: tuple[str, ...]) -> tuple[str, ...]:
    """In a code group, the fences themselves are the tabs."""
    scope = walk.scopes[-1]
    if token.meta["fenced"].in_item:
        return (*containers, "list")
    if not scope.code_group or scope.label:
        return containers
    words = token.info.split()
    title = _BRACKETS.search(token.info) or re.search(r"title=[\"'](.+?)[\"']", token.info)
    label = title[1] if title else " ".join(words[1:]) or "".join(words[:1])
    return (*containers, f"tabs#{scope.group}/tab:{label}")
