import json
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from doc_healing import config
from doc_healing.config import LimitsConfig, RepoConfig
from doc_healing.errors import UserError
from doc_healing.languages import LANGUAGES
from doc_healing.model import Limits

FULL = """\
# yaml-language-server: $schema=doc-healing.schema.json
include: ["docs/**", README.md]
exclude:
  - docs/internal/
  - '!docs/internal/public.md'
languages:
  python:
    packages: ["httpx>=0.27", "rich[jupyter]; python_version < '4'"]
    extras: [cli]
    groups: [docs]
    runtime: ">=3.11"
    project: packages/core/
  javascript:
    enabled: false
    packages: [chalk@5, "@scope/name@^1.2"]
    runtime: "22"
  typescript:
    packages: [zod@4]
    runtime: ">=20"
  java:
    packages: ["org.jsoup:jsoup:1.18.1"]
    runtime: ">=17"
  go:
    packages: [golang.org/x/text@v0.14.0, github.com/BurntSushi/toml@latest]
    runtime: "1.22"
    project: tools/
  rust:
    packages: ["serde[derive]@1", "rand@>=0.8, <0.10"]
    features: [full, serde/derive]
    runtime: nightly-2026-05-01
limits:
  wall_seconds: 10
  memory_mib: 256
exclude_newer: 2024-05-31
translations: {include: true}
changelogs:
  include: true
migrations:
  - from: pkg.Client.get()
    to: pkg.Client.fetch
fail_on_empty: true
"""


def refused(text: str) -> UserError:
    with pytest.raises(UserError) as raised:
        config.load(text, ".doc-healing.yml")
    return raised.value


def test_everything_that_can_be_said_is_understood() -> None:
    said = config.load(FULL, ".doc-healing.yml")
    assert said.include == ("docs/**", "README.md")
    assert said.languages.python.packages[0] == "httpx>=0.27"
    assert said.languages.javascript.enabled is False
    assert said.limits == LimitsConfig(wall_seconds=10, memory_mib=256)
    assert said.exclude_newer == "2024-05-31"
    assert said.translations.include is said.changelogs.include is said.fail_on_empty is True
    wants = config.wants(said, "python")
    assert (wants.project, wants.extras, wants.groups) == ("packages/core", ("cli",), ("docs",))
    assert (wants.runtime, wants.exclude_newer) == (">=3.11", "2024-05-31")
    assert config.wants(said, "javascript").packages == ("chalk@5", "@scope/name@^1.2")
    assert config.wants(said, "typescript").packages == ("zod@4",)
    assert config.wants(said, "java").packages == ("org.jsoup:jsoup:1.18.1",)
    assert (config.wants(said, "go").runtime, config.wants(said, "go").project) == ("1.22", "tools")
    rust = config.wants(said, "rust")
    assert (rust.extras, rust.packages[1]) == (("full", "serde/derive"), "rand@>=0.8, <0.10")
    assert config.wants(said, "cobol").packages == ()


def test_every_language_has_its_section() -> None:
    names = {language.name for language in LANGUAGES}
    assert names <= set(config.LanguagesConfig.model_fields)
    assert all(RepoConfig().language(name) for name in config.LanguagesConfig.model_fields)


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "\n\n", "{}"])
def test_nothing_said_is_the_default(text: str) -> None:
    assert config.load(text, "c.yml") == RepoConfig()


