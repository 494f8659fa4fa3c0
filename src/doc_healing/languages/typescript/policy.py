"""Which of the compiler's errors are the document's, and which its surroundings' or its style.

Codes: https://github.com/microsoft/TypeScript/blob/main/src/compiler/diagnosticMessages.json. Red
is what is wrong for every reader: syntax, and calls of what is not there or does not fit. Missing
names are context; what only a strict configuration objects to is nothing to speak of.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from doc_healing.languages.javascript.modules import BUILTIN, package_of
from doc_healing.languages.javascript.names import made_with, slip
from doc_healing.languages.javascript.policy import Ruling, red, unverified
from doc_healing.languages.typescript.diagnostics import Diagnostic
from doc_healing.languages.typescript.options import sources
from doc_healing.languages.typescript.shape import WRAPPER
from doc_healing.model import Environment, SymptomKind

# Strictness, style and configuration: a document may well leave these to its reader.
QUIET = frozenset(
    {
        # implicitly any, no declarations for a module, `this` without a type
        *range(7005, 7061), 2683, 2835, 2834, 7016,
        # unused
        6133, 6138, 6192, 6196, 6198, 6199, 6205,
        # possibly null, undefined or unknown; not assigned, not initialised, not returned
        2531, 2532, 2533, 18046, 18047, 18048, 18049, 2721, 2722, 2723, 2564, 2454, 2355, 2366,
        2364, 2565, 2774, 2801, 2869, 2871, 2872, 2873, 2367, 2839, 2845, 18050,
        # imports and exports that only a configuration decides on
        1205, 1371, 1484, 1485, 1259, 1208, 1286, 1287, 1295, 2497, 2498, 2613, 2821, 2823, 2846,
        5097, 6142, 1192, 1479, 1541, 1542, 1543, 2877, 2876, 1203, 1202, 1470, 1471, 2309, 2732,
        # `await`, `return` and `export` where a fragment puts them
        1108, 1375, 1378, 1431, 1432, 1309, 2528, 2323, 2484, 1184, 1231, 1233, 1234, 1235, 1258,
        # augmentations of what is not here, and declarations that stand alone
        2664, 2665, 2666, 2667, 2668, 2669, 2670, 2671, 2686, 2434, 2433, 1038, 1046, 1039,
        # several ways shown in one block
        2451, 2300, 2440, 2395, 2403, 2428, 2687, 2717, 2374, 2813, 2814, 2320, 2567, 2865,
        # overloads and signatures without a body
        2391, 2389, 2390, 2394, 2384, 2383, 2385, 2386, 2387, 2388, 1155, 1183, 1244, 1253, 2371,
        2373, 2380, 2681,
        # unreachable, unlabelled, fallen through; `override` and index access by configuration
        7027, 7028, 7029, 4111, 4112, 4113, 4114, 4115, 4116,
        # decorators of the other kind; JSX without React's declarations
        1219, 1238, 1239, 1240, 1241, 1270, 1271, 1272, 1278, 1206, 2602, 2604, 2607, 2608, 2786,
        2874, 2875, 17004, 17009, 7026,
        # the checker's own depth, and declarations that cannot be written
        2589, 2590, 2742, 4058, 4060, 4025, 4023, 4029, 4031, 4081, 2527, 2775, 2776, 9005,
        # regular expressions and literals that the runtime judges itself
        1501, 1502, 1503, 2737,
        # a module that cannot be found for its effects alone
        2882,
    }
)  # fmt: skip
UNUSED_MARKER = 2578  # "Unused '@ts-expect-error' directive."
# What only `erasableSyntaxOnly`, `isolatedModules` and their like refuse.
_BY_OPTION = re.compile(r"\b(enum|namespace|module|import|export|constructor)\b|<\w+>\s*\w")
_NAMES = frozenset({2304, 2503, 2552, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593, 2686, 18004,
                    2662, 2663, 2312, 2833, 2749, 2709, 2708, 2693, 2318, 2585, 2868,
                    2867})  # fmt: skip
_EXPORTS = frozenset({2305, 2724, 2614, 2459, 2460, 2694, 2616, 2617, 2595, 2596, 2597, 2598})
_MODULES = frozenset({2307, 2792, 2732, 2688, 6053, 7016, 2306})
_ATTRIBUTES = frozenset({2339, 2551, 2550, 2568, 2570, 2576, 2729, 2812})
_ARGUMENTS = frozenset({2554, 2555, 2556, 2575, 2557, 2743, 2558, 2314, 2315, 2344, 2707})
_TYPES = frozenset({2322, 2345, 2769, 2353, 2561, 2559, 2739, 2740, 2741, 2326, 2327, 2328, 2820,
                    2416, 2415, 2420, 2430, 2352, 2362, 2363, 2365, 2447, 2349, 2351, 2348, 2350,
                    2488, 2538, 2536, 2540, 2588, 2542, 2511, 2654, 2515, 2673, 2341, 2445,
                    2379, 2375, 2412, 1360, 2677, 2684, 2678, 2719, 2495, 2461, 2548, 2504, 2407,
                    2872, 2794, 2810, 2849, 18013, 2493, 2859, 2656, 2655, 2653})  # fmt: skip
_NULLISH = re.compile(
    r"Type '(?:[^']*\| )?(?:undefined|null)(?: \| [^']*)?' is not assignable to type|"
    r"'(?:[^']*\| )(?:undefined|null)(?: \| [^']*)?' is not assignable to (?:parameter of )?type|"
    r"'(?:unknown|any\[\]|never|never\[\])'|Object is possibly|exactOptionalPropertyTypes"
)
_LOOSE = re.compile(
    r"on type '(?:\{\}|object|never|unknown|void|undefined|null|any|Element|HTML\w*|Node|"
    r"EventTarget|(?:\w+ & )?(?:EventTarget|Event|UIEvent)\b.*|Window.*|typeof globalThis|Document|"
    r"ImportMeta|ProcessEnv|Global.*|Request.*|Response.*|Navigator|NodeModule|Module|Process|"
    r"Function|Error|ErrorConstructor|String|\(.*\) => .*|\{ \}|.* \| .*)'"
)
_PARTS = frozenset({1163, 1107, 1104, 1105, 1114, 1115, 1116, 2335, 2337, 17011, 1068})


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule may look at: one error, its statement's words, and the whole program's state."""

    found: Diagnostic
    environment: Environment | None
    statement: str = ""
    foreign: frozenset[str] = frozenset()  # names that come from another package, or from nowhere
    own: frozenset[str] = frozenset()  # names that come from the repository's own package
    lent: frozenset[str] = frozenset()  # of these, names that the block itself does not import
    bound: frozenset[str] = frozenset()
    part: bool = False  # it was completed: what it is a part of is not shown
    missing: bool = False  # a name or a module of the block is not known here
    doubled: frozenset[str] = frozenset()  # names that are declared more than once
    listing: bool = False  # signatures and nothing else
    classes: frozenset[str] = frozenset()  # that the program itself declares
    loose: bool = False  # `this` stands outside of everything
    expecting: bool = False  # an error that a marker expects and that is not there counts


