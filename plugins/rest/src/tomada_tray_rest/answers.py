"""The bodies of answers: JSON with exact numbers, and the envelope of lists."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tomada_tray_rest.wire import Record, WireError, integer, member, members


def parsed(text: str) -> dict[str, Any] | None:
    """Return the JSON object of a body, numbers as ``Decimal``; None when the body is none."""
    try:
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):  # an exponent may be too large for ``Decimal``
        return None
    return found if isinstance(found, dict) else None


def total_of(body: Mapping[str, Any]) -> int | None:
    """Return the number of rows that the whole list has, or None when the answer has no paging."""
    try:
        total = integer(member(body, "paging"), "total", -1)
    except WireError:
        return None
    return None if total < 0 else total


def sorted_by(body: Mapping[str, Any]) -> tuple[str, str]:
    """Return field and direction of the first applied sort key, as the answer says; else empty texts."""
    sort = body.get("sort")
    first = sort[0] if isinstance(sort, list) and sort else sort
    if not isinstance(first, dict) or not first:
        return "", ""
    field, direction = next(iter(first.items()))
    return str(field).rsplit(".", 1)[-1].lower(), str(direction).lower()


def listed(body: Mapping[str, Any], plural: str, singular: str) -> list[Record]:
    """Return the rows of a list without their wrappers."""
    return members(body, plural, singular)
