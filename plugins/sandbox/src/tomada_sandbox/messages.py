"""A request as handlers see it, and the answer they return."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import parse_qsl

T = TypeVar("T")


class Request:
    """A whole request. ``path`` is what comes after the remote's address, with its leading slash.

    ``address`` is the remote's own address as the client knows it, ``shift`` by how many rows a list has
    moved on (fault ``shift_pages``), ``notes`` what the handler leaves for the journal.
    """

    __slots__ = ("_query", "address", "body", "headers", "method", "notes", "path", "query_string", "shift")

    def __init__(
        self,
        method: str,
        path: str,
        query_string: str = "",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        address: str = "",
    ) -> None:
        self.method = method
        self.path = path
        self.query_string = query_string
        self.headers: Mapping[str, str] = headers or {}
        self.body = body
        self.address = address
        self.shift = 0
        self.notes: dict[str, object] = {}
        self._query: dict[str, str] | None = None

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the query string; of a repeated one the last."""
        if self._query is None:
            self._query = dict(parse_qsl(self.query_string, keep_blank_values=True))
        return self._query

    def note(self, **ids: object) -> None:
        """Leave ids for the journal's entry of this request's effect."""
        self.notes.update(ids)


@dataclass(slots=True)
class Answer:
    """A status, headers and a body."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, content: object, status: int = 200, **headers: str) -> "Answer":
        """Write ``content`` as UTF-8 JSON; decimals and dates are the caller's to turn into text."""
        body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
        return cls(status, body, {"content-type": "application/json; charset=utf-8"} | headers)


def page_of(rows: Sequence[T], page: int, size: int, shift: int = 0) -> Sequence[T]:
    """Cut a page (counted from 1) out of ``rows``.

    ``shift`` is ``Request.shift``: a positive one brings rows of the page before again, a negative one skips
    rows. The first page never begins before the first row.
    """
    start = (page - 1) * size
    moved = max(0, start - shift) if page > 1 else 0
    return rows[moved : moved + size]
