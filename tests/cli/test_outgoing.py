"""What goes out to a store by the commands, read on the other side: links, balances, products, parcels, invoices."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.connecting import Remotes, activate
from tests.cli.goods import BONE, IN_ERP, balances, clerk, store_state, told, writes
from tests.cli.running import here, nothing_in
from tomada.bootstrap import Installation, Places

Capture = pytest.CaptureFixture[str]


def test_p1_match_links_both_catalogues_and_changes_nothing_at_the_store(
    shop: Remotes, capsys: Capture
) -> None:
    before = store_state(shop)["products"]
    found = told(capsys, "links", "match", "loja")
    assert {link["sku"]: link["erp_sku"] for link in found["links"]} == {sku: sku for sku in IN_ERP}
    assert (found["listings"], found["linked_before"], found["doubts"]) == (len(IN_ERP), 0, [])
    assert here(capsys, "links", "match", "loja") == (0, "0 linked now, 10 before; 0 in doubt of 10.\n", "")
    assert store_state(shop)["products"] == before


def test_p1_what_leaves_a_doubt_is_listed_with_its_reason(shop: Remotes, capsys: Capture) -> None:
    erp = shop.sandbox.state_of("tiny", f"{shop.prefix}conta")["products"]
    cup = next(one for one in erp if one["sku"] == "CAN-AZUL")
    clerk(shop, "edit_product", sku="CAN-AZUL", new_sku="OUTRO")
    found = told(capsys, "links", "match", "loja")
    (doubt,) = found["doubts"]
    assert (doubt["sku"], doubt["why"]) == ("CAN-AZUL", "not_found")
    assert str(cup["id"]) in [one["erp_product"] for one in doubt["suggestions"]]
    assert "no active ERP product has its SKU" in here(capsys, "links", "match", "loja")[1]


def test_s7_the_first_balances_wait_for_a_yes_and_go_out_once(linked: Remotes, capsys: Capture) -> None:
    before = balances(linked)
    differing = sum(IN_ERP[sku] != shown for sku, shown in before.items())
    code, out, _err = here(capsys, "plan", "loja", "stock")
    assert code == 0
    assert "balance 50 → 25" in next(line for line in out.splitlines() if "CAN-AZUL " in line)
    assert f"Requests to the store, at least: {differing}." in out
    assert f"wait for your yes: {differing}. Send them with: tomada sync loja stock --yes" in out
    waiting = f"balances that wait for your yes (tomada sync STORE stock --yes): {differing}"
    assert waiting in here(capsys, "sync", "loja")[1]
    assert balances(linked) == before
    since = linked.sandbox.journal_end()
    assert f"sent to the store: {differing}" in here(capsys, "sync", "loja", "stock", "--yes")[1]
    assert balances(linked) == IN_ERP
    assert len(writes(linked, since)) == differing
    since = linked.sandbox.journal_end()
    assert here(capsys, "sync", "loja") == (0, nothing_in("loja"), "")
    assert here(capsys, "plan", "loja") == (0, "Nothing to do.\n", "")
    assert writes(linked, since) == []


def test_a_plan_says_what_the_store_s_quota_makes_of_it(linked: Remotes, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "quota.limits.per_minute=10/2")[0] == 0
    assert here(capsys, "store", "set", "loja", "quota.share=0.5")[0] == 0
    outgoing = told(capsys, "plan", "loja", "stock")["plan"]["outgoing"]
    assert (outgoing["requests"], outgoing["unconfirmed"], outgoing["minutes"]) == (10, 10, 10 / 150)
    assert {"flow": "stock", "item": "CAN-AZUL", "sentence": "balance 50 → 25"} in outgoing["changes"]


def test_s3_what_one_store_sells_the_other_has_no_more(
    linked: Remotes, tmp_path: Path, capsys: Capture
) -> None:
    activate(linked, tmp_path, capsys, "outra")
    assert told(capsys, "links", "match", "outra")["linked"] == len(IN_ERP)
    assert here(capsys, "sync", "--all", "stock", "--yes")[0] == 0
    linked.place("loja", items=[{"sku": "LIVRO-RECEITAS", "quantity": 8}])
    assert here(capsys, "sync", "--all")[0] == 0
    assert (balances(linked, "outra")["LIVRO-RECEITAS"], balances(linked)["LIVRO-RECEITAS"]) == (0, 0)


def test_stock_send_puts_right_what_somebody_changed_at_the_store(
    published: Remotes, capsys: Capture
) -> None:
    since = published.sandbox.journal_end()
    code, out, err = here(capsys, "stock", "send", "loja", "CAN-AZUL", "KIT-CHA")
    assert (code, err) == (0, "")
    assert [line.split() for line in out.splitlines()[1:]] == [
        ["CAN-AZUL", "sent", "25"],
        ["KIT-CHA", "sent", "12"],
    ]
    assert len(writes(published, since)) == 2
    clerk(published, "count_stock", sku="CAN-AZUL", stock=3)
    done = told(capsys, "stock", "send", "loja", "--all")
    assert {one["name"]: one["value"] for one in done["results"]} == {
        **{sku: str(number) for sku, number in IN_ERP.items()},
        "CAN-AZUL": "3",
        "KIT-CHA": "1",
    }
    assert {one["state"] for one in done["results"]} == {"settled"}
    assert balances(published) == {**IN_ERP, "CAN-AZUL": 3, "KIT-CHA": 1}


def test_stock_wrong_words_are_2_with_the_way_out(linked: Remotes, capsys: Capture) -> None:
    wrong = [
        (["send", "loja", "NONE"], "Link it: tomada links match loja"),
        (["send", "loja"], "Name the SKUs, or give --all."),
        (["send", "loja", "CAN-AZUL", "--all"], "Name the SKUs, or give --all."),
        (["explain", "NONE"], "Link it: tomada links match STORE"),
    ]
    for words, way_out in wrong:
        code, out, err = here(capsys, "stock", *words)
        assert (code, out) == (2, ""), words
        assert way_out in err


def test_s8_explain_shows_every_term_and_the_number_that_the_store_has(
    published: Remotes, capsys: Capture
) -> None:
    assert here(capsys, "store", "set", "loja", "stock.safety_pieces=2")[0] == 0
    clerk(published, "reserve_stock", sku="CAN-AZUL", quantity=4)
    assert told(capsys, "stock", "send", "loja", "CAN-AZUL")["counts"]["sent"] == 1
    assert here(capsys, "sync", "loja", "stock")[0] == 0
    (one,) = told(capsys, "stock", "explain", "CAN-AZUL")["stores"]
    terms = {name: one["terms"][name] for name in ("on_hand", "ledger", "safety", "quantity")}
    assert terms["on_hand"] == "25"
    assert (terms["ledger"], terms["safety"]) == ("0", "2")
    assert one["published"] == terms["quantity"] == balances(published)["CAN-AZUL"]
    assert terms["quantity"] == 25 - int(one["terms"]["reserved"]) - 2
    out = here(capsys, "stock", "explain", "CAN-AZUL")[1]
    assert "kept back for safety: -2" in out
    assert f"may be sold (rule available): {terms['quantity']}" in out


def test_s5_explain_shows_of_a_kit_what_each_component_suffices_for(
    published: Remotes, capsys: Capture
) -> None:
    clerk(published, "count_stock", sku="CAN-AZUL", stock=7)
    clerk(published, "reserve_stock", sku="CAN-AZUL", quantity=2)
    assert here(capsys, "stock", "send", "loja", "KIT-CHA")[0] == 0
    (one,) = told(capsys, "stock", "explain", "KIT-CHA")["stores"]
    assert [(part["sku"], part["pieces"], part["free"]) for part in one["terms"]["parts"]] == [
        ("CAN-AZUL", "2", "5"),
        ("CHA-CAMOMILA", "1", "60"),
    ]
    assert (one["terms"]["on_hand"], one["terms"]["quantity"], one["published"]) == ("2", 2, 2)
    assert balances(published)["KIT-CHA"] == 2
    out = here(capsys, "stock", "explain", "KIT-CHA")[1]
    assert "a kit, of which its components suffice for: 2" in out
    assert "2 of CAN-AZUL: in the ERP, read " in out
    assert "7; reserved 2; in orders 0; free 5" in out


def test_s8_reservations_are_the_orders_behind_a_number(published: Remotes, capsys: Capture) -> None:
    assert here(capsys, "stock", "reservations", "CAN-AZUL")[:2] == (0, "No order takes pieces of it.\n")
    cup = published.place("loja", items=[{"sku": "CAN-AZUL", "quantity": 2}])
    published.sandbox.add_fault(
        "error_before", remote=f"tiny/{published.prefix}conta", endpoint="pedido.incluir.php", times=None
    )
    here(capsys, "sync", "loja")
    published.sandbox.clear_faults()
    kit = published.place("loja", items=[{"sku": "KIT-CHA"}], shipping="Loggi Expresso")
    here(capsys, "sync", "loja")
    found = told(capsys, "stock", "reservations", "CAN-AZUL")["reservations"]
    # the store sells a kit as its pieces, so the order names those
    assert [(one["order"], one["quantity"], one["kit"]) for one in found] == [(cup, "2", ""), (kit, "2", "")]
    tea = told(capsys, "stock", "reservations", "CHA-CAMOMILA")["reservations"]
    assert [(one["order"], one["quantity"]) for one in tea] == [(kit, "1")]
    of_kit = told(capsys, "stock", "reservations", "KIT-CHA")["reservations"]
    assert {(one["sku"], one["order"]) for one in of_kit} == {
        ("CAN-AZUL", cup),
        ("CAN-AZUL", kit),
        ("CHA-CAMOMILA", kit),
    }
    rows = [line.split() for line in here(capsys, "stock", "reservations", "CAN-AZUL")[1].splitlines()[1:]]
    assert [row[:4] for row in rows] == [["CAN-AZUL", "loja", cup, "2"], ["CAN-AZUL", "loja", kit, "2"]]
    code, out, err = here(capsys, "stock", "reservations", "NONE")
    assert (code, out, "Link it: tomada links match STORE" in err) == (2, "", True)


def test_p4_a_product_that_is_active_no_more_goes_to_zero_and_explain_says_why(
    published: Remotes, capsys: Capture
) -> None:
    assert here(capsys, "erp", "set", "conta", "product_hours=0.0000001")[0] == 0
    clerk(published, "deactivate_product", sku="LIVRO-RECEITAS")
    assert here(capsys, "sync", "loja", "stock")[0] == 0
    assert balances(published) == {**IN_ERP, "LIVRO-RECEITAS": 0}
    assert (
        "the ERP sells it no more: it is not active there"
        in here(capsys, "stock", "explain", "LIVRO-RECEITAS")[1]
    )
    clerk(published, "activate_product", sku="LIVRO-RECEITAS")
    assert here(capsys, "sync", "loja", "stock")[0] == 0
    assert balances(published) == IN_ERP


def made(shop: Remotes, sku: str) -> list[dict[str, Any]]:
    """The store's products with a SKU."""
    return [one for one in store_state(shop)["products"] if one["sku"] == sku]


