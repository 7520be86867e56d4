"""Fault by fault of the file servers: after three syncs all is as without it (O2, O3, S1, T2)."""

from collections import Counter
from typing import Any

import pytest

from tests.e2e.outgoing import mails, posting, sync_all
from tests.ftp.stage import PROTOCOLS, FileStage
from tests.ftp.test_e2e_orders import results
from tests.ftp.test_e2e_sending import BOOK, send, tell_statuses
from tests.kill.rest import MovingClock
from tomada.app.connecting import read_codes
from tomada.errors import TomadaError
from tomada.ports.erp_options import Posting
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.files.troubles import OTHERS

FLOWS = ("orders", "statuses", "products", "invoices")
SYNCS = 3
FAULTS: dict[str, dict[str, Any]] = {
    "cut_in_the_middle": {"kind": "cut_read", "bytes": 300},
    "upload_cut": {"kind": "cut_write", "bytes": 20},
    "list_refused": {"kind": "refuse", "call": "list"},
    "read_refused": {"kind": "refuse", "call": "read"},
    "write_refused": {"kind": "refuse", "call": "write"},
    "rename_refused": {"kind": "refuse", "call": "rename"},
    "full_disk": {"kind": "full", "bytes": 20},
    "wrong_size": {"kind": "wrong_size"},
    "gone_after_the_listing": {"kind": "vanish", "call": "read"},
    "not_in_the_listing": {"kind": "unlisted"},
    "old_listing": {"kind": "stale_list", "bytes": 10},
    "slow": {"kind": "slow", "seconds": 1.2},
    "rename_overwrites": {"kind": "overwritten"},
    "rename_refuses": {"kind": "taken"},
    "rename_takes_effect_late": {"kind": "late", "seconds": 60},
}
TIMES = 2


def live(stage: FileStage, protocol: str, fault: dict[str, Any] | None) -> dict[str, Any]:
    """Orders come in, and a product, statuses and invoices go out; return how both sides end."""
    posting(stage, Posting.ON_INVOICE)
    record = stage.add_file_store("loja", protocol, timeout=1)
    stage.sandbox.clerk(stage.account, "add_products", products=[BOOK])
    first, second = (stage.place("loja", items=[{"sku": sku}]) for sku in ("CAN-AZUL", "CHA-CAMOMILA"))
    stage.place("loja", damaged="total")
    stage.files("loja", "publish")
    read_codes(stage.installation, record)
    strike(stage, fault)
    settle(stage)
    tell_statuses(stage)
    stage.sandbox.clerk(stage.account, "prepare", ecommerce=first)
    stage.sandbox.clerk(stage.account, "invoice", ecommerce=second)
    stage.later()
    strike(stage, fault)
    for _ in range(SYNCS):
        try:
            send(stage, BOOK["sku"])
            break
        except TomadaError:
            stage.later()
    settle(stage)
    return outcome(stage)


def strike(stage: FileStage, fault: dict[str, Any] | None) -> None:
    if fault:
        stage.files("loja", "trouble", times=TIMES, **fault)


def settle(stage: FileStage) -> None:
    for _ in range(SYNCS):
        sync_all(stage, FLOWS)
        stage.files("loja", "collect")
        stage.later(121)


def outcome(stage: FileStage) -> dict[str, Any]:
    state, root = stage.sandbox.state_of("tray", stage.remote("loja")), stage.root("loja")
    with stage.installation.database.read() as tx:
        keys = {flow: sorted(tx.publications.keys(1, flow)) for flow in FLOWS[1:]}
        sent = {flow: tx.publications.find(1, flow, found) for flow, found in keys.items()}
        links = sorted(link.sku for link in tx.links.all(1))
        holds = sorted((hold.remote_id, hold.code) for hold in tx.holds.select())
    files = [
        path.relative_to(root) for path in root.rglob("*") if path.is_file() and path.read_bytes() != OTHERS
    ]
    return {
        "erp": sorted(
            (row["ecommerce_number"], row["situation"], row["total"]) for row in stage.erp_orders()
        ),
        "orders": sorted((order["id"], order["status"]) for order in state["orders"]),
        "products": sorted(
            (one["sku"], one["name"], [part["sku"] for part in one["variants"]]) for one in state["products"]
        ),
        "mails": Counter((order, kind) for order, kind, _value in mails(stage, "loja")),
        "answers": results(stage),
        "sent": {
            flow: {key: one.state for key, one in found.items() if one.pending or one.value}
            for flow, found in sent.items()
        },
        "links": links,
        "holds": holds,
        "places": Counter(str(path.parent) for path in files if not str(path).startswith("retorno")),
    }


@pytest.fixture
def steady(stage: FileStage, files_clock: Any) -> FileStage:
    stage.installation.clock = MovingClock(VirtualClock(files_clock))
    return stage


@pytest.fixture(scope="module")
def calm() -> dict[str, Any]:
    """How it ends without a fault; the first test finds out."""
    return {}


@pytest.mark.parametrize("fault", ["", *FAULTS])
def test_a_fault_changes_nothing_in_the_end(steady: FileStage, calm: dict[str, Any], fault: str) -> None:
    protocol = PROTOCOLS[["", *FAULTS].index(fault) % len(PROTOCOLS)]
    found = live(steady, protocol, FAULTS.get(fault))
    if not fault:
        calm |= found
        assert len(found["erp"]) == 2
        assert sorted(Counter(kind for _order, kind in found["mails"]).items()) == [
            ("invoice", 1),
            ("status", 1),
        ]
    else:
        struck = [rule["fired"] for rule in steady.files("loja", "state")["rules"]]
        assert all(struck), struck
    assert found == calm
