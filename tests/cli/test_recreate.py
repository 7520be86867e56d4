"""An order that the store changed is cancelled in the ERP and created anew, as a person wants it (O6, O7)."""

from pathlib import Path

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import IN_ERP, Capture, balances, clerk, told
from tests.cli.order_statuses import mails
from tests.cli.running import here
from tomada.app.opening import opened

CUP = "CAN-AZUL"
POSTS = "pedido.incluir.php"


@pytest.fixture
def changed(published: Remotes, capsys: Capture) -> str:
    """An order of two cups that the ERP has, of which the buyer wants five by now."""
    patience = ("stock_posting=invoice", "settle_time=0", "settle_gap=0")
    assert here(capsys, "erp", "set", "conta", *patience)[0] == 0
    clerk(published, "configure", post_on="invoice")
    order = published.place("loja", items=[{"sku": CUP, "quantity": 2}])
    assert here(capsys, "sync", "loja")[0] == 0
    change(published, order, 5)
    assert here(capsys, "sync", "loja")[0] == 1
    return order


def change(shop: Remotes, order: str, many: int) -> None:
    shop.sandbox.shop(f"{shop.prefix}loja", "change", order=int(order), quantities={CUP: many})


def settle(capsys: Capture, cause: str, answer: str) -> None:
    assert here(capsys, "holds", "settle", "--cause", cause, "--as", answer, "--yes")[0] == 0


def in_erp(shop: Remotes) -> list[tuple[str, int]]:
    """Status and cups of each of the ERP's orders, as they were made."""
    return [(one["situation"], int(float(one["lines"][0]["quantity"]))) for one in shop.in_erp()]


def causes(capsys: Capture) -> list[str]:
    return [one["code"] for one in told(capsys, "holds", "list")["causes"]]


def test_o6_the_erp_s_order_is_cancelled_and_one_with_what_the_store_has_is_made(
    published: Remotes, changed: str, capsys: Capture
) -> None:
    assert balances(published)[CUP] == IN_ERP[CUP] - 5, "what was added is kept from sale already"
    settle(capsys, "changed", "recreate")
    assert here(capsys, "sync", "loja")[0] == 0
    assert in_erp(published) == [("cancelado", 2), ("aprovado", 5)]
    assert causes(capsys) == []
    assert {one["ecommerce_number"] for one in published.in_erp()} == {changed}
    shown = told(capsys, "orders", "show", "loja", changed)["order"]
    assert shown["erp_number"] == str(published.in_erp()[1]["number"])
    story = here(capsys, "orders", "trace", "loja", changed)[1]
    assert "which is cancelled: it is created anew" in story
    for _ in range(2):
        assert here(capsys, "sync", "loja")[0] == 0
        assert balances(published)[CUP] == IN_ERP[CUP] - 5
    assert len(in_erp(published)) == 2
    change(published, changed, 6)
    assert here(capsys, "sync", "loja")[0] == 1
    assert causes(capsys) == ["changed"], "a further change is asked about anew"


@pytest.mark.parametrize("reserves", [True, False])
def test_s2_its_pieces_are_kept_from_sale_while_the_erp_has_no_order_of_it(
    published: Remotes, changed: str, capsys: Capture, *, reserves: bool
) -> None:
    clerk(published, "configure", reservation=reserves)
    settle(capsys, "changed", "recreate")
    published.sandbox.add_fault(
        "error_before", remote=f"tiny/{published.prefix}conta", endpoint=POSTS, times=None
    )
    for _ in range(2):
        here(capsys, "sync", "loja")
        assert in_erp(published) == [("cancelado", 2)]
        assert balances(published)[CUP] == IN_ERP[CUP] - 5
    published.sandbox.clear_faults()
    for _ in range(3):
        here(capsys, "sync", "loja")
    assert in_erp(published) == [("cancelado", 2), ("aprovado", 5)]
    assert balances(published)[CUP] == IN_ERP[CUP] - 5


@pytest.mark.parametrize("by_hand", [False, True])
def test_s2_pieces_that_had_left_with_the_erp_s_order_are_kept_from_sale_again(
    published: Remotes, capsys: Capture, *, by_hand: bool
) -> None:
    """The account posts an order as it is saved, so the ledger has done with it before the buyer changes his mind."""
    clerk(published, "configure", post_on="save")
    patience = ("stock_posting=save", "settle_time=0", "settle_gap=0")
    assert here(capsys, "erp", "set", "conta", *patience)[0] == 0
    order = published.place("loja", items=[{"sku": CUP, "quantity": 2}])
    for _ in range(2):
        assert here(capsys, "sync", "loja")[0] == 0
    change(published, order, 5)
    here(capsys, "sync", "loja")
    clerk(published, "unpost_stock", ecommerce=order)
    if by_hand:
        clerk(published, "cancel", ecommerce=order)
        here(capsys, "sync", "loja")
    published.sandbox.add_fault(
        "error_before", remote=f"tiny/{published.prefix}conta", endpoint=POSTS, times=None
    )
    settle(capsys, "changed", "recreate")
    here(capsys, "sync", "loja")
    if not by_hand:
        settle(capsys, "cancel_posted", "cancel")
        here(capsys, "sync", "loja")
    assert in_erp(published) == [("cancelado", 2)]
    assert balances(published)[CUP] == IN_ERP[CUP] - 5
    published.sandbox.clear_faults()
    for _ in range(4):
        here(capsys, "sync", "loja")
    assert in_erp(published) == [("cancelado", 2), ("aprovado", 5)]
    assert balances(published)[CUP] == IN_ERP[CUP] - 5


