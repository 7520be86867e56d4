"""The file in which all processes of this machine count their requests.

Times are microseconds since 1970, UTC. It is cheaper to commit than the business data
(``synchronous=NORMAL``): losing the last commits with the power costs at most one refusal.
"""

import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tomada.errors import ConfigurationError, TransientError
from tomada.i18n import _

#: a late answer must never meet another slot under the same id.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS slot (id INTEGER PRIMARY KEY AUTOINCREMENT, budget TEXT NOT NULL,
                                 ended INTEGER NOT NULL, open INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS slot_ended ON slot (budget, ended);
CREATE TABLE IF NOT EXISTS kept (budget TEXT PRIMARY KEY, slots INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS day (budget TEXT NOT NULL, name TEXT NOT NULL, day TEXT NOT NULL,
                                used INTEGER NOT NULL, PRIMARY KEY (budget, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS block (budget TEXT PRIMARY KEY, since INTEGER NOT NULL,
                                  until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS learned (budget TEXT NOT NULL, name TEXT NOT NULL, requests INTEGER NOT NULL,
                                    concurrency INTEGER, PRIMARY KEY (budget, name)) WITHOUT ROWID;
"""
_BUSY_SECONDS = 30.0


class QuotaFile:
    """The counts of one budget. An open slot has no answer yet: ``ended`` is the end of its lease."""

    def __init__(self, path: Path, budget: str) -> None:
        self._path = path
        self._budget = budget
        self._connection: sqlite3.Connection | None = None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write alone. Times must be read inside, so that they grow from one transaction to the next."""
        try:
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise TransientError(
                "quota.file",
                _("The file {path} cannot be written: {reason}.").format(path=self._path, reason=error),
                _("Check the disk's space and the file's permissions, and run it again."),
            ) from error
        except sqlite3.DatabaseError as error:
            raise ConfigurationError(
                "quota.file_damaged",
                _("The file {path} is damaged: {reason}.").format(path=self._path, reason=error),
                _("Delete it; it only counts requests."),
            ) from error

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def take(self, lease_end: int) -> int:
        """Insert an open slot and return its id."""
        row = self._execute("INSERT INTO slot (budget, ended, open) VALUES (?, ?, 1)", lease_end)
        self._execute("INSERT INTO kept VALUES (?, 1) ON CONFLICT DO UPDATE SET slots = slots + 1")
        return row.lastrowid or 0

    def end(self, slots: Iterable[tuple[int, int]]) -> None:
        """Close slots: pairs of id and time of the answer."""
        self._open().executemany(
            "UPDATE slot SET open = 0, ended = ? WHERE id = ? AND budget = ?",
            [(ended, slot, self._budget) for slot, ended in slots],
        )

    def forget(self, before: int) -> int:
        """Delete the slots that ended before a time; return how many are kept, without counting them all."""
        gone = self._execute("DELETE FROM slot WHERE budget = ? AND ended <= ?", before).rowcount
        if gone:
            self._open().execute("UPDATE kept SET slots = slots - ? WHERE budget = ?", (gone, self._budget))
        return self._number("SELECT slots FROM kept WHERE budget = ?")

    def mend(self, now: int, latest: int) -> bool:
        """Correct what a clock that was set back left in the future, and leases beyond ``latest``."""
        mended = self._open().execute(
            "UPDATE slot SET open = 0, ended = :now"
            " WHERE budget = :budget AND ended > :now AND (open = 0 OR ended > :latest)",
            {"budget": self._budget, "now": now, "latest": latest},
        )
        return mended.rowcount > 0

    def used(self, since: int) -> int:
        """Count the slots that are open or ended after a time."""
        return self._number("SELECT count(*) FROM slot WHERE budget = ? AND ended > ?", since)

    def under_way(self, now: int) -> int:
        """Count the slots that are open within their lease."""
        return self._number("SELECT count(*) FROM slot WHERE budget = ? AND ended > ? AND open = 1", now)

    def ended_after(self, since: int, skip: int) -> int:
        """Return the end of the slot that ends next after a time and ``skip`` others."""
        return self._number(
            "SELECT ended FROM slot WHERE budget = ? AND ended > ? ORDER BY ended LIMIT 1 OFFSET ?",
            since,
            skip,
        )

    def used_on(self, name: str, day: str) -> int:
        """Return the count of a daily limit."""
        return self._number("SELECT used FROM day WHERE budget = ? AND name = ? AND day = ?", name, day)

    def count_on(self, name: str, day: str) -> None:
        """Count one request of a daily limit; a new day begins at 1."""
        self._execute(
            "INSERT INTO day (budget, name, day, used) VALUES (?, ?, ?, 1) ON CONFLICT DO UPDATE"
            " SET used = CASE WHEN day = excluded.day THEN used + 1 ELSE 1 END, day = excluded.day",
            name,
            day,
        )

    def blocked_until(self, now: int) -> int:
        """Return the end of the block, 0 without one; a block from the future is none."""
        return self._number("SELECT until FROM block WHERE budget = ? AND since <= ? AND until > ?", now, now)

    def block(self, now: int, until: int) -> None:
        """Block everybody, or lengthen the block."""
        self._execute("INSERT OR REPLACE INTO block (budget, since, until) VALUES (?, ?, ?)", now, until)

    def learned(self) -> dict[str, tuple[int, int | None]]:
        """Return what the remote reported: name of a limit → requests, concurrency."""
        rows = self._execute("SELECT name, requests, concurrency FROM learned WHERE budget = ?")
        return {name: (requests, concurrency) for name, requests, concurrency in rows}

    def learn(self, name: str, requests: int, concurrency: int | None) -> None:
        """Remember what the remote reported."""
        self._execute("INSERT OR REPLACE INTO learned VALUES (?, ?, ?, ?)", name, requests, concurrency)

    def _execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        return self._open().execute(statement, (self._budget, *values))

    def _number(self, statement: str, *values: object) -> int:
        row = self._execute(statement, *values).fetchone()
        return int(row[0]) if row else 0

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(
                self._path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            try:
                _prepare(connection)
            except BaseException:
                connection.close()
                raise
            self._connection = connection
        return self._connection


def _prepare(connection: sqlite3.Connection) -> None:
    # The change to WAL does not wait for another process that is making it, whatever the timeout.
    give_up = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > give_up:
                raise
            time.sleep(0.01)
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.executescript(_SCHEMA)
