"""Products that are not active in the ERP any more: unavailable and at zero at the store, never deleted (P4)."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.outgoing import NO_QUOTA, link_all, posting, sync_all
from tests.e2e.stage import Stage
from tests.kill.rest import MovingClock
from tomada.ports.erp_options import Posting
from tomada.ports.options import GuardOptions, ProductOptions, StockOptions, StoreOptions
from tomada_sandbox.clock import VirtualClock

BOOK, SHIRT, MEDIUM = "LIVRO-RECEITAS", "CAMISETA", "CAMISETA-M-BR"


@pytest.fixture
def shop(stage: Stage, shared_clock: Path) -> Stage:
    """A store that has been linked, whose balances are the ERP's."""
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    posting(stage, Posting.ON_INVOICE, product_hours=0.0001)
    stage.add_store("a", chosen())
    link_all(stage)
    for _ in range(2):  # the parents of variations are learned by the first
        sync(stage)
    return stage


def chosen(*, withdraw: bool = True, zero_at_least: int = 10) -> StoreOptions:
    return StoreOptions(
        quota=NO_QUOTA,
        stock=StockOptions(confirmed=True),
        products=ProductOptions(withdraw=withdraw),
        guard=GuardOptions(zero_at_least=zero_at_least, zero_percent=100),
    )


def set_options(shop: Stage, options: StoreOptions) -> None:
    with shop.installation.database.begin() as tx:
        store = tx.stores.by_name("a")
        assert store
        store.options = options
        tx.stores.save(store)


def sync(shop: Stage, *, confirmed: bool = False) -> dict[str, str | None]:
    """Sync everything; flow → what stopped it."""
    shop.later()
    return {
        flow: one.error for (_name, flow), one in sync_all(shop, confirmed=confirmed).items() if one.error
    }


def catalogue(shop: Stage) -> dict[str, dict[str, Any]]:
    """SKU → all that the store has of a product, but when it was changed."""
    rows = shop.sandbox.state_of("tray", shop.remote("a"))["products"]
    for one in (*rows, *(variant for row in rows for variant in row["variants"])):
        del one["modified"]
    return {row["sku"]: row for row in rows}


def writes(shop: Stage, since: int) -> list[str]:
    entries = shop.sandbox.journal(since=since, remote=f"tray/{shop.remote('a')}")
    return [one["endpoint"] for one in entries if one["event"] == "received" and one["method"] != "GET"]


def clerk(shop: Stage, action: str, sku: str) -> None:
    shop.sandbox.clerk(shop.account, action, sku=sku)


@pytest.mark.parametrize("action", ["deactivate_product", "delete_product"])
def test_p4_an_inactive_product_is_unavailable_at_zero_and_else_as_it_was(shop: Stage, action: str) -> None:
    before = catalogue(shop)
    clerk(shop, action, BOOK)
    for _ in range(2):
        assert sync(shop) == {}
    assert catalogue(shop) == {**before, BOOK: {**before[BOOK], "available": False, "stock": 0}}
    since = shop.sandbox.journal_end()
    assert (sync(shop), writes(shop, since)) == ({}, []), "told once"


def test_p4_active_again_it_is_available_with_its_balance(shop: Stage) -> None:
    before = catalogue(shop)
    clerk(shop, "deactivate_product", BOOK)
    sync(shop)
    clerk(shop, "activate_product", BOOK)
    for _ in range(2):
        assert sync(shop) == {}
    assert catalogue(shop) == before
    since = shop.sandbox.journal_end()
    assert (sync(shop), writes(shop, since)) == ({}, [])


def test_p4_a_product_whose_withdrawal_got_no_answer_is_given_back_all_the_same(shop: Stage) -> None:
    before = catalogue(shop)
    clerk(shop, "deactivate_product", BOOK)
    shop.sandbox.add_fault("reset_after", remote=f"tray/{shop.remote('a')}", method="PUT", times=None)
    sync(shop)
    shop.sandbox.clear_faults()
    assert catalogue(shop)[BOOK]["available"] is False
    clerk(shop, "activate_product", BOOK)
    for _ in range(3):
        sync(shop)
    assert catalogue(shop) == before


def test_p4_an_inactive_parent_is_unavailable_and_an_inactive_variation_has_none(shop: Stage) -> None:
    before = catalogue(shop)
    clerk(shop, "deactivate_product", MEDIUM)
    for _ in range(2):
        assert sync(shop) == {}
    after = catalogue(shop)
    stocks = {one["sku"]: one["stock"] for one in after[SHIRT]["variants"]}
    assert (stocks[MEDIUM], after[SHIRT]["available"]) == (0, True)
    assert {sku for sku, stock in stocks.items() if stock} == {"CAMISETA-P-BR", "CAMISETA-G-PR"}
    clerk(shop, "deactivate_product", SHIRT)
    for _ in range(2):
        assert sync(shop) == {}
    assert catalogue(shop)[SHIRT] == {**after[SHIRT], "available": False}
    for sku in (SHIRT, MEDIUM):
        clerk(shop, "activate_product", sku)
    for _ in range(2):
        assert sync(shop) == {}
    assert catalogue(shop) == before


def test_p4_a_store_may_keep_its_own_mind(shop: Stage) -> None:
    set_options(shop, chosen(withdraw=False))
    before = catalogue(shop)
    clerk(shop, "deactivate_product", BOOK)
    for _ in range(2):
        assert sync(shop) == {}
    assert catalogue(shop)[BOOK] == {**before[BOOK], "stock": 0}


def test_g1_more_than_a_few_wait_for_a_yes(shop: Stage) -> None:
    set_options(shop, chosen(zero_at_least=1))
    for sku in (BOOK, "VELA-BAUNILHA"):
        clerk(shop, "deactivate_product", sku)
    stopped = sync(shop)
    assert stopped["products"] is not None
    assert all(row["available"] for row in catalogue(shop).values())
    assert sync(shop, confirmed=True) == {}
    assert {sku for sku, row in catalogue(shop).items() if not row["available"]} == {BOOK, "VELA-BAUNILHA"}
