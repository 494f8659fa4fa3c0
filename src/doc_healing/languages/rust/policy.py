"""Whose fault a compiler's error is: the document's (red), or the missing surroundings' (never).

A page may leave out what surrounds its code; it may not call what is not there. So a name that
nothing binds is missing context, but an item that the repository's own crate does not have is a
broken document, whatever else is missing around it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from doc_healing.languages.rust.borrowed import STANDARD
from doc_healing.languages.rust.codes import (
    ARGUMENTS,
    IMPORTS,
    INFERENCE,
    KINDS,
    LACKING,
    MEMBERS,
    TOOLCHAIN,
    TWICE,
)
from doc_healing.languages.rust.reports import Diagnostic
from doc_healing.languages.rust.wording import (
    defined_in,
    is_argument,
    is_generic,
    is_lacking,
    is_local,
    is_near,
    is_of_block,
    missing_crate,
    root_of,
    unmet_traits,
)
from doc_healing.model import SymptomKind, Verdict

K = SymptomKind


@dataclass(frozen=True, slots=True)
class Ruling:
    """A verdict on one error, with its kind; `reason` is empty for a red one.

    `sure` says that no missing surroundings could have made it.
    """

    verdict: Verdict
    kind: SymptomKind
    reason: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule may look at beside the error."""

    crates: frozenset[str] = frozenset()  # that could be imported
    own: frozenset[str] = frozenset()  # the repository's
    gated: frozenset[str] = frozenset()  # what of it stands behind features and platforms
    whole: bool = False  # the block has its own `main`
    parses: bool = True
    elided: bool = False  # comments in it stand for code
    returns: bool = False  # it returns a value from a function that is not shown
    elsewhere: frozenset[str] = frozenset()  # what other blocks of the page define
    closed: bool = False  # it has its own `main`, and nothing can add names to it
    functions: bool = False  # it defines functions beside its `main`
    imports: bool = False  # it imports what it uses: no name of it is another block's
    version: str = ""
    ours: frozenset[tuple[str, int]] = frozenset()  # file and line of what is not the block's own

    def lent(self, error: Diagnostic) -> bool:
        """Whether it speaks of something that another block of the page defines."""
        spans = [span for span in (*error.spans, *error.near) if not span.primary]
        return any((span.file, span.line) in self.ours for span in spans)


def red(kind: SymptomKind, sure: bool = False) -> Ruling:
    """The document is wrong."""
    return Ruling(Verdict.BROKEN, kind, sure=sure)


def unverified(kind: SymptomKind, reason: str) -> Ruling:
    """It cannot be told here."""
    return Ruling(Verdict.UNVERIFIED, kind, reason)


def rule(error: Diagnostic, case: Case) -> Ruling:
    """The ruling on one error, by itself: the first rule that knows it."""
    for judge in (
        _toolchain,
        _lint,
        _surroundings,
        _placeholder,
        _gate,
        _crate,
        _name,
        _twice,
        _member,
        _fragment,
    ):
        ruling = judge(error, case)
        if ruling is not None:
            return ruling
    return red(kind_of(error), sure=is_argument(error))


def kind_of(error: Diagnostic) -> SymptomKind:
    """What an error is in every language's words."""
    if error.code:
        return KINDS.get(error.code, K.COMPILE)
    message = error.message
    if re.match(r"cannot find (macro|derive|attribute)", message):
        return K.NAME
    if re.search(r"format string|positional argument|named argument|format argument", message):
        return K.ARGUMENT
    if re.match(_SYNTAX, message):
        return K.SYNTAX
    return K.COMPILE


_SYNTAX = (
    r"expected\b|unexpected\b|mismatched closing|this file contains an un|missing `|unmatched"
    r"|unknown start of|unterminated|an inner (attribute|doc)|found\b|invalid suffix|leading `"
    r"|prefix `|expected one of|`[^`]+` is not a|comparison operators cannot|struct literals"
    r"|macros? expan|unknown (prefix|token|character)|free function without|incorrect"
    r"|cannot glob|`?self`? param"
)
_OWN_PATH = re.compile(r"`r?#?([a-z_]\w*)(?:::[\w:]+)?`")


