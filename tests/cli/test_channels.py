"""Sales channels: a marketplace asks once, and each channel may be treated in its own way (O9)."""

import json

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import clerk, store_state, told
from tests.cli.running import here

Capture = pytest.CaptureFixture[str]
DAFITI = {"marketplace": {"marketplace_name": "Dafiti", "marketplace_document": "11.222.333/0001-81"}}
SHOPEE = {"marketplace": {"marketplace_name": "Shopee", "marketplace_document": "11.222.333/0001-81"}}
FULL = {
    "marketplace": {**DAFITI["marketplace"], "marketplace_shipping_type": "fulfillment"},
}


def names_in_erp(shop: Remotes) -> dict[str, str]:
    return {one["ecommerce_number"]: one["ecommerce"]["nomeEcommerce"] for one in shop.in_erp()}


def mails(shop: Remotes, order: str) -> list[str]:
    return [mail["kind"] for mail in store_state(shop)["mails"] if str(mail["order"]) == order]


def test_o9_a_marketplace_is_asked_about_once_for_all_its_orders(shop: Remotes, capsys: Capture) -> None:
    first, second = shop.place("loja", **DAFITI), shop.place("loja", **DAFITI)
    other, own = shop.place("loja", **SHOPEE), shop.place("loja")
    assert here(capsys, "sync", "loja")[0] == 1
    assert names_in_erp(shop) == {own: "loja"}
    causes = {one["cause"]: one for one in told(capsys, "holds", "list")["causes"]}
    assert set(causes) == {"marketplace:channel:Dafiti", "marketplace:channel:Shopee"}
    assert causes["marketplace:channel:Dafiti"]["pile"]["orders"] == 2
    assert "by the marketplace's own integration" in causes["marketplace:channel:Dafiti"]["sentence"]
    words = ("--cause", "marketplace:channel:Dafiti", "--as", "import", "--yes")
    assert told(capsys, "holds", "settle", *words)["settled"]["freed"] == 2
    assert told(capsys, "map", "set", "loja", "channel", "Shopee", "ignore")["mapping"]["orders"] == [other]
    third = shop.place("loja", **DAFITI)
    assert here(capsys, "sync", "loja")[0] == 0
    assert names_in_erp(shop) == {own: "loja", first: "Dafiti", second: "Dafiti", third: "Dafiti"}
    assert told(capsys, "holds", "list")["waiting"]["holds"] == 0


def test_o9_who_has_no_such_integration_is_not_asked(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "orders.ask_marketplaces=no")[0] == 0
    order = shop.place("loja", **DAFITI)
    assert here(capsys, "sync", "loja")[0] == 0
    assert names_in_erp(shop) == {order: "Dafiti"}


def test_o9_turning_the_question_off_closes_it(shop: Remotes, capsys: Capture) -> None:
    order = shop.place("loja", **DAFITI)
    assert here(capsys, "sync", "loja")[0] == 1
    assert here(capsys, "store", "set", "loja", "orders.ask_marketplaces=no")[0] == 0
    assert here(capsys, "sync", "loja")[0] == 0
    assert names_in_erp(shop) == {order: "Dafiti"}


def test_o9_each_kind_of_news_is_kept_from_the_store_by_itself(published: Remotes, capsys: Capture) -> None:
    assert here(capsys, "map", "set", "loja", "channel", "Dafiti", "Dafiti")[0] == 0
    order, own = published.place("loja", **DAFITI), published.place("loja")
    assert here(capsys, "sync", "loja")[0] == 0
    assert told(capsys, "channels", "set", "loja", "Dafiti", "tracking=no")["channel"]["options"] == {
        "statuses": True,
        "tracking": False,
        "invoices": True,
        "warehouse": "",
        "fulfilled": "order",
    }
    for number in (order, own):
        clerk(published, "ship", ecommerce=number, code="BR123456789BR")
        clerk(published, "invoice", ecommerce=number)
    assert here(capsys, "sync", "loja")[0] == 0
    assert mails(published, own) == ["status", "tracking", "invoice"]
    assert mails(published, order) == ["invoice"]
    assert here(capsys, "channels", "set", "loja", "Dafiti", "tracking=", "invoices=no")[0] == 0
    later = published.place("loja", **DAFITI)
    assert here(capsys, "sync", "loja")[0] == 0
    clerk(published, "ship", ecommerce=later, code="BR987654321BR")
    clerk(published, "invoice", ecommerce=later)
    assert here(capsys, "sync", "loja")[0] == 0
    assert mails(published, later) == ["status", "tracking"]


