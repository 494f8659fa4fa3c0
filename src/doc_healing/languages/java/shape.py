"""What a block of Java is: a compilation unit, members, statements, or no program at all.

Most of what documents show does not compile alone. What can be completed is completed the way
`jshell` accepts it (https://openjdk.org/jeps/222), and said; notation and placeholders are no
programs; what remains is left to javac's own verdict.
"""

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from tree_sitter import Node

from doc_healing.languages.java import notation
from doc_healing.languages.java.tree import (
    COMMENTS,
    TYPES,
    modifiers,
    name_of,
    parses,
    text_of,
    tree,
)
from doc_healing.languages.trees import nodes
from doc_healing.model import Level


class Kind(StrEnum):
    """How a block is completed."""

    UNIT = "unit"  # types, with or without package and imports: as it stands
    MEMBERS = "members"  # the inside of a class
    SCRIPT = "script"  # statements, with or without types and methods
    MODULE = "module"  # a module declaration
    TRANSCRIPT = "transcript"
    NONE = "none"  # no program: the reason says why


@dataclass(frozen=True, slots=True)
class Shape:
    """A block's kind, and what completes it: text behind it, a name for the class around it."""

    kind: Kind
    reason: str = ""
    after: str = ""  # stands directly behind the code
    added: tuple[str, ...] = ()
    level: Level = Level.RUNS
    certain: bool = True  # False: it does not parse here, and javac has the last word
    owner: str = ""  # the class that its constructors are of
    interface: bool = False  # its members have no bodies


_ONLY_MEMBERS = frozenset(
    {"private", "public", "protected", "static", "transient", "volatile", "abstract", "native"}
)
_NESTED = frozenset({"private", "protected", "static"})  # no type at the top level may be so
_HEADER = frozenset({"package_declaration", "import_declaration"})


def shape(code: str) -> Shape:
    """What a block is, by its text."""
    if notation.is_transcript(code):
        return Shape(Kind.TRANSCRIPT)
    root = tree(code)
    if root is None:
        return Shape(Kind.NONE, "it is too large to look at")
    if not root.has_error:
        return _parsed(root, code)
    reason = notation.before_fragments(code)
    if reason:
        return Shape(Kind.NONE, reason)
    completed = _completed(code)
    if completed is not None:
        return completed
    reason = notation.after_fragments(code)
    if reason:
        return Shape(Kind.NONE, reason)
    return replace(_guessed(code), certain=False)


def is_field(node: Node) -> bool:
    """Whether a variable stands as a member of a class does, by its modifiers."""
    return node.type == "local_variable_declaration" and bool(modifiers(node) & _ONLY_MEMBERS)


def _parsed(root: Node, code: str) -> Shape:
    parts = [node for node in root.children if node.type not in COMMENTS and node.type != ";"]
    if not parts:
        return Shape(Kind.NONE, "it holds only comments" if code.strip() else "it is empty")
    if any(node.type == "module_declaration" for node in parts):
        return Shape(Kind.MODULE, level=Level.BUILDS)
    reason = notation.of_parsed(parts)
    if reason:
        return Shape(Kind.NONE, reason)
    kinds = {node.type for node in parts}
    if kinds <= TYPES | _HEADER:
        nested = any(modifiers(node) & _NESTED for node in parts)
        if nested and "package_declaration" not in kinds:
            return Shape(Kind.MEMBERS, added=("a class around members",))
        return Shape(Kind.UNIT)
    statements = [node for node in parts if _is_statement(node)]
    if statements:
        return Shape(Kind.SCRIPT)
    methods = [node for node in parts if node.type == "method_declaration"]
    bare = [node for node in methods if node.child_by_field_name("body") is None]
    if methods and len(bare) == len(methods) and not any(map(_needs_class, parts)):
        words = "an interface around methods without bodies"
        return Shape(Kind.MEMBERS, added=(words,), interface=True)
    return Shape(Kind.MEMBERS, added=("a class around members",))


def _is_statement(node: Node) -> bool:
    if node.type in TYPES | _HEADER or node.type == "method_declaration":
        return False
    return not is_field(node)


def _needs_class(node: Node) -> bool:
    """Whether a part may not stand in an interface."""
    return bool(modifiers(node) & {"private", "protected", "native", "final"})


