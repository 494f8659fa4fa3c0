"""Outcomes and findings by content, in one SQLite file that any number of processes may share.

A cache: losing it costs time and nothing else. So no fault of the file, the disk or another process
is ever an error for its user; a file that is no database of ours is put aside and begun anew.
"""

import json
import sqlite3
import threading
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from doc_healing.model import Memo, Outcome, Record, Status

T = TypeVar("T")

FORMAT = 1
_WAIT_SECONDS = 2.0
_MOST_BYTES = 8 * 2**20  # of one outcome: a larger one is not worth its place
_STREAMS = ("stdout", "stderr", "report")
_TABLES = (f"outcomes_{FORMAT}", f"pages_{FORMAT}")
_TABLE = """
CREATE TABLE IF NOT EXISTS {} (
    key TEXT PRIMARY KEY, expires REAL NOT NULL, facts BLOB NOT NULL
) WITHOUT ROWID
"""
_VALID = "expires > ? AND expires <= ?"
_LONGEST_SECONDS = 7 * 24 * 3600.0
_AT_ONCE = 500  # keys of one question: SQLite takes no more than some thousand


@dataclass(frozen=True, slots=True)
class Tally:
    """How many outcomes and pages are kept, and the bytes of the file with its journal."""

    outcomes: int
    bytes: int
    pages: int = 0


def kept_in(cache: Path) -> "Results":
    """What is kept in a cache directory."""
    return Results(cache / "results.sqlite3")


