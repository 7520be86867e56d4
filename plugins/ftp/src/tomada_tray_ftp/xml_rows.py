"""The same rows from XML, streamed; nothing in a file can reach out of it or blow up (X2)."""

from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from tomada_tray_ftp.damage import FileDamage
from tomada_tray_ftp.dialect import Dialect
from tomada_tray_ftp.layouts import Layout
from tomada_tray_ftp.sentences import _

_CHUNK = 1 << 16
_MOST_DEPTH = 5
_MOST_TEXT = 1 << 20
_MOST_ITEMS = 20_000
ITEMS, ITEM = "itens", "item"


class _Entities:
    """Collects what the parser tells; ``ready`` are the rows of entities that have ended."""

    def __init__(self, layout: Layout, dialect: Dialect) -> None:
        self.ready: list[tuple[int, dict[str, str]]] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self.parser.ExternalEntityRefHandler = self._refuse
        self._layout = layout
        self._names = {dialect.columns.get(column, column).casefold(): column for column in layout.columns}
        self._path: list[str] = []
        self._line = 0
        self._entity: dict[str, str] = {}
        self._items: list[dict[str, str]] = []
        self._texts: list[str] = []
        self._size = 0

    def _refuse(self, *_what: object) -> int:
        raise FileDamage("E12", _("The file declares entities or a document type, which is refused."))

    def _start(self, name: str, _attributes: object) -> None:
        name = name.casefold()
        self._path.append(name)
        depth = len(self._path)
        if depth > _MOST_DEPTH or (depth == 1 and name != self._layout.root):
            message = _("The element {name} is not expected.").format(name=name[:40])
            raise FileDamage("E11", message, line=self.parser.CurrentLineNumber)
        if depth == 2:
            self._line, self._entity, self._items = self.parser.CurrentLineNumber, {}, []
        if self._path[2:] == [ITEMS, ITEM]:
            self._items.append({})
        self._texts, self._size = [], self._size if depth > 2 else 0

    def _text(self, text: str) -> None:
        self._size += len(text)
        if self._size > _MOST_TEXT or len(self._items) > _MOST_ITEMS:
            raise FileDamage("E12", _("An element is too large."), line=self.parser.CurrentLineNumber)
        self._texts.append(text)

    def _end(self, _name: str) -> None:
        depth = len(self._path)
        column = self._names.get(self._path.pop(), "")
        if depth == 2:
            rows = [self._entity | item for item in self._items] or [self._entity]
            self.ready += [(self._line, row) for row in rows]
        elif column and depth == 3:
            self._entity[column] = "".join(self._texts).strip()
        elif column and depth == 5 and self._items:
            self._items[-1][column] = "".join(self._texts).strip()
        self._texts = []


def xml_rows(path: Path, dialect: Dialect, layout: Layout) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line and texts of each row; an entity with items is a row for each item, as in CSV."""
    found = _Entities(layout, dialect)
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            try:
                found.parser.Parse(chunk, not chunk)
            except (expat.ExpatError, LookupError, ValueError):
                line = found.parser.ErrorLineNumber
                message = _("The XML is broken at line {line}.").format(line=line)
                raise FileDamage("E12", message, line=line, at_end=not chunk) from None
            yield from found.ready
            found.ready.clear()
            if not chunk:
                return
