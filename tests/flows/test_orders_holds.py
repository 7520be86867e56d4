"""What keeps an order back, and how a person lets it go on (C2, C3, D1, D3, M1, P1)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.fakes.platforms import put
from tests.flows.conftest import World
from tests.flows.factories import ADDRESS, make_item, make_order
from tests.flows.test_orders_statuses import open_holds
from tomada.domain.customer import Customer, CustomerKind
from tomada.domain.erp import ErpProduct
from tomada.domain.money import OrderMoney
from tomada.domain.order import OrderStatus, SalesChannel, ShippingMethod
from tomada.errors import UsageError
from tomada.flows.holds.mapped import Woken, set_mappings
from tomada.flows.holds.reasons import HOLDS, RESTS, hold_sentence, rest_sentence
from tomada.flows.holds.settle import Settling, check_answer, retry, settle
from tomada.ports.records import HoldRecord, LinkRecord, MappingRecord, OrderState


def buyer(**fields: Any) -> Customer:
    values = {"remote_id": "9", "kind": CustomerKind.PERSON, "name": "Fulana", "address": ADDRESS}
    return Customer(**{**values, **fields})


def settle_hold(world: World, value: str, remember: bool = False, product: ErpProduct | None = None) -> int:
    [hold] = open_holds(world)
    with world.database.begin() as tx:
        checked = check_answer(hold, value, remember=remember)
        products = {hold.store_id: product} if product else {}
        how = Settling(remember, "maria", world.clock.now(), products)
        return settle(tx, [(hold, checked)], how).orders


UNEXPLAINED = OrderMoney(items=Decimal("80.00"), freight=Decimal("12.00"), total=Decimal("90.00"))
COMPANY = buyer(
    kind=CustomerKind.COMPANY, document="12ABC34501DE35", name="Indústria e Comércio de Canecas Azuis Ltda"
)
HELD: list[tuple[str, dict[str, Any], str, Callable[[dict[str, Any]], bool]]] = [
    (
        "document",
        {"customer": buyer(document="11144477736")},
        "none",
        lambda row: row["customer_code"] == "label-loja-9",
    ),
    (
        "document",
        {"customer": buyer(document="11144477736")},
        "111.444.777-35",
        lambda row: row["customer"]["document"] == "11144477735",
    ),
    (
        "money",
        {"money": UNEXPLAINED},
        "accept",
        lambda row: (row["total"], row["discount"]) == ("90.00", "2.00"),
    ),
    ("legal_name", {"customer": COMPANY}, "accept", lambda row: len(row["customer"]["name"]) == 30),
    (
        "unmapped",
        {"shipping": ShippingMethod(code="moto", label="Motoboy")},
        "T:Motoboy:Zé Entregas",
        lambda row: row["shipping"] == {"form": "T", "service": "Motoboy", "carrier": "Zé Entregas"},
    ),
    (
        "unmapped",
        {"shipping": ShippingMethod(code="moto", label="Motoboy")},
        "leave",
        lambda row: row["shipping"] is None,
    ),
    (
        "unmapped",
        {"status": OrderStatus(code="7", name="A EMBALAR")},
        "preparando_envio",
        lambda row: row["status"] == "preparando_envio",
    ),
    (
        "unmapped",
        {"status": OrderStatus(code="7", name="A EMBALAR")},
        "leave",
        lambda row: row["status"] == "aberto",
    ),
    (
        "unmapped",
        {"channel": SalesChannel(code="X", label="X", own=False)},
        "Loja X",
        lambda row: row["channel"] == "Loja X",
    ),
]


@pytest.mark.parametrize(("code", "fields", "value", "arrived"), HELD, ids=[f"{h[0]}-{h[2]}" for h in HELD])
def test_d3_hold_is_settled_for_this_order_with_one_answer(
    world: World, code: str, fields: dict[str, Any], value: str, arrived: Callable[[dict[str, Any]], bool]
) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", **fields))
    put(world.remote("loja"), make_order("2"))
    first = world.sync("loja")
    assert (first.counts["newly_held"], first.counts["created"]) == (1, 1)
    assert [hold.code for hold in open_holds(world)] == [code]
    assert world.sync("loja").counts.get("newly_held", 0) == 0
    assert settle_hold(world, value) == 1
    assert world.sync("loja").counts["created"] == 1
    assert open_holds(world) == []
    [row] = [row for row in world.erp.orders() if row["ecommerce_number"] == "1"]
    assert arrived(row), row


def test_dropped_order_is_never_created(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", money=UNEXPLAINED))
    world.sync("loja")
    settle_hold(world, "drop")
    world.sync("loja")
    assert world.order("loja", "1").reason == "dropped"
    assert (world.erp.orders(), open_holds(world)) == ([], [])


def test_c2_several_contacts_with_the_document(world: World) -> None:
    world.add_store("loja")
    with world.erp.remote.open() as document:
        document["contacts"] = [{"id": str(n), "code": f"C{n}", "document": "11144477735"} for n in (1, 2)]
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    assert [hold.code for hold in open_holds(world)] == ["customer_several"]
    settle_hold(world, "C2")
    world.sync("loja")
    assert world.erp.orders()[0]["customer_code"] == "C2"


def test_c2_contacts_that_a_person_merged_let_the_order_go_on(world: World) -> None:
    world.add_store("loja")
    with world.erp.remote.open() as document:
        document["contacts"] = [{"id": str(n), "code": f"C{n}", "document": "11144477735"} for n in (1, 2)]
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    with world.erp.remote.open() as document:
        document["contacts"].pop()
    world.clock.move(3601)
    assert world.sync("loja").counts["created"] == 1


def test_c1_contact_is_searched_once_for_a_document(world: World) -> None:
    world.add_store("loja")
    for number in range(3):
        put(world.remote("loja"), make_order(str(number)))
    world.sync("loja")
    put(world.remote("loja"), make_order("9"))
    world.sync("loja")
    assert world.erp.remote.log().count("find_contacts") == 1


@pytest.mark.parametrize("customer", [buyer(), buyer(kind=CustomerKind.FOREIGN, document="AB123456")])
def test_c2_buyer_without_cpf_gets_a_code_of_ours(world: World, customer: Customer) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", customer=customer))
    assert world.sync("loja").counts["created"] == 1
    assert world.erp.orders()[0]["customer_code"] == "label-loja-9"


def test_c3_persons_name_is_cut_with_a_warning(world: World) -> None:
    world.add_store("loja")
    name = "Maria Aparecida dos Santos Oliveira da Silva"
    put(world.remote("loja"), make_order("1", customer=buyer(name=name, document="11144477735")))
    assert world.sync("loja").counts["created"] == 1
    with world.database.read() as tx:
        events = [row.event for row in tx.audit.story(1, "1")]
    assert "field.cut" in events


def test_c3_what_is_cut_at_a_further_attempt_only_is_said_and_once(world: World) -> None:
    world.add_store("loja")
    names = (
        "Maria",
        "Maria Aparecida dos Santos Oliveira da Silva",
        "Maria Aparecida dos Santos Oliveira Silva",
    )
    for seconds, name in enumerate(names):
        customer = buyer(name=name, document="11144477735")
        modified = world.clock.now() + timedelta(seconds=seconds)
        put(world.remote("loja"), make_order("1", customer=customer, modified_at=modified))
        world.clock.move(10)
        world.erp.remote.fault("create_order", "quota")
        world.sync("loja")
    assert world.sync("loja").counts["created"] == 1
    with world.database.read() as tx:
        fields = [row.details["field"] for row in tx.audit.story(1, "1") if row.event == "field.cut"]
    assert fields == ["cliente.nome"]


def test_p1_unlinked_sku_is_held_with_its_key_and_linked_by_a_person(world: World) -> None:
    world.add_store("loja")
    for number in ("1", "2"):
        put(world.remote("loja"), make_order(number, items=(make_item("NOVA", variant_id="5"),)))
    world.sync("loja")
    holds = open_holds(world)
    assert {(hold.kind, hold.key) for hold in holds} == {("product", "p-NOVA/5")}
    product = ErpProduct(product_id="90", sku="CAN-01", name="Caneca", active=True)
    with world.database.begin() as tx:
        how = Settling(True, "maria", world.clock.now(), {1: product})
        freed = settle(tx, [(holds[0], "90")], how)
    assert freed.orders == 2
    assert world.sync("loja").counts["created"] == 2
    assert world.erp.orders()[0]["items"][0]["product_id"] == "90"


def test_p1_two_products_with_the_sku_are_never_guessed(world: World) -> None:
    world.add_store("loja")
    with world.erp.remote.open() as document:
        document["products"].append({"id": "99", "sku": "CAN-01", "active": True})
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    [hold] = open_holds(world)
    assert hold.details["candidates"] == "2"
    link = LinkRecord(1, "p-CAN-01", "", "CAN-01", "99", "CAN-01", "person", world.clock.now())
    with world.database.begin() as tx:
        tx.links.set([link])
        retry(tx, [hold])
    assert world.sync("loja").counts["created"] == 1


def test_d1_mapping_frees_exactly_the_orders_that_wait_for_it(world: World) -> None:
    world.add_store("loja")
    for number, code in enumerate(["moto", "moto", "drone"]):
        put(world.remote("loja"), make_order(str(number), shipping=ShippingMethod(code=code, label=code)))
    world.sync("loja")
    with world.database.begin() as tx:
        record = MappingRecord(1, "shipping", "moto", "S", "", "maria", world.clock.now())
        assert set_mappings(tx, 1, [record]) == Woken(("0", "1"))
    assert world.sync("loja").counts["created"] == 2
    assert [hold.key for hold in open_holds(world)] == ["drone"]
    settle_hold(world, "leave", remember=True)
    assert world.sync("loja").counts["created"] == 1
    put(world.remote("loja"), make_order("8", shipping=ShippingMethod(code="drone", label="drone")))
    assert world.sync("loja").counts["created"] == 1


def test_ignored_channel_and_empty_order_are_left_out_with_their_reason(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", items=()))
    put(world.remote("loja"), make_order("2", channel=SalesChannel(code="X", label="X", own=False)))
    with world.database.begin() as tx:
        tx.mappings.set(MappingRecord(1, "channel", "*", "ignore", "", "maria", world.clock.now()))
    world.sync("loja")
    assert world.order("loja", "1").reason == "no_items"
    assert world.order("loja", "2").reason == "channel_ignored"
    assert world.sync("loja").counts.get("decided", 0) == 0


@pytest.mark.parametrize("version", ["1", "2"])
def test_damaged_order_is_held_its_neighbours_go_on_and_it_is_read_again(world: World, version: str) -> None:
    world.add_store("loja")
    good = make_order("1")
    put(world.remote("loja"), good, raw=good.model_dump_json().replace('"80.00"', '"eighty"'))
    put(world.remote("loja"), make_order("2"))
    assert world.sync("loja").counts["created"] == 1
    [hold] = open_holds(world)
    assert hold.code == "damaged"
    assert world.sync("loja").counts.get("newly_held", 0) == 0
    settle_hold(world, "retry")
    assert world.sync("loja").counts.get("newly_held", 0) == 0
    assert world.remote("loja").log().count("read") == 3
    world.sync("loja")
    assert world.remote("loja").log().count("read") == 3
    with world.remote("loja").open() as document:
        document["rows"]["1"]["order"] = good.model_dump_json()
        document["rows"]["1"]["version"] = version
    settle_hold(world, "retry")
    assert world.sync("loja").counts["created"] == 1
    assert open_holds(world) == []


def test_order_that_the_erp_refuses_is_held_with_its_words(world: World) -> None:
    world.add_store("loja")
    with world.erp.remote.open() as document:
        document["refuse"] = "Produto inválido"
    put(world.remote("loja"), make_order("1"))
    assert world.sync("loja").counts["rejected"] == 1
    [hold] = open_holds(world)
    assert "Produto inválido" in hold_sentence(hold.code, hold.details)
    with world.erp.remote.open() as document:
        document["refuse"] = ""
    settle_hold(world, "retry")
    assert world.sync("loja").counts["created"] == 1
    assert world.order("loja", "1").state is OrderState.CREATED


@pytest.mark.parametrize(
    ("code", "kind", "value", "remember"),
    [
        ("money", "", "yes", False),
        ("money", "", "accept", True),
        ("unmapped", "shipping", "", False),
        ("unmapped", "shipping", "drop", True),
        ("unmapped", "status", "voando", False),
        ("document", "", "123", False),
        ("duplicate", "", "1001", False),
    ],
)
def test_answers_that_cannot_work_are_refused(
    world: World, code: str, kind: str, value: str, remember: bool
) -> None:
    hold = HoldRecord(1, 1, 1, "1", code, "", kind, "k", {}, world.clock.now(), None)
    with pytest.raises(UsageError):
        check_answer(hold, value, remember=remember)


@pytest.mark.parametrize(("value", "created"), [("create", 2), ("ignore", 1), ("erp:1001", 1)])
def test_o1_duplicate_is_settled_by_a_person(world: World, value: str, created: int) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1"))
    world.sync("loja")
    with world.erp.remote.open() as document:
        document["orders"]["1001"].update({"internal_note": "", "marks": []})
    with world.database.begin() as tx:
        record = world.order("loja", "1")
        record.erp_id, record.state, record.dirty = "", OrderState.NEW, True
        tx.orders.save([record])
    world.sync("loja")
    settle_hold(world, value)
    world.sync("loja")
    assert len(world.erp.orders()) == created
    assert open_holds(world) == []


@pytest.mark.parametrize(
    ("message", "field", "end"),
    [
        ("The field total cannot be read.", "total", ": The field total cannot be read."),
        ("It cannot be read.", "total", ": It cannot be read. (total)"),
        ("It cannot be read.", "", ": It cannot be read."),
    ],
)
def test_d3_the_field_is_named_once(message: str, field: str, end: str) -> None:
    assert hold_sentence("damaged", {"message": message, "field": field}).endswith(end)


def test_every_reason_has_its_sentence() -> None:
    for code in HOLDS:
        assert hold_sentence(code, {})
    for reason in RESTS:
        assert rest_sentence(reason, {})
    assert rest_sentence("money", {"total": "1"})
    assert rest_sentence("", {}) == ""


def test_x1_a_document_that_a_person_corrects_stands_nowhere_in_the_open(world: World) -> None:
    world.add_store("loja")
    put(world.remote("loja"), make_order("1", customer=buyer(document="11144477736")))
    world.sync("loja")
    settle_hold(world, "11144477735")

    stored = b"".join(path.read_bytes() for path in world.folder.glob("tomada.db*"))

    assert b"11144477735" not in stored
    assert b"corrected" in stored  # what stands there instead, so the bytes are those of the settled hold


@pytest.mark.parametrize(
    ("code", "details", "told"),
    [
        (
            "unmapped",
            {"kind": "shipping", "code": "moto", "label": "Motoboy"},
            "shipping method “Motoboy” (moto)",
        ),
        ("unmapped", {"kind": "new kind", "code": "x", "label": "X"}, "new kind “X” (x)"),
        ("erp_refused", {"message": "Produto inválido", "field": "itens"}, "Produto inválido (itens)"),
        (
            "erp_refused",
            {"message": "O campo itens está vazio", "field": "itens"},
            "O campo itens está vazio",
        ),
    ],
)
def test_d3_hold_says_what_it_hangs_on(code: str, details: dict[str, str], told: str) -> None:
    sentence = hold_sentence(code, details)
    assert told in sentence
    assert details.get("field", "-") not in sentence.replace(told, "")
