"""Products, parcels and invoices reach the store, each once, and a buyer is e-mailed once per value (P1-P3, T1-T4)."""

from typing import Any

import pytest

from tests.e2e.outgoing import link_all, mails, options, posting, sync_all
from tests.e2e.stage import Stage, quiet
from tests.kill.rest import MovingClock
from tomada.app.hold_changes import retry_holds, settle_holds
from tomada.app.hold_choice import Wanted
from tomada.flows.holds.settle import Freed
from tomada.flows.products.flow import send_products, unlinked
from tomada.ports.erp_options import Posting
from tomada.ports.options import Parcels
from tomada.ports.records import CodeRecord
from tomada_sandbox.clock import VirtualClock


@pytest.fixture
def shop(stage: Stage, shared_clock: Any) -> Stage:
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    posting(stage, Posting.ON_INVOICE)
    stage.add_store("a", options())
    with stage.installation.database.read() as tx:
        store = tx.stores.all()[0]
    with stage.installation.gateway(store) as gateway:
        codes = gateway.status_list()
    with stage.installation.database.begin() as tx:
        tx.mappings.saw([CodeRecord(store.id, "status", one.code, one.label, one.type) for one in codes])
    return stage


def clerk(stage: Stage, action: str, **details: Any) -> Any:
    return stage.sandbox.clerk(stage.account, action, **details)


def order_of(stage: Stage, number: str) -> dict[str, Any]:
    state = stage.sandbox.state_of("tray", stage.remote("a"))
    return next(order for order in state["orders"] if str(order["id"]) == number)


def test_t3_a_parcel_goes_out_once_with_its_status(shop: Stage) -> None:
    link_all(shop)
    order = shop.place("a")
    sync_all(shop)
    clerk(shop, "ship", ecommerce=order, code="BR123456789BR", url="https://rastro.example/BR123456789BR")
    for _ in range(3):
        shop.later()
        sync_all(shop)
    found = order_of(shop, order)
    assert found["status"] == "ENVIADO"
    assert found["texts"]["sending_code"] == "BR123456789BR"
    assert found["texts"]["tracking_url"] == "https://rastro.example/BR123456789BR"
    assert mails(shop, "a") == [(int(order), "status", "ENVIADO"), (int(order), "tracking", "BR123456789BR")]
    clerk(shop, "set_tracking", ecommerce=order, code="BR999999999BR")
    shop.later()
    sync_all(shop)
    assert mails(shop, "a")[2:] == [(int(order), "tracking", "BR999999999BR")]
    assert {row["situation"] for row in shop.erp_orders()} == {"enviado"}


def test_t2_a_status_that_says_at_the_store_what_the_erp_says_is_not_told(shop: Stage) -> None:
    link_all(shop)
    order = shop.place("a")
    shop.sandbox.shop(shop.remote("a"), "change_status", order=int(order), status="EM TRANSITO")
    for _ in range(2):
        sync_all(shop)
        shop.later()
    assert {row["situation"] for row in shop.erp_orders()} == {"enviado"}
    assert order_of(shop, order)["status"] == "EM TRANSITO"
    assert mails(shop, "a") == []


def test_t4_an_authorised_invoice_goes_out_once_and_a_replacement_updates_it(shop: Stage) -> None:
    link_all(shop)
    order = shop.place("a")
    sync_all(shop)
    clerk(shop, "invoice", ecommerce=order, until="pending")
    shop.later()
    sync_all(shop)
    assert shop.sandbox.state_of("tray", shop.remote("a"))["invoices"] == []
    clerk(shop, "authorise_invoice", ecommerce=order)
    for _ in range(3):
        shop.later()
        sync_all(shop)
    (invoice,) = shop.sandbox.state_of("tray", shop.remote("a"))["invoices"]
    assert len(invoice["fields"]["key"]) == 44
    assert invoice["fields"]["xml_danfe"].startswith("<")
    assert invoice["cfops"][0]["cfop"]
    assert [mail[1] for mail in mails(shop, "a")] == ["invoice"]
    clerk(shop, "cancel_invoice", ecommerce=order)
    shop.later(4000)
    sync_all(shop)
    assert open_holds(shop) == ["invoice_cancelled"]
    clerk(shop, "invoice", ecommerce=order)
    for _ in range(2):
        shop.later(4000)
        sync_all(shop)
    (replaced,) = shop.sandbox.state_of("tray", shop.remote("a"))["invoices"]
    assert replaced["fields"]["key"] != invoice["fields"]["key"]
    assert open_holds(shop) == []


