"""An order as rows of a file of orders, one for each item."""

from tomada_sandbox.files.writing import Row, Style
from tomada_sandbox.tray.state import Customer, Line, Order, Store

_PLACES = {
    "logradouro": "address",
    "numero": "number",
    "complemento": "complement",
    "bairro": "neighborhood",
    "cidade": "city",
    "uf": "state",
    "cep": "zip_code",
    "pais": "country",
}


def rows_of(store: Store, order: Order, style: Style, version: int) -> list[Row]:
    """Return the rows of an order."""
    whole = _whole(store, order, style, version)
    return [
        {
            **whole,
            "item_seq": str(place),
            "item_id": str(line.id),
            "item_id_produto": str(line.product_id),
            "item_id_grade": str(line.variant_id) if line.variant_id else "",
            "item_referencia": line.sku,
            "item_nome": line.name,
            "item_ean": line.gtin,
            "item_quantidade": style.money(line.quantity),
            "item_preco": style.money(line.price),
            "item_preco_original": style.money(line.original_price),
        }
        for place, line in enumerate(_sold(order), 1)
    ]


def _sold(order: Order) -> list[Line]:
    """Return the lines that cost something: of a kit either its pieces or itself."""
    kits = {line.product_id for line in order.lines if not line.kit_id}
    return [line for line in order.lines if line.kit_id not in kits or not line.kit_id]


def _whole(store: Store, order: Order, style: Style, version: int) -> Row:
    status = store.statuses[order.status_id]
    money = style.money
    native = "Mercado Livre" if order.native else ""
    return {
        "id_pedido": str(order.id),
        "versao": str(version),
        "data_pedido": style.date(order.placed),
        "hora_pedido": style.time(order.placed)[-8:],
        "data_modificacao": style.time(order.modified),
        "id_status": str(status.id),
        "status": status.name,
        "id_canal": "",
        "ponto_venda": order.point_sale,
        "marketplace_nome": native or order.marketplace.get("marketplace_name", ""),
        "marketplace_id_pedido": order.native.get("codigo", "")
        or order.marketplace.get("marketplace_order_id", ""),
        "marketplace_documento": order.marketplace.get("marketplace_document", ""),
        "total_itens": money(order.partial_total),
        "desconto": money(order.discount),
        "cupom": order.coupon_code,
        "cupom_valor": money(order.coupon),
        "acrescimo": money(order.taxes + order.payment_method_rate),
        "juros": money(order.interest),
        "valor_frete": money(order.shipment_value),
        "total": money(order.total),
        "forma_envio": order.shipment,
        "forma_pagamento": order.payment_method,
        "qtd_parcelas": str(order.installment),
        "pago": "S" if order.paid_at else "N",
        "data_pagamento": style.date(order.paid_at),
        "codigo_externo": order.external_code,
        "obs_cliente": order.texts.get("customer_note", ""),
        **_customer(store.customers[order.customer_id], order),
    }


def _customer(buyer: Customer, order: Order) -> Row:
    fields = buyer.fields
    company = bool(fields.get("cnpj")) and (fields.get("type") == "1" or not fields.get("cpf"))
    name, legal = fields.get("name", ""), fields.get("company_name", "")
    delivery = buyer.addresses.get(order.address_id, {})
    return {
        "id_cliente": str(buyer.id),
        "cliente_tipo": "J" if company else "F",
        "cliente_nome": (legal or name) if company else name,
        "cliente_fantasia": name if company and legal else "",
        "cliente_cpf_cnpj": fields.get("cnpj", "") if company else fields.get("cpf", ""),
        "cliente_rg_ie": fields.get("state_inscription", "") if company else fields.get("rg", ""),
        "cliente_email": fields.get("email", ""),
        "cliente_telefone": fields.get("phone", ""),
        "cliente_celular": fields.get("cellphone", ""),
        **{f"cob_{ours}": fields.get(theirs, "") for ours, theirs in _PLACES.items()},
        "ent_destinatario": delivery.get("recipient", ""),
        **{f"ent_{ours}": delivery.get(theirs, "") for ours, theirs in _PLACES.items()},
    }


def content_of(rows: list[Row]) -> tuple[tuple[str, str], ...]:
    """Return what an order says besides its version, its status and when it changed."""
    left_out = {"versao", "id_status", "status", "data_modificacao", "pago", "data_pagamento"}
    return tuple(pair for row in rows for pair in row.items() if pair[0] not in left_out)
