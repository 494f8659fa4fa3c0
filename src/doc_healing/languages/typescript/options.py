"""The compiler's options: ours, what is safe of the repository's own, and what a block asks."""

import json
from collections.abc import Mapping

from doc_healing.languages.typescript.toolchain import ROOT
from doc_healing.model import Environment

Options = Mapping[str, object]

EXPECTS = "@ts-expect-error"

# As a reader's editor would have it, and lenient in how modules are found: a document does not
# say whether its reader uses a bundler. `preserve` takes `import` and `require` as they stand.
_BASE: Options = {
    "target": "es2022",
    "lib": ["esnext", "dom", "dom.iterable", "dom.asynciterable"],
    "module": "preserve",
    "moduleResolution": "bundler",
    "moduleDetection": "force",
    "strict": True,
    "skipLibCheck": True,
    "inlineSourceMap": True,
    "resolveJsonModule": True,
    "allowImportingTsExtensions": True,
    "rewriteRelativeImportExtensions": True,
    "types": ["node"],
    "typeRoots": ["/opt/node/node_modules/@types", f"{ROOT}/node_modules/@types"],
    "jsx": "preserve",
    "noEmitOnError": False,
}
# What a block or a repository may set: nothing that reads, writes or loads a file.
_FLAGS = frozenset(
    "strict noImplicitAny noImplicitThis strictNullChecks strictFunctionTypes strictBindCallApply "
    "strictPropertyInitialization useUnknownInCatchVariables exactOptionalPropertyTypes "
    "noUncheckedIndexedAccess noPropertyAccessFromIndexSignature noImplicitReturns "
    "noFallthroughCasesInSwitch noImplicitOverride noUnusedLocals noUnusedParameters "
    "experimentalDecorators emitDecoratorMetadata useDefineForClassFields "
    "allowUnreachableCode allowUnusedLabels strictBuiltinIteratorReturn".split()
)
_TEXTS: Mapping[str, frozenset[str]] = {
    "target": frozenset(
        "es2015 es6 es2016 es2017 es2018 es2019 es2020 es2021 es2022 es2023 es2024 esnext".split()
    ),
    "jsx": frozenset(("preserve", "react-jsx", "react-jsxdev", "react", "react-native")),
}
_NAMES = ("jsxImportSource", "jsxFactory", "jsxFragmentFactory")
_OLD_TARGETS = frozenset("es2015 es6 es2016 es2017 es2018 es2019 es2020 es2021".split())


# Where a block says `@ts-expect-error`, as many errors as options can give.
_STRICTEST: Options = {
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "noPropertyAccessFromIndexSignature": True,
    "noImplicitReturns": True,
    "noImplicitOverride": True,
    "noFallthroughCasesInSwitch": True,
    "allowUnreachableCode": False,
    "allowUnusedLabels": False,
}
_FAMILY = (
    "strict noImplicitAny noImplicitThis strictNullChecks strictFunctionTypes strictBindCallApply "
    "strictPropertyInitialization useUnknownInCatchVariables strictBuiltinIteratorReturn"
).split()


def options(environment: Environment | None, asked: Options, *, jsx: bool, code: str) -> Options:
    """All options of one program, `asked` last; `code` is what it is about."""
    own = safe(_told(environment, "tsconfig"))
    more = _STRICTEST if EXPECTS in code else {}
    made = {**_BASE, **own, **more, **safe(asked)}
    if str(made["target"]).lower() in _OLD_TARGETS:
        made["target"] = "es2022"  # what it emits runs here; an old target only rewrites it
    if found := sources(environment):
        made["paths"] = {name: [path] for name, path in found.items()}
    if jsx and not any(key in {**own, **asked} for key in ("jsx", "jsxImportSource")):
        made["jsx"] = "react-jsx" if _installed(environment, "react") else "preserve"
    elif jsx and "jsxImportSource" in made and made["jsx"] == "preserve":
        made["jsx"] = "react-jsx"
    return made


def is_strict(made: Options) -> bool:
    """Whether nothing of the strict family is switched off: then no option hides an error."""
    return not any(made.get(name) is False for name in _FAMILY)


def sources(environment: Environment | None) -> Mapping[str, str]:
    """The module names of what was not built, with the sources that stand for it."""
    stated = _told(environment, "sources")
    return {str(name): str(path) for name, path in stated.items()}


def safe(stated: Options) -> Options:
    """Of some options, those that only say how code is read."""
    return {key: value for key, value in stated.items() if _is_safe(key, value)}


def _is_safe(key: str, value: object) -> bool:
    if isinstance(value, bool):
        return key in _FLAGS
    if not isinstance(value, str):
        return False
    return value.lower() in _TEXTS.get(key, ()) or (key in _NAMES and _plain(value))


def runs_jsx(environment: Environment | None, made: Options) -> bool:
    """Whether what JSX becomes can be loaded here."""
    source = str(made.get("jsxImportSource", "react"))
    return made.get("jsx") in ("react-jsx", "react-jsxdev") and _installed(environment, source)


def _installed(environment: Environment | None, package: str) -> bool:
    return environment is not None and (
        package in environment.packages or package in environment.modules
    )


def _told(environment: Environment | None, key: str) -> Options:
    text = environment.facts.get(key, "") if environment is not None else ""
    try:
        found = json.loads(text) if text else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _plain(value: str) -> bool:
    return len(value) < 100 and not value.startswith((".", "/")) and ".." not in value
