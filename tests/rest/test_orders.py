"""Reading orders: few requests, nothing lost, one bad order stops no other (O5)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from tests.rest.bodies import line
from tests.rest.fakes import START, Core, FakeClock, FakeContext, FakeTray, text_answer, unauthorised
from tomada.domain.order import Order, OrderStatusChange
from tomada.errors import AuthenticationError, QuotaExceeded, TransientError
from tomada.spi import Checkpoint, Fetched, Known, OrderQuery, Rejected
from tomada_tray_rest.plugin import TrayRest

SENT = {"status": "ENVIADO", "OrderStatus": {"id": "342", "type": "open"}}


class Store:
    """A fake store, what the core keeps of it, and the plugin between them."""

    def __init__(self, **settings: Any) -> None:
        self.clock = FakeClock()
        self.tray = FakeTray(self.clock)
        self.core = Core(since=START - timedelta(days=5))
        self.settings = settings
        self.ctx = FakeContext(self.tray, **settings)
        self.fail_5xx: set[str] = set()

    def sync(self) -> list[Any]:
        """Read once, in a session of its own; forget the requests of the time before."""
        self.tray.requests.clear()
        ctx = FakeContext(self.tray, self.ctx.vault, **self.settings)
        ctx.state = self.ctx.state
        return self.core.commit(TrayRest().orders_fetch(ctx, self.query()))

    def query(self) -> OrderQuery:
        return OrderQuery(self.core.since, self.core.cursor, self.core.known)

    def pass_time(self, seconds: float = 60) -> None:
        self.clock.sleep(seconds)


@pytest.fixture
def store() -> Store:
    return Store()


def ids(items: list[Any]) -> list[str]:
    return [item.remote_id if isinstance(item, Rejected) else item.value.remote_id for item in items]


def filled(store: Store, count: int, seconds: float = 60) -> None:
    for number in range(1, count + 1):
        store.tray.place(number)
        store.pass_time(seconds)
    store.pass_time(3)


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


def test_d3_a_damaged_order_is_rejected_and_its_neighbours_go_on(store: Store) -> None:
    filled(store, 3)
    store.tray.orders["2"]["ProductsSold"] = [line(quantity="-1")]
    items = store.sync()
    (rejected,) = [item for item in items if isinstance(item, Rejected)]
    assert (rejected.remote_id, rejected.code, rejected.field) == ("2", "bad_quantity", "quantity")
    assert '"quantity": "-1"' in rejected.raw.replace('":"', '": "')
    assert "Beatriz" not in rejected.message
    assert len(items) == 3
    store.pass_time()
    assert store.sync() == []


def test_d3_a_mended_order_comes_in(store: Store) -> None:
    filled(store, 1)
    store.tray.orders["1"]["installment"] = "x"
    store.sync()
    store.tray.change(1, installment="1")
    store.pass_time()
    assert [type(item) for item in store.sync()] == [Fetched]


def test_a_row_without_an_id_is_reported_once(store: Store) -> None:
    filled(store, 2)
    store.tray.orders["1"]["id"] = ""
    items = store.sync()
    assert [item.field for item in items if isinstance(item, Rejected)] == ["id"]
    store.pass_time()
    assert store.sync() == []


def test_the_complete_read_of_another_order_is_refused(store: Store) -> None:
    filled(store, 2)

    def swap(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/orders/1/complete"):
            return httpx.Response(200, json={"Order": store.tray.orders["2"]})
        return None

    store.tray.interfere = swap
    assert [item.code for item in store.sync() if isinstance(item, Rejected)] == ["other_order"]


def test_an_order_that_is_gone_at_its_detail_is_left_out(store: Store) -> None:
    filled(store, 2)

    def gone(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(404, json={}) if request.url.path.endswith("/1/complete") else None

    store.tray.interfere = gone
    assert ids(store.sync()) == ["2"]


def failing(store: Store, remote_ids: set[str], answers: Iterator[httpx.Response] | None = None) -> None:
    def fail(request: httpx.Request) -> httpx.Response | None:
        parts = request.url.path.split("/")
        if parts[-1] == "complete" and parts[-2] in remote_ids:
            return next(answers) if answers else text_answer("broken", 500)
        return None

    store.tray.interfere = fail


def test_an_order_that_breaks_the_server_stops_no_other(store: Store) -> None:
    filled(store, 4)
    failing(store, {"2"})
    with pytest.raises(TransientError):
        store.sync()
    assert set(store.core.kept) == {"1", "3", "4"}
    store.tray.interfere = lambda request: None
    store.pass_time()
    assert ids(store.sync()) == ["2"]


def test_a_store_that_fails_everywhere_is_given_up_soon(store: Store) -> None:
    filled(store, 20)
    failing(store, {str(number) for number in range(30)})
    with pytest.raises(TransientError):
        store.sync()
    assert store.tray.count("/complete") == 3 * 3  # three orders, each tried three times by the transport


def test_a_truncated_body_is_read_again(store: Store) -> None:
    filled(store, 1)
    answers = iter(
        [text_answer('{"Order": {"id"'), httpx.Response(200, json={"Order": store.tray.orders["1"]})]
    )
    failing(store, {"1"}, answers)
    assert [type(item) for item in store.sync()] == [Fetched]


def test_a_body_that_stays_unreadable_is_rejected_without_a_version(store: Store) -> None:
    filled(store, 2)

    def broken() -> Iterator[httpx.Response]:
        while True:
            yield text_answer("<html>")

    failing(store, {"1"}, broken())
    rejected = [item for item in store.sync() if isinstance(item, Rejected)]
    assert [(item.remote_id, item.code, item.version, item.raw) for item in rejected] == [
        ("1", "not_json", "", "<html>")
    ]
    store.tray.interfere = lambda request: None
    store.pass_time()
    assert ids(store.sync()) == ["1"]


def test_an_order_that_is_refused_is_rejected(store: Store) -> None:
    filled(store, 2)
    body = {"code": 400, "causes": {"Order": {"id": ["locked"]}}}
    failing(store, {"1"}, iter([httpx.Response(400, json=body)]))
    (rejected,) = [item for item in store.sync() if isinstance(item, Rejected)]
    assert (rejected.remote_id, rejected.code) == ("1", "refused")
    assert "Order.id: locked" in rejected.message


def test_q1_a_refusal_for_quota_ends_the_call(store: Store) -> None:
    filled(store, 3)

    def refuse() -> Iterator[httpx.Response]:
        while True:
            yield httpx.Response(429, headers={"retry-after": "600"})

    failing(store, {"1", "2", "3"}, refuse())
    with pytest.raises(QuotaExceeded) as caught:
        store.sync()
    assert caught.value.retry_after == 600


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


def test_a_blocked_store_says_so(store: Store) -> None:
    store.tray.interfere = lambda request: unauthorised(1001)
    with pytest.raises(AuthenticationError) as caught:
        store.sync()
    assert caught.value.code == "tray.store_blocked"


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


def test_orders_read_rejects_an_unreadable_order(store: Store) -> None:
    filled(store, 1)
    failing(store, {"1"}, iter([text_answer("["), text_answer("[")]))
    (event,) = TrayRest().orders_read(store.ctx, ["1"])
    assert event.code == "not_json"
