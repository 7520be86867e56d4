"""Balances reach every store and no piece is sold twice (S1-S3, S6, S7)."""

from decimal import Decimal
from random import Random
from typing import Any

import pytest

from tests.e2e.faults import OUTGOING_TINY, OUTGOING_TRAY, TINY, fired
from tests.e2e.outgoing import link_all, options, posting, store_stock, sync_all
from tests.e2e.stage import Stage
from tests.e2e.test_faults import strike
from tests.kill.rest import MovingClock
from tomada.errors import EffectUnknown, GuardRail
from tomada.ports.erp_options import Posting
from tomada.ports.options import StockRule, StoreOptions
from tomada.ports.records import RunState
from tomada_sandbox.clock import VirtualClock

CUP = "CAN-AZUL"
SHIRT = "CAMISETA-P-BR"
FEED = "lista.atualizacoes.estoque"
SYNCS = 5
READS = 4
"""Balances that one sync reads one by one."""
COUNTED = {
    CUP: 3,
    "CHA-CAMOMILA": 70,
    "LIVRO-RECEITAS": 1,
    "VELA-BAUNILHA": 41,
    "TOALHA-ROSTO": 2,
    "CAN-AZUL-G": 13,
    "CAMISETA-P-BR": 4,
    "CAMISETA-M-BR": 5,
    "CAMISETA-G-PR": 6,
    "KIT-CHA": 7,
}
"""A new balance of every product that a store and its account have; the kit's own is not what may be sold of it."""


def clerk(stage: Stage, action: str, **details: Any) -> Any:
    return stage.sandbox.clerk(stage.account, action, **details)


@pytest.fixture
def shop(stage: Stage, shared_clock: Any) -> Stage:
    stage.installation.clock = MovingClock(VirtualClock(shared_clock))
    return stage


@pytest.mark.parametrize("sku", [CUP, SHIRT])
@pytest.mark.parametrize("reservation", [True, False], ids=["reserves", "plain"])
@pytest.mark.parametrize("rule", [StockRule.AVAILABLE, StockRule.PHYSICAL])
def test_s3_the_last_piece_is_sold_once(shop: Stage, rule: StockRule, reservation: bool, sku: str) -> None:
    sell_one_of_one(shop, rule, reservation, sku)
    order = shop.place("a", items=[{"sku": sku}])
    since = take_no_orders(shop)
    sync_all(shop)
    assert fired(shop, since)["tiny", "error_before"] >= 1
    assert shop.erp_orders() == []
    assert in_erp(shop, sku) == ("1", "0")
    assert both(shop, sku) == (0, 0), "sold at one store, gone at both, before the ERP counts it"
    shop.sandbox.clear_faults()
    for _ in range(2):
        shop.later()
        sync_all(shop)
        assert both(shop, sku) == (0, 0)
    assert [row["ecommerce_number"] for row in shop.erp_orders()] == [order]
    assert in_erp(shop, sku) == ("1", "1" if reservation else "0")
    shop.shop("a", "cancel", order=order)
    sync_all(shop)
    shop.later()
    sync_all(shop)
    assert in_erp(shop, sku) == ("1", "0")
    assert both(shop, sku) == (1, 1)


@pytest.mark.parametrize("reservation", [True, False], ids=["reserves", "plain"])
@pytest.mark.parametrize("rule", [StockRule.AVAILABLE, StockRule.PHYSICAL])
def test_s2_a_sale_that_is_cancelled_before_the_erp_has_it_gives_its_piece_back(
    shop: Stage, rule: StockRule, reservation: bool
) -> None:
    sell_one_of_one(shop, rule, reservation)
    order = shop.place("b", items=[{"sku": CUP}])
    take_no_orders(shop)
    sync_all(shop)
    assert both(shop) == (0, 0)
    shop.shop("b", "cancel", order=order)
    sync_all(shop)
    assert shop.erp_orders() == []
    assert both(shop) == (1, 1)
    shop.sandbox.clear_faults()
    for _ in range(2):
        shop.later()
        sync_all(shop)
    assert shop.erp_orders() == []
    assert both(shop) == (1, 1)


