"""The checks of the demo's second half find what is wrong on the other side: each once, by a changed state."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tomada_sandbox.demo.checks import Checks
from tomada_sandbox.demo.delivery import check_balances, check_catalogue, check_delivery

Json = dict[str, Any]
CODE, KEY = "BR123456789BR", "4" * 44
STORE: Json = {
    "orders": [{"id": 1009, "status": "ENVIADO", "texts": {"sending_code": CODE}}],
    "invoices": [{"order_id": 1009, "fields": {"key": KEY}}],
    "mails": [
        {"order": 1009, "kind": "status", "value": "ENVIADO"},
        {"order": 1009, "kind": "tracking", "value": CODE},
        {"order": 1009, "kind": "invoice", "value": KEY},
        {"order": 1001, "kind": "status", "value": "ENVIADO"},
    ],
}
CUP: Json = {"id": 1, "sku": "CUP", "name": "Cup", "price": "1.00", "stock": 3, "variants": [], "kit": []}
SHIRT: Json = {**CUP, "id": 2, "sku": "SHIRT", "variants": [{"sku": "SHIRT-M", "stock": 0}]}
SET: Json = {**CUP, "id": 3, "sku": "SET", "kit": [[1, 2]], "stock": 1}
ERP: list[Json] = [
    {"id": 91, "sku": "CUP", "situation": "A", "available": "3", "kit": []},
    {"id": 92, "sku": "SHIRT-M", "situation": "A", "available": "-2", "kit": []},
    {"id": 93, "sku": "SET", "situation": "A", "available": "0", "kit": [[91, "2"]]},
]


def delivery(store: Json) -> list[str]:
    checks = Checks()
    check_delivery(checks, store, 1009, CODE, KEY)
    return checks.wrong


def balances(products: list[Json]) -> list[str]:
    checks = Checks()
    check_balances(checks, "shop", products, ERP)
    assert checks.passed + len(checks.wrong) == len(products)
    return checks.wrong


def catalogue(after: list[Json]) -> list[str]:
    checks = Checks()
    check_catalogue(checks, "shop", [CUP], after, [SHIRT])
    return checks.wrong


def test_what_must_be_there_passes() -> None:
    assert delivery(STORE) == balances([CUP, SHIRT, SET]) == catalogue([CUP, SHIRT]) == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda store: store["orders"][0].update(status="A ENVIAR"), "status of"),
        (lambda store: store["orders"][0].update(texts={}), "tracking code of"),
        (lambda store: store["invoices"].clear(), "invoices of"),
        (lambda store: store["invoices"].append(store["invoices"][0]), "invoices of"),
        (lambda store: store["mails"].append(store["mails"][1]), "e-mails about"),
        (lambda store: store["mails"].pop(2), "e-mails about"),
    ],
    ids=["status", "code", "no invoice", "two invoices", "e-mail twice", "no e-mail"],
)
def test_t2_t3_t4_a_wrong_parcel_invoice_or_e_mail_is_found(
    change: Callable[[Json], object], named: str
) -> None:
    store = deepcopy(STORE)
    change(store)
    (wrong,) = delivery(store)
    assert wrong.startswith(f"{named} 1009: ")


def test_s1_a_balance_that_the_erp_does_not_have_is_found() -> None:
    assert balances([{**CUP, "stock": 4}, SHIRT]) == ["balance of CUP at shop: 4, not 3"]
    oversold = {**SHIRT, "variants": [{"sku": "SHIRT-M", "stock": 1}]}
    assert balances([CUP, oversold]) == ["balance of SHIRT-M at shop: 1, not 0"]
    assert balances([CUP, {**SET, "stock": 2}]) == ["balance of SET at shop: 2, not 1"]


def test_p2_p3_a_missing_a_doubled_and_a_changed_product_are_found() -> None:
    assert len(catalogue([CUP])) == 1
    assert len(catalogue([CUP, SHIRT, {**SHIRT, "id": 9}])) == 1
    assert len(catalogue([{**CUP, "name": "Mug"}, SHIRT])) == 1
