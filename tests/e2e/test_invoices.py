"""Only authorised, outgoing invoices of the sale reach the store; anything else is said and never guessed (T4)."""

from typing import Any

import pytest

from tests.e2e.outgoing import link_all, mails, options, posting, sync_all
from tests.e2e.stage import Stage
from tests.kill.rest import MovingClock
from tomada.app.hold_changes import Settled, retry_holds, settle_holds
from tomada.app.hold_choice import Wanted
from tomada.ports.erp_options import Posting
from tomada_sandbox.clock import VirtualClock

READ, READ_ORDER = "tiny nota.fiscal.obter.php", "tiny pedido.obter.php"
MINUTE, HOUR = 60, 3600


@pytest.fixture
def shop(stage: Stage, shared_clock: Any) -> Stage:
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    posting(stage, Posting.ON_INVOICE)
    stage.add_store("a", options())
    link_all(stage)
    return stage


def clerk(stage: Stage, action: str, **details: Any) -> Any:
    return stage.sandbox.clerk(stage.account, action, **details)


def invoices(stage: Stage) -> list[dict[str, Any]]:
    """What the store has been told."""
    return list(stage.sandbox.state_of("tray", stage.remote("a"))["invoices"])


def holds(stage: Stage) -> list[tuple[str, str]]:
    with stage.installation.database.read() as tx:
        return [(hold.code, hold.settled_as) for hold in tx.holds.select()]


def hold_ids(stage: Stage) -> list[int]:
    with stage.installation.database.read() as tx:
        return [hold.id for hold in tx.holds.select()]


def answered(shop: Stage, answer: str) -> Settled:
    done = settle_holds(shop.installation, Wanted(tuple(hold_ids(shop))), answer)
    assert done
    return done


def sync(stage: Stage, *, after: float = MINUTE) -> dict[str, int]:
    """Let time pass, sync, and return how often each endpoint was asked meanwhile."""
    stage.later(after)
    before = stage.requests()
    sync_all(stage, ("tracking", "invoices"))
    return dict(stage.requests() - before)


def received(stage: Stage) -> str:
    order = stage.place("a")
    sync_all(stage)
    return order


def test_t4_a_note_that_the_erp_does_not_say_is_outgoing_is_found_out(shop: Stage) -> None:
    order = received(shop)
    note = clerk(shop, "invoice", ecommerce=order, until="sent")["invoice"]
    clerk(shop, "edit_invoice", invoice=note, cfop="")
    clerk(shop, "authorise_invoice", invoice=note)
    sync(shop)
    (told,) = invoices(shop)
    assert told["cfops"] == []
    assert holds(shop) == []


@pytest.mark.parametrize(("answer", "told"), [("send", 1), ("ignore", 0)])
def test_t4_a_note_whose_purpose_nobody_knows_waits_for_a_person(shop: Stage, answer: str, told: int) -> None:
    order = received(shop)
    note = clerk(shop, "invoice", ecommerce=order, until="sent")["invoice"]
    clerk(shop, "edit_invoice", invoice=note, purpose="Bonificação")
    clerk(shop, "authorise_invoice", invoice=note)
    sync(shop)
    assert (invoices(shop), holds(shop)) == ([], [("invoice_unclear", "")])
    sync(shop)
    assert holds(shop) == [("invoice_unclear", "")]
    assert answered(shop, answer).freed == 1
    sync(shop)
    assert (len(invoices(shop)), holds(shop)) == (told, [])
    assert READ not in sync(shop, after=3 * HOUR)
    assert len(mails(shop, "a")) == told


@pytest.mark.parametrize("purpose", ["2", "3", "4", "Complementar", "Devolução"])
def test_t4_a_note_that_bills_no_sale_is_not_sent(shop: Stage, purpose: str) -> None:
    order = received(shop)
    note = clerk(shop, "invoice", ecommerce=order, until="sent")["invoice"]
    clerk(shop, "edit_invoice", invoice=note, purpose=purpose)
    clerk(shop, "authorise_invoice", invoice=note)
    sync(shop)
    assert (invoices(shop), holds(shop)) == ([], [])
    assert READ not in sync(shop)


