"""Values of one row: texts, numbers, dates, each with the column's name in its error."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from tomada_tray_ftp.damage import Damage
from tomada_tray_ftp.dialect import Dialect
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.tables import Row
from tomada_tray_ftp.time_forms import TimeForm

_ZERO = Decimal(0)
_CLOCK = TimeForm("%H:%M:%S")


class Values:
    """A row read in a dialect; every method raises ``Damage`` for a text that it cannot read."""

    __slots__ = ("_dialect", "_texts", "_zone", "line")

    def __init__(self, row: Row, dialect: Dialect, zone: ZoneInfo) -> None:
        self.line = row.line
        self._dialect = dialect
        self._zone = zone
        self._texts = row.texts

    def text(self, *columns: str) -> str:
        """Return the first text that is not empty; empty when all are."""
        for column in columns:
            if found := self._texts[column]:
                return found
        return ""

    def identifier(self, column: str) -> str:
        """Return a whole number as text, empty for nothing; E21 for anything else."""
        text = self._texts[column]
        if self._dialect.is_null(text):
            return ""
        if not (text.isascii() and text.isdigit() and len(text) <= 18):
            raise Damage("E21", _("Column {column} is not a whole number.").format(column=column), column)
        return str(int(text))

    def integer(self, column: str, default: int) -> int:
        """Return a whole number, or ``default`` for nothing."""
        found = self.identifier(column)
        return int(found) if found else default

    def number(self, column: str, default: Decimal = _ZERO) -> Decimal:
        """Return a number, or ``default`` for nothing."""
        text = self._texts[column]
        return default if self._dialect.is_null(text) else self._dialect.number(text, column)

    def moment(self, column: str, clock: str = "") -> datetime | None:
        """Return an aware time; ``clock`` names the column with the time of day. None for nothing."""
        text = self._texts[column]
        if self._dialect.is_null(text):
            return None
        found = self._dialect.moment(text, column, self._zone)
        told = self._texts[clock] if clock else ""
        if not told:
            return found
        day = _CLOCK.read(told)
        if day is None:
            raise Damage("E22", _("Column {column} is not a time.").format(column=clock), clock)
        return found.replace(hour=day.hour, minute=day.minute, second=day.second)

    def flag(self, column: str) -> bool:
        """Return a yes or no; nothing is no."""
        text = self._texts[column]
        return not self._dialect.is_null(text) and self._dialect.flag(text, column)
