"""``tomada map suggest``: what waits for a mapping, what each code may be, and taking the sure ones (D1)."""

import json
import shlex
from typing import Any

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import told
from tests.cli.running import here

Capture = pytest.CaptureFixture[str]


def suggested(capsys: Capture, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(here(capsys, "map", "suggest", *words, "--json")[1])
    return found


def test_d1_what_most_waits_for_comes_first_with_values_and_reasons(shop: Remotes, capsys: Capture) -> None:
    for shipping in ("Drone", "Motoboy Expresso", "Motoboy Expresso"):
        shop.place("loja", shipping=shipping)
    shop.place("loja", channel="MAGALU")
    assert here(capsys, "sync", "loja")[0] == 1
    found = suggested(capsys, "loja")["codes"]
    assert found[0]["code"] == "Motoboy Expresso"
    by_code = {one["code"]: one for one in found}
    motoboy, drone, magalu = by_code["Motoboy Expresso"], by_code["Drone"], by_code["MAGALU"]
    assert (motoboy["waiting"]["orders"], motoboy["waiting"]["value"]) == (2, "80.00")
    assert motoboy["suggestions"][0]["why"] == "fuzzy"
    assert motoboy["command"] == "tomada map set loja shipping 'Motoboy Expresso' X"
    assert (drone["suggestions"], drone["sure"]) == ([], "")
    assert drone["command"].endswith(" VALUE")
    assert (magalu["sure"], magalu["suggestions"][0]["why"]) == ("Magazine Luiza", "normalised")
    shown = here(capsys, "map", "suggest", "loja")[1]
    assert "shipping method “Motoboy Expresso”: 2 orders wait, R$ 80.00" in shown
    assert "X: is like this name: “motoboy” (88 %); a usual name" in shown
    assert "Nothing that it is like. It takes: the ERP's code of a shipping method" in shown
    portuguese = here(capsys, "map", "suggest", "loja", "--lang", "pt")[1]
    assert "parece este nome" in portuguese


def test_d1_sure_ones_are_set_after_a_yes_and_free_their_orders(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja", channel="MAGALU")
    shop.place("loja", channel="MAGALU", shipping="Drone")
    assert here(capsys, "sync", "loja")[0] == 1
    code, out, err = here(capsys, "map", "suggest", "loja", "--accept")
    assert (code, out) == (2, "")
    assert "sales channel “MAGALU” = Magazine Luiza" in err
    assert "--yes" in err
    assert suggested(capsys, "loja", "channel")["codes"][0]["code"] == "MAGALU"
    done = json.loads(here(capsys, "map", "suggest", "loja", "--accept", "--yes", "--json")[1])
    assert [one["code"] for one in done["set"]] == ["MAGALU"]
    assert done["woken"] == {"going": ["1001"], "waiting": ["1002"]}
    assert [one["code"] for one in done["codes"]] == ["Drone"]
    assert "created in the ERP: 1" in here(capsys, "sync", "loja")[1]
    [order] = shop.in_erp()
    assert order["ecommerce"]["nomeEcommerce"] == "Magazine Luiza"


def test_d1_what_a_person_chose_is_suggested_for_the_same_name(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja", shipping="Motoboy Expresso")
    assert here(capsys, "sync", "loja")[0] == 1
    assert here(capsys, "map", "set", "loja", "shipping", "Motoboy", "T")[0] == 0
    [one] = suggested(capsys, "loja", "shipping")["codes"]
    assert [(each["value"], each["origin"]) for each in one["suggestions"]] == [
        ("T", "chosen"),
        ("X", "known"),
    ]


def test_d1_shipping_methods_of_the_erp_are_suggested(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja", shipping="Rodonaves Sul")
    assert here(capsys, "sync", "loja")[0] == 1
    origins = {each["origin"] for one in suggested(capsys, "loja")["codes"] for each in one["suggestions"]}
    assert origins == {"known"}
    way = {"name": "Rodonaves Sul", "code": "T", "logistics": 2}
    shop.sandbox.clerk(f"{shop.prefix}conta", "add_shipping", **way)
    [one] = suggested(capsys, "loja")["codes"]
    assert one["sure"] == "T"
    assert one["suggestions"][0] == {
        "value": "T",
        "why": "exact",
        "like": "Rodonaves Sul",
        "origin": "erp",
        "likeness": 100,
    }


def test_d1_without_the_erp_it_goes_on_with_the_rest(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja", shipping="Motoboy Expresso")
    assert here(capsys, "sync", "loja")[0] == 1
    shop.sandbox.add_fault("error_before", remote=f"tiny/{shop.prefix}conta", times=None)
    code, out, err = here(capsys, "map", "suggest", "loja")
    assert code == 0
    assert "X: is like this name" in out
    assert err.startswith("Without the ERP's own values: ")


def test_t2_what_the_store_is_told_is_suggested_from_its_own_statuses(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja")
    assert here(capsys, "sync", "loja")[0] == 0
    found = {one["code"]: one for one in suggested(capsys, "loja", "status_out")["codes"]}
    assert "enviado" not in found  # told by default
    listed = {
        one["code"]: one["label"]
        for one in json.loads(here(capsys, "map", "list", "loja", "status", "--json")[1])["codes"]
    }
    first = found["aprovado"]["suggestions"][0]
    assert (listed[first["value"]], first["origin"]) == ("APROVADO", "store")


def test_d1_categories_of_either_side_without_a_twin_are_suggested_for_each_other(
    shop: Remotes, capsys: Capture
) -> None:
    code, _, err = here(capsys, "map", "suggest", "loja", "category")
    assert (code, "tomada categories list loja" in err) == (2, True)
    paths = {one["path"]: one["code"] for one in told(capsys, "categories", "list", "loja")["categories"]}
    shop.sandbox.clerk(
        f"{shop.prefix}conta",
        "edit_product",
        sku="CAN-AZUL",
        details={"categoria": "Cozinha >> Canecas azuis"},
    )
    found = {one["label"]: one for one in suggested(capsys, "loja", "category")["codes"]}
    first = found["Cozinha > Canecas"]["suggestions"][0]
    assert (first["value"], first["why"], first["origin"]) == ("Cozinha > Canecas azuis", "fuzzy", "erp")
    command = found["Cozinha > Canecas"]["command"]
    assert command == f"tomada map set loja category {paths['Cozinha > Canecas']} 'Cozinha > Canecas azuis'"
    assert here(capsys, *shlex.split(command)[1:])[0] == 0
    left = suggested(capsys, "loja", "category")["codes"]
    assert "Cozinha > Canecas" not in {one["label"] for one in left}
    assert not any(one["suggestions"] for one in left)
    shop.sandbox.clerk(f"{shop.prefix}conta", "edit_product", sku="CAN-AZUL", details={"categoria": "Livros"})
    assert "Livros" not in {one["label"] for one in suggested(capsys, "loja", "category")["codes"]}


def test_nothing_to_suggest_is_said(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja")
    assert here(capsys, "sync", "loja")[0] == 0
    assert here(capsys, "map", "suggest", "loja")[:2] == (0, "Every code that loja has shown has a value.\n")
    assert here(capsys, "map", "suggest", "loja", "--accept", "--yes")[:2] == (
        0,
        "Every code that loja has shown has a value.\n",
    )
    code, _, err = here(capsys, "map", "suggest", "loja", "colour")
    assert (code, "Kinds: status" in err) == (2, True)


def test_d1_a_hold_says_what_its_code_may_be_and_why(shop: Remotes, capsys: Capture) -> None:
    shop.place("loja", shipping="Motoboy Expresso")
    assert here(capsys, "sync", "loja")[0] == 1
    [hold] = told(capsys, "holds", "list")["holds"]
    shown = here(capsys, "holds", "show", str(hold["id"]))[1]
    assert "It may be:\n  X: is like this name: “motoboy” (88 %); a usual name\n" in shown
    [suggestion] = told(capsys, "holds", "show", str(hold["id"]))["hold"]["suggestions"]
    assert (suggestion["value"], suggestion["why"]) == ("X", "fuzzy")
