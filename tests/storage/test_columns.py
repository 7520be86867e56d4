"""What is written is read back exactly, on both databases."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.storage.factories import NOON, make_audit, make_order, make_run
from tomada.errors import InternalError
from tomada.ports.records import StoreRecord
from tomada.storage.database import SqlDatabase

_SHARED = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
_ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_DAY = NOON.replace(tzinfo=None)
_TIMES = st.datetimes(_DAY.replace(year=1900), _DAY.replace(year=2200), timezones=_ZONES)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@_SHARED
@given(time=_TIMES)
def test_times_come_back_as_the_same_moment_in_utc(
    database: SqlDatabase, store: StoreRecord, time: datetime
) -> None:
    with database.begin() as tx:
        run = tx.runs.save(make_run(store.id, started_at=time))
        found = tx.runs.get(run.id)
    assert found
    assert found.started_at == time
    assert found.started_at.tzinfo is UTC
    assert found.ended_at is None


@_SHARED
@given(amount=st.decimals(-(10**12), 10**12, allow_nan=False), places=st.integers(0, 6))
def test_decimals_come_back_with_every_digit(
    database: SqlDatabase, store: StoreRecord, amount: Decimal, places: int
) -> None:
    exact = amount.quantize(Decimal(1).scaleb(-places))
    with database.begin() as tx:
        record = (tx.orders.find(store.id, ["1"]) or {"1": make_order(store.id, "1")})["1"]
        for written in (amount, exact):
            record.total = written
            tx.orders.save([record])
            found = tx.orders.get(record.id).total
            assert found == written
        assert str(found) == format(exact, "f")


@_SHARED
@given(value=st.dictionaries(st.text(), _JSON, max_size=4))
def test_json_comes_back_as_it_was(database: SqlDatabase, store: StoreRecord, value: dict[str, Any]) -> None:
    store.settings = value
    with database.begin() as tx:
        tx.stores.save(store)
        assert tx.stores.get(store.id).settings == value


@_SHARED
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_texts_of_any_length_and_script_come_back(
    database: SqlDatabase, store: StoreRecord, text: str
) -> None:
    long = text * 200
    with database.begin() as tx:
        tx.audit.add([make_audit(store.id, "9", long)])
        assert tx.audit.story(store.id, "9")[-1].event == long


def test_naive_times_are_refused_and_nothing_is_written(database: SqlDatabase, store: StoreRecord) -> None:
    with pytest.raises(InternalError), database.begin() as tx:
        tx.runs.save(make_run(store.id, ended_at=NOON.replace(tzinfo=None)))
    with database.read() as tx:
        assert tx.runs.select() == []
