"""A status that the buyer was told once is not told again (T2): the sandbox counts the e-mails."""

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import clerk, writes
from tests.cli.order_statuses import at_store, code_of, mails
from tests.cli.running import here

Capture = pytest.CaptureFixture[str]
PREPARING, READY, SHIPPED = "AGUARDANDO ENVIO", "EM TRANSITO", "ENVIADO"


def ran(capsys: Capture, *words: str) -> None:
    """Run a command that must end well."""
    code, out, err = here(capsys, *words)
    assert code == 0, (out, err)


@pytest.fixture
def mapped(shop: Remotes, capsys: Capture) -> Remotes:
    """Two steps before shipping have a status at the store, and may be taken back; what has no answer is settled."""
    ran(capsys, "store", "set", "loja", "sending.allow_status_back=yes", "sending.settle_time=0")
    ran(capsys, "map", "set", "loja", "status_out", "preparando_envio", code_of(shop, PREPARING))
    ran(capsys, "map", "set", "loja", "status_out", "pronto_envio", code_of(shop, READY))
    return shop


@pytest.fixture
def order(mapped: Remotes, capsys: Capture) -> str:
    """An order that both sides have, with the flow ``statuses`` at work."""
    ran(capsys, "store", "set", "loja", "sending.statuses=yes")
    ran(capsys, "sync", "loja")
    placed = mapped.place("loja")
    ran(capsys, "sync", "loja", "orders")
    return placed


def test_t2_what_comes_back_by_the_list_is_our_own_and_told_to_nobody(
    mapped: Remotes, order: str, capsys: Capture
) -> None:
    clerk(mapped, "prepare", ecommerce=order)
    ran(capsys, "sync", "loja", "statuses")
    in_erp = mapped.in_erp()
    since = mapped.sandbox.journal_end()
    for _ in range(2):
        ran(capsys, "sync", "loja")
    assert (mails(mapped), writes(mapped, since), mapped.in_erp()) == ([PREPARING], [], in_erp)


def test_t2_an_older_answer_of_the_store_makes_nothing_be_told_again(
    mapped: Remotes, order: str, capsys: Capture
) -> None:
    clerk(mapped, "prepare", ecommerce=order)
    ran(capsys, "sync", "loja")
    mapped.sandbox.shop(f"{mapped.prefix}loja", "change_status", order=int(order), status="A ENVIAR")
    for _ in range(2):
        ran(capsys, "sync", "loja")
    assert (at_store(mapped, order), mails(mapped)) == ("A ENVIAR", [PREPARING])


def test_t2_a_mapping_that_is_changed_and_changed_back_tells_each_status_once(
    mapped: Remotes, order: str, capsys: Capture
) -> None:
    clerk(mapped, "prepare", ecommerce=order)
    ran(capsys, "sync", "loja", "statuses")
    for name in (READY, PREPARING, READY, PREPARING):
        ran(capsys, "map", "set", "loja", "status_out", "preparando_envio", code_of(mapped, name))
        ran(capsys, "sync", "loja")
    assert mails(mapped) == [PREPARING, READY]


def test_t2_a_status_whose_answer_was_lost_is_not_told_again_after_another_one(
    mapped: Remotes, order: str, capsys: Capture
) -> None:
    clerk(mapped, "prepare", ecommerce=order)
    mapped.sandbox.add_fault("reset_after", remote=f"tray/{mapped.prefix}loja", method="PUT")
    assert here(capsys, "sync", "loja", "statuses")[0] == 4
    for action in ("make_ready", "prepare", "make_ready"):
        clerk(mapped, action, ecommerce=order)
        ran(capsys, "sync", "loja", "statuses")
    assert mails(mapped) == [PREPARING, READY]


def test_t2_what_got_no_answer_is_settled_when_the_erp_has_taken_it_back(
    mapped: Remotes, order: str, capsys: Capture
) -> None:
    """The store has one status, the ERP the one before it: neither is told again, and nothing waits for ever."""
    clerk(mapped, "prepare", ecommerce=order)
    ran(capsys, "sync", "loja", "statuses")
    clerk(mapped, "make_ready", ecommerce=order)
    mapped.sandbox.add_fault("reset_after", remote=f"tray/{mapped.prefix}loja", method="PUT")
    assert here(capsys, "sync", "loja", "statuses")[0] == 4
    clerk(mapped, "prepare", ecommerce=order)
    ran(capsys, "sync", "loja", "statuses")
    since = mapped.sandbox.journal_end()
    clerk(mapped, "make_ready", ecommerce=order)
    ran(capsys, "sync", "loja", "statuses")
    assert (mails(mapped), writes(mapped, since)) == ([PREPARING, READY], [])


def test_o10_what_the_first_run_has_read_is_told_by_none_after_it(mapped: Remotes, capsys: Capture) -> None:
    orders = [mapped.place("loja"), mapped.place("loja")]
    ran(capsys, "sync", "loja", "orders")
    clerk(mapped, "prepare", ecommerce=orders[0])
    ran(capsys, "store", "set", "loja", "sending.statuses=yes")
    for _ in range(2):
        ran(capsys, "sync", "loja", "statuses")
    assert mails(mapped) == []
    clerk(mapped, "prepare", ecommerce=orders[1])
    ran(capsys, "sync", "loja", "statuses")
    assert mails(mapped) == [PREPARING]


def test_o10_what_happened_while_the_flow_was_switched_off_is_told_to_nobody(
    mapped: Remotes, order: str, capsys: Capture
) -> None:
    ran(capsys, "store", "set", "loja", "sending.statuses=no")
    clerk(mapped, "prepare", ecommerce=order)
    ran(capsys, "sync", "loja")
    ran(capsys, "store", "set", "loja", "sending.statuses=yes")
    for _ in range(2):
        ran(capsys, "sync", "loja", "statuses")
    assert mails(mapped) == []


@pytest.mark.parametrize("lost", [False, True])
def test_t2_a_status_that_a_person_set_is_not_told_again_with_the_parcel(
    mapped: Remotes, order: str, capsys: Capture, *, lost: bool
) -> None:
    """Whether or not the answer came: the store's list was not read since."""
    if lost:
        mapped.sandbox.add_fault("reset_after", remote=f"tray/{mapped.prefix}loja", method="PUT")
    assert here(capsys, "orders", "set-status", "loja", order, SHIPPED)[0] == (4 if lost else 0)
    clerk(mapped, "ship", ecommerce=order, code="BR123456789BR")
    ran(capsys, "sync", "loja", "tracking")
    assert sorted(mails(mapped)) == ["BR123456789BR", SHIPPED]


def test_t1_a_step_that_lies_before_what_a_person_told_is_not_told(
    mapped: Remotes, order: str, capsys: Capture
) -> None:
    ran(capsys, "store", "set", "loja", "sending.allow_status_back=no")
    ran(capsys, "orders", "mark-delivered", "loja", order)
    clerk(mapped, "prepare", ecommerce=order)
    ran(capsys, "sync", "loja", "statuses")
    clerk(mapped, "ship", ecommerce=order, code="BR123456789BR")
    ran(capsys, "sync", "loja", "tracking")
    assert sorted(mails(mapped)) == ["BR123456789BR", "ENTREGUE"]