def _toolchain(error: Diagnostic, case: Case) -> Ruling | None:
    if error.code in TOOLCHAIN or "is unstable" in error.message:
        words = error.message.split("\n")[0]
        return unverified(K.TOOLCHAIN, f"this Rust ({case.version}) does not take it: {words}")
    if re.search(r"edition 20\d\d is unstable|requires rustc|newer version of rustc", error.words):
        return unverified(K.TOOLCHAIN, f"needs another Rust: {error.message}")
    return None


# Lints about what nothing uses, which code that is not shown may use.
_UNUSED = frozenset({"dead_code", "unused_imports", "unused_macros", "unused_crate_dependencies"})


def _lint(error: Diagnostic, case: Case) -> Ruling | None:
    """A lint that the compiler, or the text itself, makes an error."""
    words = error.message.split("\n")[0]
    if re.search(r"previously accepted by the compiler", error.words):
        return unverified(K.TOOLCHAIN, f"this Rust ({case.version}) no longer takes it: {words}")
    if case.whole:
        return None
    if error.code in _UNUSED:
        return unverified(K.CONTEXT, f"needs the code that uses it: {words}")
    if error.code == "E0170":  # a variant without its path, whose import may stand elsewhere
        return unverified(K.CONTEXT, f"needs context: {words}")
    return None


def _surroundings(error: Diagnostic, case: Case) -> Ruling | None:  # noqa: ARG001 - a rule's shape
    """What the block takes from files, variables, libraries of the system, or a macro's author."""
    message = error.message
    if message.startswith("couldn't read"):
        return unverified(K.CONTEXT, f"needs a file: {message}")
    if re.match(r"environment variable `\w+` not defined", message):
        return unverified(K.CONTEXT, f"needs variables of the environment: {message}")
    if message.startswith(("linking with", "linker `", "could not find native")):
        return unverified(K.DEPENDENCY, "needs a library of the system to be linked with")
    if re.search(r"(proc.macro|derive|attribute).* panicked", message):
        return unverified(K.CONTEXT, f"a macro refuses this here: {message}")
    if error.code == "E0583":
        return unverified(K.CONTEXT, f"needs a file of its module: {message}")
    return None


def _crate(error: Diagnostic, case: Case) -> Ruling | None:
    """Errors of finding crates, modules and what is in them."""
    if error.code not in IMPORTS and not re.search(r" in (crate|module) `", error.words):
        return None
    gated = re.search(r"gated behind the `([^`]+)` feature|configured out", error.words)
    if gated:
        feature = f"the feature `{gated[1]}`" if gated[1] else "a feature that is off here"
        return unverified(K.DEPENDENCY, f"needs {feature}")
    missing = missing_crate(error)
    if missing:
        return _of_crate(error, missing, case)
    root = root_of(error)
    if root in case.own or (error.code == "E0603" and defined_in(error) == "project"):
        return red(K.IMPORT if error.code in IMPORTS else KINDS.get(error.code, K.NAME), sure=True)
    if root in STANDARD:
        return _of_standard(error, case)
    if root in case.crates:
        words = error.message.split("\n")[0]
        return unverified(K.DEPENDENCY, f"the installed `{root}` does not have it: {words}")
    if error.code in ("E0364", "E0365"):
        return None
    words = error.message.split("\n")[0]
    return unverified(K.CONTEXT, f"needs context: {words}")


_METASYNTACTIC = re.compile(
    r"(?i:foo|bar|baz|qux|x+|something|anything|whatever|thing|example|placeholder)\d*"
    r"|(?:my|your|some)_\w+|(?:My|Your|Some)[A-Z]\w*"
)


def _placeholder(error: Diagnostic, case: Case) -> Ruling | None:
    """A name that stands for any other, or one that another block of the page defines."""
    if error.code not in LACKING | IMPORTS | MEMBERS or error.message.endswith("in this scope"):
        return None
    own = case.closed and error.code in MEMBERS and is_of_block(error)
    quoted = re.search(r"`(?:[\w:]+::)?(\w+)!?`", error.message)
    name = quoted[1] if quoted else ""
    if _METASYNTACTIC.fullmatch(name) and not own:
        return unverified(K.CONTEXT, f"needs context: `{name}` stands for another name")
    if name in case.elsewhere and error.code in MEMBERS:
        return unverified(K.CONTEXT, f"needs context: another block defines `{name}`")
    return None


