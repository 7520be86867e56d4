"""Reading orders when the store or one of them is broken: one bad order stops no other (D3, O5, Q1)."""

from collections.abc import Iterator

import httpx
import pytest

from tests.rest.bodies import line
from tests.rest.fakes import text_answer, unauthorised
from tests.rest.reading import Store, filled, ids
from tomada.errors import AuthenticationError, QuotaExceeded, TransientError
from tomada.spi import Fetched, Rejected
from tomada_tray_rest.plugin import TrayRest


@pytest.fixture
def store() -> Store:
    return Store()


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


def test_a_blocked_store_says_so(store: Store) -> None:
    store.tray.interfere = lambda request: unauthorised(1001)
    with pytest.raises(AuthenticationError) as caught:
        store.sync()
    assert caught.value.code == "tray.store_blocked"


def test_orders_read_rejects_an_unreadable_order(store: Store) -> None:
    filled(store, 1)
    failing(store, {"1"}, iter([text_answer("["), text_answer("[")]))
    (event,) = TrayRest().orders_read(store.ctx, ["1"])
    assert event.code == "not_json"
