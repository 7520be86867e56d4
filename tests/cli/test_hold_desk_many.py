"""1,000 orders wait for five codes: the desk answers at once, and one command a cause settles them (D3)."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import event

from tests.cli.goods import told
from tests.cli.running import here
from tests.flows.factories import make_order
from tests.storage.factories import NOON, make_erp, make_hold, make_store
from tests.storage.factories import make_order as make_record
from tomada.app.hold_changes import settle_holds
from tomada.app.hold_choice import Wanted
from tomada.app.holds import desk
from tomada.app.mappings import map_code
from tomada.app.opening import opened
from tomada.app.suggesting import suggest_codes
from tomada.bootstrap import Installation
from tomada.ports.records import CodeRecord, OrderState

Capture = pytest.CaptureFixture[str]
ORDERS, CODES = 1000, ("Drone", "Balloon", "Canoe", "Horse", "Bicycle")
EACH = ORDERS // len(CODES)
STATEMENTS = 20
"""More than any command of the desk asks the database for, however many holds it is about."""


@pytest.fixture
def crowd(home: Path, capsys: Capture) -> Iterator[Installation]:
    """A store whose orders all wait, a fifth of them for each code."""
    assert here(capsys, "init")[0] == 0
    payload = make_order("0").model_dump_json()
    with opened(home) as installation:
        with installation.database.begin() as tx:
            store = tx.stores.save(make_store("loja", tx.erps.save(make_erp("conta")).id))
            orders = [
                make_record(
                    store.id,
                    str(number),
                    total=Decimal("10.50"),
                    payload=payload,
                    state=OrderState.HELD,
                    reason="unmapped",
                    dirty=False,
                )
                for number in range(ORDERS)
            ]
            tx.orders.save(orders)
            tx.holds.save(
                make_hold(store.id, order.id, key=code, remote_id=order.remote_id, details={"label": code})
                for order, code in zip(orders, CODES * EACH, strict=True)
            )
        yield installation


@contextmanager
def asked(installation: Installation) -> Iterator[list[str]]:
    """Collect the statements; one that is run for many rows at once counts once."""
    statements: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(installation.database.engine, "before_cursor_execute", listen)
    try:
        yield statements
    finally:
        event.remove(installation.database.engine, "before_cursor_execute", listen)


def due(installation: Installation) -> int:
    with installation.database.read() as tx:
        return len(tx.orders.due(1, NOON, 2 * ORDERS))


def test_d3_a_thousand_orders_are_five_lines(crowd: Installation, capsys: Capture) -> None:
    with asked(crowd) as statements:
        found = desk(crowd, Wanted())
    assert len(statements) <= STATEMENTS
    assert (found.waiting.orders, found.waiting.value) == (ORDERS, Decimal(10500))
    assert [(one.pile.orders, one.pile.value) for one in found.causes] == [(EACH, Decimal(2100))] * 5
    shown = here(capsys, "holds", "list")[1].splitlines()
    assert len(shown) == 1 + len(CODES) + 2


def test_d3_one_command_a_cause_settles_them_all_and_frees_only_its_own(
    crowd: Installation, capsys: Capture
) -> None:
    for number, code in enumerate(CODES[:-1], start=1):
        words = ("holds", "settle", "--cause", f"unmapped:shipping:{code}", "--as", "T", "--remember")
        assert told(capsys, *words, "--yes")["settled"]["freed"] == EACH
        assert due(crowd) == number * EACH
    with asked(crowd) as statements:
        done = settle_holds(crowd, Wanted(cause="unmapped", store="loja"), "leave")
    assert len(statements) <= STATEMENTS
    assert done
    assert (done.freed, len(done.holds), due(crowd)) == (EACH, EACH, ORDERS)
    assert told(capsys, "holds", "list")["waiting"]["holds"] == 0


def test_d1_setting_one_code_frees_all_and_only_its_orders_at_once(
    crowd: Installation, capsys: Capture
) -> None:
    for number, code in enumerate(CODES[:2], start=1):
        with asked(crowd) as statements:
            done = map_code(crowd, "loja", "shipping", code, "T")
        assert len(statements) <= STATEMENTS
        assert (done.freed, len(done.orders), done.waiting) == (EACH, EACH, ())
        assert due(crowd) == number * EACH
    told_to = here(capsys, "map", "set", "loja", "shipping", "B*", "X")[1]
    assert f"go on with the next sync: {EACH} (4, " in told_to
    assert due(crowd) == 3 * EACH
    assert told(capsys, "map", "set", "loja", "shipping", "*", "leave")["mapping"]["freed"] == 2 * EACH
    assert due(crowd) == ORDERS


def test_d1_what_waits_for_each_code_is_suggested_upon_at_once(crowd: Installation) -> None:
    with crowd.database.begin() as tx:
        tx.mappings.saw(CodeRecord(1, "shipping", code, code) for code in CODES)
    with asked(crowd) as statements:
        found = suggest_codes(crowd, "loja", "shipping")
    assert len(statements) <= 2 * STATEMENTS
    assert [(one.waiting.orders, one.waiting.value) for one in found.codes] == [(EACH, Decimal(2100))] * 5
