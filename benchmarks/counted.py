"""``python -m benchmarks.counted REPORT WORDS…``: runs ``tomada WORDS…`` and counts what it commits.

The commits and the ``synchronous`` level of the connections that wrote (2 is FULL) are left in the file REPORT.
"""

import json
import sys
from pathlib import Path

from sqlalchemy import Connection, Engine, event

from tomada.cli import run


def main(report: Path, words: list[str]) -> int:
    commits = 0
    levels: set[int] = set()

    def count(connection: Connection) -> None:
        nonlocal commits
        commits += 1
        cursor = connection.connection.cursor()
        levels.add(cursor.execute("PRAGMA synchronous").fetchone()[0])
        cursor.close()

    event.listen(Engine, "commit", count)
    code = run(words)
    report.write_text(json.dumps({"commits": commits, "synchronous": sorted(levels)}))
    return code


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), sys.argv[2:]))
