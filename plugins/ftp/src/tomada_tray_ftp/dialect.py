"""How a store writes its files: encoding, delimiter, numbers, dates, names of columns (contract 9.5).

Reading is strict: a number with the other decimal mark is refused, as money is never guessed.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from tomada_tray_ftp.damage import Damage
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.time_forms import TimeForm

BOM = b"\xef\xbb\xbf"


class Form(StrEnum):
    """The form of a file."""

    CSV = "csv"
    XML = "xml"


@dataclass(frozen=True)
class Dialect:
    """One way of writing. ``columns`` maps our names to the store's (to positions from 1 without a header).

    ``date_format`` and ``datetime_format`` are those of ``strftime``; ``yes`` and ``no`` what a flag says.
    """

    form: Form = Form.CSV
    encoding: str = "iso-8859-1"
    delimiter: str = ";"
    quote: str = '"'
    decimal: str = "."
    thousands: str = ""
    date_format: str = "%Y-%m-%d"
    datetime_format: str = "%Y-%m-%d %H:%M:%S"
    yes: str = "S"
    no: str = "N"
    newline: str = "\r\n"
    has_header: bool = True
    columns: dict[str, str] = field(default_factory=dict)
    null_values: tuple[str, ...] = ("", "0000-00-00", "0000-00-00 00:00:00")

    def with_(self, **changes: object) -> "Dialect":
        """Return a copy with other properties."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the settings validate them

    # reading

    def decode(self, raw: bytes) -> str:
        """Return the text of some bytes; raises ``UnicodeDecodeError`` for what the encoding does not have.

        ISO-8859-1 is read as Windows-1252, which it nearly always is.
        """
        encoding = "cp1252" if self.encoding == "iso-8859-1" else self.encoding
        return raw.decode(encoding)

    def is_null(self, text: str) -> bool:
        """Tell whether a text stands for nothing."""
        return text in self.null_values

    def number(self, text: str, column: str) -> Decimal:
        """Read a number; raises ``Damage`` E21 for the other decimal mark and for anything else."""
        if not self._number.fullmatch(text):
            raise Damage(
                "E21", _("Column {column} is not a number in this dialect.").format(column=column), column
            )
        if self.thousands:
            text = text.replace(self.thousands, "")
        return Decimal(text.replace(self.decimal, "."))

    def day(self, text: str, column: str) -> date:
        """Read a date; raises ``Damage`` E22."""
        found = self._date_form.read(text)
        if found is None:
            raise _bad_date(column)
        return found.date()

    def moment(self, text: str, column: str, zone: ZoneInfo) -> datetime:
        """Read a date with time, or a date alone (its midnight), as an aware time; raises ``Damage`` E22."""
        found = self._datetime_form.read(text) or self._date_form.read(text)
        if found is None:
            raise _bad_date(column)
        return found.replace(tzinfo=zone)

    def flag(self, text: str, column: str) -> bool:
        """Read a yes or no; raises ``Damage`` E22."""
        if text.casefold() in (self.yes.casefold(), self.no.casefold()):
            return text.casefold() == self.yes.casefold()
        message = _("Column {column} is neither {yes} nor {no}.")
        raise Damage("E22", message.format(column=column, yes=self.yes, no=self.no), column)

    # writing

    def write_number(self, value: Decimal, places: int = 2) -> str:
        """Write a number with fixed places and without thousands marks."""
        return f"{value:.{places}f}".replace(".", self.decimal)

    def write_day(self, value: date) -> str:
        """Write a date."""
        return value.strftime(self.date_format)

    def write_moment(self, value: datetime, zone: ZoneInfo) -> str:
        """Write an aware time in the store's zone."""
        return value.astimezone(zone).strftime(self.datetime_format)

    def write_flag(self, *, value: bool) -> str:
        """Write a yes or no."""
        return self.yes if value else self.no

    def written(self, text: str) -> str:
        """Return a text as it will stand in a file: quotes that come of it are there before anything is quoted."""
        return self.encode(text).decode(self.encoding)

    def encode(self, text: str) -> bytes:
        """Return the bytes of a text; what the encoding lacks is transliterated, else written as ``?``."""
        return "".join(self._writable(letter) for letter in text).encode(self.encoding, "replace")

    def _writable(self, letter: str) -> str:
        try:
            letter.encode(self.encoding)
        except UnicodeEncodeError:
            plain = unicodedata.normalize("NFKD", _LIKE.get(letter, letter))
            return "".join(part for part in plain if not unicodedata.combining(part))
        return letter

    @cached_property
    def _date_form(self) -> TimeForm:
        return TimeForm(self.date_format)

    @cached_property
    def _datetime_form(self) -> TimeForm:
        return TimeForm(self.datetime_format)

    @cached_property
    def _number(self) -> re.Pattern[str]:
        whole = r"\d{1,15}"
        if self.thousands:
            whole = rf"(?:\d{{1,3}}(?:{re.escape(self.thousands)}\d{{3}}){{1,4}}|\d{{1,15}})"
        return re.compile(rf"-?{whole}(?:{re.escape(self.decimal)}\d{{1,6}})?", re.ASCII)


_LIKE = {
    "–": "-",
    "—": "-",
    "\u2018": "'",
    "\u2019": "'",
    "“": '"',
    "”": '"',
    "…": "...",
    "€": "EUR",
    "\u00a0": " ",
}

BRAZILIAN = {"date_format": "%d/%m/%Y", "datetime_format": "%d/%m/%Y %H:%M:%S", "decimal": ","}
PROFILES = {
    "tray-legado": Dialect(),
    "br-planilha": Dialect(encoding="cp1252").with_(**BRAZILIAN),
    "utf8": Dialect(encoding="utf-8"),
    "tab": Dialect(encoding="utf-8", delimiter="\t"),
    "xml": Dialect(form=Form.XML, encoding="utf-8"),
}


def _bad_date(column: str) -> Damage:
    return Damage("E22", _("Column {column} is not a date in this dialect.").format(column=column), column)
