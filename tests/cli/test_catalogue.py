"""A store's products taken into the ERP, and its categories, by the commands and read on the other side (P3, P5)."""

import json
from typing import Any

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import BONE, clerk, store_state, told, writes
from tests.cli.running import here

Capture = pytest.CaptureFixture[str]
LAMP = {
    "sku": "LUMINARIA",
    "name": "Luminária de mesa",
    "price": "129.90",
    "gtin": "7891000000991",
    "stock": 6,
    "category": "Cozinha",
    "fields": {"description": "<p>LED</p>", "brand": "Lumi", "ncm": "94052100", "weight": "850"},
    "pictures": ["https://fotos.example/luminaria.jpg"],
}
SOCKS = {
    "sku": "MEIA",
    "name": "Meia",
    "price": "15.00",
    "variants": [
        {"sku": "MEIA-P", "price": "15.00", "stock": 3, "values": {"Tamanho": "P"}},
        {"sku": "MEIA-G", "price": "17.00", "stock": 4, "values": {"Tamanho": "G"}},
    ],
}


def in_shop(shop: Remotes, *products: dict[str, Any]) -> list[str]:
    """Let the store sell products and return their ids."""
    shop.sandbox.shop(f"{shop.prefix}loja", "add_products", products=list(products))
    skus = [one["sku"] for one in products]
    return [str(one["id"]) for one in store_state(shop)["products"] if one["sku"] in skus]


def in_erp(shop: Remotes) -> dict[str, dict[str, Any]]:
    products = shop.sandbox.state_of("tiny", f"{shop.prefix}conta")["products"]
    return {one["sku"]: one for one in products}


def results(out: dict[str, Any]) -> dict[str, str]:
    return {one["name"]: one["state"] for one in out["results"]}


def links(capsys: Capture) -> dict[str, str]:
    return {one["sku"]: one["erp_product"] for one in told(capsys, "links", "list", "loja")["links"]}


def test_p5_what_the_erp_lacks_is_created_linked_and_created_once(linked: Remotes, capsys: Capture) -> None:
    in_shop(linked, LAMP, SOCKS)
    before = in_erp(linked)
    since = linked.sandbox.journal_end()
    done = told(capsys, "products", "import", "loja", "--new")
    assert results(done) == {"LUMINARIA": "settled", "MEIA": "settled"}
    after = in_erp(linked)
    assert sorted(after.keys() - before.keys()) == ["LUMINARIA", "MEIA", "MEIA-G", "MEIA-P"]
    lamp = after["LUMINARIA"]
    assert (lamp["name"], lamp["price"], lamp["gtin"], lamp["stock"]) == (
        "Luminária de mesa",
        "129.90",
        "7891000000991",
        "0",
    )
    assert lamp["details"]["categoria"] == "Cozinha"
    assert (lamp["details"]["marca"], lamp["details"]["peso_bruto"]) == ("Lumi", "0.85")
    assert (after["MEIA-G"]["price"], after["MEIA-G"]["grid"]) == ("17.00", {"Tamanho": "G"})
    found = links(capsys)
    assert {sku: found[sku] for sku in ("LUMINARIA", "MEIA-P", "MEIA-G")} == {
        sku: str(after[sku]["id"]) for sku in ("LUMINARIA", "MEIA-P", "MEIA-G")
    }
    assert writes(linked, since) == [], "nothing is written at the store"
    assert told(capsys, "products", "import", "loja", "--new")["results"] == []
    assert in_erp(linked).keys() == after.keys()


def test_p5_the_store_s_balance_is_taken_over_once_where_that_is_set(
    linked: Remotes, capsys: Capture
) -> None:
    (lamp,) = in_shop(linked, LAMP)
    assert here(capsys, "store", "set", "loja", "catalogue.stock=yes")[0] == 0
    for _ in range(2):
        assert here(capsys, "products", "import", "loja", lamp)[0] == 0
    assert in_erp(linked)["LUMINARIA"]["stock"] == "6"


def test_p1_what_the_erp_has_is_linked_and_left_and_a_doubt_is_said(shop: Remotes, capsys: Capture) -> None:
    before = in_erp(shop)
    ids = in_shop(shop, {**LAMP, "gtin": "7891000000014"})
    code, out, _err = here(capsys, "products", "import", "loja", "--new")
    assert (code, "a person has to look first" in out) == (1, True)
    assert "linked to what the ERP has" in next(line for line in out.splitlines() if "CAN-AZUL " in line)
    assert in_erp(shop) == before
    assert "LUMINARIA" not in links(capsys)
    assert links(capsys)["CAMISETA-M-BR"] == str(before["CAMISETA-M-BR"]["id"])
    assert here(capsys, "store", "set", "loja", "catalogue.link_by=gtin")[0] == 0
    code, out, _err = here(capsys, "products", "import", "loja", ids[0])
    assert (code, "the ERP product is linked to another one" in out) == (1, True)


