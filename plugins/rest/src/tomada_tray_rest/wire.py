"""Tolerant readers of Tray's JSON.

The remote sends scalars as strings, empty containers as ``[]``, ``""`` or nothing, zero dates for no date,
and numbers as text or as numbers (tray-rest.md 0.4, 2.5). What cannot be read raises ``WireError`` with the
name of the field and never with its value, as values may be personal.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Record = Mapping[str, Any]

_DATE = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2})?)(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_HOUR = re.compile(r"\d{1,2}:\d{2}(:\d{2})?", re.ASCII)
_NUMBER = re.compile(r"[+-]?\d{1,40}(\.\d{1,40})?", re.ASCII)
_GREATEST = Decimal(10) ** 12  # money and quantities stay below, so that sums of their products are exact
_FINEST = Decimal("1e-9")  # what is smaller was added by a float of the remote's
_YEARS = range(1990, 2101)


class WireError(ValueError):
    """A field that cannot be read: a stable ``code`` and the remote's name of the ``field``."""

    def __init__(self, code: str, field: str) -> None:
        super().__init__(f"{code}: {field}")
        self.code = code
        self.field = field


def text(record: Record, key: str) -> str:
    """Return a scalar as stripped text; empty when it is absent or an empty container.

    Characters that no database stores (NUL, lone surrogates) are replaced or dropped.
    """
    value = record.get(key)
    if value is None or value in ([], {}):
        return ""
    if isinstance(value, list | dict):
        raise WireError("bad_text", key)
    if isinstance(value, bool):
        return "1" if value else "0"
    return str(value).replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()


def first_text(record: Record, *keys: str) -> str:
    """Return the first of several fields that is not empty."""
    return next((found for key in keys if (found := text(record, key))), "")


def flag(record: Record, key: str) -> bool:
    """Read "1" as yes; "", "0" and absence as no."""
    return text(record, key) == "1"


def identifier(record: Record, key: str) -> str:
    """Return an id as text; empty for "", "0" and absence."""
    found = text(record, key)
    return "" if found == "0" else found


def decimal(record: Record, key: str, default: Decimal | None = None) -> Decimal:
    """Return an exact number; an empty one is ``default``, or an error when there is no default.

    Decimals after the ninth are rounded away: a float of the remote's may have them (27.235000000000003).
    """
    found = text(record, key)
    if not found:
        if default is None:
            raise WireError("missing", key)
        return default
    number = record[key]  # a JSON number may have an exponent, a text may not
    if not isinstance(number, Decimal):
        if not _NUMBER.fullmatch(found):
            raise WireError("bad_decimal", key)
        number = Decimal(found)
    if abs(number) >= _GREATEST:
        raise WireError("bad_decimal", key)
    if number != (rounded := number.quantize(_FINEST)):
        number = rounded.normalize()
    return Decimal(f"{number:f}")


def integer(record: Record, key: str, default: int) -> int:
    """Return a whole number; "3", 3 and "3.00" are the same, an empty one is ``default``."""
    try:
        number = decimal(record, key, Decimal(default))
    except WireError as error:
        raise WireError("bad_integer", error.field) from None
    if number != number.to_integral_value():
        raise WireError("bad_integer", key)
    return int(number)


def day(record: Record, key: str) -> date | None:
    """Return the date of a date or date-time; None for an empty or zero date."""
    found = _moment_text(record, key)
    return None if found is None else _parsed(found[0], key).date()


def moment(record: Record, key: str, zone: ZoneInfo, hour_key: str = "") -> datetime | None:
    """Return an aware time; None for an empty or zero date.

    A text without offset is local time of ``zone``. ``hour_key`` names the field that holds the time of day
    where the remote sends it apart.
    """
    found = _moment_text(record, key)
    if found is None:
        return None
    on, at, offset = found
    if not at and hour_key:
        at = _hour(record, hour_key)
    parsed = _parsed(f"{on}T{at or '00:00'}{offset}", key)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=zone)


def _hour(record: Record, key: str) -> str:
    found = text(record, key)
    if not found:
        return ""
    if not _HOUR.fullmatch(found):
        raise WireError("bad_date", key)
    return found.zfill(8 if found.count(":") == 2 else 5)


def _moment_text(record: Record, key: str) -> tuple[str, str, str] | None:
    found = text(record, key)
    if not found or found.startswith("0000-00-00"):
        return None
    match = _DATE.fullmatch(found)
    if not match:
        raise WireError("bad_date", key)
    return match[1], match[2] or "", match[3] or ""


def _parsed(found: str, key: str) -> datetime:
    try:
        parsed = datetime.fromisoformat(found)
    except ValueError:
        raise WireError("bad_date", key) from None
    if parsed.year not in _YEARS:
        raise WireError("bad_date", key)
    return parsed


def member(record: Record, key: str) -> Record:
    """Return a nested object; empty for absence and for the ``[]`` that stands for an empty object.

    A list of one object counts as that object, as several keys are either.
    """
    value = record.get(key)
    if not value:
        return {}
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if not isinstance(value, dict):
        raise WireError("bad_shape", key)
    return unwrapped(value, key)


def members(record: Record, key: str, wrapper: str = "") -> list[Record]:
    """Return the objects of a list without their one-key wrapper (``wrapper``, by default ``key``).

    A single object where a list belongs counts as a list of one (tray-rest.md 2.3, 10.5).
    """
    value = record.get(key)
    if not value:
        return []
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(item, dict) for item in found):
        raise WireError("bad_shape", key)
    return [unwrapped(item, wrapper or key) for item in found]


def unwrapped(value: Record, wrapper: str) -> Record:
    """Return ``value[wrapper]`` where the object is wrapped in its own name, else the object itself."""
    inner = value.get(wrapper)
    return inner if isinstance(inner, dict) else value