def _gate(error: Diagnostic, case: Case) -> Ruling | None:
    """What the repository's sources have, behind a feature or for a platform, and this build not.

    rustc names the feature of a missing item, and never that of a method, a field or an `impl`.
    """
    if error.code in ("E0277", "E0599") and (found := unmet_traits(error) & case.gated):
        return unverified(K.DEPENDENCY, f"`{min(found)}` may need a feature that is off here")
    if error.code not in MEMBERS | IMPORTS | {"E0425", "E0412", "E0405"}:
        return None
    if error.code in LACKING and root_of(error) not in case.own:
        return None
    quoted = re.search(r"`(?:[\w:]+::)?(\w+)!?`", error.message)
    names = {quoted[1]} if quoted else set()
    names |= {
        name
        for span in error.spans
        for name in re.findall(r"\b(?:no|find) `(\w+)`", span.label)
        if error.code in IMPORTS
    }
    if (found := names & case.gated) and not is_of_block(error):
        return unverified(K.DEPENDENCY, f"`{min(found)}` may need a feature that is off here")
    return None


def _of_crate(error: Diagnostic, name: str, case: Case) -> Ruling:
    if name in ("crate", "self", "super"):
        return unverified(K.CONTEXT, f"needs the rest of its crate (`{name}::`)")
    if error.code == "E0433" and error.message.endswith("in this scope") and name in case.crates:
        return unverified(K.CONTEXT, f"needs context: {error.message}")
    if name in case.crates:
        return unverified(K.DEPENDENCY, f"`{name}` could not be loaded")
    return unverified(K.DEPENDENCY, f"the crate `{name}` is not installed")


def _of_standard(error: Diagnostic, case: Case) -> Ruling:
    """The standard library loses nothing: what it lacks is misspelt, or newer than this Rust."""
    if is_near(error) or error.code == "E0603":
        return red(KINDS.get(error.code, K.IMPORT), sure=True)
    words = error.message.split("\n")[0]
    return unverified(K.TOOLCHAIN, f"this Rust ({case.version}) may be too old for it: {words}")


def _name(error: Diagnostic, case: Case) -> Ruling | None:
    """A name that nothing in the block binds."""
    if not is_lacking(error):
        return None
    words = error.message.split("\n")[0]
    if (is_local(error) and is_near(error)) or _is_undefined(error, case):
        return red(K.NAME)
    if error.code == "E0424":
        return unverified(K.CONTEXT, "part of an `impl`: `self` stands outside of one")
    return unverified(K.CONTEXT, f"needs context: {words}")


def _is_undefined(error: Diagnostic, case: Case) -> bool:
    """Whether a closed program that shows its functions calls one that it does not have."""
    called = re.fullmatch(r"cannot find function `(\w+)` in this scope", error.message)
    return (
        called is not None
        and case.closed
        and case.functions
        and called[1] not in case.elsewhere
        and not _METASYNTACTIC.fullmatch(called[1])
        and not re.match(r"(do|run|call|use|handle|process)_", called[1])
        and "import" not in error.words
    )


def _twice(error: Diagnostic, case: Case) -> Ruling | None:  # noqa: ARG001 - a rule's shape
    if error.code in TWICE and error.code not in ("E0119", "E0415"):
        words = error.message.split("\n")[0]
        return unverified(K.CONTEXT, f"shows more than one way: {words}")
    return None


