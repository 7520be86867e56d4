"""From the rows of an order to an ``Order`` (contract 9.6). Pure functions."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pydantic import ValidationError

from tomada.domain.customer import Address, Customer, CustomerKind
from tomada.domain.documents import normalise_document
from tomada.domain.money import OrderMoney, cents
from tomada.domain.order import (
    Intermediary,
    Order,
    OrderItem,
    OrderStatus,
    OrderStatusChange,
    Payment,
    SalesChannel,
    ShippingMethod,
)
from tomada.domain.status import StoreStatusType
from tomada_tray_ftp.damage import Damage
from tomada_tray_ftp.entities import Entity
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.settings import Settings, listed
from tomada_tray_ftp.values import Values

BRAZIL = ("", "bra", "br", "brasil", "brazil")
MOST_INSTALMENTS = 99
MOST_PIECES = 10**7
StatusTypes = Mapping[str, StoreStatusType]
"""Status id → type, from the store's own list."""


@dataclass(frozen=True, slots=True)
class Read:
    """An order and its version: ``number`` rises with each export, ``digest`` differs with any content."""

    order: Order
    number: int
    digest: str


def order_of(entity: Entity, settings: Settings, types: StatusTypes) -> Read:
    """Return the order that an entity's rows tell; raise ``Damage`` with the column that cannot be read."""
    if entity.damage:
        raise entity.damage
    dialect = settings.dialect()
    rows = [Values(row, dialect, settings.zone) for row in entity.rows]
    line = entity.line
    try:
        order = _order(rows[0], settings, types, _items(rows))
        return Read(order, rows[0].integer("versao", 1), _digest(entity))
    except Damage as damage:
        damage.line = damage.line or line
        raise
    except ValidationError as error:  # a value that our model refuses; its text may be personal
        column = ".".join(map(str, error.errors()[0]["loc"]))
        raise Damage(
            "E21", _("Column {column} cannot be read.").format(column=column), column, line
        ) from None


def status_of(entity: Entity, settings: Settings, types: StatusTypes) -> OrderStatusChange:
    """Return the change of status that a row tells; raise ``Damage``."""
    if entity.damage:
        raise entity.damage
    values = Values(entity.first, settings.dialect(), settings.zone)
    try:
        status = _status(values, types)
        at = values.moment("data_hora")
        remote_id = values.identifier("id_pedido")
        if at is None or not remote_id:
            raise _empty("data_hora" if remote_id else "id_pedido")
        return OrderStatusChange(
            remote_id=remote_id, status=status, paid=_paid_by_status(status, settings), modified_at=at
        )
    except Damage as damage:
        damage.line = damage.line or entity.line
        raise


def _order(values: Values, settings: Settings, types: StatusTypes, items: tuple[OrderItem, ...]) -> Order:
    remote_id = values.identifier("id_pedido")
    placed_at = values.moment("data_pedido", "hora_pedido")
    if placed_at is None or not remote_id:
        raise _empty("data_pedido" if remote_id else "id_pedido")
    status = _status(values, types)
    money, warnings = _money(values, items)
    paid_at = values.moment("data_pagamento")
    paid = values.flag("pago") or paid_at is not None or _paid_by_status(status, settings)
    shipping = " ".join(values.text("forma_envio").split())
    return Order(
        remote_id=remote_id,
        number=remote_id,
        placed_at=placed_at,
        modified_at=values.moment("data_modificacao") or placed_at,
        status=status,
        paid=paid,
        customer=_customer(values, settings),
        delivery=_delivery(values),
        items=items,
        money=money,
        shipping=ShippingMethod(code=shipping, label=shipping) if shipping else None,
        channel=_channel(values, settings),
        payments=_payments(values, money.total, paid_at),
        notes=values.text("obs_cliente"),
        warnings=warnings,
    )


def _status(values: Values, types: StatusTypes) -> OrderStatus:
    code, name = values.text("id_status"), values.text("status")
    type_ = types.get(code)
    if type_ is None and name.casefold().startswith("cancel"):
        type_ = StoreStatusType.CANCELLED
    return OrderStatus(code=code, name=name or code, type=type_)


def _paid_by_status(status: OrderStatus, settings: Settings) -> bool:
    """Concluded orders and the names of ``paid_statuses`` are paid, as payments approved by hand leave no date."""
    if status.type is StoreStatusType.CANCELLED:
        return False
    by_name = status.name.casefold().startswith(listed(settings.paid_statuses))
    return status.type is StoreStatusType.CLOSED or by_name


def _items(rows: list[Values]) -> tuple[OrderItem, ...]:
    return tuple(_item(values) for values in rows)


def _item(values: Values) -> OrderItem:
    try:
        product_id = values.identifier("item_id_produto")
        if not product_id:
            raise _empty("item_id_produto")
        quantity = values.number("item_quantidade")
        if not 0 < quantity < MOST_PIECES:
            raise Damage(
                "E21",
                _("Column {column} is no quantity.").format(column="item_quantidade"),
                "item_quantidade",
            )
        return OrderItem(
            line_id=values.text("item_id", "item_seq"),
            product_id=product_id,
            variant_id=values.identifier("item_id_grade").lstrip("0"),
            sku=values.text("item_referencia"),
            name=values.text("item_nome"),
            quantity=quantity,
            unit_price=values.number("item_preco"),
        )
    except Damage as damage:
        damage.line = values.line
        raise


