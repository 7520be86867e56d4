"""The dialect that the beginning of a file shows: each property with what shows it; what nothing shows is left out.

Money is never guessed: a number that may be read in two ways shows nothing.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from xml.parsers import expat

from tomada_tray_ftp.column_names import matched
from tomada_tray_ftp.dialect import BOM, Dialect, Form
from tomada_tray_ftp.layouts import ORDERS, SHIPPING_LIST, STATUS_LIST, STATUSES, Layout
from tomada_tray_ftp.names import parsed
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.time_forms import TimeForm

LAYOUTS = (ORDERS, STATUSES, STATUS_LIST, SHIPPING_LIST)
"""What a store writes."""
HEAD = 1 << 18
"""So many bytes of a file are looked at."""
_MOST_LINES = 500
_DELIMITERS = ";\t,|"
_AMOUNTS = (
    "total_itens",
    "desconto",
    "cupom_valor",
    "acrescimo",
    "juros",
    "valor_frete",
    "total",
    "item_quantidade",
    "item_preco",
)
_TIMES = ("data_pedido", "data_modificacao", "data_pagamento", "data_hora")
_FLAGS = ("pago", "ativo", "padrao")
_DAY_FORMS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%d/%m/%y", "%m/%d/%Y", "%Y%m%d")
_CLOCKS = (" %H:%M:%S", " %H:%M", "T%H:%M:%S", "T%H:%M")
_YES_NO = (
    ("S", "N"),
    ("1", "0"),
    ("Sim", "Não"),
    ("Sim", "Nao"),
    ("true", "false"),
    ("Y", "N"),
    ("yes", "no"),
)
_NUMBER = re.compile(r"-?(\d{1,3}(?:([.,])\d{3})+|\d+)(?:([.,])(\d{1,6}))?", re.ASCII)
_DATA = re.compile(r"[-+.,:/\d ]*\d[-+.,:/\d ]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a dialect and the sentence that says what shows it."""

    value: str
    why: str


@dataclass(slots=True)
class Seen:
    """What a file shows. ``properties`` bear the names of ``Dialect``; ``columns`` are ours → the store's.

    ``has_header`` is None for XML, ``width`` the number of columns where there is no header.
    """

    layout: Layout
    form: Form
    properties: dict[str, Property] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    has_header: bool | None = None
    width: int = 0