# After one of these nothing runs that could show more.
STOPPING = (_NAMES | _EXPORTS | _MODULES | frozenset(range(1000, 2000))) - QUIET


def rule(case: Case) -> Ruling | None:
    """The ruling on one error; None where it says nothing against the document."""
    code = case.found.code
    if code in QUIET:
        return None
    if WRAPPER in case.found.text:
        return unverified(SymptomKind.CONTEXT, f"part of something else: {case.found.message}")
    if code < 2000 or 17000 <= code < 18000:
        return _syntax(case)
    for codes, judge in _RULES:
        if code in codes:
            return judge(case)
    return unverified(SymptomKind.TYPE, f"the compiler objects: {case.found.message}")


def _syntax(case: Case) -> Ruling:
    if case.found.code in _PARTS:
        return unverified(SymptomKind.CONTEXT, f"a part of something: {case.found.message}")
    if case.listing:
        reason = f"notation: it lists signatures: {case.found.message}"
        return unverified(SymptomKind.CONTEXT, reason)
    return red(SymptomKind.SYNTAX)


def _name(case: Case) -> Ruling:
    match = re.search(r"'([^']+)'", case.found.message)
    name = match.group(1) if match else ""
    others = case.bound - {name} - made_with(name, case.statement)
    if case.found.code in (2304, 2552, 18004) and slip(name, others):
        return red(SymptomKind.NAME)
    if case.found.code in (2583, 2584, 2550):
        return unverified(SymptomKind.CONTEXT, f"needs other libraries: {case.found.message}")
    if case.found.code in (2580, 2591):
        return unverified(SymptomKind.CONTEXT, f"needs other declarations: {case.found.message}")
    return unverified(SymptomKind.CONTEXT, f"needs context: `{name}` is not defined in this block")


