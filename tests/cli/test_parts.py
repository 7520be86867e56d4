"""One sale that the store ships from several centres: no piece counted twice, each part shipped on its own (O8)."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import IN_ERP, Capture, balances, clerk, store_state, told
from tests.cli.running import here

CUP, TEA = "CAN-AZUL", "CHA-CAMOMILA"
BASKET = [{"sku": CUP, "quantity": 5}, {"sku": TEA, "quantity": 2}]
TERMS = {"shipment_value": "21.00", "discount": "7.00"}
PARTS = [{TEA: 2}, {CUP: 2}]
"""Pieces for two other centres; three cups stay."""

SOLD = {**IN_ERP, CUP: IN_ERP[CUP] - 5, TEA: IN_ERP[TEA] - 2, "KIT-CHA": (IN_ERP[CUP] - 5) // 2}


def splits(shop: Remotes, order: str, parts: list[dict[str, int]] = PARTS) -> list[str]:
    """Let the store split an order; returns the ids of its parts."""
    done = shop.sandbox.shop(f"{shop.prefix}loja", "split", order=order, parts=parts)
    return [str(id_) for id_ in done["children"]]


def sells(shop: Remotes) -> str:
    return shop.place("loja", items=BASKET, **TERMS)


def sync(capsys: Capture, *flows: str) -> None:
    code, out, err = here(capsys, "sync", "loja", *flows)
    assert code in (0, 1), (out, err)


def sets_reserving(shop: Remotes, capsys: Capture, reserves: bool) -> None:
    clerk(shop, "configure", reservation=reserves)
    assert here(capsys, "erp", "set", "conta", f"reserves={'yes' if reserves else 'no'}")[0] == 0


def erp_items(shop: Remotes) -> dict[str, dict[str, int]]:
    """Order of the store → SKU → pieces, of the ERP's orders that are not cancelled."""
    found: dict[str, dict[str, int]] = {}
    for order in shop.in_erp():
        if order["situation"] != "cancelado":
            lines = {line["sku"]: int(Decimal(line["quantity"])) for line in order["lines"]}
            assert found.setdefault(order["ecommerce_number"], lines) is lines, "one ERP order each"
    return found


def held(capsys: Capture) -> dict[str, list[str]]:
    """Code → orders that are held for it."""
    found: dict[str, list[str]] = {}
    for hold in told(capsys, "holds", "list", "--each")["holds"]:
        found.setdefault(hold["code"], []).append(hold["order"])
    return {code: sorted(orders) for code, orders in found.items()}


def settle(capsys: Capture, cause: str, answer: str) -> None:
    assert here(capsys, "holds", "settle", "--cause", cause, "--as", answer, "--yes")[0] == 0


def takes_out(shop: Remotes, order: str, capsys: Capture) -> None:
    """Let a person leave in the ERP's order only what the store's still has."""
    number = told(capsys, "orders", "show", "loja", order)["order"]["erp_number"]
    clerk(shop, "edit_items", order=number, quantities={CUP: 3, TEA: 0})


def test_o8_parts_that_were_split_before_the_import_are_orders_of_their_own_that_make_up_the_sale(
    published: Remotes, capsys: Capture
) -> None:
    order = sells(published)
    first, second = splits(published, order)
    sync(capsys)
    assert erp_items(published) == {order: {CUP: 3}, first: {TEA: 2}, second: {CUP: 2}}
    assert sum(Decimal(one["total"]) for one in published.in_erp()) == Decimal(whole_total(published))
    assert held(capsys) == {}
    assert balances(published) == SOLD
    sync(capsys)
    assert balances(published) == SOLD


def whole_total(shop: Remotes) -> str:
    return str(sum(Decimal(one["total"]) for one in store_state(shop)["orders"]))


def test_o8_each_part_gets_the_code_of_its_own_parcel(published: Remotes, capsys: Capture) -> None:
    order = sells(published)
    parts = splits(published, order)
    sync(capsys)
    for number, remote_id in enumerate([order, *parts]):
        erp = told(capsys, "orders", "show", "loja", remote_id)["order"]["erp_number"]
        clerk(published, "ship", order=erp, code=f"BR{number}")
    sync(capsys, "tracking")
    codes = {str(one["id"]): one["texts"].get("sending_code") for one in store_state(published)["orders"]}
    assert codes == {order: "BR0", parts[0]: "BR1", parts[1]: "BR2"}
    assert {str(mail["order"]) for mail in store_state(published)["mails"]} >= {order, *parts}


