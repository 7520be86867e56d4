"""The scenario of the kill test over files: orders come in from folders while products go out and are answered later.

Two stores with the same order numbers on one account. Store A has a file of three orders, one of which is held and one
damaged, whose transfer is cut off once; a file of changes of status that cancels an order which the ERP has; and a
product with variations that is to be sent, which the store answers some time later. Store B has a file of one order.
"""

import hashlib
import re
from pathlib import Path
from typing import Any

from tests.e2e.outgoing import mails, posting, sync_all
from tests.e2e.stage import quiet
from tests.ftp.stage import FileStage
from tests.kill.durable import digest
from tests.kill.fakes import STORES
from tests.kill.rest import MovingClock, RestScenario
from tests.kill.scenario import LATE
from tomada.errors import TomadaError
from tomada.flows.products.flow import send_products, with_skus
from tomada.ports.erp_options import Posting
from tomada.ports.instruments import Boundary, no_boundary
from tomada_sandbox.clock import VirtualClock

FLOWS = ("orders", "products")
SKU = "BONE"
PRODUCT = {
    "sku": SKU,
    "name": "Boné",
    "price": "39.90",
    "variations": [{"sku": f"{SKU}-{size}", "grid": {"Tamanho": size}} for size in "PM"],
}
CALLS = ("ftp.put", "ftp.rename", "ftp.mkdir")
"""What changes something at a file server."""
HALF = 60
"""Bytes after which an upload ends with the process that sent it."""
ANSWERS = "retorno/erp"
_TIME = re.compile(r"_\d{14}_")


class FilesScenario(RestScenario):
    """What ``RestScenario`` has, over the stores' folders and one of the protocols."""

    def __init__(self, protocol: str) -> None:
        super().__init__()
        self._protocol = protocol

    def prepare(self, stage: Any) -> None:
        """Bring one order of store A into the ERP, cancel it at the store, and let all the rest wait."""
        posting(stage, Posting.ON_INVOICE)
        for name in STORES:
            stage.add_file_store(name, self._protocol)
        cancelled = stage.place("a")
        stage.files("a", "publish")
        sync_all(stage, FLOWS)
        stage.later()
        stage.shop("a", "cancel", order=int(cancelled))
        stage.place("a")
        stage.place("a", shipping="Motoboy")
        stage.place("a", damaged="total")
        stage.place("b")
        for name in STORES:
            stage.files(name, "publish")
        stage.sandbox.clerk(stage.account, "add_products", products=[PRODUCT])

    def disturb(self, stage: Any) -> None:
        """Cut the transfer of the file of orders once."""
        stage.files("a", "trouble", kind="cut_read", path="pedidos/PED", bytes=1000)

    def begin(self, mark: str) -> None:
        """Point the stores at the copies of their folders."""
        super().begin(mark)
        stage = self._open(no_boundary)
        with stage.installation.database.begin() as tx:
            for store in tx.stores.all():
                del store.settings["api_address"]
                store.settings["user"] = stage.remote(store.name)
                tx.stores.save(store)
        stage.close()

    def durable(self) -> dict[str, str]:
        """Say also what is in the folders, what the stores told so far, and what is still to go wrong."""
        parts = super().durable()
        stage = self._stage(no_boundary)
        for name in STORES:
            parts[f"files {name}"] = digest([stage.files(name, "state"), _contents(stage.root(name))])
        return parts

    def _stage(self, boundary: Boundary) -> Any:
        stage = FileStage(self._client, self._folder, self._prefix, boundary, list(STORES))
        stage.installation.clock = MovingClock(VirtualClock(self._clock_path))
        return stage

    def run(self, boundary: Boundary) -> None:
        """Let the stores read what is there for them, send the product until it is linked, then sync both."""
        stage = self._open(boundary)
        for name in STORES:
            stage.files(name, "collect")
        with stage.installation.database.read() as tx:
            store = tx.stores.by_name("a")
            assert store
            linked = any(link.sku == SKU for link in tx.links.all(store.id))
        if not linked:
            try:
                with stage.installation.reading(store, "test", quiet, "products", writes=True) as ctx:
                    for _ in send_products(ctx, with_skus(ctx, [SKU])[SKU]):
                        pass
            except TomadaError:  # the next run goes on
                pass
        sync_all(stage, FLOWS)
        stage.close()

    def is_write(self, request: str) -> bool:
        """Say it of the ERP's, and of calls that change something at a file server."""
        return super().is_write(request) or request.removeprefix("request.before ") in CALLS

    def delay_effect(self, request: str) -> None:
        """Let an upload end half-way, and a rename take effect late, at whichever store it is."""
        if request.endswith(".php") or "/" in request:
            super().delay_effect(request)
            return
        stage = self._stage(no_boundary)
        for name in STORES:
            if request.endswith("ftp.put"):
                stage.files(name, "trouble", kind="cut_write", bytes=HALF)
            else:
                stage.files(name, "trouble", kind="late", call="rename", seconds=LATE)

    def state(self) -> object:
        """Both sides."""
        stage = self._open(no_boundary)
        shown: dict[str, Any] = {name: _store_state(stage, name) for name in STORES}
        with stage.installation.database.read() as tx:
            shown["orders"] = sorted(
                [r.store_id, r.remote_id, str(r.state), r.reason, bool(r.erp_id)] for r in tx.orders.select()
            )
            shown["holds"] = sorted([h.store_id, h.remote_id, h.code] for h in tx.holds.select())
            shown["open"] = sorted(
                [one.flow, one.key, one.state.value]
                for store in tx.stores.all()
                for flow in FLOWS
                for one in tx.publications.under_way(store.id, flow)
            )
            shown["links"] = sorted(link.sku for store in tx.stores.all() for link in tx.links.all(store.id))
        shown["erp"] = sorted(
            [row["markers"][0], row["ecommerce_number"], row["total"], row["situation"]]
            for row in stage.erp_orders()
        )
        stage.close()
        return shown


