"""With each fault in turn, and all at random, while things go out: both sides end as without (S1, S6, T2-T4)."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.faults import OUTGOING_TINY, OUTGOING_TRAY, Fault, fired
from tests.e2e.outgoing import link_all, mails, options, posting, store_stock, sync_all
from tests.e2e.stage import Stage, quiet
from tests.e2e.test_faults import another_stage, strike
from tests.kill.rest import TOKEN_LIFE, MovingClock
from tomada.errors import TomadaError
from tomada.flows.products import send_products, with_skus
from tomada.ports.options import Posting
from tomada.ports.records import CodeRecord, RunState
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.faults import FaultKind

SYNCS = 5
STORES = ("a", "b")
FLOWS = ("products", "stock", "tracking", "invoices")
CAP = "BONE"
PRODUCT = {
    "sku": CAP,
    "name": "Boné",
    "price": "39.90",
    "details": {"ncm": "6505.00.22", "marca": "Tomada"},
    "variations": [{"sku": f"{CAP}-{size}", "grid": {"Tamanho": size}, "stock": "5"} for size in "PMG"],
    "images": ["https://fotos.example/frente.jpg", "https://fotos.example/lado.jpg"],
}


def open_shops(stage: Stage, clock_path: Path) -> None:
    """Two stores that sell the same products, each with an order that the ERP has."""
    stage.installation.clock = MovingClock(VirtualClock(clock_path))
    stage.sandbox.clerk(stage.account, "configure", post_on="invoice")
    posting(stage, Posting.ON_INVOICE)
    for name in STORES:
        record = stage.add_store(name, options(), seed=name)
        with stage.installation.gateway(record) as gateway:
            codes = gateway.status_list()
        with stage.installation.database.begin() as tx:
            tx.mappings.saw([CodeRecord(record.id, "status", one.code, one.label, one.type) for one in codes])
        stage.place(name, items=[{"sku": "CAN-AZUL", "quantity": 3}])
    link_all(stage)
    sync_all(stage)
    stage.later()
    sync_all(stage)


def live(stage: Stage, faults: Callable[[], None]) -> str:
    """The ERP's people work, twice, each time with faults and at most five syncs after."""

    def clerk(action: str, **details: Any) -> None:
        stage.sandbox.clerk(stage.account, action, **details)

    sales = {row["markers"][0]: row["id"] for row in stage.erp_orders()}
    clerk("count_stock", sku="CHA-CAMOMILA", stock=7)
    clerk("add_products", products=[PRODUCT])
    for store, order in sales.items():
        clerk("invoice", order=order)
        clerk("ship", order=order, code=f"BR1{store}BR", url=f"https://rastro.example/{store}")
    faults()
    settle(stage)
    stage.later(TOKEN_LIFE)
    clerk("count_stock", sku="CAMISETA-P-BR", stock=2)
    clerk("count_stock", sku="BONE-M", stock=1)
    clerk("edit_product", sku=CAP, details={"marca": "Outra"})
    for store, order in sales.items():
        clerk("set_tracking", order=order, code=f"BR2{store}BR", url=f"https://rastro.example/{store}")
        clerk("replace_invoice", order=order)
    faults()
    settle(stage)
    return both_sides(stage)


def settle(stage: Stage) -> None:
    """Send the product that is asked for and sync both stores, until there was nothing to do: five times at most."""
    for _ in range(SYNCS):
        sent = [send(stage, name) for name in STORES]
        results = sync_all(stage)
        stage.later()
        done = all(result.state is RunState.DONE for result in results.values())
        if done and all(sent) and not any(result.counts.get("sent") for result in results.values()):
            return


def send(stage: Stage, name: str) -> bool:
    """Tell whether nothing kept the product from being sent."""
    with stage.installation.database.read() as tx:
        store = tx.stores.by_name(name)
    assert store
    try:
        with stage.installation.reading(store, "test", quiet, "products", writes=True) as ctx:
            list(send_products(ctx, with_skus(ctx, [CAP])[CAP]))
            return not ctx.counts["waiting"]
    except TomadaError:  # a fault stopped it; whoever asked for it asks again
        return False


def both_sides(stage: Stage) -> str:
    """Everything that may not depend on faults: what the stores have, what buyers were told, our records."""
    notes = {row["key"]: row["number"] for row in stage.sandbox.state_of("tiny", stage.account)["invoices"]}
    with stage.installation.database.read() as tx:
        records = {store.name: store for store in tx.stores.all()}
        ours = {
            name: {
                "links": sorted((link.sku, link.how) for link in tx.links.all(store.id)),
                "open": [
                    (flow, one.key, str(one.state))
                    for flow in FLOWS
                    for one in tx.publications.all(store.id, flow)
                    if str(one.state) != "settled"
                ],
                "last runs": sorted(
                    (run.flow, str(run.state)) for run in tx.runs.select(store.id, limit=len(FLOWS) + 1)
                ),
            }
            for name, store in records.items()
        }
        holds = [(hold.remote_id, hold.code, hold.key) for hold in tx.holds.select()]
        ledger = sorted(str(entry) for found in tx.ledger.by_product(1).values() for entry in found)
    found = {
        "stores": {name: store_side(stage, name, notes) for name in STORES},
        "ours": ours,
        "holds": holds,
        "ledger": ledger,
        "erp": sorted((row["markers"][0], row["situation"], row["total"]) for row in stage.erp_orders()),
    }
    return json.dumps(found, indent=1, ensure_ascii=False)


