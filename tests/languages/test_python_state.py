"""What a block lacks from outside of it: databases, and the cause that a reading names."""

import pytest

from doc_healing.languages.python import databases
from doc_healing.languages.python.reports import Link
from doc_healing.model import Instructions, Mode, Verdict
from tests.languages.stages import verdict

BROKEN, UNVERIFIED = Verdict.BROKEN, Verdict.UNVERIFIED
STATES = [
    ("import sqlite3\nsqlite3.connect(':memory:').execute('select * from a')", UNVERIFIED),
    ("import sqlite3\nsqlite3.connect('no-such-folder/a.db')", UNVERIFIED),
    ("import sqlite3\nsqlite3.connect(':memory:').execute('selec 1')", BROKEN),
    ("import sqlite3\nsqlite3.connect(':memory:').run('select * from a')", BROKEN),
    (
        "import sqlite3\ntry:\n    sqlite3.connect(':memory:').execute('select * from a')\n"
        "except sqlite3.Error:\n    [].foo",
        BROKEN,
    ),
    ("raise ValueError('the option does not exist')", BROKEN),
]


@pytest.mark.parametrize(("code", "wanted"), STATES)
def test_a_missing_table_is_no_fault_of_the_document(code: str, wanted: Verdict) -> None:
    reading = verdict(code)
    assert reading.verdict is wanted, reading
    assert reading.cause == ("context" if wanted is UNVERIFIED else "")


SAID = [
    ("psycopg.errors", "UndefinedTable", 'relation "users" does not exist', True),
    ("sqlalchemy.exc", "OperationalError", "(sqlite3.OperationalError) no such table: a", True),
    ("pymysql.err", "ProgrammingError", "(1146, \"Table 'a.b' doesn't exist\")", True),
    ("redis.exceptions", "ConnectionError", "Error 111 ... Connection refused.", True),
    ("sqlalchemy.exc", "ArgumentError", "Mapper could not assemble any primary key", False),
    ("own", "OptionError", "option `a` does not exist", False),
    ("builtins", "ValueError", "not connected to anything", False),
]


@pytest.mark.parametrize(("module", "name", "message", "lacks"), SAID)
def test_the_words_of_drivers(module: str, name: str, message: str, lacks: bool) -> None:
    link = Link(name, module, (f"{module}.{name}", "builtins.Exception"), message, {})
    assert databases.lacks_state(link) is lacks


CAUSES = [
    ("undefined_thing", "context"),
    ("import not_there", "dependency"),
    ("import socket\nsocket.create_connection(('127.0.0.1', 1))", "network"),
    ("x = 1", ""),
    ("[].foo", ""),
]


@pytest.mark.parametrize(("code", "cause"), CAUSES)
def test_a_reading_names_its_cause(code: str, cause: str) -> None:
    assert verdict(code).cause == cause


def test_a_promised_failure_has_no_cause() -> None:
    assert verdict("1 / 0", Instructions(mode=Mode.FAIL)).cause == ""
