"""The pairs that a comparison is made of, and what is known while they are being found."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from doc_healing.model import Symbol
from doc_healing.symbols.confidence import Traits, calibrated
from doc_healing.symbols.evidence import Votes
from doc_healing.symbols.matching_sides import Place, Side, own_name
from doc_healing.symbols.similarity import Body, Rarity, same_lines
from doc_healing.symbols.statements import ALL, Mapped, mapped

Key = tuple[Place, str, str]
_ROUNDING = 1e-6
_SPEAKS = 12  # words from which a body tells on its own that a name in it became another


@dataclass(frozen=True, slots=True)
class Match:
    """One symbol on both sides. Without traits it was told by its name, or by its author."""

    old: Symbol
    new: Symbol
    traits: Traits | None = None
    score: float = 1.0
    declared: str = ""  # where its successor is declared
    rivals: tuple[Symbol, ...] = ()  # others that fit as well, on either side
    tied: bool = False
    swapped: bool = False  # of the same name, which each of two gave the other

    def chance(self, language: str) -> float:
        """How often pairs like it are right."""
        shape = self.traits.shape if self.traits is not None else ""
        return calibrated(self.score, language, shape)

    how: str = ""  # what tells it where neither name nor score does: that it was pulled up


@dataclass
class Pairing:
    """What is paired so far; only `matching_stages` adds to it."""

    old: Side
    new: Side
    files: Mapping[str, str]
    votes: Votes
    rarity: Rarity
    matches: dict[str, Match] = field(default_factory=dict)  # by the old id
    taken: dict[str, str] = field(default_factory=dict)  # new id -> old id
    names: Counter[tuple[str, str]] = field(default_factory=Counter)  # how names changed
    considered: dict[tuple[str, str], Match] = field(default_factory=dict)  # what was scored
    copies: list[Match] = field(default_factory=list)  # further pairs of what has one already
    migrated: dict[str, Symbol] = field(default_factory=dict)  # by the old id, as configured
    likenesses: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    _about: dict[tuple[str, str], float] = field(default_factory=dict)
    _mapped: dict[tuple[str, str], Mapped] = field(default_factory=dict)
    _later: dict[tuple[str, tuple[bytes, ...]], Body] = field(default_factory=dict)

    def add(self, match: Match) -> None:
        """Take a pair whose symbols are both free."""
        self.matches[match.old.id] = match
        self.taken[match.new.id] = match.old.id
        if match.old.last != match.new.last:
            self.names[match.old.last, match.new.last] += 1

    def drop(self, match: Match) -> None:
        """Free both symbols of a pair again."""
        del self.matches[match.old.id]
        del self.taken[match.new.id]

    def free_old(self) -> Iterator[Symbol]:
        """The old symbols that have no partner yet."""
        return (symbol for symbol in self.old.symbols if symbol.id not in self.matches)

    def free_new(self) -> Iterator[Symbol]:
        """The new symbols that have no partner yet."""
        return (symbol for symbol in self.new.symbols if symbol.id not in self.taken)

    def place(self, symbol: Symbol) -> Place:
        """Where an old symbol would be today, if only what it is a member of had changed."""
        container = self.old.container(symbol)
        if container is not None:
            match = self.matches.get(container.id)
            return (match.new.id, "") if match else (f"? {container.id}", "")
        return self.scope(symbol.path), symbol.container

    def scope(self, path: str) -> str:
        """The scope that an old file's scope became."""
        scope = self.old.scope(path)
        if scope != path and scope in self.scopes:
            return scope  # a package
        if path in self.files:
            return self.new.scope(self.files[path])
        return f"? {scope}" if scope in self.scopes else scope  # another file has its path now

    @property
    def scopes(self) -> frozenset[str]:
        """All scopes of the new side."""
        if self._scopes is None:
            self._scopes = frozenset(self.new.scope(path) for path in self.new.outlines)
        return self._scopes

    _scopes: frozenset[str] | None = None

    def same_place(self, old: Symbol, new: Symbol) -> bool:
        """Whether both are members of the same thing."""
        return self.place(old) == self.new.place(new)

    def old_key(self, symbol: Symbol) -> Key:
        """What tells an old symbol from all others but its overloads, in terms of the new side."""
        return self.place(symbol), own_name(symbol), self.old.group(symbol)

    def new_key(self, symbol: Symbol) -> Key:
        """The same of a new symbol."""
        return self.new.place(symbol), own_name(symbol), self.new.group(symbol)

    def likeness(self, old: Symbol, new: Symbol) -> tuple[float, float]:
        """How alike the words and the lines of two bodies are."""
        key = (old.id, new.id)
        found = self.likenesses.get(key)
        if found is None:
            if old.digest and old.digest == new.digest:
                found = (1.0, 1.0)
            else:
                found = max(self._of_bodies(*bodies) for bodies in self._readings(old, new))
            self.likenesses[key] = found
        return found

    def reaches(self, old: Symbol, new: Symbol, least: float) -> bool:
        """Whether the words of two bodies are so alike; most are not, and that is told early."""
        equal = bool(old.digest) and old.digest == new.digest
        if not equal and self.about(old, new) < least - _ROUNDING:
            return False
        return self.likeness(old, new)[0] >= least

    def mapped(self, old: Symbol, new: Symbol) -> Mapped:
        """Which share of two bodies is the same statements."""
        key = (old.id, new.id)
        found = self._mapped.get(key)
        if found is None:
            if old.digest and old.digest == new.digest:
                found = ALL
            else:
                readings = self._readings(old, new)
                found = max((mapped(self.rarity, *bodies) for bodies in readings), key=_both)
            self._mapped[key] = found
        return found

    def about(self, old: Symbol, new: Symbol) -> float:
        """How alike the words of two bodies are, but for rounding and in less time."""
        key = (old.id, new.id)
        found = self._about.get(key)
        if found is None:
            known = self.likenesses.get(key)
            if known is not None:
                return known[0]
            found = max(self.rarity.about(*bodies) for bodies in self._readings(old, new))
            self._about[key] = found
        return found

    def _readings(self, old: Symbol, new: Symbol) -> Iterator[tuple[Body, Body]]:
        """Two bodies as they are, with what their names call, and with others' new names."""
        left, right = self.old.body(old), self.new.body(new)
        yield left, right
        if left.delegating is not left or right.delegating is not right:
            yield left.delegating, right.delegating
        later = self._after(old, left, new)
        if later is not left:
            yield later, right

    def _after(self, old: Symbol, left: Body, new: Symbol) -> Body:
        """An old body with others' new names: the same for many new ones, and made once."""
        renamed = self._renamed_in(left, new)
        if not renamed:
            return left
        key = (old.id, tuple(renamed) if left.size < _SPEAKS else ())
        if key not in self._later:
            self._later[key] = left.after(renamed)
        return self._later[key]

    def _of_bodies(self, left: Body, right: Body) -> tuple[float, float]:
        words = self.rarity.likeness(left, right)
        return words, same_lines(left, right) if left.lines or right.lines else words

    def _renamed_in(self, left: Body, new: Symbol) -> Mapping[bytes, bytes]:
        """What has new names; a body of few words does not speak for itself."""
        if left.size >= _SPEAKS:
            return self.renamed
        within = range(new.line, new.end_line + 1)
        return {
            one: two
            for one in left.bag
            if (two := self.renamed.get(one)) is not None
            and any(
                site.path != new.path or site.new_line not in within
                for site in self.votes.for_pair(one.decode(), two.decode())
            )
        }

    @cached_property
    def callers(self) -> Votes:
        """The votes without those of definitions: an added one may stand where another was."""
        before = _lines(self.old, self.files)
        after = _lines(self.new, {})
        sites = {
            (old, new): tuple(
                site
                for site in places
                if (old, site.path, site.old_line) not in before
                or (new, site.path, site.new_line) not in after
            )
            for (old, new), places in self.votes.sites.items()
        }
        return Votes({names: places for names, places in sites.items() if places})

    @cached_property
    def renamed(self) -> Mapping[bytes, bytes]:
        """The names that the files agree on having become others."""
        return self.votes.agreed(self.old.words, self.new.words)


def _lines(side: Side, files: Mapping[str, str]) -> frozenset[tuple[str, str, int]]:
    """Where names are defined, by the new paths of their files."""
    found = ((s.last, files.get(s.path, s.path), s.line) for s in side.symbols)
    return frozenset(found)


def _both(found: Mapped) -> float:
    return found.both


def add_all(pairing: Pairing, matches: Iterable[Match]) -> None:
    """Take those pairs whose symbols are both free, in order."""
    for match in matches:
        if match.old.id not in pairing.matches and match.new.id not in pairing.taken:
            pairing.add(match)
