"""With each fault of the sandbox in turn, and all at random: the same final state as without (A1, O2, O5)."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.stage import Stage
from tests.kill.rest import MovingClock
from tomada_sandbox.clock import VirtualClock

SYNCS = 5
TRAY = [
    ("refuse_429", {}),
    ("error_before", {}),
    ("error_after", {}),
    ("reset_before", {}),
    ("reset_after", {}),
    ("timeout", {"seconds": 0.2, "close": True}),
    ("truncated", {}),
    ("truncated", {"whole": True}),
    ("expired_token", {}),
    ("shift_pages", {"rows": 1}),
    ("shift_pages", {"rows": -1}),
    ("equal_timestamps", {"seconds": 60}),
]
TINY = [
    ("refuse_429", {}),
    ("error_before", {}),
    ("error_after", {}),
    ("late_effect", {"seconds": 60}),
    ("reset_before", {}),
    ("reset_after", {}),
    ("timeout", {"seconds": 0.2, "close": True}),
    ("truncated", {}),
    ("truncated", {"whole": True}),
]


def open_stage(stage: Stage, clock_path: Any) -> None:
    """Two stores on one account; waiting moves the clock, so that no test waits in real time."""
    stage.installation.clock = MovingClock(VirtualClock(clock_path))
    for name in ("a", "b"):
        stage.add_store(name)


def live(stage: Stage, faults: Callable[[], None]) -> object:
    """Orders are placed, then paid, changed and cancelled, each time with faults and at most five syncs after.

    Returns both sides at the end. Between the two no order may be left out: one that is cancelled before it came
    in is rightly not imported (O4).
    """
    for name in ("a", "b"):
        for number in range(4):
            stage.place(
                name, payment="boleto" if number == 3 else "pix", shipping="Motoboy" if number == 2 else "PAC"
            )
    faults()
    for _ in range(SYNCS):
        stage.sync()
        stage.later()
    for name in ("a", "b"):
        stage.shop(name, "pay", order=1004)
        stage.shop(name, "change_status", order=1001, status="ENVIADO")
        stage.shop(name, "cancel", order=1002)
    faults()
    for _ in range(SYNCS):
        stage.sync()
        stage.later()
    erp = sorted(
        (row["markers"][0], row["ecommerce_number"], row["total"], row["situation"])
        for row in stage.erp_orders()
    )
    with stage.installation.database.read() as tx:
        orders = sorted((r.store_id, r.remote_id, str(r.state), r.reason) for r in tx.orders.select())
        holds = sorted((hold.store_id, hold.remote_id, hold.code) for hold in tx.holds.select())
    return erp, orders, holds


EXPECTED_ERP = [
    (f"label-{name}", number, "40.00", status)
    for name in ("a", "b")
    for number, status in (("1001", "enviado"), ("1002", "cancelado"), ("1004", "aprovado"))
]


def check(found: Any) -> None:
    erp, orders, holds = found
    assert erp == EXPECTED_ERP
    assert [(state, reason) for _, _, state, reason in orders] == [
        ("created", ""),
        ("created", ""),
        ("held", "unmapped"),
        ("created", ""),
    ] * 2
    assert holds == [(1, "1003", "unmapped"), (2, "1003", "unmapped")]


def test_without_faults(stage: Stage, shared_clock: Any) -> None:
    open_stage(stage, shared_clock)
    check(live(stage, lambda: None))


@pytest.mark.parametrize(("kind", "params"), TRAY, ids=[f"{kind}-{params}" for kind, params in TRAY])
def test_each_fault_of_the_store(stage: Stage, shared_clock: Any, kind: str, params: dict[str, Any]) -> None:
    open_stage(stage, shared_clock)

    def faults() -> None:
        stage.sandbox.add_fault(kind, remote=f"tray/{stage.prefix}.*", times=4, every=3, params=params)

    check(live(stage, faults))


@pytest.mark.parametrize(("kind", "params"), TINY, ids=[f"{kind}-{params}" for kind, params in TINY])
def test_each_fault_of_the_erp(stage: Stage, shared_clock: Any, kind: str, params: dict[str, Any]) -> None:
    open_stage(stage, shared_clock)

    def faults() -> None:
        stage.sandbox.add_fault(kind, remote=f"tiny/{stage.account}", times=4, every=4, params=params)

    check(live(stage, faults))


@pytest.mark.parametrize("seed", range(8))
def test_all_faults_at_random(stage: Stage, shared_clock: Any, seed: int) -> None:
    open_stage(stage, shared_clock)
    chance = random.Random(seed)

    def faults() -> None:
        for remote, kinds in ((f"tray/{stage.prefix}.*", TRAY), (f"tiny/{stage.account}", TINY)):
            for kind, params in chance.sample(kinds, 5):
                stage.sandbox.add_fault(
                    kind, remote=remote, times=2, probability=0.2, seed=chance.randrange(10**6), params=params
                )

    check(live(stage, faults))