def _money(values: Values, items: tuple[OrderItem, ...]) -> tuple[OrderMoney, tuple[str, ...]]:
    """Return the terms of the total (M1), and a warning when the lines are not the file's sum of items.

    Whether ``desconto`` holds the coupon already is not said: the reading that gives the stated total is taken.
    """
    lines = cents(sum((item.quantity * item.unit_price for item in items), Decimal(0)))
    coupon = values.number("cupom_valor")
    readings = [
        OrderMoney(
            items=lines,
            discount=values.number("desconto"),
            coupon=taken_off,
            adjustments=values.number("acrescimo"),
            freight=values.number("valor_frete"),
            interest=values.number("juros"),
            total=values.number("total"),
        )
        for taken_off in dict.fromkeys((coupon, Decimal(0)))
    ]
    money = next((reading for reading in readings if not reading.difference()), readings[0])
    stated = values.number("total_itens", lines)
    if cents(stated) == lines:
        return money, ()
    warning = _("The lines add up to {lines}, the store's own sum of items is {stated}.")
    return money, (warning.format(lines=lines, stated=stated),)


def _customer(values: Values, settings: Settings) -> Customer:
    document = normalise_document(values.text("cliente_cpf_cnpj"))
    told = values.text("cliente_tipo").upper()
    if not document and values.text("cob_pais").casefold() not in BRAZIL:
        kind = CustomerKind.FOREIGN
    else:
        is_company = told == "J" or (told != "F" and len(document) > 11)
        kind = CustomerKind.COMPANY if is_company else CustomerKind.PERSON
    company = kind is CustomerKind.COMPANY
    name, trade_name, email = (
        values.text(column) for column in ("cliente_nome", "cliente_fantasia", "cliente_email")
    )
    return Customer(
        remote_id=values.identifier("id_cliente"),
        kind=kind,
        name=name,
        trade_name=trade_name if company and trade_name != name else "",
        document=document,
        state_inscription=values.text("cliente_rg_ie") if company else "",
        identity_card="" if company else values.text("cliente_rg_ie"),
        email=email,
        masked_email=email.rpartition("@")[2].casefold() in listed(settings.masked_email_domains),
        phone=_phone(values),
        address=_address(values, "cob", trade_name if company and trade_name else name),
    )


def _delivery(values: Values) -> Address | None:
    if not values.text("ent_logradouro"):
        return None
    return _address(values, "ent", values.text("ent_destinatario"))


def _address(values: Values, prefix: str, recipient: str) -> Address:
    country, state = values.text(f"{prefix}_pais"), values.text(f"{prefix}_uf")
    return Address(
        recipient=recipient,
        street=values.text(f"{prefix}_logradouro"),
        number=values.text(f"{prefix}_numero"),
        complement=values.text(f"{prefix}_complemento"),
        district=values.text(f"{prefix}_bairro"),
        city=values.text(f"{prefix}_cidade"),
        state=state.upper() if len(state) == 2 else state,
        zip_code=re.sub(r"[^0-9]", "", values.text(f"{prefix}_cep")),
        country="Brasil" if country.casefold() in BRAZIL else country,
        phone=_phone(values),
    )


def _phone(values: Values) -> str:
    return values.text("cliente_celular", "cliente_telefone")


def _channel(values: Values, settings: Settings) -> SalesChannel:
    market, number = values.text("marketplace_nome"), values.text("marketplace_id_pedido", "codigo_externo")
    if market:
        document = normalise_document(values.text("marketplace_documento"))
        return SalesChannel(
            code=market,
            label=market,
            own=False,
            order_number=number,
            intermediary=Intermediary(name="", document=document) if document else None,
        )
    point = " ".join(values.text("ponto_venda").split())
    own = not point or point.casefold() in listed(settings.own_channels)
    code = point or settings.own_channels.split(",")[0].strip()
    return SalesChannel(code=code, label=code, own=own, order_number=values.text("codigo_externo"))


def _payments(values: Values, total: Decimal, paid_at: datetime | None) -> tuple[Payment, ...]:
    chosen = values.text("forma_pagamento")
    instalments = max(1, values.integer("qtd_parcelas", 1))
    if instalments > MOST_INSTALMENTS:
        message = _("Column {column} is no number of instalments.").format(column="qtd_parcelas")
        raise Damage("E21", message, "qtd_parcelas")
    if not chosen:
        return ()
    return (Payment(code=chosen, label=chosen, value=cents(total), instalments=instalments, paid_at=paid_at),)


def _digest(entity: Entity) -> str:
    told = "\n".join("\x1f".join(row.cells) for row in entity.rows)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _empty(column: str) -> Damage:
    return Damage("E20", _("Column {column} is empty.").format(column=column), column)
