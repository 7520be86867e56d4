"""Rows as XML: one element for each, with the names of its columns; empty columns are left out (contract 9.5)."""

import re
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from tomada_tray_ftp.dialect import Dialect
from tomada_tray_ftp.layouts import Layout

_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold in any way."""
_NAMES = {"cp1252": "windows-1252"}


def write_xml(layout: Layout, rows: Iterable[Mapping[str, str]], dialect: Dialect) -> bytes:
    """Return an XML file of these rows."""
    encoding = _NAMES.get(dialect.encoding, dialect.encoding)
    parts = [f'<?xml version="1.0" encoding="{encoding}"?>', f"<{layout.root}>"]
    parts += [f"<{layout.entity}>{_elements(layout, row, dialect)}</{layout.entity}>" for row in rows]
    return dialect.encode("\n".join([*parts, f"</{layout.root}>", ""]))


def written(text: str, dialect: Dialect) -> str:
    """Return a text as it will be read from such a file."""
    return _IMPOSSIBLE.sub("", dialect.written(text))


def _elements(layout: Layout, row: Mapping[str, str], dialect: Dialect) -> str:
    texts = {column: written(row.get(column, ""), dialect) for column in layout.columns}
    return "".join(
        f"<{name}>{escape(text, {chr(13): '&#13;'})}</{name}>" for name, text in texts.items() if text
    )
