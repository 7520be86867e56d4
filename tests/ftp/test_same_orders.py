"""Two modalities, one truth: a store read over REST and over files gives the same orders in the ERP (DESIGN 9.5)."""

from typing import Any

import pytest

from tests.ftp.stage import FileStage
from tomada.domain.order import Order

ORDERS: list[dict[str, Any]] = [
    {},
    {"payment": "boleto", "items": [{"sku": "CAN-AZUL", "quantity": 3}, {"sku": "VELA-BAUNILHA"}]},
    {"payment": "credit_card", "installment": 3, "interest": "2.37", "shipment_value": "18.90"},
    {"coupon": "5.00", "coupon_code": "CINCO", "discount": "1.10", "shipment_value": "9.99"},
    {"payment_method_rate": "-4.00"},
    {"payment_method_rate": "2.00", "taxes": "1.25"},
    {"customer": "company"},
    {
        "customer": {
            "kind": "person",
            "delivery": {"recipient": "Portaria", "address": "Rua Nova", "number": "9"},
        }
    },
    {"items": [{"sku": "CAMISETA-M-BR", "quantity": 2}]},
    {"items": [{"sku": "KIT-CHA"}]},
    {"status": "CANCELADO"},
    {"channel": "Televendas", "customer_note": "sem campainha; portão azul"},
    {
        "marketplace": {
            "marketplace_name": "Shopee",
            "marketplace_order_id": "SH-77",
            "marketplace_document": "35635824000112",
        }
    },
    {"total": "44.00"},
    {"shipping": "Motoboy da praça"},
]
LOST = ("intermediary",)
"""What files do not tell of a channel whole: the seller's name and the payer's document at a marketplace."""
OURS = {
    "id",
    "number",
    "markers",
    "obs_internas",
    "internal_notes",
    "contact_id",
    "created",
    "history",
    "occurrences",
    "updated",
}


@pytest.mark.parametrize("profile", ["tray-legado", "br-planilha", "xml"])
def test_m2_the_same_orders_whatever_the_way(stage: FileStage, profile: str) -> None:
    style = {
        "tray-legado": {},
        "br-planilha": {
            "encoding": "cp1252",
            "decimal": ",",
            "day": "%d/%m/%Y",
            "moment": "%d/%m/%Y %H:%M:%S",
        },
        "xml": {"encoding": "utf-8", "form": "xml"},
    }[profile]
    stage.add_store("rest")
    stage.connect_files("files", "rest", exchange={"style": style}, profile=profile)
    ids = [stage.place("rest", **told) for told in ORDERS]
    stage.files("rest", "publish")
    stage.sync("rest", "files")
    for remote_id in ids:
        told = {name: stage.order(name, remote_id) for name in ("rest", "files")}
        orders = {name: _content(Order.model_validate_json(one.payload)) for name, one in told.items()}
        assert orders["files"] == orders["rest"]
        assert (told["files"].state, told["files"].reason) == (told["rest"].state, told["rest"].reason)
    in_erp = {name: _in_erp(stage, f"label-{name}") for name in ("rest", "files")}
    assert len(in_erp["rest"]) > 5
    for one, other in zip(in_erp["files"], in_erp["rest"], strict=True):
        assert one == other


def _content(order: Order) -> dict[str, Any]:
    told: dict[str, Any] = order.model_dump()
    for name in LOST:
        told["channel"].pop(name)
    money = told["money"]
    money["adjustments"] += money.pop("taxes") + money.pop(
        "payment_rate"
    )  # one column of files holds them all
    return told


def _in_erp(stage: FileStage, label: str) -> list[dict[str, Any]]:
    rows = [row for row in stage.erp_orders() if label in row["markers"]]
    for row in rows:
        row["ecommerce"].pop("nomeEcommerce")  # the store's own name, where the channel is its own
    return [
        {name: value for name, value in row.items() if name not in OURS and label not in str(value)}
        for row in rows
    ]
