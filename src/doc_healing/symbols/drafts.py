"""A section of documentation for a symbol, from its signature and what its author says of it."""

from doc_healing.model import Parameter, ParameterKind, Symbol
from doc_healing.symbols.undocumented import Undocumented

_MARKS = {ParameterKind.VARIADIC: "*", ParameterKind.KEYWORDS: "**"}


def draft(one: Undocumented, language: str) -> str:
    """A Markdown section, one line end at its end. What the source does not say it leaves out."""
    symbol = one.symbol
    parts = [f"### `{one.shown}`", f"```{language}\n{_signature(symbol)}\n```"]
    if symbol.doc:
        parts.append(symbol.doc.strip())
    listed = [_item(each) for each in symbol.parameters or () if _is_told(each)]
    if listed:
        parts.append("\n".join(listed))
    if symbol.returns and symbol.returns not in ("None", "void"):
        parts.append(f"Returns `{symbol.returns}`.")
    return "\n\n".join(parts) + "\n"


def _signature(symbol: Symbol) -> str:
    if symbol.signature:
        return symbol.signature.rstrip(" :{")
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
    facts = [f"`{one.type}`"] * bool(one.type)
    facts += [f"default `{one.default}`"] * (one.default is not None)
    told = f" ({', '.join(facts)})" if facts else ""
    return f"- `{_MARKS.get(one.kind, '')}{one.name}`{told}"
