"""A store with a filled catalogue is linked and stays its merchant's: nothing but balances changes (P1-P3, S7)."""

from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.e2e.faults import OUTGOING_TINY, OUTGOING_TRAY, struck
from tests.e2e.outgoing import NO_QUOTA, posting, sync_all
from tests.e2e.stage import Stage, quiet
from tests.e2e.test_faults import strike
from tests.kill.rest import MovingClock
from tomada.app.linking import match_links
from tomada.errors import TomadaError
from tomada.flows.products.flow import unlinked
from tomada.ports.erp_options import Posting
from tomada.ports.options import StoreOptions
from tomada.ports.records import RunState
from tomada_sandbox.clock import VirtualClock

SYNCS = 5
LONG_AGO = 3600
"""Seconds since anybody edited the catalogues."""
BAG, SKIRT = "BOLSA", "SAIA"
SHOP: list[dict[str, Any]] = [
    {
        "sku": BAG,
        "name": "Bolsa de palha feita à mão",
        "price": "99.00",
        "stock": 3,
        "category": "Vestuário",
        "fields": {"description": "<p>Da nossa serra.</p>", "brand": "Ateliê", "weight": "300"},
        "pictures": ["https://loja.example/bolsa-1.jpg", "https://loja.example/bolsa-2.jpg"],
    },
    {
        "sku": SKIRT,
        "name": "Saia rodada",
        "price": "120.00",
        "category": "Vestuário",
        "fields": {"description": "<p>Roda bem.</p>"},
        "pictures": ["https://loja.example/saia.jpg"],
        "variants": [{"sku": f"{SKIRT}-{size}", "stock": 2, "values": {"Tamanho": size}} for size in "PM"],
    },
    {"sku": "REDE", "name": "Rede de descanso", "price": "150.00", "stock": 4},  # the ERP has it not
    {"sku": "VASO", "name": "Vaso pequeno", "price": "20.00", "stock": 5},
    {"sku": "VASO", "name": "Vaso grande", "price": "35.00", "stock": 6},  # twice: nobody knows which one
]
IN_ERP: list[dict[str, Any]] = [
    {
        "sku": BAG,
        "name": "BOLSA PALHA 01",
        "price": "80.00",
        "stock": "8",
        "details": {"descricao_complementar": "bolsa", "marca": "Outra", "categoria": "Cozinha"},
        "images": ["https://erp.example/bolsa.jpg"],
    },
    {
        "sku": SKIRT,
        "name": "SAIA ROD",
        "price": "100.00",
        "details": {"descricao_complementar": "saia", "categoria": "Cozinha"},
        "images": ["https://erp.example/saia.jpg"],
        "variations": [
            {"sku": f"{SKIRT}-P", "grid": {"Tamanho": "P"}, "stock": "2"},
            {"sku": f"{SKIRT}-M", "grid": {"Tamanho": "M"}, "stock": "7"},
        ],
    },
    {"sku": "VASO", "name": "VASO", "price": "20.00", "stock": "9"},
]
CHANGED = {
    BAG: 8,
    f"{SKIRT}-M": 7,
    "CAN-AZUL": 25,
    "CHA-CAMOMILA": 60,
    "LIVRO-RECEITAS": 8,
    "VELA-BAUNILHA": 40,
    "TOALHA-ROSTO": 15,
    "CAN-AZUL-G": 12,
    "CAMISETA-P-BR": 7,
    "CAMISETA-M-BR": 9,
    "CAMISETA-G-PR": 4,
    "KIT-CHA": 12,
}
"""The balances that differ; the small skirt has the ERP's already."""


@pytest.fixture
def shop(stage: Stage, shared_clock: Path) -> Stage:
    """A store and an account with the same goods, each with names, texts, prices and images of its own."""
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    posting(stage, Posting.ON_INVOICE)
    stage.add_store("a", StoreOptions(quota=NO_QUOTA))
    stage.sandbox.clerk(stage.account, "add_products", products=IN_ERP)
    stage.sandbox.shop(stage.remote("a"), "add_products", products=SHOP)
    stage.later(LONG_AGO)  # an edit of just now would be a change, and facts follow those (P3)
    return stage


def whole(shop: Stage) -> dict[str, Any]:
    """Everything that the store has, but how often it was asked and with which tokens."""
    state = shop.sandbox.state_of("tray", shop.remote("a"))
    return {key: value for key, value in state.items() if key not in ("quota", "tokens", "code")}


def with_balances(state: dict[str, Any], balances: dict[str, int], now: dict[str, Any]) -> dict[str, Any]:
    """The same store with other balances, and with the times at which ``now`` says that they were written."""
    expected = deepcopy(state)
    for row, row_now in zip(expected["products"], now["products"], strict=True):
        parts = list(zip(row["variants"], row_now["variants"], strict=True)) or [(row, row_now)]
        for part, part_now in parts:
            if part["sku"] in balances:
                part["stock"] = balances[part["sku"]]
                part["modified"], row["modified"] = part_now["modified"], row_now["modified"]
    return expected


