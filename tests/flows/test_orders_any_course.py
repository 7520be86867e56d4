"""Any course of events ends well: the flow against random orders, changes, faults and crashes (O1–O3, T1)."""

import shutil
import tempfile
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.fakes.platforms import put
from tests.flows.conftest import build_world
from tests.flows.factories import make_item, make_order
from tests.flows.test_orders_statuses import CANCELLED, SHIPPED, UNPAID
from tomada.domain.money import OrderMoney
from tomada.domain.order import Order, OrderStatus
from tomada.domain.status import ErpStatus, StoreStatusType, goes_back, rank
from tomada.ports.records import OrderState, RunState

STORES = {"a": "paged", "b": "todo"}
NUMBERS = ["1", "2", "3"]
PAID = OrderStatus(code="1", name="A ENVIAR", type=StoreStatusType.OPEN)
STATUSES = [PAID, UNPAID, SHIPPED, CANCELLED]
QUIET = 101
"""Seconds: more than settle_time, so that what was unanswered may be looked for."""

names, numbers = st.sampled_from(list(STORES)), st.sampled_from(NUMBERS)
erp_faults = st.sampled_from(
    ["find_orders", "read_order", "create_order", "set_order_status", "find_products"]
)


class Death(BaseException):
    """Ends a run as a kill would, at a boundary."""


