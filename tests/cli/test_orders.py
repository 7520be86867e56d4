"""``tomada orders``: where orders stand, each term of their money, and their story."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here
from tomada.app.opening import opened, store_named
from tomada.domain.order import Order

Capture = pytest.CaptureFixture[str]


def listed(capsys: Capture, *words: str) -> dict[str, dict[str, object]]:
    found = json.loads(here(capsys, "orders", "list", *words, "--json")[1])
    assert found["schema_version"] == 1
    return {str(one["order"]): one for one in found["orders"]}


@pytest.fixture
def orders(shop: Remotes, capsys: Capture) -> dict[str, str]:
    """A created, a held and an ignored order: their ids."""
    assert here(capsys, "orders", "list")[:2] == (0, "There are no such orders.\n")
    found = {
        "created": shop.place(
            "loja", shipment_value="19.90", discount="5.00", coupon="1.10", interest="2.00"
        ),
        "held": shop.place("loja", shipping="Drone"),
        "ignored": shop.place("loja", status="CANCELADO"),
    }
    assert here(capsys, "sync", "loja")[0] == 1
    return found


def test_list_by_state_and_number(orders: dict[str, str], capsys: Capture) -> None:
    found = listed(capsys, "loja")
    assert {one["state"]: order for order, one in found.items()} == orders
    assert set(listed(capsys, "--state", "held", "--state", "ignored")) == {orders["held"], orders["ignored"]}
    assert len(listed(capsys, "loja", "--limit", "1")) == 1
    assert len(listed(capsys, "--limit", "0")) == 3
    held = found[orders["held"]]
    assert (held["reason"], held["total"]) == ("unmapped", "40.00")
    assert held["why"] == "Nobody has mapped the shipping method “Drone” (Drone) yet."


def test_list_in_portuguese(orders: dict[str, str], capsys: Capture) -> None:
    out = here(capsys, "orders", "list", "loja", "--lang", "pt")[1]
    lines = {line.split()[1]: line for line in out.splitlines()}
    assert "criado" in lines[orders["created"]]
    assert "forma de frete “Drone”" in lines[orders["held"]]
    assert "Cancelado antes de ser importado." in lines[orders["ignored"]]
    assert lines["Pedido"].split()[:4] == ["Loja", "Pedido", "Número", "Feito"]


def test_m2_show_names_each_term_and_where_it_went(
    shop: Remotes, orders: dict[str, str], capsys: Capture
) -> None:
    found = json.loads(here(capsys, "orders", "show", "loja", orders["created"], "--json")[1])["order"]
    terms = {term["name"]: (term["amount"], term["field"]) for term in found["money"]["terms"]}
    assert terms == {
        "items": ("40.00", "itens"),
        "freight": ("19.90", "valor_frete"),
        "discount": ("-5.00", "valor_desconto"),
        "coupon": ("-1.10", "valor_desconto"),
        "interest": ("2.00", "outras_despesas"),
    }
    assert sum(Decimal(amount) for amount, _field in terms.values()) == Decimal(found["total"])
    assert found["money"]["difference"] == found["money"]["payments_differ"] == "0.00"
    assert found["money"]["booking"]["total"] == found["total"] == "55.80"
    (order,) = shop.in_erp()
    assert (found["erp_number"], found["erp_status"]) == (str(order["number"]), "aprovado")
    assert {one["kind"] for one in found["mappings"]} == {"status", "channel", "shipping", "payment"}
    assert (found["customer"], found["holds"], found["reason"]) == (order["customer"]["nome"], [], None)


def test_show_for_people_in_both_languages(orders: dict[str, str], capsys: Capture) -> None:
    shown = here(capsys, "orders", "show", "loja", orders["created"])[1]
    assert "Customer:" in shown
    assert "Why:" not in shown
    assert "valor_frete" in shown
    shown = here(capsys, "orders", "show", "loja", orders["held"], "--lang", "pt")[1]
    assert "Retido: tomada holds show " in shown
    assert "Por quê:" in shown
    assert "40,00" in shown
    assert "Item" in shown


def test_an_order_is_found_by_its_number_in_the_erp(
    shop: Remotes, orders: dict[str, str], capsys: Capture
) -> None:
    number = str(shop.in_erp()[0]["number"])
    found = json.loads(here(capsys, "orders", "show", "loja", number, "--json")[1])["order"]
    assert found["order"] == orders["created"]


def test_m3_payments_that_differ_are_named(shop: Remotes, capsys: Capture) -> None:
    order = shop.place("loja", payments=[{"method": "Pix", "value": "30.00"}])
    code, out, _ = here(capsys, "sync", "loja")
    assert code == 0
    assert "of them with payments that differ from the total: 1" in out
    found = json.loads(here(capsys, "orders", "show", "loja", order, "--json")[1])["order"]
    assert Decimal(found["money"]["payments_differ"]) == Decimal(-10)
    assert "The payments differ from the total by -10.00." in here(capsys, "orders", "show", "loja", order)[1]
    assert "its payments differ" in here(capsys, "orders", "trace", "loja", order)[1]


def test_m1_what_is_unexplained_is_a_term_of_its_own(shop: Remotes, capsys: Capture) -> None:
    order = shop.place("loja", total="41.00")
    assert here(capsys, "sync", "loja")[0] == 1
    money = json.loads(here(capsys, "orders", "show", "loja", order, "--json")[1])["order"]["money"]
    assert money["difference"] == "1.00"
    assert {"name": "unexplained", "amount": "1.00", "field": "outras_despesas"} in money["terms"]
    assert "unexplained" in here(capsys, "orders", "show", "loja", order)[1]


def test_m2_freight_that_is_switched_off_is_said_to_be_left_out(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "orders.freight=off")[0] == 0
    order = shop.place("loja", shipment_value="19.90")
    here(capsys, "sync", "loja")
    lines = here(capsys, "orders", "show", "loja", order)[1].splitlines()
    assert any(line.startswith("freight") and line.endswith("left out") for line in lines)


def test_a_damaged_order_has_no_money_to_show(shop: Remotes, capsys: Capture) -> None:
    order = shop.place("loja", damaged="total")
    assert here(capsys, "sync", "loja")[0] == 1
    found = json.loads(here(capsys, "orders", "show", "loja", order, "--json")[1])["order"]
    assert (found["customer"], found["items"], found["money"]["terms"]) == (None, [], [])
    assert "The store's order could not be read" in here(capsys, "orders", "show", "loja", order)[1]


def test_c3_what_the_plugin_noticed_is_shown(orders: dict[str, str], home: Path, capsys: Capture) -> None:
    with opened(home) as installation, installation.database.begin() as tx:
        (record,) = tx.orders.find(store_named(installation, "loja").id, [orders["created"]]).values()
        order = Order.model_validate_json(record.payload)
        record.payload = order.model_copy(update={"warnings": ("Two addresses.",)}).model_dump_json()
        tx.orders.save([record])
    words = ("orders", "show", "loja", orders["created"])
    assert "Noted when it was read: Two addresses." in here(capsys, *words)[1]
    assert json.loads(here(capsys, *words, "--json")[1])["order"]["warnings"] == ["Two addresses."]


def test_trace_tells_the_story_in_order(shop: Remotes, orders: dict[str, str], capsys: Capture) -> None:
    held = orders["held"]
    hold = json.loads(here(capsys, "holds", "list", "--json")[1])["holds"][0]["id"]
    assert here(capsys, "holds", "settle", str(hold), "--as", "T")[0] == 0
    assert here(capsys, "sync", "loja")[0] == 0
    story = here(capsys, "orders", "trace", "loja", held)[1]
    told = [
        "held: a code of the store is not mapped (shipping method Drone)",
        "settled as T",
        "no longer held: a code of the store is not mapped (shipping method Drone)",
        "created in the ERP as 2",
    ]
    assert [story.index(line) for line in told] == sorted(story.index(line) for line in told)
    assert "person:" not in story
    assert "?" not in story
    portuguese = here(capsys, "orders", "trace", "loja", held, "--lang", "pt")[1]
    assert "retido: um código da loja não está mapeado (forma de frete Drone)" in portuguese
    found = json.loads(here(capsys, "orders", "trace", "loja", held, "--json")[1])
    assert found["order"] == held
    assert {step["event"] for step in found["story"]} >= {"hold.opened", "hold.settled", "hold.closed"}
    assert all(step["actor"].startswith("person") for step in found["story"])


def test_trace_of_an_order_that_rests(orders: dict[str, str], capsys: Capture) -> None:
    assert (
        "Cancelled before it was imported." in here(capsys, "orders", "trace", "loja", orders["ignored"])[1]
    )


def test_x1_a_story_names_no_customer(shop: Remotes, orders: dict[str, str], capsys: Capture) -> None:
    customer = shop.in_erp()[0]["customer"]
    shown = here(capsys, "orders", "trace", "loja", orders["created"], "--json")[1]
    assert not any(customer[name] in shown for name in ("nome", "cpf_cnpj", "email", "endereco"))


def test_o4_import_lets_in_what_would_stay_out(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "orders.automatic=off")[0] == 0
    first, second = shop.place("loja"), shop.place("loja")
    code, out, _ = here(capsys, "sync", "loja")
    assert code == 0
    assert "not imported by itself: 2, waits for `tomada orders import`" in out
    assert here(capsys, "orders", "import", "loja", first)[:2] == (
        0,
        "Orders that come in with the next sync: 1.\n",
    )
    assert "created in the ERP: 1" in here(capsys, "sync", "loja")[1]
    assert json.loads(here(capsys, "orders", "import", "loja", second, "--json")[1])["orders"] == 1
    assert "created in the ERP: 1" in here(capsys, "sync", "loja")[1]
    assert "a person asked for its import" in here(capsys, "orders", "trace", "loja", first)[1]
    code, _, err = here(capsys, "orders", "import", "loja", first)
    assert code == 2
    assert f"Order {first} is in the ERP already." in err


def test_o4_import_reads_an_order_that_is_not_known_yet(shop: Remotes, capsys: Capture) -> None:
    old = shop.place("loja", date="2025-01-10 12:00:00", modified="2025-01-10 12:00:00")
    assert here(capsys, "sync", "loja")[0] == 0
    assert shop.in_erp() == []
    assert here(capsys, "orders", "import", "loja", old)[0] == 0
    assert "created in the ERP: 1" in here(capsys, "sync", "loja")[1]
    assert len(shop.in_erp()) == 1


def test_d3_retry_looks_again_at_what_stands_still_with_a_result_for_each_id(
    shop: Remotes, orders: dict[str, str], capsys: Capture
) -> None:
    damaged = shop.place("loja", damaged="total")
    assert here(capsys, "sync", "loja")[0] == 1
    shop.sandbox.shop(f"{shop.prefix}loja", "change", order=int(damaged), damaged=None)
    code, out, err = here(
        capsys, "orders", "retry", "loja", orders["created"], orders["held"], damaged, "77", damaged
    )
    assert (code, err) == (1, "")
    assert [line.split(None, 1) for line in out.splitlines()[1:]] == [
        [orders["created"], "it is in the ERP, and nothing of it waits"],
        [orders["held"], "the next sync looks at it again"],
        [damaged, "the next sync looks at it again"],
        ["77", "no such order, or several"],
    ]
    assert len(shop.in_erp()) == 1
    here(capsys, "sync", "loja")
    assert {one["ecommerce_number"] for one in shop.in_erp()} == {orders["created"], damaged}
    assert "a person asked to look at it again" in here(capsys, "orders", "trace", "loja", damaged)[1]
    done = json.loads(here(capsys, "orders", "retry", "loja", damaged, orders["ignored"], "--json")[1])
    assert done["orders"] == [
        {"order": damaged, "state": "done"},
        {"order": orders["ignored"], "state": "again"},
    ]
    assert here(capsys, "orders", "retry", "loja", orders["held"])[0] == 0
    here(capsys, "sync", "loja")
    assert len(shop.in_erp()) == 2


def test_d3_retry_finds_an_order_held_for_what_the_store_changed_by_its_number_in_the_erp(
    shop: Remotes, orders: dict[str, str], capsys: Capture
) -> None:
    number = str(shop.in_erp()[0]["number"])
    order = int(orders["created"])
    shop.sandbox.shop(f"{shop.prefix}loja", "change", order=order, quantities={"CAN-AZUL": 3})
    assert here(capsys, "sync", "loja")[0] == 1
    found = json.loads(here(capsys, "orders", "retry", "loja", number, "--json")[1])
    assert found["orders"] == [{"order": number, "state": "again"}]
    assert here(capsys, "sync", "loja")[0] == 0
    assert "changed items, values or address" in here(capsys, "holds", "list", "--each")[1]


WRONG: list[tuple[list[str], str]] = [
    (["list", "other"], "There are: loja"),
    (["list", "--state", "lost"], "'lost' is not one of"),
    (["list", "--limit", "-1"], "Invalid value for '--limit'"),
    (["show", "loja", "77"], "tomada orders list loja"),
    (["trace", "loja", "77"], "tomada orders list loja"),
    (["import", "loja", "77"], "loja has no order '77' that Tomada knows."),
    (["import", "loja"], "Missing argument 'ID...'."),
    (["retry", "loja"], "Missing argument 'ID...'."),
    (["retry", "other", "1"], "There are: loja"),
]


def test_wrong_words_name_the_way_out(shop: Remotes, capsys: Capture) -> None:
    for words, told in WRONG:
        code, out, err = here(capsys, "orders", *words)
        assert (code, out) == (2, ""), words
        assert told in err


def test_the_store_s_id_goes_before_a_number_of_the_erp(shop: Remotes, capsys: Capture) -> None:
    for number in (9, 2):
        shop.place("loja", id=number)
    assert here(capsys, "sync", "loja")[0] == 0
    assert {str(order["number"]) for order in shop.in_erp()} == {"1", "2"}
    found = json.loads(here(capsys, "orders", "show", "loja", "2", "--json")[1])["order"]
    assert found["order"] == "2"


def test_a_number_that_several_orders_have_is_asked_for_as_an_id(
    shop: Remotes, home: Path, capsys: Capture
) -> None:
    first, second = shop.place("loja"), shop.place("loja")
    assert here(capsys, "sync", "loja")[0] == 0
    with opened(home) as installation, installation.database.begin() as tx:
        both = list(tx.orders.find(store_named(installation, "loja").id, [first, second]).values())
        for record in both:
            record.number = "77"
        tx.orders.save(both)
    code, _, err = here(capsys, "orders", "show", "loja", "77")
    assert code == 2
    assert "77 means several orders." in err
    assert first in err
    assert second in err