def test_t4_an_authorised_note_with_a_damaged_key_is_held_until_it_is_mended(shop: Stage) -> None:
    order = received(shop)
    made = clerk(shop, "invoice", ecommerce=order)
    clerk(shop, "edit_invoice", invoice=made["invoice"], key=made["key"][:-1] + "X")
    sync(shop)
    assert (invoices(shop), holds(shop)) == ([], [("invoice_damaged", "")])
    shop.later(24 * HOUR)
    assert sum(READ in sync(shop, after=5 * MINUTE) for _ in range(12)) <= 1
    clerk(shop, "edit_invoice", invoice=made["invoice"], key=made["key"])
    assert retry_holds(shop.installation, Wanted(tuple(hold_ids(shop)))).orders == 1
    sync(shop)
    assert ([one["fields"]["key"] for one in invoices(shop)], holds(shop)) == ([made["key"]], [])


def test_d3_a_damaged_key_that_was_mended_is_noticed_by_itself(shop: Stage) -> None:
    order = received(shop)
    made = clerk(shop, "invoice", ecommerce=order)
    clerk(shop, "edit_invoice", invoice=made["invoice"], key="")
    sync(shop)
    assert holds(shop) == [("invoice_damaged", "")]
    clerk(shop, "edit_invoice", invoice=made["invoice"], key=made["key"])
    sync(shop, after=3 * HOUR)
    assert (len(invoices(shop)), holds(shop)) == (1, [])


def test_t4_a_note_that_is_attached_late_is_noticed_without_a_change_of_status(shop: Stage) -> None:
    order = received(shop)
    clerk(shop, "ship", ecommerce=order, code="BR123456789BR")
    for _ in range(4):
        sync(shop, after=10 * MINUTE)
    asked = [sync(shop, after=MINUTE) for _ in range(20)]
    assert not any(READ_ORDER in one for one in asked)
    clerk(shop, "invoice", ecommerce=order)
    sync(shop)
    assert len(invoices(shop)) == 1
    assert {row["situation"] for row in shop.erp_orders()} == {"enviado"}


def test_t4_a_note_that_is_not_authorised_is_read_ever_less_often(shop: Stage) -> None:
    order = received(shop)
    clerk(shop, "set_status", ecommerce=order, status="pronto_envio")
    note = clerk(shop, "invoice", ecommerce=order, until="pending")["invoice"]
    first = sum(READ in sync(shop, after=5 * MINUTE) for _ in range(12))
    shop.later(24 * HOUR)
    second = sum(READ in sync(shop, after=5 * MINUTE) for _ in range(24))
    assert (first > 5, second <= 2) == (True, True)
    clerk(shop, "authorise_invoice", invoice=note)
    sync(shop, after=5 * MINUTE)
    assert len(invoices(shop)) == 1


def test_t4_a_cancelled_note_that_was_dealt_with_is_not_read_again(shop: Stage) -> None:
    order = received(shop)
    clerk(shop, "invoice", ecommerce=order)
    sync(shop)
    clerk(shop, "cancel_invoice", ecommerce=order)
    sync(shop, after=2 * HOUR)
    assert holds(shop) == [("invoice_cancelled", "")]
    answered(shop, "done")
    sync(shop)
    assert holds(shop) == []
    sync(shop, after=2 * HOUR)
    asked = [sync(shop, after=2 * HOUR) for _ in range(3)]
    assert not any(READ in one or READ_ORDER in one for one in asked)
    clerk(shop, "invoice", ecommerce=order)
    sync(shop)
    assert len(mails(shop, "a")) == 2


def test_o10_no_invoice_and_no_parcel_of_an_order_from_before_or_of_unknown_age(shop: Stage) -> None:
    unknown, before = received(shop), received(shop)
    with shop.installation.database.begin() as tx:
        (store,) = tx.stores.all()
        records = tx.orders.find(store.id, [unknown, before])
        assert store.since
        records[unknown].placed_at = None
        records[before].placed_at = store.since.replace(year=2020)
        tx.orders.save(records.values())
    for order in (unknown, before):
        clerk(shop, "invoice", ecommerce=order)
        clerk(shop, "ship", ecommerce=order, code="BR123456789BR")
    sync(shop)
    assert (invoices(shop), mails(shop, "a")) == ([], [])


def test_q3_what_was_told_costs_no_further_read_while_the_store_takes_no_more(shop: Stage) -> None:
    orders = [received(shop) for _ in range(2)]
    for order in orders:
        clerk(shop, "invoice", ecommerce=order)
    shop.sandbox.add_fault("refuse_429", remote=f"tray/{shop.remote('a')}", method="POST", skip=1, times=1)
    assert sync(shop)[READ] == 2
    assert len(invoices(shop)) == 1
    assert sync(shop)[READ] == 1
    assert len(invoices(shop)) == 2
    assert len(mails(shop, "a")) == 2