class Course(RuleBasedStateMachine):
    """Two stores with the same numbers on one ERP account; what they have is the model."""

    template: tuple[Path, bytes]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        path, key = self.template
        shutil.copy(path, self.folder / "tomada.db")
        self.until_death: int | None = None
        self.world = build_world(self.folder, key, self.watch)
        for name, platform in STORES.items():
            self.world.add_store(name, platform)
        self.placed: dict[tuple[str, str], Order] = {}

    def watch(self, _place: str) -> None:
        if self.until_death is not None:
            self.until_death -= 1
            if self.until_death < 0:
                raise Death

    @rule(name=names, number=numbers, unknown=st.booleans(), status=st.sampled_from(STATUSES))
    def place(self, name: str, number: str, unknown: bool, status: OrderStatus) -> None:
        if (name, number) not in self.placed:
            items = (make_item("UNKNOWN" if unknown else "CAN-01"),)
            self.put(name, make_order(number, items=items, status=status, paid=status is not UNPAID))

    @rule(name=names, number=numbers, status=st.sampled_from(STATUSES))
    def restate(self, name: str, number: str, status: OrderStatus) -> None:
        if order := self.placed.get((name, number)):
            self.put(name, order.model_copy(update={"status": status, "paid": status is not UNPAID}))

    @rule(name=names, number=numbers, quantity=st.integers(1, 3))
    def change(self, name: str, number: str, quantity: int) -> None:
        if order := self.placed.get((name, number)):
            items = tuple(item.model_copy(update={"quantity": Decimal(quantity)}) for item in order.items)
            worth = Decimal(40 * quantity)
            money = OrderMoney(items=worth, freight=Decimal(12), total=worth + 12)
            self.put(name, order.model_copy(update={"items": items, "money": money}))

    def put(self, name: str, order: Order) -> None:
        self.placed[name, order.remote_id] = order
        put(self.world.remote(name), order)

    @rule(
        on=erp_faults,
        kind=st.sampled_from(["before", "after", "late", "quota", "reject"]),
        times=st.integers(1, 3),
        seconds=st.sampled_from([1.0, 45.0, 89.0]),
    )
    def erp_fault(self, on: str, kind: str, times: int, seconds: float) -> None:
        self.world.erp.remote.fault(on, kind, times, seconds)

    @rule(name=names, on=st.sampled_from(["list", "todo", "read", "acknowledge"]))
    def store_fault(self, name: str, on: str) -> None:
        self.world.remote(name).fault(on, "before")

    @rule(seconds=st.sampled_from([1, 30, 60, QUIET, 3700]))
    def wait(self, seconds: int) -> None:
        self.world.clock.move(seconds)

    @rule()
    def learn_product(self) -> None:
        with self.world.erp.remote.open() as document:
            if all(product["sku"] != "UNKNOWN" for product in document["products"]):
                document["products"].append({"id": "77", "sku": "UNKNOWN", "active": True})

    @rule(name=names)
    def sync(self, name: str) -> None:
        self.world.sync(name)

    @rule(name=names, boundaries=st.integers(0, 40))
    def sync_and_die(self, name: str, boundaries: int) -> None:
        self.until_death = boundaries
        try:
            self.world.sync(name)
        except Death:
            pass
        finally:
            self.until_death = None

    @invariant()
    def each_order_is_in_the_erp_at_most_once(self) -> None:
        found = Counter((row["marks"][0], row["ecommerce_number"]) for row in self.world.erp.orders())
        assert all(number == 1 for number in found.values()), found

    def teardown(self) -> None:
        try:
            self.settle()
        finally:
            self.world.database.dispose()
            shutil.rmtree(self.folder)

    def settle(self) -> None:
        """Faults are over: everything comes to its end, and then nothing is written any more."""
        for remote in (self.world.erp.remote, *map(self.world.remote, STORES)):
            with remote.open() as document:
                document["faults"] = []
        with self.world.database.begin() as tx:
            refused = [hold for hold in tx.holds.select() if hold.code in ("erp_refused", "status_refused")]
            for hold in refused:
                tx.orders.wake(hold.store_id, [hold.order_id or 0])
        for _ in range(4):
            self.world.clock.move(3700)
            results = [self.world.sync(name) for name in STORES]
        assert [result.state for result in results] == [RunState.DONE, RunState.DONE]
        self.each_order_is_in_the_erp_at_most_once()
        self.nothing_is_lost()
        self.nothing_is_left_to_write()

    def nothing_is_lost(self) -> None:
        rows = {(row["marks"][0], row["ecommerce_number"]): row for row in self.world.erp.orders()}
        for (name, number), order in self.placed.items():
            record = self.world.order(name, number)
            row = rows.get((f"label-{name}", number))
            holds = self.codes_of(record.id)
            if record.state is OrderState.CREATED:
                assert row is not None
                assert record.erp_id == row["id"]
                self.tells_the_truth(order, row, holds)
            elif record.state is OrderState.IGNORED:
                assert (record.reason, row) == ("cancelled_before_import", None)
            else:
                assert record.state is OrderState.HELD
                assert holds & {"unlinked", "duplicate"}
                assert row is None or holds == {"duplicate"}

    def tells_the_truth(self, order: Order, row: dict[str, Any], holds: set[str]) -> None:
        assert (row["total"] == f"{order.money.total:.2f}") or "changed" in holds
        status = ErpStatus(row["status"])
        wanted = {PAID: ErpStatus.APPROVED, UNPAID: ErpStatus.OPEN, SHIPPED: ErpStatus.SHIPPED}
        if order.status == CANCELLED:
            assert status is ErpStatus.CANCELLED or "cancel_invoiced" in holds
        elif status is ErpStatus.CANCELLED:
            assert "erp_cancelled" in holds
        else:
            target = wanted[order.status]
            assert status is target or goes_back(status, target)
            assert rank(status) >= rank(target)

    def codes_of(self, order_id: int) -> set[str]:
        with self.world.database.read() as tx:
            return {hold.code for hold in tx.holds.open_of([order_id]).get(order_id, [])}

    def nothing_is_left_to_write(self) -> None:
        before = len(self.world.erp.remote.log())
        told = [len(self.world.remote(name).log()) for name in STORES]
        for name in STORES:
            self.world.sync(name)
        assert self.world.erp.remote.log()[before:] == []
        for name, start in zip(STORES, told, strict=True):
            assert set(self.world.remote(name).log()[start:]) <= {"list", "todo"}
        with self.world.database.read() as tx:
            records = tx.orders.select()
            assert not any(record.dirty for record in records)
            assert tx.intents.open([record.id for record in records]) == {}


def test_any_course_of_events_ends_well(
    template: tuple[Path, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Course, "template", template, raising=False)
    case = Course.TestCase
    case.settings = settings(max_examples=20, stateful_step_count=25, deadline=None, phases=[Phase.generate])
    case("runTest").runTest()