WRONG = [
    # text, line, column, a part of the message, a part of the help
    ("inclde: [a]\n", 1, 1, "unknown key `inclde`", "`include`"),
    ("Include: [a]\n", 1, 1, "unknown key `Include`", "`include`"),
    ("languages:\n  python:\n    package: [a]\n", 3, 5, "languages.python.package", "`packages`"),
    ("languages:\n  cobol: {}\n", 2, 3, "unknown key `languages.cobol`", "python, javascript"),
    ("languages:\n  ts: {}\n", 2, 3, "unknown key `languages.ts`", "`typescript`"),
    ("languages: {golang: {}}", 1, 13, "unknown key", "`go`"),
    ("languages: {java: {packages: [jsoup]}}", 1, 31, "no Maven package", ""),
    ("languages: {java: {packages: ['a:b:c:d']}}", 1, 31, "no Maven package", ""),
    ("languages: {java: {packages: ['-Dx:b:1']}}", 1, 31, "no Maven package", ""),
    ("languages: {java: {packages: ['a:../b:1']}}", 1, 31, "no Maven package", ""),
    ("languages: {java: {runtime: seventeen}}", 1, 29, "version of Java", ""),
    ("languages: {go: {packages: [golang.org/x/text]}}", 1, 29, "no Go module", ""),
    ("languages: {go: {packages: ['a.b/../c@v1.0.0']}}", 1, 29, "no Go module", ""),
    ("languages: {go: {packages: ['-x.b/c@v1.0.0']}}", 1, 29, "no Go module", ""),
    ("languages: {go: {runtime: '1.22 -toolexec=x'}}", 1, 27, "version of Go", ""),
    ("languages: {go: {runtime: 1.22}}", 1, 27, "string", 'quote it: "1.22"'),
    ("languages: {rust: {packages: ['serde@git=x']}}", 1, 31, "no crate", ""),
    ("languages: {rust: {packages: ['serde[a b]']}}", 1, 31, "no crate", ""),
    ("languages: {rust: {packages: ['--config=x']}}", 1, 31, "no crate", ""),
    ("languages: {rust: {features: ['a b']}}", 1, 31, "name of a feature", ""),
    ("languages: {rust: {runtime: ./toolchain}}", 1, 29, "version of Rust", ""),
    ("languages: {rust: {extras: [x]}}", 1, 20, "unknown key", ""),
    ("languages: {typescript: {packages: ['--registry=x']}}", 1, 37, "no npm package", ""),
    ("languages: {javascript: {extras: [x]}}", 1, 26, "unknown key", "packages"),
    ("fail-on-empty: true", 1, 1, "unknown key", "`fail_on_empty`"),
    ("timeout: 5", 1, 1, "unknown key `timeout`", "`limits.wall_seconds`"),
    ("limits:\n  timeout: 5", 2, 3, "unknown key `limits.timeout`", "`wall_seconds`"),
    ("python:\n  packages: [a]", 1, 1, "unknown key `python`", "`languages.python`"),
    ("pyhton: {}", 1, 1, "unknown key `pyhton`", "`languages.python`"),
    ("packages: [a]", 1, 1, "unknown key `packages`", "`languages.python.packages`"),
    ("memory_mb: 5", 1, 1, "unknown key `memory_mb`", "`limits.memory_mib`"),
    ("ignore: [a]", 1, 1, "unknown key `ignore`", "`exclude`"),
    ("limits: {memory: 3}", 1, 10, "unknown key `limits.memory`", "`memory_mib`"),
    ("fail_on_empty: yes", 1, 16, "boolean", "`true` or `false`"),
    ("fail_on_empty: off", 1, 16, "boolean", "`true` or `false`"),
    ("fail_on_empty: 1", 1, 16, "boolean", "`true` or `false`"),
    ("include: docs", 1, 10, "list", "[...]".replace("...", '"..."')),
    ("include: {a: b}", 1, 10, "list", ""),
    ("include: [a, '']", 1, 14, "include.1", ""),
    ("include:\n  - ok\n  - 3\n", 3, 5, "include.1", 'quote it: "3"'),
    ("exclude: ['../x']", 1, 11, "leaves the repository", ""),
    ("exclude: ['#x']", 1, 11, "matches nothing", ""),
    ("exclude: ['a*b*c*d*e*f*g']", 1, 11, "too many wildcards", ""),
    ("exclude: ['!']", 1, 11, "git-ignore pattern", ""),
    ("languages: {python: {runtime: 3.12}}", 1, 31, "string", 'quote it: "3.12"'),
    ("languages: {python: {runtime: new}}", 1, 31, "version of Python", ""),
    ("languages: {python: {project: ../x}}", 1, 31, "no directory of this repository", ""),
    ("languages: {python: {project: /etc}}", 1, 31, "no directory of this repository", ""),
    ("languages: {python: {packages: ['--index-url=x']}}", 1, 33, "no requirement", ""),
    ("languages: {python: {packages: ['x @ https://a.b/c.whl']}}", 1, 33, "names a URL", ""),
    ("languages: {javascript: {packages: ['--registry=x']}}", 1, 37, "no npm package", ""),
    ("languages: {javascript: {packages: ['x@file:../y']}}", 1, 37, "no npm package", ""),
    ("limits: {wall_seconds: 0}", 1, 24, "greater than 0", ""),
    ("limits: {wall_seconds: .inf}", 1, 24, "", ""),
    ("limits: {wall_seconds: .nan}", 1, 24, "", ""),
    ("limits: {wall_seconds: 1e400}", 1, 24, "", ""),
    ("limits: {wall_seconds: 5s}", 1, 24, "number", ""),
    ("limits: {memory_mib: 1.5}", 1, 22, "integer", ""),
    ("limits: {memory_mib: " + "9" * 5000 + "}", 1, 22, "not a number", ""),
    ("include: []\nlimits:\n", 2, 1, "no value", ""),
    ("include: [a, ~]", 1, 14, "no value", ""),
    ("limits: 3", 1, 9, "", "key: value"),
    ("exclude_newer: soon", 1, 16, "no date", ""),
    ("exclude_newer: 2024-13-01", 1, 16, "no date", ""),
    ("exclude_newer: 2024-01-01T10:00:00", 1, 16, "no date", ""),
    ("include: [a]\ninclude: [b]\n", 2, 1, "said twice", "line 1"),
    ("a: [", 1, 5, "not YAML", ""),
    ("include: [a\nexclude: [b]\n", 2, 8, "not YAML", ""),
    ("include:\n\t- a\n", 2, 1, "not YAML", "tabs"),
    ("a: 'x", 1, 6, "not YAML", ""),
    ("- a", 1, 1, "not a mapping", ""),
    ("word", 1, 1, "not a mapping", ""),
    ("? [a]\n: 1", 1, 3, "a key has to be a word", ""),
    ("a: \x01", 1, 4, "not allowed in YAML", ""),
    ("x: 1\na: \ud800", 2, 4, "not allowed in YAML", ""),
    ('a: "\\UFFFFFFFF"', 1, 1, "not YAML", ""),
    ("include: &a [x]", 1, 10, "anchors", ""),
    ("include: &a [x]\nexclude: *a", 1, 10, "anchors", ""),
    ('include: ["[z"]', 1, 11, "`[` that is never closed", ""),
    ('exclude: [a, "docs/[!a-"]', 1, 14, "`[` that is never closed", ""),
    ('include: ["[]"]', 1, 11, "`[` that is never closed", ""),
    ("<<: {include: [a]}", 1, 1, "unknown key", ""),
    ("include: !!python/tuple [a]", 1, 10, "tags", ""),
    ("%YAML 1.1\n---\nfail_on_empty: off", 2, 1, "directives", ""),
    ("include: [a]\n---\nexclude: [b]", 2, 1, "second YAML document", ""),
    ("include: " + "[" * 5000, 1, 21, "nested too deeply", ""),
    ("x: 1\n" * 20_000, 1, 1, "longer than 64 KiB", ""),
    ("migrations: [{form: a, to: b}]", 1, 15, "unknown key `migrations.0.form`", "`from`"),
    ("migrations: [{from: a}]", 1, 14, "`migrations.0.to`", "`to: ...`"),
    ("migrations: [{from: a b, to: c}]", 1, 21, "no name of a symbol", ""),
    ("migrations: {a: b}", 1, 13, "list", ""),
    ("renames: []", 1, 1, "unknown key `renames`", "`migrations`"),
    ("zzz: 1\ninclude: 3\n", 1, 1, "zzz", ""),
    ("include: 3\nzzz: 1\n", 1, 10, "include", ""),
]


