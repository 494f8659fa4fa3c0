"""The generated repositories that the benchmarks run on: Markdown of fences that all pass."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

# What each block of a heavy corpus imports: an import that costs a process most of its time.
HEAVY = {
    "pydantic": (
        "from pydantic import BaseModel\n\n\nclass Item{n}(BaseModel):\n    number: int\n\n\n"
        "assert Item{n}(number={n}).number == {n}\n"
    ),
    "pandas": (
        'import pandas as pd\n\nframe = pd.DataFrame({{"number": [{n}, {n} + 1]}})\n'
        'assert frame["number"].sum() == 2 * {n} + 1\n'
    ),
}
SMALL = (
    "values = [number * {n} for number in range(10)]\n"
    "total = sum(values)\n"
    "assert total == 45 * {n}\n"
)
# One document of the mixed corpus, by fence label and how many of it.
MIXTURE = {"python": 9, "js": 5, "ts": 2, "java": 1, "go": 1, "rust": 1, "json": 4, "yaml": 3,
           "console": 2, "text": 2}  # fmt: skip
# The same without what needs a toolchain of its own, which a fresh cache would have to make first.
SIMPLE = {"python": 12, "js": 7, "json": 4, "yaml": 3, "console": 2, "text": 2}
PROGRAMS = {
    "python": SMALL,
    "js": "const values = [1, 2, {n}];\nconsole.log(Math.max(...values));\n",
    "ts": "const values: number[] = [1, 2, {n}];\nconsole.log(Math.max(...values));\n",
    "java": (
        "import java.util.List;\n\npublic class Main {{\n"
        "  public static void main(String[] words) {{\n"
        "    List<Integer> values = List.of(1, 2, {n});\n"
        "    System.out.println(values.stream().mapToInt(Integer::intValue).sum());\n  }}\n}}\n"
    ),
    "go": (
        'package main\n\nimport "fmt"\n\nfunc main() {{\n\tvalues := []int{{1, 2, {n}}}\n'
        "\tfmt.Println(len(values), values[2])\n}}\n"
    ),
    "rust": (
        "fn main() {{\n    let values = vec![1, 2, {n}];\n    let sum: i32 = values.iter().sum();\n"
        '    println!("{{sum}}");\n}}\n'
    ),
    "json": '{{"number": {n}}}\n',
    "yaml": "number: {n}\n",
    "console": "$ count {n}\n{n}\n",
    "text": "the number {n}\n",
}


@dataclass(frozen=True)
class Corpus:
    """A repository: where it is, and the Python code of its blocks, in order."""

    root: Path
    blocks: tuple[str, ...]
    fences: int


def python_corpus(root: Path, template: str, blocks: int, documents: int) -> Corpus:
    """So many Python blocks in so many documents."""
    codes = [template.format(n=number) for number in range(1, blocks + 1)]
    pages = [codes[start::documents] for start in range(documents)]
    for number, page in enumerate(pages):
        write(root / f"page{number}.md", [fence("python", code) for code in page])
    return Corpus(root, tuple(codes), blocks)


def mixed_corpus(
    root: Path, documents: int, mixture: dict[str, int], *, alike: bool = False
) -> Corpus:
    """So many documents of thirty fences each, in six languages and in none.

    `alike`: the same fences in each, else no two are.
    """
    number = total = 0
    for page in range(documents):
        fences = []
        number = 0 if alike else number
        for label, count in mixture.items():
            for _ in range(count):
                number += 1
                fences.append(fence(label, PROGRAMS[label].format(n=number)))
        total += len(fences)
        write(root / f"page{page}.md", fences)
    return Corpus(root, (), total)


def programs(label: str, count: int) -> list[str]:
    """So many programs of one language, no two alike."""
    return [PROGRAMS[label].format(n=number) for number in range(1, count + 1)]


def fence(label: str, code: str) -> str:
    return f"```{label}\n{code}```\n"


def write(path: Path, fences: Sequence[str], around: Callable[[int], str] | None = None) -> None:
    """A document with a heading and a sentence before each fence."""
    told = around or (lambda number: f"## Step {number}\n\nThis is how it is done.\n\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "# Title\n\n" + "\n".join(told(n) + one for n, one in enumerate(fences, 1))
    path.write_text(text, "utf-8")
