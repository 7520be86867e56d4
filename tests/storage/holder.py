"""A process of its own that has a database open: ``python -m tests.storage.holder WHAT URL KEY [NAME]``.

It says what it found on stdout, and stays until its stdin ends.
"""

import os
import sqlite3
import sys
from contextlib import ExitStack

from tomada.storage.crypto import decode_key
from tomada.storage.database import SqlDatabase, open_database


def lock(database: SqlDatabase, name: str) -> None:
    """Hold a lock."""
    with database.lock(name) as taken:
        stay("taken" if taken else "busy")


def fork(database: SqlDatabase, name: str) -> None:
    """Hold a lock, and let a forked child try to take it and end."""
    with database.lock(name) as taken:
        assert taken
        child = os.fork()
        if child == 0:
            other = open_database(sys.argv[2], decode_key(sys.argv[3]))
            with other.lock(name) as again:
                os._exit(1 if again else 0)
        _, status = os.waitpid(child, 0)
        stay("kept" if os.waitstatus_to_exitcode(status) == 0 else "lost")


def write(database: SqlDatabase, _name: str) -> None:
    """Hold a writing transaction open, with something written in it."""
    with database.begin() as tx:
        tx.secrets.write("store:1", {"half": "done"})
        stay("writing")


def count(database: SqlDatabase, name: str) -> None:
    """Add one to a small value many times; each time read, then written."""
    stay("ready")
    for _ in range(int(name)):
        with database.begin() as tx:
            value = int(tx.secrets.read("count")["value"])
            tx.secrets.write("count", {"value": str(value + 1)})


def stay(word: str) -> None:
    """Say a word and wait until stdin ends, or is told to go on."""
    print(word, flush=True)
    sys.stdin.readline()


def exclusive(path: str) -> None:
    """Hold an SQLite file as a foreign program may."""
    with ExitStack() as stack:
        connection = sqlite3.connect(path, isolation_level=None)
        stack.callback(connection.close)
        connection.execute("BEGIN IMMEDIATE")
        stay("held")


if __name__ == "__main__":
    if sys.argv[1] == "exclusive":
        exclusive(sys.argv[2])
    else:
        opened = open_database(sys.argv[2], decode_key(sys.argv[3]))
        globals()[sys.argv[1]](opened, sys.argv[4] if len(sys.argv) > 4 else "")