def _member(error: Diagnostic, case: Case) -> Ruling | None:
    """A method or a field that a type does not have, a call with other arguments than it takes."""
    if error.code not in MEMBERS and error.code not in ARGUMENTS:
        return None
    if (
        re.search(
            r"trait .*(in scope|not in scope|is not implemented)|perhaps .* trait|"
            r"trait bounds were not satisfied|which provides `",
            error.words,
        )
        and not case.whole
    ):
        words = error.message.split("\n")[0]
        return unverified(K.CONTEXT, f"needs context: {words}")
    if "trait `" in error.words and "import" in error.words and not case.whole:
        return unverified(K.CONTEXT, f"needs a trait in scope: {error.message}")
    if case.elided and error.code in ARGUMENTS:
        return None
    if case.lent(error):
        words = error.message.split("\n")[0]
        return unverified(K.CONTEXT, f"needs context: {words}, as another block shows it")
    if _STANDARD_TYPES.search(error.message) and error.code == "E0599" and not is_near(error):
        if _old(case.version):
            return unverified(K.TOOLCHAIN, f"this Rust ({case.version}) may be too old for it")
        if not (case.whole or case.imports):
            words = error.message.split("\n")[0]
            return unverified(K.CONTEXT, f"needs context: {words}, unless a trait adds it")
    # A type of the block's own may be shown in part, like all else that is missing from it.
    return red(KINDS[error.code], sure=not is_of_block(error) and not is_generic(error))


_STANDARD_TYPES = re.compile(
    r"`(?:&(?:'\w+ )?(?:mut )?)*(?:\[|\(|\{|std::|core::|alloc::|(?:Vec|String|str|Option|Result|"
    r"Box|Rc|Arc|HashMap|HashSet|BTreeMap|BTreeSet|VecDeque|Cell|RefCell|Mutex|RwLock|Path|PathBuf|"
    r"[iuf](?:8|16|32|64|128|size)|bool|char|Range|Iter|IntoIter|Map|Filter|Chars|File|Duration|"
    r"Instant|SystemTime|JoinHandle|Sender|Receiver|Cow|OsString|Stdin|Stdout)\b)"
)


def _old(version: str) -> bool:
    """Older than the 2024 edition, which came with 1.85: its library lacks a lot."""
    numbers = re.match(r"1\.(\d+)", version)
    return numbers is not None and int(numbers[1]) < 85


def _fragment(error: Diagnostic, case: Case) -> Ruling | None:
    """What only a fragment may do: leave its types open, stand outside of its `impl`."""
    words = error.message.split("\n")[0]
    if error.code in INFERENCE and not case.whole:
        return unverified(K.CONTEXT, f"needs context: {words}")
    if "`self` parameter is only allowed" in words or "free function without" in words:
        return unverified(K.CONTEXT, f"part of an `impl` or a trait: {words}")
    if "implicitly returns `()`" in error.words and not case.whole:
        return unverified(K.CONTEXT, f"leaves code out that it needs: {words}")
    if case.returns and error.code in ("E0308", "E0277", "E0069", "E0271"):
        return unverified(K.CONTEXT, f"part of a function that is not shown: {words}")
    if case.elided:
        return unverified(K.CONTEXT, f"leaves code out that it needs: {words}")
    return None


def all_rulings(errors: Sequence[Diagnostic], case: Case) -> list[tuple[Diagnostic, Ruling]]:
    """Each error with its ruling."""
    return [(error, rule(error, case)) for error in errors]


def decide(found: Sequence[tuple[Diagnostic, Ruling]]) -> tuple[Diagnostic, Ruling] | None:
    """The error that decides on the block.

    A sure red one does in any company. Any other red one does only where nothing is missing: the
    compiler goes on after a name that it cannot find, and what follows may be its consequence.
    """
    syntax = [item for item in found if item[1].kind is K.SYNTAX]
    sure = [item for item in found if item[1].verdict is Verdict.BROKEN and item[1].sure]
    lacking = [item for item in found if item[1].verdict is Verdict.UNVERIFIED]
    if any(_hides_traits(error, ruling) for error, ruling in found):
        sure = [item for item in sure if item[0].code != "E0599"]
    for group in (syntax, sure, lacking, found):
        if group:
            return group[0]
    return None


def _hides_traits(error: Diagnostic, ruling: Ruling) -> bool:
    """Whether what is missing may have brought methods with it: a trait, a macro's work."""
    lost = error.code in ("E0432", "E0463") and ruling.verdict is Verdict.UNVERIFIED
    return lost or re.match(r"cannot find (macro|derive|attribute)", error.message) is not None
