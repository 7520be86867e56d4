"""Looking a mapping up: an answer for this order, the exact code, all others, the default, nothing (D1, D2)."""

import pytest

from tests.flows.factories import START, make_order
from tomada.domain.erp import ErpShipping
from tomada.domain.order import Intermediary, OrderStatus, SalesChannel, ShippingMethod
from tomada.errors import UsageError
from tomada.flows.mappings import MappingTable, check_value, missing_mappings, parse_shipping
from tomada.ports.options import OrderOptions, StoreOptions
from tomada.ports.records import MappingRecord, StoreRecord, StoreState


def table(*rows: tuple[str, str, str], own: str = "") -> MappingTable:
    options = StoreOptions(orders=OrderOptions(own_channel_name=own))
    store = StoreRecord(1, "loja", "loja", "fake", 1, StoreState.ACTIVE, options, {})
    return MappingTable(
        store, [MappingRecord(1, kind, code, value, "", "x", START) for kind, code, value in rows]
    )


def test_d1_the_nearest_value_wins() -> None:
    status = OrderStatus(code="39", name="A ENVIAR")
    assert table().status(status, {}) == "aprovado"
    assert table(("status", "*", "aberto")).status(status, {}) == "aberto"
    both = table(("status", "*", "aberto"), ("status", "39", "faturado"))
    assert both.status(status, {}) == "faturado"
    assert both.status(status, {"unmapped:status:39": "enviado"}) == "enviado"


def test_d2_channels_that_name_themselves_need_no_mapping() -> None:
    own = SalesChannel(code="LOJA VIRTUAL", label="LOJA VIRTUAL")
    market = SalesChannel(
        code="DAFITI", label="Dafiti", own=False, intermediary=Intermediary(name="loja", document="1")
    )
    unknown = SalesChannel(code="X", label="X", own=False)
    assert table().channel(own, {}) == "loja"
    assert table(own="Minha loja").channel(own, {}) == "Minha loja"
    assert table().channel(market, {}) == "Dafiti"
    assert table().channel(unknown, {}) is None


def test_d1_each_unmapped_code_is_a_problem_of_its_own() -> None:
    order = make_order(
        status=OrderStatus(code="7", name="A EMBALAR"),
        channel=SalesChannel(code="X", label="X", own=False),
        shipping=ShippingMethod(code="moto", label="Motoboy"),
    )
    problems = missing_mappings(order, table(), {})
    assert [problem.identity for problem in problems] == [
        ("unmapped", "status", "7"),
        ("unmapped", "channel", "X"),
        ("unmapped", "shipping", "moto"),
    ]
    assert missing_mappings(make_order(shipping=None), table(), {}) == []


def test_shipping_values_have_three_parts() -> None:
    assert parse_shipping("C") == ErpShipping(form="C")
    assert parse_shipping("T:Rodoviário:Azul Cargo") == ErpShipping(
        form="T", service="Rodoviário", carrier="Azul Cargo"
    )
    assert parse_shipping("leave") is None


@pytest.mark.parametrize(("kind", "value"), [("status", "voando"), ("colour", "red"), ("shipping", " ")])
def test_values_that_cannot_work_are_refused(kind: str, value: str) -> None:
    with pytest.raises(UsageError):
        check_value(kind, value)


def test_values_are_kept_in_their_canonical_form() -> None:
    assert check_value("status", " Aprovado ") == "aprovado"
    assert check_value("status", "leave") == "leave"
    assert check_value("channel", "IGNORE") == "ignore"
    assert check_value("shipping", " C:PAC ") == "C:PAC"
