"""Statuses of orders by the commands: what the store has afterwards, and the e-mails that its buyers got."""

import json

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import clerk, told, writes
from tests.cli.order_statuses import at_store, code_of, mails
from tests.cli.running import here

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def order(shop: Remotes, capsys: Capture) -> str:
    """An order that the store and the ERP have."""
    placed = shop.place("loja")
    assert here(capsys, "sync", "loja", "orders")[0] == 0
    return placed


def rows(out: str) -> list[list[str]]:
    return [line.split(None, 2) for line in out.splitlines()[1:]]


def test_t5_a_status_is_set_by_the_store_s_id_or_name_once(
    shop: Remotes, order: str, capsys: Capture
) -> None:
    code, out, err = here(capsys, "orders", "set-status", "loja", order, code_of(shop, "ENVIADO"))
    assert (code, err, rows(out)) == (0, "", [[order, "sent", "ENVIADO"]])
    assert (at_store(shop, order), mails(shop)) == ("ENVIADO", ["ENVIADO"])
    since = shop.sandbox.journal_end()
    done = told(capsys, "orders", "set-status", "loja", order, "enviado")
    assert (done["counts"], mails(shop), writes(shop, since)) == ({"unchanged": 1}, ["ENVIADO"], [])
    shown = told(capsys, "orders", "show", "loja", order)["order"]["told"]
    assert [(one["flow"], one["value"]) for one in shown] == [("statuses", "ENVIADO")]


def test_t5_delivered_is_marked_once_with_a_result_for_each_id(
    shop: Remotes, order: str, capsys: Capture
) -> None:
    other = shop.place("loja")
    assert here(capsys, "sync", "loja", "orders")[0] == 0
    code, out, _err = here(capsys, "orders", "mark-delivered", "loja", order, other, "999999")
    assert (code, rows(out)) == (
        1,
        [
            [order, "sent", "ENTREGUE"],
            [other, "sent", "ENTREGUE"],
            ["999999", "no", "such order, or several"],
        ],
    )
    assert [at_store(shop, one) for one in (order, other)] == ["ENTREGUE", "ENTREGUE"]
    assert here(capsys, "orders", "mark-delivered", "loja", order, other)[0] == 0
    assert here(capsys, "sync", "loja")[0] == 0
    assert mails(shop) == ["ENTREGUE", "ENTREGUE"]


def test_t2_a_status_whose_answer_was_lost_is_looked_for_and_e_mailed_once(
    shop: Remotes, order: str, capsys: Capture
) -> None:
    assert here(capsys, "store", "set", "loja", "sending.settle_time=0")[0] == 0
    words = ("orders", "set-status", "loja", order, "ENVIADO")
    shop.sandbox.add_fault("reset_after", remote=f"tray/{shop.prefix}loja", method="PUT")
    code, out, _err = here(capsys, *words)
    assert (code, rows(out)) == (4, [[order, "no", "answer; it is looked at again  ENVIADO"]])
    assert here(capsys, *words)[0] == 0
    assert (at_store(shop, order), mails(shop)) == ("ENVIADO", ["ENVIADO"])


def test_t1_a_step_back_is_refused_unless_it_is_set(shop: Remotes, order: str, capsys: Capture) -> None:
    assert here(capsys, "orders", "mark-delivered", "loja", order)[0] == 0
    assert here(capsys, "sync", "loja", "orders")[0] == 0
    code, out, _err = here(capsys, "orders", "set-status", "loja", order, "A ENVIAR")
    assert (code, "a step back" in out, at_store(shop, order)) == (1, True, "ENTREGUE")
    assert here(capsys, "store", "set", "loja", "sending.allow_status_back=yes")[0] == 0
    assert here(capsys, "orders", "set-status", "loja", order, "A ENVIAR")[0] == 0
    assert at_store(shop, order) == "A ENVIAR"