def test_p5_blanks_are_filled_or_all_is_overwritten_as_the_settings_say(
    linked: Remotes, capsys: Capture
) -> None:
    clerk(
        linked,
        "add_products",
        products=[
            {
                "sku": "LUMINARIA",
                "name": "Luminária",
                "price": "99.00",
                "stock": 2,
                "details": {"marca": "Nossa"},
            }
        ],
    )
    (lamp,) = in_shop(linked, LAMP)
    assert results(told(capsys, "products", "import", "loja", lamp)) == {"LUMINARIA": "linked"}
    assert "descricao_complementar" not in in_erp(linked)["LUMINARIA"]["details"]
    for policy, name, brand in (("fill", "Luminária", "Nossa"), ("overwrite", "Luminária de mesa", "Lumi")):
        assert here(capsys, "store", "set", "loja", f"catalogue.existing={policy}")[0] == 0
        assert results(told(capsys, "products", "import", "loja", lamp)) == {"LUMINARIA": "filled"}
        found = in_erp(linked)["LUMINARIA"]
        details = found["details"]
        assert (found["name"], details["marca"]) == (name, brand), policy
        assert (details["descricao_complementar"], details["ncm"]) == ("<p>LED</p>", "94052100")
        assert (found["price"], found["stock"]) == ("99.00", "2"), "neither price nor balance is touched"
    assert results(told(capsys, "products", "import", "loja", lamp)) == {"LUMINARIA": "left"}


def test_p5_what_the_erp_does_not_take_stops_no_other_product(linked: Remotes, capsys: Capture) -> None:
    account = [{"sku": sku, "name": sku, "price": "9.00"} for sku in ("LONGO", "LUMINARIA")]
    clerk(linked, "add_products", products=account)
    long, lamp = in_shop(linked, {**LAMP, "sku": "LONGO", "gtin": "", "name": "N" * 121}, LAMP)
    assert here(capsys, "store", "set", "loja", "catalogue.existing=overwrite")[0] == 0
    code, out, _err = here(capsys, "products", "import", "loja", long, lamp, "--json")
    assert (code, results(json.loads(out))) == (1, {"LONGO": "rejected", "LUMINARIA": "linked"})
    assert [in_erp(linked)[sku]["name"] for sku in ("LONGO", "LUMINARIA")] == ["LONGO", LAMP["name"]]


def test_p5_a_creation_without_an_answer_is_looked_for_and_not_repeated(
    linked: Remotes, capsys: Capture
) -> None:
    (lamp,) = in_shop(linked, LAMP)
    assert here(capsys, "store", "set", "loja", "sending.settle_time=0")[0] == 0
    remote = f"tiny/{linked.prefix}conta"
    linked.sandbox.add_fault("reset_after", remote=remote, path="/produto.incluir.php")
    assert here(capsys, "products", "import", "loja", lamp)[0] == 4
    assert here(capsys, "products", "import", "loja", lamp)[0] == 0
    made = linked.sandbox.state_of("tiny", f"{linked.prefix}conta")["products"]
    assert [one["sku"] for one in made].count("LUMINARIA") == 1
    assert links(capsys)["LUMINARIA"] == str(in_erp(linked)["LUMINARIA"]["id"])


def test_p1_two_products_of_the_store_with_one_sku_make_one_and_a_doubt(
    linked: Remotes, capsys: Capture
) -> None:
    in_shop(linked, LAMP)
    in_shop(linked, {**LAMP, "gtin": ""})
    code, out, _err = here(capsys, "products", "import", "loja", "--new")
    assert (code, "another product of the store with its SKU" in out) == (1, True)
    made = linked.sandbox.state_of("tiny", f"{linked.prefix}conta")["products"]
    assert [one["sku"] for one in made].count("LUMINARIA") == 1


def test_p5_many_are_created_a_few_at_a_time_and_a_second_run_creates_none(
    linked: Remotes, capsys: Capture
) -> None:
    in_shop(linked, *({"sku": f"NOVO-{n}", "name": f"Novo {n}", "price": "10.00"} for n in range(45)))
    done = told(capsys, "products", "import", "loja", "--new", "--yes")
    assert (len(done["results"]), done["counts"]) == (45, {"sent": 45, "linked": 45})
    assert told(capsys, "products", "import", "loja", "--new", "--yes")["results"] == []
    assert len([sku for sku in in_erp(linked) if sku.startswith("NOVO-")]) == 45


