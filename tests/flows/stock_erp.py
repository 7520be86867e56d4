"""An ERP account with the sandbox's stock engine, its faults and its clock; no wire."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.fakes.erp import FakeErp
from tests.flows.factories import START
from tomada.domain.erp import (
    ErpComponent,
    ErpContact,
    ErpOrder,
    ErpOrderDraft,
    ErpOrderRef,
    ErpOrderRow,
    ErpProduct,
)
from tomada.domain.erp_stock import ErpDeposit, ErpStock, ErpStockChange
from tomada.domain.status import ErpStatus
from tomada.errors import EffectUnknown, FeatureMissing, RemoteContractChanged, TransientError
from tomada_sandbox.tiny import clerk, stock_engine
from tomada_sandbox.tiny.goods import Product
from tomada_sandbox.tiny.sales import Line
from tomada_sandbox.tiny.sales import Order as Sale
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.world import World

SKUS = ("CAN-01", "CAN-02", "CAN-03")
KIT = "KIT-01"
KIT_PARTS = {"CAN-01": Decimal(2), "CAN-02": Decimal(1)}
TICK = timedelta(milliseconds=1)
FEED_PAGE = 2


class Killed(KeyboardInterrupt):
    """The process died here; of all that stops a plugin the host lets only an interrupt pass."""


class TickingClock:
    """A clock that moves a little whenever it is looked at, so that no two moments are one."""

    def __init__(self) -> None:
        self.time = START + timedelta(days=1)

    def now(self) -> datetime:
        self.time += TICK
        return self.time

    def sleep(self, seconds: float) -> None:
        self.move(seconds)

    def move(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Faults:
    """What goes wrong with the next requests: name → kinds, taken one at a time; ``die_after`` counts requests."""

    kinds: dict[str, list[str]] = field(default_factory=dict)
    die_after: int | None = None

    def add(self, name: str, kind: str) -> None:
        """Let the next request of this name fail."""
        self.kinds.setdefault(name, []).append(kind)

    def clear(self) -> None:
        """Let everything succeed from now on."""
        self.kinds, self.die_after = {}, None

    def take(self, name: str) -> str:
        """Return the fault of this request, empty for none; a process may die before it."""
        if self.die_after is not None:
            if self.die_after == 0:
                self.die_after = None
                raise Killed
            self.die_after -= 1
        waiting = self.kinds.get(name)
        return waiting.pop(0) if waiting else ""


class StockErp(FakeErp):
    """``Erp`` over an account of the sandbox: its orders reserve and are posted as the sandbox's engine says."""

    def __init__(self, clock: TickingClock, faults: Faults) -> None:
        self.world = World(clock)  # type: ignore[arg-type]  # it only asks for the time
        self.account_ = self.world.add(Account("conta", token="t"))
        self.faults = faults
        self.unreadable: set[str] = set()
        for number, sku in enumerate(SKUS):
            self.account_.add_product(Product(900 + number, sku, sku, Decimal(40), clock.now()))

    def add_kit(self, sku: str = KIT, parts: Mapping[str, Decimal] = KIT_PARTS) -> Product:
        """Add a kit, whose orders take its components."""
        kit = Product(960 + len(self.account_.products), sku, sku, Decimal(40), self.world.now(), class_="K")
        self.account_.add_product(kit)
        self.compose(sku, parts)
        return kit

    def compose(self, sku: str, parts: Mapping[str, Decimal]) -> None:
        """Change what a kit is made of."""
        kit, found = self._product(sku), {part: self._product(part) for part in parts}
        kit.kit = [(found[part].id, pieces) for part, pieces in parts.items()]

    def _product(self, sku: str) -> Product:
        product = self.account_.product_by_sku(sku)
        assert product
        return product

    def act(self, action: str, **details: Any) -> Any:
        """Let the clerk do something."""
        return clerk.act(self.world, self.account_, {"action": action, **details})

    def find_orders(self, ecommerce_number: str) -> list[ErpOrderRow]:
        """See ``Erp.find_orders``."""
        self.faults.take("find_orders")
        return [
            _row(sale) for sale in self.account_.orders.values() if sale.ecommerce_number == ecommerce_number
        ]

    def read_order(self, erp_id: str) -> ErpOrder | None:
        """See ``Erp.read_order``."""
        self.faults.take("read_order")
        sale = self.account_.orders.get(int(erp_id))
        if sale is None:
            return None
        return ErpOrder(
            erp_id=erp_id,
            number=erp_id,
            ecommerce_number=sale.ecommerce_number,
            marks=tuple(sale.markers),
            internal_note=sale.internal_note,
            document=sale.customer["document"],
            customer_code="",
            total=Decimal(sale.texts["total"]),
            status=ErpStatus(sale.situation),
            status_label=sale.situation,
            invoice_id="",
        )

    def create_order(self, draft: ErpOrderDraft) -> ErpOrderRef:
        """See ``Erp.create_order``."""
        fault = self.faults.take("create_order")
        if fault == "refused":
            raise TransientError("fake.down", "The fake ERP is down.")
        now = self.world.now()
        sale = Sale(
            id=self.account_.new_id(),
            number=self.account_.new_number(),
            ecommerce_number=draft.ecommerce_number,
            placed=draft.placed_on,
            situation=draft.status.value,
            contact_id=0,
            customer={"document": draft.customer.document},
            lines=[
                Line(int(item.product_id), item.sku, item.name, "UN", item.quantity, item.unit_price)
                for item in draft.items
            ],
            created=now,
            updated=now,
            markers=[draft.mark],
            internal_note=draft.internal_note,
            texts={"total": str(draft.total)},
        )
        self.account_.add_order(sale)
        stock_engine.follow(self.world, self.account_, sale)
        if fault == "lost":
            raise EffectUnknown("fake.lost", "The connection died.")
        return ErpOrderRef(erp_id=str(sale.id), number=str(sale.id))

    def set_order_status(self, erp_id: str, status: ErpStatus) -> None:
        """See ``Erp.set_order_status``."""
        fault = self.faults.take("set_order_status")
        self.act("set_status", order=erp_id, status=status.value)
        if fault == "lost":
            raise EffectUnknown("fake.lost", "The connection died.")

    def orders_changed(self, since: datetime) -> Iterator[ErpOrderRow]:
        """See ``Erp.orders_changed``."""
        if self.faults.take("orders_changed") == "refused":
            raise TransientError("fake.down", "The fake ERP is down.")
        yield from [_row(sale) for sale in self.account_.orders.values() if sale.updated >= since]

    def read_stock(self, product_id: str) -> ErpStock | None:
        """See ``Erp.read_stock``."""
        fault = self.faults.take("read_stock")
        if fault == "refused":
            raise TransientError("fake.down", "The fake ERP is down.")
        if product_id in self.unreadable:
            raise RemoteContractChanged("fake.unreadable", "The balance is no number.")
        product = self.account_.products.get(int(product_id))
        return self.stock_of(product) if product else None

    def stock_of(self, product: Product) -> ErpStock:
        """What the account tells of a product now."""
        read_at = self.world.now()
        return ErpStock(
            product_id=str(product.id),
            sku=product.sku,
            on_hand=self.account_.on_hand(product),
            reserved=self.account_.reserved(product),
            deposits=tuple(
                ErpDeposit(name=name, on_hand=held) for name, held in sorted(product.balances.items())
            ),
            read_at=read_at,
        )

    def read_product(self, product_id: str) -> ErpProduct | None:
        """See ``Erp.read_product``."""
        if self.faults.take("read_product") == "refused":
            raise TransientError("fake.down", "The fake ERP is down.")
        product = self.account_.products.get(int(product_id))
        return product and ErpProduct(
            product_id=product_id,
            sku=product.sku,
            name=product.name,
            active=product.situation == "A",
            components=tuple(
                ErpComponent(product_id=str(part), quantity=pieces) for part, pieces in product.kit
            ),
        )

    def stock_changes(self, since: datetime) -> Iterator[list[ErpStockChange]]:
        """See ``Erp.stock_changes``: what was answered is gone."""
        while True:
            fault = self.faults.take("stock_changes")
            if not self.account_.switches.stock_feed:
                raise FeatureMissing("fake.no_feed", "The fake account has no feed.")
            if fault == "refused":
                raise TransientError("fake.down", "The fake ERP is down.")
            queue = self.account_.changed_stock
            chosen = [id_ for id_, at in queue.items() if at >= since][:FEED_PAGE]
            rows = [
                ErpStockChange(
                    product_id=str(id_),
                    sku=self.account_.products[id_].sku,
                    changed_at=queue.pop(id_),
                    stock=None if fault == "torn" else self.stock_of(self.account_.products[id_]),
                )
                for id_ in chosen
            ]
            if fault == "lost":
                raise EffectUnknown("fake.feed_lost", "The page was lost.")
            if not rows:
                return
            yield rows

    def products_by_sku(self, skus: Sequence[str]) -> dict[str, list[ErpProduct]]:
        """See ``Erp.products_by_sku``."""
        self.faults.take("products_by_sku")
        return {
            sku: [
                ErpProduct(product_id=str(product.id), sku=sku, name=sku, active=True)
                for product in self.account_.products.values()
                if product.sku == sku and product.situation == "A"
            ]
            for sku in skus
        }

    def find_contacts(self, document: str) -> list[ErpContact]:
        """See ``Erp.find_contacts``."""
        return []


def _row(sale: Sale) -> ErpOrderRow:
    return ErpOrderRow(
        erp_id=str(sale.id),
        number=str(sale.id),
        ecommerce_number=sale.ecommerce_number,
        status=ErpStatus(sale.situation),
        total=Decimal(sale.texts.get("total", "0")),
        status_label=sale.situation,
    )