def test_p2_a_product_with_variations_is_created_once(linked: Remotes, capsys: Capture) -> None:
    clerk(linked, "add_products", products=[BONE])
    before = len(store_state(linked)["products"])
    code, out, err = here(capsys, "products", "send", "loja", "BONE", "--yes")
    assert code == 0
    assert err.startswith("Products: 1. Requests, at least: 2. Minutes at the quotas: 1.")
    assert [line.split() for line in out.splitlines()[1:]] == [["BONE", "sent"]]
    (cap,) = made(linked, "BONE")
    assert [variant["sku"] for variant in cap["variants"]] == ["BONE-P", "BONE-M", "BONE-G"]
    assert (cap["name"], cap["pictures"]) == ("Boné", ["https://fotos.example/bone.jpg"])
    since = linked.sandbox.journal_end()
    again = told(capsys, "products", "send", "loja", "BONE", "--yes")
    assert (again["results"], again["counts"]) == ([], {"unchanged": 1})
    assert writes(linked, since) == []
    assert len(store_state(linked)["products"]) == before + 1


def test_d3_a_product_that_is_held_says_why_and_how_to_go_on(linked: Remotes, capsys: Capture) -> None:
    clerk(linked, "add_products", products=[{"sku": "FITA", "name": "Fita", "price": "3.00"}])
    twins = [{"sku": "FITA", "name": name, "price": "3.00"} for name in ("Fita A", "Fita B")]
    linked.sandbox.shop(f"{linked.prefix}loja", "add_products", products=twins)
    code, out, _err = here(capsys, "products", "send", "loja", "FITA", "--yes")
    assert code == 1
    assert "the store has the SKU or GTIN already" in out
    assert out.splitlines()[-1].endswith("tomada holds list --store loja")
    (hold,) = told(capsys, "holds", "list")["holds"]
    number = str(hold["id"])
    assert "tomada links set loja PRODUCT 7" in hold["way_out"]
    assert hold["way_out"].endswith(f"tomada holds retry {number}")
    assert told(capsys, "holds", "retry", number) == {"schema_version": 1, "orders": 0, "products": 1}
    assert here(capsys, "holds", "retry", number)[1] == "Products that the next sync looks at again: 1.\n"
    assert here(capsys, "sync", "loja", "products")[0] == 0
    assert [one["settled_as"] for one in told(capsys, "holds", "list")["holds"]] == [""]
    out = here(capsys, "holds", "settle", number, "--as", "create")[1]
    assert out == "Settled as create. Products that the next sync looks at again: 1.\n"
    assert "FITA  create the product" in here(capsys, "plan", "loja", "products")[1]
    assert here(capsys, "sync", "loja", "products")[0] == 0
    assert len(made(linked, "FITA")) == 3


