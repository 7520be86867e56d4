"""Ways of payment by the commands, read in the ERP (D1, D2)."""

import json
from typing import Any

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here
from tests.cli.test_thirteen import in_erp, received

Capture = pytest.CaptureFixture[str]


def paid(order: dict[str, Any]) -> tuple[str, str]:
    return order["texts"].get("forma_pagamento", ""), order["texts"].get("meio_pagamento", "")


def test_a_way_of_payment_is_the_one_that_it_is_mapped_to(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "map", "set", "loja", "payment", "Pix - Vindi", "pix:Conta Pix")[0] == 0
    found = received(shop, capsys, payment="pix")
    assert paid(found) == ("pix", "Conta Pix")
    assert [part["texts"]["forma_pagamento"] for part in found["instalments"]] == ["pix"]


def test_d2_known_names_need_no_mapping_and_no_unknown_one_keeps_an_order_out(
    shop: Remotes, capsys: Capture
) -> None:
    for payment, form in (("boleto", "boleto"), ("credit_card", "credito"), ("pix", ""), ("Vale", "")):
        assert paid(received(shop, capsys, payment=payment, paid=True)) == (form, ""), payment


def test_several_ways_of_payment_are_said_of_each_instalment(shop: Remotes, capsys: Capture) -> None:
    payments = [
        {"method": "credit_card", "value": "25.00"},
        {"method": "boleto", "value": "15.00"},
    ]
    found = received(shop, capsys, payments=payments)
    assert paid(found) == ("multiplas", "")
    assert [(part["value"], part["texts"]["forma_pagamento"]) for part in found["instalments"]] == [
        ("25.00", "credito"),
        ("15.00", "boleto"),
    ]


def test_d1_where_all_are_asked_for_an_unknown_one_holds_until_it_is_mapped(
    shop: Remotes, capsys: Capture
) -> None:
    assert here(capsys, "store", "set", "loja", "orders.payments=all")[0] == 0
    order = shop.place("loja", payment="Vale-presente", paid=True)
    assert here(capsys, "sync", "loja", "orders")[0] == 1
    assert shop.in_erp() == []
    (hold,) = json.loads(here(capsys, "holds", "list", "--json")[1])["holds"]
    assert (hold["code"], hold["kind"], hold["key"]) == ("unmapped", "payment", "Vale-presente")
    out = here(capsys, "map", "set", "loja", "payment", "Vale-presente", "crediario")[1]
    assert f"Orders that go on with the next sync: 1 ({order})." in out
    assert here(capsys, "sync", "loja", "orders")[0] == 0
    assert paid(in_erp(shop, order)) == ("crediario", "")


def test_they_may_be_left_to_the_erp(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "orders.payments=off")[0] == 0
    assert paid(received(shop, capsys, payment="boleto", paid=True)) == ("", "")


def test_a_value_that_cannot_work_is_refused_with_the_way_out(shop: Remotes, capsys: Capture) -> None:
    code, out, err = here(capsys, "map", "set", "loja", "payment", "Pix - Vindi", "figurinhas")
    assert (code, out, "boleto, credito" in err) == (2, "", True)
