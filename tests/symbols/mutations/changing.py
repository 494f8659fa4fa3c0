"""What can happen to the symbols of a package, drawn at random, several at once.

Left out is what nobody could tell from the code: two that change names and more besides, a class
that moves and loses half of its members.
"""

from dataclasses import replace

from hypothesis import strategies as st

from tests.symbols.mutations.package import NOISE, Package, Spec, State

_WORDS = [
    ("gauge", "swell"), ("plot", "course"), ("weigh", "anchor"), ("hoist", "signal"),
    ("chart", "depth"), ("rig", "sail"), ("sound", "channel"), ("trim", "ballast"),
]  # fmt: skip
_TYPE_WORDS = [("Quay",), ("Barge",), ("Log", "Book"), ("Dinghy",), ("Roster",)]


@st.composite
def changed(draw: st.DrawFn, package: Package) -> State:
    """A state of a package in which one to four of its symbols are not what they were."""
    state = State(package)
    names = draw(st.lists(st.sampled_from(sorted(package.symbols)), min_size=1, max_size=4,
                          unique=True))  # fmt: skip
    for name in names:
        if name not in state.names and not state.is_gone(name):
            _change(draw, state, name)
    if draw(st.integers(0, 2)) == 0:
        state.noise = draw(st.frozensets(st.sampled_from(NOISE)))
    return state


def _members(package: Package, name: str) -> set[str]:
    return {one for one, spec in package.symbols.items() if spec.owner == name}


def _change(draw: st.DrawFn, state: State, name: str) -> None:
    spec = state.package.symbols[name]
    kinds = ["rename"]
    if spec.kind in ("function", "method"):
        kinds += ["parameters", "parameters", "rename and parameters", "rename and edit"]
    if spec.kind in ("function", "class") and not state.gone & _members(state.package, name):
        kinds += ["move", "move", "rename and move"]
    if spec.can_go and spec.owner not in state.homes:
        kinds += ["delete"]
    kinds += ["swap", "rotate", "take"] if _partners(state, name) else []
    kind = draw(st.sampled_from(kinds))
    if kind == "delete":
        state.gone.add(name)
    elif kind == "move":
        _move(draw, state, name, spec)
    elif kind in ("swap", "rotate", "take"):
        _exchange(draw, state, name, kind)
    else:
        if "rename" in kind and name not in state.names:
            _rename(draw, state, name, spec)
        if "move" in kind:
            _move(draw, state, name, spec)
        if "edit" in kind:
            state.edited.add(name)
        if "parameters" in kind:
            _parameters(draw, state, name, spec)


def _exchange(draw: st.DrawFn, state: State, name: str, kind: str) -> None:
    """Two change names, three pass theirs on, or one takes the name of what is deleted."""
    others = draw(st.permutations(_partners(state, name)))
    spec = state.package.symbols[others[0]]
    if kind == "take" and spec.can_go and spec.kind != "class":
        state.gone.add(others[0])
        state.names[name] = others[0]
        return
    row = [name, *others[: 2 if kind == "rotate" else 1]]
    for at, one in enumerate(row):
        state.names[one] = row[(at + 1) % len(row)]


def _partners(state: State, name: str) -> list[str]:
    """With what it can change names: nothing happened to either, and they are of one kind."""
    spec = state.package.symbols[name]
    if spec.kind == "const" or name in state.names or name in state.homes:
        return []
    return [
        other
        for other, its in sorted(state.package.symbols.items())
        if other != name
        and (its.kind, its.owner) == (spec.kind, spec.owner)
        and other not in state.names
        and other not in state.homes
        and other not in state.params
        and not state.is_gone(other)
        and (its.kind != "class" or state.package.dialect.file_of is None)
        and state.home(other) == state.home(name)
    ]


def _rename(draw: st.DrawFn, state: State, name: str, spec: Spec) -> None:
    words = _TYPE_WORDS if spec.kind == "class" else _WORDS
    cased = [state.package.dialect.cased(spec.kind, one) for one in words]
    free = [one for one in cased if one not in state.names.values()]
    state.names[name] = draw(st.sampled_from(free))


def _move(draw: st.DrawFn, state: State, name: str, spec: Spec) -> None:
    package = state.package
    places = [path for path in package.places() if path != state.home(name)]
    if package.dialect.file_of is not None and spec.kind == "class":
        folder = spec.home.rpartition("/")[0]
        places = [path for path in package.places() if path.rpartition("/")[0] != folder]
    old = state.home(name)
    state.homes[name] = draw(st.sampled_from(places))
    if package.reexports and draw(st.booleans()):
        state.kept.append((name, old))


def _parameters(draw: st.DrawFn, state: State, name: str, spec: Spec) -> None:
    dialect = state.package.dialect
    listed = list(state.parameters(name))
    kinds = ["add"]
    required = [par for par in listed if not par.default]
    kinds += ["remove", "rename"] if listed else []
    kinds += ["reorder"] if len(required) >= 2 else []
    kinds += ["optional"] if dialect.optional is not None else []
    kinds += ["default"] if any(par.default for par in listed) else []
    kind = draw(st.sampled_from(kinds))
    at = draw(st.integers(0, max(0, len(listed) - 1)))
    if kind == "add":
        listed.insert(0, dialect.spare)
    elif kind == "optional" and dialect.optional is not None:
        listed.append(dialect.optional)
    elif kind == "remove":
        del listed[at]
    elif kind == "rename":
        listed[at] = replace(listed[at], name="renewed", spare=f"was {listed[at].name}")
    elif kind == "reorder":
        listed[0], listed[1] = listed[1], listed[0]
    else:
        listed = [replace(par, default="41" if par.default else "") for par in listed]
    state.params[name] = tuple(listed)
