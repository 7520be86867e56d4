"""The parts of a complete order: buyer, items, payments, marketplace records (tray-rest.md 10.4, 13)."""

from typing import Any

from tomada_sandbox.tiny.wire import money, names, number
from tomada_sandbox.tray.state import Customer, Line, Order, Payment, Store
from tomada_sandbox.tray.wire import write_day, write_moment

Json = dict[str, Any]

CUSTOMER = names(
    "cnpj newsletter terms name registration_date rg cpf phone cellphone birth_date gender email"
    " nickname token observation company_name state_inscription reseller indicator_id"
    " last_sending_newsletter last_purchase last_visit address zip_code number complement neighborhood"
    " city state country"
)

ADDRESS = names("recipient address number complement neighborhood city state zip_code country description")

NATIVE = names(
    "cliente_id codigo item_id item_title user_id nickname mercado_envio shipment_id pack_id"
    " status_frete_ml substatus_frete_ml logistic_type estimated_delivery_time"
    " estimated_handling_limit shipping_mode shipping_status shipping_substatus"
)

MARKETPLACE = names(
    "marketplace_name marketplace_seller_name marketplace_seller_id marketplace_document"
    " payment_responsible_document marketplace_order_id marketplace_shipping_id"
    " marketplace_shipping_type marketplace_internal_status"
)


def customer(store: Store, order: Order) -> Json:
    """Return the buyer with all addresses; the delivery address is of type 1."""
    buyer = store.customers[order.customer_id]
    return {
        **{key: buyer.fields.get(key, "") for key in CUSTOMER},
        "id": str(buyer.id),
        "type": buyer.fields.get("type", "0"),
        "foreign": buyer.fields.get("foreign", "0"),
        "discount": "0.000",
        "blocked": "0",
        "credit_limit": "0.00",
        "total_orders": "1",
        "profile_customer_id": "1",
        "created": write_moment(buyer.created),
        "modified": write_moment(buyer.created),
        "last_modification": write_moment(buyer.created),
        "Extensions": {"Profile": {"id": "1", "name": "Padrão"}, "Profiles": []},
        "CustomerAddresses": [
            {"CustomerAddress": _address(buyer, id_, fields)} for id_, fields in buyer.addresses.items()
        ],
    }


def _address(buyer: Customer, id_: int, fields: dict[str, str]) -> Json:
    return {
        **{key: fields.get(key, "") for key in ADDRESS},
        "id": str(id_),
        "customer_id": str(buyer.id),
        "type": "1",
        "active": "1",
        "type_delivery": "1",
        "not_list": "0",
    }


def line(store: Store, order: Order, sold: Line) -> Json:
    """Return a sold item."""
    return {
        "product_kit_id": str(sold.kit_id),
        "product_kit_id_kit": str(sold.kit_line),
        "id_campaign": "0",
        "product_id": str(sold.product_id),
        "quantity": number(sold.quantity),
        "id": str(sold.id),
        "order_id": str(order.id),
        "name": sold.name,
        "original_name": sold.name,
        "virtual_product": "0",
        "ean": sold.gtin,
        "Sku": [{"type": type_, "value": value} for type_, value in sold.sku_values],
        "price": money(sold.price),
        "cost_price": "0.00",
        "original_price": money(sold.original_price),
        "weight": "350",
        "weight_cubic": "200",
        "brand": "",
        "model": "",
        "reference": sold.sku,
        "length": "12",
        "width": "10",
        "height": "10",
        "variant_id": str(sold.variant_id) if sold.variant_id else "",
        "additional_information": "",
        "text_variant": "",
        "warranty": "",
        "bought_together_id": "0",
        "ncm": "",
        "included_items": "",
        "release_date": "",
        "commissioner_value": "0.00",
        "comissao": "0.00",
        "is_giveaway": "",
        "ProductSoldImage": [],
        "Category": [],
        "BoughtTogether": [],
        "Discount": [],
        "url": {"http": "", "https": ""},
        "Stock": {"id": "1", "name": "Loja"},
    }


def payment(order: Order, paid: Payment) -> Json:
    """Return a record of money received."""
    return {
        "created": write_moment(paid.at),
        "modified": write_moment(paid.at),
        "id": str(paid.id),
        "order_id": str(order.id),
        "payment_method_id": "0",
        "method": paid.method,
        "payment_place": "",
        "value": money(paid.value),
        "date": write_day(paid.at),
        "note": "",
    }


def native(order: Order) -> list[Json]:
    """Return Mercado Livre's records, one for each item sold."""
    if not order.native:
        return []
    placed = write_moment(order.placed)
    return [
        {
            **{key: order.native.get(key, "") for key in NATIVE},
            "id": str(sold.id),
            "order_id": str(order.id),
            "pedido_id": str(order.id),
            "item_quantity": number(sold.quantity),
            "created": placed,
            "updated": placed,
        }
        for sold in order.lines
    ]


def marketplace(order: Order) -> list[Json]:
    """Return the record of any other marketplace, if the order came from one."""
    if not order.marketplace:
        return []
    placed = write_moment(order.placed)
    told = {key: order.marketplace.get(key, "") for key in MARKETPLACE}
    return [{**told, "id": str(order.id), "order_id": str(order.id), "created": placed, "updated": placed}]