@pytest.mark.parametrize(("text", "line", "column", "message", "advice"), WRONG)
def test_a_wrong_config_is_refused_at_its_place(
    text: str, line: int, column: int, message: str, advice: str
) -> None:
    error = refused(text)
    assert error.place is not None
    assert str(error.place) == f".doc-healing.yml:{line}:{column}", error.message
    assert message in error.message
    assert advice in error.help


def test_a_bomb_of_aliases_takes_no_time() -> None:
    levels = "\n".join(f"k{i}: &k{i} [{', '.join([f'*k{i - 1}'] * 9)}]" for i in range(1, 12))
    start = time.process_time()
    error = refused(f"k0: &k0 [x]\n{levels}\n")
    assert "anchors" in error.message
    assert time.process_time() - start < 2


def only(name: str, data: bytes) -> Callable[[str], bytes | None]:
    return lambda path: data if path == name else None


def test_bytes_that_are_not_utf8_are_refused_at_their_place() -> None:
    with pytest.raises(UserError, match="0xe9 is not UTF-8") as raised:
        config.find(only(".doc-healing.yml", b"# ok\n# \xc3\xa9 caf\xe9\n"))
    assert str(raised.value.place) == ".doc-healing.yml:2:8"
    assert config.decode(b"\xef\xbb\xbfinclude: []", "c") == "include: []"


