"""Any course of prices, settings, lost answers and days ends at the store as the rule says: no zero, empty or doubly
discounted price is written, a promotion ends by its date, and the shop's own promotion is the shop's (V1)."""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.flows.conftest import TestClock
from tomada.domain.erp_catalogue import ErpCatalogueProduct, ErpProductChange, ErpProductRow, ProductKind
from tomada.domain.erp_prices import ErpPriceException, ErpPriceList
from tomada.domain.price import Price
from tomada.errors import EffectUnknown, QuotaExceeded, TomadaError
from tomada.flows.context import FlowContext
from tomada.flows.prices.flow import sync_prices
from tomada.ports.erp_options import ErpOptions
from tomada.ports.options import PriceOptions, PriceRule, Rounding, StoreOptions
from tomada.ports.records import ErpRecord, LinkRecord, StoreRecord, StoreState
from tomada.spi import Outcome, Push
from tomada.storage.database import SqlDatabase, open_database, sqlite_url
from tomada_sandbox.messages import Request
from tomada_sandbox.tray.product_view import price_on
from tomada_sandbox.tray.products import update_product
from tomada_sandbox.tray.state import Product, Store
from tomada_sandbox.world import World
from tomada_tray_rest.prices import push_prices

ZONE = ZoneInfo("America/Sao_Paulo")
SKU, LIST = "CAN-AZUL", 7
CENT = Decimal("0.01")
EXAMPLES = int(os.environ.get("TOMADA_PRICE_COURSES", "12"))
SOON = [timedelta(days=days) for days in range(20)]
_numbers = count(1)

Promotion = tuple[Decimal, date, date]
"""A lower price, its first and its last day."""


@dataclass
class Erp:
    """One product, its price by a list, and the feed that names it each time."""

    own: Decimal = Decimal("40.00")
    promotional: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)
    exception: tuple[Decimal, Decimal] | None = None

    def read_catalogue_product(self, product_id: str) -> ErpCatalogueProduct:
        return ErpCatalogueProduct(
            product_id=product_id,
            sku=SKU,
            name="Caneca",
            unit="UN",
            active=True,
            kind=ProductKind.SIMPLE,
            price=self.own,
            promotional_price=self.promotional,
        )

    def price_lists(self) -> list[ErpPriceList]:
        return [ErpPriceList(list_id=str(LIST), name="Loja")]

    def listed(self) -> Decimal:
        return self.exception[0] if self.exception else cents(self.own * (100 + self.percent) / 100)

    def listed_prices(self, _list_id: str, _text: str = "") -> Iterator[ErpProductRow]:
        row = {"product_id": "1", "sku": SKU, "name": "Caneca", "unit": "UN", "active": True}
        lower = cents(self.promotional * (100 + self.percent) / 100)
        yield ErpProductRow(**row, price=self.listed(), promotional_price=lower)

    def price_exceptions(self, _list_id: str, _product_id: str = "") -> Iterator[ErpPriceException]:
        if self.exception:
            price, lower = self.exception
            yield ErpPriceException(product_id="1", price=price, promotional_price=lower)

    def product_changes(self, _since: datetime) -> Iterator[list[ErpProductChange]]:
        yield [ErpProductChange(product_id="1", sku=SKU, name="Caneca")]


