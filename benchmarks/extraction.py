"""How fast documents are read: fences and megabytes a second, and two ratios.

`python benchmarks/extraction.py [PATH...]` reads the Markdown below the paths, or a generated
corpus of some thousand fences. In the same run, on the same files, it times the bare parser
(markdown-it-py, CommonMark, block level and inline, no positions) and one regular expression. The
ratios are what to compare between machines.
"""

import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from markdown_it import MarkdownIt

from doc_healing import documents

ENDINGS = {".md", ".mdx", ".markdown"}
FENCE = re.compile(r"^ *```[ \t]*(\w*)[^\n]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
ROUNDS = 3


def main(paths: Sequence[str]) -> None:
    corpus = [file for path in paths for file in gather(Path(path))] or generate()
    size = sum(len(data) for _, data in corpus) / 1e6
    fences = sum(len(documents.read(data, name, nothing).snippets) for name, data in corpus)
    parser = MarkdownIt("commonmark")
    ours = best(lambda: [documents.read(data, name, nothing) for name, data in corpus])
    bare = best(lambda: [parser.parse(data.decode(errors="replace")) for _, data in corpus])
    regex = best(lambda: [FENCE.findall(data.decode(errors="replace")) for _, data in corpus])
    print(f"{len(corpus)} files, {fences} fences, {size:.2f} MB; best of {ROUNDS}")
    print(f"doc-healing      {ours:8.3f} s  {fences / ours:9.0f} fences/s  {size / ours:7.2f} MB/s")
    print(f"markdown-it-py   {bare:8.3f} s  {size / bare:26.2f} MB/s")
    print(f"one regex        {regex:8.3f} s  {size / regex:26.2f} MB/s")
    print(f"ratio to the bare parser  {ours / bare:8.2f}")
    print(f"ratio to the regex        {ours / regex:8.2f}")


def best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def gather(path: Path) -> list[tuple[str, bytes]]:
    files = [path] if path.is_file() else sorted(path.rglob("*"))
    return [
        (file.as_posix(), file.read_bytes())
        for file in files
        if file.suffix.lower() in ENDINGS and file.is_file()
    ]


def generate() -> list[tuple[str, bytes]]:
    page = (
        "# Title\n\nSome *text* with `code` and a [link](https://example.org).\n\n"
        "```python\nimport a\n\nprint(a.b(1))\n```\n\n- item\n\n  ```js\n  f(1)\n  ```\n\n"
        '=== "A"\n\n    ```rust,ignore\n    fn main() {}\n    ```\n\n> ```go\n> x := 1\n> ```\n\n'
    )
    return [(f"page{number}.md", (page * 25).encode()) for number in range(40)]


def nothing(_: str) -> None:
    return None


if __name__ == "__main__":
    main(sys.argv[1:])
