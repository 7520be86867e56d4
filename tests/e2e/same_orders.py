"""Orders of all sorts, placed at one store that is read over more than one modality, and what the ERP has of them."""

from typing import Any

from tests.e2e.stage import Stage

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


def in_erp(stage: Stage, label: str) -> list[dict[str, Any]]:
    """Return the ERP orders of the store with this mark, without what differs by itself: ids, times, our marks."""
    rows = [row for row in stage.erp_orders() if label in row["markers"]]
    for row in rows:
        row["ecommerce"].pop("nomeEcommerce")  # the store's own name, where the channel is its own
    return [
        {name: value for name, value in row.items() if name not in OURS and label not in str(value)}
        for row in rows
    ]
