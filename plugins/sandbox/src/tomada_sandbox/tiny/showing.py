"""What an account holds, as only JSON knows it: amounts as the API writes them, moments as local time."""

from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal

from tomada_sandbox.tiny.wire import money, number, write_date, write_datetime

_AMOUNTS = {
    *("total", "freight", "discount", "other_expenses", "unit_price", "price", "promotional_price", "cost"),
    *("value", "products_total"),
}


def plain(content: object, key: str = "") -> object:
    """Return the content of a value or of a whole record; ``key`` is the name under which it stands."""
    if isinstance(content, Mapping):
        return {str(name): plain(value, str(name)) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [plain(value, key) for value in content]
    if isinstance(content, Decimal):
        return money(content) if key in _AMOUNTS else number(content)
    if isinstance(content, datetime):
        return write_datetime(content)
    if is_dataclass(content):
        return plain(vars(content))
    return write_date(content) if isinstance(content, date) else content
