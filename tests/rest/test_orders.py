"""Reading orders: few requests, nothing lost, one bad order stops no other (O5)."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.rest.bodies import line
from tests.rest.fakes import START, FakeClock, FakeContext
from tests.rest.reading import Store, filled, ids
from tomada.domain.order import Order, OrderStatusChange
from tomada.errors import TransientError
from tomada.spi import Checkpoint, Known
from tomada_tray_rest.plugin import TrayRest

SENT = {"status": "ENVIADO", "OrderStatus": {"id": "342", "type": "open"}}


@pytest.fixture
def store() -> Store:
    return Store()


def test_o5_first_reading_takes_all_and_the_second_reads_no_detail(store: Store) -> None:
    filled(store, 7)
    assert sorted(ids(store.sync()), key=int) == ["1", "2", "3", "4", "5", "6", "7"]
    store.pass_time()
    assert store.sync() == []
    assert [path for path, _ in store.tray.requests] == ["GET /orders"]


def test_o5_an_idle_minute_costs_one_request_in_a_large_store() -> None:
    store = Store(page_size=5)
    filled(store, 40, seconds=0)  # equal timestamps
    assert len(store.sync()) == 40
    store.pass_time()
    assert store.sync() == []
    assert len(store.tray.requests) == 1


def test_o5_a_new_order_costs_one_page_and_one_detail() -> None:
    store = Store(page_size=5)
    filled(store, 30)
    store.sync()
    store.tray.place(31)
    store.pass_time()
    assert ids(store.sync()) == ["31"]
    assert [path for path, _ in store.tray.requests].count("GET /orders") <= 3
    assert store.tray.count("/complete") == 1


def test_status_sync_needs_no_detail(store: Store) -> None:
    filled(store, 2)
    store.sync()
    store.tray.change(1, **SENT, has_payment="1")
    store.pass_time()
    (event,) = store.sync()
    assert isinstance(event.value, OrderStatusChange)
    assert (event.value.status.code, event.value.paid) == ("342", True)
    assert store.tray.count("/complete") == 0
    store.pass_time()
    assert store.sync() == []


def test_o5_what_we_wrote_needs_no_detail(store: Store) -> None:
    filled(store, 1)
    store.sync()
    store.tray.change(1, sending_code="BR1", has_invoice="1", OrderInvoice=[{"id": "3", "link": ""}])
    store.pass_time()
    assert [type(event.value) for event in store.sync()] == [OrderStatusChange]
    assert store.tray.count("/complete") == 0


def test_o6_a_change_that_the_list_does_not_show_is_read(store: Store) -> None:
    """Our own write explained one ``modified``; the next is unexplained: an address, for instance."""
    filled(store, 1)
    store.sync()
    store.tray.change(1, sending_code="BR1")
    store.pass_time()
    store.sync()
    store.tray.change(1)
    store.pass_time()
    assert [type(event.value) for event in store.sync()] == [Order]


def test_o6_changed_items_are_read(store: Store) -> None:
    filled(store, 1)
    store.sync()
    store.tray.change(1, ProductsSold=[line(), line(id="56")], partial_total="160.00", total="167.00")
    store.pass_time()
    (event,) = store.sync()
    assert len(event.value.items) == 2


def test_o5_a_version_younger_than_two_seconds_is_not_settled(store: Store) -> None:
    store.tray.place(1)
    store.pass_time(1)
    (event,) = store.sync()
    assert not event.settled
    store.tray.orders["1"]["partial_total"] = "80.00"
    store.tray.orders["1"]["customer_note"] = "changed within the same second"
    store.pass_time()
    (event,) = store.sync()
    assert (event.settled, event.value.notes) == (True, "changed within the same second")
    store.pass_time()
    assert store.sync() == []


def test_o5_equal_timestamps_around_a_checkpoint_lose_nothing(store: Store) -> None:
    filled(store, 1)
    store.sync()
    store.tray.place(2)
    store.sync()
    store.tray.place(3)  # in the same second as 2, after it was read
    store.pass_time()
    assert "3" in ids(store.sync())


def test_o5_a_store_that_cannot_sort_is_swept_every_time() -> None:
    store = Store(page_size=5)
    store.tray.sortable = False
    filled(store, 12)
    store.sync()
    store.tray.change(3, **SENT)
    store.pass_time()
    assert ids(store.sync()) == ["3"]
    sorts = [params["sort"] for path, params in store.tray.requests if path == "GET /orders"]
    assert sorts == ["modified_desc", "id_asc", "id_asc", "id_asc"]


def test_o5_an_unsorted_list_of_one_page_needs_no_sweep(store: Store) -> None:
    store.tray.sortable = False
    filled(store, 3)
    store.sync()
    store.pass_time()
    store.sync()
    assert len(store.tray.requests) == 1


def test_o5_the_hourly_sweep_finds_what_came_late(store: Store) -> None:
    """A change that becomes visible with an old time: newest first cannot see it, the sweep does."""
    store = Store(page_size=5)
    filled(store, 20)
    store.sync()
    late = store.tray.orders["2"]["modified"]
    store.tray.place(99)
    store.tray.orders["99"]["modified"] = late
    store.pass_time()
    assert store.sync() == []
    store.pass_time(3600)
    assert ids(store.sync()) == ["99"]
    assert store.tray.requests[0][1]["sort"] == "id_asc"


def test_o5_the_interval_is_explicit_and_overlaps(store: Store) -> None:
    filled(store, 1)
    store.sync()
    store.pass_time()
    store.sync()
    (_, params) = store.tray.requests[0]
    start, end = params["modified"].split(",")
    assert (start, end > "2026-03-12") == ("2026-03-08", True)
    assert params["limit"] == "50"


def test_o5_a_row_pulled_over_the_edge_of_a_page_is_not_lost() -> None:
    store = Store(page_size=5)
    filled(store, 12)

    def vanish(request: httpx.Request) -> None:
        if request.url.path.endswith("/orders") and request.url.params.get("page") == "1":
            store.tray.orders.pop("2", None)

    store.tray.after = vanish
    found = ids(store.sync())
    assert set(found) >= {str(number) for number in range(1, 13)} - {"2"}
    assert len(found) == len(set(found))


def test_o5_a_new_order_hides_one_that_vanishes_from_the_first_reading() -> None:
    """The total stays the same and order 6 slips over the edge of a page; no later window would show it."""
    store = Store(page_size=5, sweep_minutes=10_000)
    filled(store, 12, seconds=3600)

    def swap(request: httpx.Request) -> None:
        if request.url.params.get("page") == "1":
            store.tray.after = lambda request: None
            del store.tray.orders["2"]
            store.tray.place(99)

    store.tray.after = swap
    assert set(ids(store.sync())) >= {"6", "99"}
    store.pass_time()
    store.sync()
    assert set(store.core.kept) >= set(store.tray.orders)


def test_o5_a_row_that_moves_while_pages_are_read_comes_with_the_next_reading() -> None:
    store = Store(page_size=5, sweep_minutes=10_000)
    filled(store, 5)
    store.sync()
    for number in range(6, 20):
        store.tray.place(number)
        store.pass_time()

    def move(request: httpx.Request) -> None:
        if request.url.params.get("page") == "1":
            store.pass_time(5)
            store.tray.change(7, **SENT)
            store.tray.after = lambda request: None

    store.tray.after = move
    first = ids(store.sync())
    store.pass_time()
    second = ids(store.sync())
    assert set(first) | set(second) >= {str(number) for number in range(6, 20)}
    assert store.core.kept["7"].status == "342"


def test_o5_a_list_that_keeps_shrinking_ends_the_call_without_a_checkpoint() -> None:
    store = Store(page_size=2)
    filled(store, 40, seconds=0)

    def vanish(request: httpx.Request) -> None:
        if request.url.params.get("sort"):
            store.tray.orders.pop(max(store.tray.orders, key=int))

    store.tray.after = vanish
    with pytest.raises(TransientError) as caught:
        store.sync()
    assert caught.value.code == "tray.list_shrinks"
    assert store.core.cursor is None


def test_o5_a_last_page_that_is_gone_begins_the_walk_again() -> None:
    """A store may answer 404 beyond its last page; the order that moved forward meanwhile is not lost."""
    store = Store(page_size=2)
    filled(store, 5)

    def shrinks(request: httpx.Request) -> httpx.Response | None:
        if request.url.params.get("page") != "3" or "1" not in store.tray.orders:
            return None
        del store.tray.orders["1"]
        return httpx.Response(404, json={"code": 404, "causes": ["Not found"]})

    store.tray.interfere = shrinks
    assert sorted(set(ids(store.sync()))) == ["1", "2", "3", "4", "5"]
    assert set(store.core.orders) >= {"2", "3", "4", "5"}


def test_since_spares_the_detail_of_older_orders(store: Store) -> None:
    store.tray.place(1, date="2026-03-01", modified="2026-03-10 11:00:00")
    store.tray.place(2)
    store.pass_time()
    assert ids(store.sync()) == ["2"]
    assert store.tray.count("/complete") == 1


def test_an_earlier_since_reads_back(store: Store) -> None:
    store.tray.place(1, date="2026-02-20", modified="2026-02-20 11:00:00")
    store.tray.place(2)
    store.pass_time()
    assert ids(store.sync()) == ["2"]
    store.core.since = START - timedelta(days=60)
    assert ids(store.sync()) == ["1"]


def test_the_cursor_of_another_platform_is_no_cursor(store: Store) -> None:
    filled(store, 1)
    store.core.cursor = "page 7"
    store.core.kept["1"] = Known("a version of another platform", "39")
    assert ids(store.sync()) == ["1"]


def test_o5_the_stores_clock_alone_counts(store: Store) -> None:
    """Our clock is two days ahead and then two days behind: nothing is lost."""
    filled(store, 3)
    real = store.clock.now
    for wrong in (timedelta(days=2), timedelta(days=-2)):
        store.sync()
        store.tray.place(len(store.tray.orders) + 1)
        store.pass_time()
        store.tray.ends = real() + timedelta(hours=3)
        ctx = FakeContext(store.tray, store.ctx.vault)
        ctx.state = store.ctx.state
        ctx.clock = ShiftedClock(store.clock, wrong)
        ctx.settings = ctx.settings.model_copy(update={"refresh_ahead_minutes": 0})
        ctx.session = type(ctx.session)(ctx)
        found = store.core.commit(TrayRest().orders_fetch(ctx, store.query()))
        assert ids(found) == [str(len(store.tray.orders))]


class ShiftedClock(FakeClock):
    def __init__(self, real: FakeClock, shift: timedelta) -> None:
        self._real, self._shift = real, shift

    def now(self) -> Any:
        return self._real.now() + self._shift

    def sleep(self, seconds: float) -> None:
        self._real.sleep(seconds)


def test_every_reading_ends_with_a_checkpoint(store: Store) -> None:
    events = list(TrayRest().orders_fetch(store.ctx, store.query()))
    assert [type(event) for event in events] == [Checkpoint]


def test_orders_read_gives_the_version_of_the_list(store: Store) -> None:
    filled(store, 2)
    store.sync()
    events = list(TrayRest().orders_read(store.ctx, ["2", "404", "1"]))
    assert ids(events) == ["2", "1"]
    assert {event.value.remote_id: event.version for event in events} == {
        remote_id: known.version for remote_id, known in store.core.kept.items()
    }


def test_orders_read_leaves_out_what_is_gone_meanwhile(store: Store) -> None:
    filled(store, 2)
    store.tray.interfere = lambda request: (
        httpx.Response(404, json={"code": 404}) if "/1/complete" in request.url.path else None
    )
    found = list(TrayRest().orders_read(store.ctx, ["1", "2", "3"]))
    assert ids(found) == ["2"]
