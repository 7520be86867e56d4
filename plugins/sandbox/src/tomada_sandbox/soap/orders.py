"""Orders, items, buyers and instalments in the web service's words; each as the REST face shows the same order."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from tomada_sandbox.clock import BRASILIA
from tomada_sandbox.soap.wire import Row
from tomada_sandbox.tiny.wire import money, number
from tomada_sandbox.tray.order_view import UNREADABLE
from tomada_sandbox.tray.state import ZERO, Line, Order, Store

_DAMAGED = {
    "total": "total",
    "date": "data_pedido",
    "shipment_value": "valor_frete",
    "quantity": "quantidade",
    "price": "preco",
}
"""Fields of web_api that can be damaged, and their names here."""

_CENT = Decimal("0.01")


def order_row(store: Store, order: Order) -> Row:
    """Return ``tPedido``."""
    status = store.statuses[order.status_id]
    placed = order.placed.astimezone(BRASILIA)
    sender = next((each for each in store.shippings if each.display_name == order.shipment), None)
    row = {
        "id_pedido": str(order.id),
        "id_cliente": str(order.customer_id),
        "data_pedido": placed.strftime("%Y-%m-%d"),
        "hora_pedido": placed.strftime("%H:%M:%S"),
        "id_status": str(status.id),
        "status": status.name,
        "tipo_status": status.type,
        "total_itens": money(order.partial_total),
        "desconto": money(order.discount),
        "cupom": order.coupon_code,
        "cupom_valor": money(order.coupon),
        "acrescimo": money(order.taxes + order.payment_method_rate),
        "juros": money(order.interest),
        "valor_frete": money(order.shipment_value),
        "id_forma_envio": str(sender.id) if sender else "",
        "forma_envio": order.shipment,
        "integrador_envio": sender.identifier if sender else "",
        "prazo_entrega": "5",
        "id_canal": "",
        "ponto_venda": order.point_sale,
        **_marketplace(order),
        "id_forma_pagamento": "",
        "forma_pagamento": order.payment_method,
        "qtd_parcelas": str(order.installment),
        "pago": "S" if order.paid_at else "N",
        "data_pagamento": _day(order.paid_at),
        "codigo_rastreio": order.texts.get("sending_code", ""),
        "data_envio": order.texts.get("sending_date", ""),
        "codigo_acesso": "",
        "codigo_externo": order.external_code,
        "obs_loja": order.texts.get("store_note", ""),
        "obs_cliente": order.texts.get("customer_note", ""),
        "data_modificacao": order.modified_text,
        "total": money(order.total),
    }
    return _damaged(order, row)


def item_rows(order: Order) -> Iterator[Row]:
    """Yield ``tItemPedido``; the pieces of a kit that is a line itself are not listed [guess]."""
    kits = {line.product_id for line in order.lines if not line.kit_id}
    for line in order.lines:
        if line.kit_id not in kits:
            yield _damaged(order, _item(order, line))


def buyer_row(store: Store, order: Order) -> Row:
    """Return ``tClienteAvancado``: the buyer and where this order goes."""
    buyer = store.customers[order.customer_id]
    told, company = buyer.fields, buyer.fields.get("type") == "1"
    goes_to = buyer.addresses.get(order.address_id, {})
    return {
        "id_cliente": str(buyer.id),
        "cliente": (told.get("company_name") or told.get("name", "")) if company else told.get("name", ""),
        "nome_fantasia": told.get("name", "") if company and told.get("company_name") else "",
        "tipo_pessoa": "J" if company else "F",
        "cnpj_cpf": told.get("cnpj", "") if company else told.get("cpf", ""),
        "rg_ie": told.get("state_inscription", "") if company else told.get("rg", ""),
        "data_nascimento": told.get("birth_date", ""),
        "email": told.get("email", ""),
        "telefone": told.get("phone", ""),
        "celular": told.get("cellphone", ""),
        **_address(told, ""),
        "entrega_destinatario": goes_to.get("recipient", ""),
        **_address(goes_to, "entrega_"),
    }


def instalment_rows(order: Order) -> Iterator[Row]:
    """Yield ``tParcela``: what was paid, else what the buyer chose, in whole cents that add up."""
    parts: list[tuple[str, Decimal, datetime | None]]
    if order.payments:
        parts = [(paid.method, paid.value, paid.at) for paid in order.payments]
    elif order.payment_method:
        parts = [(order.payment_method, order.total, order.paid_at)]
    else:
        return
    number_ = 0
    for method, value, at in parts:
        count = order.installment if len(parts) == 1 else 1
        for share in _shares(value, count):
            number_ += 1
            yield {
                "id_parcela": str(order.id * 100 + number_),
                "id_pedido": str(order.id),
                "numero": str(number_),
                "valor": money(share),
                "data_vencimento": _day(at or order.placed),
                "forma_pagamento": method,
                "pago": "S" if at else "N",
                "data_pagamento": _day(at),
            }


def _marketplace(order: Order) -> Row:
    """Mercado Livre's own records are told by their names here, as there is no place of their own for them."""
    if order.native:
        code = order.native.get("codigo", "")
        pack = order.native.get("pack_id", "") if len(order.lines) > 1 else ""
        told = ("Mercado Livre", pack or code, order.marketplace.get("marketplace_document", ""))
    else:
        market = order.marketplace
        told = (
            market.get("marketplace_name", ""),
            market.get("marketplace_order_id", ""),
            market.get("marketplace_document", ""),
        )
    return dict(
        zip(("marketplace_nome", "marketplace_id_pedido", "marketplace_documento"), told, strict=True)
    )


def _item(order: Order, line: Line) -> dict[str, str]:
    return {
        "id_item": str(line.id),
        "id_pedido": str(order.id),
        "id_produto": str(line.product_id),
        "id_grade": str(line.variant_id) if line.variant_id else "",
        "referencia": line.sku,
        "nome_produto": line.name,
        "descricao_grade": "; ".join(f"{type_}: {value}" for type_, value in line.sku_values),
        "quantidade": number(line.quantity),
        "preco": money(line.price),
        "preco_original": money(line.original_price),
        "desconto": money(ZERO),
        "peso": "350",
        "ean": line.gtin,
        "ncm": "",
        "informacao_adicional": "",
    }


def _address(fields: dict[str, str], prefix: str) -> dict[str, str]:
    told = {
        "logradouro": "address",
        "numero": "number",
        "complemento": "complement",
        "bairro": "neighborhood",
        "cidade": "city",
        "uf": "state",
        "cep": "zip_code",
        "pais": "country",
    }
    return {f"{prefix}{name}": fields.get(key, "") for name, key in told.items()}


def _damaged(order: Order, row: dict[str, str]) -> Row:
    name = _DAMAGED.get(order.damaged.rpartition(".")[2], "")
    return {**row, name: UNREADABLE} if name in row else row


def _shares(value: Decimal, count: int) -> list[Decimal]:
    part = (value / count).quantize(_CENT)
    return [value - part * (count - 1), *[part] * (count - 1)]


def _day(at: datetime | None) -> str:
    return at.astimezone(BRASILIA).strftime("%Y-%m-%d") if at else ""