def _completed(code: str) -> Shape | None:
    """The first completion with which it parses."""
    bare = code.rstrip()
    if parses(f"{bare};\n") or parses(f"{bare}\n;\n"):
        after = ";" if parses(f"{bare};\n") else "\n;"
        return _with(f"{bare}{after}\n", after, "a semicolon at the end")
    inner = _without_header(code)
    members = _members(inner)
    if members is not None:
        return members
    if re.search(r"@\w[\w.]*(\([^()]*\))?\s*$", bare) and parses(f"{bare}\nclass X {{}}\n"):
        after = "\nclass Annotated {}"
        return Shape(Kind.UNIT, after=after, added=("a class for the annotation",))
    return _unclosed(bare)


def _with(code: str, after: str, words: str) -> Shape | None:
    root = tree(code)
    if root is None or notation.before_fragments(code):
        return None
    found = _parsed(root, code)
    if found.kind not in (Kind.SCRIPT, Kind.UNIT, Kind.MEMBERS):
        return found
    return replace(found, after=after, added=(*found.added, words))


def _members(code: str) -> Shape | None:
    """Members that only the inside of a class may hold: constructors, initialisers."""
    for opening, interface in (("class X {", False), ("interface X {", True), ("enum X {", False)):
        root = tree(f"{opening}\n{code}\n}}\n")
        if root is None or root.has_error or len(root.named_children) != 1:
            continue
        if opening.startswith("enum"):
            return Shape(Kind.NONE, "the constants of an enum, without the rest")
        owners = [name_of(node) for node in nodes(root) if node.type == "constructor_declaration"
                  and _depth(node) == 1]  # fmt: skip
        if len(set(owners)) > 1:
            return None
        words = "an interface around its members" if interface else "a class around members"
        owner = owners[0] if owners else ""
        return Shape(Kind.MEMBERS, added=(words,), owner=owner, interface=interface)
    return None


def _depth(node: Node) -> int:
    depth, above = 0, node.parent
    while above is not None:
        depth += above.type in TYPES
        above = above.parent
    return depth


def _without_header(code: str) -> str:
    """The code with its package and imports blanked."""
    return re.sub(
        r"(?m)^\s*(import|package)\s[^;\n]*;", lambda match: " " * len(match.group()), code
    )


def _unclosed(code: str) -> Shape | None:
    """A header alone (`class A extends B {`, `void go() {`), closed."""
    if not code.endswith("{"):
        return None
    stack: list[str] = []
    for character in notation.without_strings(code):
        if character in "{([":
            stack.append(character)
        elif character in "})]" and stack:
            stack.pop()
    closers = "".join({"{": "}", "(": ")", "[": "]"}[item] for item in reversed(stack))
    if not 0 < len(stack) <= 8:
        return None
    for end in (closers, f"{closers};"):
        text = f"{code}\n{end}\n"
        if parses(text):
            found = _with(text, f"\n{end}", "the end of a block that stays open")
            return replace(found, level=Level.BUILDS) if found is not None else None
        members = _members(_without_header(text))
        if members is not None and members.kind is Kind.MEMBERS:
            words = (*members.added, "the end of a block that stays open")
            return replace(members, after=f"\n{end}", added=words, level=Level.BUILDS)
    return None


def _guessed(code: str) -> Shape:
    """The kind of a text that does not parse, by its first words."""
    plain = notation.without_strings(code)
    types = re.search(r"(?m)^(\w+ )*(class|interface|enum|record|@interface)\s+\w+", plain)
    if types and not re.search(r"(?m)^[a-z][\w.]*\(.*\);\s*$", plain):
        return Shape(Kind.UNIT)
    if re.search(r"(?m)^\s*(public|private|protected)\s[^=;]*\([^;]*\)[^;]*\{\s*$", plain):
        return Shape(Kind.MEMBERS, added=("a class around members",))
    return Shape(Kind.SCRIPT)


def is_value(node: Node) -> bool:
    """Whether an expression statement is none to javac: a bare value, as `jshell` takes it."""
    if node.type != "expression_statement" or not node.named_children:
        return False
    inner = node.named_children[0]
    kinds = ("method_invocation", "assignment_expression", "update_expression",
             "object_creation_expression", "switch_expression")  # fmt: skip
    return inner.type not in kinds and not text_of(inner).startswith("yield")
