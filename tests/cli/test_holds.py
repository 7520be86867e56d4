"""``tomada holds``: what waits for a person, and what an answer does (D2, D3)."""

import json

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here
from tests.cli.test_links import erp_product, unlinked

Capture = pytest.CaptureFixture[str]


def held(capsys: Capture, *words: str) -> list[dict[str, object]]:
    found = json.loads(here(capsys, "holds", "list", *words, "--json")[1])
    assert found["schema_version"] == 1
    return list(found["holds"])


@pytest.fixture
def drones(shop: Remotes, capsys: Capture) -> list[str]:
    """The ids of two holds with the same question, and of one with another."""
    for shipping in ("Drone", "Drone", "Balloon"):
        shop.place("loja", shipping=shipping)
    assert here(capsys, "sync", "loja")[0] == 1
    return [str(one["id"]) for one in sorted(held(capsys), key=lambda one: one["key"] != "Drone")]


def test_nothing_waits(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "holds", "list") == (0, "Nothing waits for a person.\n", "")
    assert here(capsys, "holds", "list", "--lang", "pt")[1] == "Nada espera por uma pessoa.\n"


def test_d3_a_hold_says_what_why_since_when_and_how_it_is_settled(drones: list[str], capsys: Capture) -> None:
    code, out, err = here(capsys, "holds", "list", "--store", "loja", "--each")
    assert (code, err) == (0, "")
    assert out.count("Nobody has mapped the shipping method “Drone” (Drone) yet.") == 2
    assert "tomada holds show ID" in out
    code, out, _ = here(capsys, "holds", "show", drones[0])
    assert code == 0
    assert out.splitlines()[-1] == f"tomada holds settle {drones[0]} --as VALUE --remember"
    assert "such as C (Correios)" in out
    assert "drop: do not import this order" in out
    found = json.loads(here(capsys, "holds", "show", drones[0], "--json")[1])["hold"]
    assert (found["rule"], found["kind"], found["key"]) == ("D1", "shipping", "Drone")
    assert set(found["answers"]) == {"leave", "drop"}
    assert found["opened_at"].endswith("+00:00")


def test_portuguese_is_whole(drones: list[str], capsys: Capture) -> None:
    out = here(capsys, "holds", "show", drones[0], "--lang", "pt")[1]
    lines = out.splitlines()
    assert "Ninguém mapeou ainda: forma de frete “Drone” (Drone)." in out
    assert any(line.startswith("  VALOR: o código de uma forma de envio do ERP") for line in lines)
    assert lines[-1] == f"tomada holds settle {drones[0]} --as VALOR --remember"


def test_d2_an_answer_for_this_order_alone(shop: Remotes, drones: list[str], capsys: Capture) -> None:
    assert here(capsys, "holds", "settle", drones[0], "--as", "T") == (
        0,
        "Settled as T. Orders that go on with the next sync: 1.\n",
        "",
    )
    assert "Settled as T; the next sync carries it out." in here(capsys, "holds", "show", drones[0])[1]
    assert "created in the ERP: 1" in here(capsys, "sync", "loja")[1]
    assert [str(one["id"]) for one in held(capsys)] != drones
    assert len(held(capsys)) == 2


def test_d2_an_answer_that_is_remembered_frees_all_with_the_same_question(
    shop: Remotes, drones: list[str], capsys: Capture
) -> None:
    code, out, _ = here(capsys, "holds", "settle", drones[0], "--as", "T", "--remember", "--json")
    assert (code, json.loads(out)["settled"]) == (
        0,
        {"holds": [int(drones[0])], "answer": "T", "freed": 2, "products": 0, "left": []},
    )
    assert "created in the ERP: 2" in here(capsys, "sync", "loja")[1]
    shop.place("loja", shipping="Drone")
    code, out, _ = here(capsys, "sync", "loja")
    assert code == 0
    assert "created in the ERP: 1" in out


def test_d3_several_at_once_or_none(shop: Remotes, drones: list[str], capsys: Capture) -> None:
    code, _, err = here(capsys, "holds", "settle", *drones, "999", "--as", "leave")
    assert code == 2
    assert "There is no hold 999." in err
    assert {one["settled_as"] for one in held(capsys)} == {""}
    assert here(capsys, "holds", "settle", *drones, "--as", "leave")[0] == 0
    assert "created in the ERP: 3" in here(capsys, "sync", "loja")[1]


def test_drop_leaves_the_order_out_for_good(shop: Remotes, drones: list[str], capsys: Capture) -> None:
    assert here(capsys, "holds", "settle", drones[2], "--as", "drop")[0] == 0
    code, out, _ = here(capsys, "sync", "loja")
    assert code == 0
    assert "not imported: 1, a person chose not to import it" in out
    assert len(held(capsys)) == 2


