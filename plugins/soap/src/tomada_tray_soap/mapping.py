"""From an order's row, items, buyer and instalments to an ``Order`` (tray-soap-ftp.md 8.7). Pure functions."""

from collections.abc import Sequence
from decimal import Decimal

from pydantic import ValidationError

from tomada.domain.documents import normalise_document
from tomada.domain.money import ZERO, OrderMoney, cents
from tomada.domain.order import Intermediary, Order, OrderItem, Payment, SalesChannel, ShippingMethod
from tomada_tray_soap.buyers import buyer_of, delivery_of
from tomada_tray_soap.envelope import Record
from tomada_tray_soap.sentences import _
from tomada_tray_soap.settings import Settings, names
from tomada_tray_soap.statuses import is_paid, status_of
from tomada_tray_soap.wire import WireError, decimal, identifier, integer, moment, text

MOST_INSTALMENTS = 99
MOST_PIECES = 10**7
"""Greater numbers are damaged: no card splits a payment into more, and no line sells so many."""


def order_of(
    record: Record,
    items: Sequence[Record],
    buyer: Record,
    instalments: Sequence[Record],
    settings: Settings,
) -> Order:
    """Return the order; raise ``WireError`` with the field that cannot be read."""
    try:
        return _order(record, items, buyer, instalments, settings)
    except ValidationError as error:  # a value that our model refuses; its text may be personal
        raise WireError("bad_value", ".".join(map(str, error.errors()[0]["loc"]))) from None


def _order(
    record: Record,
    items: Sequence[Record],
    buyer: Record,
    instalments: Sequence[Record],
    settings: Settings,
) -> Order:
    remote_id = identifier(record, "id_pedido")
    placed_at = moment(record, "data_pedido", settings, "hora_pedido")
    if placed_at is None:
        raise WireError("missing", "data_pedido")
    status = status_of(record)
    lines = tuple(_item(item, remote_id, settings) for item in items)
    if not lines and not _is_told_empty(record, settings):
        raise WireError("missing", "id_produto")
    money, warnings = _money(record, lines, settings)
    return Order(
        remote_id=remote_id,
        number=remote_id,
        placed_at=placed_at,
        modified_at=moment(record, "data_modificacao", settings) or placed_at,
        status=status,
        paid=is_paid(record, status, settings),
        customer=buyer_of(buyer, record, settings),
        delivery=delivery_of(buyer),
        items=lines,
        money=money,
        shipping=_shipping(record),
        channel=_channel(record, settings),
        payments=_payments(record, remote_id, instalments, settings),
        notes=text(record, "obs_cliente"),
        warnings=warnings,
    )


def _is_told_empty(record: Record, settings: Settings) -> bool:
    """Tell whether the order itself says that it has no items; else its items were lost on the way."""
    return bool(text(record, "total_itens")) and decimal(record, "total_itens", settings) == 0


def _item(record: Record, order_id: str, settings: Settings) -> OrderItem:
    if identifier(record, "id_pedido") not in ("", order_id):
        raise WireError("other_order", "id_pedido")
    product_id = identifier(record, "id_produto")
    if not product_id:
        raise WireError("missing", "id_produto")
    quantity = decimal(record, "quantidade", settings)
    if not 0 < quantity < MOST_PIECES:
        raise WireError("bad_quantity", "quantidade")
    return OrderItem(
        line_id=identifier(record, "id_item"),
        product_id=product_id,
        variant_id=identifier(record, "id_grade"),
        sku=text(record, "referencia"),
        name=text(record, "nome_produto"),
        quantity=quantity,
        unit_price=decimal(record, "preco", settings),
    )


def _money(
    record: Record, lines: tuple[OrderItem, ...], settings: Settings
) -> tuple[OrderMoney, tuple[str, ...]]:
    """Return the terms, and a warning when the lines do not add up to the store's own sum.

    Whether ``desconto`` holds the coupon already is not documented: the reading that gives the total is taken.
    """
    summed = cents(sum((line.quantity * line.unit_price for line in lines), Decimal(0)))
    stated = cents(decimal(record, "total_itens", settings, summed))
    coupon = decimal(record, "cupom_valor", settings, ZERO)
    readings = [
        OrderMoney(
            items=summed,
            discount=decimal(record, "desconto", settings, ZERO),
            coupon=taken_off,
            freight=decimal(record, "valor_frete", settings, ZERO),
            taxes=decimal(record, "acrescimo", settings, ZERO),
            interest=decimal(record, "juros", settings, ZERO),
            total=decimal(record, "total", settings),
        )
        for taken_off in dict.fromkeys((coupon, ZERO))
    ]
    money = next((reading for reading in readings if not reading.difference()), readings[0])
    if stated == summed:
        return money, ()
    warning = _("The lines add up to {lines}, the store's own sum of items is {stated}.")
    return money, (warning.format(lines=summed, stated=stated),)


def _shipping(record: Record) -> ShippingMethod | None:
    """Return the shipping; its text is the code, as over REST, so that a store can move."""
    code = " ".join(text(record, "forma_envio").split())
    return ShippingMethod(code=code, label=code) if code else None


def _channel(record: Record, settings: Settings) -> SalesChannel:
    """Return the channel: the marketplace if one is named, else the point of sale."""
    market = " ".join(text(record, "marketplace_nome").split())
    if market:
        document = normalise_document(text(record, "marketplace_documento"))
        return SalesChannel(
            code=market,
            label=market,
            own=False,
            order_number=text(record, "marketplace_id_pedido") or text(record, "codigo_externo"),
            intermediary=Intermediary(name="", document=document) if document else None,
        )
    point = " ".join(text(record, "ponto_venda").split())
    own = not point or point.casefold() in names(settings.own_channels)
    code = point or settings.own_channels.split(",")[0].strip()
    return SalesChannel(code=code, label=code, own=own, order_number=text(record, "codigo_externo"))


def _payments(
    record: Record, order_id: str, instalments: Sequence[Record], settings: Settings
) -> tuple[Payment, ...]:
    """Return one payment for each method among the instalments; without any, the chosen one with the total."""
    chosen = text(record, "forma_pagamento")
    count = _instalment_count(integer(record, "qtd_parcelas", settings, 1))
    by_method: dict[str, list[Record]] = {}
    for one in instalments:
        if identifier(one, "id_pedido") not in ("", order_id):
            raise WireError("other_order", "id_pedido")
        by_method.setdefault(text(one, "forma_pagamento") or chosen, []).append(one)
    if by_method:
        return tuple(
            Payment(
                code=method,
                label=method,
                value=sum((decimal(one, "valor", settings) for one in parts), Decimal(0)),
                instalments=_instalment_count(len(parts)),
                paid_at=moment(parts[0], "data_pagamento", settings),
            )
            for method, parts in by_method.items()
        )
    if not chosen:
        return ()
    total = cents(decimal(record, "total", settings))
    paid_at = moment(record, "data_pagamento", settings)
    return (Payment(code=chosen, label=chosen, value=total, instalments=count, paid_at=paid_at),)


def _instalment_count(told: int) -> int:
    if told > MOST_INSTALMENTS:
        raise WireError("bad_integer", "qtd_parcelas")
    return max(1, told)