def writes(shop: Stage, since: int) -> list[str]:
    """What was asked of the store but to read; renewing a token is no write to what it sells."""
    entries = shop.sandbox.journal(since, f"tray/{shop.remote('a')}")
    asked = [one["endpoint"] for one in entries if one["event"] == "received" and one["method"] != "GET"]
    return [endpoint for endpoint in asked if not endpoint.startswith("auth")]


def test_s7_linking_and_a_sync_without_a_yes_write_nothing_and_a_yes_sends_balances_alone(
    shop: Stage,
) -> None:
    before, since = whole(shop), shop.sandbox.journal_end()
    match = match_links(shop.installation, "a", quiet)
    assert {link.sku for link in match.linked} == {*CHANGED, f"{SKIRT}-P"}
    assert sorted((doubt.listing.sku, doubt.why) for doubt in match.doubts) == [
        ("REDE", "not_found"),
        ("VASO", "repeated"),
        ("VASO", "repeated"),
    ]
    for _ in range(2):
        results = sync_all(shop)
        assert {result.state for result in results.values()} == {RunState.DONE}
        assert results["a", "stock"].counts["unconfirmed"] == len(CHANGED)
        shop.later()
    assert writes(shop, since) == []
    assert whole(shop) == before
    result = sync_all(shop, confirmed=True)["a", "stock"]
    assert result.counts["sent"] == len(CHANGED)
    after = whole(shop)
    assert after == with_balances(before, CHANGED, after)
    variations = sum(sku.startswith(("CAMISETA", SKIRT)) for sku in CHANGED)
    assert sorted(writes(shop, since)) == [
        *["products.update"] * (len(CHANGED) - variations),
        *["variants.update"] * variations,
    ]
    since = shop.sandbox.journal_end()
    for _ in range(2):
        shop.later()
        sync_all(shop)
    assert (writes(shop, since), whole(shop)) == ([], after)


@pytest.mark.parametrize("seed", [4, 5])
def test_s7_no_fault_changes_the_shop_before_the_yes_or_anything_but_balances_after_it(
    shop: Stage, seed: int
) -> None:
    before, since, chance = whole(shop), shop.sandbox.journal_end(), Random(seed)

    def faults() -> None:
        for remote, kinds in (
            (f"tray/{shop.remote('a')}", OUTGOING_TRAY),
            (f"tiny/{shop.account}", OUTGOING_TINY),
        ):
            for fault in chance.sample(kinds, 9):
                strike(shop, remote, fault, times=2, probability=0.25, seed=chance.randrange(10**6))

    faults()
    for _ in range(SYNCS):
        with suppress(TomadaError):  # a fault stopped it; whoever asked for it asks again
            match_links(shop.installation, "a", quiet)
        sync_all(shop)
        shop.later()
    assert the_shops(whole(shop)) == the_shops(before)
    shop.sandbox.clear_faults()
    faults()
    for _ in range(SYNCS):
        sync_all(shop, confirmed=True)
        shop.later()
    after = whole(shop)
    assert the_shops(after) == the_shops(with_balances(before, CHANGED, after))
    assert len(struck(shop, since)) >= 30


def the_shops(state: dict[str, Any]) -> dict[str, Any]:
    """The same store without times and the facts that are the ERP's (P3).

    Those are sent anew where the feed that tells what changed was lost.
    """
    kept = deepcopy(state)
    for part in [part for row in kept["products"] for part in (row, *row["variants"])]:
        part.pop("modified")
        part["fields"].pop("brand", None)
    return kept


def test_p1_what_is_linked_counts_as_new_no_more(shop: Stage) -> None:
    match_links(shop.installation, "a", quiet)
    sync_all(shop)
    with shop.installation.database.read() as tx:
        store = tx.stores.all()[0]
    account = shop.sandbox.state_of("tiny", shop.account)
    (vase,) = [str(row["id"]) for row in account["products"] if row["sku"] == "VASO"]
    with shop.installation.reading(store, "test", quiet, "products") as ctx:
        assert unlinked(ctx).product_ids == [vase]


def test_p3_an_edit_in_the_erp_changes_no_text_image_category_or_price_of_the_shop(shop: Stage) -> None:
    match_links(shop.installation, "a", quiet)
    sync_all(shop, confirmed=True)
    before = whole(shop)
    shop.later()
    shop.sandbox.clerk(
        shop.account,
        "edit_product",
        sku=BAG,
        name="BOLSA PALHA 02",
        price="81.00",
        images=["https://erp.example/bolsa-nova.jpg"],
        details={"descricao_complementar": "bolsa nova", "categoria": "Livros", "marca": "Nova"},
    )
    since = shop.sandbox.journal_end()
    shop.later()
    sync_all(shop)
    assert writes(shop, since) == ["products.update"]
    after = whole(shop)
    (bag,) = [row for row in before["products"] if row["sku"] == BAG]
    (bag_after,) = [row for row in after["products"] if row["sku"] == BAG]
    fields = {**bag["fields"], "brand": "Nova"}
    assert bag_after == {**bag, "fields": fields, "modified": bag_after["modified"]}
    assert [row for row in after["products"] if row["sku"] != BAG] == [
        row for row in before["products"] if row["sku"] != BAG
    ]
