"""A filled catalogue of 6,000 products is linked with an ERP's 3,000 and stays its merchant's (P1, P2).

200 SKUs stand twice at the store, 300 products have none, and 50 have variations on one side only.
"""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.e2e.outgoing import NO_QUOTA, posting, sync_all
from tests.e2e.stage import Stage, quiet
from tests.kill.rest import MovingClock
from tomada.app.linking import match_links
from tomada.flows.products.linking import Match
from tomada.ports.erp_options import Posting
from tomada.ports.options import StoreOptions
from tomada.ports.records import RunState
from tomada.ports.stock import ListingRecord
from tomada_sandbox.clock import VirtualClock

MATCHING, REPEATED, WITHOUT_SKU, ONE_SIDED = 2500, 200, 300, 25
"""One SKU on both sides; SKUs that stand twice; products without one; at either side, those that vary only there."""
STORE, ERP = 6000, 3000
FOUND_OTHERWISE = ERP - MATCHING - REPEATED - 4 * ONE_SIDED
"""Products of the ERP whose SKU the store has not."""
AT_MOST = 200
"""Requests a side."""
LONG_AGO = 3600
DEATHS = (150, 250, 150, 80)
"""Boundaries after which a match dies: twice in the store's list, in the ERP's, and while links are made."""
SEEDED = 10
"""Listings of the store that each sandbox begins with: seven products, a kit among them, and three variations."""


class DiedError(KeyboardInterrupt):
    """Stands for a death of the process: nothing of ours catches it."""


def sizes(sku: str) -> list[str]:
    return [f"{sku}-{size}" for size in "PM"]


def in_store() -> list[dict[str, Any]]:
    """The products of the store; each has a text and a picture of its own."""
    rows: list[dict[str, Any]] = []

    def add(sku: str, name: str, **more: Any) -> None:
        rows.append({"sku": sku, "name": name, "price": "10.00", "stock": 3, "category": "Livros", **more})
        rows[-1]["fields"] = {"description": f"<p>{name}, da nossa serra.</p>"}
        rows[-1]["pictures"] = [f"https://loja.example/{len(rows)}.jpg"]

    for number in range(MATCHING):
        add(f"S{number}", f"Artigo da loja {number}")
    for number in range(REPEATED):
        for place in ("sala", "quarto"):
            add(f"D{number}", f"Quadro {number} para {place}")
    for number in range(WITHOUT_SKU):
        # a third is found by GTIN, a third by name, a third not at all
        add("", f"Lembrança {word(number)}", gtin=gtin(number) if number % 3 == 0 else "")
    for number in range(ONE_SIDED):
        variants = [{"sku": sku, "stock": 1, "values": {"Tamanho": sku[-1]}} for sku in sizes(f"L{number}")]
        add(f"L{number}", f"Vestido {number}", variants=variants)
        add(f"E{number}", f"Camisa {number}")
    while len(rows) < STORE:
        add(f"X{len(rows)}", f"Só na loja {len(rows)}")
    return rows


def in_erp() -> list[dict[str, Any]]:
    """The products of the account, 3,000 with variations."""
    rows: list[dict[str, Any]] = []

    def add(sku: str, name: str, **more: Any) -> None:
        details = {"descricao_complementar": "do ERP", "categoria": "Cozinha"}
        rows.append({"sku": sku, "name": name, "price": "8.00", "stock": "5", "details": details, **more})

    for number in range(MATCHING):
        add(f"S{number}", f"ARTIGO {number} ERP")
    for number in range(REPEATED):
        add(f"D{number}", f"QUADRO {number}")
    for number in range(ONE_SIDED):
        add(f"L{number}", f"VESTIDO {number}")
        grids = [{"sku": sku, "grid": {"Tamanho": sku[-1]}} for sku in sizes(f"E{number}")]
        add(f"E{number}", f"CAMISA {number}", variations=grids)
    for number in range(FOUND_OTHERWISE):
        if number % 3 == 0:
            add(f"N{number}", f"OUTRO {number}", gtin=gtin(number))
        else:
            add(f"N{number}", f"LEMBRANCA {word(number).upper()}" if number % 3 == 1 else f"OUTRO {number}")
    return rows


def word(number: int) -> str:
    """A word that is like no other."""
    return "".join(Random(number).choices("abcdefghijklmnopqrstuvwxyz", k=16))


def gtin(number: int) -> str:
    return f"78912345{number:05}"


@pytest.fixture
def shop(stage: Stage, shared_clock: Path) -> Stage:
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    posting(stage, Posting.ON_INVOICE)
    stage.add_store("a", StoreOptions(quota=NO_QUOTA))
    stage.sandbox.clerk(stage.account, "add_products", products=in_erp())
    stage.sandbox.shop(stage.remote("a"), "add_products", products=in_store())
    stage.later(LONG_AGO)  # an edit of just now would be a change, and facts follow those (P3)
    return stage


