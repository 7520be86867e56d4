"""The scenario of what goes out over Tray REST: the ERP's side has moved, and two stores are to hear of it.

Each store has one order that the ERP has invoiced and shipped; balances were counted, so that the feed has a page;
a product with three variations and images is to be sent to both; and store A sells the last piece of what B offers
as well, which the ERP learns in the same run. A counts what is available, B what is there: the ledger alone keeps B
from selling that piece again, and keeps A from subtracting it twice.
"""

import json
from contextlib import suppress
from typing import Any

from tests.e2e.outgoing import link_all, mails, options, posting, store_stock, sync_all
from tests.e2e.stage import Stage, quiet
from tests.kill.durable import digest
from tests.kill.fakes import STORES
from tests.kill.rest import RestScenario
from tomada.errors import TomadaError
from tomada.flows.products.flow import send_products, with_skus
from tomada.ports.erp_options import Posting
from tomada.ports.instruments import Boundary, no_boundary
from tomada.ports.options import StockRule
from tomada.ports.records import CodeRecord, StoreRecord
from tomada.ports.storage import Transaction

SKU = "BONE"
PRODUCT = {
    "sku": SKU,
    "name": "Boné",
    "price": "39.90",
    "variations": [{"sku": f"{SKU}-{size}", "grid": {"Tamanho": size}, "stock": "5"} for size in "PMG"],
    "images": ["https://fotos.example/frente.jpg", "https://fotos.example/lado.jpg"],
}
RULES = {"a": StockRule.AVAILABLE, "b": StockRule.PHYSICAL}
COUNTED = {"TOALHA-ROSTO": 1, "VELA-BAUNILHA": 10}
"""What the clerk finds of two products in the end; both stores were told more."""
SALE = {"TOALHA-ROSTO": 1, "VELA-BAUNILHA": 3}
"""What store A sells before either store hears of the count."""
ALLOWED = {sku: COUNTED[sku] - SALE[sku] for sku in SALE}
"""The model: what either store may be told to have."""
SKUS = {SKU, *(variation["sku"] for variation in PRODUCT["variations"])}
FEED = "lista.atualizacoes.estoque"
IN_FEED = "CHA-CAMOMILA"
"""A product that no order is about: nothing but the feed tells that it was counted."""
EXCEEDED = "exceeded"
"""A file of the world that notes each number which was more."""
TINY = "/tiny/"


