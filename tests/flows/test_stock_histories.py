"""Random histories of orders, clerks, faults and syncs: what stores show is what a model says (S1, S2, S3, S6)."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest

from tests.flows.stock_erp import KIT, KIT_PARTS, SKUS, Killed
from tests.flows.stock_shop import CANCELLED, PAID, PENDING, SHOPS
from tests.flows.stock_world import ALL_POSTINGS, StockWorld, open_world
from tomada.domain.status import StoreStatusType
from tomada.flows.erp_changes.ingest import reserves
from tomada.flows.holds.settle import Settling, settle
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.options import GuardOptions, StockOptions, StockRule, StoreOptions
from tomada_sandbox.tiny.stock_engine import rank

STEP, DAY = 101.0, 90_000.0

MOST_ORDERS = 2
"""Few, so that much happens to each."""

WEIGHTS = {
    ("place",): 2,
    ("pay", "cancel", "uncancel", "quantity", "quantity"): 2,
    ("approve", "faturado", "ship", "erp_cancel", "erp_cancel"): 3,
    ("count", "in", "out", "reserve", "sell"): 1,
    ("sync", "sync_all", "sync_all", "wait"): 4,
    ("recreate",): 1,
    ("fault",): 2,
    ("kill",): 1,
}


def history_of(random: Random) -> list[tuple[str, int, int, int]]:
    """What happens, in order: a name and three numbers, whose meaning depends on it."""
    kinds = random.choices(list(WEIGHTS), list(WEIGHTS.values()), k=random.randint(10, 40))
    return [
        (random.choice(names), random.randint(0, 7), random.randint(0, 7), random.randint(0, 9))
        for names in kinds
    ]


FAULTS = (
    ("stock_changes", "lost"),
    ("stock_changes", "refused"),
    ("stock_changes", "torn"),
    ("stock_push", "lost"),
    ("stock_push", "dropped"),
    ("stock_push", "retry"),
    ("read_stock", "refused"),
    ("create_order", "lost"),
    ("set_order_status", "lost"),
    ("orders_changed", "refused"),
)


@dataclass
class Case:
    """How the account and its stores are set."""

    reservation: bool
    rule: StockRule
    posting: Posting
    feed: bool
    sweep_reads: int
    safety: int
    share: int
    kit: bool


def case_of(random: Random) -> Case:
    """A way to set the account and its stores."""
    return Case(
        reservation=random.random() < 0.5,
        rule=random.choice([StockRule.PHYSICAL, StockRule.AVAILABLE]),
        posting=random.choice(ALL_POSTINGS),
        feed=random.random() < 0.5,
        sweep_reads=random.choice([30, 30, 1]),
        safety=random.choice([0, 0, 1]),
        share=random.choice([100, 100, 50]),
        kit=random.random() < 0.5,
    )


class History:
    """Plays operations in a world, and knows what every store may sell."""

    def __init__(self, world: StockWorld, case: Case) -> None:
        self.world, self.case = world, case
        self.hidden = False
        """Whether something was reserved that the feed does not tell."""
        world.setup(
            ErpOptions(stock_posting=case.posting, sweep_reads=case.sweep_reads, sweep_minutes=0),
            reservation=case.reservation,
            post_on=case.posting.value,
            stock_feed=case.feed,
        )
        for name in ("a", "b"):
            # The second store has its own way of counting: both are right at once.
            options = StockOptions(
                rule=case.rule,
                confirmed=True,
                safety_pieces=case.safety if name == "b" else 0,
                share_percent=case.share if name == "b" else 100,
            )
            world.add_store(name, StoreOptions(stock=options, guard=GuardOptions(zero_at_least=1000)))
        for sku in SKUS:
            world.erp.act("count_stock", sku=sku, stock=8)
        self.skus = (*SKUS, KIT) if case.kit else SKUS
        if case.kit:
            world.erp.add_kit()
            for name in world.names:
                SHOPS[name].numbers[f"p-{KIT}"] = 0
                world.link(name, KIT)

    def play(self, name: str, one: int, two: int, many: int) -> None:
        """Do one thing; what is not possible now is left out."""
        if name == "place":
            self._place(one, two, many)
        elif name in ("pay", "cancel", "uncancel", "quantity"):
            self._shopper(name, one, two, many)
        elif name in ("approve", "faturado", "ship", "erp_cancel"):
            self._clerk(name, one)
        elif name in ("count", "in", "out", "reserve", "sell"):
            self._stock(name, SKUS[one % 2], many)
        elif name == "recreate":
            self._recreate(one, two, many)
        elif name == "fault":
            self.world.faults.add(*FAULTS[(one * 8 + two) % len(FAULTS)])
        elif name == "kill":
            self.world.faults.die_after = many
        elif name == "wait":
            self.world.clock.move(STEP)
        elif name == "sync":
            self._sync(self.world.names[one % 2])
        else:
            self._sync(*self.world.names)

    def _place(self, one: int, two: int, many: int) -> None:
        many = 1 + many % 3
        shop = SHOPS[self.world.names[one % 2]]
        if len(shop.orders) >= MOST_ORDERS:
            return
        quantities = {SKUS[two % 2]: many}
        if two > 5:
            quantities[SKUS[one % 2]] = 1
        if self.case.kit and one % 2:
            quantities[KIT] = many
        shop.put(str(len(shop.orders) + 1), quantities, PAID if two % 2 else PENDING, paid=bool(two % 2))

    def _shopper(self, name: str, one: int, two: int, many: int) -> None:
        shop = SHOPS[self.world.names[one % 2]]
        if not shop.orders:
            return
        remote_id = list(shop.orders)[two % len(shop.orders)]
        order = shop.orders[remote_id][1]
        is_cancelled = order.status.type is StoreStatusType.CANCELLED
        quantities = {item.sku: int(item.quantity) for item in order.items}
        if name == "uncancel" and is_cancelled:
            shop.put(remote_id, quantities, PAID, paid=True)
        elif name == "cancel" and not is_cancelled:
            shop.put(remote_id, quantities, CANCELLED, paid=order.paid)
        elif name == "pay" and not is_cancelled:
            shop.put(remote_id, quantities, PAID, paid=True)
        elif name == "quantity" and not is_cancelled:
            quantities[next(iter(quantities))] = 1 + many % 6
            shop.put(remote_id, quantities, order.status, paid=order.paid)

    def _clerk(self, name: str, one: int) -> None:
        sales = list(self.world.erp.account_.orders.values())
        if not sales:
            return
        sale = sales[one % len(sales)]
        steps = {"approve": "aprovado", "faturado": "faturado", "ship": "enviado", "erp_cancel": "cancelado"}
        if (
            sale.situation == "cancelado"
        ):  # of a posted one the API does not tell whether its stock was given back
            if not sale.posted and self._is_known(sale.id):
                self.world.erp.act("set_status", order=sale.id, status="aberto")
        elif name == "erp_cancel" or rank(steps[name]) > rank(sale.situation):
            self.world.erp.act("set_status", order=sale.id, status=steps[name])
        self.hidden |= not sale.ecommerce_number

    def _is_known(self, sale_id: int) -> bool:
        """Tell whether an order is this one of the ERP, and not another that was made anew instead."""
        with self.world.database.read() as tx:
            return bool(tx.orders.by_erp_ids(1, [str(sale_id)]))

    def _recreate(self, one: int, two: int, many: int) -> None:
        """A buyer changes an order, and a person lets every order that was changed be created anew (O6)."""
        self._shopper("quantity", one, two, many)
        self._sync(*self.world.names)
        with self.world.database.begin() as tx:
            changed = [hold for hold in tx.holds.select() if hold.code == "changed"]
            how = Settling(remember=False, actor="person:test", now=self.world.clock.now())
            settle(tx, [(hold, "recreate") for hold in changed], how)

    def _stock(self, name: str, sku: str, many: int) -> None:
        if name == "count":
            self.world.erp.act("count_stock", sku=sku, stock=many)
        elif name in ("in", "out"):
            self.world.erp.act("move_stock", sku=sku, way=name, quantity=many)
        elif self.case.reservation and not self._module_is_known():
            return  # what nothing tells is looked for once an order has shown that the account reserves
        elif many and name == "reserve":
            self.world.erp.act("reserve_stock", sku=sku, quantity=many % 3)
            self.hidden = True
        elif many:
            self.world.erp.act("sell", sku=sku, quantity=many % 3 + 1)
            self.hidden = True

    def _module_is_known(self) -> bool:
        with self.world.database.read() as tx:
            account = tx.erps.get(1)
        return reserves(self.world.database, account)

    def _sync(self, *names: str) -> None:
        trouble = bool(self.world.faults.die_after is not None or any(self.world.faults.kinds.values()))
        try:
            results = self.world.sync(*names)
        except Killed:
            return
        stock = [result for (_, flow), result in results.items() if flow == "stock"]
        whole = len(names) == len(self.world.names) and not trouble and self.case.sweep_reads > 1
        if (
            whole
            and not self.hidden
            and all(not one.error and not one.counts.get("waiting") for one in stock)
        ):
            self.check(exactly=False)

    def settle(self) -> None:
        """Let nothing go wrong any more, and time go by."""
        self.world.faults.clear()
        for _ in range(6):
            self.world.clock.move(STEP)
            self.world.sync()
        if self.hidden or self.case.sweep_reads == 1:
            self.world.clock.move(DAY)
            for _ in range(4):
                self.world.sync()
        self.check(exactly=True)
        live = [
            (sale.markers[0], sale.ecommerce_number)
            for sale in self.world.erp.account_.orders.values()
            if sale.ecommerce_number and sale.situation != "cancelado"
        ]
        assert len(live) == len(set(live)), "no order is there twice"
        pushed = {name: list(SHOPS[name].pushed) for name in self.world.names}
        self.world.sync()
        assert {name: SHOPS[name].pushed for name in self.world.names} == pushed, "nothing is sent twice"

    def check(self, *, exactly: bool) -> None:
        """Compare what the stores show with the model."""
        for name in self.world.names:
            for sku in self.skus:
                shown, may_sell = SHOPS[name].numbers[f"p-{sku}"], self.may_sell(name, sku)
                assert shown == may_sell if exactly else shown <= may_sell, (name, sku, shown, may_sell)

    def may_sell(self, name: str, sku: str) -> int:
        """The model: what is there, less what is reserved, less what orders take that neither shows."""
        if sku == KIT:
            free = min(max(Decimal(0), self._free(part)) // each for part, each in KIT_PARTS.items())
        else:
            free = self._free(sku)
        if name == "b":
            free = (free - self.case.safety) * self.case.share / 100
        return max(0, int(free // 1))

    def _free(self, sku: str) -> Decimal:
        account = self.world.erp.account_
        product = account.product_by_sku(sku)
        assert product
        available = self.case.rule is StockRule.AVAILABLE
        free = account.on_hand(product) - (account.reserved(product) if available else 0)
        for store in self.world.names:
            for remote_id, (_, order) in SHOPS[store].orders.items():
                if order.status.type is StoreStatusType.CANCELLED:
                    continue
                each = {sku: Decimal(1), KIT: KIT_PARTS.get(sku, Decimal(0))}
                pieces = sum((item.quantity * each.get(item.sku, 0) for item in order.items), Decimal(0))
                free -= max(Decimal(0), pieces - self._counted(store, remote_id, product.id, pieces))
        return free

    def _counted(self, store: str, remote_id: str, product_id: int, pieces: Decimal) -> Decimal:
        """What the ERP's numbers have off for an order."""
        sale = self.world.sale_of(store, remote_id)
        if sale is None:
            return Decimal(0)
        if sale.posted or sale.situation == "cancelado":
            return pieces
        return sale.reserved.get(product_id, Decimal(0)) if self._by_reservation() else Decimal(0)

    def _by_reservation(self) -> bool:
        return self.case.reservation and self.case.rule is StockRule.AVAILABLE


@pytest.mark.parametrize("seed", range(60))
def test_s1_s2_numbers_follow_the_model(tmp_path: Path, template: tuple[Path, bytes], seed: int) -> None:
    """Plain random numbers: a generator that varies what it has tried finds fewer different histories."""
    random = Random(seed)
    world = open_world(tmp_path, *template)
    try:
        history = History(world, case_of(random))
        for one in history_of(random):
            history.play(*one)
        history.settle()
    finally:
        world.database.dispose()
