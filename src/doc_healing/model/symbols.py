"""Symbols: what a project's code offers, how it changed, and which documentation names it.

Paths are relative to the root of the tree, with forward slashes. Names are qualified within their
file with dots in every language (`Class.method`); a module as a reader imports it is written as
its language writes it (`a.b`, `@scope/pkg/sub`, `example.com/x/y`, `krate::inner`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from doc_healing.model.documents import EMPTY, Span

CALL = "()"  # a step of `Use.names`: what calling what came before gives
ELEMENT = "[]"  # a step: an element of it, by index or by iteration
STAR = "*"  # `Import.member`: everything that the module offers


class SymbolKind(StrEnum):
    """What a symbol is, in the words of no language in particular."""

    MODULE = "module"  # a package, namespace or inline module; not a file
    TYPE = "type"  # class, interface, struct, enum, trait, alias of a type
    FUNCTION = "function"
    METHOD = "method"  # a function of a type: constructors as well
    FIELD = "field"  # of a type: attributes and properties
    CONST = "const"  # a variable or constant of a module
    ENUM_MEMBER = "enum_member"
    MACRO = "macro"


class Visibility(StrEnum):
    """Who may use a symbol, by its own modifiers and its language's rule of names."""

    PUBLIC = "public"
    PROTECTED = "protected"
    INTERNAL = "internal"  # within a package, crate or assembly
    PRIVATE = "private"


class ParameterKind(StrEnum):
    """How an argument reaches a parameter."""

    RECEIVER = "receiver"  # self, cls, &mut self, a Go receiver
    POSITIONAL_ONLY = "positional_only"
    POSITIONAL = "positional"  # also by keyword, where the language has keywords
    VARIADIC = "variadic"
    KEYWORD_ONLY = "keyword_only"
    KEYWORDS = "keywords"  # **kwargs


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `type` and `default` as written, `default` None where there is none.

    A destructured one is named by its pattern without blanks (`{a,b}`).
    """

    name: str
    kind: ParameterKind = ParameterKind.POSITIONAL
    type: str = ""
    default: str | None = None


class _Kept:
    """Room for what is made of the fields once: it is no field itself."""

    __slots__ = ("_id",)
    _id: str


@dataclass(frozen=True, slots=True)
class Symbol(_Kept):
    """A named thing of one file.

    `span` is that of the whole definition, decorators and doc comments left out. `digest` and
    `size` are of the tokens of its body alone (comments, blanks and its own name left out, for a
    type those of its members included): equal digests are equal bodies; empty and 0 without one.
    """

    path: str
    name: str  # `Class.method`
    kind: SymbolKind
    line: int
    end_line: int
    span: Span
    visibility: Visibility = Visibility.PUBLIC
    parameters: tuple[Parameter, ...] | None = None  # None: it is not called
    returns: str = ""  # its type as written, of a field or constant as well
    gives: str = ""  # what its code says where no type is written: `Client()`, `self`, `LIMIT`
    bases: tuple[str, ...] = ()  # of a type, as written without type arguments
    flags: frozenset[str] = frozenset()  # async static property abstract overload alias hidden ...
    deprecated: str | None = None  # what its author says of it; "" where they say no more
    successor: str = ""  # what it declares to be used instead, as written
    doc: str = ""  # the first paragraph of its documentation
    signature: str = ""  # its declaration on one line, without a body
    digest: str = ""
    size: int = 0  # tokens
    discriminator: str = ""  # tells overloads apart: "(int,String)"

    @property
    def id(self) -> str:
        """What names it in its tree."""
        try:
            return self._id
        except AttributeError:  # it is asked for the first time
            made = f"{self.path}#{self.name}{self.discriminator}"
            object.__setattr__(self, "_id", made)
            return made

    @property
    def container(self) -> str:
        """The qualified name of what it is a member of; "" at the top of its file."""
        return self.name.rpartition(".")[0]

    @property
    def last(self) -> str:
        """Its own name, without what it is a member of."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Import:
    """A name that a file binds to something of another module, or (module "") of its own.

    `exported`: it is offered on (`export { a as b } from`, `pub use`, `from .m import a` in a
    package's `__init__`). A name "" with member "*" binds everything.
    """

    name: str  # as bound here; "" binds nothing by itself
    module: str  # as written: `.sub`, `./x.js`, `crate::a`; "" is this file itself
    member: str  # "" is the module itself, "*" all of it
    line: int
    exported: bool = False


