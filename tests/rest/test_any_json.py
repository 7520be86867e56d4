"""Whatever JSON the store sends is an order or a ``Rejected`` that names the field; nothing else is ever raised."""

import json
from collections.abc import Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.rest.bodies import complete_body, list_row
from tests.rest.fakes import START, FakeClock, FakeContext, FakeTray, text_answer
from tests.rest.reading import Store
from tomada.domain.order import Order
from tomada.errors import TomadaError
from tomada.spi import Fetched, Rejected, RowVersion
from tomada_tray_rest.answers import listed, page_size_of, parsed, sorted_by, total_of
from tomada_tray_rest.detail import nameless
from tomada_tray_rest.errors import causes, error_code, failure
from tomada_tray_rest.mapping import order_of
from tomada_tray_rest.rows import read_row
from tomada_tray_rest.settings import Settings
from tomada_tray_rest.tokens import Tokens
from tomada_tray_rest.wire import WireError

SETTINGS = Settings()
Path = tuple[str | int, ...]

MARKET = {"marketplace_name": "X", "marketplace_document": "1", "marketplace_order_id": "X-1"}
NATIVE = {"codigo": "2", "logistic_type": "fulfillment", "estimated_handling_limit": "2026-03-12 10:00:00"}
PAID = {"value": "87.00", "method": "Pix", "date": "2026-03-10"}
WHOLE = complete_body(
    coupon={"code": "A", "discount": "1.00"},
    Payment=[{"Payment": PAID}],
    MlOrder=[{"MlOrder": NATIVE}],
    MarketplaceOrder=[{"MarketplaceOrder": MARKET}],
    PickupLocation={"name": "Balcão"},
    cart_additional_values_increase="0.00",
)

ODD = [
    *(
        "",
        " ",
        "0",
        "-1",
        "abc",
        "1,5",
        "1e5",
        "NaN",
        "9" * 11,
        "9" * 30,
        "0." + "3" * 30,
        "٣",
        "1/2",
        "|",
    ),
    *("0000-00-00", "0000-00-00 00:00:00", "2026-02-30", "0001-01-01", "9999-12-31 23:59:59", "24:00:00"),
    *(None, True, False, [], {}, [None], [[]], [{}], {"id": None}, ["a"], [1, 2]),
    *(0, -1, 10**30, Decimal("27.235000000000003"), Decimal("1E+400"), Decimal("-1E-400"), float("nan")),
    *("\x00", "\ud800", "x" * 5000, "2026-03-10T12:00:00+99:99", "2026-03-10 12:00:00.5+0300"),
]
ODDS = st.sampled_from(ODD)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


PLACES = list(places(WHOLE["Order"]))


@st.composite
def damaged_orders(draw: st.DrawFn) -> dict[str, Any]:
    """A complete read in which one to three places hold something else, or nothing."""
    whole = deepcopy(WHOLE)
    for path in draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3)):
        target: Any = whole["Order"]
        for key in path[:-1]:
            try:
                target = target[key]
            except (LookupError, TypeError):  # damaged by the one before
                break
        else:
            _damage(draw, target, path[-1])
    return whole


def _damage(draw: st.DrawFn, target: Any, key: str | int) -> None:
    if isinstance(target, dict) and draw(st.booleans()) and draw(st.booleans()):
        target.pop(key, None)
    elif isinstance(target, dict) or (isinstance(target, list) and key in range(len(target))):
        target[key] = draw(ODDS | JSON)


def test_the_undamaged_order_is_one() -> None:
    order = order_of(WHOLE, SETTINGS)
    assert (order.channel.code, order.payments[0].value) == ("Mercado Livre", Decimal("87.00"))


def read(body: dict[str, Any]) -> Order | WireError:
    try:
        return order_of(body, SETTINGS)
    except WireError as error:
        return error


def is_right(found: Order | WireError) -> bool:
    """An order that can be kept and added up, or a refusal that names its field."""
    if isinstance(found, WireError):
        return bool(found.field and found.code)
    kept = Order.model_validate_json(found.model_dump_json())
    return kept == found and found.money.expected_total().is_finite()


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(damaged_orders())
def test_d3_a_damaged_order_is_an_order_or_names_its_field(body: dict[str, Any]) -> None:
    assert is_right(read(body))


@given(JSON | st.dictionaries(st.sampled_from(["Order", "Orders"]), JSON, max_size=2))
def test_d3_any_json_is_no_order_and_says_so(body: Any) -> None:
    with pytest.raises(WireError) as caught:
        order_of(body if isinstance(body, dict) else {"Order": body}, SETTINGS)
    assert caught.value.field


