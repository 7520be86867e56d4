"""How web_api writes and reads values: everything is text, local times without a zone (tray-rest.md 0.4)."""

from dataclasses import is_dataclass
from datetime import datetime
from decimal import Decimal

from tomada_sandbox.clock import BRASILIA
from tomada_sandbox.tiny.wire import money, number, read_decimal

NO_DAY = "0000-00-00"

_FORMATS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


def write_moment(value: datetime) -> str:
    """Write ``yyyy-mm-dd hh:mm:ss`` in São Paulo's time."""
    return value.astimezone(BRASILIA).strftime("%Y-%m-%d %H:%M:%S")


def write_day(value: datetime | None) -> str:
    """Write ``yyyy-mm-dd`` in São Paulo's time; the zero date for None."""
    return NO_DAY if value is None else value.astimezone(BRASILIA).strftime("%Y-%m-%d")


def read_moment(text: str) -> datetime:
    """Read a local time, a day (its midnight) or an ISO 8601 time with offset.

    Raises ``ValueError`` for anything else.
    """
    for pattern in _FORMATS:
        try:
            return datetime.strptime(text, pattern).replace(tzinfo=BRASILIA)
        except ValueError:
            continue
    value = datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=BRASILIA)


def read_amount(value: object, name: str) -> Decimal:
    """Read a number given as text or number; raises ``ValueError`` that names it."""
    found = read_decimal(value)
    if found is None:
        raise ValueError(f"{name} must be a number")
    return found


def flag(value: object) -> str:
    """Write a yes or no as ``1`` or ``0``."""
    return "1" if value else "0"


def plain(content: object, key: str = "") -> object:
    """Reduce to what JSON knows, for inspection: amounts, quantities and times as web_api writes them."""
    if isinstance(content, dict):
        return {name: plain(value, str(name)) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [plain(value, key) for value in content]
    if isinstance(content, Decimal):
        return number(content) if key == "quantity" else money(content)
    if isinstance(content, datetime):
        return write_moment(content)
    return plain(vars(content)) if is_dataclass(content) else content
