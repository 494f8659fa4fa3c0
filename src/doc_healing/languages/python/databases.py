"""Errors of databases that say that a state outside of the program is missing.

A page on queries shows no `CREATE TABLE`. The words are those of SQLite, PostgreSQL, MySQL,
Oracle, SQL Server and MongoDB, which their drivers and the mappers on top of them pass on.
"""

import re

from doc_healing.languages.python.reports import Link

_DRIVERS = frozenset(
    "sqlite3 aiosqlite pysqlite3 sqlcipher3 apsw sqlalchemy sqlmodel psycopg psycopg2 asyncpg "
    "pg8000 pymysql MySQLdb mysql aiomysql asyncmy mariadb pymongo motor beanie mongoengine redis "
    "aioredis valkey django peewee tortoise pony piccolo ormar databases gino duckdb oracledb "
    "cx_Oracle pyodbc pymssql aioodbc cassandra neo4j elasticsearch opensearchpy "
    "clickhouse_driver clickhouse_connect snowflake influxdb alembic".split()
)
_CLASSES = frozenset({"OperationalError", "ProgrammingError", "DatabaseError", "InterfaceError"})
_PLAIN = re.compile(
    r"\bno such table\b|\bunable to open database file\b|\bORA-00942\b|\bInvalid object name\b"
    r"|\b(?:relation|database|role|schema|sequence) \"[^\"]*\" does not exist"
    r"|\bTable '[^']*' doesn't exist|\bUnknown database\b|\bpassword authentication failed\b"
    r"|\bAccess denied for user\b|\bTable with name .* does not exist",
    re.IGNORECASE,
)
_WITHIN_A_DRIVER = re.compile(
    r"\bdoes(?: not|n't) exist\b|\bconnection (?:refused|failed|reset|closed|timed out)\b"
    r"|\bis not connected\b|\bnot connected to\b|\b(?:could not|cannot|can't|failed to) connect\b"
    r"|\bno (?:replica set|servers? )|\bauthentication (?:failed|required)\b"
    r"|\bno such (?:index|collection|keyspace)\b|\bindex_not_found",
    re.IGNORECASE,
)
_UNKNOWN = ("UndefinedTable", "UndefinedTableError", "InvalidCatalogName", "NoSuchTableError")


def lacks_state(link: Link) -> bool:
    """Whether an exception says that a table, a database or its server is not there."""
    owners = {base.partition(".")[0] for base in link.bases}
    driver = bool(owners & _DRIVERS) or link.name in _CLASSES
    if link.name in _UNKNOWN or (driver and _WITHIN_A_DRIVER.search(link.message)):
        return True
    return bool(_PLAIN.search(link.message))
