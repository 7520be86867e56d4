"""``tomada map``: what a store's codes are in the ERP, who says so, and which orders that frees (D1, D2)."""

import json

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here
from tomada.app.mappings import VALUES
from tomada.flows.mapping.mappings import KINDS

Capture = pytest.CaptureFixture[str]


def codes(capsys: Capture, *words: str) -> dict[tuple[str, str], dict[str, object]]:
    found = json.loads(here(capsys, "map", "list", *words, "--json")[1])
    assert found["schema_version"] == 1
    return {(one["kind"], one["code"]): one for one in found["codes"]}


def test_d2_list_says_who_says_so(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja", shipping="Drone")
    assert here(capsys, "sync", "loja")[0] == 1
    found = codes(capsys, "loja", "shipping")
    assert {kind for kind, _code in found} == {"shipping"}
    pac, drone = found["shipping", "Correios PAC"], found["shipping", "Drone"]
    assert (pac["value"], pac["source"], pac["orders"]) == ("C", "default", 0)
    assert (drone["value"], drone["source"], drone["orders"]) == ("", "none", 1)
    assert here(capsys, "map", "set", "loja", "shipping", "Drone", "T")[0] == 0
    drone = codes(capsys, "loja", "shipping")["shipping", "Drone"]
    assert (drone["value"], drone["source"]) == ("T", "person")
    assert {kind for kind, _code in codes(capsys, "loja")} == {"status", "shipping", "channel", "payment"}


def test_the_table_in_both_languages(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja", shipping="Drone")
    assert here(capsys, "sync", "loja")[0] == 1
    english = here(capsys, "map", "list", "loja", "shipping")[1]
    assert "nobody has said" in english
    portuguese = here(capsys, "map", "list", "loja", "shipping", "--lang", "pt")[1]
    assert portuguese.splitlines()[0].split("  ")[0] == "Tipo"
    assert "ninguém disse" in portuguese


def test_d1_setting_a_code_frees_exactly_the_orders_that_waited_for_it(
    shop: Remotes, capsys: Capture
) -> None:
    for shipping in ("Drone", "Drone", "Balloon"):
        shop.place("loja", shipping=shipping)
    assert here(capsys, "sync", "loja")[0] == 1
    assert here(capsys, "map", "set", "loja", "shipping", "Drone", "T") == (
        0,
        "In the ERP: shipping method “Drone” = T\nOrders that go on with the next sync: 2 (1001, 1002).\n",
        "",
    )
    code, out, _ = here(capsys, "sync", "loja")
    assert code == 0
    assert "created in the ERP: 2" in out
    assert "held: 1" in out


def test_d1_order_that_waits_for_two_things_is_not_called_free(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja", shipping="Drone", channel="FEIRA")
    shop.place("loja", shipping="Drone")
    assert here(capsys, "sync", "loja")[0] == 1
    told = here(capsys, "map", "set", "loja", "shipping", "Drone", "T")[1]
    assert "go on with the next sync: 1 (1002)." in told
    assert "wait for something else, too: 1 (1001)." in told
    done = json.loads(here(capsys, "map", "set", "loja", "channel", "feira", "Feiras", "--json")[1])
    assert (done["mapping"]["orders"], done["mapping"]["waiting"]) == (["1001"], [])
    assert "created in the ERP: 2" in here(capsys, "sync", "loja")[1]


def test_d1_pattern_frees_the_texts_that_it_stands_for(shop: Remotes, capsys: Capture) -> None:
    for shipping in ("Motoboy zona sul", "MOTOBOY - 2h", "Drone"):
        shop.place("loja", shipping=shipping)
    assert here(capsys, "sync", "loja")[0] == 1
    code, out, err = here(capsys, "map", "set", "loja", "shipping", "motoboy*", "T")
    assert (code, err) == (0, "")
    assert "go on with the next sync: 2 (1001, 1002)." in out
    found = codes(capsys, "loja", "shipping")
    assert (found["shipping", "Motoboy zona sul"]["value"], found["shipping", "Drone"]["value"]) == ("T", "")
    assert found["shipping", "motoboy*"]["source"] == "person"
    assert "created in the ERP: 2" in here(capsys, "sync", "loja")[1]
    assert "has not shown this yet" in here(capsys, "map", "set", "loja", "shipping", "Trem*", "T")[2]
    assert here(capsys, "map", "remove", "loja", "shipping", "motoboy*")[0] == 0
    assert codes(capsys, "loja", "shipping")["shipping", "MOTOBOY - 2h"]["value"] == ""


def test_d1_all_others_at_once(shop: Remotes, capsys: Capture) -> None:
    for shipping in ("Drone", "Balloon"):
        shop.place("loja", shipping=shipping)
    assert here(capsys, "sync", "loja")[0] == 1
    code, out, _ = here(capsys, "map", "set", "loja", "shipping", "*", "leave", "--json")
    done = json.loads(out)["mapping"]
    assert (code, done["freed"], done["known"], done["value"]) == (0, 2, True, "leave")
    assert "created in the ERP: 2" in here(capsys, "sync", "loja")[1]


def test_a_code_that_was_not_seen_is_set_and_said(shop: Remotes, capsys: Capture) -> None:
    code, out, err = here(capsys, "map", "set", "loja", "channel", "Feira", "Feiras")
    assert (code, out) == (0, "In the ERP: sales channel “Feira” = Feiras\n")
    assert err == "loja has not shown this yet: sales channel “Feira”\n"
    code, out, err = here(capsys, "map", "set", "loja", "channel", "Feira", "IGNORE", "--json")
    assert json.loads(out)["mapping"]["value"] == "ignore"
    assert "has not shown this yet" in err


def test_remove_puts_the_default_back_or_nothing(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "map", "set", "loja", "shipping", "Correios PAC", "T")[0] == 0
    assert here(capsys, "map", "remove", "loja", "shipping", "Correios PAC")[:2] == (
        0,
        "In the ERP: shipping method “Correios PAC” = C\n",
    )
    assert here(capsys, "map", "set", "loja", "shipping", "Drone", "T")[0] == 0
    code, out, _ = here(capsys, "map", "remove", "loja", "shipping", "Drone")
    assert code == 0
    assert "orders with it are held: shipping method “Drone”" in out
    assert here(capsys, "map", "set", "loja", "shipping", "Correios PAC", "T")[0] == 0
    done = json.loads(here(capsys, "map", "remove", "loja", "shipping", "Correios PAC", "--json")[1])[
        "mapping"
    ]
    assert (done["value"], done["known"]) == ("C", True)


def test_t2_what_the_store_is_told_is_mapped_by_the_status_of_the_erp(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "map", "set", "loja", "status_out", "enviado", "leave") == (
        0,
        "At the store: status of the ERP “enviado” = leave\n",
        "",
    )
    found = codes(capsys, "loja", "status_out")["status_out", "enviado"]
    assert (found["value"], found["source"]) == ("leave", "person")


def test_a_status_is_named_by_its_code_or_by_a_name_of_its_own(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja")
    assert here(capsys, "sync", "loja", "orders")[0] == 0
    listed = {label["label"]: code for (_kind, code), label in codes(capsys, "loja", "status").items()}
    code, out, err = here(capsys, "map", "set", "loja", "status", "a  enviar", "preparando_envio")
    assert (code, err) == (0, "")
    assert out == f"In the ERP: status “{listed['A ENVIAR']}” = preparando_envio\n"
    found = codes(capsys, "loja", "status")
    assert found["status", listed["A ENVIAR"]]["value"] == "preparando_envio"
    assert len(found) == len(listed)
    assert here(capsys, "map", "set", "loja", "status_out", "Enviado", "em trânsito")[:2] == (
        0,
        f"At the store: status of the ERP “enviado” = {listed['EM TRANSITO']}\n",
    )
    assert here(capsys, "map", "remove", "loja", "status", "A ENVIAR")[:2] == (
        0,
        f"In the ERP: status “{listed['A ENVIAR']}” = aprovado\n",
    )
    for words in (["status", "A FAZER", "aberto"], ["status_out", "enviado", "A FAZER"]):
        code, out, err = here(capsys, "map", "set", "loja", *words)
        assert (code, out) == (2, "")
        assert "loja has no status “A FAZER”." in err
        assert f"{listed['ENVIADO']} (ENVIADO)" in err


WRONG: list[tuple[list[str], str]] = [
    (["list", "other"], "There are: loja"),
    (["list", "loja", "colour"], "Kinds: status, status_out, shipping, channel, payment, category."),
    (["set", "loja", "colour", "x", "y"], "Kinds: status, status_out, shipping, channel, payment, category."),
    (["set", "loja", "status", "A ENVIAR", "nonsense"], "Values: aberto, aprovado"),
    (["set", "loja", "status_out", "sent", "7"], "Values: aberto, aprovado"),
    (["set", "loja", "channel", "MERC*", "x"], "Patterns are for: shipping."),
    (["set", "loja", "shipping", "Correios PAC", " "], "A mapping needs a value."),
    (["set", "loja", "shipping", "Correios PAC"], "Missing argument 'VALUE'."),
    (["remove", "loja", "shipping", "Correios PAC"], "tomada map list loja shipping"),
    (["remove", "loja", "colour", "PAC"], "Kinds: status, status_out, shipping, channel, payment, category."),
]


def test_wrong_words_name_the_way_out(shop: Remotes, capsys: Capture) -> None:
    for words, told in WRONG:
        code, out, err = here(capsys, "map", *words)
        assert (code, out) == (2, ""), words
        assert told in err


def test_before_any_code_is_known_it_says_when_they_come(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "map", "list", "loja", "channel")[1] == (
        "The store has shown no codes yet; the first sync brings them.\n"
    )


def test_every_kind_says_which_values_it_takes(capsys: Capture) -> None:
    assert set(VALUES) == set(KINDS)
    for command in ("list", "set"):
        shown = " ".join(here(capsys, "map", command, "--help")[1].split())
        assert all(kind in shown.partition("KIND: ")[2] for kind in KINDS)