def test_p2_new_products_go_out_after_a_yes_alone_and_the_shop_s_own_stay(
    linked: Remotes, capsys: Capture
) -> None:
    clerk(linked, "add_products", products=[BONE])
    before = {one["id"]: one for one in store_state(linked)["products"]}
    code, _out, _err = here(capsys, "products", "send", "loja", "--new")
    assert code == 2, "nobody is there to say yes"
    assert list(before) == [one["id"] for one in store_state(linked)["products"]]
    done = told(capsys, "products", "send", "loja", "--new", "--yes")
    assert "BONE" in [one["name"] for one in done["results"]]
    after = {one["id"]: one for one in store_state(linked)["products"]}
    assert [after[key]["sku"] for key in after if key not in before] == ["BONE"]
    for key, one in before.items():
        assert {name: after[key][name] for name in ("name", "pictures")} == {
            name: one[name] for name in ("name", "pictures")
        }
    since = linked.sandbox.journal_end()
    assert told(capsys, "products", "send", "loja", "--new", "--yes")["results"] == []
    assert writes(linked, since) == []


def test_products_wrong_words_are_2(shop: Remotes, capsys: Capture) -> None:
    wrong = [
        (["loja", "NONE", "--yes"], "The ERP has no active product with the SKU NONE."),
        (["loja"], "Name the SKUs, or give --new."),
        (["loja", "CAN-AZUL", "--new"], "Name the SKUs, or give --new."),
        (["other", "CAN-AZUL"], "There are: loja"),
    ]
    for words, sentence in wrong:
        code, out, err = here(capsys, "products", "send", *words)
        assert (code, out) == (2, ""), words
        assert sentence in err


