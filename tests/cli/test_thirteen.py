"""The 13 capabilities of an API modality, each exercised by commands and read on the other side."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.cli import test_outgoing
from tests.cli.connecting import Remotes
from tests.cli.goods import balances, clerk
from tests.cli.running import here

Capture = pytest.CaptureFixture[str]


def received(shop: Remotes, capsys: Capture, **placed: object) -> dict[str, Any]:
    """Place an order, sync it, and return what the ERP has of it."""
    order = shop.place("loja", **placed)
    assert here(capsys, "sync", "loja", "orders")[0] == 0
    return in_erp(shop, order)


def in_erp(shop: Remotes, order: str) -> dict[str, Any]:
    (found,) = [one for one in shop.in_erp() if one["ecommerce_number"] == order]
    return found


def test_orders_are_received_with_their_lines_once(shop: Remotes, capsys: Capture) -> None:
    items = [{"sku": "CAN-AZUL", "quantity": 2}, {"sku": "CAMISETA-M-BR", "quantity": 1}]
    found = received(shop, capsys, items=items)
    assert [(line["sku"], line["quantity"]) for line in found["lines"]] == [
        ("CAN-AZUL", "2"),
        ("CAMISETA-M-BR", "1"),
    ]
    assert here(capsys, "sync", "loja", "orders")[0] == 0
    assert len(shop.in_erp()) == 1


def test_a_status_that_changes_in_the_store_changes_in_the_erp(shop: Remotes, capsys: Capture) -> None:
    order = shop.place("loja", payment="boleto")
    assert here(capsys, "sync", "loja", "orders")[0] == 0
    assert in_erp(shop, order)["situation"] == "aberto"
    shop.sandbox.shop(f"{shop.prefix}loja", "pay", order=order)
    assert here(capsys, "sync", "loja", "orders")[0] == 0
    assert in_erp(shop, order)["situation"] == "aprovado"
    assert len(shop.in_erp()) == 1


def test_the_freight_that_was_paid_stands_in_the_erp(shop: Remotes, capsys: Capture) -> None:
    found = received(shop, capsys, shipment_value="19.90")
    assert (found["freight"], found["total"]) == ("19.90", "59.90")


def test_a_buyer_is_registered_once_with_the_orders(shop: Remotes, capsys: Capture) -> None:
    buyer = {"name": "Ana Souza", "cpf": "52998224725", "email": "ana@example.com"}
    orders = [received(shop, capsys, customer=buyer) for _ in range(2)]
    (contact,) = shop.sandbox.state_of("tiny", f"{shop.prefix}conta")["contacts"]
    assert (contact["fields"]["nome"], contact["fields"]["cpf_cnpj"]) == ("Ana Souza", "52998224725")
    assert {order["customer"]["cpf_cnpj"] for order in orders} == {"52998224725"}
    assert {order["contact_id"] for order in orders} == {contact["id"]}


def test_a_shipping_method_is_the_one_that_it_is_mapped_to(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "map", "set", "loja", "shipping", "Drone", "T")[0] == 0
    assert received(shop, capsys, shipping="Drone")["texts"]["forma_envio"] == "T"
    assert received(shop, capsys, shipping="Correios PAC")["texts"]["forma_envio"] == "C"


def test_a_status_is_the_one_that_it_is_mapped_to(shop: Remotes, capsys: Capture) -> None:
    assert received(shop, capsys)["situation"] == "aprovado"
    shown = json.loads(here(capsys, "map", "list", "loja", "status", "--json")[1])["codes"]
    (code,) = [one["code"] for one in shown if one["label"] == "A ENVIAR"]
    assert here(capsys, "map", "set", "loja", "status", code, "preparando_envio")[0] == 0
    assert received(shop, capsys)["situation"] == "preparando_envio"


def test_a_sales_channel_is_the_one_that_it_is_mapped_to(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "map", "set", "loja", "channel", "Feira", "Feiras")[0] == 0
    assert received(shop, capsys, channel="Feira")["ecommerce"]["nomeEcommerce"] == "Feiras"


def test_a_balance_that_changes_in_the_erp_changes_at_the_store(published: Remotes, capsys: Capture) -> None:
    for number in (11, 0, 7):
        clerk(published, "count_stock", sku="CAN-AZUL", stock=number)
        assert here(capsys, "sync", "loja", "stock")[0] == 0
        assert balances(published)["CAN-AZUL"] == number


EXERCISED: dict[str, Callable[..., None]] = {
    "products.send": test_outgoing.test_p2_a_product_with_variations_is_created_once,
    "orders.receive": test_orders_are_received_with_their_lines_once,
    "orders.status_sync": test_a_status_that_changes_in_the_store_changes_in_the_erp,
    "orders.freight_value": test_the_freight_that_was_paid_stands_in_the_erp,
    "customers.register": test_a_buyer_is_registered_once_with_the_orders,
    "mapping.shipping": test_a_shipping_method_is_the_one_that_it_is_mapped_to,
    "mapping.status": test_a_status_is_the_one_that_it_is_mapped_to,
    "mapping.channel": test_a_sales_channel_is_the_one_that_it_is_mapped_to,
    "stock.send": test_outgoing.test_stock_send_puts_right_what_somebody_changed_at_the_store,
    "stock.update": test_a_balance_that_changes_in_the_erp_changes_at_the_store,
    "stock.reserve": test_outgoing.test_s3_what_one_store_sells_the_other_has_no_more,
    "tracking.send": test_outgoing.test_t2_a_parcel_and_an_invoice_reach_the_buyer_once,
    "invoices.send": test_outgoing.test_t2_a_parcel_and_an_invoice_reach_the_buyer_once,
}
"""Capability → the test that exercises it; the 13 that the API modalities share."""


def test_the_thirteen_are_claimed_and_exercised(capsys: Capture) -> None:
    shown = json.loads(here(capsys, "capabilities", "--platform", "tray-rest", "--json")[1])["capabilities"]
    claimed = [one["id"] for one in shown if one["platforms"]["tray-rest"]["state"] == "claimed"]
    assert [one for one in claimed if one in EXERCISED] == list(EXERCISED)
    assert len(EXERCISED) == 13