def test_the_config_is_found_under_either_name_and_not_under_both() -> None:
    one = config.find(only(".doc-healing.yaml", b"fail_on_empty: true"))
    assert (one.path, one.config.fail_on_empty) == (".doc-healing.yaml", True)
    assert config.find(lambda path: None) == config.Located(RepoConfig(), "")
    with pytest.raises(UserError, match="both"):
        config.find(lambda path: b"")


def test_a_config_narrows_and_never_widens() -> None:
    operator = Limits(wall_seconds=5, memory_mib=512)
    asked = LimitsConfig(wall_seconds=60, memory_mib=64, processes=3)
    narrowed = config.narrow(operator, asked)
    assert (narrowed.wall_seconds, narrowed.memory_mib, narrowed.processes) == (5, 64, 3)


@given(
    st.builds(
        LimitsConfig,
        wall_seconds=st.none() | st.floats(0.01, 3600),
        memory_mib=st.none() | st.integers(16, 10**6),
        processes=st.none() | st.integers(1, 10**5),
    ),
    st.builds(Limits, wall_seconds=st.floats(1, 100), memory_mib=st.integers(16, 4096)),
)
@settings(max_examples=200)
def test_narrowed_limits_are_nowhere_above_the_operators(
    asked: LimitsConfig, operator: Limits
) -> None:
    narrowed = config.narrow(operator, asked)
    for name in Limits.__dataclass_fields__:
        assert getattr(narrowed, name) <= getattr(operator, name)


SCHEMA: dict[str, Any] = json.loads(
    files("doc_healing").joinpath("schemas/doc-healing.schema.json").read_text("utf-8")
)


def test_the_committed_schema_is_the_generated_one() -> None:
    assert config.schema() == SCHEMA, "run `make schemas`"


def test_every_key_of_the_schema_is_described() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    for section in (SCHEMA, *SCHEMA["definitions"].values()):
        for name, entry in section["properties"].items():
            assert entry.get("description"), name
            assert "null" not in json.dumps(entry), name


