"""A minute in which nothing happens costs one request a store, and one for each list of the account (Q3)."""

from collections import Counter
from typing import Any

import pytest

from tests.e2e.outgoing import link_all, options, posting, sync_all
from tests.e2e.stage import Stage
from tests.kill.rest import MovingClock
from tomada.ports.erp_options import Posting
from tomada_sandbox.clock import VirtualClock

CUP = "CAN-AZUL"
ALWAYS = {"tray orders": 2, "tiny pedidos.pesquisa.php": 1}
FEEDS = {"tiny lista.atualizacoes.estoque": 1, "tiny lista.atualizacoes.produtos": 1}


@pytest.mark.parametrize("feed", [True, False], ids=["feed", "no feed"])
def test_q3_a_minute_without_news_costs_one_request_a_store(
    stage: Stage, shared_clock: Any, feed: bool
) -> None:
    """Of all flows, after a life of orders, one with a parcel and an invoice, one cancelled, one still open."""
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    stage.sandbox.clerk(stage.account, "configure", stock_feed=feed)
    posting(stage, Posting.ON_INVOICE)
    for name in ("a", "b"):
        stage.add_store(name, options())
    link_all(stage)
    stage.sandbox.clerk(stage.account, "count_stock", sku=CUP, stock=9)
    sync_all(stage)
    shipped, cancelled, waiting = (stage.place("a", items=[{"sku": CUP}]) for _ in range(3))
    sync_all(stage)
    stage.sandbox.clerk(stage.account, "invoice", ecommerce=shipped)
    stage.sandbox.clerk(stage.account, "ship", ecommerce=shipped, code="BR123456789BR")
    stage.shop("a", "cancel", order=cancelled)
    for _ in range(3):
        sync_all(stage)
        stage.later(60)
    assert stage.order("a", waiting).erp_id
    minutes = []
    for _ in range(3):
        before = stage.requests()
        sync_all(stage)
        stage.later(60)
        minutes.append(Counter(stage.requests()) - Counter(before))
    assert minutes == [ALWAYS | (FEEDS if feed else {})] * 3
