"""Receipts: which part of which file an order came in, and what of a file could not be read."""

import json
from dataclasses import asdict, dataclass

from tomada_tray_ftp.damage import FileDamage

PART = 500
"""Entities of one receipt: a large file is confirmed in parts, so that nothing has to hold all of it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Part ``part`` of ``parts`` of a file, counted from 1, by folder, name and content.

    ``again``: the content was read before. The last four are of a file that cannot be read.
    """

    folder: str
    name: str
    sha256: str
    size: int
    part: int = 1
    parts: int = 1
    again: bool = False
    code: str = ""
    message: str = ""
    column: str = ""
    line: int = 0

    def __str__(self) -> str:
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> "Receipt":
        """Return a receipt that we wrote."""
        return cls(**json.loads(text))

    @property
    def damage(self) -> FileDamage | None:
        """Why the file cannot be read; None for one that can."""
        return FileDamage(self.code, self.message, self.column, self.line) if self.code else None


def parts_of(entities: int) -> int:
    """Return into how many parts so many entities go."""
    return max(1, -(-entities // PART))
