"""Many outlines at once, on several processors, and none of them for ever.

A file that kills its reader, or takes longer than `MOST_SECONDS`, becomes a fault of its outline.
Readers are forked: they need not load what is loaded already.
"""

import mmap
import signal
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from doc_healing.model import Outline
from doc_healing.protocols import Mapper

if TYPE_CHECKING:  # loaded where a reader is needed: most runs have nothing to read
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

MOST_SECONDS = 20.0
_HERE_BYTES = 64 * 1024  # so few are read at once; more of them where a reader can be stopped
_ALONE_BYTES = 1 * 2**20  # together with fewer, a second process costs more than it brings
_CHUNK_BYTES = 192 * 1024
_WAVE_BYTES = 64 * 2**20
_LETTER_BYTES = 64 * 1024  # a reader tells of many small files at once ...
_LETTER_SECONDS = 0.25  # ... and does not wait with it for long
_COUNT_BYTES = 8

Pack = Callable[[Outline], bytes]
Files = Iterable[tuple[Mapper, str, bytes]]


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read."""

    mapper: Mapper
    path: str
    data: bytes


def outlined(
    tasks: Iterable[Task], pack: Pack, jobs: int, most_seconds: float = MOST_SECONDS
) -> Iterator[tuple[str, bytes]]:
    """The packed outline of each of these files, in any order."""
    for wave in _waves(tasks):
        size = sum(len(task.data) for task in wave)
        if size <= _HERE_BYTES:
            yield from ((task.path, pack(_read(task))) for task in wave)
            continue
        for mapper in {task.mapper.name: task.mapper for task in wave}.values():
            mapper.outline("", b"")  # what it makes of its grammar is made once, before the forks
        hands = max(jobs, 1) if size > _ALONE_BYTES else 1
        most = size if hands == 1 else max(_CHUNK_BYTES, size // (4 * hands))
        yield from _Crew(deque(_chunks(wave, most)), pack, hands, most_seconds).run()


def _waves(tasks: Iterable[Task]) -> Iterator[list[Task]]:
    """As many files as may be in memory at once."""
    wave: list[Task] = []
    size = 0
    for task in tasks:
        wave.append(task)
        size += len(task.data)
        if size >= _WAVE_BYTES:
            yield wave
            wave, size = [], 0
    if wave:
        yield wave


def _read(task: Task) -> Outline:
    try:
        return task.mapper.outline(task.path, task.data)
    except Exception as error:  # noqa: BLE001 - the edge of a job: a bug of ours costs one file
        return _failed(task, f"a fault of doc-healing: {type(error).__name__}: {error}")


def _failed(task: Task, why: str) -> Outline:
    return Outline(task.path, task.mapper.name, faults=(why,))


def _chunks(tasks: Iterable[Task], most_bytes: int) -> Iterator[list[Task]]:
    """The tasks in portions, the large files first: who has one last keeps all others waiting."""
    chunk: list[Task] = []
    size = 0
    for task in sorted(tasks, key=lambda task: -len(task.data)):
        chunk.append(task)
        size += len(task.data)
        if size >= most_bytes:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


@dataclass(slots=True)
class _Reader:
    """A process that reads, and what it has been given and not told of yet."""

    process: "BaseProcess"
    pipe: "Connection"
    tasks: list[Task]
    begun: mmap.mmap  # how many of them it has begun
    since: float
    told: int = 0

    @property
    def at(self) -> int:
        """The place of the task that it is at."""
        begun = int.from_bytes(self.begun[:], "little")
        return min(max(begun - 1, self.told), len(self.tasks) - 1)

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


@dataclass(slots=True)
class _Crew:
    """The readers at work."""

    waiting: deque[list[Task]]
    pack: Pack
    jobs: int
    most_seconds: float
    readers: list[_Reader] = field(default_factory=list)
    again: set[str] = field(default_factory=set)  # what a reader has ended at once

    def run(self) -> Iterator[tuple[str, bytes]]:
        try:
            while self.waiting or self.readers:
                while self.waiting and len(self.readers) < self.jobs:
                    self.readers.append(_hired(self.waiting.popleft(), self.pack))
                yield from self._told()
        finally:
            for reader in self.readers:
                reader.end()

    def _told(self) -> Iterator[tuple[str, bytes]]:
        """What the readers have to say next, or what becomes of one that says nothing."""
        from multiprocessing.connection import wait

        latest = min(reader.since for reader in self.readers) + self.most_seconds
        spoken = wait([one.pipe for one in self.readers], max(latest - time.monotonic(), 0))
        for reader in tuple(self.readers):
            if reader.pipe in spoken:
                yield from self._heard(reader)
            elif time.monotonic() - reader.since >= self.most_seconds:
                yield self._dismissed(reader, f"reading it took over {self.most_seconds:g} s")

    def _heard(self, reader: _Reader) -> Iterator[tuple[str, bytes]]:
        try:
            letter = reader.pipe.recv_bytes()
        except (EOFError, OSError):
            yield from self._ended(reader)
            return
        reader.since = time.monotonic()
        for page in _opened(letter):
            yield reader.tasks[reader.told].path, page
            reader.told += 1

    def _ended(self, reader: _Reader) -> Iterator[tuple[str, bytes]]:
        """A reader is gone: done, or killed. By its file, if another is killed at it as well."""
        if reader.told == len(reader.tasks):
            self._let_go(reader)
            return
        task = reader.tasks[reader.at]
        if task.path in self.again:
            yield self._dismissed(reader, "reading it ended the reader")
            return
        self.again.add(task.path)
        self._let_go(reader)
        left = [one for one in reader.tasks[reader.told :] if one is not task]
        self.waiting.extendleft([one for one in (left, [task]) if one])

    def _dismissed(self, reader: _Reader, why: str) -> tuple[str, bytes]:
        """The fault of the file that it was at; what else it has not told of is for another."""
        self._let_go(reader)
        task = reader.tasks[reader.at]
        left = [one for one in reader.tasks[reader.told :] if one is not task]
        if left:
            self.waiting.appendleft(left)
        return task.path, self.pack(_failed(task, why))

    def _let_go(self, reader: _Reader) -> None:
        self.readers.remove(reader)
        reader.end()


def _hired(chunk: list[Task], pack: Pack) -> _Reader:
    """A new process, which has its files from the start: nothing has to be sent to it."""
    import multiprocessing

    context = multiprocessing.get_context("fork")
    mine, its = context.Pipe(duplex=False)
    begun = mmap.mmap(-1, _COUNT_BYTES)
    process = context.Process(target=_work, args=(chunk, begun, its, pack), daemon=True)
    process.start()
    its.close()
    return _Reader(process, mine, chunk, begun, time.monotonic())


def _work(chunk: list[Task], begun: mmap.mmap, pipe: "Connection", pack: Pack) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who started it tells of that, and ends it
    with suppress(BrokenPipeError):  # nobody wants to know any more
        pages: list[bytes] = []
        size, since = 0, time.monotonic()
        for count, task in enumerate(chunk, start=1):
            begun[:] = count.to_bytes(_COUNT_BYTES, "little")
            pages.append(pack(_read(task)))
            size += len(pages[-1])
            if size >= _LETTER_BYTES or time.monotonic() - since >= _LETTER_SECONDS:
                pipe.send_bytes(_letter(pages))
                pages, size, since = [], 0, time.monotonic()
        if pages:
            pipe.send_bytes(_letter(pages))
    pipe.close()


def _letter(pages: list[bytes]) -> bytes:
    return b"".join([len(one).to_bytes(_COUNT_BYTES, "little") + one for one in pages])


def _opened(letter: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(letter):
        start = at + _COUNT_BYTES
        at = start + int.from_bytes(letter[at:start], "little")
        yield letter[start:at]