@pytest.mark.parametrize("path", PLACES, ids=lambda path: ".".join(map(str, path)))
def test_d3_no_single_place_can_raise_anything_else(path: Path) -> None:
    """Every place, each with every odd value: what Hypothesis might not draw."""
    for odd in ODD:
        whole = deepcopy(WHOLE)
        target: Any = whole["Order"]
        for key in path[:-1]:
            target = target[key]
        target[path[-1]] = deepcopy(odd)
        assert is_right(read(whole))


@given(st.dictionaries(st.sampled_from(sorted(list_row(WHOLE["Order"]))), ODDS | JSON))
def test_o5_any_row_is_a_row_or_nameless(record: dict[str, Any]) -> None:
    row = read_row(record, SETTINGS)
    if row is None:
        assert isinstance(nameless(record), Rejected)
        return
    assert row.remote_id
    assert RowVersion.parse(str(row.version)) in (row.version, None)


@given(st.dictionaries(st.sampled_from(["paging", "sort", "Orders"]), ODDS | JSON))
def test_o5_any_list_is_read_or_refused(body: dict[str, Any]) -> None:
    total = total_of(body)
    assert total is None or total >= 0
    assert 1 <= page_size_of(body, 50) <= 50
    assert len(sorted_by(body)) == 2
    try:
        records = listed(body, "Orders", "Order")
    except WireError:
        records = []
    assert all(isinstance(record, dict) for record in records)


@given(st.sampled_from([301, 400, 403, 405, 418, 500, 503]), ODDS | JSON)
def test_any_error_body_has_a_sentence(status: int, body: Any) -> None:
    assert isinstance(failure(status, "", body), TomadaError)
    assert str(failure(status, "", body))


@given(st.dictionaries(st.sampled_from(["causes", "error_code", "message", "name"]), ODDS | JSON))
def test_any_refusal_is_read(body: dict[str, Any]) -> None:
    assert isinstance(error_code(body), int)
    assert all(message for _path, message in causes(body))
    assert str(failure(400, "", body))


TOKEN_KEYS = list(FakeTray(FakeClock()).tokens())


@given(st.dictionaries(st.sampled_from(TOKEN_KEYS), ODDS | JSON))
def test_any_answer_of_auth_is_a_pair_or_none(body: dict[str, Any]) -> None:
    tokens = Tokens.answered(body, SETTINGS.zone)
    assert tokens is None or Tokens.kept(tokens.secrets()) == tokens


@given(st.text(max_size=40) | JSON.map(lambda value: json.dumps(value, default=str)))
@example('{"a": 1e99999999999999999999}')
@example('{"a": ' + "1" * 5000 + "}")
@example("[" * 100_000)
def test_any_text_is_an_object_or_none(text: str) -> None:
    found = parsed(text)
    assert found is None or isinstance(found, dict)


def test_a_byte_order_mark_is_no_damage() -> None:
    assert parsed('\ufeff{"a": "1"}') == {"a": "1"}


def test_d3_a_number_beyond_all_numbers_stops_no_other_order() -> None:
    """The whole way: the body with it is unreadable, its neighbour comes in."""
    store = Store()
    store.tray.place(1)
    store.tray.place(2)
    body = json.dumps(complete_body("1")).replace('"87.00"', "1e99999999999999999999")
    store.tray.interfere = lambda request: text_answer(body) if "/1/complete" in request.url.path else None
    store.pass_time()
    found = {type(item): item for item in store.sync()}
    assert found[Rejected].remote_id == "1"
    assert isinstance(found[Fetched].value, Order)


def test_d3_money_beyond_all_money_names_its_field() -> None:
    """Sums of such products are not exact any more: refused where they are read, not where they are added."""
    store = Store()
    store.tray.place(1, total="9" * 15)
    store.pass_time()
    (item,) = store.sync()
    assert (item.code, item.field) == ("bad_decimal", "total")


def test_the_store_may_answer_with_smaller_pages_than_asked_for() -> None:
    tray = FakeTray(FakeClock())
    store = Store()
    store.tray, store.clock = tray, tray.clock
    store.ctx = FakeContext(tray)
    for number in range(1, 8):
        tray.place(number)
    answer = tray._list

    def at_most_three(params: dict[str, str]) -> httpx.Response:
        return answer({**params, "limit": str(min(3, int(params["limit"])))})

    tray._list = at_most_three
    store.pass_time()
    assert len(store.sync()) == 7
    assert store.core.cursor
    assert store.sync() == []
    assert store.core.since < START
