"""The bodies of answers: JSON with exact numbers, and the envelope of lists."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tomada_tray_rest.wire import Record, WireError, integer, member, members

BYTE_ORDER_MARK = "\ufeff"
"""What a file that was saved with it puts before everything that PHP answers."""


def parsed(text: str) -> dict[str, Any] | None:
    """Return the JSON object of a body, numbers as ``Decimal``; None when the body is none."""
    try:
        found = json.loads(text.removeprefix(BYTE_ORDER_MARK), parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):  # ArithmeticError: an exponent beyond any Decimal
        return None
    return found if isinstance(found, dict) else None


def total_of(body: Mapping[str, Any]) -> int | None:
    """Return the number of rows that the whole list has, or None when the answer has no paging."""
    try:
        total = integer(member(body, "paging"), "total", -1)
    except WireError:
        return None
    return None if total < 0 else total


def page_size_of(body: Mapping[str, Any], asked: int) -> int:
    """Return how many rows a page has: what was asked for, or fewer where the store says so."""
    try:
        told = integer(member(body, "paging"), "limit", asked)
    except WireError:
        return asked
    return min(asked, told) if told > 0 else asked


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
