"""Names that a block misspells: its own ones with two letters swapped."""

from doc_healing.languages.java.tree import declared, tree


def misspelt(name: str, code: str) -> bool:
    """Whether a name is one that the code declares, with two neighbouring letters swapped."""
    root = tree(code)
    names = declared(root) if root is not None else set()
    return len(name) >= 4 and any(_swapped(name, other) for other in names if other != name)


def _swapped(name: str, other: str) -> bool:
    if len(name) != len(other):
        return False
    wrong = [at for at in range(len(name)) if name[at] != other[at]]
    return (
        len(wrong) == 2
        and wrong[1] == wrong[0] + 1
        and name[wrong[0]] == other[wrong[1]]
        and name[wrong[1]] == other[wrong[0]]
    )
