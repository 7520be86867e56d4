"""Bodies in the shapes of tray-rest.md 10.2 and A.3, with invented values."""

from copy import deepcopy
from typing import Any

Json = dict[str, Any]

ADDRESS = {
    "id": "70",
    "customer_id": "88",
    "recipient": "Portaria da Beatriz",
    "address": "Rua das Palmeiras",
    "number": "12",
    "complement": "ap 3",
    "neighborhood": "Centro",
    "city": "Marília",
    "state": "sp",
    "zip_code": "17500-000",
    "country": "BRA",
    "type": "1",
    "active": "1",
}

CUSTOMER = {
    "id": "88",
    "name": "Beatriz Lima",
    "cpf": "52998224725",
    "cnpj": "",
    "rg": "123",
    "type": "0",
    "email": "beatriz@example.com",
    "phone": "1433334444",
    "cellphone": "14999998888",
    "company_name": "",
    "state_inscription": "",
    "zip_code": "17500-100",
    "address": "Avenida Rio",
    "number": "9",
    "complement": "",
    "neighborhood": "Alto",
    "city": "Marília",
    "state": "SP",
    "country": "Brasil",
    "CustomerAddresses": [{"CustomerAddress": ADDRESS}],
}

LINE = {
    "id": "55",
    "product_id": "501",
    "variant_id": "9001",
    "quantity": "2",
    "price": "40.00",
    "original_price": "45.00",
    "name": "Caneca azul",
    "reference": "CAN-01-A",
    "product_kit_id": "0",
    "product_kit_id_kit": "0",
}

STATUS = {"id": "39", "type": "open", "status": "AGUARDANDO PAGAMENTO"}


def complete_body(remote_id: str = "7001", modified: str = "2026-03-10 12:00:00", **changes: Any) -> Json:
    """Return a complete read: two pieces of 40.00, freight 12.00, discount 5.00, total 87.00."""
    order = {
        "id": remote_id,
        "status": "AGUARDANDO PAGAMENTO",
        "date": modified[:10],
        "hour": modified[11:],
        "modified": modified,
        "customer_id": "88",
        "partial_total": "80.00",
        "discount": "5.00",
        "taxes": "0.00",
        "shipment_value": "12.00",
        "payment_method_rate": "0.00",
        "interest": "0.00",
        "total": "87.00",
        "point_sale": "LOJA VIRTUAL",
        "shipment": "Correios  Expresso",
        "payment_method": "Pix - Vindi",
        "installment": "1",
        "discount_coupon": "",
        "external_code": "",
        "customer_note": "sem campainha",
        "store_note": "",
        "payment_date": "0000-00-00",
        "has_payment": "0",
        "has_shipment": "0",
        "has_invoice": "0",
        "sending_code": "",
        "printed": "",
        "OrderStatus": STATUS,
        "PickupLocation": [],
        "Customer": CUSTOMER,
        "ProductsSold": [{"ProductsSold": LINE}],
        "Payment": [],
        "OrderInvoice": [],
        "MlOrder": [],
        "MarketplaceOrder": [],
    }
    return {"Order": {**deepcopy(order), **deepcopy(changes)}, "Extensions": [], "User": []}


def list_row(order: Json) -> Json:
    """Return the list's row of an order: fewer keys, ids instead of objects, ``payment_form``."""
    hidden = ("hour", "installment", "customer_note", "payment_method", "Customer")
    row = {key: value for key, value in order.items() if key not in hidden}
    row["payment_form"] = order.get("payment_method", "")
    for key in ("ProductsSold", "Payment", "MarketplaceOrder"):
        inner = row.get(key)
        if isinstance(inner, list):
            row[key] = [{"id": item.get(key, item).get("id")} for item in inner if isinstance(item, dict)]
    return row


def line(**changes: Any) -> Json:
    """Return a wrapped line."""
    return {"ProductsSold": {**LINE, **changes}}


def customer(**changes: Any) -> Json:
    """Return a customer."""
    return {**deepcopy(CUSTOMER), **changes}