@dataclass
class Shop:
    """A store of the sandbox behind the REST plugin; ``faults`` are what becomes of the next writes."""

    clock: TestClock
    faults: list[str] = field(default_factory=list)
    written: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = Store("shop", "1", "c", "s", None)  # type: ignore[arg-type]  # no token is asked for
        self.cup = self.store.add_product(Product(5, SKU, "Caneca", Decimal("40.00")))

    def offers(self, hook: str) -> bool:
        return hook == "prices_push"

    def pending_state(self) -> dict[str, str | None]:
        return {}

    def prices_push(self, batch: Sequence[Push[Price]]) -> Iterator[Outcome]:
        return push_prices(self, ZONE, self.clock.now(), batch)  # type: ignore[arg-type]  # all that it asks for

    def write(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """See ``TraySession.write``."""
        fault = self.faults.pop(0) if self.faults else ""
        self.written.append(body["Product"])
        if fault == "quota":
            raise QuotaExceeded("tray.quota", "Too many.")
        if fault != "lost":
            request = Request(method, path, body=json.dumps(body).encode())
            update_product(World(self.clock), self.store, request, path.rpartition("/")[2])  # type: ignore[arg-type]
        if fault:
            raise EffectUnknown("tray.unanswered", "No answer.")
        return {"id": "5"}

    def promote(self, price: Decimal, first: date, last: date) -> None:
        """Let the shop make a promotion of its own."""
        told = {"promotional_price": price, "start_promotion": first, "end_promotion": last}
        self.cup.fields |= {name: str(value) for name, value in told.items()}


class Course:
    """One store over a real database, and what a person would expect of its prices."""

    def __init__(self, database: SqlDatabase) -> None:
        self.clock = TestClock(datetime(2026, 11, 26, 15, tzinfo=UTC))
        self.database, self.erp, self.shop = database, Erp(), Shop(self.clock)
        self.options = PriceOptions(rule=PriceRule.PRODUCT)
        self.own_promotion: Promotion | None = None
        self.settled: tuple[Decimal, Promotion | None] = (Decimal("40.00"), None)
        name = f"s{next(_numbers)}"
        with database.begin() as tx:
            self.account = tx.erps.save(ErpRecord(0, name, "fake", "", ErpOptions()))
            self.store = tx.stores.save(
                StoreRecord(
                    0, name, f"label-{name}", "shop", self.account.id, StoreState.ACTIVE, StoreOptions(), {}
                )
            )
            tx.links.set([LinkRecord(self.store.id, "5", "", SKU, "1", SKU, "sku", self.clock.now())])

    @property
    def today(self) -> date:
        return self.clock.now().astimezone(ZONE).date()

    def sync(self) -> None:
        """Sync the prices until the store has answered to all."""
        for _ in range(8):
            if self._sync():
                self.shop.faults.clear()
                return
            self.clock.move(100)
        raise AssertionError("the prices do not come to rest")

    def _sync(self) -> bool:
        store = replace(self.store, options=StoreOptions(prices=self.options))
        with self.database.begin() as tx:
            tx.stores.save(store)
        ctx = FlowContext(
            store,
            self.account,
            self.database,
            self.shop,  # type: ignore[arg-type]  # fakes with what the flow asks of them
            self.erp,  # type: ignore[arg-type]  # likewise
            self.clock,
            "test",
            None,
            lambda _note: None,
            "prices",
            confirmed=True,
        )
        sent = len(self.shop.written)
        before = self.expected()
        with suppress(TomadaError):
            sync_prices(ctx)
            if len(self.shop.written) > sent and before and before[1]:
                self.own_promotion = None  # ours has replaced it, or may have
            return not ctx.counts["waiting"] and not ctx.counts["retry"]
        return False

    def promote(self, price: Decimal, last_day: int) -> None:
        """Let the shop make a promotion of its own, where the product has none of ours."""
        found = self.expected()
        if found and found[1] is None:
            self.own_promotion = (price, self.today, self.today + timedelta(days=last_day))
            self.shop.promote(*self.own_promotion)

    def expected(self) -> tuple[Decimal, Promotion | None] | None:
        """The price by the rule and the promotion of ours, as a person would work them out; None for no price."""
        erp, options = self.erp, self.options
        by_list = options.rule is PriceRule.LIST
        if by_list and erp.exception and erp.exception[0] > 0:
            price, lower = erp.exception
        else:
            exact = (erp.listed() if by_list else erp.own) * (100 + options.percent) / 100
            if cents(exact) <= 0:
                return None
            price = ending(exact, options.rounding)
            factor = max(Decimal(1), exact / erp.own) if erp.own else Decimal(1)
            exact_lower = erp.promotional * factor
            lower = ending(exact_lower, options.rounding) if cents(exact_lower) > 0 else Decimal(0)
        first, last = options.promotion_from or self.today, options.promotion_until or date(2099, 12, 31)
        wanted = options.promotions and 0 < lower < price and last >= self.today
        return price, ((lower, first, last) if wanted else None)

    def check(self) -> None:
        """Compare what buyers pay at the store from today on with what a person would expect."""
        self.settled = self.expected() or self.settled  # of a product without a price all stays as it is
        price, ours = self.settled
        promotion = ours or self.own_promotion
        for day in (self.today + later for later in SOON):
            paid = price_on(self.shop.cup, day.isoformat())
            asked = price
            if promotion and promotion[1] <= day <= promotion[2]:
                asked = promotion[0]
            assert paid == asked, (day, self.shop.written)
            assert paid > 0
        for body in self.shop.written:
            assert all(Decimal(body[name]) > 0 for name in ("price", "promotional_price") if name in body)
            assert Decimal(body.get("promotional_price", "0")) < Decimal(body["price"])
            assert all(body.values()), "nothing empty is ever written"


def cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, ROUND_HALF_UP)


