"""With each fault of the sandbox in turn, and all at random: the same final state as without (A1, O2, O5)."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.faults import TINY, TRAY, Fault, fired
from tests.e2e.stage import Stage
from tests.kill.rest import TOKEN_LIFE, MovingClock
from tomada.storage.crypto import KEY_VARIABLE, encode_key, new_key
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.faults import FaultKind

SYNCS = 5
STORES = ("a", "b")
ORDERS: list[dict[str, Any]] = [
    {},
    {"customer": "company", "coupon": "3.00", "shipment_value": "12.50"},
    {"shipping": "Motoboy"},  # held: nobody has mapped it
    {"payment": "boleto", "discount": "1.99", "items": [{"sku": "CAN-AZUL", "quantity": 3}]},
]


def open_stores(stage: Stage, clock_path: Path) -> None:
    """Two stores on one account, with two orders a page; waiting moves the clock, not the real time."""
    stage.installation.clock = MovingClock(VirtualClock(clock_path))
    for name in STORES:
        record = stage.add_store(name, seed=name)
        record.settings["page_size"] = 2
        with stage.installation.database.begin() as tx:
            tx.stores.save(record)


def live(stage: Stage, faults: Callable[[], None]) -> str:
    """Orders are placed, then paid, changed and cancelled, each time with faults and at most five syncs after.

    Between the two no order may be left out: one that is cancelled before it came in is rightly not imported (O4).
    """
    for name in STORES:
        for order in ORDERS:
            stage.place(name, **order)
    faults()
    settle(stage)
    stage.later(TOKEN_LIFE)
    for name in STORES:
        stage.shop(name, "pay", order=1004)
        stage.shop(name, "change_status", order=1001, status="ENVIADO")
        stage.shop(name, "cancel", order=1002)
    faults()
    settle(stage)
    return both_sides(stage)


def settle(stage: Stage) -> None:
    """Sync five times, with the clock moved on between."""
    for _ in range(SYNCS):
        stage.sync()
        stage.later()


def both_sides(stage: Stage) -> str:
    """Everything that may not depend on faults: the ERP's orders and contacts, the stores' orders, our records."""
    account = stage.sandbox.state_of("tiny", stage.account)
    passing = {"id", "number", "contact_id", "placed", "created", "updated", "occurrences"}
    erp = sorted(
        (
            {name: value for name, value in row.items() if name not in passing}
            | {"instalments": [row["value"] for row in row["instalments"]]}
            | {"texts": {key: text for key, text in row["texts"].items() if key != "data_envio"}}
            for row in account["orders"]
        ),
        key=lambda row: (row["markers"], row["ecommerce_number"]),
    )
    contacts = sorted(contact["fields"]["cpf_cnpj"] for contact in account["contacts"])
    stores = {
        name: [
            {key: row[key] for key in ("id", "status_id", "shipment", "lines", "customer_id")}
            for row in stage.sandbox.state_of("tray", stage.remote(name))["orders"]
        ]
        for name in STORES
    }
    with stage.installation.database.read() as tx:
        orders = sorted(
            (r.store_id, r.remote_id, str(r.state), r.reason, str(r.total), r.status_name, r.erp_status)
            for r in tx.orders.select()
        )
        holds = sorted((hold.store_id, hold.remote_id, hold.code, hold.key) for hold in tx.holds.select())
        intents = tx.intents.open([record.id for record in tx.orders.select()])
        last = [str(tx.runs.select(store.id, limit=1)[0].state) for store in tx.stores.all()]
    found = {"erp": erp, "contacts": contacts, "stores": stores, "orders": orders, "holds": holds}
    return json.dumps(found | {"open": list(intents), "last runs": last}, indent=1, ensure_ascii=False)


@contextmanager
def another_stage(url: str, clock: Path, home: Path, prefix: str) -> Iterator[Stage]:
    key = new_key()
    with pytest.MonkeyPatch.context() as patch, SandboxClient(url) as sandbox:
        patch.setenv(KEY_VARIABLE, encode_key(key))
        patch.setenv("TOMADA_CLOCK", str(clock))
        stage = Stage(sandbox, home, prefix)
        stage.create(key)
        yield stage
        stage.close()


@pytest.fixture(scope="module")
def undisturbed(sandbox_url: str, shared_clock: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Both sides at the end of a life without faults."""
    home = tmp_path_factory.mktemp("undisturbed")
    with another_stage(sandbox_url, shared_clock, home, "undisturbed-") as stage:
        open_stores(stage, shared_clock)
        found = live(stage, lambda: None)
        assert fired(stage, 0) == Counter()
        return found


