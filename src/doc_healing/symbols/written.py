"""Types as their authors write them: which name stands in the middle of one.

One reading for six languages, for what matters is the same in all of them: `Optional[Client]`,
`Promise<Client>`, `*Client`, `Result<Client, Error>`, `Client | None` and `"Client"` all give a
`Client`, and an element of `list[Client]`, `[]Client`, `Client[]` or `Vec<Client>` is one.
"""

import re
from collections.abc import Iterator

# What calling gives is looked for within these, at the place of the argument that is named.
_WRAPPERS = {
    "Optional": 0, "Annotated": 0, "Final": 0, "ClassVar": 0, "Awaitable": 0, "Type": 0, "type": 0,
    "Promise": 0, "PromiseLike": 0, "Readonly": 0, "Partial": 0, "Required": 0, "NonNullable": 0,
    "Result": 0, "Option": 0, "Box": 0, "Rc": 0, "Arc": 0, "Ref": 0, "RefMut": 0, "Pin": 0,
    "Cow": -1, "RefCell": 0, "Mutex": 0, "CompletableFuture": 0, "CompletionStage": 0, "Future": 0,
    "Supplier": 0, "Provider": 0, "Lazy": 0, "Coroutine": -1,
    "ContextManager": 0, "AsyncContextManager": 0,
    "AbstractContextManager": 0, "AbstractAsyncContextManager": 0,
    "NotRequired": 0, "Mono": 0, "Uni": 0, "Single": 0, "Task": 0,
}  # fmt: skip
# An element of these is their last argument (a mapping's values), of `Generator` the first.
_FIRST = ("Generator", "AsyncGenerator")
_MOST = 400  # characters; longer types are of no use here
_NOISE = re.compile(
    r"\b(?:const|mut|dyn|impl|final|readonly|unique|typeof|keyof|asserts|new|async|static|ref)\b"
    r"|'[a-z_]\w*\b(?!')|@[\w.]+(?:\([^)]*\))?|[&*?!~]|<-chan\b|\bchan\b"
)
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:(?:\.|::)[A-Za-z_$][\w$]*)*")
_NOTHING = frozenset({"None", "null", "undefined", "void", "nil", "error", "Error", "never", "any",
                      "Any", "NoReturn", "Never", "unknown", "object", "bool", "str",
                      "int"})  # fmt: skip
_PAIRS = {"[": "]", "<": ">", "(": ")", "{": "}"}


def names(text: str) -> list[str]:
    """The names, dotted, of what a value of a type may be; wrappers and pointers taken off."""
    return list(dict.fromkeys(_names(_clean(text), 0)))


def elements(text: str) -> list[str]:
    """The types, as written, of what iterating over a value or indexing it gives."""
    found = []
    for part in _alternatives(_clean(text)):
        if part.startswith("[]"):
            found.append(part[2:])
        elif part.endswith("[]"):
            found.append(part[:-2])
        elif match := re.match(r"(?:map)?\[[^\]]*\](.+)", part):
            found.append(match[1])
        else:
            head, arguments = _split(part)
            last = head.rpartition(".")[2].rpartition("::")[2]
            if last in _WRAPPERS and arguments:
                found += elements(arguments[_WRAPPERS[last]])
            elif arguments:
                inner = [one for one in arguments if one != "..."]
                found += inner[:1] if last in _FIRST or last in ("tuple", "Tuple") else inner[-1:]
    return found


def _clean(text: str) -> str:
    text = text[:_MOST].strip().removeprefix("->").strip()
    quoted = re.fullmatch(r"([\"'])(.*)\1", text)
    text = quoted[2] if quoted else text
    text = re.sub(r"[\"']([A-Za-z_][\w.\[\], |]*)[\"']", r"\1", text)
    return re.sub(r"\s+", " ", _NOISE.sub("", text)).strip()


def _names(text: str, depth: int) -> Iterator[str]:
    if depth > 6:
        return
    for part in _alternatives(text):
        if part.startswith("(") and part.endswith(")"):  # Go's several results, a tuple
            inner = _top(part[1:-1], ",")
            if inner:
                yield from _names(re.sub(r"^\w+ (?=\S)", "", inner[0]), depth + 1)
            continue
        if part.endswith("[]"):
            continue
        head, arguments = _split(part)
        last = re.split(r"\.|::", head)[-1]
        if last in _WRAPPERS and arguments:
            yield from _names(arguments[_WRAPPERS[last]], depth + 1)
        elif head and last not in _NOTHING:
            yield head


def _alternatives(text: str) -> list[str]:
    """The members of a union; of an intersection as well."""
    head, arguments = _split(text)
    if head.rpartition(".")[2] == "Union" and arguments:
        return [part for one in arguments for part in _alternatives(one)]
    return [part for part in _top(text, "|") if part]


def _split(text: str) -> tuple[str, list[str]]:
    """The name that a type begins with, and its arguments."""
    found = _NAME.match(text)
    if found is None:
        return "", []
    rest = text[found.end() :].strip()
    if rest.startswith("::<"):
        rest = rest[2:]
    if rest[:1] not in ("[", "<") or len(rest) < 3:
        return found[0], []
    closing = rest.rfind(_PAIRS[rest[0]])
    inside = rest[1:closing] if closing > 0 else rest[1:]
    return found[0], _top(inside, ",")


def _top(text: str, separator: str) -> list[str]:
    """The parts of a text between separators that stand in no bracket."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        if char in "[<({":
            depth += 1
        elif char in "]>)}" and text[at - 1 : at + 1] != "->" and text[at - 1 : at + 1] != "=>":
            depth = max(0, depth - 1)
        elif char == separator and depth == 0:
            parts.append(text[start:at].strip())
            start = at + 1
    return [*parts, text[start:].strip()]
