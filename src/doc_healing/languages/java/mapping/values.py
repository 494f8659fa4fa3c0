"""What a snippet's names stand for: types, what they make, and the members of both."""

from dataclasses import dataclass, field, replace

from doc_healing.model import CALL, Import, Origin

# java.lang, which needs no import: https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/package-summary.html
LANGUAGE = frozenset(
    """Appendable AutoCloseable CharSequence Cloneable Comparable Iterable Readable Runnable Boolean
    Byte Character Class ClassLoader Double Enum Float Integer Long Math Module Number Object
    Process ProcessBuilder ProcessHandle Record Runtime RuntimePermission Short StackTraceElement
    StackWalker StrictMath String StringBuffer StringBuilder System Thread ThreadGroup ThreadLocal
    Throwable Void ArithmeticException ArrayIndexOutOfBoundsException ArrayStoreException
    ClassCastException ClassNotFoundException CloneNotSupportedException Exception
    IllegalArgumentException IllegalMonitorStateException IllegalStateException
    IndexOutOfBoundsException InstantiationException InterruptedException
    NegativeArraySizeException NoSuchFieldException NoSuchMethodException NullPointerException
    NumberFormatException ReflectiveOperationException RuntimeException SecurityException
    StringIndexOutOfBoundsException UnsupportedOperationException AssertionError Error
    ExceptionInInitializerError LinkageError NoClassDefFoundError OutOfMemoryError
    StackOverflowError Deprecated FunctionalInterface Override SafeVarargs SuppressWarnings
    var""".split()
)
OF_EVERYTHING = frozenset("equals getClass hashCode notify notifyAll toString wait".split())

# What gives an element of a collection, a stream or an Optional; what gives the same again.
_ELEMENT = frozenset(
    """get getFirst getLast next nextElement first last peek poll pop remove take element orElse
    orElseGet orElseThrow getOrDefault elementAt join getValue removeFirst removeLast
    computeIfAbsent""".split()
)
_SAME = frozenset(
    """stream parallelStream iterator listIterator filter sorted distinct limit skip peek parallel
    sequential findFirst findAny min max toList values descendingIterator subList reversed
    elements whenComplete""".split()
)


@dataclass(frozen=True, slots=True)
class Value:
    """A type, or what an expression gives: the steps to it from a module.

    `local` names a type of the snippet itself, `path` is what may yet be a package. `foreign` is
    the language's own; `elements` are its type arguments. `typed` tells a type from a value.
    """

    module: str = ""
    names: tuple[str, ...] = ()
    origin: Origin = Origin.BARE
    local: str = ""
    path: tuple[str, ...] = ()
    foreign: bool = False
    elements: tuple["Value | None", ...] = ()
    typed: bool = False

    @property
    def known(self) -> bool:
        """Whether it can be asked for in an index."""
        return bool(self.names)


FOREIGN = Value(foreign=True)
_STEPS = 100  # of one chain


@dataclass(slots=True)
class Class:
    """A type that the snippet defines: what it extends, and its members with what they give."""

    bases: tuple[Value, ...] = ()
    members: dict[str, Value | None] = field(default_factory=dict)


@dataclass(slots=True)
class Scope:
    """What is bound so far: by imports, by the snippet's own types, by its variables."""

    imports: dict[str, Import] = field(default_factory=dict)
    static: dict[str, Import] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)  # packages
    static_stars: list[tuple[str, str]] = field(default_factory=list)  # package, type
    package: str = ""
    classes: dict[str, Class] = field(default_factory=dict)
    type_parameters: set[str] = field(default_factory=set)
    functions: dict[str, Value | None] = field(default_factory=dict)  # methods outside of a class
    variables: list[dict[str, Value | None]] = field(default_factory=lambda: [{}])
    around: list[Class] = field(default_factory=list)  # the classes that one is in

    def bind(self, name: str, value: Value | None) -> None:
        """Declare a variable where one is."""
        self.variables[-1][name] = value

    def variable(self, name: str) -> tuple[bool, Value | None]:
        """Whether there is such a variable, and what it holds."""
        for names in reversed(self.variables):
            if name in names:
                return True, names[name]
        return False, None

    def type(self, name: str) -> Value:
        """The type of a name as written, dotted or not."""
        head, *rest = name.split(".")
        if head in self.classes:
            return Value(local=rest[-1] if rest and rest[-1] in self.classes else head, typed=True)
        if head in self.type_parameters:
            return FOREIGN
        if head in self.imports:
            found = self.imports[head]
            return _of(found.module, (*found.member.split("."), *rest), Origin.IMPORTED)
        if rest and head[:1].islower():
            return _qualified(name)
        if head in LANGUAGE:
            return FOREIGN
        modules = [*self.stars, *([self.package] if self.package else [])]
        modules = [one for one in modules if not is_foreign(one)]
        if modules:
            return Value(" ".join(modules), (head, *rest), Origin.STAR, typed=True)
        return Value("", (head, *rest), Origin.BARE, typed=True)


def is_foreign(module: str) -> bool:
    """Whether a package is of the platform: nobody else may define one there."""
    return module == "java" or module.startswith("java.")


def instance(value: Value | None) -> Value | None:
    """What a variable of a type holds."""
    if value is None or not value.typed:
        return value
    if value.local:
        return replace(value, typed=False)
    return replace(value, names=(*value.names, CALL), typed=False)


def member(value: Value, name: str) -> Value:
    """A member of a type or of a value that an index can be asked for."""
    if len(value.names) > _STEPS:
        return FOREIGN  # no index follows so far
    return Value(value.module, (*value.names, name), value.origin)


def result(value: Value) -> Value:
    """What calling it gives."""
    return Value(value.module, (*value.names, CALL), value.origin)


def of_foreign(value: Value, name: str) -> Value | None:
    """What a method of the platform gives: an element where it holds some, else its own."""
    if name in _ELEMENT:
        return value.elements[-1] if value.elements else None
    return value if name in _SAME else FOREIGN


def _of(module: str, names: tuple[str, ...], origin: Origin) -> Value:
    return FOREIGN if is_foreign(module) else Value(module, names, origin, typed=True)


def _qualified(name: str) -> Value:
    parts = name.split(".")
    for at, part in enumerate(parts):
        if part[:1].isupper():
            return _of(".".join(parts[:at]), tuple(parts[at:]), Origin.IMPORTED)
    return _of(".".join(parts[:-1]), (parts[-1],), Origin.IMPORTED)
