"""What a block takes from earlier ones of its page: their imports and their items.

A page imports once and shows ten blocks. Imports and items have no effects, so that they can be
lent; a block is still tried alone first, and only what it lacks is lent.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tree_sitter import Node

from doc_healing.languages.rust.source import Row, code_of, rows
from doc_healing.languages.rust.tree import Facts, facts, use_names
from doc_healing.model import Snippet

_LENT = frozenset(
    "function_item struct_item enum_item union_item trait_item const_item static_item type_item "
    "macro_definition mod_item".split()
)
# Names of the standard library that stand for one thing wherever a page leaves the import out.
_USUAL = {
    name: f"std::{path}::{name}"
    for path, names in (
        ("collections", "HashMap HashSet BTreeMap BTreeSet VecDeque BinaryHeap LinkedList"),
        ("sync", "Arc Mutex RwLock Condvar OnceLock LazyLock Barrier mpsc atomic"),
        ("sync::atomic", "AtomicBool AtomicI32 AtomicI64 AtomicU32 AtomicU64 AtomicUsize"),
        ("rc", "Rc"),
        ("cell", "Cell RefCell OnceCell UnsafeCell"),
        ("path", "Path PathBuf"),
        ("time", "Duration Instant SystemTime"),
        ("fs", "File OpenOptions"),
        ("io", "BufReader BufWriter BufRead Read Cursor"),
        ("net", "TcpListener TcpStream UdpSocket IpAddr Ipv4Addr Ipv6Addr SocketAddr"),
        ("borrow", "Cow"),
        ("str", "FromStr"),
        ("pin", "Pin"),
        ("marker", "PhantomData PhantomPinned"),
        ("future", "Future"),
        ("task", "Poll Waker"),
        ("mem", "MaybeUninit ManuallyDrop"),
        ("fmt", "Debug Display Formatter"),
        ("hash", "Hash Hasher"),
        ("ffi", "CStr CString OsStr OsString"),
        ("num", "NonZeroU8 NonZeroU32 NonZeroUsize Wrapping"),
        ("ops", "Deref DerefMut Add Sub Mul Neg Index IndexMut Range"),
        ("process", "Command ExitCode Stdio"),
        ("iter", "FromIterator Peekable"),
        ("any", "Any TypeId"),
    )
    for name in names.split()
} | {name: f"std::{name}" for name in "fmt fs io env mem thread iter ptr cmp process".split()}
_CERTAIN = frozenset(
    "HashMap HashSet BTreeMap BTreeSet VecDeque BinaryHeap Arc Rc RefCell PathBuf "
    "PhantomData".split()
)
_DEFINED = re.compile(r"\b(?:struct|enum|union|trait|type|mod|fn|const|static)\s+(\w+)")
_MOST_TURNS = 4
STANDARD = frozenset({"std", "core", "alloc"})


@dataclass(frozen=True, slots=True)
class Loan:
    """Lines of imports, rows of items, and what they are in words."""

    uses: tuple[str, ...] = ()
    items: tuple[Row, ...] = ()
    words: tuple[str, ...] = ()
    # "glob": all that a crate offers, which may well be something else; "std": certainly meant;
    # "either": what several blocks define differently
    vague: str = ""


def borrowed(found: Facts, earlier: Sequence[Snippet], crates: frozenset[str]) -> Loan:
    """What the earlier blocks offer to a text with these facts; `crates` can be imported."""
    uses: dict[str, tuple[str, str, int]] = {}
    offers: dict[str, _Offer] = {}
    impls: list[_Offer] = []
    for item in earlier:
        lines = rows(item)
        theirs = facts(code_of(lines))
        if not theirs.parses:
            continue
        uses.update(_uses(theirs, item.line, crates))
        for node in theirs.top:
            offer = _Offer(node, theirs, tuple(lines), item.line)
            if node.type == "impl_item":
                impls.append(offer)
            elif node.type in _LENT and offer.name not in ("", "main"):
                offers[offer.name] = offer
    taken = _needed(found, offers, impls)
    bound = found.bound | {offer.name for offer in taken}
    chosen = {key: use for key, use in uses.items() if use[0] not in bound}
    lines_ = tuple(f"use {path} as {name};" if name != "*" else f"use {path}::*;"
                   for name, path, _ in chosen.values())  # fmt: skip
    words = [f"`{path}` from line {line}" for _, path, line in chosen.values()]
    words += [f"`{offer.name}` from line {offer.line}" for offer in taken if offer.name]
    items = tuple(row for offer in taken for row in offer.rows())
    return Loan(lines_, items, tuple(words))


def disputed(snippets: Sequence[Snippet]) -> dict[str, list[Snippet]]:
    """The names that several blocks define differently, with a block for each definition."""
    told: dict[str, dict[str, Snippet]] = {}
    for item in snippets:
        lines = tuple(rows(item))
        theirs = facts(code_of(lines))
        for node in theirs.top if theirs.parses else ():
            offer = _Offer(node, theirs, lines, item.line)
            if node.type in _LENT and offer.name not in ("", "main"):
                text = "".join(theirs.text(node).split())
                told.setdefault(offer.name, {})[text] = item
    return {name: [*texts.values()] for name, texts in told.items() if len(texts) > 1}


def in_turn(
    found: Facts, earlier: Sequence[Snippet], crates: frozenset[str], page: Sequence[Snippet]
) -> list[Loan]:
    """The loan of the earlier blocks; where they dispute what it lends, one for each definition."""
    loan = borrowed(found, earlier, crates)
    several = disputed(page)
    names = [name for name in several if any(f"`{name}` from " in word for word in loan.words)]
    if not names:
        return [loan]
    loans = [loan]
    for block in (one for name in names for one in several[name] if one in earlier):
        last = [*(one for one in earlier if one is not block), block]
        other = borrowed(found, last, crates)
        if other not in loans and len(loans) < _MOST_TURNS:
            loans.append(other)
    return [replace(one, vague="either") for one in loans]


def usual(found: Facts, loan: Loan) -> Loan:
    """This loan, with the imports of the standard library that a page may leave out."""
    taken = {use.removesuffix(";").rpartition(" ")[2] for use in loan.uses}
    taken |= {match for row in loan.items for match in _DEFINED.findall(row.text)}
    names = [
        name
        for name in sorted(found.used & set(_USUAL) - taken)
        if name not in found.bound or (name[0].islower() and _is_module(found, name))
    ]
    uses = tuple(f"use {_USUAL[name]};" for name in names)
    words = tuple(f"`{use[:-1]}`" for use in uses)
    certain = loan == Loan() and set(names) <= _CERTAIN
    vague = "std" if certain else "far"
    return replace(loan, uses=(*loan.uses, *uses), words=(*loan.words, *words), vague=vague)


def _is_module(found: Facts, name: str) -> bool:
    """Whether a name that the text binds somewhere, as a method or a value, is a module's too."""
    imported = {name for node in found.uses for name, _ in use_names(found, node)}
    return name not in imported and f"{name}::".encode() in found.data


