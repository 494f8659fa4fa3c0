"""A section of documentation for a symbol, from its signature and what its author says of it.

Its block of code imports the symbol, or the type that it is a member of, as its language does it:
that much is certain, parses and runs. How it is called only its author can show.
"""

import re

from doc_healing.model import Parameter, ParameterKind, Symbol, SymbolKind
from doc_healing.symbols.undocumented import Undocumented

_MARKS = {ParameterKind.VARIADIC: "*", ParameterKind.KEYWORDS: "**"}
_CALLED = (SymbolKind.FUNCTION, SymbolKind.METHOD, SymbolKind.MACRO)
_NOTHING = frozenset({"", "None", "void", "()"})
_LINK = re.compile(r"\{@(?:link|linkplain|code|literal)\s+#?([^}|]*?)\s*(?:\|[^}]*)?\}")
_ROLE = re.compile(r":[a-z:]+:(`[^`]+`)")
_TAG = re.compile(r"</?(?:p|pre|b|i|em|strong|ul|ol|li|br|a|tt|h\d)\b[^>]*>", re.IGNORECASE)
_MARKED_CODE = re.compile(r"<code>([^<`]*)</code>", re.IGNORECASE)
_REST = re.compile(r"```|~~~|(?:^|\s)#{1,6} [A-Z]|\s@\w+\b|(?:^|\s)(?:Args|Arguments|Example):\s")
_CODE = re.compile(r"(`+[^`]*`+)")


def draft(one: Undocumented, language: str) -> str:
    """A Markdown section, one line end at its end. What the source does not say it leaves out."""
    symbol = one.symbol
    parts = [f"### {_code(_title(one, language))}", _code(_signature(symbol))]
    if imported := _imported(one, language):
        parts.append(f"```{language}\n{imported}\n```")
    if told := _prose(symbol.doc):
        parts.append(told)
    listed = [_item(each) for each in symbol.parameters or () if _is_told(each)]
    if listed:
        parts.append("\n".join(listed))
    if symbol.kind in _CALLED and symbol.returns not in _NOTHING:
        parts.append(f"Returns {_code(symbol.returns)}.")
    return "\n\n".join(parts) + "\n"


def _title(one: Undocumented, language: str) -> str:
    """The name as readers of that language write it."""
    match language:
        case "rust":
            return one.shown.replace(".", "::")
        case "go":
            return f"{_package(one.module)}.{one.name}"
        case "javascript" | "typescript":
            first, dot, rest = one.name.partition(".")
            return f"{one.module}{dot}{rest}" if first == "default" and one.module else one.name
    return one.shown


def _package(module: str) -> str:
    """The name of a Go package by its path: `resty` of `github.com/go-resty/resty/v2`."""
    path = re.sub(r"(?:/v\d+|\.v\d+)$", "", module)
    return re.sub(r"^go-|-go$", "", path.rpartition("/")[2]).replace("-", "_")


def _imported(one: Undocumented, language: str) -> str:
    """The import of a symbol, or of the type that it is a member of; "" where none is needed."""
    module, first = one.module, one.name.split(".")[0]
    if not module:
        return ""
    match language:
        case "python":
            return f"from {module} import {first}"
        case "java":
            return f"import {module}.{first};"
        case "go":
            return f'import "{module}"'
        case "rust":
            return f"use {module}::{first.replace('.', '::')};"
    if first == "default":
        return f'import {_identifier(module)} from "{module}";'
    plain = one.symbol.kind is SymbolKind.TYPE and not _VALUES.match(one.symbol.signature)
    kind = "type " if plain and language == "typescript" else ""
    return f'import {kind}{{ {first} }} from "{module}";'


# What is a value as well as a type: its import is that of any value.
_VALUES = re.compile(r"(?:export |default |declare |abstract |const )*(?:class|enum)\b")


def _identifier(module: str) -> str:
    """A name for what a module exports by default: `esToolkit` of `es-toolkit`."""
    words = [word for word in re.split(r"\W+|_", module.rpartition("/")[2]) if word]
    return words[0] + "".join(word.capitalize() for word in words[1:]) if words else "it"


def _signature(symbol: Symbol) -> str:
    if symbol.signature:
        text = re.sub(r"\s+", " ", symbol.signature).rstrip(" :{")
        return re.sub(r",? \)", ")", re.sub(r"\( ", "(", text))
    if symbol.parameters is None:
        return symbol.last
    listed = ", ".join(_written(each) for each in symbol.parameters if _is_told(each))
    return f"{symbol.last}({listed})"


def _is_told(one: Parameter) -> bool:
    return one.kind is not ParameterKind.RECEIVER


def _written(one: Parameter) -> str:
    typed = f": {one.type}" if one.type else ""
    default = f" = {one.default}" if one.default is not None else ""
    return f"{_MARKS.get(one.kind, '')}{one.name}{typed}{default}"


def _item(one: Parameter) -> str:
    """`- \\`name\\` (\\`type\\`, default \\`value\\`)`."""
    facts = [_code(one.type)] * bool(one.type)
    facts += [f"default {_code(one.default)}" for _ in (1,) if one.default is not None]
    told = f" ({', '.join(facts)})" if facts else ""
    return f"- {_code(_MARKS.get(one.kind, '') + one.name)}{told}"


def _code(text: str) -> str:
    """A code span of one line; CommonMark 6.1 says how one holds backticks."""
    text = " ".join(text.split())
    longest = max((len(run) for run in re.findall(r"`+", text)), default=0)
    marks = "`" * (longest + 1)
    return f"{marks} {text} {marks}" if longest else f"{marks}{text}{marks}"


def _prose(doc: str) -> str:
    """What the author says, up to the first list of parameters or example, as Markdown."""
    text = _ROLE.sub(r"\1", _MARKED_CODE.sub(r"`\1`", _LINK.sub(r"`\1`", doc.strip())))
    text = _TAG.sub("", text)
    if found := _REST.search(text):
        text = text[: found.start()]
    if text.count("`") % 2:
        text = text.replace("`", "")
    parts = _CODE.split(text.strip())
    return "".join(
        part if at % 2 else re.sub(r"<(?=[A-Za-z/!?])", r"\\<", part)
        for at, part in enumerate(parts)
    )