@dataclass(frozen=True, slots=True)
class Outline:
    """All that the map knows of one source file, from its bytes alone: kept by content.

    `exports` is a list of public names where the file states one (`__all__`). `facts` is what its
    language's `publish` wants to know besides. `faults` says in words what could not be read.
    """

    path: str
    language: str
    symbols: tuple[Symbol, ...] = ()
    imports: tuple[Import, ...] = ()
    exports: tuple[str, ...] | None = None
    package: str = ""  # the package or module clause, where the file has one
    facts: Mapping[str, str] = field(default_factory=lambda: EMPTY)
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """What a name of a module stands for: a symbol (its id), or another module.

    A `hidden` one can be imported as well, but by the rules of its language it is no public API.
    """

    symbol: str = ""
    module: str = ""
    hidden: bool = False


# Module as a reader imports it -> name -> what it stands for. Re-exports are followed already.
Surface = Mapping[str, Mapping[str, Target]]


class UseKind(StrEnum):
    """What a piece of code does with a name."""

    IMPORT = "import"
    CALL = "call"
    ATTRIBUTE = "attribute"
    SUBCLASS = "subclass"
    TYPE = "type"
    MENTION = "mention"  # in prose


class Origin(StrEnum):
    """Where the first name of a use comes from."""

    IMPORTED = "imported"  # `module` is certain
    STAR = "star"  # it may come from one of the modules imported whole
    BARE = "bare"  # nothing in the snippet binds it
    RECEIVER = "receiver"  # a member of something whose type is unknown; `names` is that member


@dataclass(frozen=True, slots=True)
class Use:
    """One name that a snippet uses, traced back to an import where there is one.

    `names` are steps from the module on: `("Client", "()", "get")` is the method `get` of what
    calling `Client` gives. The last step is what is used. Names of the language itself and of
    the snippet's own definitions are no uses.
    """

    module: str  # as imported; "" where that is unknown; of STAR the modules, joined with a blank
    names: tuple[str, ...]
    kind: UseKind
    line: int  # of the snippet's code, from 1
    column: int = 1
    origin: Origin = Origin.IMPORTED
    arity: int | None = None  # positional arguments of a call; None: no call, or spread
    keywords: tuple[str, ...] = ()  # keyword arguments; the keys of an options object


@dataclass(frozen=True, slots=True)
class Token:
    """One leaf of a file's tree that is no comment."""

    start: int  # byte
    line: int
    text: str
    kind: str  # "name", "literal" or "other"


@dataclass(frozen=True, slots=True)
class Reference:
    """A place in a document that names a symbol, and how sure that is (0 to 1).

    Below `MAYBE` it serves to choose what is checked, and never to change a text.
    """

    path: str  # of the document
    line: int
    column: int
    text: str  # as the document has it: `Client.get`
    symbol: str  # its id
    kind: UseKind
    confidence: float
    reason: str
    snippet: int | None = None  # its index in the document; None in prose
    arity: int | None = None
    keywords: tuple[str, ...] = ()


MAYBE = 0.5


class ChangeKind(StrEnum):
    """What became of a symbol between two revisions."""

    RENAMED = "renamed"  # its own name differs; it may have moved as well
    MOVED = "moved"
    SIGNATURE_CHANGED = "signature_changed"
    DEPRECATED = "deprecated"
    REMOVED = "removed"
    ADDED = "added"
    BODY_CHANGED = "body_changed"  # nothing that a reader sees, but it may behave otherwise


@dataclass(frozen=True, slots=True)
class ParameterChange:
    """One difference between two signatures.

    `kind`: renamed, removed, added_required, added_optional, reordered, default_changed,
    kind_changed, type_changed, return_changed, async_changed, receiver_changed,
    visibility_lowered. `old` and `new` as a signature has them; "" where there is none.
    """

    kind: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True, slots=True)
class SymbolChange:
    """What became of one symbol, and how sure that is.

    `old` is None for an added one, `new` for a removed one. `candidates` are further possible
    successors: two within the margin are a tie, and nothing is repaired by it.
    """

    kind: ChangeKind
    language: str
    old: Symbol | None
    new: Symbol | None
    confidence: float
    evidence: tuple[str, ...] = ()
    parameters: tuple[ParameterChange, ...] = ()
    candidates: tuple[Symbol, ...] = ()
    public: bool = True  # whether it has, or had, a public name
