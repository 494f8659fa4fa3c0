"""What a snippet's names stand for: packages, types, what they make, and their members."""

from dataclasses import dataclass, field

from doc_healing.languages.go.mapping.outline import package_names
from doc_healing.model import CALL, ELEMENT, Origin

# https://pkg.go.dev/std: the first parts of the paths, and the packages that snippets name bare.
STANDARD = frozenset(
    """archive bufio builtin bytes cmp compress container context crypto database debug embed
    encoding errors expvar flag fmt go hash html image index io iter log maps math mime net os path
    plugin reflect regexp runtime slices sort strconv strings structs sync syscall testing text
    time unicode unique unsafe weak C""".split()
)
NAMED = STANDARD | frozenset(
    """http url json xml base64 hex csv gob binary template filepath ioutil exec signal rand big
    bits cmplx sha256 sha1 md5 sha512 hmac aes cipher rsa ecdsa tls x509 pem sql driver ast parser
    token format atomic pprof httptest httputil heap list ring gzip zlib tar zip rpc smtp mail
    textproto user slog utf8 utf16 debug trace tabwriter scanner quick iotest fstest synctest
    multipart color png jpeg gif draw fs""".split()
)
TYPES = frozenset(
    """any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32
    int64 rune string uint uint8 uint16 uint32 uint64 uintptr""".split()
)
_FUNCTIONS = frozenset(
    """append cap clear close complex copy delete imag len make max min new panic print println
    real recover""".split()
)
PREDECLARED = TYPES | _FUNCTIONS | {"true", "false", "nil", "iota", "_"}


@dataclass(frozen=True, slots=True)
class Value:
    """A package, a type, or what an expression gives: the steps to it from a module.

    `local` names a type of the snippet itself. `foreign` is the language's own, or of a standard
    package; `elements` is what ranging over it gives. `guess` is a name that nothing binds: a
    package that the snippet does not import, or a variable that it does not show.
    """

    module: str = ""
    names: tuple[str, ...] = ()
    origin: Origin = Origin.IMPORTED
    local: str = ""
    guess: str = ""
    foreign: bool = False
    elements: tuple["Value | None", ...] = ()
    typed: bool = False
    results: tuple["Value | None", ...] = ()  # of a function of the snippet

    @property
    def known(self) -> bool:
        """Whether it can be asked for in an index."""
        return bool(self.names)


FOREIGN = Value(foreign=True)
_STEPS = 100  # of one chain


@dataclass(slots=True)
class Type:
    """A type that the snippet defines: what it embeds, and its members with what they give."""

    bases: tuple[Value, ...] = ()
    members: dict[str, Value | None] = field(default_factory=dict)
    shape: Value | None = None  # what it is made of, where that is no struct: `[]Client`


@dataclass(slots=True)
class Scope:
    """What is bound so far: by imports, by the snippet's own types, by its variables."""

    imports: dict[str, str] = field(default_factory=dict)  # alias -> path
    paths: list[str] = field(default_factory=list)  # of imports without an alias
    dots: list[str] = field(default_factory=list)
    types: dict[str, Type] = field(default_factory=dict)
    parameters: set[str] = field(default_factory=set)  # of types
    functions: dict[str, tuple[Value | None, ...]] = field(default_factory=dict)
    variables: list[dict[str, Value | None]] = field(default_factory=lambda: [{}])

    def bind(self, name: str, value: Value | None) -> None:
        """Declare a variable where one is."""
        if name != "_":
            self.variables[-1][name] = value

    def variable(self, name: str) -> tuple[bool, Value | None]:
        """Whether there is such a variable, and what it holds."""
        for names in reversed(self.variables):
            if name in names:
                return True, names[name]
        return False, None

    def package(self, name: str) -> Value | None:
        """The package that a name stands for; None where no import can be meant."""
        if name in self.imports:
            return _package(self.imports[name])
        for path in self.paths:
            if package_names(path)[0] == name:
                return _package(path)
        for path in self.paths:
            if name in package_names(path):
                return _package(path)
        return None

    def type(self, name: str) -> Value:
        """The type of a name without a package."""
        if name in self.types:
            return Value(local=name, typed=True)
        if name in self.parameters or name in PREDECLARED:
            return FOREIGN
        if self.dots:
            return Value(" ".join(self.dots), (name,), Origin.STAR, typed=True)
        return Value("", (name,), Origin.BARE, typed=True)

    def qualified(self, package: str, name: str) -> Value:
        """The type of a name of a package."""
        found = self.package(package)
        if found is None:
            return Value("", (package, name), Origin.BARE, typed=True)
        if found.foreign:
            return FOREIGN
        return Value(found.module, (name,), Origin.IMPORTED, typed=True)


def is_foreign(path: str) -> bool:
    """Whether a package is of the standard library."""
    return path.partition("/")[0] in STANDARD


def instance(value: Value | None) -> Value | None:
    """What a variable of a type holds."""
    if value is None or not value.typed:
        return value
    if value.local:
        return Value(local=value.local)
    return Value(value.module, (*value.names, CALL), value.origin)


def member(value: Value, name: str) -> Value:
    """A member that an index can be asked for."""
    if len(value.names) > _STEPS:
        return FOREIGN  # no index follows so far
    return Value(value.module, (*value.names, name), value.origin)


def result(value: Value) -> Value:
    """What calling it gives."""
    return Value(value.module, (*value.names, CALL), value.origin)


def element(value: Value | None) -> Value | None:
    """What an index into it, or ranging over it, gives."""
    if value is None or value.foreign or not value.known:
        return value.elements[-1] if value is not None and value.elements else None
    return Value(value.module, (*value.names, ELEMENT), value.origin)


def _package(path: str) -> Value:
    return FOREIGN if is_foreign(path) else Value(path)