def states(shop: Stage) -> tuple[Any, Any]:
    """What both sides sell."""
    store = shop.sandbox.state_of("tray", shop.remote("a"))
    return store["products"], shop.sandbox.state_of("tiny", shop.account)["products"]


def asked(shop: Stage, since: int, remote: str) -> int:
    """The number of requests that reached a side."""
    return sum(one["event"] == "received" for one in shop.sandbox.journal(since, remote))


def writes(shop: Stage, since: int) -> list[str]:
    """What was asked of the store but to read it; a token is renewed with a GET."""
    entries = shop.sandbox.journal(since, f"tray/{shop.remote('a')}")
    return [one["endpoint"] for one in entries if one["event"] == "received" and one["method"] != "GET"]


def sides(shop: Stage, since: int) -> tuple[int, int]:
    """The requests that the store and the account were asked."""
    return asked(shop, since, f"tray/{shop.remote('a')}"), asked(shop, since, f"tiny/{shop.account}")


def links(shop: Stage) -> dict[tuple[str, str], str]:
    with shop.installation.database.read() as tx:
        return {(one.product_id, one.variant_id): one.erp_product_id for one in tx.links.all(1)}


def expected(shop: Stage) -> dict[tuple[str, str], str]:
    """What is linked: whatever has one SKU once on both sides."""
    store, account = states(shop)
    in_account = {row["sku"]: str(row["id"]) for row in account if row["variation"] != "P"}
    sold = [(str(row["id"]), "", row["sku"]) for row in store if not row["variants"]]
    sold += [(str(row["id"]), str(part["id"]), part["sku"]) for row in store for part in row["variants"]]
    times = Counter(sku for _product, _variant, sku in sold)
    return {
        (product, variant): in_account[sku]
        for product, variant, sku in sold
        if times[sku] == 1 and sku in in_account
    }


def doubts(found: Match) -> dict[str, int]:
    return dict(Counter(one.why for one in found.doubts))


DOUBTS = {
    "repeated": 2 * REPEATED,
    "no_sku": WITHOUT_SKU,
    "variations": ONE_SIDED,
    "not_found": STORE - MATCHING - 2 * REPEATED - WITHOUT_SKU - 2 * ONE_SIDED + 2 * ONE_SIDED,
}


def test_p1_thousands_are_linked_in_few_requests_with_every_doubt_and_nothing_is_written(
    shop: Stage,
) -> None:
    before, since = states(shop), shop.sandbox.journal_end()
    found = match_links(shop.installation, "a", quiet)
    assert max(sides(shop, since)) <= AT_MOST
    assert links(shop) == expected(shop)
    assert len(links(shop)) == MATCHING + SEEDED
    assert doubts(found) == DOUBTS
    assert found.listings == len(found.linked) + len(found.doubts) == STORE + ONE_SIDED + SEEDED
    hows = Counter(
        tuple(sorted({one[3] for one in doubt.suggestions}))
        for doubt in found.doubts
        if doubt.why == "no_sku"
    )
    by_gtin, by_name = (len(range(rest, FOUND_OTHERWISE, 3)) for rest in (0, 1))
    assert hows == {("gtin",): by_gtin, ("name",): by_name, (): WITHOUT_SKU - by_gtin - by_name}

    again = match_links(shop.installation, "a", quiet)  # and nothing is made or asked for anew
    assert (again.linked, again.linked_before) == ([], len(found.linked))
    assert [(one.why, one.suggestions) for one in again.doubts] == [
        (one.why, one.suggestions) for one in found.doubts
    ]

    results = sync_all(shop)
    assert {result.state for result in results.values()} == {RunState.DONE}
    assert (writes(shop, since), states(shop)) == ([], before)


def sold_no_more(shop: Stage, sku: str) -> None:
    """Keep a listing of an earlier match whose product the store has no more; it would make this SKU a doubt."""
    read_at = shop.installation.now() - timedelta(days=1)
    with shop.installation.database.begin() as tx:
        tx.listings.save([ListingRecord(1, "1", "", sku, "", "Antigo", 1, None, True, read_at)])


def test_p1_a_match_killed_again_and_again_goes_on_where_it_was(shop: Stage) -> None:
    since = shop.sandbox.journal_end()
    sold_no_more(shop, "S1")
    for step in DEATHS:
        left = iter(range(step))

        def boundary(_name: str, left=left) -> None:
            if next(left, None) is None:
                raise DiedError

        mortal = Stage(shop.sandbox, shop.home, shop.prefix, boundary, shop.names)
        mortal.installation.clock = shop.installation.clock
        with pytest.raises(DiedError):
            match_links(mortal.installation, "a", quiet)
        mortal.close()
    assert 0 < len(links(shop)) < MATCHING
    found = match_links(shop.installation, "a", quiet)
    assert max(sides(shop, since)) <= AT_MOST
    assert links(shop) == expected(shop)
    assert doubts(found) == DOUBTS
