"""The stock engine (tiny-api.md A7, part D; rules S1, S2, S6)."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.tiny_support import TinyCaller, item
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.tiny import clerk
from tomada_sandbox.tiny.face import TinyFace
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.world import World

CUP, TEA, KIT = "CAN-AZUL", "CHA-CAMOMILA", "KIT-CHA"  # 25 and 60 pieces; a kit is two cups and one tea


@pytest.fixture
def tiny(control: SandboxClient, name: str) -> Iterator[TinyCaller]:
    with TinyCaller(control, name) as caller:
        yield caller


def _stock(tiny: TinyCaller, sku: str = CUP) -> tuple[str, str]:
    """Return what the API tells: physical and reserved."""
    product = tiny.call("produto.obter.estoque.php", id=tiny.product(sku)["id"])["produto"]
    return product["saldo"], product["saldoReservado"]


def _order(tiny: TinyCaller, quantity: int = 2, **changes: Any) -> str:
    number = str(len(tiny.state["orders"]) + 1)
    return tiny.create(itens=[item(quantidade=str(quantity))], numero_pedido_ecommerce=number, **changes)


def _change(tiny: TinyCaller, **fields: Any) -> Any:
    content = {"idProduto": tiny.product(CUP)["id"], **fields}
    return tiny.call("produto.atualizar.estoque.php", estoque=json.dumps({"estoque": content}))


def test_d2_an_order_reserves_and_its_cancelling_releases(tiny: TinyCaller) -> None:
    id_ = _order(tiny)
    assert _stock(tiny) == ("25", "2")
    tiny.call("pedido.alterar.situacao", id=id_, situacao="cancelado")
    assert _stock(tiny) == ("25", "0")
    tiny.call("pedido.alterar.situacao", id=id_, situacao="aberto")
    assert _stock(tiny) == ("25", "2")


def test_d4_more_can_be_reserved_than_there_is(tiny: TinyCaller) -> None:
    _order(tiny, 30)
    assert _stock(tiny) == ("25", "30")
    product = next(one for one in tiny.state["products"] if one["sku"] == CUP)
    assert (product["stock"], product["reserved"], product["available"]) == ("25", "30", "-5")


def test_d5_without_the_module_nothing_is_ever_reserved(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name, reservation=False) as tiny:
        id_ = _order(tiny)
        assert _stock(tiny) == ("25", "0")
        tiny.call("pedido.lancar.estoque.php", id=id_)
        assert _stock(tiny) == ("23", "0")


def test_d2_posting_takes_the_pieces_and_the_reservation(tiny: TinyCaller) -> None:
    id_ = _order(tiny)
    assert tiny.call("pedido.lancar.estoque.php", id=id_)["status"] == "OK"
    assert _stock(tiny) == ("23", "0")
    again = tiny.call("pedido.lancar.estoque.php", id=id_)
    assert (again["codigo_erro"], again["erros"]) == (31, [{"erro": "Estoque já lançado."}])
    assert _stock(tiny) == ("23", "0")


def test_d8_cancelling_keeps_what_was_posted_until_it_is_un_posted(tiny: TinyCaller) -> None:
    id_ = _order(tiny)
    tiny.call("pedido.lancar.estoque.php", id=id_)
    tiny.call("pedido.alterar.situacao", id=id_, situacao="cancelado")
    assert _stock(tiny) == ("23", "0")
    tiny.call("pedido.estornar.estoque.php", id=id_)
    assert _stock(tiny) == ("25", "0")


def test_d7_un_posting_a_living_order_reserves_again(tiny: TinyCaller) -> None:
    id_ = _order(tiny)
    tiny.call("pedido.lancar.estoque.php", id=id_)
    tiny.call("pedido.estornar.estoque.php", id=id_)
    assert _stock(tiny) == ("25", "2")


def test_d4_un_posting_what_only_reserves_inflates_the_reservation(tiny: TinyCaller) -> None:
    id_ = _order(tiny, 3)
    for _ in range(2):
        tiny.call("pedido.estornar.estoque.php", id=id_)
    assert _stock(tiny) == ("25", "9")
    tiny.control.clerk(tiny.name, "configure", unpost_inflates=False)
    tiny.call("pedido.estornar.estoque.php", id=id_)
    assert _stock(tiny) == ("25", "9")


@pytest.mark.parametrize(
    ("trigger", "situation"), [("approval", "aprovado"), ("invoice", "faturado"), ("sent", "enviado")]
)
def test_s2_stock_is_posted_by_itself_at_the_accounts_trigger(
    control: SandboxClient, name: str, trigger: str, situation: str
) -> None:
    with TinyCaller(control, name, post_on=trigger) as tiny:
        id_ = _order(tiny)
        assert _stock(tiny) == ("25", "2")
        tiny.call("pedido.alterar.situacao", id=id_, situacao=situation)
        assert _stock(tiny) == ("23", "0")
        tiny.call("pedido.alterar.situacao", id=id_, situacao="entregue")
        assert _stock(tiny) == ("23", "0")


def test_s2_a_trigger_that_was_skipped_counts_too(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name, post_on="approval") as tiny:
        _order(tiny, situacao="enviado")
        assert _stock(tiny) == ("23", "0")


def test_s2_on_save_nothing_is_reserved_first(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name, post_on="save") as tiny:
        id_ = _order(tiny)
        assert _stock(tiny) == ("23", "0")
        tiny.call("pedido.estornar.estoque.php", id=id_)
        assert _stock(tiny) == ("25", "2")


def test_d10_an_account_may_refuse_a_negative_balance(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name, refuse_negative=True, post_on="sent") as tiny:
        id_ = _order(tiny, 26)
        assert tiny.call("pedido.lancar.estoque.php", id=id_)["erros"] == [{"erro": "Estoque insuficiente."}]
        tiny.call("pedido.alterar.situacao", id=id_, situacao="enviado")
        assert _stock(tiny) == ("25", "26")


def test_s6_else_it_becomes_negative(tiny: TinyCaller) -> None:
    tiny.call("pedido.lancar.estoque.php", id=_order(tiny, 26))
    assert _stock(tiny) == ("-1", "0")


def test_d12_a_kit_takes_its_components_and_stays_one_line(tiny: TinyCaller) -> None:
    id_ = tiny.create(itens=[item(codigo=KIT, quantidade="3"), item(codigo=CUP, quantidade="1")])
    assert (_stock(tiny, CUP), _stock(tiny, TEA), _stock(tiny, KIT)) == (("25", "7"), ("60", "3"), ("0", "0"))
    tiny.call("pedido.lancar.estoque.php", id=id_)
    assert (_stock(tiny, CUP), _stock(tiny, TEA)) == (("18", "0"), ("57", "0"))
    assert [line["item"]["codigo"] for line in tiny.obtain(id_)["itens"]] == [KIT, CUP]


def test_a_text_that_is_no_product_takes_nothing(tiny: TinyCaller) -> None:
    id_ = tiny.create(itens=[item(codigo="NADA")])
    assert tiny.call("pedido.lancar.estoque.php", id=id_)["status"] == "OK"
    assert tiny.state["movements"] == []


def test_a_parents_balance_is_that_of_its_variations(tiny: TinyCaller) -> None:
    tiny.create(itens=[item(codigo="CAMISETA-P-BR", quantidade="1")])
    assert _stock(tiny, "CAMISETA") == ("20", "1")


@pytest.mark.parametrize(
    ("kind", "quantity", "balance"),
    [("E", "5", "30"), ("S", "40", "-15"), ("B", "7.5", "7.5"), (None, "0", "0")],
)
def test_movements_add_take_or_set_and_are_never_checked(
    tiny: TinyCaller, kind: str | None, quantity: str, balance: str
) -> None:
    answer = _change(tiny, quantidade=quantity, **({"tipo": kind} if kind else {}))
    [wrapped] = answer["registros"]
    assert wrapped["registro"]["saldoEstoque"] == balance
    assert wrapped["registro"]["saldoReservado"] == "0"
    assert _stock(tiny)[0] == balance
    [movement] = tiny.state["movements"]
    assert str(movement["id"]) == wrapped["registro"]["id"]
    assert (movement["kind"], movement["deposit"]) == (kind or "B", "Geral")


def test_a_movement_is_booked_each_time_it_is_sent(tiny: TinyCaller) -> None:
    _change(tiny, tipo="E", quantidade="1")
    _change(tiny, tipo="E", quantidade="1")
    assert _stock(tiny)[0] == "27"


def test_d1_a_deposit_to_be_disregarded_is_not_in_the_total(tiny: TinyCaller) -> None:
    answer = _change(tiny, tipo="E", quantidade="4", deposito="Avarias", observacoes="quebradas")
    assert answer["registros"][0]["registro"]["saldoEstoque"] == "25"
    product = tiny.call("produto.obter.estoque.php", id=tiny.product(CUP)["id"])["produto"]
    assert [part["deposito"] for part in product["depositos"]] == [
        {"nome": "Geral", "desconsiderar": "N", "saldo": "25", "empresa": "Casa da Tomada"},
        {"nome": "Avarias", "desconsiderar": "S", "saldo": "4", "empresa": "Casa da Tomada"},
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"quantidade": ""}, "quantidade"),
        ({"quantidade": "1,5"}, "quantidade"),
        ({"quantidade": "1", "tipo": "X"}, "tipo"),
        ({"quantidade": "1", "deposito": "Lua"}, "deposito"),
        ({"quantidade": "1", "data": "25/11/2026"}, "data"),
        ({"quantidade": "1", "observacoes": "x" * 101}, "observacoes"),
    ],
)
def test_a_movement_that_is_wrong_is_refused_by_field(tiny: TinyCaller, fields: Any, field: str) -> None:
    record = _change(tiny, **fields)["registros"][0]["registro"]
    assert (record["codigo_erro"], record["erros"][0]["campo"]) == ("31", field)
    assert tiny.state["movements"] == []


def test_a_movement_needs_its_object_and_a_product(tiny: TinyCaller) -> None:
    assert tiny.call("produto.atualizar.estoque.php")["codigo_erro"] == 10
    assert tiny.call("produto.atualizar.estoque.php", estoque="{}")["codigo_erro"] == 4
    assert tiny.call("produto.atualizar.estoque.php", estoque="{")["codigo_erro"] == 3
    assert tiny.call("produto.atualizar.estoque.php", estoque="[]")["codigo_erro"] == 4
    assert _change(tiny, idProduto="CAN-AZUL", quantidade="1")["codigo_erro"] == 32
    assert tiny.call("produto.obter.estoque.php", id="1")["codigo_erro"] == 32


def test_an_order_takes_from_its_own_deposit(tiny: TinyCaller) -> None:
    tiny.call("pedido.lancar.estoque.php", id=_order(tiny, nome_deposito="Avarias"))
    assert _stock(tiny)[0] == "25"
    assert tiny.state["movements"][0]["deposit"] == "Avarias"


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "sell",
                "approve",
                "prepare",
                "ship",
                "cancel",
                "post_stock",
                "unpost_stock",
                "count_stock",
                "move_stock",
            ]
        ),
        st.integers(0, 4),
        st.integers(1, 9),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(
    _STEPS,
    st.booleans(),
    st.sampled_from(["hand", "save", "approval", "invoice", "sent"]),
    st.sampled_from([CUP, KIT]),
)
def test_d_whatever_people_do_what_is_reserved_is_what_living_orders_have_not_posted(
    steps: list[tuple[str, int, int]], reservation: bool, post_on: str, sku: str
) -> None:
    world = World()
    options = {"reservation": reservation, "post_on": post_on, "unpost_inflates": False}
    account = world.add(TinyFace().create(world, "a", options))
    cup = account.product_by_sku(CUP)
    assert cup is not None
    expected = Decimal(25)
    for action, which, quantity in steps:
        expected = _model(world, account, sku, expected, action, which, quantity)
    living = [
        order for order in account.orders.values() if order.situation != "cancelado" and not order.posted
    ]
    per_piece = 2 if sku == KIT else 1
    wanted = sum((order.lines[0].quantity for order in living), Decimal(0)) * per_piece
    posted = [order for order in account.orders.values() if order.posted]
    assert account.reserved(cup) == (wanted if reservation else 0)
    assert (
        account.on_hand(cup)
        == expected - sum((order.lines[0].quantity for order in posted), Decimal(0)) * per_piece
    )


def _model(
    world: World, account: Account, sku: str, expected: Decimal, action: str, which: int, quantity: int
) -> Decimal:
    """Do one step and return the cups that there would be had no order been posted."""
    numbers = [order.number for order in account.orders.values()]
    if action == "sell":
        clerk.act(world, account, {"action": action, "sku": sku, "quantity": quantity})
    elif action == "count_stock":
        cup = account.product_by_sku(CUP)
        assert cup is not None
        before = account.on_hand(cup)
        clerk.act(world, account, {"action": action, "sku": CUP, "stock": quantity})
        return expected + quantity - before
    elif action == "move_stock":
        clerk.act(world, account, {"action": action, "sku": CUP, "way": "in", "quantity": quantity})
        return expected + quantity
    elif which < len(numbers):
        order = account.orders[
            next(id_ for id_, one in account.orders.items() if one.number == numbers[which])
        ]
        if action == "post_stock" and order.posted:
            return expected
        clerk.act(world, account, {"action": action, "order": numbers[which]})
    return expected