def test_t4_a_cancelled_invoice_that_a_person_dealt_with_is_held_no_more_until_the_next_one(
    shop: Stage,
) -> None:
    order = invoiced(shop)
    clerk(shop, "cancel_invoice", ecommerce=order)
    shop.later(4000)
    sync_all(shop)
    answer_all(shop, "done")
    for _ in range(3):
        shop.later(4000)
        sync_all(shop)
        assert open_holds(shop) == []
    clerk(shop, "invoice", ecommerce=order)
    for _ in range(2):
        shop.later(4000)
        sync_all(shop)
    clerk(shop, "cancel_invoice", ecommerce=order)
    shop.later(4000)
    sync_all(shop)
    assert open_holds(shop) == ["invoice_cancelled"]


@pytest.mark.parametrize(("answer", "made"), [("create", 2), ("ignore", 1)])
def test_p1_a_product_whose_sku_the_store_has_twice_waits_for_a_person(
    shop: Stage, answer: str, made: int
) -> None:
    product = {"sku": "BONE", "name": "Boné", "price": "39.90", "variations": []}
    clerk(
        shop,
        "add_products",
        products=[{**product, "variations": [{"sku": "BONE-P", "grid": {"Tamanho": "P"}}]}],
    )
    shop.sandbox.shop(
        shop.remote("a"), "add_products", products=[{**product, "sku": "BONE-P"}, {**product, "sku": "BONE"}]
    )
    send_new(shop)
    assert open_holds(shop) == ["link_first"]
    answer_all(shop, answer)
    for _ in range(2):
        send_new(shop)
        assert open_holds(shop) == []
    state = shop.sandbox.state_of("tray", shop.remote("a"))
    assert sum(product["sku"] == "BONE" for product in state["products"]) == made


def send_new(stage: Stage) -> None:
    with stage.installation.database.read() as tx:
        store = tx.stores.all()[0]
    with stage.installation.reading(store, "test", quiet, "products", writes=True) as ctx:
        list(send_products(ctx, unlinked(ctx).product_ids))


def open_holds(stage: Stage) -> list[str]:
    with stage.installation.database.read() as tx:
        return [hold.code for hold in tx.holds.select()]


def answer_all(stage: Stage, answer: str) -> None:
    with stage.installation.database.read() as tx:
        ids = [hold.id for hold in tx.holds.select()]
    settle_holds(stage.installation, Wanted(tuple(ids)), answer)


def invoiced(stage: Stage) -> str:
    """Place an order whose authorised invoice the store has heard of."""
    link_all(stage)
    order = stage.place("a")
    sync_all(stage)
    clerk(stage, "invoice", ecommerce=order)
    stage.later()
    sync_all(stage)
    assert len(stage.sandbox.state_of("tray", stage.remote("a"))["invoices"]) == 1
    return order


