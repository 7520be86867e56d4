"""Looking a mapping up: an answer for this order, the exact code, all others, the default, nothing (D1, D2)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.flows.factories import START, make_order
from tomada.domain.erp import ErpShipping
from tomada.domain.order import Intermediary, OrderStatus, SalesChannel, ShippingMethod
from tomada.domain.status import ErpStatus, StoreStatusType
from tomada.errors import UsageError
from tomada.flows.mapping.defaults import default_shipping, default_status, normalise
from tomada.flows.mapping.mappings import MappingTable, check_value, missing_mappings, parse_shipping
from tomada.flows.mapping.patterns import is_pattern, matches
from tomada.ports.options import OrderOptions, StoreOptions
from tomada.ports.records import CodeRecord, MappingRecord, StoreRecord, StoreState


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


CODES = st.sampled_from(["1", "2", "*"])
VALUES = st.sampled_from(["aberto", "aprovado", "enviado", "leave"])
TYPES = st.sampled_from([StoreStatusType.OPEN, StoreStatusType.CLOSED, StoreStatusType.CANCELLED, None])


@given(st.dictionaries(CODES, VALUES), st.dictionaries(st.sampled_from(["1", "2"]), VALUES), st.text(), TYPES)
def test_d1_value_comes_from_the_nearest_source_whatever_else_is_there(
    chosen: dict[str, str], answers: dict[str, str], name: str, type_: StoreStatusType | None
) -> None:
    mappings = table(*[("status", code, value) for code, value in chosen.items()])
    found = mappings.status(
        OrderStatus(code="1", name=name, type=type_),
        {f"unmapped:status:{code}": value for code, value in answers.items()},
    )
    others = None if type_ is StoreStatusType.CANCELLED else chosen.get("*")
    expected = answers.get("1") or chosen.get("1") or others or default_status(name, type_ or "")
    assert found == expected
    assert found is None or found == "leave" or ErpStatus(found)


@given(st.text(), st.text(), st.text())
def test_default_mappings_are_total_and_never_an_empty_value(name: str, prefix: str, label: str) -> None:
    for text in (name, f"MKT-{prefix} {name}", label):
        assert default_status(text, "") in {None, *ErpStatus}
        assert default_shipping(text) != ""


@pytest.mark.parametrize(
    ("code", "value"),
    [
        (CodeRecord(1, "status", "53", "Desistência", "canceled"), "cancelado"),
        (CodeRecord(1, "status", "7", "A EMBALAR", "something else"), None),
        (CodeRecord(1, "shipping", "9", "Sedex"), "C"),
        (CodeRecord(1, "channel", "LOJA", "Loja", "own"), "loja"),
        (CodeRecord(1, "channel", "X", "X", ""), None),
        (CodeRecord(1, "payment", "boleto", "Boleto - Vindi"), "boleto"),
        (CodeRecord(1, "payment", "pix", "Pix"), "leave"),
        (CodeRecord(1, "category", "5", "Cozinha > Canecas"), "Cozinha > Canecas"),
    ],
)
def test_d2_code_is_looked_up_without_an_order_as_with_one(code: CodeRecord, value: str | None) -> None:
    assert table().of_code(code) == value


def test_d1_person_and_default_are_told_apart() -> None:
    mappings = table(("shipping", "9", "C"), ("channel", "*", "Loja"))
    assert mappings.set_by("shipping", "9") == "9"
    assert mappings.set_by("channel", "whatever") == "*"
    assert not mappings.set_by("shipping", "8")


def test_d1_pattern_stands_for_texts_that_vary() -> None:
    mappings = table(
        ("shipping", "Motoboy*", "T"), ("shipping", "Motoboy * noite", "X"), ("shipping", "*", "S")
    )
    assert mappings.shipping("Motoboy", "Motoboy", {}) == "T"
    assert mappings.shipping("7", "MOTOBOY   expresso", {}) == "T"
    assert mappings.shipping("Motoboy zona sul noite", "", {}) == "X"
    assert mappings.shipping("De motoboy", "De motoboy", {}) == "S"
    exact = table(("shipping", "Motoboy*", "T"), ("shipping", "Motoboy 24h", "J"))
    assert exact.shipping("Motoboy 24h", "Motoboy 24h", {}) == "J"
    assert exact.set_by("shipping", "x", "Motoboy 9") == "Motoboy*"
    assert exact.shipping("Motoboy 24h", "", {"unmapped:shipping:Motoboy 24h": "leave"}) == "leave"


@given(st.text(alphabet="ab?[]!*. ", max_size=12), st.text(alphabet="ab?[]!*. ", max_size=12))
def test_d1_only_the_star_is_special_in_a_pattern(pattern: str, text: str) -> None:
    parts = [re.escape(part.strip()) for part in normalise(pattern).split("*")]
    wanted = re.fullmatch(".*".join(parts), normalise(text))
    assert matches(pattern, text) is bool(wanted)


def test_d1_patterns_are_for_shipping_texts() -> None:
    assert is_pattern("shipping", "Motoboy*")
    assert not is_pattern("shipping", "*")
    assert not is_pattern("shipping", "Motoboy")
    assert not is_pattern("channel", "M*")