def test_the_manual_names_every_key() -> None:
    manual = (Path(__file__).parents[1] / "docs/config.md").read_text("utf-8")
    for section in (SCHEMA, *SCHEMA["definitions"].values()):
        for name in section["properties"]:
            assert f"`{name}`" in manual or f"{name}:" in manual, name


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1, max_size=12)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | WORDS
ANY_YAML = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3)
)
GLOBS = st.sampled_from(["docs/**", "*.md", "!a/b.md", "/x", "a b/"])
VALID = st.fixed_dictionaries(
    {},
    optional={
        "include": st.lists(GLOBS, max_size=3),
        "exclude": st.lists(GLOBS, max_size=3),
        "fail_on_empty": st.booleans(),
        "translations": st.fixed_dictionaries({}, optional={"include": st.booleans()}),
        "exclude_newer": st.dates().map(str),
        "limits": st.fixed_dictionaries(
            {},
            optional={
                "wall_seconds": st.floats(0.001, 3600) | st.integers(1, 3600),
                "memory_mib": st.integers(16, 2**20),
                "output_kib": st.integers(1, 2**20),
            },
        ),
        "languages": st.fixed_dictionaries(
            {},
            optional={
                "python": st.fixed_dictionaries(
                    {},
                    optional={
                        "packages": st.lists(st.sampled_from(["a", "b>=1", "c[d]~=2.0"])),
                        "runtime": st.sampled_from(["3.12", ">=3.11,<4"]),
                        "project": st.sampled_from(["", "a", "a/b"]),
                    },
                ),
                "go": st.fixed_dictionaries(
                    {},
                    optional={
                        "enabled": st.booleans(),
                        "packages": st.lists(st.sampled_from(["a.b/c@v1.2.3", "x.org/y@latest"])),
                        "runtime": st.sampled_from(["1.22", ">=1.21.3"]),
                    },
                ),
                "rust": st.fixed_dictionaries(
                    {},
                    optional={
                        "features": st.lists(st.sampled_from(["derive", "a/b", "c++"])),
                        "runtime": st.sampled_from(["stable", "1.95", "nightly-2026-05-01"]),
                    },
                ),
            },
        ),
    },
)


def written(value: object) -> str:
    """JSON is YAML; a config of it is a config."""
    return json.dumps(value, ensure_ascii=False)


@given(VALID)
@settings(max_examples=200)
def test_a_valid_config_is_read_as_it_was_meant(value: dict[str, Any]) -> None:
    read = config.load(written(value), "c.yml")
    again = config.load(written(read.model_dump(mode="json", exclude_defaults=True)), "c.yml")
    assert again == read
    jsonschema.validate(value, SCHEMA)
    for key, said in value.items():
        if not isinstance(said, dict):
            got = getattr(read, key)
            assert (list(got) if isinstance(got, tuple) else got) == said


def invalid(value: object) -> bool:
    return not jsonschema.Draft7Validator(SCHEMA).is_valid(value)


@given(VALID, st.lists(WORDS, min_size=1, max_size=3), ANY_YAML)
@settings(max_examples=300)
def test_an_unknown_key_anywhere_is_refused_with_its_place(
    value: dict[str, Any], route: list[str], junk: object
) -> None:
    section: Any = value
    for step in ["languages", "python"][: len(route) - 1]:
        section = section.setdefault(step, {})
    section[f"zz{route[-1]}"] = junk
    error = refused(written(value))
    assert error.place is not None
    assert error.place.line
    assert error.place.column


@given(ANY_YAML.filter(lambda value: value is not None and invalid(value)))
@example({"include": "docs"})
@example({"languages": {"python": []}})
@settings(max_examples=300)
def test_what_the_schema_refuses_is_refused_with_a_place(value: object) -> None:
    error = refused(written(value))
    assert error.place is not None
    assert error.place.line
    assert error.place.column


@given(
    st.text(st.characters(exclude_categories=[]), max_size=60)
    | st.text("{}[]:,-#&*!|>'\"%@\t\n a?")
)
@settings(max_examples=500)
def test_any_text_is_read_or_refused_with_a_place(text: str) -> None:
    error = None
    try:
        config.load(text, "c.yml")
    except UserError as refusal:
        error = refusal
    assert error is None or (error.place and error.place.line and error.place.column)


@pytest.mark.parametrize("pattern", ["[ab].md", "[!]a]/x", r"\[z", "[]]", "a[0-9]*.md"])
def test_a_bracket_that_closes_is_a_pattern(pattern: str) -> None:
    assert config.load(f"include: ['{pattern}']\n", "c.yml").include == (pattern,)