def test_p1_an_empty_store_gets_the_catalogue_once(shop: Stage) -> None:
    with shop.installation.database.read() as tx:
        store = tx.stores.all()[0]
    before = len(shop.sandbox.state_of("tray", shop.remote("a"))["products"])
    clerk(
        shop,
        "add_products",
        products=[
            {
                "sku": "BONE",
                "name": "Boné",
                "price": "39.90",
                "variations": [
                    {"sku": f"BONE-{size}", "grid": {"Tamanho": size}} for size in ("P", "M", "G")
                ],
                "images": ["https://fotos.example/bone.jpg"],
            }
        ],
    )
    for _ in range(2):
        with shop.installation.reading(store, "test", quiet, "products", writes=True) as ctx:
            list(send_products(ctx, unlinked(ctx).product_ids))
    state = shop.sandbox.state_of("tray", shop.remote("a"))
    made = [product for product in state["products"] if product["sku"] == "BONE"]
    assert len(made) == 1
    assert [variant["sku"] for variant in made[0]["variants"]] == ["BONE-P", "BONE-M", "BONE-G"]
    assert made[0]["pictures"] == ["https://fotos.example/bone.jpg"]
    assert len(state["products"]) == before + 1
    with shop.installation.database.read() as tx:
        assert {link.how for link in tx.links.all(store.id) if link.sku.startswith("BONE")} == {
            "sent",
            "parent",
        }


def test_a_parcel_without_an_answer_is_told_of_once_it_is_sure(shop: Stage) -> None:
    order = shop.place("a")
    sync_all(shop)
    clerk(shop, "ship", ecommerce=order, code="BR123456789BR")
    shop.sandbox.add_fault("reset_after", remote=f"tray/{shop.remote('a')}", method="PUT")
    assert sync_all(shop, ("tracking",))["a", "tracking"].counts["no_answer"] == 1
    assert sync_all(shop, ("tracking",))["a", "tracking"].counts["no_answer"] == 1
    shop.later()
    assert "no_answer" not in sync_all(shop, ("tracking",))["a", "tracking"].counts
    with shop.installation.database.read() as tx:
        (store,) = tx.stores.all()
        story = [line.event for line in tx.audit.story(store.id, order)]
    assert story[-2:] == ["tracking.unanswered", "tracking.unchanged"]
    assert len(mails(shop, "a")) == 2


def test_t3_further_parcels_stand_in_a_note_that_keeps_what_others_wrote(shop: Stage) -> None:
    with shop.installation.database.begin() as tx:
        (store,) = tx.stores.all()
        sending = store.options.sending.model_copy(update={"parcels": Parcels.FIRST})
        store.options = store.options.model_copy(update={"sending": sending})
        tx.stores.save(store)
    order = shop.place("a", store_note="Cliente liga antes")
    sync_all(shop)
    clerk(shop, "ship", ecommerce=order, code="BR111111111BR, BR222222222BR")
    for _ in range(2):
        shop.later()
        sync_all(shop)
    texts = order_of(shop, order)["texts"]
    assert texts["sending_code"] == "BR111111111BR"
    assert texts["store_note"].splitlines() == ["Cliente liga antes", "Outros volumes: BR222222222BR"]
    clerk(shop, "set_tracking", ecommerce=order, code="BR111111111BR, BR333333333BR")
    shop.later()
    sync_all(shop)
    texts = order_of(shop, order)["texts"]
    assert texts["store_note"].splitlines() == ["Cliente liga antes", "Outros volumes: BR333333333BR"]
    assert len(mails(shop, "a")) == 2


def test_d3_a_held_product_is_looked_at_again_by_the_next_sync_after_a_retry(shop: Stage) -> None:
    product = {"sku": "BONE", "name": "Boné", "price": "39.90", "variations": []}
    clerk(shop, "add_products", products=[product])
    twins = [{**product, "sku": "BONE"}, {**product, "sku": "BONE"}]
    shop.sandbox.shop(shop.remote("a"), "add_products", products=twins)
    send_new(shop)
    assert open_holds(shop) == ["link_first"]
    with shop.installation.database.read() as tx:
        ids = [hold.id for hold in tx.holds.select()]
    assert retry_holds(shop.installation, Wanted(tuple(ids))) == Freed(products=1)
    sync_all(shop)
    assert open_holds(shop) == ["link_first"]
    answer_all(shop, "create")
    for _ in range(2):
        sync_all(shop)
    state = shop.sandbox.state_of("tray", shop.remote("a"))
    assert (sum(product["sku"] == "BONE" for product in state["products"]), open_holds(shop)) == (3, [])
