"""An order as web_api shows it: in the list, alone and complete (tray-rest.md 10.2 to 10.4, A.3)."""

import hashlib
import json
from typing import Any

from tomada_sandbox.tiny.wire import money
from tomada_sandbox.tray import order_parts
from tomada_sandbox.tray.state import Order, Status, Store
from tomada_sandbox.tray.wire import NO_DAY, flag, write_day, write_moment

Json = dict[str, Any]

UNREADABLE = "#VALOR!"


def row_json(store: Store, order: Order) -> bytes:
    """Return the wrapped row of the list; it is kept until the order changes."""
    if not order.row_json:
        order.row_json = _dump({"Order": _row(store, order)})
    return order.row_json


def complete_json(store: Store, order: Order) -> bytes:
    """Return the complete read, damage included; it is kept until the order changes."""
    if not order.complete_json:
        whole = _complete(store, order)
        if order.damaged:
            _damage(whole, order.damaged.split("."))
        content = {"Order": whole, "Extensions": [], "User": [], "Confirmation": []}
        order.complete_json = _dump(content)
    return order.complete_json


def single_json(store: Store, order: Order) -> bytes:
    """Return the single read."""
    return _dump({"Order": _single(store, order)})


def _row(store: Store, order: Order) -> Json:
    return {
        **_common(store, order),
        "payment_form": order.payment_method,
        "progressive_discount": "0.00",
        "shipping_progressive_discount": "0.00",
        "Extensions": [],
    }


def _single(store: Store, order: Order) -> Json:
    payment_url = f"https://loja.example/pagamento/{order.id}"
    return {
        **_common(store, order),
        "hour": write_moment(order.placed)[11:],
        "delivered": "",
        "shipping_cancelled": "",
        "customer_note": order.texts.get("customer_note", ""),
        "partner_id": order.texts.get("partner_id", "0"),
        "installment": str(order.installment),
        "sending_date": order.texts.get("sending_date", NO_DAY),
        "billing_address": "0",
        "delivery_time": "5",
        "payment_method_id": "",
        "payment_method": order.payment_method,
        "tracking_url": order.texts.get("tracking_url", ""),
        "CustomerAddress": {"id": str(order.address_id)},
        "OrderTransactions": [{"url_payment": payment_url}] if order.payment_method else [],
        "ShippingLabel": {"application": "", "url": ""},
        "payments_notification": {"notification": ""},
        "partner_name": "",
        "Extensions": [],
    }


def _complete(store: Store, order: Order) -> Json:
    single = _single(store, order)
    del single["Extensions"]
    return {
        **single,
        "delivery_date": "",
        "cost": "0",
        "urls": {"payment": f"https://loja.example/pagamento/{order.id}"},
        "payment_method_type": order.payment_method_type,
        "Customer": order_parts.customer(store, order),
        "ProductsSold": [{"ProductsSold": order_parts.line(store, order, each)} for each in order.lines],
        "Payment": [{"Payment": order_parts.payment(order, each)} for each in order.payments],
        "MlOrder": [{"MlOrder": each} for each in order_parts.native(order)],
        "MarketplaceOrder": [{"MarketplaceOrder": each} for each in order_parts.marketplace(order)],
        "OrderInvoiceAmount": [],
        "ExtraTabs": [],
        "PaymentMethodMessage": {"text": "", "text_pag": "", "text_confirm": "", "confirmation": "0"},
        **_parts(order),
    }


def _parts(order: Order) -> Json:
    """Show that an order was split over distribution centres (9.1, 10.4); nothing of any other order."""
    if not (order.origin or order.children):
        return {}
    centre = {
        "status": "",
        "type": "child_order" if order.origin else "",
        "group_id": str(order.origin or order.id),
    }
    products = [
        {
            "product_id": str(line.product_id),
            "variant_id": str(line.variant_id),
            "product_sold_id": str(line.id),
            "quantity": str(line.quantity),
        }
        for line in order.lines
    ]
    package = {"id": str(order.id), "order_id": str(order.id), "Products": products}
    return {
        "dc_order_origin": str(order.origin),
        "OrderChilds": [{"Order": {"id": str(id_)}} for id_ in order.children],
        "DistributionCenter": {**centre, "Package": package},
    }


def _common(store: Store, order: Order) -> Json:
    status = store.statuses[order.status_id]
    key = hashlib.sha1(f"{store.id}/{order.id}".encode(), usedforsecurity=False).hexdigest()
    whole: Json = {
        "status": status.name,
        "id": str(order.id),
        "date": write_day(order.placed),
        "customer_id": str(order.customer_id),
        "partial_total": money(order.partial_total),
        "taxes": money(order.taxes),
        "discount": money(order.discount),
        "point_sale": order.point_sale,
        "shipment": order.shipment,
        "shipment_value": money(order.shipment_value),
        "shipment_date": "",
        "store_note": order.texts.get("store_note", ""),
        "discount_coupon": f"{order.coupon_code}/{money(order.coupon)}" if order.coupon_code else "",
        "payment_method_rate": money(order.payment_method_rate),
        "value_1": "0.00",
        "sending_code": order.texts.get("sending_code", ""),
        "session_id": key[:26],
        "total": money(order.total),
        "payment_date": write_day(order.paid_at),
        "access_code": key[:15].upper(),
        "shipment_integrator": "",
        "modified": order.modified_text,
        "printed": "",
        "interest": money(order.interest),
        "id_quotation": "",
        "estimated_delivery_date": NO_DAY,
        "external_code": order.external_code,
        "has_payment": flag(order.paid_at),
        "has_shipment": flag(order.texts.get("sending_code")),
        "has_invoice": flag(store.invoices.get(order.id)),
        "total_comission_user": "0.00",
        "total_comission": "0.00",
        "is_traceable": "1" if order.texts.get("sending_code") else "",
        "OrderStatus": embedded_status(status),
        "PickupLocation": [],
        "ProductsSold": [{"id": str(each.id)} for each in order.lines],
        "Payment": [{"id": str(each.id)} for each in order.payments],
        "OrderInvoice": [{"id": str(each.id)} for each in store.invoices.get(order.id, [])],
        "MlOrder": [{"id": each["id"]} for each in order_parts.native(order)],
        "MarketplaceOrder": [{"id": each["id"]} for each in order_parts.marketplace(order)],
        "OrderTransactions": [],
    }
    if order.coupon_code:
        whole["coupon"] = {"code": order.coupon_code, "discount": money(order.coupon)}
    return whole


def embedded_status(status: Status) -> Json:
    """Return a status as orders carry it (11.2)."""
    return {
        "id": str(status.id),
        "default": "1",
        "type": status.type,
        "show_backoffice": "1",
        "allow_edit_order": "0",
        "description": "",
        "status": status.name,
        "show_status_central": "",
        "background": "#FFFFFF",
    }


def _damage(whole: Any, path: list[str]) -> None:  # noqa: ANN401  # any JSON, walked by name
    target = whole
    for name in path[:-1]:
        target = target[name]
        if isinstance(target, list):
            target = target[0][name] if name in target[0] else target[0]
    if path[-1] not in target:
        raise LookupError(path[-1])
    target[path[-1]] = UNREADABLE


def _dump(content: Json) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
