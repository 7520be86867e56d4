"""Products on their way to a store: stopped, refused or unsteady, each gets there once; marks outlive what failed."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from tests.e2e.outgoing import link_all, options, posting
from tests.e2e.stage import Stage, quiet
from tests.kill.rest import MovingClock
from tomada.domain.erp_catalogue import ErpProductChange
from tomada.errors import GuardRail, QuotaExceeded, TransientError
from tomada.flows.products.changes import read_product_changes
from tomada.flows.products.flow import (
    ProductPlan,
    send_products,
    sync_products,
    unlinked,
)
from tomada.flows.sending.publish import BATCH
from tomada.ports.erp_options import Posting
from tomada.ports.options import ProductOptions, When
from tomada.ports.publications import PublicationRecord
from tomada_sandbox.clock import VirtualClock

PRODUCTS = 24
"""More than one batch."""


@pytest.fixture
def shop(stage: Stage, shared_clock) -> Stage:
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    posting(stage, Posting.ON_INVOICE)
    stage.add_store("a", options())
    link_all(stage)
    return stage


def add(shop: Stage, count: int) -> None:
    products = [
        {
            "sku": f"B{number:02}",
            "name": f"Boné {number}",
            "price": "39.90",
            "variations": [{"sku": f"B{number:02}-{size}", "grid": {"Tamanho": size}} for size in "PM"],
        }
        for number in range(count)
    ]
    shop.sandbox.clerk(shop.account, "add_products", products=products)


def opened(shop: Stage):
    with shop.installation.database.read() as tx:
        store = tx.stores.by_name("a")
    return shop.installation.reading(store, "test", quiet, "products", writes=True)


def send_new(shop: Stage) -> list[ProductPlan]:
    with opened(shop) as ctx:
        return list(send_products(ctx, unlinked(ctx).product_ids, new=True))


def sync(shop: Stage) -> None:
    with opened(shop) as ctx:
        sync_products(ctx)


def made(shop: Stage) -> dict[str, list[str]]:
    """SKU → its variations' SKUs, of what was sent; fails for a doubled product."""
    products = shop.sandbox.state_of("tray", shop.remote("a"))["products"]
    ours = [one for one in products if one["sku"].startswith("B")]
    found = {one["sku"]: [part["sku"] for part in one["variants"]] for one in ours}
    assert len(found) == len(ours)
    return found


def whole(count: int) -> dict[str, list[str]]:
    return {f"B{number:02}": [f"B{number:02}-P", f"B{number:02}-M"] for number in range(count)}


def writes(shop: Stage, since: int) -> list[str]:
    entries = shop.sandbox.journal(since=since, remote=f"tray/{shop.remote('a')}")
    return [one["endpoint"] for one in entries if one["event"] == "received" and one["method"] != "GET"]


def marks(shop: Stage) -> list[str]:
    with shop.installation.database.read() as tx:
        return [one.key for one in tx.publications.dirty(1, "products")]


def ids(shop: Stage) -> dict[str, str]:
    return {one["sku"]: str(one["id"]) for one in shop.sandbox.state_of("tiny", shop.account)["products"]}


def test_p2_a_run_that_is_stopped_goes_on_and_a_second_one_sends_no_write(shop: Stage) -> None:
    add(shop, PRODUCTS)
    with opened(shop) as ctx:
        next(send_products(ctx, unlinked(ctx).product_ids, new=True))
    assert 0 < len(made(shop)) < PRODUCTS
    send_new(shop)
    assert made(shop) == whole(PRODUCTS)
    since = shop.sandbox.journal_end()
    assert send_new(shop) == []
    sync(shop)
    assert writes(shop, since) == []


def test_p2_an_unsteady_product_does_not_end_a_long_run_and_is_finished_by_the_next(shop: Stage) -> None:
    add(shop, PRODUCTS)
    shop.sandbox.add_fault(
        "refuse_429", remote=f"tray/{shop.remote('a')}", endpoint="variants.create", skip=1, times=12
    )
    plans: list[ProductPlan] = []
    with opened(shop) as ctx, pytest.raises(TransientError):
        plans.extend(send_products(ctx, unlinked(ctx).product_ids, new=True))
    assert sum(len(plan.items) for plan in plans) >= PRODUCTS
    assert made(shop) != whole(PRODUCTS)
    shop.sandbox.clear_faults()
    shop.later()
    sync(shop)
    send_new(shop)
    assert made(shop) == whole(PRODUCTS)


def test_p2_sending_one_product_leaves_the_marks_of_the_others(shop: Stage) -> None:
    add(shop, 1)
    send_new(shop)
    other = ids(shop)["CAN-AZUL"]
    with shop.installation.database.begin() as tx:
        tx.publications.save([PublicationRecord(1, "products", other, dirty=True)])
    with opened(shop) as ctx:
        list(send_products(ctx, [ids(shop)["B00"]]))
    assert marks(shop) == [other]
    sync(shop)
    assert marks(shop) == []