def sell_one_of_one(shop: Stage, rule: StockRule, reservation: bool, sku: str = CUP) -> None:
    """Two stores sell the same product, of which one piece is left."""
    clerk(shop, "configure", reservation=reservation, post_on="invoice")
    posting(shop, Posting.ON_INVOICE)
    for name in ("a", "b"):
        shop.add_store(name, options(rule))
    link_all(shop)
    clerk(shop, "count_stock", sku=sku, stock=1)
    sync_all(shop)
    assert both(shop, sku) == (1, 1)


def take_no_orders(shop: Stage) -> int:
    """The ERP takes no order from now on; return where the journal was."""
    since = shop.sandbox.journal_end()
    shop.sandbox.add_fault(
        "error_before", remote=f"tiny/{shop.account}", endpoint="pedido.incluir.php", times=None
    )
    return since


def both(shop: Stage, sku: str = CUP) -> tuple[int, int]:
    return store_stock(shop, "a")[sku], store_stock(shop, "b")[sku]


def in_erp(shop: Stage, sku: str) -> tuple[str, str]:
    """How many pieces the ERP has, and how many of them it has reserved."""
    account = shop.sandbox.state_of("tiny", shop.account)
    return next((one["stock"], one["reserved"]) for one in account["products"] if one["sku"] == sku)


@pytest.mark.parametrize("reservation", [True, False], ids=["reserves", "plain"])
@pytest.mark.parametrize("rule", [StockRule.AVAILABLE, StockRule.PHYSICAL])
def test_s2_a_posted_order_counts_once(shop: Stage, rule: StockRule, reservation: bool) -> None:
    clerk(shop, "configure", reservation=reservation, post_on="invoice")
    posting(shop, Posting.ON_INVOICE)
    shop.add_store("a", options(rule))
    link_all(shop)
    clerk(shop, "count_stock", sku=CUP, stock=10)
    order = shop.place("a", items=[{"sku": CUP, "quantity": 3}])
    sync_all(shop)
    assert store_stock(shop, "a")[CUP] == 7
    clerk(shop, "invoice", ecommerce=order)
    for _ in range(2):
        shop.later()
        sync_all(shop)
        assert store_stock(shop, "a")[CUP] == 7
    with shop.installation.database.read() as tx:
        assert tx.ledger.by_product(1) == {}


def test_s7_the_first_plan_waits_for_a_yes_and_sends_differences_alone(shop: Stage) -> None:
    shop.add_store("a", StoreOptions(quota=options().quota))
    link_all(shop)
    before = store_stock(shop, "a")
    result = sync_all(shop)["a", "stock"]
    assert result.counts["unconfirmed"] > 0
    assert store_stock(shop, "a") == before
    waiting = result.counts["unconfirmed"]
    result = sync_all(shop, confirmed=True)["a", "stock"]
    assert result.counts["sent"] == waiting
    writes = shop.requests(f"tray/{shop.remote('a')}")
    sync_all(shop)
    again = shop.requests(f"tray/{shop.remote('a')}")
    for kind in ("products.update", "variants.update"):
        assert again[f"tray {kind}"] == writes[f"tray {kind}"]


