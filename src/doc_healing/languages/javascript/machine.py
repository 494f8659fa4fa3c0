"""Values that differ from machine to machine and from run to run, and what is made of them.

A document can only show an example of `process.platform` or of today's year. Followed are names:
what is made of such a value is one, and so is what is made of that.
"""

import re
from collections.abc import Iterable

from tree_sitter import Node

from doc_healing.languages.javascript.notation import without_strings
from doc_healing.languages.javascript.tree import (
    Facts,
    facts,
    import_names,
    names_in,
    source_of,
)
from doc_healing.languages.trees import nodes

_SOURCES = re.compile(
    r"\bprocess\s*\.\s*(?:platform|arch|versions?|pid|ppid|cwd|memoryUsage|uptime|hrtime|env|execPath"
    r"|argv0?|title|release|cpuUsage|resourceUsage|getuid|geteuid|getgid|umask|config|features"
    r"|availableMemory|constrainedMemory|stdout\s*\.\s*(?:isTTY|columns|rows))\b"
    r"|\bos\s*\.\s*\w+|\bpath\s*\.\s*(?:sep|delimiter)\b"
    r"|\bnew\s+Date\s*(?:\(\s*\)|(?=[;\n)]|$))|(?<!new )(?<![\w$.])Date\s*\(|\bDate\s*\.\s*now\b"
    r"|\bperformance\s*\.\s*\w+"
    r"|\bMath\s*\.\s*random\b"
    r"|\b(?:randomUUID|randomBytes|randomInt|getRandomValues|randomFill(?:Sync)?|generateKey\w*)\b"
    r"|\b__dirname\b|\b__filename\b|\bimport\s*\.\s*meta\s*\.\s*(?:url|dirname|filename|resolve)\b"
    r"|\bresolvedOptions\b|\bgetTimezoneOffset\b|\btoLocale(?:Date|Time)String\b"
    r"|\btoLocale(?:String|UpperCase|LowerCase)\s*\(\s*\)|\.get(?:Hours|Day|Date)\s*\("
    r"|\bnavigator\s*\.\s*\w+|\bmemoryUsage\b|\bcpus\s*\(|\bhostname\s*\(|\bavailableParallelism\b"
    r"|\bhrtime\b|\bstatSync\s*\(|\btmpdir\s*\(|\bhomedir\s*\(|\buserInfo\s*\("
)
_OWNER = re.compile(
    r"(?P<name>process|os|performance)"
    r"|(?:await import|require)\(\s*['\"](?:node:)?(?P<module>process|os)['\"]\s*\)"
)
_LOADED = re.compile(
    r"""\brequire\(\s*['"](?:node:)?(?:os['"]\s*\)\s*\.\s*\w+|path['"]\s*\)\s*\.\s*(?:sep|delimiter)\b)"""
)
_MOST = 400  # names that are followed
_PRINTS = re.compile(r"\b(?:console\s*\.\s*\w+|process\s*\.\s*stdout\s*\.\s*write)\s*\(")


def of_machine(code: str, text: str) -> str:
    """What in `text`, a part of `code`, differs from machine to machine; empty where nothing."""
    return _source(text) or _tainted(text, _made_of(code))


def prints_machine(code: str) -> str:
    """The first such value that `code` prints; empty where it prints none."""
    names = None
    found = facts(code)
    for node in found.statements:
        if node.type == "expression_statement" and _PRINTS.search(found.text(node)):
            names = _made_of(code) if names is None else names
            named = _source(found.text(node)) or _tainted(found.text(node), names)
            if named:
                return named
    return ""


def compared(code: str, row: int, whole: bool) -> str:
    """Such a value that a condition around a row looks at, or (`whole`) its own statement does."""
    found = facts(code)
    names = _made_of(code)
    for text in _looked_at(found, row, whole):
        named = _source(text) or _tainted(text, names)
        if named:
            return named
    return ""


def _looked_at(found: Facts, row: int, whole: bool) -> Iterable[str]:
    for node in found.statements:
        if not node.start_point[0] <= row <= node.end_point[0]:
            continue
        if node.type == "if_statement":
            condition = node.child_by_field_name("condition")
            if condition is not None:
                yield found.text(condition)
        elif whole and node.type in ("expression_statement", "lexical_declaration"):
            yield "" if _holds_blocks(node) else found.text(node)


def _holds_blocks(node: Node) -> bool:
    return any(child.type == "statement_block" for child in nodes(node))


def _source(text: str) -> str:
    match = _SOURCES.search(_without_texts(text)) or _LOADED.search(text)
    return " ".join(match.group().split()) if match else ""


def _without_texts(text: str) -> str:
    """Without strings and comments, but with what templates compute."""
    computed = re.findall(r"\$\{([^{}]*)\}", text)
    return " ".join((without_strings(text), *computed))


def _tainted(text: str, names: dict[str, str]) -> str:
    for word in re.findall(r"(?<![\w$.])[A-Za-z_$][\w$]*", _without_texts(text)):
        if word in names:
            return names[word]
    return ""


def _made_of(code: str) -> dict[str, str]:
    """Names that are made of such values, with the value; from one to the next."""
    found = facts(code)
    if found.root is None:
        return {}
    made = [item for node in nodes(found.root) for item in _makes(found, node)][:_MOST]
    names: dict[str, str] = {}
    for _ in range(8):
        new = {
            name: named
            for name, text in made
            if name not in names and (named := _source(text) or _tainted(text, names))
        }
        if not new:
            return names
        names.update(new)
    return names


def _makes(found: Facts, node: Node) -> list[tuple[str, str]]:
    if node.type == "variable_declarator":
        pattern, value = (node.child_by_field_name(key) for key in ("name", "value"))
        if pattern is None or value is None:
            return []
        text = found.text(value)
        names = names_in(found, pattern)
        owner = _OWNER.fullmatch(text)
        if pattern.type == "object_pattern" and owner:
            return [(name, f"{owner['name'] or owner['module']}.{name}") for name in names]
        return [(name, text) for name in names]
    if node.type == "import_statement":
        owner = _OWNER.fullmatch(f"require('{source_of(found, node)}')")
        pairs = import_names(found, node) if owner else []
        return [(name, f"{owner['module']}.{what}") for name, what in pairs if owner]
    if node.type in ("assignment_expression", "augmented_assignment_expression"):
        left, right = (node.child_by_field_name(key) for key in ("left", "right"))
        root = re.match(r"[\w$]+", found.text(left)) if left is not None else None
        return [(root.group(), found.text(right))] if root and right is not None else []
    if node.type in ("function_declaration", "class_declaration"):
        name = node.child_by_field_name("name")
        return [(found.text(name), found.text(node))] if name is not None else []
    return []
