"""One ERP account and its stores over a real database and runner; no wire."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.flows.factories import START
from tests.flows.stock_erp import SKUS, Faults, StockErp, TickingClock
from tests.flows.stock_shop import SHOPS, Shop, make_registry
from tomada.host.context import StoreContext
from tomada.host.gateway import StoreGateway
from tomada.ports.erp_options import ErpOptions, Posting
from tomada.ports.options import StockOptions, StoreOptions
from tomada.ports.records import ErpRecord, LinkRecord, StoreRecord, StoreState
from tomada.ports.runner import FlowResult
from tomada.runner import EmbeddedRunner
from tomada.storage.database import SqlDatabase, open_database, sqlite_url
from tomada_sandbox.tiny.sales import Order as Sale


@dataclass
class StockWorld:
    """One account, its stores, a real database and a runner over them."""

    database: SqlDatabase
    clock: TickingClock = field(default_factory=TickingClock)
    faults: Faults = field(default_factory=Faults)
    names: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        SHOPS.clear()
        self.erp = StockErp(self.clock, self.faults)

    def setup(self, erp: ErpOptions, **switches: Any) -> None:
        """Make the account."""
        if switches:
            self.erp.act("configure", **switches)
        with self.database.begin() as tx:
            tx.erps.save(ErpRecord(0, "erp", "fake", "", erp))

    def add_store(
        self, name: str, options: StoreOptions | None = None, *, linked: bool = True
    ) -> StoreRecord:
        """Add an active store that sells every product."""
        SHOPS[name] = Shop(self.clock, self.faults)
        self.names.append(name)
        since = START - timedelta(days=1)
        with self.database.begin() as tx:
            store = tx.stores.save(
                StoreRecord(
                    0,
                    name,
                    f"label-{name}",
                    "shop",
                    1,
                    StoreState.ACTIVE,
                    options or StoreOptions(stock=StockOptions(confirmed=True)),
                    {"name": name},
                    since,
                )
            )
        if linked:
            self.link(name, *SKUS)
        return store

    def link(self, name: str, *skus: str) -> None:
        """Link products by their SKUs."""
        with self.database.begin() as tx:
            store = tx.stores.by_name(name)
            assert store
            ids = {product.sku: str(product.id) for product in self.erp.account_.products.values()}
            tx.links.set(
                LinkRecord(store.id, f"p-{sku}", "", sku, ids[sku], sku, "sku", self.clock.now())
                for sku in skus
            )

    @contextmanager
    def gateway(self, store: StoreRecord) -> Iterator[StoreGateway]:
        context = StoreContext(make_registry().get(store.platform), store, self.database, self.clock)
        with StoreGateway(make_registry().get(store.platform), context) as gateway:
            yield gateway

    @contextmanager
    def open_erp(self, _account: ErpRecord) -> Iterator[StockErp]:
        yield self.erp

    def sync(
        self, *names: str, flows: Sequence[str] = ("orders", "stock"), confirmed: bool = False
    ) -> dict[tuple[str, str], FlowResult]:
        """Sync stores (all when none is named) flow by flow, as ``tomada sync`` does."""
        runner = EmbeddedRunner(self.database, self.clock, self.gateway, self.open_erp)
        began, results = self.clock.now(), {}
        for flow in flows:
            for name in names or self.names:
                for result in runner.run(
                    name, (flow,), "test", lambda _note: None, began_at=began, confirmed=confirmed
                ):
                    results[name, flow] = result
        return results

    def numbers(self, sku: str = SKUS[0]) -> list[int]:
        """What every store shows for a SKU."""
        return [SHOPS[name].numbers[f"p-{sku}"] for name in self.names]

    def link_to(self, name: str, sku: str, erp_product_id: str) -> None:
        """Link one product to any of the ERP's."""
        with self.database.begin() as tx:
            store = tx.stores.by_name(name)
            assert store
            tx.links.set(
                [LinkRecord(store.id, f"p-{sku}", "", sku, erp_product_id, sku, "person", self.clock.now())]
            )

    def order_state(self, remote_id: str, store: int = 1) -> tuple[str, str]:
        """State and reason of an order."""
        with self.database.read() as tx:
            record = tx.orders.find(store, [remote_id])[remote_id]
        return record.state, record.reason

    def sale_of(self, store: str, remote_id: str) -> Sale | None:
        """The ERP's order that we know of."""
        with self.database.read() as tx:
            record = tx.stores.by_name(store)
            assert record
            order = tx.orders.find(record.id, [remote_id]).get(remote_id)
        return self.erp.account_.orders[int(order.erp_id)] if order and order.erp_id else None


MakeStockWorld = Callable[[], StockWorld]


def open_world(folder: Path, template: Path, key: bytes) -> StockWorld:
    """Make a world in a folder, with a copy of a database."""
    path = folder / "tomada.db"
    for stale in folder.glob("tomada.db*"):
        stale.unlink()
    path.write_bytes(template.read_bytes())
    return StockWorld(open_database(sqlite_url(path), key))


ALL_POSTINGS = (Posting.ON_SAVE, Posting.ON_APPROVAL, Posting.ON_INVOICE, Posting.ON_SENT)