def ending(exact: Decimal, rounding: Rounding) -> Decimal:
    """The least price with the ending that is no less than the exact one, to the cent."""
    last = {
        Rounding.WHOLE: Decimal(0),
        Rounding.NINETY: Decimal("0.90"),
        Rounding.NINETY_NINE: Decimal("0.99"),
    }
    if rounding is Rounding.CENTS:
        return cents(exact)
    return (cents(exact) - last[rounding]).to_integral_value(ROUND_CEILING) + last[rounding]


@dataclass(frozen=True)
class Step:
    """One thing that somebody does before the next sync: what, and the numbers and settings of it."""

    what: str
    told: Any

    def __call__(self, course: Course) -> None:
        """Do it."""
        if self.what in ("own", "promotional", "percent", "exception"):
            setattr(course.erp, self.what, self.told)
        elif self.what == "options":
            chosen = dict(self.told)
            for name in ("promotion_from", "promotion_until"):
                if chosen[name] is not None:
                    chosen[name] = course.today + timedelta(days=chosen[name])
            course.options = PriceOptions.model_validate(chosen)
        elif self.what == "later":
            course.clock.move(self.told * 3600)
        else:
            course.promote(*self.told)


amounts = st.one_of(st.just(Decimal(0)), st.just(CENT), st.decimals("0.05", "300", places=2))
days = st.none() | st.integers(-2, 6)
options = st.fixed_dictionaries(
    {
        "rule": st.sampled_from([PriceRule.PRODUCT, PriceRule.LIST]),
        "price_list": st.just(LIST),
        "percent": st.integers(-60, 80),
        "rounding": st.sampled_from(Rounding),
        "promotions": st.sampled_from([True, True, False]),
        "promotion_from": days,
        "promotion_until": days,
    }
)
steps = st.one_of(
    st.builds(Step, st.just("own"), amounts),
    st.builds(Step, st.just("promotional"), amounts),
    st.builds(Step, st.just("percent"), st.decimals("-60", "80", places=0)),
    st.builds(Step, st.just("exception"), st.none() | st.tuples(amounts, amounts)),
    st.builds(Step, st.just("options"), options),
    st.builds(Step, st.just("later"), st.sampled_from([1, 12, 24, 60, 200])),
    st.builds(Step, st.just("shop"), st.tuples(st.decimals("0.05", "20", places=2), st.integers(0, 9))),
)
faults = st.lists(st.sampled_from(["lost", "after", "quota"]), max_size=3)


@settings(
    max_examples=EXAMPLES,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(steps, faults), min_size=2, max_size=9))
def test_v1_whatever_is_combined_buyers_pay_what_the_rule_says(
    template: tuple[Path, bytes], tmp_path: Path, course_of_things: list[tuple[Step, list[str]]]
) -> None:
    path = tmp_path / "tomada.db"
    if not path.exists():
        path.write_bytes(template[0].read_bytes())
    database = open_database(sqlite_url(path), template[1])
    try:
        course = Course(database)
        course.sync()
        course.check()
        for step, trouble in course_of_things:
            step(course)
            course.shop.faults = list(trouble)
            course.sync()
            course.check()
    finally:
        database.dispose()