@pytest.mark.parametrize("endpoint", [POSTS, "pedido.alterar.situacao"])
def test_o2_a_lost_answer_makes_no_second_order(
    published: Remotes, changed: str, capsys: Capture, endpoint: str
) -> None:
    settle(capsys, "changed", "recreate")
    published.sandbox.add_fault("reset_after", remote=f"tiny/{published.prefix}conta", endpoint=endpoint)
    for _ in range(4):
        here(capsys, "sync", "loja")
        assert balances(published)[CUP] <= IN_ERP[CUP] - 5, "rather a few less than sold twice"
    assert balances(published)[CUP] == IN_ERP[CUP] - 5
    assert in_erp(published) == [("cancelado", 2), ("aprovado", 5)]
    assert causes(capsys) == []


def test_o7_what_is_posted_or_invoiced_is_asked_about_first(
    published: Remotes, changed: str, capsys: Capture
) -> None:
    clerk(published, "invoice", ecommerce=changed)
    settle(capsys, "changed", "recreate")
    assert here(capsys, "sync", "loja")[0] == 1
    assert causes(capsys) == ["cancel_invoiced"]
    assert len(in_erp(published)) == 1
    settle(capsys, "cancel_invoiced", "ignore")
    here(capsys, "sync", "loja")
    assert causes(capsys) == ["changed"], "the ERP's order stays, and is another than the store's"
    settle(capsys, "changed", "ignore")
    assert here(capsys, "sync", "loja")[0] == 0
    assert (len(in_erp(published)), causes(capsys)) == (1, [])


def test_o7_a_posting_that_may_be_is_confirmed_first(
    published: Remotes, changed: str, capsys: Capture
) -> None:
    assert here(capsys, "erp", "set", "conta", "stock_posting=unknown")[0] == 0
    settle(capsys, "changed", "recreate")
    assert here(capsys, "sync", "loja")[0] == 1
    assert causes(capsys) == ["cancel_posted"]
    settle(capsys, "cancel_posted", "cancel")
    assert here(capsys, "sync", "loja")[0] == 0
    assert in_erp(published) == [("cancelado", 2), ("aprovado", 5)]


def test_o6_an_order_that_was_cancelled_by_hand_is_made_anew_even_where_orders_wait_to_be_asked_for(
    published: Remotes, changed: str, capsys: Capture
) -> None:
    assert here(capsys, "store", "set", "loja", "orders.automatic=off", "orders.enter=paid")[0] == 0
    clerk(published, "cancel", ecommerce=changed)
    settle(capsys, "changed", "recreate")
    assert here(capsys, "sync", "loja")[0] == 0
    assert in_erp(published) == [("cancelado", 2), ("aprovado", 5)]


def test_t2_the_buyer_is_not_told_of_the_cancelling(
    published: Remotes, changed: str, capsys: Capture
) -> None:
    cancelled = next(
        one["id"]
        for one in published.sandbox.state_of("tray", f"{published.prefix}loja")["statuses"]
        if one["name"] == "CANCELADO"
    )
    assert here(capsys, "store", "set", "loja", "sending.statuses=yes")[0] == 0
    assert here(capsys, "map", "set", "loja", "status_out", "cancelado", str(cancelled))[0] == 0
    settle(capsys, "changed", "recreate")
    published.sandbox.add_fault(
        "error_before", remote=f"tiny/{published.prefix}conta", endpoint=POSTS, times=None
    )
    for _ in range(2):
        here(capsys, "sync", "loja")
    published.sandbox.clear_faults()
    for _ in range(3):
        here(capsys, "sync", "loja")
    assert mails(published) == []
    assert in_erp(published) == [("cancelado", 2), ("aprovado", 5)]


@pytest.mark.parametrize("begun", [False, True])
def test_o7_an_order_that_the_store_cancels_meanwhile_is_cancelled_and_not_made_anew(
    published: Remotes, changed: str, home: Path, capsys: Capture, *, begun: bool
) -> None:
    settle(capsys, "changed", "recreate")
    if begun:
        published.sandbox.add_fault(
            "error_before", remote=f"tiny/{published.prefix}conta", endpoint="pedido.alterar.situacao"
        )
        here(capsys, "sync", "loja")
        assert balances(published)[CUP] <= IN_ERP[CUP] - 5
    published.sandbox.shop(f"{published.prefix}loja", "cancel", order=int(changed))
    for _ in range(2):
        here(capsys, "sync", "loja")
    assert in_erp(published) == [("cancelado", 2)]
    assert balances(published)[CUP] == IN_ERP[CUP]
    with opened(home) as installation, installation.database.read() as tx:
        record = tx.orders.find(1, [changed])[changed]
    assert (record.recreating_since, record.override.get("changed:")) == (None, None), "an ordinary one again"
