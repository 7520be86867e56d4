"""How API 2.0 writes amounts and dates (A4)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal


def number(value: Decimal) -> str:
    """Write a number with a dot, all its decimals and no exponent: a unit price may need more than two."""
    return f"{value:f}"


def day(value: date) -> str:
    """Write ``dd/mm/yyyy``."""
    return f"{value.day:02}/{value.month:02}/{value.year:04}"


def filled(fields: Mapping[str, object]) -> dict[str, object]:
    """Leave out what is empty: a blank that is sent may blank what the contact has in the ERP."""
    return {key: value for key, value in fields.items() if value not in ("", None, [], {})}
