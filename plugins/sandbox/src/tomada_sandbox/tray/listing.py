"""The envelope of lists: paging, sort, filters (tray-rest.md 3)."""

import json
from collections.abc import Iterable, Mapping
from typing import TypeVar

from tomada_sandbox.messages import Answer

DEFAULT_LIMIT, MAX_LIMIT = 30, 50

T = TypeVar("T")


def paging(query: Mapping[str, str]) -> tuple[int, int]:
    """Return page (from 1) and limit; what is no number, or too large, is put right."""
    page, limit = _positive(query.get("page"), 1), _positive(query.get("limit"), DEFAULT_LIMIT)
    return page, min(limit, MAX_LIMIT)


def sorting(query: Mapping[str, str], known: Iterable[str]) -> tuple[str, str]:
    """Return field and direction; ``id`` and ``asc`` for a sort that is missing or unknown."""
    field, _, direction = query.get("sort", "").rpartition("_")
    if field in known and direction.lower() in ("asc", "desc"):
        return field, direction.lower()
    return "id", "asc"


def envelope(
    key: str,
    rows: Iterable[bytes],
    total: int,
    page: tuple[int, int],
    sort: tuple[str, str],
    available: Iterable[str] = (),
    applied: Mapping[str, str] | None = None,
) -> Answer:
    """Answer one page of rows that are JSON already."""
    number, limit = page
    head = {
        "paging": {
            "total": total,
            "page": number,
            "offset": (number - 1) * limit,
            "limit": limit,
            "maxLimit": MAX_LIMIT,
        },
        "sort": [{sort[0]: sort[1]}],
        "availableFilters": list(available),
        "appliedFilters": dict(applied) if applied else [],
    }
    start = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()[:-1]
    body = b"".join((start, b',"', key.encode(), b'":[', b",".join(rows), b"]}"))
    return Answer(200, body, {"content-type": "application/json; charset=utf-8"})


def _positive(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and int(text) > 0 else default
