"""Each operation that a store's web service may lack: named, what needs it taken back, and missed by nothing else.

The service loses the operation while an order is under way and a balance, a parcel, an invoice and another order
wait; what needs it stays undone and is told, and all the rest is done.
"""

import pytest

from tests.e2e.outgoing import mails, options, posting, store_stock, sync_all
from tests.e2e.stage import quiet
from tests.soap.stage import FLOWS, SoapStage
from tomada.app.connecting import check
from tomada.app.syncing import StoreSync, sync_store
from tomada.ports.erp_options import Posting
from tomada.runner import FLOWS as ALL_FLOWS
from tomada.spi import CheckResult, StepState
from tomada_tray_soap.operations import (
    ARGUMENTS,
    BUYER,
    ITEMS,
    NEEDED,
    ORDERS,
    TICK_OFF,
)

STOCK = 3


@pytest.mark.parametrize("operation", ARGUMENTS)
def test_what_a_missing_operation_takes_back_is_told_and_all_else_works(
    stage: SoapStage, operation: str
) -> None:
    known = _under_way(stage)
    stage.shop("loja", "webservice", missing=[operation])
    step = _checked(stage)
    taken = {capability for capability, needed in NEEDED.items() if operation in needed}
    assert set(step.lacks) == taken
    assert all(operation in reason for reason in step.lacks.values())
    assert (step.state, operation in step.message) == (StepState.WARNING, True)

    new = stage.place("loja")
    stage.ship(known)
    stage.sandbox.clerk(stage.account, "count_stock", sku="CHA-CAMOMILA", stock=STOCK)
    stage.later()
    synced = sync_store(stage.installation, "loja", FLOWS, quiet)
    stopped = {result.flow: str(result.error) for result in synced.results if result.error}
    assert stopped.keys() == ({"orders"} if operation == TICK_OFF else set())
    assert all(operation in error for error in stopped.values())
    assert _not_offered(synced) == {flow for flow in FLOWS if ALL_FLOWS[flow].capability in taken}
    assert _done(stage, known, new) == {
        "orders": operation not in (ORDERS, ITEMS, BUYER),
        "stock": "stock.update" not in taken,
        "tracking": "tracking.send" not in taken,
        "invoices": "invoices.send" not in taken,
    }
    if "orders" not in _not_offered(synced):
        assert (int(new) in stage.todo("loja")) is (operation == TICK_OFF)


def _under_way(stage: SoapStage) -> str:
    """Bring one order into the ERP by the whole service, and return its number."""
    posting(stage, Posting.ON_INVOICE)
    stage.add_store("loja", options())
    stage.link_by_sku("loja")
    stage.later(5)
    known = stage.place("loja")
    stage.later(10)
    sync_all(stage, FLOWS, confirmed=True)
    stage.later()
    return known


def _checked(stage: SoapStage) -> CheckResult:
    """Test the connection, as ``tomada store test`` does, and return the step of the operations."""
    with stage.installation.database.read() as tx:
        record = tx.stores.by_name("loja")
    assert record
    return {step.name: step for step in check(stage.installation, record)}["operations"]


def _not_offered(synced: StoreSync) -> set[str]:
    assert synced.error is None
    return {one.flow for one in synced.not_offered}


def _done(stage: SoapStage, known: str, new: str) -> dict[str, bool]:
    """Flow → whether its effect is there, on the other side."""
    told = [kind for order, kind, _value in mails(stage, "loja") if str(order) == known]
    return {
        "orders": new in {order["ecommerce_number"] for order in stage.erp_orders()},
        "stock": store_stock(stage, "loja")["CHA-CAMOMILA"] == STOCK,
        "tracking": told.count("tracking") == 1,
        "invoices": told.count("invoice") == 1,
    }
