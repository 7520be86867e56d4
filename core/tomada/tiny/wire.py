"""How API 2.0 writes amounts and dates (A4). Its times are local ones and never say so: São Paulo's."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from tomada.tiny.envelope import Record, text, unexpected

LOCAL = ZoneInfo("America/Sao_Paulo")

_BRAZILIAN = re.compile(r"(?P<day>\d\d)/(?P<month>\d\d)/(?P<year>\d{4})(?: (?P<time>\d\d:\d\d(?::\d\d)?))?")
_ISO = re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)(?:[ T](?P<time>\d\d:\d\d(?::\d\d)?))?")
_NO_DATE = re.compile(r"[0/: -]*")


def number(value: Decimal) -> str:
    """Write a number with a dot, all its decimals and no exponent: a unit price may need more than two."""
    return f"{value:f}"


def day(value: date) -> str:
    """Write ``dd/mm/yyyy``."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def moment(value: datetime) -> str:
    """Write an aware time as local ``dd/mm/yyyy hh:mm:ss``, without its fraction."""
    local = value.astimezone(LOCAL)
    return f"{day(local)} {local:%H:%M:%S}"


def read_moment(content: Record, key: str) -> datetime | None:
    """Read a local time (midnight for a date alone) as an aware one; None when there is none, or only zeros."""
    plain = text(content, key)
    if _NO_DATE.fullmatch(plain):
        return None
    found = _BRAZILIAN.fullmatch(plain) or _ISO.fullmatch(plain)
    try:
        if not found:
            raise ValueError
        parts = found.groupdict()
        local = datetime.fromisoformat(
            f"{parts['year']}-{parts['month']}-{parts['day']}T{parts['time'] or '00:00'}"
        )
    except ValueError:
        raise unexpected(key) from None
    return local.replace(tzinfo=LOCAL)


def read_day(content: Record, key: str) -> date | None:
    """Read a date, with or without a time; None when there is none, or only zeros."""
    found = read_moment(content, key)
    return found and found.date()


def filled(fields: Mapping[str, object]) -> dict[str, object]:
    """Leave out what is empty: a blank that is sent may blank what the contact has in the ERP."""
    return {key: value for key, value in fields.items() if value not in ("", None, [], {})}
