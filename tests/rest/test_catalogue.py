"""The store's products, read whole, on from the end of a reading, and while they vanish (P1)."""

import random
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.rest.fakes import FakeClock, FakeContext, FakeTray
from tomada.spi import Checkpoint, Listing, ListingQuery
from tomada_tray_rest.catalogue import PAGE, listings


class Shop:
    """Products with or without variations behind the list of a store; ``between`` runs after each answer."""

    def __init__(self) -> None:
        self.tray = FakeTray(FakeClock())
        self.tray.interfere = self._answer
        self.ctx = FakeContext(self.tray)
        self.products: dict[int, dict[str, Any]] = {}
        self.variants: dict[int, dict[str, Any]] = {}
        self.sortable = True
        self._last = 0

    def add(self, sku: str, *variations: str) -> None:
        product = self._new(reference=sku, ean=f"g{sku}", has_variation="1" if variations else "0")
        self.products[int(product["id"])] = product
        for variation in variations:
            made = self._new(reference=variation, product_id=product["id"], Sku=[{"value": variation[-1]}])
            self.variants[int(made["id"])] = made

    def read(self, cursor: str | None = None) -> tuple[list[Listing], str]:
        """Return the listings and the last cursor."""
        found, last = [], ""
        for event in listings(self.ctx.session, ListingQuery(cursor=cursor)):
            if isinstance(event, Checkpoint):
                last = event.cursor
            else:
                found.append(event)
        return found, last

    def requests(self) -> list[str]:
        """The pages that were asked for since the last call."""
        asked = [path for path, _params in self.tray.requests]
        self.tray.requests.clear()
        return asked

    def _new(self, **fields: Any) -> dict[str, Any]:
        self._last += 1
        return {"id": str(self._last), "name": f"N{self._last}", "stock": "1", "price": "1.00", **fields}

    def _answer(self, request: httpx.Request) -> httpx.Response | None:
        for path, rows, plural in (
            ("/products", self.products, "Products"),
            ("/products/variants", self.variants, "Variants"),
        ):
            if request.url.path == f"/web_api{path}":
                return self._page(list(rows.values()), plural, dict(request.url.params))
        return None

    def _page(self, rows: list[dict[str, Any]], plural: str, params: dict[str, str]) -> httpx.Response:
        if params["sort"] == "id_desc" and self.sortable:
            rows.reverse()
        size, page = int(params["limit"]), int(params["page"])
        shown = [{plural[:-1]: row} for row in rows[(page - 1) * size : page * size]]
        return httpx.Response(200, json={"paging": {"total": len(rows)}, plural: shown})


@pytest.fixture
def shop() -> Iterator[Shop]:
    made = Shop()
    yield made
    made.ctx.session.close()


def skus(found: list[Listing]) -> set[str]:
    return {one.sku for one in found}


def test_p1_a_variation_tells_the_sku_and_gtin_of_its_product(shop: Shop) -> None:
    shop.add("A", "A-P", "A-M")
    shop.add("B")
    found, _cursor = shop.read()
    told = {one.sku: (one.product_sku, one.product_gtin, one.name) for one in found}
    assert told == {"A-P": ("A", "gA", "N1 P"), "A-M": ("A", "gA", "N1 M"), "B": ("", "", "N4")}


def test_p1_what_was_added_since_a_whole_reading_costs_one_page_of_each_list(shop: Shop) -> None:
    for number in range(3 * PAGE):
        shop.add(f"P{number}", f"P{number}-X")
    _found, cursor = shop.read()
    assert len(shop.requests()) == 6
    assert shop.read(cursor) == ([], cursor)
    assert len(shop.requests()) == 2
    shop.add("new")
    shop.add("too", "too-P")
    found, later = shop.read(cursor)
    assert skus(found) == {"new", "too-P"}
    assert shop.read(later)[0] == []


def test_p1_more_than_a_page_was_added(shop: Shop) -> None:
    shop.add("old")
    _found, cursor = shop.read()
    added = {f"P{number}" for number in range(2 * PAGE + 1)}
    for sku in sorted(added):
        shop.add(sku)
    assert skus(shop.read(cursor)[0]) == added


def test_p1_a_store_that_does_not_sort_is_read_to_its_end(shop: Shop) -> None:
    shop.sortable = False
    for number in range(2 * PAGE):
        shop.add(f"P{number}")
    _found, cursor = shop.read()
    shop.add("new")
    assert skus(shop.read(cursor)[0]) == {"new"}


@pytest.mark.parametrize("seed", range(4))
def test_p1_products_that_vanish_while_the_list_is_read_hide_no_other(shop: Shop, seed: int) -> None:
    chance = random.Random(seed)
    for number in range(4 * PAGE):
        shop.add(f"P{number}")

    def vanish(_request: httpx.Request) -> None:
        for _ in range(chance.randint(0, PAGE)):
            if len(shop.products) > PAGE:
                del shop.products[chance.choice(list(shop.products))]

    shop.tray.after = vanish
    found, _cursor = shop.read()
    assert {one["reference"] for one in shop.products.values()} <= skus(found)


def test_p1_a_reading_that_was_cut_short_goes_on_at_its_page_and_still_knows_its_end(shop: Shop) -> None:
    for number in range(2 * PAGE):
        shop.add(f"P{number}", f"P{number}-X")
    cursors = [
        event.cursor for event in listings(shop.ctx.session, ListingQuery()) if isinstance(event, Checkpoint)
    ]
    whole, end = shop.read()
    for place, cursor in enumerate(cursors):
        rest, last = shop.read(cursor)
        assert last == end
        assert skus(rest) <= skus(whole)
        assert bool(rest) == (place < len(cursors) - 2)  # the last page is read, and then its end
    shop.add("new")
    assert skus(shop.read(end)[0]) == {"new"}