def test_g1_many_new_products_ask_first(linked: Remotes, capsys: Capture) -> None:
    in_shop(linked, LAMP, SOCKS)
    assert here(capsys, "store", "set", "loja", "guard.products_created=1")[0] == 0
    before = in_erp(linked).keys()
    code, _out, err = here(capsys, "products", "import", "loja", "--new")
    assert (code, "More than 1 products would be created in the ERP; none was." in err) == (1, True)
    assert in_erp(linked).keys() == before
    assert here(capsys, "products", "import", "loja", "--new", "--yes")[0] == 0
    assert len(in_erp(linked)) == len(before) + 4


def category(shop: Remotes, sku: str) -> str:
    """The path of a product's category at the store."""
    state = store_state(shop)
    named = {one["id"]: one for one in state["categories"]}
    at = next(one["category_id"] for one in state["products"] if one["sku"] == sku)
    path: list[str] = []
    while at:
        path.insert(0, named[at]["name"])
        at = named[at]["parent_id"]
    return " > ".join(path)


def test_categories_are_shown_by_path_and_a_mapping_says_where_products_go(
    linked: Remotes, capsys: Capture
) -> None:
    shown = {one["path"]: one for one in told(capsys, "categories", "list", "loja")["categories"]}
    assert {"Cozinha", "Cozinha > Canecas", "Livros"} <= shown.keys()
    words = ["map", "set", "loja", "category", "Cozinha > Canecas", "Utilidades >> Chapéus"]
    assert here(capsys, *words)[0] == 0
    listed = {one["path"]: one["erp"] for one in told(capsys, "categories", "list", "loja")["categories"]}
    assert listed["Cozinha > Canecas"] == "Utilidades > Chapéus"
    clerk(linked, "add_products", products=[{**BONE, "details": {"categoria": "Utilidades >> Chapéus"}}])
    assert here(capsys, "products", "send", "loja", "BONE", "--yes")[0] == 0
    assert category(linked, "BONE") == "Cozinha > Canecas"


def test_p3_a_category_that_the_store_lacks_is_made_only_where_that_is_set(
    linked: Remotes, capsys: Capture
) -> None:
    details = {"categoria": "Vestuário >> Cabeça >> Bonés"}
    clerk(linked, "add_products", products=[{**BONE, "details": details}])
    before = len(store_state(linked)["categories"])
    assert here(capsys, "products", "send", "loja", "BONE", "--yes")[0] == 0
    assert (category(linked, "BONE"), len(store_state(linked)["categories"])) == ("", before)
    clerk(
        linked,
        "add_products",
        products=[{"sku": "GORRO", "name": "Gorro", "price": "30.00", "details": details}],
    )
    assert here(capsys, "store", "set", "loja", "products.create_categories=yes")[0] == 0
    assert here(capsys, "products", "send", "loja", "GORRO", "--yes")[0] == 0
    assert category(linked, "GORRO") == "Vestuário > Cabeça > Bonés"
    assert len(store_state(linked)["categories"]) == before + 2


def test_categories_are_made_by_hand_once(shop: Remotes, capsys: Capture) -> None:
    before = len(store_state(shop)["categories"])
    code, out, _err = here(capsys, "categories", "create", "loja", "Casa > Luz", "Casa > Som")
    assert (code, [line.rsplit(None, 1)[-1] for line in out.splitlines()[1:]]) == (0, ["sent", "sent"])
    assert len(store_state(shop)["categories"]) == before + 3
    assert here(capsys, "categories", "create", "loja", "casa > luz")[0] == 0
    assert len(store_state(shop)["categories"]) == before + 3


def test_p3_a_product_waits_for_a_category_whose_making_got_no_answer(
    linked: Remotes, capsys: Capture
) -> None:
    """Sent at once it would be in no category for good; the category is made once all the same."""
    assert here(capsys, "store", "set", "loja", "products.create_categories=yes")[0] == 0
    clerk(linked, "add_products", products=[{**BONE, "details": {"categoria": "Casa >> Luz"}}])
    before = len(store_state(linked)["categories"])
    remote = f"tray/{linked.prefix}loja"
    linked.sandbox.add_fault("reset_after", remote=remote, method="POST", endpoint="categories.create")
    assert here(capsys, "products", "send", "loja", "BONE", "--yes")[0] == 4
    code, out, _err = here(capsys, "products", "send", "loja", "BONE", "--yes")
    assert code == 4
    assert "waits for its category" in out
    assert "BONE" not in {one["sku"] for one in store_state(linked)["products"]}
    assert here(capsys, "store", "set", "loja", "sending.settle_time=0")[0] == 0
    assert here(capsys, "products", "send", "loja", "BONE", "--yes")[0] == 0
    assert category(linked, "BONE") == "Casa > Luz"
    assert len(store_state(linked)["categories"]) == before + 2