def test_g1_too_many_zeros_stop_the_run(shop: Stage) -> None:
    shop.add_store("a", options())
    link_all(shop)
    with shop.installation.database.begin() as tx:
        store = tx.stores.all()[0]
        guard = store.options.guard.model_copy(update={"zero_at_least": 1})
        store.options = store.options.model_copy(update={"guard": guard})
        tx.stores.save(store)
    for sku in ("CAN-AZUL", "CHA-CAMOMILA", "LIVRO-RECEITAS", "VELA-BAUNILHA"):
        clerk(shop, "count_stock", sku=sku, stock=9)
    sync_all(shop)
    before = store_stock(shop, "a")
    for sku in ("CAN-AZUL", "CHA-CAMOMILA", "LIVRO-RECEITAS", "VELA-BAUNILHA"):
        clerk(shop, "count_stock", sku=sku, stock=0)
    result = sync_all(shop)["a", "stock"]
    assert isinstance(result.error, GuardRail)
    assert store_stock(shop, "a") == before
    assert sync_all(shop, confirmed=True)["a", "stock"].state is RunState.DONE
    assert store_stock(shop, "a")[CUP] == 0


def test_a1_what_is_sold_goes_off_an_unanswered_balance_while_the_erp_is_down(shop: Stage) -> None:
    for name in ("a", "b"):
        shop.add_store(name, options())
    link_all(shop)
    clerk(shop, "count_stock", sku=CUP, stock=2)
    sync_all(shop)
    clerk(shop, "count_stock", sku=CUP, stock=7)
    shop.sandbox.add_fault(
        "error_after", remote=f"tray/{shop.remote('a')}", endpoint="products.update", times=1
    )
    shop.later()
    assert sync_all(shop)["a", "stock"].state is RunState.PARTIAL
    assert both(shop) == (7, 7)
    shop.sandbox.add_fault(
        "error_before", remote=f"tiny/{shop.account}", endpoint="pedidos.pesquisa.php", times=None
    )
    shop.place("b", items=[{"sku": CUP, "quantity": 4}])
    shop.later()
    sync_all(shop)
    assert both(shop) == (3, 3)


@pytest.mark.parametrize("counted", [4, 6], ids=["fewer", "more"])
def test_s6_a_lost_page_of_the_feed_is_made_good(shop: Stage, counted: int) -> None:
    shop.add_store("a", options())
    link_all(shop)
    clerk(shop, "count_stock", sku=CUP, stock=5)
    sync_all(shop)
    assert store_stock(shop, "a")[CUP] == 5
    clerk(shop, "count_stock", sku=CUP, stock=counted)
    since = shop.sandbox.journal_end()
    shop.sandbox.add_fault("reset_after", remote=f"tiny/{shop.account}", endpoint=FEED, times=1)
    shop.later()
    lost = sync_all(shop)["a", "stock"]
    assert isinstance(lost.error, EffectUnknown)
    assert fired(shop, since) == {("tiny", "reset_after"): 1}
    entries = shop.sandbox.journal(since, f"tiny/{shop.account}")
    at_feed = [one for one in entries if one["endpoint"] == FEED]
    assert [len(one["detail"]["consumed"]) for one in at_feed if one["event"] == "applied"] == [1]
    assert "answered" not in {one["event"] for one in at_feed}
    assert shop.sandbox.state_of("tiny", shop.account)["changed_stock"] == {}
    assert store_stock(shop, "a")[CUP] == counted, "the same sync has read it one by one"


