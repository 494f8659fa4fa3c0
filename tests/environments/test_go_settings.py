"""What of the operator's settings and of manifests reaches the go command. No jail is needed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from doc_healing.environments import go_manifests
from doc_healing.environments.go_registries import go_access
from doc_healing.environments.registries import GO
from doc_healing.settings import Registries
from tests.environments.places import project


@pytest.mark.parametrize(
    ("variables", "file", "proxy", "hosts"),
    [
        ({}, "", "https://proxy.golang.org", GO),
        ({"GOPROXY": "https://m.example/go,direct"}, "", "https://m.example/go,direct",
         {("sum.golang.org", 443), ("m.example", 443)}),
        ({}, "GOPROXY=https://f.example\nGOFLAGS=-toolexec=x\n", "https://f.example",
         {("sum.golang.org", 443), ("f.example", 443)}),
        ({"GOPROXY": "http://localhost:3000|off", "GOSUMDB": "key+1+x https://s.example"}, "",
         "http://0.0.0.0:3000|off",
         {("sum.golang.org", 443), ("0.0.0.0", 3000), ("s.example", 443)}),
    ],
)  # fmt: skip
def test_modules_come_from_where_the_operator_says(
    variables: dict[str, str], file: str, proxy: str, hosts: set[tuple[str, int]]
) -> None:
    files = (("/h/.config/go/env", file.encode()),)
    access = go_access(Registries({**variables, "GOFLAGS": "-x"}, files), (), 300)
    assert access.variables["GOPROXY"] == proxy
    assert "GOFLAGS" not in access.variables
    assert access.egress.public | access.egress.named == hosts


def test_what_is_outside_is_left_out_and_what_is_inside_stays(tmp_path: Path) -> None:
    text = (
        "module example.org/w\n\ngo 1.21.3\n\nrequire (\n\ta.org/x v1.0.0\n"
        "\tb.org/y v1.0.0 // indirect\n)\nrequire c.org/z v0.1.0\n"
        "replace a.org/x => ../x\nreplace (\n\tb.org/y v1.0.0 => ./y\n\tc.org/z => /usr/z\n"
        "\td.org/v => e.org/v v1.2.3\n)\n"
    )
    files = {"go.mod": text, "y/go.mod": "module b.org/y\n", "a.go": "package w\n", "big.bin": "x"}
    staged = go_manifests.staged(project(tmp_path, files))
    kept = next(s.data.decode() for s in staged.tree if s.name == "go.mod")
    assert "../x" not in kept
    assert "/usr/z" not in kept
    assert "b.org/y v1.0.0 => ./y" in kept
    assert "e.org/v v1.2.3" in kept
    assert len(staged.notes) == 2
    assert {source.name for source in staged.tree} == {"go.mod", "y/go.mod", "a.go"}
    assert go_manifests.direct_requirements(text) == ["a.org/x", "c.org/z"]
    assert go_manifests.language_version(text) == "1.21"


@hypothesis_settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_a_manifest(text: str) -> None:
    assert go_manifests.language_version(text)
    assert isinstance(go_manifests.direct_requirements(text), list)