class OutgoingScenario(RestScenario):
    """What ``RestScenario`` has, with its orders in the ERP, and a clerk's day of work waiting to go out."""

    def prepare(self, stage: Stage) -> None:
        """Bring one order of each store into the ERP, then do the clerk's work."""
        posting(stage, Posting.ON_INVOICE)
        stage.sandbox.clerk(stage.account, "configure", post_on="invoice")
        for name in STORES:
            stage.add_store(name, options(RULES[name]))
            with stage.installation.database.read() as tx:
                store = tx.stores.by_name(name)
            assert store
            learn_statuses(stage, store)
            stage.place(name)
        link_all(stage)
        for _ in range(2):
            sync_all(stage)
            stage.later()
        clerk = stage.sandbox.clerk
        for order in stage.erp_orders():
            clerk(stage.account, "invoice", order=order["id"])
            code = f"BR{order['id']:0>9}BR"
            clerk(stage.account, "ship", order=order["id"], code=code, url=f"https://rastro.example/{code}")
        clerk(stage.account, "count_stock", sku=IN_FEED, stock=7)
        for sku, stock in COUNTED.items():
            clerk(stage.account, "count_stock", sku=sku, stock=stock)
        clerk(stage.account, "add_products", products=[PRODUCT])
        stage.place("a", items=[{"sku": sku, "quantity": sold} for sku, sold in SALE.items()])
        self._told_before = {name: store_stock(stage, name) for name in STORES}

    def disturb(self, stage: Stage) -> None:
        """Nothing but the kill."""

    def run(self, boundary: Boundary) -> None:
        """Send the product to both stores, as a person does until it is there, then sync both."""

        def checked(name: str) -> None:
            if name.startswith("request.after") and FEED in name:
                self.move_clock(1)  # at equal times a balance would not be taken for one that shows an order
            boundary(name)
            if name.startswith("request.after PUT") and "/products/" in name:
                self._check(stage, name.split("/")[2])

        stage = self._open(checked)
        with stage.installation.database.read() as tx:
            stores = [store for store in tx.stores.all() if not _is_there(tx, store)]
        for store in stores:
            with (
                suppress(TomadaError),  # the next run goes on
                stage.installation.reading(store, "test", quiet, "products", writes=True) as ctx,
            ):
                for _ in send_products(ctx, with_skus(ctx, [SKU])[SKU]):
                    pass
        sync_all(stage)
        stage.close()

    def _check(self, stage: Stage, store: str) -> None:
        """Note the numbers that a store was told and that are more than it may sell (S1, S2)."""
        told, before = store_stock(stage, store), self._told_before[store]
        found = [
            [store, sku, told[sku]]
            for sku, allowed in ALLOWED.items()
            if told[sku] > allowed and told[sku] != before[sku]
        ]
        noted = self._exceeded()
        if new := [one for one in found if one not in noted]:
            (self._folder / EXCEEDED).write_text(json.dumps(noted + new))

    def _exceeded(self) -> list[list[object]]:
        path = self._folder / EXCEEDED
        return json.loads(path.read_text()) if path.exists() else []

    def durable(self) -> dict[str, str]:
        """Say also which numbers were too high."""
        return super().durable() | {EXCEEDED: digest(self._exceeded())}

    def is_write(self, request: str) -> bool:
        """Say it of what is sent to the stores, and of orders that are created or changed in the ERP."""
        if TINY in request:
            return super().is_write(request)
        return request.startswith(("request.before POST", "request.before PUT"))

    def state(self) -> object:
        """What each store has: the product, its variations and images, balances, parcels, invoices, e-mails."""
        stage = self._open(no_boundary)
        shown: dict[str, Any] = {name: _store_state(stage, name) for name in STORES}
        with stage.installation.database.read() as tx:
            shown["holds"] = sorted([hold.remote_id, hold.code] for hold in tx.holds.select())
            shown["open"] = sorted(
                [one.flow, one.key, one.state.value]
                for store in tx.stores.all()
                for flow in ("products", "stock", "tracking", "invoices")
                for one in tx.publications.under_way(store.id, flow)
            )
            shown["links"] = [
                sorted(link.sku for link in tx.links.all(store.id)) for store in tx.stores.all()
            ]
        shown["exceeded"] = self._exceeded()
        shown["erp"] = sorted([row["markers"][0], row["situation"]] for row in stage.erp_orders())
        stage.close()
        return shown


def _is_there(tx: Transaction, store: StoreRecord) -> bool:
    """Tell whether the product was sent whole, as a person sees in what the command answered."""
    linked = {link.sku for link in tx.links.all(store.id)}
    return linked >= SKUS and not tx.publications.under_way(store.id, "products")


def _store_state(stage: Stage, name: str) -> dict[str, Any]:
    state = stage.sandbox.state_of("tray", stage.remote(name))
    return {
        "products": sorted(
            [one["sku"], [part["sku"] for part in one["variants"]], one["pictures"]]
            for one in state["products"]
        ),
        "balances": store_stock(stage, name),
        "orders": [
            [one["id"], one["status"], one["texts"].get("sending_code", "")] for one in state["orders"]
        ],
        "invoices": [one["fields"]["key"] for one in state["invoices"]],
        "mails": sorted(map(list, mails(stage, name))),
    }


def learn_statuses(stage: Stage, store: StoreRecord) -> None:
    with stage.installation.gateway(store) as gateway:
        codes = gateway.status_list()
    with stage.installation.database.begin() as tx:
        tx.mappings.saw([CodeRecord(store.id, "status", one.code, one.label, one.type) for one in codes])
