"""What is kept of whole documents comes back as it was, or not at all."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from doc_healing.model import Document, Run
from doc_healing.store import Archive, Results, codec
from tests.conformance.extraction import read
from tests.report.strategies import runs

PAGE = "# A\n\n```python\nx = 1\n```\n\n> - ```js\n>   1\n>   ```\n"


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(run=runs())
def test_findings_and_documents_come_back_as_they_were(
    run: Run, tmp_path_factory: pytest.TempPathFactory
) -> None:
    results = Results(tmp_path_factory.getbasetemp() / "archive.sqlite3")
    archive = Archive(results)
    for path in {one.snippet.path for one in run.findings}:
        unique = {one.snippet.index: one for one in run.findings if one.snippet.path == path}
        snippets = [one.snippet for one in unique.values()]
        key = archive.key(("facts",), snippets)
        archive.keep(key, list(unique.values()), 60)
        (found,) = archive.recall([key], snippets).values()
        assert repr(found) == repr(list(unique.values()))  # nan is not equal to itself
    for document in run.documents:
        row = codec.unpacked(codec.packed(codec.written(document, Document)))
        assert codec.read(row, Document) == document
    results.close()


def test_a_document_is_read_once_and_again_when_what_it_includes_has_changed(
    tmp_path: Path,
) -> None:
    archive = Archive(Results(tmp_path / "kept.sqlite3"))
    asked: list[str] = []
    files = {"part.py": b"1"}

    def reading(data: bytes, path: str, get: object) -> Document:
        asked.append(path)
        assert callable(get)
        get("part.py")
        return read(data.decode(), path)

    texts = {"a.md": PAGE.encode()}
    (first,) = archive.readings(texts, files.get, reading)
    (again,) = archive.readings(texts, files.get, reading)
    assert first == again == (read(PAGE, "a.md"), first[1])
    assert asked == ["a.md"]
    files["part.py"] = b"2"
    (other,) = archive.readings(texts, files.get, reading)
    assert asked == ["a.md", "a.md"]
    assert other[1] != first[1]


@pytest.mark.parametrize("data", [b"", b"x", codec.packed({"a": 1}), codec.packed([[99, 1]])])
def test_a_page_that_is_none_of_ours_is_not_there(data: bytes, tmp_path: Path) -> None:
    results = Results(tmp_path / "kept.sqlite3")
    results.put_pages({"key": data}, 60)
    assert Archive(results).recall(["key"], []) == {}


def test_the_shape_is_the_same_in_every_process() -> None:
    assert "0x" not in codec._shape(Document, set())
