"""The lines of a file, one at a time, however large it is; no line may be endless (X2)."""

from collections.abc import Generator
from pathlib import Path

from tomada_tray_ftp.damage import FileDamage
from tomada_tray_ftp.dialect import BOM, Dialect
from tomada_tray_ftp.sentences import _

MOST_BYTES = 1 << 20
"""The longest line that is read: a description has some thousand letters, so a longer one is no text."""


def read_lines(path: Path, dialect: Dialect) -> Generator[str, None, None]:
    """Yield the decoded lines with their ends; raises ``FileDamage`` E10 or E12 with the line."""
    with path.open("rb") as file:
        marked = file.read(len(BOM)) == BOM
        if marked:
            dialect = dialect.with_(encoding="utf-8")
        else:
            file.seek(0)
        number = 0
        while line := file.readline(MOST_BYTES):
            number += 1
            if len(line) >= MOST_BYTES:
                raise FileDamage("E12", _("Line {line} does not end.").format(line=number), line=number)
            try:
                yield dialect.decode(line)
            except UnicodeDecodeError:
                message = _("Line {line} is not in the encoding {encoding}.")
                raise FileDamage(
                    "E10", message.format(line=number, encoding=dialect.encoding), line=number
                ) from None


def ends_open(path: Path) -> bool:
    """Tell whether a text file ends without a line end, so that its last line may be unfinished."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if not size:
            return True
        file.seek(size - 1)
        return file.read(1) != b"\n"
