"""Names that a block uses without a declaration, and that the repository's own package exports.

The documentation of a library often imports nothing: its reader knows where `DateTime` is from.
Which names a package exports is known when it is loaded, so the program itself looks. It is a
guess: what runs with it has shown that it works, what fails may have meant another thing.
"""

import json
import re

from doc_healing.languages.javascript.modules import package_of
from doc_healing.languages.javascript.names import BROWSER, NODE, TESTS
from doc_healing.languages.javascript.notation import without_strings
from doc_healing.languages.javascript.tree import facts
from doc_healing.model import Environment, Mode, Snippet

# What a module, which is always strict, does not take: `09`, `with`.
_SLOPPY = re.compile(r"(?<![\w.$])0\d|\bwith\s*\(|\barguments\.callee\b")


def own_names(code: str, snippet: Snippet, environment: Environment | None) -> tuple[str, ...]:
    """The names in `code` (a block after all that it runs with) to look for, in order."""
    found = facts(code)
    if not environment or not environment.modules or not found.parses:
        return ()
    if snippet.instructions.mode is not Mode.RUN or lacks(environment, environment.modules[0]):
        return ()
    if _SLOPPY.search(without_strings(code)):
        return ()
    return tuple(sorted(free_names(code)))[:50]


def lacks(environment: Environment, package: str) -> bool:
    """Whether files that a package promises were not made."""
    return any(package_of(name) == package for name in environment.unbuilt)


def free_names(code: str) -> set[str]:
    """The names that a text uses and that neither it nor any surroundings declare."""
    found = facts(code)
    free = found.used - found.bound - NODE - BROWSER - TESTS - found.commonjs
    return {name for name in free if name.isidentifier()}


def own_line(names: tuple[str, ...], package: str, hook: str) -> str:
    """One line of JavaScript that makes globals of those names that the package exports."""
    space, name, value = f"{hook}s", f"{hook}n", f"{hook}v"
    whole = json.dumps([item for item in names if _same(item, package)])
    return (
        f"for (const {space} of [await import({json.dumps(package)}).catch(() => ({{}}))]) "
        f"for (const {name} of {json.dumps(names)}) {{ "
        f"const {value} = {name} in {space} ? {space}[{name}] : "
        f"{name} in Object({space}.default) ? {space}.default[{name}] : "
        f"{whole}.includes({name}) ? {space}.default : undefined; "
        f"if ({value} !== undefined && !({name} in globalThis)) globalThis[{name}] = {value}; }}"
    )


def _same(name: str, package: str) -> bool:
    """Whether a name is how a package is usually called: `pQueue`, `p_queue` for `p-queue`."""
    last = package.rpartition("/")[2]
    return re.sub(r"[\W_]", "", last).lower() == name.replace("_", "").lower()
