"""Destructuring patterns: the names that they bind, and the keys these are taken by."""

from tree_sitter import Node

from doc_healing.languages.javascript.mapping.signatures import text


def pattern_names(pattern: Node | None) -> list[str]:
    """The names that a destructuring pattern binds."""
    found, waiting = [], [pattern]
    while waiting:
        node = waiting.pop()
        if node is None:
            continue
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            found.append(text(node))
        elif node.type in ("assignment_pattern", "object_assignment_pattern"):
            waiting.append(node.child_by_field_name("left"))
        elif node.type == "pair_pattern":
            waiting.append(node.child_by_field_name("value"))
        else:
            waiting.extend(reversed(node.named_children))
    return found


def pattern_keys(pattern: Node) -> list[tuple[str, str]]:
    """The names that a pattern binds, each with the key that it is taken by; "" within others."""
    found = []
    for child in pattern.named_children if pattern.type == "object_pattern" else ():
        if child.type == "shorthand_property_identifier_pattern":
            found.append((text(child), text(child)))
        elif child.type == "pair_pattern":
            value = child.child_by_field_name("value")
            names = pattern_names(value)
            simple = value is not None and value.type in ("identifier", "assignment_pattern")
            key = text(child.child_by_field_name("key")) if simple else ""
            found += [(name, key) for name in names]
        elif child.type == "object_assignment_pattern":
            label = text(child.child_by_field_name("left"))
            found.append((label, label))
        else:
            found += [(name, "") for name in pattern_names(child)]
    return found or [(name, "") for name in pattern_names(pattern)]