def test_t2_a_parcel_and_an_invoice_reach_the_buyer_once(published: Remotes, capsys: Capture) -> None:
    order = published.place("loja")
    assert here(capsys, "sync", "loja")[0] == 0
    clerk(published, "ship", ecommerce=order, code="BR123456789BR", url="https://rastro.example/1")
    clerk(published, "invoice", ecommerce=order)
    out = here(capsys, "plan", "loja", "tracking", "invoices")[1]
    assert [line.split(None, 2) for line in out.splitlines()[1:3]] == [
        ["tracking", order, "tracking code BR123456789BR"],
        ["invoices", order, "invoice 000001"],
    ]
    assert store_state(published)["mails"] == []
    for _ in range(3):
        assert here(capsys, "sync", "loja")[0] == 0
    state = store_state(published)
    found = next(one for one in state["orders"] if str(one["id"]) == order)
    assert (found["status"], found["texts"]["sending_code"]) == ("ENVIADO", "BR123456789BR")
    (invoice,) = state["invoices"]
    assert len(invoice["fields"]["key"]) == 44
    assert [(mail["kind"], mail["value"]) for mail in state["mails"]] == [
        ("status", "ENVIADO"),
        ("tracking", "BR123456789BR"),
        ("invoice", invoice["fields"]["key"]),
    ]
    assert here(capsys, "plan", "loja") == (0, "Nothing to do.\n", "")
    shown = here(capsys, "orders", "show", "loja", order)[1].splitlines()
    assert [line.split()[:3] for line in shown[-2:]] == [
        ["parcel", "BR123456789BR,", "ENVIADO"],
        ["invoice", "000001/1", "sent"],
    ]
    told = json.loads(here(capsys, "orders", "show", "loja", order, "--json")[1])["order"]["told"]
    assert [(one["flow"], one["state"]) for one in told] == [("tracking", "settled"), ("invoices", "settled")]
    story = here(capsys, "orders", "trace", "loja", order)[1]
    assert "parcel or status told to the store" in story
    assert "invoice told to the store" in story


