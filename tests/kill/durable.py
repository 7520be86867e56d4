"""Digests of what outlives a process: two worlds with the same digests go on alike."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path


def digest(content: object) -> str:
    """Digest anything that JSON can say."""
    return hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def digests_of_tables(
    path: Path, decrypt: Callable[[bytes], str], cleaned: Callable[[str], str] = str
) -> dict[str, str]:
    """Digest each table of an SQLite file as it is committed, whoever has it open.

    What is encrypted differs each time it is written, so it is read. ``cleaned`` takes out of a text what is
    another one in every try.
    """

    def plain(value: object) -> object:
        if isinstance(value, bytes):
            return cleaned(decrypt(value)) if value else ""
        return cleaned(value) if isinstance(value, str) else value

    connection = sqlite3.connect(path)
    try:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            f"table {name}": digest(
                sorted(repr([plain(value) for value in row]) for row in _rows(connection, name))
            )
            for (name,) in tables
            if name != "sqlite_sequence"  # the last numbers of the diary
        }
    finally:
        connection.close()


def _rows(connection: sqlite3.Connection, table: str) -> list[tuple[object, ...]]:
    return connection.execute(f'SELECT * FROM "{table}"').fetchall()