def test_d3_a_closed_hold_is_history(drones: list[str], capsys: Capture) -> None:
    assert here(capsys, "holds", "settle", drones[0], "--as", "T")[0] == 0
    assert here(capsys, "sync", "loja")[0] == 0
    assert len(held(capsys, "--all")) == 3
    shown = here(capsys, "holds", "list", "--all")[1].splitlines()
    assert shown[0].split()[-1] == "Closed"
    (closed,) = [one for one in held(capsys, "--all") if one["closed_at"]]
    (row,) = [one for one in shown if one.startswith(f"{closed['id']} ")]
    assert row.rstrip().endswith(str(closed["closed_at"])[11:19])
    assert "Closed: " in here(capsys, "holds", "show", drones[0])[1]
    for words in (["settle", drones[0], "--as", "T"], ["retry", drones[0]]):
        code, _, err = here(capsys, "holds", *words)
        assert code == 2
        assert "is closed already" in err


def test_d3_a_hold_whose_cause_went_away_closes_itself(shop: Remotes, capsys: Capture) -> None:
    order = shop.place("loja", damaged="total")
    code, out, _ = here(capsys, "sync", "loja")
    assert code == 1
    assert "could not be read" in out
    shop.sandbox.shop(f"{shop.prefix}loja", "change", order=int(order), damaged=None)
    hold = str(held(capsys)[0]["id"])
    assert here(capsys, "holds", "retry", hold)[:2] == (0, "Orders that the next sync looks at again: 1.\n")
    assert json.loads(here(capsys, "holds", "retry", hold, "--json")[1])["orders"] == 1
    code, out, _ = here(capsys, "sync", "loja")
    assert code == 0
    assert "no longer held: 1" in out
    assert held(capsys) == []


def test_p1_an_unlinked_product_is_settled_by_the_erp_s_id(shop: Remotes, capsys: Capture) -> None:
    unlinked(shop)
    assert here(capsys, "sync", "loja")[0] == 1
    (hold,) = held(capsys)
    assert hold["free"] == "the ERP product's id"
    code, _, err = here(capsys, "holds", "settle", str(hold["id"]), "--as", "88")
    assert code == 2
    assert "The ERP has no product with the id '88'." in err
    cup = erp_product(shop, "CAN-AZUL")
    assert here(capsys, "holds", "settle", str(hold["id"]), "--as", cup, "--remember")[0] == 0
    assert "created in the ERP: 1" in here(capsys, "sync", "loja")[1]


WRONG: list[tuple[list[str], str]] = [
    (["list", "--store", "other"], "There are: loja"),
    (["show", "999"], "tomada holds list"),
    (["show", "x"], "'x' is not a valid integer"),
    (["retry", "999"], "There is no hold 999."),
    (["retry"], "Name the holds by their ids, or say what they have in common."),
    (["settle", "--as", "drop"], "Name the holds by their ids, or say what they have in common."),
    (["settle", "--cause", "changed", "--as", "done"], "No such hold waits for a person."),
    (["list", "--cause", "rain"], "There is no cause 'rain'."),
    (["list", "--assignee", "Ana", "--unassigned"], "not both"),
    (["assign", "--cause", "changed"], "Missing option '--to'"),
    (["snooze", "--cause", "changed", "--until", "soon"], "This is no date or time: 'soon'"),
    (["snooze", "--cause", "changed", "--until", "2020-01-01"], "has passed"),
    (["settle", "1"], "Missing option '--as'"),
    (["settle", "999", "--as", "drop"], "There is no hold 999."),
]


def test_wrong_words_name_the_way_out(shop: Remotes, capsys: Capture) -> None:
    for words, told in WRONG:
        code, out, err = here(capsys, "holds", *words)
        assert (code, out) == (2, ""), words
        assert told in err


def test_an_answer_that_the_hold_does_not_take(shop: Remotes, capsys: Capture) -> None:
    order = shop.place("loja", damaged="total")
    assert here(capsys, "sync", "loja")[0] == 1
    (hold,) = held(capsys)
    assert hold["order"] == order
    number = str(hold["id"])
    code, _, err = here(capsys, "holds", "settle", number, "--as", "accept")
    assert code == 2
    assert "Answers: retry, drop." in err
    code, _, err = here(capsys, "holds", "settle", number, "--as", "retry", "--remember")
    assert code == 2
    assert "Leave out --remember." in err
    assert here(capsys, "holds", "show", number)[1].splitlines()[-1] == (
        f"tomada holds settle {number} --as retry"
    )
