"""Orders from the to-do list of a real sandbox: nothing missed, nothing ticked off unread, few calls."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.soap.fakes import LONG_AGO, Shop
from tomada.domain.customer import CustomerKind
from tomada.domain.order import OrderStatusChange
from tomada.errors import AuthenticationError, FeatureMissing, TransientError
from tomada.spi import Fetched, Rejected

Opener = Callable[..., Shop]


def test_an_order_arrives_whole(shop: Shop) -> None:
    remote_id = shop.place(
        items=[{"sku": "CAN-AZUL", "quantity": 2, "price": "40.00"}],
        payment="boleto",
        shipment_value="12.30",
        discount="5.00",
    )
    assert shop.fetched() == [remote_id]
    order = shop.orders[remote_id]
    assert (order.money.items, order.money.freight, order.money.discount) == (
        Decimal("80.00"),
        Decimal("12.30"),
        Decimal("5.00"),
    )
    assert not order.money.difference()
    assert order.shipping
    assert order.shipping.code == "Correios PAC"
    assert order.channel.own
    assert order.channel.code == "LOJA VIRTUAL"
    assert order.customer.kind is CustomerKind.PERSON
    assert len(order.customer.document) == 11
    assert order.delivery
    assert len(order.delivery.zip_code) == 8
    assert [(line.sku, line.quantity) for line in order.items] == [("CAN-AZUL", 2)]
    assert order.payments[0].value == order.money.total
    assert order.status.name == "AGUARDANDO PAGAMENTO"
    assert not order.paid


def test_o3_nothing_is_ticked_off_by_reading(shop: Shop) -> None:
    remote_id = shop.place()
    shop.events()
    assert shop.todo == [int(remote_id)]
    assert shop.confirm()
    assert not shop.todo


def test_o5_calls_of_an_order(shop: Shop) -> None:
    for _ in range(4):
        shop.place(payment="boleto")
    shop.events()
    shop.confirm()
    calls = Counter(shop.calls())
    assert calls == {
        "wsdl": 1,
        "fWSImportaPedidos": 1,
        "fWSImportaItensPedidoPorId": 4,
        "fWSImportaClientePorPedidoAvancado": 4,
        "fWSImportaParcelasPedidoPorId": 4,
        "fWSAtualizaListaToDo": 4,
        "fWSImportaPedidoPorId": 4,
    }


def test_o5_an_idle_reading_costs_one_call(shop: Shop) -> None:
    shop.place()
    shop.events()
    shop.confirm()
    before = len(shop.calls())
    assert shop.events() == []
    assert shop.calls()[before:] == ["fWSImportaPedidos"]


def test_o3_a_lost_acknowledgement_is_repeated_without_reading_the_order_again(shop: Shop) -> None:
    remote_id = shop.place()
    shop.events()
    shop.receipts.clear()  # the core had them; the store did not hear of it
    before = len(shop.calls())
    (again,) = shop.events()
    assert isinstance(again.value, OrderStatusChange)
    assert again.version == shop.committed[remote_id].version
    assert shop.calls()[before:] == ["fWSImportaPedidos"]
    shop.confirm()
    assert not shop.todo


def test_o3_a_change_before_the_acknowledgement_is_not_lost(open_shop: Opener) -> None:
    shop = open_shop({"changes_return": False})
    remote_id = shop.place(items=[{"sku": "CAN-AZUL", "quantity": 1}])
    shop.events()
    shop.later(60)
    shop.shop("change", order=int(remote_id), quantities={"CAN-AZUL": 3})
    shop.confirm()
    assert not shop.todo
    shop.later(60)
    assert shop.fetched() == [remote_id]
    assert shop.orders[remote_id].items[0].quantity == 3
    assert shop.events() == []


def test_a_change_returns_to_the_list_and_comes_in(shop: Shop) -> None:
    remote_id = shop.place(payment="boleto")
    shop.events()
    shop.confirm()
    shop.later(60)
    shop.shop("pay", order=int(remote_id))
    shop.later(60)
    (change,) = shop.events()
    assert isinstance(change.value, OrderStatusChange)
    assert change.value.status.name == "A ENVIAR"
    assert change.value.paid
    shop.confirm()
    assert not shop.todo
    assert shop.events() == []


def test_open_orders_are_looked_at_again_where_changes_do_not_return(open_shop: Opener) -> None:
    shop = open_shop({"changes_return": False}, status_refresh_minutes=30)
    paid, cancelled = shop.place(payment="boleto"), shop.place(payment="boleto")
    shop.events()
    shop.confirm()
    shop.shop("pay", order=int(paid))
    shop.shop("cancel", order=int(cancelled))
    shop.later(60)
    assert shop.events() == []
    shop.later(31 * 60)
    changes = {event.value.remote_id: event.value.status.name for event in shop.events()}
    assert changes == {paid: "A ENVIAR", cancelled: "CANCELADO"}
    shop.later(31 * 60)
    before = len(shop.calls())
    assert shop.events() == []
    assert (
        shop.calls()[before:].count("fWSImportaPedidoPorId") == 1
    )  # a cancelled one is not asked for any more


def test_o4_orders_before_activation_are_left_on_the_list(shop: Shop) -> None:
    old = shop.place(date=(shop.ctx.clock.now() - timedelta(days=9)).isoformat())
    new = shop.place()
    assert shop.fetched(shop.ctx.clock.now() - timedelta(days=2)) == [new]
    shop.confirm()
    assert shop.todo == [int(old)]


def test_where_ticking_off_is_ignored_the_window_is_listed_and_nothing_ticked_off(open_shop: Opener) -> None:
    shop = open_shop({"acknowledging": "ignored"}, todo_mode="window")
    remote_id = shop.place()
    assert shop.fetched() == [remote_id]
    assert shop.receipts == {}
    assert shop.events() == []
    assert "fWSAtualizaListaToDo" not in shop.calls()


def test_each_named_status_is_a_call_of_its_own(shop: Shop) -> None:
    ids = {status["name"]: status["id"] for status in shop.state["statuses"]}
    waiting, paid = shop.place(payment="boleto"), shop.place(payment="boleto")
    shop.shop("pay", order=int(paid))
    shop.later(10)
    chosen = f"{ids['AGUARDANDO PAGAMENTO']}, {ids['APROVADO']}"
    shop.ctx.settings = shop.settings(statuses=chosen)
    assert shop.fetched() == [waiting]
    assert shop.calls().count("fWSImportaPedidos") == 2


def test_a_young_version_is_not_settled(shop: Shop) -> None:
    now = shop.ctx.clock.now().isoformat()
    shop.sandbox.shop(shop.name, "place", date=now, modified=now)
    (young,) = shop.events()
    assert isinstance(young, Fetched)
    assert not young.settled


def test_a_damaged_order_is_rejected_and_its_neighbours_go_on(shop: Shop) -> None:
    bad, good = shop.place(damaged="total"), shop.place()
    events = {getattr(event, "remote_id", "") or event.value.remote_id: event for event in shop.events()}
    assert isinstance(events[bad], Rejected)
    assert (events[bad].code, events[bad].field) == ("bad_decimal", "total")
    assert isinstance(events[good], Fetched)
    shop.confirm()
    assert not shop.todo  # a damaged one is ours, too
    assert shop.events() == []


@pytest.mark.parametrize("kind", ["php_warning", "blank_line", "extra_member", "map_items", "cp1252"])
def test_a_reply_that_can_still_be_understood_is(shop: Shop, kind: str) -> None:
    remote_id = shop.place()
    shop.switch(mishap={"kind": kind, "times": None})
    assert shop.fetched() == [remote_id]
    assert shop.orders[remote_id].items[0].quantity == 1
    if kind == "cp1252":
        assert shop.orders[remote_id].items[0].name.startswith("Chá – ")


@pytest.mark.parametrize(("kind", "code"), [("missing_member", "missing"), ("empty_number", "missing")])
def test_a_member_that_is_missing_rejects_the_order(shop: Shop, kind: str, code: str) -> None:
    shop.place()
    shop.switch(mishap={"kind": kind, "times": None})
    (event,) = shop.events()
    assert isinstance(event, Rejected)
    assert event.code == code


@pytest.mark.parametrize("kind", ["login_page", "server_error", "truncated", "bomb", "outside"])
def test_a_reply_that_is_none_ends_in_a_clear_error_and_nothing_is_lost(shop: Shop, kind: str) -> None:
    remote_id = shop.place()
    shop.switch(mishap={"kind": kind, "times": None})
    with pytest.raises(TransientError):
        shop.events()
    shop.switch(mishap=None)
    assert shop.fetched() == [remote_id]


def test_one_unreadable_reply_is_asked_for_again(shop: Shop) -> None:
    remote_id = shop.place()
    shop.switch(mishap={"kind": "login_page", "times": 1})
    assert shop.fetched() == [remote_id]


def test_one_order_that_cannot_be_read_stops_no_other(shop: Shop) -> None:
    first, second = shop.place(), shop.place()
    shop.sandbox.add_fault(
        "error_before",
        remote=f"tray/{shop.name}",
        endpoint="soap.fWSImportaItensPedidoPorId",
        times=3,
    )
    assert sorted(shop.fetched()) == sorted([first, second])


@pytest.mark.parametrize("refusal", ["fault", "status", "text"])
def test_a_wrong_password_is_told_as_such(open_shop: Opener, refusal: str) -> None:
    shop = open_shop({"refusal": refusal}, password="wrong-password")
    with pytest.raises(AuthenticationError) as caught:
        shop.events()
    assert "wrong-password" not in str(caught.value)
    calls = shop.calls()
    assert calls.count("fWSImportaPedidos") == 1  # a refusal is no failure to be repeated


def test_a_service_that_was_not_released_is_told_as_such(open_shop: Opener) -> None:
    shop = open_shop({"released": False, "refusal": "status"})
    with pytest.raises(AuthenticationError, match="liberado"):
        shop.events()


def test_a_text_for_a_list_is_an_error_that_quotes_it(shop: Shop) -> None:
    shop.switch(mishap={"kind": "text_for_list", "times": None})
    with pytest.raises(Exception, match="Erro ao consultar"):
        shop.events()


@pytest.mark.parametrize(
    "service", [{"namespace": "host"}, {"bare_body": True}, {"plain_address": True}], ids=str
)
def test_every_shape_of_description_works(open_shop: Opener, service: dict[str, object]) -> None:
    shop = open_shop(service)
    remote_id = shop.place()
    assert shop.fetched() == [remote_id]
    assert shop.confirm()


def test_an_operation_that_is_missing_is_named(open_shop: Opener) -> None:
    shop = open_shop({"missing": ["fWSImportaPedidos"]})
    with pytest.raises(FeatureMissing, match="fWSImportaPedidos"):
        shop.events()


def test_instalments_are_left_out_where_the_store_has_none(open_shop: Opener) -> None:
    shop = open_shop({"missing": ["fWSImportaParcelasPedidoPorId"]})
    remote_id = shop.place(payment="boleto")
    assert shop.fetched() == [remote_id]
    assert shop.orders[remote_id].payments[0].value == shop.orders[remote_id].money.total


def test_named_orders_are_read_complete_and_an_unknown_one_is_left_out(shop: Shop) -> None:
    remote_id = shop.place()
    found = list(shop.plugin.orders_read(shop.ctx, [remote_id, "999999"]))
    assert [event.value.remote_id for event in found] == [remote_id]
    assert found[0].receipt is None


def test_acknowledgements_without_an_answer_are_repeated_later(shop: Shop) -> None:
    first, second = shop.place(), shop.place()
    shop.events(LONG_AGO)
    shop.sandbox.add_fault(
        "reset_after", remote=f"tray/{shop.name}", endpoint="soap.fWSAtualizaListaToDo", times=1
    )
    assert [receipt.split()[0] for receipt in shop.confirm()] == [second]
    assert not shop.todo  # it took place, and nobody knows
    assert [receipt.split()[0] for receipt in shop.confirm()] == [first]
