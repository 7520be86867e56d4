"""From a complete order to the domain (M1, C2, C3, O9; tray-rest.md 10 to 13)."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.rest.bodies import ADDRESS, complete_body, customer, line
from tomada.domain.customer import CustomerKind
from tomada.domain.order import Order
from tomada.domain.status import StoreStatusType
from tomada_tray_rest.mapping import order_of
from tomada_tray_rest.settings import Settings
from tomada_tray_rest.wire import WireError

SETTINGS = Settings()


def read(**changes: Any) -> Order:
    return order_of(complete_body(**changes), SETTINGS)


def test_an_ordinary_order() -> None:
    order = read()
    assert (order.remote_id, order.number) == ("7001", "7001")
    assert order.placed_at == datetime(2026, 3, 10, 15, 0, tzinfo=UTC)
    assert order.modified_at == order.placed_at
    assert (order.status.code, order.status.name) == ("39", "AGUARDANDO PAGAMENTO")
    assert order.status.type is StoreStatusType.OPEN
    assert not order.paid
    assert order.money.difference() == 0
    assert order.money.freight == Decimal("12.00")
    assert order.shipping
    assert order.shipping.code == "Correios Expresso"
    assert (order.channel.own, order.channel.code) == (True, "LOJA VIRTUAL")
    assert order.notes == "sem campainha"
    assert order.warnings == ()
    item = order.items[0]
    assert (item.product_id, item.variant_id, item.sku) == ("501", "9001", "CAN-01-A")
    assert (item.quantity, item.unit_price) == (2, Decimal("40.00"))


def test_a_person_and_the_two_addresses() -> None:
    order = read()
    buyer = order.customer
    assert (buyer.kind, buyer.document, buyer.name) == (CustomerKind.PERSON, "52998224725", "Beatriz Lima")
    assert (buyer.phone, buyer.identity_card, buyer.masked_email) == ("14999998888", "123", False)
    assert (buyer.address.street, buyer.address.zip_code) == ("Avenida Rio", "17500100")
    assert order.delivery is not None
    assert (order.delivery.recipient, order.delivery.zip_code) == ("Portaria da Beatriz", "17500000")
    assert (order.delivery.state, order.delivery.country) == ("SP", "Brasil")


def test_c2_a_company_with_letters_in_its_cnpj() -> None:
    buyer = read(
        Customer=customer(
            type="1",
            cpf="",
            cnpj="12.abc.345/01de-35",
            company_name="Padaria Lima Ltda",
            state_inscription="ISENTO",
        )
    ).customer
    assert (buyer.kind, buyer.document) == (CustomerKind.COMPANY, "12ABC34501DE35")
    assert (buyer.name, buyer.trade_name) == ("Padaria Lima Ltda", "Beatriz Lima")
    assert (buyer.state_inscription, buyer.identity_card) == ("ISENTO", "")


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"cpf": "", "cnpj": "11222333000181", "type": "0"}, CustomerKind.COMPANY),
        ({"cnpj": "11222333000181", "type": "0"}, CustomerKind.PERSON),
        ({"cpf": "", "foreign": "1"}, CustomerKind.FOREIGN),
        ({"cpf": "", "country": "Portugal"}, CustomerKind.FOREIGN),
        ({"cpf": "", "type": "1"}, CustomerKind.COMPANY),
        ({"cpf": ""}, CustomerKind.PERSON),
    ],
)
def test_c3_person_company_or_foreign(changes: dict[str, str], kind: CustomerKind) -> None:
    assert read(Customer=customer(**changes)).customer.kind is kind


def test_c2_a_marketplaces_relay_address_is_masked() -> None:
    buyer = read(Customer=customer(email="x7q@MAIL.mercadolivre.com")).customer
    assert buyer.masked_email


@pytest.mark.parametrize(("addresses", "expected"), [([], None), ([{**ADDRESS, "type": "0"}], None)])
def test_no_delivery_address(addresses: list[Any], expected: None) -> None:
    assert read(Customer=customer(CustomerAddresses=addresses)).delivery is expected


def test_the_delivery_address_that_the_order_names() -> None:
    other = {**ADDRESS, "id": "71", "address": "Rua B"}
    both = customer(CustomerAddresses=[{"CustomerAddress": ADDRESS}, {"CustomerAddress": other}])
    named = read(Customer=both, CustomerAddress={"id": "71"})
    assert named.delivery
    assert named.delivery.street == "Rua B"
    assert named.warnings == ()
    unnamed = read(Customer=both)
    assert unnamed.delivery
    assert unnamed.delivery.street == "Rua das Palmeiras"
    assert len(unnamed.warnings) == 1


def test_an_active_delivery_address_comes_before_an_inactive_one() -> None:
    old = {**ADDRESS, "active": "0", "address": "Rua velha", "state": "São Paulo"}
    order = read(Customer=customer(CustomerAddresses=[old, ADDRESS]))
    assert order.delivery
    assert order.delivery.street == "Rua das Palmeiras"
    only = read(Customer=customer(CustomerAddresses=[old]))
    assert only.delivery
    assert (only.delivery.street, only.delivery.state) == ("Rua velha", "São Paulo")


def test_m1_a_coupon_is_taken_off_once() -> None:
    money = read(discount="0.00", discount_coupon="VOLTA/5.00").money
    assert (money.coupon, money.difference()) == (Decimal("5.00"), 0)
    both = read(discount_coupon="VOLTA/5.00").money
    assert (both.discount, both.coupon, both.difference()) == (Decimal("5.00"), 0, 0)
    named = read(
        discount="0.00", discount_coupon="VOLTA/9", coupon={"code": "VOLTA", "discount": "5.00"}
    ).money
    assert named.coupon == Decimal("5.00")


@pytest.mark.parametrize("joined", ["BLACK", "A/B", "/"])
def test_m1_a_coupon_without_an_amount(joined: str) -> None:
    assert read(discount_coupon=joined).money.coupon == 0


def test_m1_taxes_interest_and_a_discount_of_the_payment_method() -> None:
    money = read(taxes="1.00", interest="2.00", payment_method_rate="-4.00", total="86.00").money
    assert (money.taxes, money.interest, money.payment_rate) == (1, 2, -4)
    assert money.difference() == 0


def test_m1_additional_values_count_where_they_make_the_total() -> None:
    added = {"cart_additional_values_increase": "3.00", "cart_additional_values_discount": "1.00"}
    assert read(**added, total="89.00").money.adjustments == 2
    assert read(**added).money.adjustments == 0


def test_m1_a_difference_stays_visible() -> None:
    order = read(total="99.00", discount_coupon="X/1.00")
    assert order.money.difference() == Decimal("13.00")
    assert order.money.coupon == 1


def test_lines_that_do_not_make_the_stores_sum_are_named() -> None:
    order = read(partial_total="70.00")
    assert order.money.items == 80
    assert "80.00" in order.warnings[0]
    assert "70.00" in order.warnings[0]


@given(
    st.lists(st.tuples(st.integers(1, 99), st.decimals("0.01", "9999.99", places=2)), max_size=5),
    st.decimals("0", "500", places=2),
    st.decimals("0", "500", places=2),
    st.decimals("-50", "50", places=2),
)
def test_m1_the_identity_holds_for_every_consistent_order(
    lines: list[tuple[int, Decimal]], freight: Decimal, coupon: Decimal, rate: Decimal
) -> None:
    items = sum((quantity * price for quantity, price in lines), Decimal(0))
    order = read(
        ProductsSold=[line(quantity=str(quantity), price=str(price)) for quantity, price in lines],
        partial_total=str(items),
        discount="0.00",
        discount_coupon=f"A/B/{coupon}",
        shipment_value=str(freight),
        payment_method_rate=str(rate),
        total=str(items - coupon + freight + rate),
    )
    assert order.money.difference() == 0
    assert order.money.coupon == coupon


def test_lines_without_variation() -> None:
    items = read(
        ProductsSold=[line(variant_id="0"), line(id="56", variant_id="", name="", original_name="N")]
    ).items
    assert [item.variant_id for item in items] == ["", ""]
    assert items[1].name == "N"


def test_a_kit_with_a_line_of_its_own_is_one_line() -> None:
    kit = line(id="60", product_id="900", variant_id="0", reference="KIT-1", price="80.00", quantity="1")
    pieces = [line(id=str(n), product_id=str(500 + n), product_kit_id="900") for n in (61, 62)]
    assert [item.sku for item in read(ProductsSold=[kit, *pieces]).items] == ["KIT-1"]
    marked = line(id="60", product_id="900", reference="KIT-1", product_kit_id="900")
    assert [item.line_id for item in read(ProductsSold=[marked, *pieces]).items] == ["60"]


def test_m1_the_lines_of_a_kit_are_those_that_make_the_stores_sum() -> None:
    kit = line(id="60", product_id="900", reference="KIT-1", price="70.00", quantity="1")
    pieces = [line(id=str(n), product_id=str(500 + n), product_kit_id="900", quantity="1") for n in (61, 62)]
    assert [item.line_id for item in read(ProductsSold=[kit, *pieces]).items] == ["61", "62"]
    neither = read(ProductsSold=[kit, *pieces], partial_total="99.00")
    assert [item.line_id for item in neither.items] == ["60"]
    assert len(neither.warnings) == 1


def test_the_pieces_are_the_lines_where_the_kit_is_none() -> None:
    pieces = [line(id=str(n), product_id=str(500 + n), product_kit_id="900") for n in (61, 62)]
    assert [item.line_id for item in read(ProductsSold=pieces).items] == ["61", "62"]


def test_an_order_without_items_is_an_order() -> None:
    assert read(ProductsSold=[]).items == ()


MARKET = {
    "marketplace_name": "Magazine X",
    "marketplace_seller_name": "minha-loja",
    "marketplace_document": "11.222.333/0001-81",
    "payment_responsible_document": "33.000.167/0001-01",
    "marketplace_order_id": "X-1",
    "marketplace_shipping_type": "",
}
NATIVE = {
    "codigo": "2000",
    "pack_id": "3000",
    "logistic_type": "fulfillment",
    "estimated_handling_limit": "2026-03-12 18:00:00",
}


def test_o9_a_marketplace_and_its_intermediary() -> None:
    channel = read(point_sale="HUB", MarketplaceOrder=[{"MarketplaceOrder": MARKET}]).channel
    assert (channel.code, channel.own, channel.order_number) == ("Magazine X", False, "X-1")
    assert channel.intermediary is not None
    assert (channel.intermediary.name, channel.intermediary.document) == ("minha-loja", "11222333000181")
    assert channel.intermediary.payment_document == "33000167000101"
    assert not channel.fulfilled_by_channel


def test_o9_a_marketplace_that_says_little() -> None:
    channel = read(point_sale="HUB", external_code="E-9", MarketplaceOrder=[{"id": "1"}]).channel
    assert (channel.code, channel.order_number, channel.intermediary) == ("HUB", "E-9", None)


def test_o9_mercado_livre_full() -> None:
    channel = read(MlOrder=[{"MlOrder": NATIVE}], MarketplaceOrder=[MARKET]).channel
    assert (channel.code, channel.own, channel.order_number) == ("Mercado Livre", False, "2000")
    assert channel.fulfilled_by_channel
    assert channel.dispatch_by == datetime(2026, 3, 12, 21, 0, tzinfo=UTC)
    assert channel.intermediary is not None


def test_o9_a_pack_of_mercado_livre_has_one_number() -> None:
    plain = {"code": "2001", "pack_id": "", "logistic_type": "cross_docking"}
    assert read(MlOrder=[NATIVE, NATIVE]).channel.order_number == "3000"
    channel = read(MlOrder=[plain, plain]).channel
    assert (channel.order_number, channel.fulfilled_by_channel, channel.dispatch_by) == ("2001", False, None)


@pytest.mark.parametrize(
    ("point", "code", "own"),
    [("particular", "particular", True), ("LOJA  FÍSICA", "LOJA FÍSICA", False), ("", "LOJA VIRTUAL", True)],
)
def test_o9_the_point_of_sale(point: str, code: str, own: bool) -> None:
    channel = read(point_sale=point).channel
    assert (channel.code, channel.own) == (code, own)


@pytest.mark.parametrize(
    ("changes", "paid"),
    [
        ({"has_payment": "1"}, True),
        ({"payment_date": "2026-03-10"}, True),
        ({"status": "A ENVIAR YAPAY", "OrderStatus": {"id": "7", "type": "open"}}, True),
        ({"status": "FINALIZADO", "OrderStatus": {"id": "8", "type": "closed"}}, True),
        ({"status": "CANCELADO", "OrderStatus": {"id": "9", "type": "canceled"}}, False),
        ({"status": "CANCELADO", "OrderStatus": {"id": "9", "type": "canceled"}, "has_payment": "1"}, True),
        ({"status": "PENDENTE", "OrderStatus": []}, False),
    ],
)
def test_what_counts_as_paid(changes: dict[str, Any], paid: bool) -> None:
    assert read(**changes).paid is paid


def test_a_status_without_its_object_is_its_name() -> None:
    status = read(status="PENDENTE", OrderStatus=[]).status
    assert (status.code, status.name, status.type) == ("PENDENTE", "PENDENTE", None)


def test_payments() -> None:
    recorded = {"id": "31", "method": "Cartão", "value": "87.00", "date": "2026-03-10"}
    (payment,) = read(Payment=[{"Payment": recorded}], installment="3").payments
    assert (payment.code, payment.value, payment.instalments) == ("Cartão", Decimal("87.00"), 3)
    assert payment.paid_at is not None
    two = read(Payment=[recorded, {**recorded, "method": ""}], installment="3").payments
    assert [(one.label, one.instalments) for one in two] == [("Cartão", 1), ("Pix - Vindi", 1)]


def test_payment_that_is_only_chosen() -> None:
    (chosen,) = read(installment="0").payments
    assert (chosen.code, chosen.value, chosen.instalments, chosen.paid_at) == (
        "Pix - Vindi",
        Decimal("87.00"),
        1,
        None,
    )
    assert read(payment_method="").payments == ()


def test_pick_up_has_a_place_for_a_method() -> None:
    order = read(shipment="", PickupLocation={"name": "Loja Centro"})
    assert order.shipping
    assert order.shipping.label == "Loja Centro"
    assert read(shipment="").shipping is None


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"id": ""}, "missing", "id"),
        ({"date": "0000-00-00"}, "missing", "date"),
        ({"date": "2026-13-01"}, "bad_date", "date"),
        ({"total": "R$ 87"}, "bad_decimal", "total"),
        ({"total": ""}, "missing", "total"),
        ({"installment": "x"}, "bad_integer", "installment"),
        ({"status": "", "OrderStatus": []}, "missing", "OrderStatus"),
        ({"Customer": "x"}, "bad_shape", "Customer"),
        ({"ProductsSold": ["x"]}, "bad_shape", "ProductsSold"),
        ({"ProductsSold": [line(quantity="0")]}, "bad_quantity", "quantity"),
        ({"ProductsSold": [line(quantity="10000000")]}, "bad_quantity", "quantity"),
        ({"ProductsSold": [line(price="9" * 13)]}, "bad_decimal", "price"),
        ({"installment": "100"}, "bad_integer", "installment"),
        ({"ProductsSold": [line(price="")]}, "missing", "price"),
        ({"ProductsSold": [line(product_id="0")]}, "missing", "product_id"),
        ({"shipment": {"a": 1}}, "bad_text", "shipment"),
    ],
)
def test_a_damaged_field_is_named(changes: dict[str, Any], code: str, field: str) -> None:
    with pytest.raises(WireError) as caught:
        read(**changes)
    assert (caught.value.code, caught.value.field) == (code, field)


def test_a_value_that_our_model_refuses_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """No value of the remote is known to do so; the net below must hold all the same."""
    monkeypatch.setattr("tomada_tray_rest.mapping._payments", lambda *_: ("no payment",))
    with pytest.raises(WireError, match=r"bad_value: payments\.0"):
        read()


def test_an_answer_without_an_order() -> None:
    with pytest.raises(WireError, match="missing: id"):
        order_of({"Order": []}, SETTINGS)