def test_s6_doctor_says_what_a_round_costs_where_the_account_lists_no_changes(
    linked: Remotes, home: Path, capsys: Capture
) -> None:
    assert "stock" not in here(capsys, "doctor")[1]
    clerk(linked, "configure", stock_feed=False)
    assert here(capsys, "sync", "loja", "stock", "--yes")[0] == 0
    assert balances(linked) == IN_ERP
    linked.sandbox.quota("tiny", f"{linked.prefix}conta", limit=8)
    code, out, _err = here(capsys, "doctor")
    assert code == 0
    told_of_stock = next(line for line in out.splitlines() if "stock" in line)
    assert told_of_stock.startswith("warning: ERP conta: stock: ")
    assert (
        "a round reads 10 linked products one by one, at most 30 a sync, and each again after"
        in told_of_stock
    )
    assert "after 15 minutes at the earliest." in told_of_stock
    assert "At the account's quota it takes 2 minutes at least." in told_of_stock


def test_s6_doctor_says_how_often_what_the_list_does_not_tell_is_read_and_what_cannot_be(
    linked: Remotes, home: Path, capsys: Capture
) -> None:
    linked.sandbox.shop(f"{linked.prefix}loja", "place", items=[{"sku": "CAN-AZUL"}])
    assert here(capsys, "sync", "loja", "--yes")[0] == 0
    assert "Each of the 10 linked balances is read once in 24 hours as well" in here(capsys, "doctor")[1]
    installation = Installation(Places(home))
    with installation.database.begin() as tx:
        product = next(link.erp_product_id for link in tx.links.all(1) if link.how != "parent")
        tx.stocks.failed(1, product, installation.now())
    installation.database.dispose()
    assert f"Balances that cannot be read: 1 (ERP products {product})." in here(capsys, "doctor")[1]
