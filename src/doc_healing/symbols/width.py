"""What of a file's tokens can use more than it names, and what of a file is no token.

Reflection may get at any member, and a loader at any file: a map that follows names alone has to
take such code for a use of all that it may mean.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from doc_healing.model import Token

# Asked with what is no literal, they may give any member; the place of that argument.
_ASKING = {"getattr": 1, "setattr": 1, "hasattr": 1, "delattr": 1, "attrgetter": 0,
           "methodcaller": 0, "getattr_static": 1}  # fmt: skip
# Names that are parameters as often: they count where they are called or handed on.
_BUILT_IN = frozenset({"dir", "vars", "locals", "globals", "eval", "exec"})
_TOUCHING = frozenset({"setattr", "hasattr", "delattr"})  # they call nothing but properties
# They give all that there is in something.
_SCANNING = frozenset({
    "globals", "locals", "vars", "__dict__", "getmembers", "getmembers_static", "dir", "eval",
    "exec", "__getattribute__", "Reflect", "getMethod", "getMethods", "getDeclaredMethod",
    "getDeclaredMethods", "getDeclaredFields", "getDeclaredConstructor", "MethodByName", "Method",
    "NumMethod", "getOwnPropertyNames", "ownKeys", "getPrototypeOf", "__proto__",
})  # fmt: skip
# They load what nothing names.
_LOADERS = frozenset({
    "import_module", "__import__", "iter_modules", "walk_packages", "run_module", "run_path",
    "spec_from_file_location", "load_module", "import_string", "load_object", "find_spec",
})  # fmt: skip
_BLIND = frozenset({
    "entry_points", "iter_entry_points", "load_entry_point", "pkg_resources", "forName",
    "ServiceLoader", "loadClass", "URLClassLoader", "readdirSync",
})  # fmt: skip
_ITSELF = frozenset({"self", "cls", "this"})
_LISTED = frozenset({"values", "entries", "keys", "getOwnPropertyDescriptors"})
_SCRIPTS = ("javascript", "typescript")
_PREFIX = re.compile(r"""[fF]?["']_*[A-Za-z][A-Za-z0-9]*_(?:["'{]|$)""")
_DIRECTIVE = re.compile(rb"^[ \t]*//(?:go:|[ \t]*\+build|export )[^\n]*", re.MULTILINE)
_CGO = re.compile(rb"((?:^[ \t]*//[^\n]*\n)+|/\*.*?\*/\s*)import\s+\"C\"", re.MULTILINE | re.DOTALL)


def wideness(
    tokens: Sequence[Token], at: int, language: str, others: frozenset[str] = frozenset()
) -> Iterator[str]:
    """What one token may use besides what it names.

    Any "member", "own" members, a "property", a member whose name is a "word" of somewhere else,
    any "name" of its file, any "file", or anything ("blind"). `others` are names of modules that
    are none of the project's: what is asked of them is no code of it.
    """
    text = tokens[at].text
    if text == "[" and language in _SCRIPTS:
        if _computed(tokens, at):
            yield "own" if _before(tokens, at) in _ITSELF else "member"
        return
    if text in ("require", "import") and language in _SCRIPTS:
        if _after(tokens, at) == "(" and not _literal(tokens, at, 0):
            yield "file"
        return
    if tokens[at].kind != "name" or _of_others(tokens, at, others):
        return
    if text in _LISTED and language in _SCRIPTS and at > 1 and tokens[at - 2].text == "Object":
        yield "member"
    elif text in _BLIND:
        yield "blind"
    elif text in _LOADERS:
        yield "file"
    elif text in _ASKING and language == "python" and not _literal(tokens, at, _ASKING[text]):
        inner = tokens[at + 2].text if at + 3 < len(tokens) else ""
        if inner in _ITSELF and tokens[at + 3].text == ",":
            yield "own"
        elif text in _TOUCHING:
            yield "property"
        else:
            yield "word" if _plain(tokens, at, _ASKING[text]) else "member"
    elif language == "python" and text in _BUILT_IN and not _is_builtin(tokens, at):
        return
    elif text in _SCANNING and not _of_itself(tokens, at):
        yield "name" if language == "python" and _of_file(tokens, at) else "member"


def required(tokens: Sequence[Token], at: int) -> str:
    """The module of `require("x")(...)`, of `require("x")` whose value nobody keeps."""
    if tokens[at].text != "require" or _after(tokens, at) != "(" or at + 3 >= len(tokens):
        return ""
    told, behind = tokens[at + 2], _after(tokens, at + 3)
    kept = _before(tokens, at) in ("=", "...", "from")
    if told.kind != "literal" or (kept and behind not in ("(", ".", "[")):
        return ""
    return told.text.strip("\"'`")


def depths(tokens: Sequence[Token], data: bytes, language: str) -> Mapping[int, int]:
    """How deep each line of Python is indented, by the place of its first token."""
    if language != "python" or not data:
        return {}
    found: dict[int, int] = {}
    open_, stack, line = 0, [0], 0
    for at, token in enumerate(tokens):
        if token.line != line and open_ == 0:
            begin = data.rfind(b"\n", 0, token.start) + 1
            column = token.start - begin
            first = not data[begin : token.start].strip()
            if first and data[max(0, begin - 2) : begin - 1] != b"\\":
                while stack[-1] > column:
                    stack.pop()
                if stack[-1] < column:
                    stack.append(column)
                found[at] = len(stack)
        line = token.line
        if token.kind == "other":
            open_ += (token.text in "([{") - (token.text in ")]}")
            open_ = max(0, open_)
    return found


def directives(data: bytes, language: str) -> list[str]:
    """The comments that a compiler reads."""
    if language != "go":
        return []
    found = [one.strip() for one in _DIRECTIVE.findall(data)] + _CGO.findall(data)
    return [one.decode("utf-8", "replace") for one in found]


def _computed(tokens: Sequence[Token], at: int) -> bool:
    """Whether `[` begins a member that is computed, and called: `handlers[name]()`."""
    previous = tokens[at - 1] if at else None
    if previous is None or not (previous.kind == "name" or previous.text in (")", "]", "this")):
        return False
    inner = tokens[at + 1 : at + 3]
    if len(inner) == 2 and inner[0].kind == "literal" and inner[1].text == "]":
        return False
    depth = 0
    for place in range(at, min(len(tokens), at + 60)):
        depth += (tokens[place].text == "[") - (tokens[place].text == "]")
        if depth == 0:
            return _after(tokens, place) in ("(", ".", "?.", ";", "")
    return True


def _literal(tokens: Sequence[Token], at: int, number: int) -> bool:
    """Whether the argument of that number of what is called here is a literal by itself."""
    if _after(tokens, at) != "(":
        return False
    depth, seen = 0, 0
    for place in range(at + 1, min(len(tokens), at + 200)):
        text = tokens[place].text
        if depth == 1 and seen == number:
            inner = tokens[place]
            if inner.kind != "literal":
                return False
            begins = _PREFIX.match(inner.text)  # the other half may be anything: prefixes are kept
            return _after(tokens, place) in (",", ")") or bool(begins)
        if tokens[place].kind == "other":
            depth += (text in ("(", "[", "{")) - (text in (")", "]", "}"))
        seen += depth == 1 and text == ","
    return False


def _plain(tokens: Sequence[Token], at: int, number: int) -> bool:
    """Whether the argument of that number is a name, or a member of one: nothing is made there."""
    if _after(tokens, at) != "(":
        return False
    depth, seen = 0, 0
    inner: list[Token] = []
    for place in range(at + 1, min(len(tokens), at + 60)):
        text = tokens[place].text
        depth -= text in (")", "]", "}")
        if (depth == 0 and place > at + 1) or (depth == 1 and seen > number):
            break
        seen += depth == 1 and text == ","
        if seen == number and text != "," and place != at + 1:
            inner.append(tokens[place])
        depth += text in ("(", "[", "{")
    told = [one for one in inner if one.text != "."]
    return bool(told) and all(one.kind == "name" for one in told)


def _of_file(tokens: Sequence[Token], at: int) -> bool:
    """`globals()`, `vars()`: what a file or a function defines, and no member of anything."""
    if tokens[at].text in ("globals", "locals"):
        return True
    return (
        tokens[at].text in ("vars", "dir")
        and _after(tokens, at) == "("
        and (at + 2 < len(tokens) and tokens[at + 2].text == ")")
    )


def _of_itself(tokens: Sequence[Token], at: int) -> bool:
    """`self.__dict__`, `vars(self)`: what an instance keeps, which is no code."""
    back = tokens[at - 2].text if at > 1 and tokens[at - 1].text == "." else ""
    inner = tokens[at + 2].text if at + 2 < len(tokens) and _after(tokens, at) == "(" else ""
    if tokens[at].text == "__dict__" and _by_literal(tokens, at + 1):
        return True
    return back in ("self", "this") or (tokens[at].text == "vars" and inner == "self")


def _of_others(tokens: Sequence[Token], at: int, others: frozenset[str]) -> bool:
    """`dir(builtins)`, `getattr(logging, name)`: asked of what is none of the project's."""
    told = [one.text for one in tokens[at + 1 : at + 4]]
    return len(told) == 3 and told[0] == "(" and told[1] in others and told[2] in (",", ")")


def _is_builtin(tokens: Sequence[Token], at: int) -> bool:
    following, before = _after(tokens, at), _before(tokens, at)
    return before != "." and (
        following == "(" or (before in ("(", "=") and following in (",", ")"))
    )


def _by_literal(tokens: Sequence[Token], at: int) -> bool:
    """`["x"]`, `.get("x")`, `.setdefault("x", 1)`: one thing, by a name that stands there."""
    words = [one.text for one in tokens[at : at + 3]]
    if words[:1] == ["["] and at + 2 < len(tokens):
        return tokens[at + 1].kind == "literal" and words[2] == "]"
    asked = words[:1] == ["."] and words[1:] in (["get", "("], ["setdefault", "("], ["pop", "("])
    return asked and at + 3 < len(tokens) and tokens[at + 3].kind == "literal"


def _after(tokens: Sequence[Token], at: int) -> str:
    return tokens[at + 1].text if at + 1 < len(tokens) else ""


def _before(tokens: Sequence[Token], at: int) -> str:
    return tokens[at - 1].text if at else ""
