"""An order that somebody cancels in the ERP alone: a person says what becomes of it at the store (O7)."""

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import Capture, clerk, told
from tests.cli.order_statuses import at_store, code_of, mails
from tests.cli.running import here


@pytest.fixture
def order(shop: Remotes, capsys: Capture) -> str:
    """An order that the store has, and whose ERP order somebody has cancelled."""
    placed = shop.place("loja")
    assert here(capsys, "sync", "loja")[0] == 0
    clerk(shop, "cancel", ecommerce=placed)
    return placed


def causes(capsys: Capture) -> list[str]:
    return [one["code"] for one in told(capsys, "holds", "list")["causes"]]


def sync(capsys: Capture, times: int = 2) -> None:
    """The first reads what the ERP has; the next decides about it."""
    for _ in range(times):
        here(capsys, "sync", "loja")


def test_o7_it_is_held_once_with_the_command_that_tells_the_store(
    shop: Remotes, order: str, capsys: Capture
) -> None:
    before = at_store(shop, order)
    sync(capsys)
    assert (causes(capsys), at_store(shop, order)) == (["erp_cancelled"], before)
    (hold,) = told(capsys, "holds", "list", "--each")["holds"]
    assert f"tomada orders set-status loja {order} STATUS" in hold["way_out"]
    assert here(capsys, "orders", "set-status", "loja", order, "CANCELADO")[0] == 0
    assert (at_store(shop, order), mails(shop)) == ("CANCELADO", ["CANCELADO"])
    sync(capsys)
    assert causes(capsys) == [], "cancelled on both sides, its cause is gone"


@pytest.mark.parametrize("answer", ["done", "ignore"])
def test_o7_an_answer_is_for_this_cancelling(shop: Remotes, order: str, capsys: Capture, answer: str) -> None:
    sync(capsys)
    assert here(capsys, "holds", "settle", "--cause", "erp_cancelled", "--as", answer, "--yes")[0] == 0
    sync(capsys, 3)
    assert (causes(capsys), mails(shop)) == ([], [])
    clerk(shop, "set_status", order=int(shop.in_erp()[0]["id"]), status="aberto")
    sync(capsys)
    clerk(shop, "cancel", ecommerce=order)
    sync(capsys)
    assert causes(capsys) == ["erp_cancelled"]


def test_d3_reopened_in_the_erp_it_is_held_no_more(shop: Remotes, order: str, capsys: Capture) -> None:
    sync(capsys)
    assert causes(capsys) == ["erp_cancelled"]
    clerk(shop, "set_status", order=int(shop.in_erp()[0]["id"]), status="aberto")
    sync(capsys)
    assert causes(capsys) == []


def test_o7_where_statuses_are_told_the_store_is_told_and_nobody_asked(
    shop: Remotes, capsys: Capture
) -> None:
    assert here(capsys, "store", "set", "loja", "sending.statuses=yes")[0] == 0
    assert here(capsys, "map", "set", "loja", "status_out", "cancelado", code_of(shop, "CANCELADO"))[0] == 0
    assert here(capsys, "sync", "loja")[0] == 0
    order = shop.place("loja")
    assert here(capsys, "sync", "loja")[0] == 0
    clerk(shop, "cancel", ecommerce=order)
    sync(capsys, 3)
    assert (at_store(shop, order), mails(shop), causes(capsys)) == ("CANCELADO", ["CANCELADO"], [])


def test_o7_whoever_has_said_that_it_is_not_told_is_not_asked(
    shop: Remotes, order: str, capsys: Capture
) -> None:
    assert here(capsys, "map", "set", "loja", "status_out", "cancelado", "leave")[0] == 0
    sync(capsys, 3)
    assert (causes(capsys), mails(shop)) == ([], [])


def test_o7_what_the_store_has_cancelled_too_is_no_question(
    shop: Remotes, order: str, capsys: Capture
) -> None:
    shop.sandbox.shop(f"{shop.prefix}loja", "cancel", order=int(order))
    sync(capsys, 3)
    assert causes(capsys) == []