def detect(path: Path, now: Dialect) -> Seen:
    """Look at the beginning of a file; ``now`` is the dialect that the store has, kept where it fits as well."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    if len(head) == HEAD:
        head = head[: head.rfind(b"\n") + 1] or head
    if head.removeprefix(BOM).lstrip()[:1] == b"<":
        return _xml(head, path.name, now)
    return _csv(head, path.name, now)


def _csv(head: bytes, name: str, now: Dialect) -> Seen:
    encoding = _encoding(head)
    text = head.removeprefix(BOM).decode(encoding.value if encoding else "ascii", "replace")
    lines = text.splitlines(keepends=True)[:_MOST_LINES]
    delimiter, rows = _delimiter(lines, now)
    first = rows[0] if rows else []
    layout, columns = _layout(name, first)
    has_header = len(columns) > 1 or not any(map(_DATA.fullmatch, filter(None, first)))
    seen = Seen(layout, Form.CSV, has_header=has_header, width=len(first))
    if encoding:
        seen.properties["encoding"] = encoding
    if delimiter:
        seen.properties["delimiter"] = delimiter
    body = rows[1:] if has_header else rows
    if has_header:
        seen.columns = columns
        places = {ours: first.index(theirs) for ours, theirs in columns.items()}
    else:
        places = _places(layout, now)
    _values(
        seen, {ours: [row[at].strip() for row in body if at < len(row)] for ours, at in places.items()}, now
    )
    return seen


def _encoding(head: bytes) -> Property | None:
    if head.startswith(BOM):
        return Property("utf-8", _("The file begins with the mark of UTF-8."))
    if head.isascii():
        return None
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(head) or error.reason != "unexpected end of data":
            windows = any(0x80 <= byte < 0xA0 for byte in head)
            why = _("There are letters with accents that are not UTF-8.")
            return Property("cp1252" if windows else "iso-8859-1", why)
    return Property("utf-8", _("There are letters with accents, in UTF-8."))


def _delimiter(lines: list[str], now: Dialect) -> tuple[Property | None, list[list[str]]]:
    """Return the delimiter that parts the most rows alike, and the rows that it makes."""
    best: tuple[tuple[float, bool, int], str, list[list[str]]] | None = None
    for mark in _DELIMITERS:
        try:
            rows = [row for row in csv.reader(lines, delimiter=mark, quotechar=now.quote) if row]
        except csv.Error:
            continue
        width = len(rows[0]) if rows else 0
        if width > 1:
            alike = sum(len(row) == width for row in rows) / len(rows)
            rank = (alike, mark == now.delimiter and alike == 1, width)
            best = max(best, (rank, mark, rows), key=lambda one: one[0]) if best else (rank, mark, rows)
    if best is None:
        return None, [row for row in csv.reader(lines, delimiter=now.delimiter) if row]
    _rank, mark, rows = best
    return Property(mark, _("It parts each row into {count} columns.").format(count=len(rows[0]))), rows


def _layout(name: str, names: Sequence[str]) -> tuple[Layout, dict[str, str]]:
    """Return which kind of file it is, by its name, else by the columns that it has, and what they mean."""
    told = parsed(name)
    known = [layout for layout in LAYOUTS if told and layout.kind == told.kind]
    found = [(layout, matched(names, layout)) for layout in known or LAYOUTS]
    return max(found, key=lambda one: (len(one[1]), len(one[1]) / len(one[0].columns)))


def _places(layout: Layout, now: Dialect) -> dict[str, int]:
    if now.columns and not now.has_header:
        return {column: int(place) - 1 for column, place in now.columns.items()}
    return layout.places


def _values(seen: Seen, texts: Mapping[str, Iterable[str]], now: Dialect) -> None:
    """Add the properties that values of known columns show."""

    def told(columns: Iterable[str]) -> list[str]:
        return [text for column in columns for text in texts.get(column, ()) if not now.is_null(text)]

    seen.properties |= _numbers(told(_AMOUNTS)) | _dates(told(_TIMES), now) | _flags(told(_FLAGS), now)


def _numbers(values: list[str]) -> dict[str, Property]:
    """Return the marks of numbers that can be read in one way only, by the most of them."""
    decimals: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    for match in filter(None, map(_NUMBER.fullmatch, values)):
        group, mark, places = match[2], match[3], match[4]
        if mark and group != mark and (group or len(places) != 3):
            decimals[mark] += 1
        elif group and match[1].count(group) > 1 and not mark:
            groups[group] += 1
        if mark and group and group != mark:
            groups[group] += 1
    if not decimals:
        return {}
    mark, count = decimals.most_common(1)[0]
    why = _("{count} of {all} numbers have it.")
    found = {"decimal": Property(mark, why.format(count=count, all=len(values)))}
    other = "." if mark == "," else ","
    grouped = sum(
        bool(re.fullmatch(rf"-?\d{{1,3}}(\{other}\d{{3}})+(\{mark}\d+)?", value)) for value in values
    )
    if grouped and (groups[other] or not decimals[other]):
        found["thousands"] = Property(other, why.format(count=grouped, all=len(values)))
    return found


def _dates(values: list[str], now: Dialect) -> dict[str, Property]:
    """Return the forms of dates and of dates with a time; they mostly agree on the day, and then help each other."""
    days = [value for value in values if ":" not in value]
    moments = [value for value in values if ":" in value]
    forms = (now.date_format, *_DAY_FORMS)
    of_moments = _fitting(forms, [re.split("[ T]", value, maxsplit=1)[0] for value in moments])
    of_days = _fitting(forms, days) if days else of_moments
    chosen = [form for form in of_days if form in of_moments] or of_days
    found = {}
    if chosen:
        found["date_format"] = Property(
            chosen[0], _about(chosen, days or moments, also=moments if days else [])
        )
    full = _fitting([day + rest for day in (*chosen, *of_moments) for rest in _CLOCKS], moments)
    if full:
        why = _("{count} dates with a time are read by it.").format(count=len(moments))
        found["datetime_format"] = Property(full[0], why)
    elif chosen and not moments:
        clock = now.datetime_format.removeprefix(now.date_format)
        found["datetime_format"] = Property(chosen[0] + clock, _("It follows the form of dates."))
    return found


def _about(forms: Sequence[str], texts: Sequence[str], *, also: Sequence[str]) -> str:
    """Say how many dates the first of these forms reads, and whether another one reads them differently."""
    days = [re.split("[ T]", text, maxsplit=1)[0] for text in (*texts, *also)]
    readings = [list(map(TimeForm(form).read, days)) for form in forms]
    if any(reading != readings[0] for reading in readings):
        why = _("{count} dates are read by it; they fit {other} too.")
        return why.format(count=len(days), other=forms[1])
    return _("{count} dates are read by it.").format(count=len(days))


def _fitting(forms: Iterable[str], texts: Sequence[str]) -> list[str]:
    """Return the forms by which the most of these texts can be read, if that is more than half of them."""
    counts = {form: sum(map(bool, map(TimeForm(form).read, texts))) for form in dict.fromkeys(forms)}
    most = max(counts.values(), default=0)
    return [form for form, number in counts.items() if number == most] if 2 * most > len(texts) else []


def _flags(values: list[str], now: Dialect) -> dict[str, Property]:
    said = {value.casefold() for value in values}
    pairs = [(now.yes, now.no), *_YES_NO]
    fitting = [(yes, no) for yes, no in pairs if said <= {yes.casefold(), no.casefold()}]
    if not said or not fitting:
        return {}
    yes, no = fitting[0]
    return {"true_false": Property(f"{yes},{no}", _("Its columns of yes and no have no other words."))}


class _Elements:
    """The root of an XML file and the texts of its elements by name, as far as its beginning goes."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.root = ""
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.EntityDeclHandler = self._refuse
        self._path: list[str] = []
        self._parts: list[str] = []

    def read(self, head: bytes) -> None:
        try:
            self.parser.Parse(head, False)
        except (expat.ExpatError, LookupError, ValueError):
            return  # the reading of the whole file says where it is broken

    def _refuse(self, *_what: object) -> None:
        raise ValueError

    def _start(self, name: str, _attributes: object) -> None:
        self.root = self.root or name.casefold()
        self._path.append(name)
        self._parts = []

    def _text(self, text: str) -> None:
        self._parts.append(text)

    def _end(self, name: str) -> None:
        if len(self._path) in (3, 5) and (text := "".join(self._parts).strip()):
            self.texts.setdefault(name, []).append(text)
        self._path.pop()
        self._parts = []


def _xml(head: bytes, name: str, now: Dialect) -> Seen:
    found = _Elements()
    found.read(head)
    told = parsed(name)
    named = [
        one for one in LAYOUTS if (told and one.kind == told.kind) or (not told and one.root == found.root)
    ]
    layout = max(named or LAYOUTS[:1], key=lambda one: len(matched(found.texts, one)))
    seen = Seen(layout, Form.XML, columns=matched(found.texts, layout))
    texts = {ours: list(islice(found.texts[theirs], _MOST_LINES)) for ours, theirs in seen.columns.items()}
    _values(seen, texts, now)
    return seen