def test_p1_the_parent_of_linked_variations_is_learned_and_is_not_new(shop: Stage) -> None:
    parent = ids(shop)["CAMISETA"]
    since = shop.sandbox.journal_end()
    send_new(shop)
    assert writes(shop, since) == []
    with opened(shop) as ctx:
        assert parent not in unlinked(ctx).product_ids
    with shop.installation.database.read() as tx:
        assert {link.how for link in tx.links.of_products(1, [parent])} == {"parent"}


def test_p2_a_sync_learns_the_parents_of_linked_variations(shop: Stage) -> None:
    sync(shop)
    with shop.installation.database.read() as tx:
        (link,) = tx.links.of_products(1, [ids(shop)["CAMISETA"]])
    assert (link.sku, link.how, link.variant_id) == ("CAMISETA", "parent", "")


def test_g1_many_new_products_stop_before_anything_is_sent_until_somebody_confirms(shop: Stage) -> None:
    add(shop, 51)
    since = shop.sandbox.journal_end()
    with opened(shop) as ctx:
        missing = [one for sku, one in ids(shop).items() if sku.startswith("B") and "-" not in sku]
        with pytest.raises(GuardRail, match="51 products would be created"):
            next(send_products(ctx, missing))
        assert writes(shop, since) == []
        ctx.confirmed = True
        assert next(send_products(ctx, missing)).creates == 20


def test_p2_a_change_that_another_store_s_run_hears_of_while_a_product_is_sent_is_not_lost(
    shop: Stage,
) -> None:
    shop.add_store("b", options())
    with shop.installation.database.begin() as tx:
        store = tx.stores.by_name("a")
        store.options = store.options.model_copy(update={"products": ProductOptions(name=When.ALWAYS)})
        tx.stores.save(store)
    link_all(shop)
    sync(shop)
    other = Stage(shop.sandbox, shop.home, shop.prefix)
    other.installation.clock = shop.installation.clock
    edited = []

    def meanwhile(name: str) -> None:
        if name.startswith("request.before PUT") and not edited:
            edited.append(name)
            shop.sandbox.clerk(shop.account, "edit_product", sku="CAN-AZUL", name="Caneca nova")
            with other.installation.database.read() as tx:
                second = tx.stores.by_name("b")
            with other.installation.reading(second, "test", quiet, "products") as ctx:
                read_product_changes(ctx)

    mortal = Stage(shop.sandbox, shop.home, shop.prefix, meanwhile, shop.names)
    mortal.installation.clock = shop.installation.clock
    shop.sandbox.clerk(shop.account, "edit_product", sku="CAN-AZUL", name="Caneca velha")
    sync(mortal)
    assert edited
    assert ids(shop)["CAN-AZUL"] in marks(shop)
    sync(shop)
    shown = shop.sandbox.state_of("tray", shop.remote("a"))["products"]
    assert [one["name"] for one in shown if one["sku"] == "CAN-AZUL"] == ["Caneca nova"]
    assert marks(shop) == []
    mortal.close()
    other.close()


def test_s6_a_feed_that_was_refused_has_forgotten_nothing_so_no_product_is_read_for_it(
    shop: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_since: datetime) -> Iterator[list[ErpProductChange]]:
        raise QuotaExceeded("tiny.blocked", "Too many calls.")
        yield []

    with opened(shop) as ctx, monkeypatch.context() as patched:
        patched.setattr(ctx.erp, "product_changes", refused)
        with pytest.raises(QuotaExceeded):
            read_product_changes(ctx)
    with opened(shop) as ctx:
        read_product_changes(ctx)
    assert marks(shop) == []


class DiedError(KeyboardInterrupt):
    """Stands for a death of the process: nothing of ours catches it."""


def test_p2_a_sync_over_many_products_that_is_killed_goes_on_where_it_was(shop: Stage) -> None:
    add(shop, PRODUCTS)
    send_new(shop)
    # the feed names every new product with its two variations; 20 are read whole, and a part of the next
    reads = iter(range(BATCH * 3 + 2))

    def boundary(name: str) -> None:
        if name.startswith("request.before") and "produto.obter" in name and next(reads, None) is None:
            raise DiedError

    mortal = Stage(shop.sandbox, shop.home, shop.prefix, boundary, shop.names)
    mortal.installation.clock = shop.installation.clock
    with pytest.raises(DiedError):
        sync(mortal)
    mortal.close()
    assert len(marks(shop)) == 3 * (PRODUCTS - BATCH)
    before = shop.requests()
    sync(shop)
    assert (shop.requests() - before)["tiny produto.obter.php"] == 3 * (PRODUCTS - BATCH)
    assert marks(shop) == []