def name_of(fault: Fault) -> str:
    return f"{fault}-{fault.endpoint}" if fault.endpoint else str(fault)


def store_side(stage: Stage, name: str, notes: dict[str, Any]) -> dict[str, Any]:
    state = stage.sandbox.state_of("tray", stage.remote(name))
    return {
        "products": sorted((_lasting(row) for row in state["products"]), key=lambda row: str(row["sku"])),
        "balances": store_stock(stage, name),
        "orders": [(row["id"], row["status"], _undated(row["texts"])) for row in state["orders"]],
        "invoices": [
            (row["order_id"], notes[row["fields"]["key"]], sorted(row["fields"]), row["fields"]["value"])
            for row in state["invoices"]
        ],
        "mails": sorted((order, kind, notes.get(value, value)) for order, kind, value in mails(stage, name)),
    }


def _lasting(row: dict[str, Any]) -> dict[str, Any]:
    """A product of a store without its ids and times."""
    kept = {key: value for key, value in row.items() if key not in ("id", "created", "modified", "kit")}
    return kept | {"variants": [_lasting(part) for part in row.get("variants", ())]}


def _undated(texts: dict[str, str]) -> dict[str, str]:
    return {key: bool(text) if key == "sending_date" else text for key, text in texts.items()}


@pytest.fixture(scope="module")
def undisturbed(sandbox_url: str, shared_clock: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Both sides at the end of a life without faults."""
    home = tmp_path_factory.mktemp("undisturbed")
    with another_stage(sandbox_url, shared_clock, home, "outgoing-") as stage:
        open_shops(stage, shared_clock)
        found = live(stage, lambda: None)
        assert fired(stage, 0) == Counter()
        return found


def test_what_the_faults_are_compared_with(undisturbed: str) -> None:
    found = json.loads(undisturbed)
    for name in STORES:
        store, ours = found["stores"][name], found["ours"][name]
        (cap,) = [row for row in store["products"] if row["sku"] == CAP]
        assert cap["fields"]["brand"] == "Outra"
        assert cap["pictures"] == PRODUCT["images"]
        assert [(part["sku"], part["stock"]) for part in cap["variants"]] == [
            ("BONE-P", 5),
            ("BONE-M", 1),
            ("BONE-G", 5),
        ]
        assert len(store["products"]) == 9
        assert {store["balances"][sku] for sku in ("CAN-AZUL", "CHA-CAMOMILA", "CAMISETA-P-BR")} == {19, 7, 2}
        ((_, status, texts),) = store["orders"]
        assert (status, texts["sending_code"]) == ("ENVIADO", f"BR2label-{name}BR")
        assert len(store["invoices"]) == 1
        assert Counter(kind for _, kind, _ in store["mails"]) == {"status": 1, "tracking": 2, "invoice": 2}
        assert ours["open"] == []
        assert {state for _, state in ours["last runs"]} == {"done"}
    assert (found["holds"], found["ledger"]) == ([], [])


@pytest.mark.parametrize("fault", OUTGOING_TRAY, ids=name_of)
def test_each_fault_of_the_store(stage: Stage, shared_clock: Path, undisturbed: str, fault: Fault) -> None:
    open_shops(stage, shared_clock)
    since = stage.sandbox.journal_end()
    rule = {"times": 2} if fault.endpoint else {"times": 4, "every": 3}
    found = live(stage, lambda: strike(stage, f"tray/{stage.prefix}.*", fault, **rule))
    assert found == undisturbed
    if fault.kind == FaultKind.EQUAL_TIMESTAMPS:  # in force while it stands, not at a request
        products = stage.sandbox.state_of("tray", stage.remote("a"))["products"]
        assert {row["modified"][-2:] for row in products if row["sku"] == CAP} == {"00"}
    else:
        assert fired(stage, since)["tray", fault.kind] >= 2 * (1 if fault.endpoint else 2)


@pytest.mark.parametrize("fault", OUTGOING_TINY, ids=name_of)
def test_each_fault_of_the_erp(stage: Stage, shared_clock: Path, undisturbed: str, fault: Fault) -> None:
    open_shops(stage, shared_clock)
    since = stage.sandbox.journal_end()
    rule = {"times": 2} if fault.endpoint else {"times": 4, "every": 4}
    found = live(stage, lambda: strike(stage, f"tiny/{stage.account}", fault, **rule))
    assert found == undisturbed
    if fault.kind == FaultKind.EQUAL_TIMESTAMPS:
        orders = stage.erp_orders()
        assert {row["updated"][-3:] for row in orders} == {":00"}
    else:
        assert fired(stage, since)["tiny", fault.kind] >= 2 * (1 if fault.endpoint else 2)