class Results:
    """What is kept in the file at `path`, which is made where it is missing.

    Beside outcomes it keeps pages: bytes that mean something to whoever wrote them.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def get(self, key: str) -> Memo | None:
        """The outcome of that key, None where there is none or it has expired."""
        asked = f"SELECT facts, expires FROM outcomes_{FORMAT} WHERE key = ? AND {_VALID}"

        def look(database: sqlite3.Connection) -> Memo | None:
            now = time.time()
            row = database.execute(asked, (key, *_valid(now))).fetchone()
            return _memo(row[0], row[1] - now) if row else None

        return self._ask(look, None)

    def put(self, key: str, memo: Memo, kept_seconds: float) -> None:
        """Keep an outcome for that long."""
        facts = _packed(memo)
        if len(facts) > _MOST_BYTES:
            return
        told = f"INSERT OR REPLACE INTO outcomes_{FORMAT} VALUES (?, ?, ?)"
        row = (key, time.time() + kept_seconds, facts)
        self._ask(lambda database: database.execute(told, row).rowcount, 0)

    def records(self, key: str) -> Sequence[Record]:
        """What runs under that key met, the latest first; none where none is kept."""
        page = _record_page(key)
        return _records(self.pages([page]).get(page, b""))

    def put_records(self, key: str, records: Sequence[Record], kept_seconds: float) -> None:
        """Keep these for that long, and none of those before."""
        rows = [[one.outcome, one.touched] for one in records]
        data = zlib.compress(json.dumps(rows).encode(), 1)
        self.put_pages({_record_page(key): data}, kept_seconds)

    def pages(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Those of the pages that are kept and have not expired."""

        def look(database: sqlite3.Connection) -> dict[str, bytes]:
            found: dict[str, bytes] = {}
            now = time.time()
            for start in range(0, len(keys), _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                places = ",".join("?" * len(some))
                asked = f"SELECT key, facts FROM pages_{FORMAT} WHERE key IN ({places})"
                found.update(database.execute(f"{asked} AND {_VALID}", (*some, *_valid(now))))
            return found

        return self._ask(look, {})

    def put_pages(self, pages: Mapping[str, bytes], kept_seconds: float) -> None:
        """Keep them for that long, all at once."""
        told = f"INSERT OR REPLACE INTO pages_{FORMAT} VALUES (?, ?, ?)"
        expires = time.time() + kept_seconds
        rows = [(key, expires, data) for key, data in pages.items() if len(data) <= _MOST_BYTES]

        def keep(database: sqlite3.Connection) -> int:
            database.execute("BEGIN")
            try:
                database.execute(f"DELETE FROM pages_{FORMAT} WHERE expires <= ?", (time.time(),))
                database.executemany(told, rows)
                database.execute("COMMIT")
            except sqlite3.Error:
                with suppress(sqlite3.Error):
                    database.execute("ROLLBACK")
                raise
            return len(rows)

        if rows:
            self._ask(keep, 0)

    def prune(self) -> int:
        """Remove what has expired; gives how many outcomes."""
        return self._remove("expires <= ?", (time.time(),))

    def clear(self) -> int:
        """Remove everything; gives how many outcomes."""
        return self._remove("TRUE", ())

    def tally(self) -> Tally:
        """How much is kept."""
        counts = [self._count(table) for table in _TABLES]
        return Tally(counts[0], sum(_size(path) for path in self._files()), counts[1])

    def _count(self, table: str) -> int:
        asked = f"SELECT count(*) FROM {table}"
        return self._ask(lambda database: int(database.execute(asked).fetchone()[0]), 0)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._let_go()

    def _remove(self, which: str, values: tuple[float, ...]) -> int:
        def remove(database: sqlite3.Connection) -> int:
            told = (f"DELETE FROM {table} WHERE {which}" for table in _TABLES)
            gone = [database.execute(one, values).rowcount for one in told]
            if any(gone):
                database.execute("VACUUM")
            return gone[0]

        return self._ask(remove, 0)

    def _ask(self, action: Callable[[sqlite3.Connection], T], otherwise: T) -> T:
        """What an action on the database gives, or `otherwise` where the database cannot be used.

        Twice at most: a file that turns out to be none of ours, or damaged, is begun anew.
        """
        with self._lock:
            for _ in range(2):
                try:
                    if self._connection is None:
                        self._connection = _connected(self._path)
                    return action(self._connection)
                except (sqlite3.OperationalError, OSError):  # locked, a full disk, no directory
                    return otherwise
                except sqlite3.DatabaseError:
                    self._begin_anew()
        return otherwise

    def _begin_anew(self) -> None:
        self._let_go()
        for path in self._files():
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def _let_go(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _files(self) -> list[Path]:
        return [self._path.with_name(self._path.name + end) for end in ("", "-wal", "-shm")]


def _connected(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(
        path, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        for table in _TABLES:
            connection.execute(_TABLE.format(table))
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _packed(memo: Memo) -> bytes:
    outcome = memo.outcome
    facts: dict[str, Any] = {
        "status": outcome.status.value,
        "exit_code": outcome.exit_code,
        "seconds": outcome.seconds,
        "cpu_seconds": outcome.cpu_seconds,
        "peak_memory_mib": outcome.peak_memory_mib,
        "signal": outcome.signal,
        "step": outcome.step,
        "detail": outcome.detail,
        "listening": outcome.listening,
        "fast": outcome.fast,
        "sandbox": outcome.sandbox,
        "layers": outcome.layers,
        **{name: getattr(outcome, name).decode("latin-1") for name in _STREAMS},
    }
    return zlib.compress(json.dumps(facts).encode(), 1)


def _valid(now: float) -> tuple[float, float]:
    """What `_VALID` asks for at that time.

    What would be kept for longer than anything is was written while the clock was ahead.
    """
    return now, now + _LONGEST_SECONDS


def _memo(packed: bytes, left: float) -> Memo | None:
    try:
        facts: Mapping[str, Any] = json.loads(zlib.decompress(packed))
        streams = {name: str(facts[name]).encode("latin-1") for name in _STREAMS}
        layers = tuple(facts["layers"])
        rest = {**facts, **streams, "status": Status(facts["status"]), "layers": layers}
        return Memo(Outcome(**rest), left)
    except (ValueError, TypeError, KeyError, zlib.error):
        return None


def _record_page(key: str) -> str:
    return f"met {key}"


def _records(packed: bytes) -> Sequence[Record]:
    try:
        rows = json.loads(zlib.decompress(packed)) if packed else []
        return [Record(str(key), tuple(map(str, met))) for key, met in rows]
    except (ValueError, TypeError, zlib.error):
        return []


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