def _export(case: Case) -> Ruling:
    match = re.search(r"Module '\"?([^'\"]+)\"?'", case.found.message)
    module = _module_name(match.group(1) if match else "")
    if module.startswith("."):
        return red(SymptomKind.IMPORT)  # a file of the block or of its session: it was found
    return _of_module(case, module)


def _of_module(case: Case, module: str) -> Ruling:
    if module.startswith((".", "/", "#", "~", "@/")):
        return unverified(SymptomKind.CONTEXT, f"needs the file `{module}`")
    package = package_of(module)
    if package in _own(case) or not module:
        return _unless_unbuilt(case, package, red(SymptomKind.IMPORT))
    if module.removeprefix("node:").split("/")[0] in BUILTIN:
        return red(SymptomKind.IMPORT)
    reason = f"the installed `{package}` may be another version than the document means"
    return unverified(SymptomKind.DEPENDENCY, reason)


def _module(case: Case) -> Ruling:
    match = re.search(r"'([^']+)'", case.found.message)
    module = match.group(1) if match else ""
    package = package_of(module)
    if module.startswith((".", "/", "#", "~", "@/", "file:")):
        return unverified(SymptomKind.CONTEXT, f"needs the file `{module}`")
    if module.startswith(("http:", "https:", "npm:", "jsr:", "bun:", "virtual:", "astro:")) or (
        "?" in module
    ):
        return unverified(SymptomKind.CONTEXT, f"`{module}` needs another runtime or a bundler")
    if package in _own(case) or slip(package, _own(case)):
        return _unless_unbuilt(case, package, red(SymptomKind.IMPORT))
    return unverified(SymptomKind.DEPENDENCY, f"the package `{package}` is not installed")


def _unless_unbuilt(case: Case, package: str, ruling: Ruling) -> Ruling:
    lacking = case.environment.unbuilt if case.environment is not None else ()
    named = [name for name in lacking if package_of(name) == package]
    if named and not any(package_of(name) == package for name in sources(case.environment)):
        reason = f"the package `{package}` is not built: {named[0]} does not exist"
        return unverified(SymptomKind.DEPENDENCY, reason)
    return ruling


def _attribute(case: Case) -> Ruling | None:
    if case.found.code == 2550:
        return unverified(SymptomKind.TOOLCHAIN, f"needs newer libraries: {case.found.message}")
    if _LOOSE.search(case.found.message):
        return None
    if re.search(r"\bthis\b", case.statement) and case.part:
        return None
    if case.found.code == 2339 and _is_of_shown_class(case):
        return unverified(SymptomKind.CONTEXT, f"a part of its class: {case.found.message}")
    return _of_values(case, SymptomKind.ATTRIBUTE)


