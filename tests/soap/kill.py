"""The scenario of the kill test over SOAP: orders come in from to-do lists while others' parcels and goods go out.

Two stores with the same order numbers on one account. Store A has a new order, one that is held, an acknowledgement
whose answer is lost, an order that the ERP has shipped, a balance of a variation that was counted, and a product with
variations that is to be created; store B has one new order.
"""

from typing import Any

from tests.e2e.outgoing import mails, options, posting, store_stock, sync_all
from tests.e2e.stage import quiet
from tests.kill.fakes import STORES
from tests.kill.rest import MovingClock, RestScenario
from tests.soap.stage import FLOWS, SoapStage
from tomada.errors import TomadaError
from tomada.flows.products.flow import send_products, with_skus
from tomada.ports.erp_options import Posting
from tomada.ports.instruments import Boundary, no_boundary
from tomada_sandbox.clock import VirtualClock
from tomada_tray_soap import description
from tomada_tray_soap.description import Description

SKU = "BONE"
PRODUCT = {
    "sku": SKU,
    "name": "Boné",
    "price": "39.90",
    "variations": [{"sku": f"{SKU}-{size}", "grid": {"Tamanho": size}, "stock": "5"} for size in "PM"],
}
ENDPOINT = "/webservice/v2/ws_servidor.php"
WRITES = ("fWSAtualiza", "fWSCadastra")
"""What the operations begin with that change something at a store."""


class NamingDescription(Description):
    """Knows which operation is being called: all of them have one address."""

    calling = ""

    def call(self, operation: str, arguments: list[str]) -> Any:
        """Note the operation and send the call."""
        NamingDescription.calling = operation
        return super().call(operation, arguments)


class SoapScenario(RestScenario):
    """What ``RestScenario`` has, over the stores' web services; boundaries of calls bear the operation's name."""

    def __init__(self) -> None:
        super().__init__()
        description.Description = NamingDescription  # type: ignore[misc]  # this program runs nothing else

    def prepare(self, stage: Any) -> None:
        """Bring one order of store A into the ERP, ship it, and let all the rest wait."""
        posting(stage, Posting.ON_INVOICE)
        for name in STORES:
            # An address that is the same in every try: the description is kept.
            stage.add_store(name, options(), plain_address=True)
        stage.link_by_sku("a")
        shipped = stage.place("a")
        for _ in range(2):
            sync_all(stage, FLOWS)
            stage.later()
        stage.ship(shipped)
        stage.sandbox.clerk(stage.account, "count_stock", sku="CAMISETA-M-BR", stock=2)
        stage.sandbox.clerk(stage.account, "add_products", products=[PRODUCT])
        stage.place("a")
        stage.place("a", shipping="Motoboy")
        stage.place("b")

    def disturb(self, stage: Any) -> None:
        """Lose the answer to an acknowledgement."""
        remote = f"tray/{stage.remote('a')}"
        stage.sandbox.add_fault("reset_after", remote=remote, endpoint="soap.fWSAtualizaListaToDo", times=1)

    def begin(self, mark: str) -> None:
        """Point the stores at the copy of this try."""
        super().begin(mark)
        stage = self._open(no_boundary)
        with stage.installation.database.begin() as tx:
            for store in tx.stores.all():
                address = store.settings.pop("api_address").removesuffix("/web_api")
                store.settings["address"] = f"{address}{ENDPOINT}"
                tx.stores.save(store)
        stage.close()

    def _stage(self, boundary: Boundary) -> Any:
        def with_operation(name: str) -> None:
            boundary(f"{name} {NamingDescription.calling}" if name.endswith(ENDPOINT) else name)

        stage = SoapStage(self._client, self._folder, self._prefix, with_operation, list(STORES))
        stage.installation.clock = MovingClock(VirtualClock(self._clock_path))
        return stage

    def run(self, boundary: Boundary) -> None:
        """Send the product to store A, as a person does until it is there, then sync both."""
        stage = self._open(boundary)
        with stage.installation.database.read() as tx:
            store = tx.stores.by_name("a")
        assert store
        try:
            with stage.installation.reading(store, "test", quiet, "products", writes=True) as ctx:
                for _ in send_products(ctx, with_skus(ctx, [SKU])[SKU]):
                    pass
        except TomadaError:  # the next run goes on
            pass
        sync_all(stage, FLOWS)
        stage.close()

    def is_write(self, request: str) -> bool:
        """Say it of the ERP's, and of the stores' operations that change something."""
        operation = request.rpartition(" ")[2]
        before = request.startswith("request.before")
        return super().is_write(request) or (before and operation.startswith(WRITES))

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
                for flow in ("products", "stock", "tracking", "invoices")
                for one in tx.publications.under_way(store.id, flow)
            )
        shown["erp"] = sorted(
            [row["markers"][0], row["ecommerce_number"], row["total"], row["situation"]]
            for row in stage.erp_orders()
        )
        stage.close()
        return shown


def _store_state(stage: SoapStage, name: str) -> dict[str, Any]:
    state = stage.sandbox.state_of("tray", stage.remote(name))
    return {
        "todo": state["webservice"]["todo"],
        "products": sorted(
            [one["sku"], [part["sku"] for part in one["variants"]]] for one in state["products"]
        ),
        "balances": store_stock(stage, name),
        "orders": [
            [one["id"], one["status"], one["texts"].get("sending_code", "")] for one in state["orders"]
        ],
        "invoices": [one["fields"]["key"] for one in state["invoices"]],
        "mails": sorted(map(list, mails(stage, name))),
    }
