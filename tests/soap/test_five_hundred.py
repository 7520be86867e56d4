"""Five hundred orders over SOAP into the ERP and their news back, killed 20 times: once each (O2, O3, S1, T2)."""

import random
from collections import Counter
from collections.abc import Collection
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.demo.datasets import REAL
from tests.e2e.outgoing import mails, options, posting, store_stock, sync_all
from tests.kill.seeded import killed_sync
from tests.soap.stage import FLOWS, SoapStage
from tomada.ports.erp_options import Posting
from tomada_sandbox.demo.olist.data import DataSet, read
from tomada_sandbox.demo.olist.orders import placed, products_of

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not REAL.is_dir(), reason="Olist's data are not at hand"),
]

ORDERS = 500
SEED = 7
KILLS_COMING_IN, KILLS_GOING_OUT = 12, 8
FARTHEST = 900
"""Boundaries until a kill at the most: kills fall early and late in a sync, and the orders are not through before."""
WAITING = "AGUARDANDO ENVIO"
WRITES = ("fWSAtualiza", "fWSCadastra", "incluir", "alterar")
"""What the calls have in their names that change something on either side."""


def test_500_orders_in_and_their_news_back_with_20_kills(stage: SoapStage) -> None:
    data = read(REAL, ORDERS)
    _begin(stage, data)
    chance = random.Random(SEED)
    died = sum(_killed(stage, chance) for _ in range(KILLS_COMING_IN))
    _settle(stage)
    comes_in = {str(number): sale for number, sale in enumerate(data.sales, 1001) if sale.comes_in}
    rows = stage.erp_orders()
    assert Counter(row["ecommerce_number"] for row in rows) == Counter(comes_in.keys())
    assert {row["ecommerce_number"]: Decimal(row["total"]) for row in rows} == {
        number: sale.total for number, sale in comes_in.items()
    }
    taken = _pieces(data)
    assert _gone_from_stock(stage, taken) == taken  # reserved: the ERP has not posted anything yet
    for number in comes_in:
        stage.ship(number)
    stage.later()
    died += sum(_killed(stage, chance) for _ in range(KILLS_GOING_OUT))
    _settle(stage)
    assert died == KILLS_COMING_IN + KILLS_GOING_OUT
    assert stage.todo("loja") == []
    _check_news(stage, set(comes_in))
    assert _gone_from_stock(stage, taken) == taken
    _check_nothing_waits(stage)


def _begin(stage: SoapStage, data: DataSet) -> None:
    """Let the store sell what the data sell, link it, and place the orders as if they came in just now."""
    posting(stage, Posting.ON_INVOICE)
    products = products_of(data)
    stage.sandbox.clerk(stage.account, "add_products", products=products)
    record = stage.add_store("loja", options())
    stage.shop("loja", "add_products", products=products)
    stage.link_by_sku("loja")
    assert record.since
    stage.later(5)
    sync_all(stage, ("stock",), confirmed=True)
    then = (stage.installation.now() - timedelta(seconds=3)).isoformat()
    fresh = [{**order, "date": then, "modified": then} for order in placed(data)]
    waiting = [
        order if sale.status == "canceled" else {**order, "status": WAITING, "paid": True}
        for order, sale in zip(fresh, data.sales, strict=True)
    ]
    stage.sandbox.shop(stage.remote("loja"), "place_many", orders=waiting)
    stage.later(10)


def _killed(stage: SoapStage, chance: random.Random) -> bool:
    """Kill a sync; what the store was told by then is in our tables (O3)."""
    died = killed_sync(stage.home, chance.randrange(20, FARTHEST), FLOWS)
    with stage.installation.database.read() as tx:
        committed = {record.remote_id for record in tx.orders.select()}
    assert set(stage.acknowledged("loja")) <= committed
    stage.later()
    return died


def _settle(stage: SoapStage) -> None:
    """Sync undisturbed until nothing waits."""
    for _ in range(3):
        sync_all(stage, FLOWS)
        stage.later()


def _pieces(data: DataSet) -> Counter[str]:
    """SKU → pieces that the orders take, at most the ten that were there."""
    taken: Counter[str] = Counter()
    for sale in data.sales:
        if sale.comes_in:
            taken.update(item.product_id[:16].upper() for item in sale.items)
    return Counter({sku: min(count, 10) for sku, count in taken.items()})


def _gone_from_stock(stage: SoapStage, skus: Collection[str]) -> Counter[str]:
    """SKU → pieces that the store shows fewer than the ten that were there."""
    shown = store_stock(stage, "loja")
    return Counter({sku: 10 - shown[sku] for sku in skus})


def _check_news(stage: SoapStage, shipped: set[str]) -> None:
    """Each order has its status, its code and its invoice, and its buyer was told of each once."""
    state: Any = stage.sandbox.state_of("tray", stage.remote("loja"))
    orders = {str(order["id"]): order for order in state["orders"]}
    assert {number for number, order in orders.items() if order["texts"].get("sending_code")} == shipped
    assert {orders[number]["status"] for number in shipped} == {"ENVIADO"}
    assert Counter(str(invoice["order_id"]) for invoice in state["invoices"]) == Counter(shipped)
    told = Counter((str(order), kind) for order, kind, _value in mails(stage, "loja"))
    assert told == Counter((number, kind) for number in shipped for kind in ("invoice", "status", "tracking"))


def _check_nothing_waits(stage: SoapStage) -> None:
    """Nothing is held or under way, and a further sync writes to neither side."""
    with stage.installation.database.read() as tx:
        assert [hold.code for hold in tx.holds.select()] == []
        (store,) = tx.stores.all()
        assert [one for flow in FLOWS for one in tx.publications.under_way(store.id, flow)] == []
    before = stage.sandbox.journal_end()
    sync_all(stage, FLOWS)
    called = {entry["endpoint"] for entry in stage.sandbox.journal(since=before)}
    assert called
    assert not [one for one in called if any(word in one for word in WRITES)]