def _store_state(stage: FileStage, name: str) -> dict[str, Any]:
    """Both sides of the exchange, and what the store itself has.

    Times in files' names are left out, and so are files of products but the one that is sent: when the ERP's answer
    about changed products is lost, all that is linked is looked at.
    """
    state, root = stage.sandbox.state_of("tray", stage.remote(name)), stage.root(name)
    files = [path for path in _contents(root) if "PRD_" not in path and not path.startswith(ANSWERS)]
    return {
        "files": sorted(_TIME.sub("_", path) for path in files),
        "answers": _answers(root),
        "sent": [
            [str(path.parent.relative_to(root)), (root / "retorno/loja" / f"{path.name}.ret.csv").exists()]
            for path in sorted((root / "produtos").rglob("*"))
            if path.is_file() and f";{SKU};" in path.read_text("latin-1")
        ],
        "products": sorted(
            [one["sku"], [part["sku"] for part in one["variants"]]] for one in state["products"]
        ),
        "orders": [[one["id"], one["status"]] for one in state["orders"]],
        "mails": sorted(map(list, mails(stage, name))),
    }


def _answers(root: Path) -> dict[str, list[list[list[str]]]]:
    """File → what each answer to it says: key, result and code of its rows.

    An answer that says that an order waits for the ERP's is followed by another one; it is left out.
    """
    found: dict[str, list[list[list[str]]]] = {}
    for path in sorted((root / ANSWERS).glob("*.ret.csv")):
        rows = [line.split(";") for line in path.read_text("latin-1").splitlines()[1:]]
        said = [row[4:7] for row in rows]
        if not any(code == "unanswered" for _key, _result, code in said):
            found.setdefault(_TIME.sub("_", rows[0][0]), []).append(said)
    return found


def _contents(root: Path) -> dict[str, str]:
    """Path → digest of every file below a store's folder."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file()
    }
