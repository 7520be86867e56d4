"""Between records and rows: the columns of a table bear the names of the record's fields."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Insert, Table, Update, bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import ReturningInsert

Row = dict[str, Any]
Value = TypeVar("Value")
CHUNK = 1000


def chunks(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    """Cut values for ``IN`` into pieces: a statement takes 32,766 parameters at SQLite, 65,535 at PostgreSQL."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def row_of(record: Any, **replaced: Any) -> Row:  # noqa: ANN401 - any record
    """Return the row of a record; enums by their value, ``replaced`` where a column differs from the field."""
    names, values = _fields(type(record))  # type: ignore[arg-type]  # a class can be hashed
    row: Row = dict(zip(names, values(record), strict=True)) | replaced
    for name, value in row.items():
        if isinstance(value, Enum):
            row[name] = value.value
    return row


@cache
def _fields(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:  # noqa: ANN401 - any record's
    """Return the names of a record's fields, and what gets their values."""
    names = tuple(field.name for field in fields(kind))
    return names, attrgetter(*names)


def save_with_ids(connection: Connection, table: Table, records: Sequence[Any], rows: Sequence[Row]) -> None:
    """Insert records whose id is 0, setting it, and update the others."""
    new = [(record, row) for record, row in zip(records, rows, strict=True) if not record.id]
    old = [row for record, row in zip(records, rows, strict=True) if record.id]
    if new:
        inserted = [{name: value for name, value in row.items() if name != "id"} for _, row in new]
        ids = connection.execute(_inserting(table), inserted).scalars().all()
        for (record, _), record_id in zip(new, ids, strict=True):
            record.id = record_id
    update_rows(connection, table, old)


def update_rows(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Update the columns that the rows have, by their ``id``."""
    if rows:
        updated = [
            {"row_id": row["id"], **{name: value for name, value in row.items() if name != "id"}}
            for row in rows
        ]
        connection.execute(_updating(table), updated)


# A statement that is made anew is also analysed anew, which takes longer than to run it.
@cache
def _inserting(table: Table) -> ReturningInsert[tuple[int]]:
    return insert(table).returning(table.c.id, sort_by_parameter_order=True)


@cache
def _updating(table: Table) -> Update:
    return update(table).where(table.c.id == bindparam("row_id"))


def upsert(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    """Insert rows, or replace those with the same primary key."""
    found = list(rows)
    if found:
        connection.execute(_upserting(table, connection.dialect.name), found)


@cache
def _upserting(table: Table, dialect_name: str) -> Insert:
    dialect = sqlite if dialect_name == "sqlite" else postgresql
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    changed = {
        column.name: statement.excluded[column.name] for column in table.columns if column.name not in keys
    }
    made: Insert = statement.on_conflict_do_update(index_elements=keys, set_=changed)
    return made