def _is_of_shown_class(case: Case) -> bool:
    """Whether a class of the block uses a member that it does not show, and shows no like of."""
    match = _MEMBER.search(case.found.message)
    if match is None or match[2] not in case.classes:
        return False
    return re.search(rf"\bthis\s*[?!]?\.\s*{re.escape(match[1])}", case.statement) is not None


_MEMBER = re.compile(r"Property '([^']+)' does not exist on type '([\w$]+)(?:<.*>)?'")


def _argument(case: Case) -> Ruling | None:
    return _of_values(case, SymptomKind.ARGUMENT)


def _type(case: Case) -> Ruling | None:
    if _NULLISH.search(case.found.text):
        return None
    if case.missing and not _words(case.statement) & case.own:
        return unverified(SymptomKind.CONTEXT, f"needs context: {case.found.message}")
    if _words(case.statement) & case.foreign and _LACKING.search(case.found.text):
        return unverified(SymptomKind.CONTEXT, f"shows a part of it: {case.found.message}")
    unclear = _words(case.statement) & case.own & case.foreign - _declared(case.statement)
    if unclear:
        reason = f"needs context: the type of `{min(unclear)}` follows from what is not shown"
        return unverified(SymptomKind.CONTEXT, reason)
    return _of_values(case, SymptomKind.TYPE)


# What is only a part of an object's properties: a page that leaves names out leaves these out too.
_LACKING = re.compile(r"missing the following properties|is missing in type '\{")


def _declared(text: str) -> frozenset[str]:
    return frozenset(word for names in _DECLARED.findall(text) for word in _words(names))


_DECLARED = re.compile(r"\b(?:const|let|var)\s+([^=;]{1,300}?)\s*=")


def _of_values(case: Case, kind: SymptomKind) -> Ruling | None:
    words = _words(case.statement)
    if case.loose and "this" in words:
        return unverified(SymptomKind.CONTEXT, "needs context: the class that `this` is of")
    if words & case.doubled:
        return None  # it was checked against another one of the ways that the block shows
    if case.part and not words & case.own:
        return unverified(SymptomKind.CONTEXT, f"a part of something: {case.found.message}")
    if words & case.lent:
        reason = f"needs context: `{min(words & case.lent)}` may be another one than it means"
        return unverified(SymptomKind.CONTEXT, reason)
    foreign = words & case.foreign
    if foreign and not words & case.own:
        reason = f"`{min(foreign)}` may be of another version than the document means"
        return unverified(SymptomKind.DEPENDENCY, reason)
    return red(kind)


def _expectation(case: Case) -> Ruling | None:
    """A `@ts-expect-error` above what is no error: the author's own promise, and not kept."""
    if not case.expecting or case.part or case.missing or _BY_OPTION.search(case.statement):
        return None  # what is missing is told by itself
    if case.foreign:
        reason = f"`{min(case.foreign)}` may be of another version than the document means"
        return unverified(SymptomKind.DEPENDENCY, reason)
    if case.lent:
        return unverified(SymptomKind.CONTEXT, "needs context: the error that it expects")
    return red(SymptomKind.COMPILE)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[A-Za-z_$][\w$]*", text))


def _own(case: Case) -> Sequence[str]:
    return case.environment.modules if case.environment is not None else ()


def _module_name(text: str) -> str:
    """`/opt/node/node_modules/zod/index` is `zod`."""
    inside = re.search(r".*/node_modules/(?:@types/)?((?:@[^/]+/)?[^/]+)", text)
    return inside.group(1) if inside else text


_RULES: tuple[tuple[frozenset[int], Callable[[Case], Ruling | None]], ...] = (
    (_NAMES, _name),
    (_EXPORTS, _export),
    (_MODULES, _module),
    (_ATTRIBUTES, _attribute),
    (_ARGUMENTS, _argument),
    (_TYPES, _type),
    (frozenset({UNUSED_MARKER}), _expectation),
)
