"""How each language's source is read for the code map, in the order of the languages.

A mapper is loaded when it is first asked to read something: no run of a snippet needs one.
"""

import importlib
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from hashlib import blake2b
from typing import cast

from doc_healing.model import Outline, Surface, Token, Use
from doc_healing.protocols import Mapper


class LateMapper:
    """The mapper of a language by its name; the first file that is read loads it.

    What decides who reads which file is said here: a tree without a file of a language, or with
    none that is new, needs nothing of it.
    """

    def __init__(self, name: str, suffixes: Sequence[str], manifests: Sequence[str]) -> None:
        self.name = name
        self.suffixes = suffixes
        self.manifests = manifests

    @cached_property
    def version(self) -> str:
        """What changes with the grammar, the mapper and the nouns, without loading any of them."""
        digest = blake2b(digest_size=12)
        for folder in self._folders():
            with suppress(OSError), os.scandir(folder) as entries:
                files = [(one.name, one.stat()) for one in entries if one.name.endswith(".py")]
                about = [(name, one.st_size, one.st_mtime_ns) for name, one in sorted(files)]
                digest.update(f"{about}".encode())
        return digest.hexdigest()

    def _folders(self) -> list[str]:
        """Where the code is that decides what is told; TypeScript's leans on JavaScript's."""
        own = os.path.dirname(__file__)  # noqa: PTH120 - thousands of times a day, before anything
        names = ["javascript", "typescript"] if self.name == "typescript" else [self.name]
        parts = [f"{own}/{name}{inner}" for name in names for inner in ("", "/mapping")]
        grammars = [f"{entry}/tree_sitter_{name}" for name in names for entry in sys.path]
        return [own, f"{own}/../model", *parts, *grammars]

    @cached_property
    def _mapper(self) -> Mapper:
        module = importlib.import_module(f"doc_healing.languages.{self.name}.mapping")
        return cast("Mapper", module)  # each of them is checked where the tests walk the list

    def outline(self, path: str, data: bytes) -> Outline:  # noqa: D102
        return self._mapper.outline(path, data)

    def tokens(self, path: str, data: bytes) -> Sequence[Token]:  # noqa: D102
        return self._mapper.tokens(path, data)

    def publish(  # noqa: D102
        self, outlines: Mapping[str, Outline], read: Callable[[str], bytes | None]
    ) -> Surface:
        return self._mapper.publish(outlines, read)

    def uses(self, code: str, before: Sequence[str] = ()) -> Sequence[Use]:  # noqa: D102
        return self._mapper.uses(code, before)


_OF_NODE = ("package.json", "deno.json", "jsr.json", "tsconfig.json", "jsconfig.json")
# A line for each, once `languages/<name>/mapping/` is there.
MAPPERS: list[Mapper] = [
    LateMapper("python", (".py", ".pyi"), ("pyproject.toml", "setup.cfg", "setup.py")),
    LateMapper("javascript", (".js", ".jsx", ".mjs", ".cjs"), _OF_NODE),
    LateMapper("typescript", (".ts", ".tsx", ".mts", ".cts"), _OF_NODE),
    LateMapper("java", (".java",), ()),
    LateMapper("go", (".go",), ("go.mod",)),
    LateMapper("rust", (".rs",), ("Cargo.toml",)),
]
