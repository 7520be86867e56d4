"""Strict readers of the service's texts. What cannot be read raises ``WireError``, with the name of the field alone.

Values may be personal, so no error quotes one.
"""

import re
from datetime import date, datetime
from decimal import Decimal

from tomada_tray_soap.envelope import Record
from tomada_tray_soap.settings import DateFormat, Settings

_DAY = {
    DateFormat.ISO: re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})", re.ASCII),
    DateFormat.BRAZILIAN: re.compile(r"(?P<day>\d{2})/(?P<month>\d{2})/(?P<year>\d{4})", re.ASCII),
}
_HOUR = re.compile(r"(\d{1,2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?", re.ASCII)
_GREATEST = Decimal(10) ** 12  # money and quantities stay below, so that sums of their products are exact
_FINEST = Decimal("1e-9")
_YEARS = range(1990, 2101)


class WireError(ValueError):
    """A field that cannot be read: a stable ``code`` and the remote's name of the ``field``."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(f"{code}: {field}")
        self.code = code
        self.field = field


def text(record: Record, key: str) -> str:
    """Return a member as stripped text; empty when it is absent."""
    value = record.get(key, "")
    if isinstance(value, str):
        return value.strip()
    if not value:
        return ""
    raise WireError("bad_text", key)


def first_text(record: Record, *keys: str) -> str:
    """Return the first of several members that is not empty."""
    return next((found for key in keys if (found := text(record, key))), "")


def identifier(record: Record, key: str) -> str:
    """Return an id as text; empty for "0" and absence."""
    found = text(record, key)
    return "" if found == "0" else found


def decimal(record: Record, key: str, settings: Settings, default: Decimal | None = None) -> Decimal:
    """Return an exact number with the store's decimal mark; empty is ``default``, or an error without one."""
    found = text(record, key)
    if not found:
        if default is None:
            raise WireError("missing", key)
        return default
    if settings.decimal_mark != ".":
        if "." in found:
            raise WireError("bad_decimal", key)
        found = found.replace(settings.decimal_mark, ".")
    if not _NUMBER.fullmatch(found) or abs(number := Decimal(found)) >= _GREATEST:
        raise WireError("bad_decimal", key)
    if number != (rounded := number.quantize(_FINEST)):
        number = rounded.normalize()
    return Decimal(f"{number:f}")


def integer(record: Record, key: str, settings: Settings, default: int) -> int:
    """Return a whole number; an empty one is ``default``."""
    number = decimal(record, key, settings, Decimal(default))
    if number != number.to_integral_value():
        raise WireError("bad_integer", key)
    return int(number)


def yes(record: Record, key: str, settings: Settings) -> bool:
    """Tell whether a member says yes in the store's way; anything but yes, no and nothing is an error."""
    found = text(record, key).casefold()
    if found in ("", settings.no.casefold()):
        return False
    if found != settings.yes.casefold():
        raise WireError("bad_yes_no", key)
    return True


def day(record: Record, key: str, settings: Settings) -> date | None:
    """Return the day of a day or a time; None for an empty or zero one."""
    found = _moment(record, key, settings)
    return found.date() if found else None


def moment(record: Record, key: str, settings: Settings, hour_key: str = "") -> datetime | None:
    """Return an aware time; None for an empty or zero day. ``hour_key`` names the member that holds the hour."""
    found = _moment(record, key, settings)
    if found is None:
        return None
    if hour_key and not (found.hour or found.minute or found.second) and (told := text(record, hour_key)):
        found = _at_hour(found, told, hour_key)
    return found.replace(tzinfo=settings.zone)


def written_day(told: date, settings: Settings) -> str:
    """Return a day as the store writes it."""
    return told.strftime("%Y-%m-%d" if settings.date_format is DateFormat.ISO else "%d/%m/%Y")


def written_number(number: Decimal, settings: Settings) -> str:
    """Return an amount with two places and the store's decimal mark."""
    return f"{number:.2f}".replace(".", settings.decimal_mark)


def _moment(record: Record, key: str, settings: Settings) -> datetime | None:
    found = text(record, key)
    if not found or found.startswith(("0000-00-00", "00/00/0000")):
        return None
    told, _gap, hour = found.replace("T", " ").partition(" ")
    match = _DAY[settings.date_format].fullmatch(told)
    if not match:
        raise WireError("bad_date", key)
    try:
        parsed = datetime(int(match["year"]), int(match["month"]), int(match["day"]))  # noqa: DTZ001 - local time
    except ValueError:
        raise WireError("bad_date", key) from None
    if parsed.year not in _YEARS:
        raise WireError("bad_date", key)
    return _at_hour(parsed, hour, key) if hour else parsed


def _at_hour(on: datetime, told: str, key: str) -> datetime:
    match = _HOUR.fullmatch(told.strip())
    try:
        if match:
            return on.replace(hour=int(match[1]), minute=int(match[2]), second=int(match[3] or 0))
    except ValueError:
        pass
    raise WireError("bad_date", key)
