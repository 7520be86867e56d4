"""``python -m benchmarks.counted REPORT WORDS…``: runs ``tomada WORDS…`` and counts what it commits.

The commits and the ``synchronous`` level of the connections that wrote (2 is FULL) are left in the file REPORT.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, event

from tomada.cli import run


@contextmanager
def commits_counted(report: Path) -> Iterator[dict[str, Any]]:
    """Count commits; what else is put into the value goes into the report too."""
    commits = 0
    levels: set[int] = set()

    def count(connection: Connection) -> None:
        nonlocal commits
        commits += 1
        cursor = connection.connection.cursor()
        levels.add(cursor.execute("PRAGMA synchronous").fetchone()[0])
        cursor.close()

    more: dict[str, Any] = {}
    event.listen(Engine, "commit", count)
    try:
        yield more
    finally:
        event.remove(Engine, "commit", count)
    report.write_text(json.dumps({"commits": commits, "synchronous": sorted(levels), **more}))


def main(report: Path, words: list[str]) -> int:
    with commits_counted(report):
        return run(words)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