@pytest.mark.parametrize("reserves", [True, False])
def test_o8_parts_of_an_order_that_the_erp_has_whole_wait_and_take_nothing_twice(
    published: Remotes, capsys: Capture, reserves: bool
) -> None:
    sets_reserving(published, capsys, reserves)
    order = sells(published)
    sync(capsys)
    assert balances(published) == SOLD
    parts = splits(published, order)
    sync(capsys)
    assert held(capsys) == {"changed": [order], "split": parts}
    assert erp_items(published) == {order: {CUP: 5, TEA: 2}}
    assert balances(published) == SOLD
    sync(capsys)
    assert balances(published) == SOLD


@pytest.mark.parametrize("reserves", [True, False])
def test_o8_when_the_erp_s_order_has_the_pieces_no_more_one_answer_lets_all_parts_in(
    published: Remotes, capsys: Capture, reserves: bool
) -> None:
    sets_reserving(published, capsys, reserves)
    order = sells(published)
    sync(capsys)
    parts = splits(published, order)
    sync(capsys)
    takes_out(published, order, capsys)
    settle(capsys, "changed", "done")
    sync(capsys)
    assert held(capsys) == {}
    assert erp_items(published) == {order: {CUP: 3}, parts[0]: {TEA: 2}, parts[1]: {CUP: 2}}
    sync(capsys)
    assert balances(published) == SOLD


def test_o8_parts_may_stay_in_the_erp_s_one_order(published: Remotes, capsys: Capture) -> None:
    order = sells(published)
    sync(capsys)
    parts = splits(published, order)
    sync(capsys)
    settle(capsys, "changed", "ignore")
    sync(capsys)
    assert held(capsys) == {"split": parts}
    settle(capsys, "split", "drop")
    sync(capsys)
    assert held(capsys) == {}
    assert erp_items(published) == {order: {CUP: 5, TEA: 2}}
    assert balances(published) == SOLD


def test_o8_a_part_says_of_which_sale_it_is(published: Remotes, capsys: Capture) -> None:
    order = sells(published)
    (part,) = splits(published, order, [{TEA: 2}])
    sync(capsys)
    shown = told(capsys, "orders", "show", "loja", part)["order"]
    assert (shown["split_from"], shown["split_into"]) == (order, [])
    assert told(capsys, "orders", "show", "loja", order)["order"]["split_into"] == [part]
    lines = [line.split() for line in here(capsys, "orders", "show", "loja", part)[1].splitlines()]
    assert ["Split", "off", "order:", order] in lines


@pytest.mark.parametrize("before", ["unseen", "resting", "held", "in the ERP"])
def test_o8_whenever_an_order_is_split_no_piece_is_counted_twice(
    published: Remotes, capsys: Capture, before: str
) -> None:
    if before == "resting":
        assert here(capsys, "store", "set", "loja", "orders.enter=paid")[0] == 0
    order = published.place(
        "loja",
        items=BASKET,
        payment="boleto",
        shipping="Drone" if before == "held" else "Correios PAC",
        **TERMS,
    )
    if before != "unseen":
        sync(capsys)
        assert balances(published) == SOLD
    published.sandbox.shop(f"{published.prefix}loja", "pay", order=order)
    parts = splits(published, order)
    sync(capsys)
    assert balances(published) == SOLD
    if before == "held":
        assert here(capsys, "map", "set", "loja", "shipping", "Drone", "T")[0] == 0
        sync(capsys)
    elif before == "in the ERP":
        settle(capsys, "split", "drop")
        settle(capsys, "changed", "ignore")
        sync(capsys)
    whole = {order: {CUP: 5, TEA: 2}}
    apart = {order: {CUP: 3}, parts[0]: {TEA: 2}, parts[1]: {CUP: 2}}
    assert erp_items(published) == (whole if before == "in the ERP" else apart)
    assert held(capsys) == {}
    sync(capsys)
    assert balances(published) == SOLD


def test_o8_a_part_of_a_sale_from_before_the_activation_stays_out_as_that_does(
    published: Remotes, capsys: Capture
) -> None:
    then = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    order = str(published.sandbox.shop(f"{published.prefix}loja", "place", items=BASKET, date=then)["order"])
    splits(published, order)
    sync(capsys)
    assert erp_items(published) == {}
    reasons = [one["reason"] for one in told(capsys, "orders", "list", "loja")["orders"]]
    assert reasons == ["before_since"] * 3
