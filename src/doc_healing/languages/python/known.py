"""Names that every reader knows: of the standard library, and what the project itself exports.

A block that shows `from_dict(data_class=A, data=data)` below the heading of a package says enough
for a person. What is offered here is taken only where nobody on the page binds the name, and a
failure that hangs on a guess is nobody's fault.
"""

import re
from collections.abc import Iterator, Sequence

from doc_healing.languages.python.borrowed import Offer
from doc_healing.languages.python.naming import names
from doc_healing.model import Environment, Snippet

_MEMBERS = {
    "typing": "Any Awaitable Callable ClassVar Dict Final FrozenSet Generic Iterable Iterator List "
    "Literal Mapping NamedTuple NewType NoReturn Optional Protocol Sequence Set Tuple Type "
    "TypedDict TypeVar Union Annotated TYPE_CHECKING",
    "dataclasses": "dataclass field asdict astuple is_dataclass",
    "enum": "Enum IntEnum StrEnum Flag IntFlag",
    "pathlib": "Path PurePath PosixPath",
    "decimal": "Decimal",
    "fractions": "Fraction",
    "datetime": "date timedelta timezone",
    "collections": "defaultdict OrderedDict namedtuple deque Counter ChainMap",
    "functools": "partial wraps lru_cache reduce cached_property singledispatch",
    "contextlib": "contextmanager asynccontextmanager suppress ExitStack",
    "abc": "ABC ABCMeta abstractmethod",
    "uuid": "UUID uuid4",
    "io": "StringIO BytesIO",
    "types": "SimpleNamespace MappingProxyType",
}
_FROM = {name: module for module, text in _MEMBERS.items() for name in text.split()}
_ALIASES = {"np": "numpy", "pd": "pandas", "pl": "polars", "pa": "pyarrow", "nx": "networkx"}
_NOT_A_MODULE = (
    "\nif type({0}).__name__ == 'module':\n    del {0}\n    raise ImportError('a module')"
)


def known(snippet: Snippet, environment: Environment | None, made: Sequence[Offer]) -> list[Offer]:
    """What could be meant by the names that a block leaves unsaid; a guess is `ambiguous`."""
    said = {offer.name for offer in made}
    lacking = sorted(
        name
        for name in names(snippet).free - said
        if f"name '{name}' is not defined" not in snippet.code
    )
    return [offer for name in lacking for offer in _offers(name, snippet.code, environment)]


def _offers(name: str, code: str, environment: Environment | None) -> Iterator[Offer]:
    modules = [one for one in (environment.modules if environment else ()) if one.isidentifier()]
    if name in modules:
        yield Offer(name, f"import {name}", 0)
        return
    text = f"from {_FROM[name]} import {name}" if name in _FROM else _alias(name, environment)
    if text:
        yield Offer(name, text, 0, ambiguous=True)
        return
    if not (name[0].isupper() or re.search(rf"(?<![\w.])(?:{name}\(|@{name}\b)", code)):
        return  # `request.url` is a request, and not the function of that name
    for module in modules[:3]:
        yield Offer(name, f"from {module} import {name}" + _NOT_A_MODULE.format(name), 0)


def _alias(name: str, environment: Environment | None) -> str:
    package = _ALIASES.get(name, "")
    there = environment is not None and package in environment.packages
    return f"import {package} as {name}" if package and there else ""
