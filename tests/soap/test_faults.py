"""Fault by fault, those of HTTP and those of this protocol: after at most five syncs all is as without (8.11)."""

from collections import Counter
from typing import Any

import pytest

from tests.e2e.outgoing import options, posting, store_stock, sync_all
from tests.soap.foreign import check
from tests.soap.stage import FLOWS, SoapStage
from tomada.ports.erp_options import Posting

SYNCS = 4

HTTP: list[tuple[str, dict[str, Any]]] = [
    ("refuse_429", {}),
    ("error_before", {}),
    ("error_after", {}),
    ("reset_before", {}),
    ("reset_after", {}),
    ("timeout", {"seconds": 0.05, "close": True}),
    ("truncated", {}),
    ("truncated", {"whole": True}),
    ("late_effect", {"seconds": 60}),
]
MISHAPS = (
    "php_warning",
    "blank_line",
    "login_page",
    "server_error",
    "cp1252",
    "extra_member",
    "missing_member",
    "empty_number",
    "map_items",
    "text_for_list",
    "truncated",
    "bomb",
    "outside",
)


def begin(stage: SoapStage) -> None:
    posting(stage, Posting.ON_INVOICE)
    stage.add_store("loja", options())
    stage.link_by_sku("loja")
    stage.later(5)
    sync_all(stage, FLOWS, confirmed=True)
    stage.later(60)


def live(stage: SoapStage) -> None:
    """Three orders come in, one is shipped, one is cancelled; syncs go on until all must be well."""
    first, _second, third = (
        stage.place("loja", items=[{"sku": sku, "quantity": 2}])
        for sku in ("CAN-AZUL", "CAMISETA-M-BR", "CHA-CAMOMILA")
    )
    stage.later()
    settle(stage)
    stage.ship(first)
    stage.shop("loja", "cancel", order=int(third))
    stage.later()
    settle(stage)


def settle(stage: SoapStage) -> None:
    for _ in range(SYNCS):
        sync_all(stage, FLOWS)
        stage.later(121)


def outcome(stage: SoapStage) -> dict[str, Any]:
    state = stage.sandbox.state_of("tray", stage.remote("loja"))
    return {
        "erp": sorted(
            (row["ecommerce_number"], row["situation"], row["total"]) for row in stage.erp_orders()
        ),
        "store": sorted(
            (order["id"], order["status"], order["texts"].get("sending_code", ""))
            for order in state["orders"]
        ),
        "mails": Counter(mail["kind"] for mail in state["mails"]),
        "invoices": len(state["invoices"]),
        "stock": store_stock(stage, "loja"),
        "todo": state["webservice"]["todo"],
    }


WELL = {
    "erp": [("1001", "enviado", "80.00"), ("1002", "aprovado", "119.80"), ("1003", "cancelado", "37.00")],
    "store": [(1001, "ENVIADO", "BR123456789BR"), (1002, "A ENVIAR", ""), (1003, "CANCELADO", "")],
    "mails": {"tracking": 1, "status": 1, "invoice": 1},
    "invoices": 1,
    "todo": [],
}


def is_well(stage: SoapStage) -> None:
    found = outcome(stage)
    stock = found.pop("stock")
    assert found == WELL
    assert (stock["CAN-AZUL"], stock["CAMISETA-M-BR"], stock["CHA-CAMOMILA"]) == (23, 7, 60)


def test_without_a_fault_all_is_well(stage: SoapStage) -> None:
    begin(stage)
    live(stage)
    is_well(stage)


@pytest.mark.parametrize(("kind", "params"), HTTP, ids=lambda value: str(value))
def test_faults_of_http(stage: SoapStage, kind: str, params: dict[str, Any]) -> None:
    begin(stage)
    stage.sandbox.add_fault(
        kind, remote=f"tray/{stage.remote('loja')}", every=4, times=6, skip=1, params=params
    )
    live(stage)
    (rule,) = stage.sandbox.faults()
    assert rule["fired"] == 6
    is_well(stage)


@pytest.mark.parametrize("kind", MISHAPS)
def test_mishaps_of_the_protocol(stage: SoapStage, kind: str) -> None:
    begin(stage)
    check(mishap=kind)
    stage.shop("loja", "webservice", mishap={"kind": kind, "times": 3})
    live(stage)
    service = stage.sandbox.state_of("tray", stage.remote("loja"))["webservice"]
    assert service["mishap"]["times"] == 0
    is_well(stage)


@pytest.mark.parametrize("refusal", ["fault", "status", "text"])
def test_a_password_that_was_wrong_for_a_while(stage: SoapStage, refusal: str) -> None:
    begin(stage)
    check(refusal=refusal)
    stage.shop("loja", "webservice", refusal=refusal, released=False)
    stage.place("loja", items=[{"sku": "CAN-AZUL", "quantity": 2}])
    stage.later()
    assert {result.state.value for result in sync_all(stage, FLOWS).values()} >= {"failed"}
    stage.shop("loja", "webservice", released=True)
    settle(stage)
    assert [row["ecommerce_number"] for row in stage.erp_orders()] == ["1001"]
    assert stage.todo("loja") == []