def test_o9_statuses_of_a_channel_are_kept_from_the_store(published: Remotes, capsys: Capture) -> None:
    assert here(capsys, "store", "set", "loja", "sending.statuses=yes")[0] == 0
    assert here(capsys, "map", "set", "loja", "channel", "Dafiti", "Dafiti")[0] == 0
    assert here(capsys, "map", "set", "loja", "status_out", "preparando_envio", "AGUARDANDO ENVIO")[0] == 0
    assert here(capsys, "channels", "set", "loja", "Dafiti", "statuses=no")[0] == 0
    order, own = published.place("loja", **DAFITI), published.place("loja")
    assert here(capsys, "sync", "loja")[0] == 0
    for number in (order, own):
        clerk(published, "prepare", ecommerce=number)
    assert here(capsys, "sync", "loja")[0] == 0
    assert (mails(published, own), mails(published, order)) == (["status"], [])


@pytest.mark.parametrize("said_by", ["the order", "the channel"])
def test_o9_what_the_marketplace_ships_takes_nothing_and_hears_of_no_parcel(
    published: Remotes, capsys: Capture, said_by: str
) -> None:
    assert here(capsys, "map", "set", "loja", "channel", "Dafiti", "Dafiti")[0] == 0
    words = ["warehouse=Avarias", *(["fulfilled=yes"] if said_by == "the channel" else [])]
    assert here(capsys, "channels", "set", "loja", "Dafiti", *words)[0] == 0
    full = FULL if said_by == "the order" else DAFITI
    held = {"shipping": "Drone"}  # so that no order is counted by the ERP yet
    order = published.place("loja", **full, **held, items=[{"sku": "CAN-AZUL", "quantity": 3}])
    own = published.place("loja", **held, items=[{"sku": "CAN-AZUL", "quantity": 2}])
    assert here(capsys, "sync", "loja", "orders")[0] == 1
    takings = told(capsys, "stock", "explain", "CAN-AZUL")["stores"][0]["takings"]
    assert [(one["order"], one["quantity"]) for one in takings] == [(own, "2")]
    assert here(capsys, "map", "set", "loja", "shipping", "Drone", "X")[0] == 0
    assert here(capsys, "sync", "loja")[0] == 0
    texts = {one["ecommerce_number"]: one["texts"].get("deposito", "") for one in published.in_erp()}
    assert texts == {order: "Avarias", own: ""}
    clerk(published, "ship", ecommerce=order, code="BR123456789BR")
    assert here(capsys, "sync", "loja")[0] == 0
    assert mails(published, order) == []


def test_channels_are_listed_with_how_they_are_treated(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "channels", "list", "loja")[1] == (
        "The store has shown no sales channels yet; the first sync brings them.\n"
    )
    shop.place("loja", **DAFITI)
    assert here(capsys, "sync", "loja")[0] == 1
    code, out, err = here(capsys, "channels", "set", "loja", "dafiti", "warehouse=Full", "fulfilled=yes")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == "Sales channel “Dafiti”:"
    assert out.splitlines()[-1].split() == ["The", "marketplace", "ships:", "yes"]
    lines = here(capsys, "channels", "list", "loja", "--lang", "pt")[1].splitlines()
    assert lines[0].split("  ")[0] == "Canal"
    assert lines[1].split() == ["Dafiti", "Dafiti", "sim", "sim", "sim", "Full", "sim"]
    assert here(capsys, "channels", "set", "loja", "Dafiti", "warehouse=", "fulfilled=")[0] == 0
    [listed] = told(capsys, "channels", "list", "loja")["channels"]
    assert (listed["options"]["warehouse"], listed["options"]["fulfilled"]) == ("", "order")
    assert told(capsys, "store", "show", "loja")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["loja", "Dafiti"], "Say what to change"),
        (["loja", "Dafiti", "colour=red"], "There is no setting colour."),
        (["loja", "Dafiti", "fulfilled=maybe"], "fulfilled must be one of"),
        (["loja", "Dafiti", "tracking=perhaps"], "tracking must be yes or no."),
        (["none", "Dafiti", "tracking=no"], "There is no store none."),
    ],
)
def test_wrong_words_change_nothing(shop: Remotes, capsys: Capture, words: list[str], sentence: str) -> None:
    code, out, err = here(capsys, "channels", "set", *words)
    assert (code, out) == (2, "")
    assert sentence in err
    assert json.loads(here(capsys, "channels", "list", "loja", "--json")[1])["channels"] == []


def test_a_change_of_the_store_keeps_what_is_set_for_its_channels(shop: Remotes, capsys: Capture) -> None:
    assert here(capsys, "channels", "set", "loja", "Loja. Nova", "tracking=no")[0] == 0
    assert here(capsys, "store", "set", "loja", "sending.parcels=first")[0] == 0
    [listed] = told(capsys, "channels", "list", "loja")["channels"]
    assert (listed["code"], listed["options"]["tracking"]) == ("Loja. Nova", False)