@pytest.mark.parametrize("feed", [True, False], ids=["feed", "no feed"])
def test_s6_an_account_without_the_feed_reaches_the_same_balances_slower(shop: Stage, feed: bool) -> None:
    clerk(shop, "configure", stock_feed=feed)
    posting(shop, Posting.ON_INVOICE, sweep_reads=READS, sweep_minutes=0)
    shop.add_store("a", options())
    link_all(shop)
    round_of_syncs = -(-len(COUNTED) // READS)
    for _ in range(round_of_syncs):
        sync_all(shop)
    for sku, stock in COUNTED.items():
        clerk(shop, "count_stock", sku=sku, stock=stock)
    shop.later()
    syncs = 0
    expected = {**COUNTED, "KIT-CHA": COUNTED[CUP] // 2}
    while {sku: store_stock(shop, "a")[sku] for sku in COUNTED} != expected:
        assert syncs < round_of_syncs
        sync_all(shop)
        shop.later()
        syncs += 1
    assert syncs == (1 if feed else round_of_syncs)


FAULTS = [*(("tray", one) for one in OUTGOING_TRAY), *(("tiny", one) for one in (*OUTGOING_TINY, *TINY))]


class SocketHistory:
    """A short random history over real servers, and what the stores may sell after it."""

    def __init__(self, shop: Stage, seed: int, rule: StockRule, reservation: bool) -> None:
        self.shop, self.random = shop, Random(seed)
        self.by_reservation = reservation and rule is StockRule.AVAILABLE
        self.orders: dict[str, list[str]] = {"a": [], "b": []}

    def play(self) -> None:
        """Do something at a store, in the ERP, or sync."""
        name = self.random.choice("ab")
        act = self.random.choice(["place", "place", "cancel", "invoice", "count", "fail", "sync"])
        if act == "place":
            items = [{"sku": CUP, "quantity": self.random.randint(1, 3)}]
            self.orders[name].append(self.shop.place(name, items=items))
        elif act == "cancel" and self.orders[name]:
            self.shop.shop(name, "cancel", order=self.random.choice(self.orders[name]))
        elif act == "invoice" and (sale := self._sale()):
            clerk(self.shop, "set_status", order=sale["id"], status="faturado")
        elif act == "count":
            clerk(self.shop, "count_stock", sku=CUP, stock=self.random.randint(0, 20))
        elif act == "fail":
            side, fault = self.random.choice(FAULTS)
            remote = f"tray/{self.shop.remote(name)}" if side == "tray" else f"tiny/{self.shop.account}"
            strike(self.shop, remote, fault, times=1, skip=self.random.randrange(4))
        else:
            sync_all(self.shop)

    def _sale(self) -> dict[str, Any] | None:
        sales = [one for one in self.shop.erp_orders() if one["situation"] in ("aberto", "aprovado")]
        return self.random.choice(sales) if sales else None

    def may_sell(self) -> int:
        """The model: on hand, less what is reserved or what orders take that are not posted."""
        account = self.shop.sandbox.state_of("tiny", self.shop.account)
        product = next(one for one in account["products"] if one["sku"] == CUP)
        sales = {(one["markers"][0], one["ecommerce_number"]): one for one in account["orders"]}
        free = Decimal(product["stock"]) - (Decimal(product["reserved"]) if self.by_reservation else 0)
        for name in "ab":
            for order in self.shop.sandbox.state_of("tray", self.shop.remote(name))["orders"]:
                sale = sales.get((f"label-{name}", str(order["id"])))
                counted = sale and (sale["posted"] or sale["situation"] == "cancelado" or self.by_reservation)
                if order["status_type"] != "canceled" and not counted:
                    free -= sum(Decimal(line["quantity"]) for line in order["lines"])
        return max(0, int(free))


@pytest.mark.parametrize(
    ("seed", "rule", "reservation"),
    [(1, StockRule.AVAILABLE, True), (2, StockRule.PHYSICAL, True), (3, StockRule.AVAILABLE, False)],
)
def test_s2_a_random_history_over_real_servers(
    shop: Stage, seed: int, rule: StockRule, reservation: bool
) -> None:
    clerk(shop, "configure", reservation=reservation, post_on="invoice")
    posting(shop, Posting.ON_INVOICE)
    for name in ("a", "b"):
        shop.add_store(name, options(rule))
    link_all(shop)
    clerk(shop, "count_stock", sku=CUP, stock=12)
    shop.later()  # a time that is cut to whole minutes must not fall before the activation
    history = SocketHistory(shop, seed, rule, reservation)
    for _ in range(14):
        history.play()
    shop.sandbox.clear_faults()
    for _ in range(SYNCS):
        shop.later()
        sync_all(shop)
    assert both(shop) == (history.may_sell(),) * 2
