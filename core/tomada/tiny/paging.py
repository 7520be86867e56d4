"""Lists come in pages of 100 (A4); an empty one is an error, which the client has turned into None."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tomada.tiny.client import TinyClient
from tomada.tiny.envelope import elements, integer


@dataclass(frozen=True, slots=True)
class Listing:
    """A search service, the key of its list and the wrapper of its elements."""

    service: str
    key: str
    wrapper: str
    method: Literal["GET", "POST"] = "POST"


def read_page(
    client: TinyClient, listing: Listing, params: Mapping[str, str], page: int
) -> tuple[list[dict[str, Any]], int]:
    """Return the rows of one page (from 1) and the number of pages; nothing and 0 beyond the last."""
    content = client.read(listing.service, {**params, "pagina": str(page)}, listing.method)
    if content is None:
        return [], 0
    return elements(content, listing.key, listing.wrapper), integer(content, "numero_paginas") or 1


def read_rows(client: TinyClient, listing: Listing, params: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """Yield the rows of all pages. A list that moves while it is read may give a row twice."""
    page = 0
    while True:
        page += 1
        rows, pages = read_page(client, listing, params, page)
        yield from rows
        if not rows or page >= pages:
            return
