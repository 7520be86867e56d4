"""How the store writes and reads its tables: encoding, delimiter, decimal mark and forms of dates are its own."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from tomada_sandbox.clock import BRASILIA

Row = dict[str, str]
FOLDERS = {"PED": "pedidos", "STL": "status/loja", "STE": "status/erp", "PRD": "produtos", "NFE": "notas"}
ALL_FOLDERS = (*FOLDERS.values(), "mapeamentos", "retorno/erp", "retorno/loja")
DONE, FAILED = "processados", "erro"
_ELEMENTS = {"PED": ("pedidos", "pedido"), "STL": ("situacoes", "situacao"), "MST": ("situacoes", "situacao")}
_ELEMENTS |= {
    "MFR": ("formas_envio", "forma_envio"),
    "PRD": ("produtos", "produto"),
    "NFE": ("notas", "nota"),
}


@dataclass
class Style:
    """What a developer chose for the store's files; the defaults are the contract's."""

    encoding: str = "iso-8859-1"
    delimiter: str = ";"
    decimal: str = "."
    day: str = "%Y-%m-%d"
    moment: str = "%Y-%m-%d %H:%M:%S"
    form: str = "csv"

    def money(self, value: Decimal) -> str:
        """Write an amount or a quantity."""
        return f"{value:.2f}".replace(".", self.decimal)

    def number(self, text: str) -> Decimal:
        """Read a number; nothing is zero."""
        return Decimal(text.replace(self.decimal, ".") or "0")

    def date(self, value: datetime | None) -> str:
        """Write a day in Brasília's time; nothing for None."""
        return "" if value is None else value.astimezone(BRASILIA).strftime(self.day)

    def time(self, value: datetime | None) -> str:
        """Write a date with time in Brasília's time; nothing for None."""
        return "" if value is None else value.astimezone(BRASILIA).strftime(self.moment)

    def table(self, kind: str, rows: Sequence[Row], key: str = "", items: str = "") -> bytes:
        """Write rows; in XML those with one ``key`` are one entity whose ``items…`` columns are its items."""
        if self.form == "xml" and kind in _ELEMENTS:
            return self._xml(*_ELEMENTS[kind], rows, key, items)
        buffer = io.StringIO()
        columns = list(dict.fromkeys(column for row in rows for column in row))
        writer = csv.DictWriter(buffer, columns, restval="", delimiter=self.delimiter, lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(rows)
        return buffer.getvalue().encode(self.encoding, "replace")

    def rows(self, content: bytes) -> list[Row]:
        """Read a CSV table, or XML with an element for each row."""
        if self.form == "xml":
            return [{cell.tag: cell.text or "" for cell in row} for row in ET.fromstring(content)]
        text = io.StringIO(content.decode(self.encoding), newline="")
        return list(csv.DictReader(text, delimiter=self.delimiter))

    def _xml(self, root: str, entity: str, rows: Sequence[Row], key: str, items: str) -> bytes:
        grouped: dict[str, list[Row]] = {}
        for number, row in enumerate(rows):
            grouped.setdefault(row[key] if items else str(number), []).append(row)
        parts = [f'<?xml version="1.0" encoding="{self.encoding}"?>\n<{root}>\n']
        for group in grouped.values():
            own = {
                column: text for column, text in group[0].items() if not items or not column.startswith(items)
            }
            parts += [f"<{entity}>", _elements(own)]
            if items:
                inner = ({c: text for c, text in row.items() if c.startswith(items)} for row in group)
                parts += ["<itens>", *(f"<item>{_elements(each)}</item>" for each in inner), "</itens>"]
            parts.append(f"</{entity}>\n")
        parts.append(f"</{root}>\n")
        return "".join(parts).encode(self.encoding, "xmlcharrefreplace")


def _elements(row: Mapping[str, str]) -> str:
    texts: Iterable[tuple[str, str]] = row.items()
    return "".join(f"<{column}>{escape(text)}</{column}>" for column, text in texts)