def test_what_the_faults_are_compared_with(undisturbed: str) -> None:
    found = json.loads(undisturbed)
    assert [
        (row["markers"], row["ecommerce_number"], row["total"], row["situation"]) for row in found["erp"]
    ] == [
        ([f"label-{name}"], number, total, status)
        for name in STORES
        for number, total, status in (
            ("1001", "40.00", "enviado"),
            ("1002", "49.50", "cancelado"),
            ("1004", "118.01", "aprovado"),
        )
    ]
    assert [row["customer"]["tipo_pessoa"] for row in found["erp"]] == ["F", "J", "F"] * 2
    assert [row["freight"] for row in found["erp"]] == ["0.00", "12.50", "0.00"] * 2
    assert len(found["contacts"]) == 6
    assert [hold[1:3] for hold in found["holds"]] == [["1003", "unmapped"]] * 2
    assert (found["open"], found["last runs"]) == ([], ["done", "done"])


def test_every_kind_of_fault_is_tried() -> None:
    assert {fault.kind for fault in [*TRAY, *TINY]} == {kind.value for kind in FaultKind}


def strike(stage: Stage, remote: str, fault: Fault, **rule: Any) -> None:
    stage.sandbox.add_fault(fault.kind, remote=remote, endpoint=fault.endpoint, params=fault.params, **rule)


@pytest.mark.parametrize("fault", TRAY, ids=str)
def test_each_fault_of_the_store(stage: Stage, shared_clock: Path, undisturbed: str, fault: Fault) -> None:
    open_stores(stage, shared_clock)
    since = stage.sandbox.journal_end()
    every = 1 if fault.endpoint else 3
    assert (
        live(stage, lambda: strike(stage, f"tray/{stage.prefix}.*", fault, times=4, every=every))
        == undisturbed
    )
    if fault.kind == FaultKind.EQUAL_TIMESTAMPS:  # in force while it stands, not at a request
        orders = [
            row for name in STORES for row in stage.sandbox.state_of("tray", stage.remote(name))["orders"]
        ]
        assert {row["modified"][-2:] for row in orders if row["id"] != 1003} == {"00"}
    else:
        assert fired(stage, since)["tray", fault.kind] >= (2 if fault.endpoint == "auth.refresh" else 4)


@pytest.mark.parametrize("fault", TINY, ids=str)
def test_each_fault_of_the_erp(stage: Stage, shared_clock: Path, undisturbed: str, fault: Fault) -> None:
    open_stores(stage, shared_clock)
    since = stage.sandbox.journal_end()
    every = 1 if fault.endpoint else 4
    assert (
        live(stage, lambda: strike(stage, f"tiny/{stage.account}", fault, times=4, every=every))
        == undisturbed
    )
    assert fired(stage, since)["tiny", fault.kind] >= 4


@pytest.mark.parametrize("seed", range(8))
def test_all_faults_at_random(stage: Stage, shared_clock: Path, undisturbed: str, seed: int) -> None:
    open_stores(stage, shared_clock)
    since = stage.sandbox.journal_end()
    chance = random.Random(seed)

    def faults() -> None:
        for remote, kinds in ((f"tray/{stage.prefix}.*", TRAY), (f"tiny/{stage.account}", TINY)):
            for fault in chance.sample(kinds, 5):
                strike(stage, remote, fault, times=2, probability=0.2, seed=chance.randrange(10**6))

    assert live(stage, faults) == undisturbed
    assert fired(stage, since).total() >= 4
