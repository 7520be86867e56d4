"""Prices by the commands, read at the store (V1, G1)."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import BONE, clerk, store_state, told, writes
from tests.cli.running import here, nothing_in

Capture = pytest.CaptureFixture[str]


def today() -> date:
    """The day in São Paulo."""
    return datetime.now(ZoneInfo("America/Sao_Paulo")).date()


def prices(shop: Remotes) -> dict[str, str]:
    """SKU → the price that the store shows."""
    parts = [part for one in store_state(shop)["products"] for part in [one, *one["variants"]]]
    return {part["sku"]: part["price"] for part in parts}


def fields(shop: Remotes, sku: str) -> dict[str, str]:
    """What else the store has of a product."""
    return dict(next(one["fields"] for one in store_state(shop)["products"] if one["sku"] == sku))


def switched_on(shop: Remotes, capsys: Capture, *settings: str) -> Remotes:
    assert here(capsys, "store", "set", "loja", "prices.rule=product", *settings)[0] == 0
    return shop


def sync(capsys: Capture, *words: str) -> tuple[int, str, str]:
    return here(capsys, "sync", "loja", "prices", *words)


def test_v1_a_price_that_changes_in_the_erp_changes_at_the_store(linked: Remotes, capsys: Capture) -> None:
    shop = switched_on(linked, capsys)
    before, since = prices(shop), shop.sandbox.journal_end()
    assert sync(capsys) == (0, "loja · prices: nothing to do\n", "")
    assert writes(shop, since) == [], "the store asks just this already"
    clerk(shop, "edit_product", sku="CAN-AZUL", price="44.90")
    clerk(shop, "edit_product", sku="CAMISETA-M-BR", price="61")
    out = here(capsys, "plan", "loja", "prices")[1]
    assert sorted(line.split(None, 2) for line in out.splitlines()[1:3]) == [
        ["prices", "CAMISETA-M-BR", "price 59.90 → 61.00"],
        ["prices", "CAN-AZUL", "price 40.00 → 44.90"],
    ]
    assert sync(capsys)[:2] == (0, "loja · prices: sent to the store: 2\n")
    assert prices(shop) == {**before, "CAN-AZUL": "44.90", "CAMISETA-M-BR": "61.00"}
    since = shop.sandbox.journal_end()
    assert sync(capsys) == (0, "loja · prices: nothing to do\n", "")
    assert writes(shop, since) == []


def test_v1_a_product_that_is_sent_leaves_its_price_to_the_store_s_rule(
    linked: Remotes, capsys: Capture
) -> None:
    shop = switched_on(linked, capsys, "prices.percent=10", "products.price=always")
    assert sync(capsys)[0] == 0
    clerk(shop, "edit_product", sku="CAN-AZUL", price="50", brand="Nova")
    assert here(capsys, "sync", "loja", "products")[0] == 0
    assert prices(shop)["CAN-AZUL"] == "44.00"
    assert sync(capsys)[0] == 0
    assert prices(shop)["CAN-AZUL"] == "55.00"


def test_v1_prices_are_left_alone_until_they_are_switched_on(linked: Remotes, capsys: Capture) -> None:
    clerk(linked, "edit_product", sku="CAN-AZUL", price="44.90")
    code, out, err = sync(capsys)
    assert (code, out) == (2, "")
    assert "tomada store set loja prices.rule=product" in err
    assert here(capsys, "plan", "loja", "prices")[0] == 2
    assert "prices" not in here(capsys, "sync", "loja")[1]
    assert prices(linked)["CAN-AZUL"] == "40.00"


def test_v1_a_list_its_exceptions_a_percentage_and_an_ending(linked: Remotes, capsys: Capture) -> None:
    rows = [{"sku": "VELA-BAUNILHA", "price": "25.55"}, {"sku": "CAMISETA-P-BR", "price": "70"}]
    made = linked.sandbox.clerk(
        f"{linked.prefix}conta", "set_price_list", name="Marketplace", percent="20", exceptions=rows
    )
    code, _out, err = _chosen_list(linked, capsys, "1")
    assert (code, "There are: " in err, f"{made['price_list']} (Marketplace)" in err) == (2, True, True)
    assert _chosen_list(linked, capsys, str(made["price_list"]))[0] == 0
    shown = prices(linked)
    assert (shown["VELA-BAUNILHA"], shown["CAMISETA-P-BR"]) == ("25.55", "70.00"), "exceptions stay"
    assert (shown["CAN-AZUL"], shown["CAMISETA-M-BR"]) == ("52.90", "79.90"), "40 and 59.90, + 20 and + 10 %"
    clerk(linked, "edit_product", sku="CAN-AZUL", price="50")
    assert sync(capsys)[0] == 0
    assert prices(linked)["CAN-AZUL"] == "66.90", "one product alone is read by its list as well"


def _chosen_list(shop: Remotes, capsys: Capture, list_id: str) -> tuple[int, str, str]:
    settings = [f"prices.price_list={list_id}", "prices.percent=10", "prices.rounding=90", "prices.rule=list"]
    assert here(capsys, "store", "set", "loja", *settings)[0] == 0
    return sync(capsys)


def test_v1_zero_is_never_sent_and_said(linked: Remotes, capsys: Capture) -> None:
    shop = switched_on(linked, capsys)
    clerk(shop, "edit_product", sku="CAN-AZUL", price="0")
    before, since = prices(shop), shop.sandbox.journal_end()
    assert sync(capsys) == (0, "loja · prices: without a price in the ERP: 1\n", "")
    assert (writes(shop, since), prices(shop)) == ([], before)
    code, out, _err = here(capsys, "prices", "send", "loja", "CAN-AZUL")
    assert (code, out.splitlines()[1].split(None, 1)) == (0, ["CAN-AZUL", "no price in the ERP"])
    assert (writes(shop, since), prices(shop)) == ([], before)


def test_v1_a_promotion_ends_on_its_date_at_the_store_without_a_further_command(
    linked: Remotes, capsys: Capture
) -> None:
    ends = today() + timedelta(days=3)
    shop = switched_on(linked, capsys, f"prices.promotion_until={ends.isoformat()}")
    clerk(shop, "edit_product", sku="CAN-AZUL", promotional_price="35")
    assert sync(capsys)[0] == 0
    assert fields(shop, "CAN-AZUL")["end_promotion"] == ends.isoformat()
    assert prices(shop)["CAN-AZUL"] == "40.00"
    paid = [_paid(shop, ends + timedelta(days=days)) for days in (0, 1)]
    assert paid == ["35.00", "40.00"]
    since = shop.sandbox.journal_end()
    assert sync(capsys)[0] == 0
    assert writes(shop, since) == []


def _paid(shop: Remotes, day: date) -> str:
    """What a buyer pays for a cup at noon of a day."""
    order = shop.place("loja", date=f"{day.isoformat()} 12:00:00", items=[{"sku": "CAN-AZUL"}])
    placed: dict[str, Any] = next(one for one in store_state(shop)["orders"] if str(one["id"]) == order)
    return str(placed["lines"][0]["price"])


def test_v1_a_promotion_that_is_taken_back_in_the_erp_is_over_at_the_store(
    linked: Remotes, capsys: Capture
) -> None:
    shop = switched_on(linked, capsys)
    clerk(shop, "edit_product", sku="CAN-AZUL", promotional_price="35")
    assert sync(capsys)[0] == 0
    assert _paid(shop, today()) == "35.00"
    clerk(shop, "edit_product", sku="CAN-AZUL", promotional_price="0")
    assert sync(capsys)[0] == 0
    assert _paid(shop, today()) == "40.00"


def test_g1_a_price_that_falls_much_stops_the_plan_until_a_person_says_yes(
    linked: Remotes, capsys: Capture
) -> None:
    shop = switched_on(linked, capsys)
    clerk(shop, "edit_product", sku="CAN-AZUL", price="4.00")
    clerk(shop, "edit_product", sku="CHA-CAMOMILA", price="19")
    since = shop.sandbox.journal_end()
    code, out, err = sync(capsys)
    assert (code, out) == (1, "loja · prices: nothing was done\n")
    assert "1 prices would fall by more than 30 %, that of CAN-AZUL from 40.00 to 4.00" in err
    assert "tomada sync loja prices --yes" in err
    assert here(capsys, "prices", "send", "loja", "CAN-AZUL")[0] == 1
    assert writes(shop, since) == []
    assert sync(capsys, "--yes")[0] == 0
    assert (prices(shop)["CAN-AZUL"], prices(shop)["CHA-CAMOMILA"]) == ("4.00", "19.00")


def test_v1_prices_send_puts_right_what_somebody_changed_at_the_store(
    linked: Remotes, capsys: Capture
) -> None:
    clerk(linked, "edit_product", sku="CAN-AZUL", price="41")
    done = told(capsys, "prices", "send", "loja", "CAN-AZUL")
    assert [(one["name"], one["state"], one["value"]) for one in done["results"]] == [
        ("CAN-AZUL", "settled", "41.00")
    ]
    assert prices(linked)["CAN-AZUL"] == "41.00"
    since = linked.sandbox.journal_end()
    done = told(capsys, "prices", "send", "loja", "--all")
    assert {one["state"] for one in done["results"]} == {"settled"}
    assert len(writes(linked, since)) == len(done["results"])


def test_v1_a_price_whose_answer_was_lost_is_sent_anew_and_none_is_left_out(
    linked: Remotes, capsys: Capture
) -> None:
    shop = switched_on(linked, capsys, "sending.settle_time=0")
    assert sync(capsys)[0] == 0
    for sku, price in (("CAN-AZUL", "41"), ("VELA-BAUNILHA", "33")):
        clerk(shop, "edit_product", sku=sku, price=price)
    shop.sandbox.add_fault("reset_before", remote=f"tray/{shop.prefix}loja", method="PUT")
    shop.sandbox.add_fault("error_after", remote=f"tray/{shop.prefix}loja", method="PUT")
    assert sync(capsys)[0] == 4
    assert sync(capsys)[0] == 0
    assert (prices(shop)["CAN-AZUL"], prices(shop)["VELA-BAUNILHA"]) == ("41.00", "33.00")
    assert sync(capsys) == (0, "loja · prices: nothing to do\n", "")


def test_v1_a_new_product_with_variations_gets_its_prices(linked: Remotes, capsys: Capture) -> None:
    shop = switched_on(linked, capsys)
    assert sync(capsys)[0] == 0
    clerk(shop, "add_products", products=[BONE])
    assert here(capsys, "products", "send", "loja", "BONE", "--yes")[0] == 0
    clerk(shop, "edit_product", sku="BONE-M", price="45.50")
    assert sync(capsys)[0] == 0
    shown = prices(shop)
    assert {sku: shown[sku] for sku in ("BONE", "BONE-P", "BONE-M", "BONE-G")} == {
        "BONE": "39.90",
        "BONE-P": "39.90",
        "BONE-M": "45.50",
        "BONE-G": "39.90",
    }


def test_v1_the_first_price_is_the_one_of_the_store_s_rule(linked: Remotes, capsys: Capture) -> None:
    exceptions = [{"sku": "BONE-G", "price": "49.50"}]
    clerk(linked, "add_products", products=[BONE])
    made = linked.sandbox.clerk(
        f"{linked.prefix}conta", "set_price_list", name="Loja", percent="20", exceptions=exceptions
    )
    assert _chosen_list(linked, capsys, str(made["price_list"]))[0] == 0
    assert here(capsys, "products", "send", "loja", "BONE", "--yes")[0] == 0
    shown = prices(linked)
    first = {sku: shown[sku] for sku in ("BONE", "BONE-P", "BONE-M", "BONE-G")}
    assert first == {"BONE": "52.90", "BONE-P": "52.90", "BONE-M": "52.90", "BONE-G": "49.50"}
    since = linked.sandbox.journal_end()
    assert sync(capsys)[0] == 0
    assert writes(linked, since) == [], "the flow of prices would have sent just these"


def test_v1_variations_that_are_added_have_the_price_of_the_rule_as_well(
    linked: Remotes, capsys: Capture
) -> None:
    switched_on(linked, capsys, "prices.percent=10")
    small = {"sku": "BONE-P", "price": "35.00", "stock": 4, "values": {"Tamanho": "P"}}
    cap = {"sku": "BONE", "name": "Boné", "price": "35.00", "variants": [small]}
    linked.sandbox.shop(f"{linked.prefix}loja", "add_products", products=[cap])
    clerk(linked, "add_products", products=[BONE])
    assert told(capsys, "links", "match", "loja")["linked"] == 1
    assert here(capsys, "products", "send", "loja", "BONE", "--yes")[0] == 0
    shown = prices(linked)
    assert [shown[sku] for sku in ("BONE-P", "BONE-M", "BONE-G")] == ["35.00", "43.89", "43.89"]
    assert sync(capsys)[0] == 0
    assert {prices(linked)[sku] for sku in ("BONE-P", "BONE-M", "BONE-G")} == {"43.89"}


def test_v1_explain_shows_every_term_and_what_the_store_was_told(linked: Remotes, capsys: Capture) -> None:
    made = linked.sandbox.clerk(
        f"{linked.prefix}conta",
        "set_price_list",
        name="Marketplace",
        percent="20",
        exceptions=[{"sku": "VELA-BAUNILHA", "price": "25.55"}],
    )
    assert _chosen_list(linked, capsys, str(made["price_list"]))[0] == 0
    out = here(capsys, "prices", "explain", "loja", "CAN-AZUL")[1]
    assert [line.strip() for line in out.splitlines()[1:5]] == [
        "in the ERP: 40.00, promotional 0.00",
        f"by the list {made['price_list']}: 48.00",
        "per cent: 10; ending: 90",
        "the price (rule list): 52.90",
    ]
    assert out.splitlines()[5].endswith(": 52.90")
    (one,) = told(capsys, "prices", "explain", "loja", "VELA-BAUNILHA")["prices"]
    assert (one["exception"]["price"], one["price"]["price"], one["published"]["price"]) == ("25.55",) * 3
    assert here(capsys, "prices", "explain", "loja", "NONE")[0] == 2


def test_prices_wrong_words_are_2(linked: Remotes, capsys: Capture) -> None:
    wrong = [
        (["send", "loja", "NONE"], "Link it: tomada links match loja"),
        (["send", "loja"], "Name the SKUs, or give --all."),
        (["send", "loja", "CAN-AZUL", "--all"], "Name the SKUs, or give --all."),
    ]
    for words, way_out in wrong:
        code, out, err = here(capsys, "prices", *words)
        assert (code, out) == (2, ""), words
        assert way_out in err


def test_v1_a_sync_without_prices_shows_the_other_flows_alone(linked: Remotes, capsys: Capture) -> None:
    assert here(capsys, "sync", "loja", "stock", "--yes")[0] == 0
    assert here(capsys, "sync", "loja") == (0, nothing_in("loja"), "")
