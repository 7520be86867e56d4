"""From rows to the domain (M1, C2, O9); any text in any column is read or refused with its column."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ftp.bodies import change, order
from tomada.domain.customer import CustomerKind
from tomada.domain.order import Order
from tomada.domain.status import StoreStatusType
from tomada_tray_ftp.damage import Damage
from tomada_tray_ftp.entities import Entity
from tomada_tray_ftp.layouts import ORDERS, STATUSES
from tomada_tray_ftp.mapping import Read, order_of, status_of
from tomada_tray_ftp.settings import Settings
from tomada_tray_ftp.tables import Row

SETTINGS = Settings()
TYPES = {"39": StoreStatusType.OPEN, "50": StoreStatusType.CANCELLED, "60": StoreStatusType.CLOSED}


def entity(rows: list[dict[str, str]]) -> Entity:
    return Entity(
        rows[0]["id_pedido"],
        2,
        [Row.of(2 + place, ORDERS if "versao" in row else STATUSES, row) for place, row in enumerate(rows)],
    )


def whole(*items: dict[str, str], **changes: str) -> Read:
    return order_of(entity(order(7001, *items, **changes)), SETTINGS, TYPES)


def read(*items: dict[str, str], **changes: str) -> Order:
    return whole(*items, **changes).order


def test_an_ordinary_order() -> None:
    found = read()
    assert (found.remote_id, found.number) == ("7001", "7001")
    assert found.placed_at == datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    assert (found.status.code, found.status.name, found.status.type) == (
        "39",
        "AGUARDANDO PAGAMENTO",
        StoreStatusType.OPEN,
    )
    assert not found.paid
    assert found.money.difference() == 0
    assert found.money.freight == Decimal("12.00")
    assert found.shipping
    assert found.shipping.code == "Correios PAC"
    assert (found.channel.own, found.channel.code) == (True, "LOJA VIRTUAL")
    assert (found.notes, found.warnings) == ("sem campainha", ())
    item = found.items[0]
    assert (item.product_id, item.variant_id, item.sku, item.quantity) == ("501", "", "CAN-01", 2)


def test_c2_a_person_with_two_addresses() -> None:
    found = read()
    buyer = found.customer
    assert (buyer.kind, buyer.document, buyer.name) == (
        CustomerKind.PERSON,
        "52998224725",
        "Beatriz Conceição",
    )
    assert (buyer.address.street, buyer.address.zip_code, buyer.address.state) == (
        "Avenida Rio",
        "17500100",
        "SP",
    )
    assert found.delivery
    assert (found.delivery.recipient, found.delivery.street) == ("Portaria", "Rua das Flores")
    assert read(ent_logradouro="").delivery is None


def test_c2_a_company_with_letters_in_its_cnpj() -> None:
    buyer = read(
        cliente_tipo="J",
        cliente_nome="Casa Azul Ltda",
        cliente_fantasia="Casa Azul",
        cliente_cpf_cnpj="12.ABC.345/01DE-35",
        cliente_rg_ie="123",
    ).customer
    assert (buyer.kind, buyer.document, buyer.trade_name) == (
        CustomerKind.COMPANY,
        "12ABC34501DE35",
        "Casa Azul",
    )
    assert (buyer.state_inscription, buyer.identity_card, buyer.address.recipient) == ("123", "", "Casa Azul")


def test_c2_a_buyer_from_abroad() -> None:
    assert read(cliente_cpf_cnpj="", cob_pais="Uruguai").customer.kind is CustomerKind.FOREIGN


def test_m1_the_coupon_beside_the_discount_or_in_it() -> None:
    beside = read(desconto="2.00", cupom_valor="5.00", total="85.00").money
    inside = read(desconto="5.00", cupom_valor="5.00", total="87.00").money
    assert (beside.coupon, beside.difference()) == (Decimal("5.00"), 0)
    assert (inside.coupon, inside.difference()) == (0, 0)


def test_m1_a_total_that_does_not_add_up_is_left_for_all_to_see() -> None:
    found = read(total="100.00", total_itens="81.00")
    assert found.money.difference() == Decimal("8.00")
    assert "81.00" in found.warnings[0]


def test_o9_a_marketplace_order() -> None:
    channel = read(
        marketplace_nome="Shopee", marketplace_id_pedido="SH-1", marketplace_documento="35.635.824/0001-12"
    ).channel
    assert (channel.own, channel.code, channel.order_number) == (False, "Shopee", "SH-1")
    assert channel.intermediary
    assert channel.intermediary.document == "35635824000112"


@pytest.mark.parametrize(
    ("changes", "paid"),
    [
        ({"pago": "S"}, True),
        ({"data_pagamento": "2026-03-11"}, True),
        ({"data_pagamento": "0000-00-00"}, False),
        ({"id_status": "60", "status": "X"}, True),
        ({"id_status": "7", "status": "A ENVIAR VINDI"}, True),
        ({"id_status": "50", "status": "A ENVIAR"}, False),
    ],
)
def test_o4_whether_it_is_paid(changes: dict[str, str], paid: bool) -> None:
    assert read(**changes).paid is paid


def test_o7_cancelled_is_known_without_a_list_of_statuses() -> None:
    found = order_of(entity(order(status="CANCELADO AUT", id_status="99")), SETTINGS, {}).order
    assert found.status.type is StoreStatusType.CANCELLED


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("total", "92,00", "E21"),
        ("valor_frete", "#VALOR!", "E21"),
        ("data_pedido", "10/03/2026", "E22"),
        ("data_pedido", "0000-00-00", "E20"),
        ("hora_pedido", "25:00:00", "E22"),
        ("pago", "talvez", "E22"),
        ("id_pedido", "abc", "E21"),
        ("qtd_parcelas", "100", "E21"),
        ("id_cliente", "-5", "E21"),
    ],
)
def test_d3_a_damaged_column_is_named(column: str, text: str, code: str) -> None:
    with pytest.raises(Damage) as caught:
        read(**{column: text})
    assert (caught.value.code, caught.value.column, caught.value.line) == (code, column, 2)


@pytest.mark.parametrize(
    ("column", "text"), [("item_quantidade", "0"), ("item_preco", "1e9"), ("item_id_produto", "")]
)
def test_d3_a_damaged_item_is_named_by_its_own_line(column: str, text: str) -> None:
    with pytest.raises(Damage) as caught:
        read({}, {"item_seq": "2", column: text})
    assert (caught.value.column, caught.value.line) == (column, 3)


@given(st.sampled_from(ORDERS.columns), st.text(max_size=30))
def test_any_text_in_any_column_is_read_or_refused_with_its_column(column: str, text: str) -> None:
    try:
        found = read(**{column: text})
    except Damage as damage:
        assert damage.column  # noqa: PT017 - either outcome is right
        assert text not in damage.message or len(text) < 4  # noqa: PT017
    else:
        assert found.remote_id.isdigit()


@given(st.sampled_from(ORDERS.columns), st.text("abc123 ", min_size=1, max_size=5))
def test_o6_anything_that_differs_makes_another_version(column: str, text: str) -> None:
    rows = order(7001)
    changed: list[dict[str, Any]] = [rows[0] | {column: text}]
    if changed == rows or column == "id_pedido":
        return
    with suppress(Damage):
        assert order_of(entity(changed), SETTINGS, TYPES).digest != whole().digest


def test_a_change_of_status() -> None:
    made = entity([change(7001, "60", "ENTREGUE", "2026-03-12 10:00:00")])
    found = status_of(made, SETTINGS, TYPES)
    assert (found.remote_id, found.status.code, found.paid) == ("7001", "60", True)
    assert found.modified_at == datetime(2026, 3, 12, 13, 0, tzinfo=UTC)
    for column, text in (("data_hora", "ontem"), ("data_hora", "0000-00-00"), ("id_pedido", "x")):
        rows = [Row.of(2, STATUSES, made.first.texts | {column: text})]
        with pytest.raises(Damage) as caught:
            status_of(replace(made, rows=rows), SETTINGS, TYPES)
        assert (caught.value.column, caught.value.line) == (column, 2)
