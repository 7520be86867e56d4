"""Entities of a file: the rows that tell of one order, product or status, grouped and counted (contract 9.6)."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from tomada_tray_ftp.control import Totals
from tomada_tray_ftp.damage import Damage, FileDamage
from tomada_tray_ftp.dialect import Dialect
from tomada_tray_ftp.layouts import Layout
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.tables import Row, read_rows

MOST_ROWS = 20_000
"""Rows of one entity; no order has so many items."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


@dataclass(slots=True)
class Entity:
    """The rows of one entity; ``line`` is the first one's. ``damage``: why it cannot be used, else None."""

    key: str
    line: int
    rows: list[Row] = field(default_factory=list)
    damage: Damage | None = None

    @property
    def first(self) -> Row:
        """The first row, which has the columns of the entity itself."""
        return self.rows[0]


def read_entities(path: Path, dialect: Dialect, layout: Layout) -> Iterator[Entity]:
    """Yield the entities of a file as they come; rows that cannot be used damage their entity alone.

    Raises ``FileDamage`` for what cannot be read at all. Rows with another key begin another entity, so an order
    whose rows are apart comes as two; which of them counts is for the reader to say.
    """
    current: Entity | None = None
    shared: tuple[str, ...] = ()
    for row in read_rows(path, dialect, layout):
        key = row.get(layout.key)
        if current is None or key != current.key or not layout.items:
            if current is not None:
                yield current
            current = Entity(key, row.line)
            shared = layout.pick_own(row.cells)
        elif layout.pick_own(row.cells) != shared:
            current.damage = current.damage or Damage(
                "E31",
                _("The rows of this order contradict each other."),
                _differing(layout.own, row, current.first),
                row.line,
            )
        current.rows.append(row)
        current.damage = current.damage or _row_damage(row, layout)
        if len(current.rows) > MOST_ROWS:
            raise FileDamage("E12", _("One order has too many rows."), line=row.line)
    if current is not None:
        yield current


def _differing(columns: tuple[str, ...], row: Row, other: Row) -> str:
    return next(column for column in columns if row.get(column) != other.get(column))


def _row_damage(row: Row, layout: Layout) -> Damage | None:
    if not all(layout.pick_required(row.cells)):
        column = next(column for column in layout.required if not row.get(column))
        return Damage("E20", _("Column {column} is empty.").format(column=column), column, row.line)
    if _CONTROL.search("\n".join(row.cells)):
        column = next(column for column, text in row.texts.items() if _CONTROL.search(text))
        return Damage(
            "E23", _("Column {column} has control characters.").format(column=column), column, row.line
        )
    return None


@dataclass(frozen=True, slots=True)
class Census:
    """What a file holds; ``groups`` counts what ``read_entities`` yields.

    ``apart`` are the keys of entities whose rows do not follow each other: none of those can be used.
    """

    totals: Totals
    groups: int
    apart: frozenset[str]


def count(path: Path, dialect: Dialect, layout: Layout, total: str = "") -> Census:
    """Read a file once and count it; ``total`` names the column whose entities' values are summed.

    Raises ``FileDamage`` for what cannot be read. A sum with a value that is no number is None.
    """
    rows = groups = 0
    summed: Decimal | None = Decimal(0) if total else None
    last: str | None = None
    seen: set[str] = set()
    apart: set[str] = set()
    for row in read_rows(path, dialect, layout, (layout.key, total or layout.key)):
        rows += 1
        key = row.get(layout.key)
        if key == last and layout.items:
            continue
        last, groups = key, groups + 1
        if layout.items and key in seen:
            apart.add(key)
        seen.add(key)
        if summed is not None:
            try:
                summed += dialect.number(row.get(total), total)
            except Damage:
                summed = None
    size, digest = measured(path)
    return Census(Totals(size, rows, len(seen), summed, digest), groups, frozenset(apart))


def measured(path: Path) -> tuple[int, str]:
    """Return the size of a file and the hash of its content."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return file.tell(), digest.hexdigest()