def test_t5_wrong_words_are_2_with_the_way_out(shop: Remotes, order: str, capsys: Capture) -> None:
    code, out, err = here(capsys, "orders", "set-status", "loja", order, "NENHUM")
    assert (code, out) == (2, "")
    assert f"{code_of(shop, 'ENVIADO')} (ENVIADO)" in err
    assert here(capsys, "map", "set", "loja", "status_out", "entregue", "leave")[0] == 0
    code, out, err = here(capsys, "orders", "mark-delivered", "loja", order)
    assert (code, out) == (2, "")
    assert "tomada map set loja status_out entregue ID" in err
    assert mails(shop) == []


def test_t2_a_status_of_the_erp_that_is_mapped_is_told_once_whatever_changes_back_and_forth(
    shop: Remotes, capsys: Capture
) -> None:
    preparing, ready = code_of(shop, "AGUARDANDO ENVIO"), code_of(shop, "EM TRANSITO")
    settings = ["sending.statuses=yes", "sending.allow_status_back=yes"]
    assert here(capsys, "store", "set", "loja", *settings)[0] == 0
    assert here(capsys, "map", "set", "loja", "status_out", "preparando_envio", preparing)[0] == 0
    assert here(capsys, "map", "set", "loja", "status_out", "pronto_envio", ready)[0] == 0
    assert here(capsys, "sync", "loja")[0] == 0
    order = shop.place("loja")
    assert here(capsys, "sync", "loja")[0] == 0
    assert mails(shop) == []
    clerk(shop, "prepare", ecommerce=order)
    plan = json.loads(here(capsys, "plan", "loja", "statuses", "--json")[1])["plan"]["outgoing"]["changes"]
    assert plan == [{"flow": "statuses", "item": order, "sentence": f"status {preparing}"}]
    assert mails(shop) == []
    for _ in range(2):
        assert here(capsys, "sync", "loja")[0] == 0
    assert (at_store(shop, order), mails(shop)) == ("AGUARDANDO ENVIO", ["AGUARDANDO ENVIO"])
    for action in ("make_ready", "prepare", "make_ready"):
        clerk(shop, action, ecommerce=order)
        assert here(capsys, "sync", "loja")[0] == 0
    for status in (ready, preparing, ready):
        assert here(capsys, "map", "set", "loja", "status_out", "pronto_envio", status)[0] == 0
        assert here(capsys, "sync", "loja")[0] == 0
    assert mails(shop) == ["AGUARDANDO ENVIO", "EM TRANSITO"]


def test_t1_an_order_that_the_store_has_cancelled_stays_so_whatever_the_erp_says(
    shop: Remotes, order: str, capsys: Capture
) -> None:
    assert here(capsys, "store", "set", "loja", "sending.statuses=yes")[0] == 0
    preparing = code_of(shop, "AGUARDANDO ENVIO")
    assert here(capsys, "map", "set", "loja", "status_out", "preparando_envio", preparing)[0] == 0
    assert here(capsys, "sync", "loja")[0] == 0
    clerk(shop, "prepare", ecommerce=order)
    shop.sandbox.shop(f"{shop.prefix}loja", "cancel", order=int(order))
    before = at_store(shop, order)
    here(capsys, "sync", "loja")
    clerk(shop, "ship", ecommerce=order, code="BR123456789BR")
    here(capsys, "sync", "loja")
    assert at_store(shop, order) == before
    assert {"AGUARDANDO ENVIO", "ENVIADO"}.isdisjoint(mails(shop))


def test_t2_statuses_are_the_store_s_own_until_they_are_switched_on(
    shop: Remotes, order: str, capsys: Capture
) -> None:
    code, out, err = here(capsys, "sync", "loja", "statuses")
    assert (code, out) == (2, "")
    assert "tomada store set loja sending.statuses=yes" in err
    clerk(shop, "prepare", ecommerce=order)
    assert here(capsys, "sync", "loja")[0] == 0
    assert mails(shop) == []
