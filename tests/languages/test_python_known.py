"""Names that every reader knows, and what the project exports: taken where nobody binds them."""

from pathlib import Path

import pytest

from doc_healing.languages.python import running as python
from doc_healing.model import Environment, Job, Reading, SymptomKind, Verdict
from tests.languages.stages import directly, examine, snippet

PASSED, BROKEN, UNVERIFIED = Verdict.PASSED, Verdict.BROKEN, Verdict.UNVERIFIED


@pytest.mark.parametrize(
    "code",
    [
        "x: Optional[List[int]] = [1]\n",
        "@dataclass\nclass A:\n    x: int = field(default=1)\n\nassert A().x == 1\n",
        "class Colour(Enum):\n    red = 1\n",
        "assert Path('a') / 'b' == Path('a/b')\n",
        "T = TypeVar('T')\nclass Box(Generic[T]): ...\n",
        "with suppress(ValueError):\n    int('x')\n",
    ],
)
def test_common_names_need_no_import(code: str) -> None:
    (reading,) = examine(snippet(code))
    assert reading.verdict is PASSED, reading
    assert reading.added


@pytest.mark.parametrize(
    "code",
    [
        "client.get('/')\n",
        "json.dumps(1)\n",  # a module that is not imported is what readers stumble over
        "time.sleep(0)\n",
        ">>> field\nTraceback (most recent call last):\nNameError: name 'field' is not defined\n",
    ],
)
def test_other_names_stay_missing(code: str) -> None:
    (reading,) = examine(snippet(code))
    assert not reading.added
    assert reading.verdict in (UNVERIFIED, PASSED)


def test_a_guess_that_fails_is_nobodys_fault() -> None:
    (reading,) = examine(snippet("Counter.nothing_of_that_name()\n"))
    assert (reading.verdict, reading.cause) == (UNVERIFIED, "context")


def own(tmp_path: Path, code: str) -> Reading:
    """The code beside a package `thing` that has `Config`, `load`, `request` and a module."""
    package = tmp_path / "thing"
    (package / "client").mkdir(parents=True)
    (package / "client/__init__.py").write_text("")
    (package / "__init__.py").write_text(
        "import thing.client\n"
        "class Config:\n    def __init__(self, a=1): self.a = a\n"
        "def load(text): return [text]\n"
        "def request(): return 1\n"
    )
    environment = Environment(
        "key", "python", modules=("thing",), variables={"PYTHONPATH": str(tmp_path)}
    )
    (job,) = python.jobs([snippet(code)], python.toolchain(""), environment)
    assert isinstance(job, Job)
    return python.read(job, directly(job.program), environment)


@pytest.mark.parametrize(
    ("code", "verdict", "kind"),
    [
        ("assert Config(a=2).a == 2\n", PASSED, None),
        ("assert load('x') == ['x']\n", PASSED, None),
        ("assert thing.load('x')\n", PASSED, None),
        ("Config(b=2)\n", BROKEN, SymptomKind.ARGUMENT),
        ("request.url\n", UNVERIFIED, SymptomKind.CONTEXT),  # a request, and not that function
        ("client.get('/')\n", UNVERIFIED, SymptomKind.CONTEXT),  # a client, and not that module
        ("Client()\n", UNVERIFIED, SymptomKind.CONTEXT),
    ],
)
def test_what_the_project_exports(
    tmp_path: Path, code: str, verdict: Verdict, kind: SymptomKind | None
) -> None:
    reading = own(tmp_path, code)
    assert reading.verdict is verdict, reading
    assert (reading.symptom.kind if reading.symptom else None) is kind, reading