@dataclass(frozen=True, slots=True)
class _Offer:
    """An item of an earlier block."""

    node: Node
    facts: Facts
    lines: tuple[Row, ...]
    line: int

    @property
    def name(self) -> str:
        field = self.node.child_by_field_name("name")
        return self.facts.text(field) if field is not None else ""

    def rows(self) -> tuple[Row, ...]:
        """Its lines, with the attributes above it."""
        first, last = self.facts.row(self.node), max(self.node.end_point[0] - 1, 0)
        while first > 0 and self.lines[first - 1].text.lstrip().startswith(("#[", "///")):
            first -= 1
        return self.lines[first : last + 1]

    def words(self) -> set[str]:
        """Every name in it."""
        return facts("".join(f"{row.text}\n" for row in self.rows())).words


def _uses(found: Facts, line: int, crates: frozenset[str]) -> dict[str, tuple[str, str, int]]:
    names: dict[str, tuple[str, str, int]] = {}
    for node in found.uses:
        for name, path in use_names(found, node):
            root = path.removeprefix("::").split("::")[0]
            if root in crates or root in STANDARD:
                names[path if name in ("*", "_") else name] = (name, path, line)
    return names


def _needed(found: Facts, offers: dict[str, _Offer], impls: list[_Offer]) -> list[_Offer]:
    """The offers that the text names, what these name in turn, and the `impl`s of them all."""
    queue = sorted((found.words | found.macros | found.used) - found.bound)
    seen: set[str] = set()
    taken: list[_Offer] = []
    while queue:
        name = queue.pop()
        if name in seen or name not in offers:
            continue
        seen.add(name)
        more = [offers[name], *(one for one in impls if _is_for(one, name) and one not in taken)]
        taken.extend(more)
        queue.extend(sorted(set().union(*(one.words() for one in more)) - found.bound))
    return sorted(taken, key=lambda offer: (offer.line, offer.node.start_byte))


def _is_for(offer: _Offer, name: str) -> bool:
    subject = offer.node.child_by_field_name("type")
    return subject is not None and offer.facts.text(subject).split("<")[0].strip() == name
