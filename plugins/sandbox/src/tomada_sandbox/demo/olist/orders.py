"""From Olist's rows to what the shopper of the sandbox places, and to products of its Tiny account.

The data hold no names, documents or SKUs: stable made-up ones come from the ids.
"""

from collections import Counter
from decimal import Decimal
from typing import Any

from tomada_sandbox.demo.olist.data import CANCELLED, DataSet, Sale
from tomada_sandbox.tray.people import fake

FIRST_NUMBER = 1001

_STATUSES = {
    "created": "AGUARDANDO PAGAMENTO",
    "approved": "APROVADO",
    "processing": "AGUARDANDO ENVIO",
    "invoiced": "AGUARDANDO ENVIO",
    "unavailable": "PENDENTE",
    "shipped": "ENVIADO",
    "delivered": "ENTREGUE",
    CANCELLED: "CANCELADO",
}

_PAYMENTS = {"voucher": "Vale-compra", "debit_card": "Cartão de débito", "not_defined": "Outro"}
_SKU_LENGTH = 16


def sku_of(product_id: str) -> str:
    """Return the made-up SKU of a product."""
    return product_id[:_SKU_LENGTH].upper()


def products_of(data: DataSet) -> list[dict[str, Any]]:
    """Return the products that the orders sell, once each, at the price that they were first sold at."""
    found: dict[str, dict[str, Any]] = {}
    for sale in data.sales:
        for item in sale.items:
            name = _name(data, item.product_id)
            row = {"sku": sku_of(item.product_id), "name": name, "price": str(item.price), "stock": 10}
            found.setdefault(item.product_id, row)
    return list(found.values())


def placed(data: DataSet) -> list[dict[str, Any]]:
    """Return all orders as the shopper takes them, numbered from ``FIRST_NUMBER`` in their order."""
    return [_order(data, number, sale) for number, sale in enumerate(data.sales, FIRST_NUMBER)]


def _order(data: DataSet, number: int, sale: Sale) -> dict[str, Any]:
    freight = sum((item.freight for item in sale.items), Decimal(0))
    chosen = max(sale.payments, key=lambda payment: payment.value, default=None)
    order: dict[str, Any] = {
        "id": number,
        "date": sale.placed,
        "modified": sale.changed,
        "status": _STATUSES[sale.status],
        "customer": _buyer(sale),
        "items": _items(data, sale),
        "shipping": "Correios PAC",
        "shipment_value": str(freight),
        "paid": sale.approved,
        "external_code": sale.id,
        "total": str(sale.total),
    }
    if chosen:
        order["payment"] = _method(chosen.type)
        order["installment"] = max(1, chosen.instalments)
    if sale.approved:
        order["payments"] = [
            {"method": _method(payment.type), "value": str(payment.value), "date": sale.placed}
            for payment in sale.payments
        ]
    return order


def _items(data: DataSet, sale: Sale) -> list[dict[str, Any]]:
    """The data have a row for each piece: those of one product at one price are a line."""
    pieces = Counter((item.product_id, item.price) for item in sale.items)
    return [
        {
            "sku": sku_of(product_id),
            "name": _name(data, product_id),
            "price": str(price),
            "quantity": count,
        }
        for (product_id, price), count in pieces.items()
    ]


def _buyer(sale: Sale) -> dict[str, Any]:
    return fake("person", sale.buyer["customer_unique_id"]) | {
        "city": sale.buyer["customer_city"][:30].title(),
        "state": sale.buyer["customer_state"],
        "zip_code": f"{sale.buyer['customer_zip_code_prefix']:0>5}000",
    }


def _method(payment_type: str) -> str:
    return _PAYMENTS.get(payment_type, payment_type)


def _name(data: DataSet, product_id: str) -> str:
    category = data.categories.get(product_id, "").replace("_", " ").capitalize()
    return f"{category or 'Produto'} {product_id[:6]}"
