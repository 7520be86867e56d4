"""With each fault in turn, and all at random, while things go out: both sides end as without (S1, S6, T2-T4)."""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tests.e2e.faults import OUTGOING_TINY, OUTGOING_TRAY, SENDING, TINY, Fault, fired, struck
from tests.e2e.outgoing import link_all, mails, options, posting, store_stock, sync_all
from tests.e2e.stage import STEP, Stage, quiet
from tests.e2e.test_faults import another_stage, strike
from tests.kill.rest import TOKEN_LIFE, MovingClock
from tomada.errors import TomadaError
from tomada.flows.products.flow import send_products, with_skus
from tomada.ports.erp_options import Posting
from tomada.ports.records import CodeRecord, RunState
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.faults import FaultKind

SYNCS = 5
SOON = 20
"""Seconds, fewer than an effect may be late."""
STORES = ("a", "b")
FLOWS = ("products", "stock", "tracking", "invoices")
CAP = "BONE"
CANDLE = "VELA-BAUNILHA"
PRODUCT = {
    "sku": CAP,
    "name": "Boné",
    "price": "39.90",
    "details": {
        "ncm": "6505.00.22",
        "marca": "Tomada",
        "categoria": "Cozinha >> Canecas",
        "descricao_complementar": "Um boné.",
    },
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
    later_sales = {name: stage.place(name, items=[{"sku": CANDLE, "quantity": 2}]) for name in STORES}
    clerk("count_stock", sku="CHA-CAMOMILA", stock=7)
    clerk("add_products", products=[PRODUCT])
    for store, order in sales.items():
        clerk("invoice", order=order)
        clerk("ship", order=order, code=f"BR1{store}BR", url=f"https://rastro.example/{store}")
    faults()
    settle(stage, CAP)
    stage.later(TOKEN_LIFE)
    clerk("count_stock", sku="CAMISETA-P-BR", stock=2)
    clerk("count_stock", sku="BONE-M", stock=1)
    clerk("edit_product", sku=CAP, details={"marca": "Outra"})
    for store, order in sales.items():
        clerk("set_tracking", order=order, code=f"BR2{store}BR", url=f"https://rastro.example/{store}")
        clerk("replace_invoice", order=order)
    stage.shop("b", "cancel", order=later_sales["b"])
    faults()
    settle(stage)
    return both_sides(stage)


def settle(stage: Stage, *skus: str) -> None:
    """Send the products that are asked for and sync both stores, until there was nothing to do: five times at most.

    The second time comes too soon for what has no answer yet and may still take effect.
    """
    for pause in (SOON, *[STEP] * (SYNCS - 1)):
        sent = [send(stage, name, sku) for name in STORES for sku in skus]
        results = sync_all(stage)
        stage.later(pause)
        done = all(result.state is RunState.DONE for result in results.values())
        if done and all(sent) and not any(result.counts.get("sent") for result in results.values()):
            return


def send(stage: Stage, name: str, sku: str) -> bool:
    """Tell whether nothing kept the product from being sent."""
    with stage.installation.database.read() as tx:
        store = tx.stores.by_name(name)
    assert store
    try:
        with stage.installation.reading(store, "test", quiet, "products", writes=True) as ctx:
            list(send_products(ctx, with_skus(ctx, [sku])[sku]))
            return not ctx.counts["waiting"]
    except TomadaError:  # a fault stopped it; whoever asked for it asks again
        return False


def both_sides(stage: Stage) -> str:
    """Everything that may not depend on faults: what the stores have, what buyers were told, our records."""
    notes = {row["key"]: row["number"] for row in stage.sandbox.state_of("tiny", stage.account)["invoices"]}
    with stage.installation.database.read() as tx:
        records = {store.name: store for store in tx.stores.all()}
        by_id = {store.id: name for name, store in records.items()}
        ours = {
            name: {
                "links": sorted((link.sku, link.how) for link in tx.links.all(store.id)),
                "open": [
                    (flow, one.key, str(one.state))
                    for flow in FLOWS
                    for one in tx.publications.find(
                        store.id, flow, sorted(tx.publications.keys(store.id, flow))
                    ).values()
                    if str(one.state) != "settled"
                ],
            }
            for name, store in records.items()
        }
        holds = [(hold.remote_id, hold.code, hold.key) for hold in tx.holds.select()]
        ledger = sorted(
            (by_id[entry.store_id], str(entry.quantity))
            for found in tx.ledger.by_product(1).values()
            for entry in found
        )
        unsettled = sorted(tx.intents.open([record.id for record in tx.orders.select()]))
    found = {
        "stores": {name: store_side(stage, name, notes) for name in STORES},
        "ours": ours,
        "holds": holds,
        "ledger": ledger,
        "open orders": unsettled,
        "erp": sorted(
            (row["markers"][0], row["ecommerce_number"], row["situation"], row["total"])
            for row in stage.erp_orders()
        ),
    }
    return json.dumps(found, indent=1, ensure_ascii=False)


def name_of(fault: Fault) -> str:
    return f"{fault}-{fault.endpoint}" if fault.endpoint else str(fault)


def store_side(stage: Stage, name: str, notes: dict[str, Any]) -> dict[str, Any]:
    state = stage.sandbox.state_of("tray", stage.remote(name))
    categories = {row["id"]: row["name"] for row in state["categories"]}
    return {
        "products": sorted(
            (_lasting(row, categories) for row in state["products"]), key=lambda row: str(row["sku"])
        ),
        "balances": store_stock(stage, name),
        "wrong balances": wrong_balances(stage, name),
        "doubled ids": doubled_ids(state),
        "orders": [(row["id"], row["status"], _undated(row["texts"])) for row in state["orders"]],
        "invoices": [
            (row["order_id"], notes[row["fields"]["key"]], sorted(row["fields"]), row["fields"]["value"])
            for row in state["invoices"]
        ],
        "mails": sorted((order, kind, notes.get(value, value)) for order, kind, value in mails(stage, name)),
    }


def wrong_balances(stage: Stage, name: str) -> dict[str, tuple[int, int]]:
    """SKU → what the store shows and what may be sold, where they differ.

    What no order takes may be sold: on hand in the ERP, less the orders that have not been posted; of a kit what its
    components suffice for.
    """
    account = stage.sandbox.state_of("tiny", stage.account)
    free = {row["sku"]: int(row["stock"]) for row in account["products"]}
    for order in account["orders"]:
        if not order["posted"] and order["situation"] != "cancelado":
            for line in order["lines"]:
                free[line["sku"]] -= int(float(line["quantity"]))
    by_id = {int(row["id"]): row["sku"] for row in account["products"]}
    for kit in (row for row in account["products"] if row["kit"]):
        free[kit["sku"]] = min(free[by_id[int(id_)]] // int(float(each)) for id_, each in kit["kit"])
    shown = store_stock(stage, name)
    return {sku: (shown[sku], free[sku]) for sku in shown if shown[sku] != free[sku]}


def doubled_ids(state: dict[str, Any]) -> list[int]:
    """Ids of products and variations that the store has given twice."""
    ids = Counter(part["id"] for row in state["products"] for part in (row, *row["variants"]))
    return [one for one, count in ids.items() if count > 1]


def _lasting(row: dict[str, Any], categories: dict[int, str]) -> dict[str, Any]:
    """A product of a store without its ids and times, its category by name."""
    passing = ("id", "created", "modified", "kit", "category_id")
    kept = {key: value for key, value in row.items() if key not in passing}
    if "category_id" in row:
        kept["category"] = categories.get(row["category_id"], "")
    return kept | {"variants": [_lasting(part, categories) for part in row.get("variants", ())]}


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
        assert_last_runs_done(stage)
        return found


def assert_last_runs_done(stage: Stage) -> None:
    """Whatever the faults were, the last run of each flow had nothing to complain of."""
    with stage.installation.database.read() as tx:
        for store in tx.stores.all():
            last = tx.runs.select(store.id, limit=len(FLOWS) + 1)
            assert {run.flow: run.state for run in last} == dict.fromkeys(("orders", *FLOWS), RunState.DONE)


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
        (_, status, texts), later_sale = store["orders"]
        assert (status, texts["sending_code"]) == ("ENVIADO", f"BR2label-{name}BR")
        assert len(store["invoices"]) == 1
        assert Counter(kind for _, kind, _ in store["mails"]) == {"status": 1, "tracking": 2, "invoice": 2}
        assert ours["open"] == []
        assert later_sale == [1002, {"a": "A ENVIAR", "b": "CANCELADO"}[name], {}]
        assert (store["wrong balances"], store["doubled ids"]) == ({}, [])
        assert store["balances"][CANDLE] == 38
        assert (cap["category"], cap["fields"]["description"]) == ("Canecas", "Um boné.")
    assert (found["holds"], found["open orders"]) == ([], [])
    assert found["ledger"] == [["a", "2"]]
    assert [row[:3] for row in found["erp"]] == [
        ["label-a", "1001", "enviado"],
        ["label-a", "1002", "aprovado"],
        ["label-b", "1001", "enviado"],
        ["label-b", "1002", "cancelado"],
    ]


@pytest.mark.parametrize("fault", OUTGOING_TRAY, ids=name_of)
def test_each_fault_of_the_store(stage: Stage, shared_clock: Path, undisturbed: str, fault: Fault) -> None:
    open_shops(stage, shared_clock)
    since = stage.sandbox.journal_end()
    rule = {"times": 2} if fault.endpoint else {"times": 4, "every": 3}
    found = live(stage, lambda: strike(stage, f"tray/{stage.prefix}.*", fault, **rule))
    assert found == undisturbed
    assert_last_runs_done(stage)
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
    assert_last_runs_done(stage)
    if fault.kind == FaultKind.EQUAL_TIMESTAMPS:
        orders = stage.erp_orders()
        assert {row["updated"][-3:] for row in orders} == {":00"}
    else:
        assert fired(stage, since)["tiny", fault.kind] >= 2 * (1 if fault.endpoint else 2)


@pytest.mark.parametrize("seed", [1, 2, 3, 5])
def test_all_faults_at_random(stage: Stage, shared_clock: Path, undisturbed: str, seed: int) -> None:
    """Nine kinds at each side, up to the last of five syncs; whether that one was disturbed is no part of the state."""
    open_shops(stage, shared_clock)
    since = stage.sandbox.journal_end()
    chance = Random(seed)

    def faults() -> None:
        for remote, kinds in (
            (f"tray/{stage.prefix}.*", OUTGOING_TRAY),
            (f"tiny/{stage.account}", [*OUTGOING_TINY, *TINY]),
        ):
            for fault in chance.sample(kinds, 9):
                strike(stage, remote, fault, times=2, probability=0.25, seed=chance.randrange(10**6))

    assert live(stage, faults) == undisturbed
    at = Counter(entry["endpoint"] for entry in struck(stage, since))
    assert at.total() >= 40
    assert sum(at[endpoint] for endpoint in SENDING) >= 6
