"""What was told wrongly, or for too sure, of commits of strange repositories."""

import pytest

from doc_healing.languages.maps import MAPPERS
from doc_healing.model import SymbolChange
from doc_healing.symbols import matching_scores
from doc_healing.symbols.matching import compare


def _said(before: dict[str, str], after: dict[str, str]) -> list[SymbolChange]:
    old = {path: text.encode() for path, text in before.items()}
    new = {path: text.encode() for path, text in after.items()}
    return list(compare(old, new, MAPPERS))


STATUS = """class Request {{
  {field};
  get progress() {{
    return {{percent: this.percent, total: {told}}};
  }}
}}
"""


def test_what_a_getter_tells_is_no_old_name_of_what_it_reads() -> None:
    before = STATUS.format(field="[kSize] = 0", told="this[kSize]")
    after = STATUS.format(field="_size = 0", told="this._size")

    changes = _said({"a.js": before}, {"a.js": after})

    renamed = {one.old.name for one in changes if one.old and one.kind.value == "renamed"}
    assert "Request.progress.total" not in renamed


FORMAT = """package a;
public class Format {{
    {note}
    public Format withHeader(String... names) {{ return with(names, 1); }}
{added}}}
"""
NOTE = "/**\n * Reads.\n * @deprecated Use {@link Format#setHeader(String...)}.\n */\n@Deprecated"
ADDED = """    public Format setHeader(Class type) { return with(type, 2); }
    public Format setHeader(ResultSet rows, int count) { return with(rows, 3); }
    public Format setHeader(String... names) { return copy().with(names, 1); }
"""


def test_of_overloads_the_declared_one_is_the_successor() -> None:
    before, after = FORMAT.format(note="", added=""), FORMAT.format(note=NOTE, added=ADDED)

    changes = _said({"Format.java": before}, {"Format.java": after})

    told = [one for one in changes if one.kind.value == "deprecated"]
    assert [one.candidates[0].discriminator for one in told] == ["(String[])"]


SETTER = """
func ({short} *{type}) {name}(callback {kind}) *{type} {{
{lock}	{short}.{field} = callback
	return {short}
}}
"""
TYPES = (
    "package a\n\ntype Client struct {{\n\t{0} int\n}}\n\ntype Request struct {{\n\t{1} int\n}}\n"
)


def _setter(name: str, field: str, kind: str, type_: str = "Client", lock: str = "") -> str:
    short = type_[0].lower()
    return SETTER.format(short=short, type=type_, name=name, kind=kind, field=field, lock=lock)


def test_a_method_keeps_its_type_where_another_type_was_given_the_new_name_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching_scores, "_MOST_PAIRS", 0)  # as in the diff of a big release
    use = "package a\n\nfunc use(c *Client) {{\n" + "\tc.{0}(wait)\n\tc.{0}(rest)\n" * 2 + "}}\n"
    lock = "\tc.lock.Lock()\n\tdefer c.lock.Unlock()\n"
    before = TYPES.format("After", "other") + _setter("SetAfter", "After", "AfterFunc")
    new = _setter("SetStrategy", "strategy", "StrategyFunc", lock=lock)
    other = _setter("SetStrategy", "Strategy", "StrategyFunc", "Request")
    added = [_setter(f"SetNew{at}", f"new{at}", "AfterFunc") for at in range(20)]
    after = "".join((TYPES.format("strategy", "Strategy"), *added, new, other))

    changes = _said(
        {"a.go": before, "use.go": use.format("SetAfter")},
        {"a.go": after, "use.go": use.format("SetStrategy")},
    )

    told = [one for one in changes if one.old is not None and one.old.name == "Client.SetAfter"]
    assert [(one.kind.value, one.new and one.new.name) for one in told] == [
        ("renamed", "Client.SetStrategy")
    ]


def test_an_empty_object_is_not_told_to_be_one_of_many_others() -> None:
    text = "const internals = {};\n\ninternals.%s = function (value) { return value; };\n"
    before = {f"lib/{name}/index.js": text % name for name in ("any", "lazy", "set", "func")}
    after = {f"lib/{name}.js": text % f"{name}s" for name in ("base", "cast", "keys", "ref", "t")}

    changes = _said(before, after)

    told = [one for one in changes if one.old is not None and one.old.name == "internals"]
    assert {one.kind.value for one in told} == {"removed"}


def test_a_type_of_the_same_name_elsewhere_without_a_common_member_is_not_sure() -> None:
    old = "package a\n\ntype creds struct {\n\trealm string\n\tnonce string\n\tqop []string\n}\n"
    new = "package a\n\ntype creds struct {\n\tuser, password string\n}\n"

    changes = _said({"digest.go": old}, {"util.go": new})

    told = [one for one in changes if one.kind.value == "moved" and one.new is not None]
    assert all(one.confidence <= 0.5 for one in told if one.new and one.new.name == "creds")
