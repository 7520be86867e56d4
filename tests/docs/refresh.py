"""Writes what the commands print today into the pages: ``python -m tests.docs.refresh [PAGE…]``.

Outputs that are shortened with ``…`` stay as they are; read what changed before you commit it.
"""

import re
import sys
import tempfile
from pathlib import Path

from tests.docs.pages import ROOT, Command, name
from tests.docs.played import PLAYED
from tests.docs.session import ELIDED, Session, difference, typed


def refresh(session: Session, page: Path) -> None:
    """Type the commands of a page and put in each output that differs."""
    rows = page.read_text("utf-8").splitlines(keepends=True)
    moved = 0
    for command in typed(page):
        printed = _as_shown(session.type(command.text))
        told = difference(command, printed)
        if told and any(line.strip() == ELIDED for line in command.output.splitlines()):
            print(f"{name(page)}: by hand: {told}", file=sys.stderr)
        elif told:
            moved += _put(rows, command, moved, printed)
    page.write_text("".join(rows), "utf-8")


def _as_shown(printed: str) -> str:
    """Put one address in the place of whatever the sandbox had."""
    return re.sub(r"http://127\.0\.0\.1:(?!8765)\d+", "http://127.0.0.1:38115", printed).rstrip("\n") + "\n"


def _put(rows: list[str], command: Command, moved: int, printed: str) -> int:
    start = command.line + moved
    while rows[start - 1].endswith("\\\n"):
        start += 1
    old = command.output.count("\n")
    new = printed.splitlines(keepends=True)
    rows[start : start + old] = new
    return len(new) - old


def main() -> None:
    for page, opened in PLAYED.items():
        if not sys.argv[1:] or page in [ROOT / named for named in sys.argv[1:]]:
            with tempfile.TemporaryDirectory() as folder, opened(Path(folder)) as session:
                refresh(session, page)


if __name__ == "__main__":
    main()
