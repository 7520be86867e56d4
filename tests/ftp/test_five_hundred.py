"""Five hundred orders over files into the ERP and their news back, over each protocol, one of them killed 20 times."""

import random
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from tests.demo.datasets import REAL
from tests.e2e.outgoing import mails, posting, sync_all
from tests.ftp.stage import PROTOCOLS, FileStage
from tests.ftp.test_e2e_orders import results
from tests.ftp.test_e2e_sending import BOOK, PREPARING, SHIPPED, send, tell_statuses
from tests.kill.rest import MovingClock
from tests.kill.seeded import killed_sync
from tomada.app.connecting import read_codes
from tomada.errors import TomadaError
from tomada.ports.erp_options import Posting
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.demo.olist.data import DataSet, read
from tomada_sandbox.demo.olist.orders import placed, products_of

pytestmark = [
    pytest.mark.timeout(600),
    pytest.mark.skipif(not REAL.is_dir(), reason="Olist's data are not at hand"),
]

FLOWS = ("orders", "statuses", "products", "invoices")
ORDERS = 500
STYLE = {"encoding": "cp1252", "decimal": ",", "day": "%d/%m/%Y", "moment": "%d/%m/%Y %H:%M:%S"}
KILLED = "sftp"
SEED = 11
KILLS_COMING_IN, KILLS_GOING_OUT = 12, 8
FARTHEST = 500
"""Boundaries until a kill at the most: there are about 2,500 while the orders come in."""
READ_FROM = ("pedidos", "status/loja", "status/erp", "produtos", "notas")


@pytest.fixture
def shop(stage: FileStage, files_clock: Any) -> FileStage:
    stage.installation.clock = MovingClock(VirtualClock(files_clock))
    posting(stage, Posting.ON_INVOICE)
    return stage


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_o2_500_orders_in_and_their_news_back(shop: FileStage, protocol: str) -> None:
    data = read(REAL, ORDERS)
    record = begin(shop, data, protocol)
    chance = random.Random(SEED)
    kills = protocol == KILLED
    died = sum(killed(shop, chance, data) for _ in range(KILLS_COMING_IN * kills))
    settle(shop)
    comes_in = {str(number): sale for number, sale in enumerate(data.sales, 1001) if sale.comes_in}
    rows = shop.erp_orders()
    assert Counter(row["ecommerce_number"] for row in rows) == Counter(comes_in.keys())
    assert {row["ecommerce_number"]: Decimal(row["total"]) for row in rows} == {
        number: sale.total for number, sale in comes_in.items()
    }
    assert set(results(shop)) == in_files(data)
    read_codes(shop.installation, record)
    tell_statuses(shop)
    for number in comes_in:
        shop.sandbox.clerk(shop.account, "invoice", ecommerce=number)
        shop.sandbox.clerk(shop.account, "ship", ecommerce=number, code="BR123456789BR")
    shop.later()
    died += sum(killed(shop, chance, data) for _ in range(KILLS_GOING_OUT * kills))
    send_product(shop)
    settle(shop)
    assert died == (KILLS_COMING_IN + KILLS_GOING_OUT) * kills
    check_news(shop, set(comes_in))


def begin(shop: FileStage, data: DataSet, protocol: str) -> Any:
    """Place the orders as if they came in just now, and let the store publish them."""
    shop.sandbox.clerk(shop.account, "add_products", products=[*products_of(data), BOOK])
    record = shop.add_file_store("loja", protocol, {"style": STYLE, "controls": True}, profile="br-planilha")
    then = shop.installation.now().isoformat()
    orders = [
        {**order, "date": then, "modified": then}
        | ({} if sale.status == "canceled" else {"status": PREPARING, "paid": True})
        for order, sale in zip(placed(data), data.sales, strict=True)
    ]
    shop.shop("loja", "place_many", orders=orders)
    shop.files("loja", "publish")
    return record


def in_files(data: DataSet) -> set[str]:
    """Return the orders that the store's files have: a row is an item, and a few were placed without any."""
    return {str(number) for number, sale in enumerate(data.sales, 1001) if sale.items}


def killed(shop: FileStage, chance: random.Random, data: DataSet) -> bool:
    """Kill a sync; a file that was moved is one whose orders are in our tables (O3)."""
    died = killed_sync(shop.home, chance.randrange(10, FARTHEST), FLOWS)
    with shop.installation.database.read() as tx:
        committed = {record.remote_id for record in tx.orders.select()}
    assert set(results(shop)) <= committed
    if shop.listed("loja", "pedidos/processados"):
        assert committed == in_files(data)
    shop.later()
    shop.files("loja", "collect")
    return died


def settle(shop: FileStage) -> None:
    """Sync undisturbed until nothing waits; the store reads what it is sent, and answers."""
    for _ in range(4):
        sync_all(shop, FLOWS)
        shop.files("loja", "collect")
        shop.later()


def send_product(shop: FileStage) -> None:
    for _ in range(3):
        try:
            return send(shop, BOOK["sku"])
        except TomadaError:
            shop.later()
    raise AssertionError("the product does not go out")


def check_news(shop: FileStage, shipped: set[str]) -> None:
    """Each file was read and moved, each answer settled what it answers, and each buyer was told once."""
    for folder in READ_FROM:
        assert shop.listed("loja", folder) == [], folder
    with shop.installation.database.read() as tx:
        assert not [one for flow in FLOWS for one in tx.publications.under_way(1, flow)]
        assert {BOOK["sku"], "BONE-P", "BONE-M"} <= {link.sku for link in tx.links.all(1)}
    state = shop.sandbox.state_of("tray", shop.remote("loja"))
    assert Counter(one["sku"] for one in state["products"])[BOOK["sku"]] == 1
    assert Counter(str(invoice["order_id"]) for invoice in state["invoices"]) == Counter(shipped)
    told = Counter((str(order), kind) for order, kind, _value in mails(shop, "loja"))
    assert told == Counter((number, kind) for number in shipped for kind in ("invoice", "status"))
    names = {one["id"]: one["name"] for one in state["statuses"]}
    orders = {str(order["id"]): order["status"] for order in state["orders"]}
    assert {names.get(orders[number], orders[number]) for number in shipped} == {SHIPPED}
