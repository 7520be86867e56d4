"""Rows of a CSV file by our names of columns, streamed (contract 9.5)."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from operator import itemgetter
from pathlib import Path
from typing import Self

from tomada_tray_ftp.damage import FileDamage
from tomada_tray_ftp.dialect import Dialect, Form
from tomada_tray_ftp.layouts import Layout
from tomada_tray_ftp.lines import ends_open, read_lines
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.xml_rows import xml_rows

MOST_COLUMNS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the line on which it begins, counted from 1, and a text for each column of its layout.

    A column that the file does not have is empty.
    """

    line: int
    layout: Layout
    cells: tuple[str, ...]

    @classmethod
    def of(cls, line: int, layout: Layout, texts: Mapping[str, str]) -> Self:
        """Make a row of texts by column."""
        return cls(line, layout, tuple(texts.get(column, "") for column in layout.columns))

    def get(self, column: str) -> str:
        """Return a text by our name of its column."""
        return self.cells[self.layout.places[column]]

    @property
    def texts(self) -> dict[str, str]:
        """All texts by column."""
        return dict(zip(self.layout.columns, self.cells, strict=True))


def read_rows(path: Path, dialect: Dialect, layout: Layout, kept: Sequence[str] = ()) -> Iterator[Row]:
    """Yield the rows of a file; raises ``FileDamage`` for what cannot be read as this dialect and layout.

    ``kept``: the columns, two at least, that the rows are to have; empty: all.
    """
    given = replace(layout, columns=tuple(kept)) if kept else layout
    if dialect.form is Form.XML:
        return (Row.of(line, given, texts) for line, texts in xml_rows(path, dialect, layout))
    return _csv_rows(path, dialect, layout, given)


def _csv_rows(path: Path, dialect: Dialect, layout: Layout, given: Layout) -> Iterator[Row]:
    with closing(read_lines(path, dialect)) as lines:
        yield from _rows_in(lines, path, dialect, layout, given)


def _rows_in(
    lines: Iterator[str], path: Path, dialect: Dialect, layout: Layout, given: Layout
) -> Iterator[Row]:
    reader = csv.reader(lines, delimiter=dialect.delimiter, quotechar=dialect.quote, strict=True)
    begins = 1
    try:
        header = next(reader, []) if dialect.has_header else []
        places = _places(header, dialect, layout)
        begins = reader.line_num + 1
        needed = len(header) or max(places.values()) + 1
        pick = itemgetter(*(places.get(column, -1) for column in given.columns))
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if not cells:
                continue
            if (len(cells) != needed) if header else (len(cells) < needed):
                raise FileDamage(
                    "E12",
                    _("Line {line} has {found} columns, not {needed}.").format(
                        line=line, found=len(cells), needed=needed
                    ),
                    line=line,
                    at_end=ends_open(path),
                )
            cells.append("")  # of every column that the file does not have
            yield Row(line, given, tuple(map(str.strip, pick(cells))))
    except csv.Error:
        message = _("The quoting is broken from line {line} on.").format(line=begins)
        raise FileDamage("E12", message, line=begins, at_end=True) from None


def _places(header: list[str], dialect: Dialect, layout: Layout) -> dict[str, int]:
    """Return where each of our columns stands; raises ``FileDamage`` E11 when a required one is missing."""
    if not dialect.has_header:
        return _positions(dialect, layout)
    if not header or len(header) > MOST_COLUMNS:
        raise FileDamage("E11", _("There is no header."), line=1, at_end=not header)
    given = [name.strip().casefold() for name in header]
    places = {}
    for column in layout.columns:
        name = dialect.columns.get(column, column).casefold()
        if given.count(name) > 1:
            message = _("The column {column} is there twice.").format(column=name)
            raise FileDamage("E11", message, column, 1)
        if name in given:
            places[column] = given.index(name)
    for column in layout.required:
        if column not in places:
            name = dialect.columns.get(column, column)
            message = _("The column {column} is missing.").format(column=name)
            raise FileDamage("E11", message, column, 1)
    return places


def _positions(dialect: Dialect, layout: Layout) -> dict[str, int]:
    told = {column: dialect.columns[column] for column in layout.columns if column in dialect.columns}
    if not told:
        return {column: place for place, column in enumerate(layout.columns)}
    return {column: int(place) - 1 for column, place in told.items()}
