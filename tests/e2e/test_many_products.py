"""Many new products, looked up in one listing of the store: few requests, nothing doubled whatever happens (P1)."""

import random
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.e2e.outgoing import link_all, options
from tests.e2e.stage import Stage, quiet
from tests.kill.rest import MovingClock
from tomada.flows.products.flow import ProductPlan, send_products, unlinked
from tomada_sandbox.clock import VirtualClock

PRODUCTS = 24
"""More than one batch, and more than are looked up one by one."""
SIZES = "PM"


class DiedError(KeyboardInterrupt):
    """Stands for a death of the process: nothing of ours catches it."""


@pytest.fixture
def shop(stage: Stage, shared_clock) -> Stage:
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    stage.add_store("a", options())
    link_all(stage)
    return stage


def add(shop: Stage, count: int) -> None:
    products = [
        {
            "sku": f"B{number:02}",
            "name": f"Boné {number}",
            "price": "39.90",
            "gtin": gtin(number),
            "variations": [{"sku": f"B{number:02}-{size}", "grid": {"Tamanho": size}} for size in SIZES],
        }
        for number in range(count)
    ]
    shop.sandbox.clerk(shop.account, "add_products", products=products)


def gtin(number: int) -> str:
    return f"78912345{number:05}"


def whole(count: int) -> dict[str, list[str]]:
    return {f"B{number:02}": [f"B{number:02}-{size}" for size in SIZES] for number in range(count)}


def made(shop: Stage) -> dict[str, list[str]]:
    """SKU → its variations' SKUs; fails for a doubled product."""
    products = shop.sandbox.state_of("tray", shop.remote("a"))["products"]
    ours = [one for one in products if one["sku"].startswith("B")]
    found = {one["sku"]: [part["sku"] for part in one["variants"]] for one in ours}
    assert len(found) == len(ours)
    return found


def send_new(
    shop: Stage, *, between: Callable[[ProductPlan], None] = lambda _plan: None
) -> list[ProductPlan]:
    """Send what the store lacks; ``between`` runs after each batch."""
    with shop.installation.database.read() as tx:
        store = tx.stores.by_name("a")
    plans = []
    with shop.installation.reading(store, "test", quiet, "products", writes=True) as ctx:
        missing = unlinked(ctx)
        ctx.confirmed = True
        for plan in send_products(ctx, missing.product_ids, new=True, repeated=missing.repeated):
            plans.append(plan)
            between(plan)
    return plans


def held(shop: Stage) -> dict[str, str]:
    with shop.installation.database.read() as tx:
        return {hold.key: hold.code for hold in tx.holds.select(1)}


def test_p1_one_listing_and_what_is_new_before_each_batch_serve_all_look_ups(shop: Stage) -> None:
    add(shop, PRODUCTS)
    before = shop.requests()
    plans = send_new(shop)
    new = shop.requests() - before
    assert made(shop) == whole(PRODUCTS)
    # one page of each list to begin with, and one of each for each batch
    assert new["tray products"] == new["tray variants"] == 1 + len(plans)
    assert (new["tray products.create"], new["tray variants.create"]) == (PRODUCTS, PRODUCTS * len(SIZES))
    # and the parent of the three variations that are linked, which nobody knew
    assert new["tiny produto.obter.php"] == PRODUCTS * (1 + len(SIZES)) + 1 + 3
    assert new["tiny produtos.pesquisa.php"] == 1


@pytest.mark.parametrize("by", ["sku", "gtin", "variation"])
def test_p1_what_a_person_creates_at_the_store_after_the_listing_was_read_is_held_and_not_doubled(
    shop: Stage, by: str
) -> None:
    add(shop, PRODUCTS)
    theirs = {
        "sku": {"sku": "B23", "name": "Boné feito à mão", "price": "1.00"},
        "gtin": {"sku": "MINE", "name": "Boné feito à mão", "price": "1.00", "gtin": gtin(23)},
        "variation": {
            "sku": "MINE",
            "name": "Boné feito à mão",
            "price": "1.00",
            "variants": [{"sku": "B23-P", "values": {"Tamanho": "P"}}],
        },
    }[by]
    done: list[str] = []

    def by_hand(_plan: ProductPlan) -> None:
        if not done:
            shop.sandbox.shop(shop.remote("a"), "add_products", products=[theirs])
            done.append(by)

    send_new(shop, between=by_hand)
    assert held(shop)["B23"] == "link_first"
    state = shop.sandbox.state_of("tray", shop.remote("a"))["products"]
    assert [one["sku"] for one in state if one["name"] == "Boné 23"] == []
    assert len([one for one in state if one["sku"].startswith("B") and one["name"] != theirs["name"]]) == 23


def test_p1_what_the_listing_shows_is_looked_up_exactly(shop: Stage) -> None:
    add(shop, PRODUCTS)
    theirs = [
        {"sku": "B01", "name": "Só o SKU", "price": "1.00"},
        {
            "sku": "ANY",
            "name": "Tudo",
            "price": "1.00",
            "variants": [{"sku": f"B02-{size}", "values": {"Tamanho": size}} for size in SIZES],
        },
    ]
    shop.sandbox.shop(shop.remote("a"), "add_products", products=theirs)
    send_new(shop)
    assert {sku: code for sku, code in held(shop).items() if sku.startswith("B")} == {"B01": "link_first"}
    assert made(shop) == whole(PRODUCTS) | {"B01": []}
    names = {one["name"] for one in shop.sandbox.state_of("tray", shop.remote("a"))["products"]}
    assert {"Só o SKU", "Tudo"} <= names  # the second was linked by its variations
    assert not {"Boné 1", "Boné 2"} & names


def test_p1_a_listing_that_would_cost_more_than_the_look_ups_is_given_up(shop: Stage) -> None:
    products = [{"sku": f"S{number:04}", "name": f"N{number}", "price": "1.00"} for number in range(1500)]
    shop.sandbox.shop(shop.remote("a"), "add_products", products=products)
    add(shop, 2)
    before = shop.requests()
    send_new(shop)
    assert made(shop) == whole(2)
    pages = (shop.requests() - before)["tray products"]
    assert pages < len(products) / 50


@pytest.mark.parametrize("seed", range(3))
def test_p1_killed_anywhere_and_run_again_nothing_is_doubled_or_lost(shop: Stage, seed: int) -> None:
    add(shop, PRODUCTS)
    chance = random.Random(seed)
    for _ in range(4):
        left = iter(range(chance.randrange(10, 200)))

        def boundary(_name: str, left=left) -> None:
            if next(left, None) is None:
                raise DiedError

        mortal = Stage(shop.sandbox, shop.home, shop.prefix, boundary, shop.names)
        mortal.installation.clock = shop.installation.clock
        with suppress(DiedError):
            send_new(mortal)
        mortal.close()
        shop.later()
    for _ in range(2):
        send_new(shop)
        shop.later()
    assert made(shop) == whole(PRODUCTS)
    assert {sku for sku in held(shop) if sku.startswith("B")} == set()
    since = shop.sandbox.journal_end()
    send_new(shop)
    again = shop.sandbox.journal(since=since, remote=f"tray/{shop.remote('a')}")
    assert [one for one in again if one.get("method") in ("POST", "PUT")] == []
