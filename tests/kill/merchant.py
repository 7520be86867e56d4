"""The scenario of a merchant's morning over Tray REST: what a person asks for, and the prices and statuses that go out.

Orders wait for a shipping method and for a channel: one is mapped, the others are settled together. A product with
variations goes to the store into a category that has to be made, a product of the store comes into the ERP, an order
is marked as delivered; and a price with its promotion and a status have changed in the ERP.
"""

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any

from tests.e2e.outgoing import NO_QUOTA, link_all, mails, posting, sync_all
from tests.e2e.stage import Stage, quiet
from tests.kill.outgoing import learn_statuses
from tests.kill.rest import WRITES, RestScenario
from tomada.app.catalogue import import_from_store
from tomada.app.hold_changes import settle_holds
from tomada.app.hold_choice import Wanted
from tomada.app.mappings import map_code
from tomada.app.order_statuses import mark_orders_delivered
from tomada.app.sending import send_named_products
from tomada.errors import TomadaError
from tomada.ports.erp_options import Posting
from tomada.ports.instruments import Boundary, no_boundary
from tomada.ports.options import (
    PriceOptions,
    PriceRule,
    ProductOptions,
    SendingOptions,
    StockOptions,
    StockRule,
    StoreOptions,
)
from tomada.ports.records import StoreRecord

STORE = "a"
FLOWS = ("orders", "prices", "statuses")
SKU, CATEGORY = "BONE", ("Casa", "Luz")
PRODUCT = {
    "sku": SKU,
    "name": "Boné",
    "price": "39.90",
    "details": {"categoria": " >> ".join(CATEGORY)},
    "variations": [{"sku": f"{SKU}-{size}", "grid": {"Tamanho": size}, "stock": "5"} for size in "PM"],
    "images": ["https://fotos.example/frente.jpg"],
}
AT_STORE = {"sku": "LANTERNA", "name": "Lanterna", "price": "12.00", "stock": 4}
PRICED = "CAN-AZUL"
PRICE, PROMOTION = "88.00", "71.50"
UNTIL = timedelta(days=30)
DRONE, FAIR = "Drone", "FEIRA"


class MerchantScenario(RestScenario):
    """What ``RestScenario`` has, with one store, held orders, and a morning's work."""

    stores = (STORE,)

    def prepare(self, stage: Stage) -> None:
        """Bring three orders into the ERP, let four be held, and change price and status in the ERP."""
        posting(stage, Posting.ON_INVOICE)
        today = stage.installation.now().date()
        options = StoreOptions(
            quota=NO_QUOTA,
            stock=StockOptions(rule=StockRule.OFF),
            products=ProductOptions(create_categories=True),
            prices=PriceOptions(rule=PriceRule.PRODUCT, promotion_until=today + UNTIL),
            sending=SendingOptions(statuses=True),
        )
        store = stage.add_store(STORE, options)
        learn_statuses(stage, store)
        map_code(stage.installation, STORE, "status_out", "preparando_envio", "AGUARDANDO ENVIO")
        stepping, delivered = stage.place(STORE), stage.place(STORE)
        link_all(stage)
        for _ in range(2):
            sync_all(stage, FLOWS, confirmed=True)
            stage.later()
        for _ in range(2):
            stage.place(STORE, shipping=DRONE)
            stage.place(STORE, channel=FAIR)
        sync_all(stage, FLOWS)
        stage.later()
        clerk = stage.sandbox.clerk
        clerk(stage.account, "prepare", ecommerce=stepping)
        clerk(stage.account, "edit_product", sku=PRICED, price=PRICE, promotional_price=PROMOTION)
        clerk(stage.account, "add_products", products=[PRODUCT])
        stage.shop(STORE, "add_products", products=[AT_STORE])
        self._delivered = delivered

    def disturb(self, stage: Stage) -> None:
        """Nothing but the kill."""

    def run(self, boundary: Boundary) -> None:
        """Do each thing as a person does until it is there, then sync."""
        stage = self._open(boundary)
        for act in (_map, _settle, _send, _import, self._deliver):
            with suppress(TomadaError):  # the next run goes on
                act(stage)
        sync_all(stage, FLOWS, confirmed=True)
        stage.close()

    def _deliver(self, stage: Stage) -> None:
        if _at_store(stage)[self._delivered] != "ENTREGUE" or _under_way(stage, "deliveries"):
            mark_orders_delivered(stage.installation, STORE, [self._delivered], quiet)

    def is_write(self, request: str) -> bool:
        """Say it of what is sent to the store, and of what is created or changed in the ERP."""
        if "/tiny/" in request:
            written = (*WRITES, "/produto.incluir.php", "/produto.alterar.php")
            return request.startswith("request.before") and request.endswith(written)
        return request.startswith(("request.before POST", "request.before PUT"))

    def state(self) -> object:
        """What both sides have, what the buyers were e-mailed, and what is still under way or held."""
        stage = self._open(no_boundary)
        store = stage.sandbox.state_of("tray", stage.remote(STORE))
        account = stage.sandbox.state_of("tiny", stage.account)
        with stage.installation.database.read() as tx:
            record = _store(stage)
            held = sorted([hold.remote_id, hold.code, hold.key] for hold in tx.holds.select())
            made = {one.value for one in tx.mappings.all(record.id, "category")}
            under_way = sorted(
                [flow, one.key]
                for flow in ("products", "prices", "statuses", "deliveries", "categories", "catalogue")
                for one in tx.publications.under_way(record.id, flow)
                if flow != "categories" or one.key not in made  # a mapped category is there
            )
            links = sorted(link.sku for link in tx.links.all(record.id))
            mapped = sorted(
                [one.kind, one.label or one.code, one.value] for one in tx.mappings.all(record.id)
            )
        found = {
            "orders": sorted(
                [
                    one["ecommerce_number"],
                    one["situation"],
                    one["texts"].get("forma_envio", ""),
                    one["ecommerce"]["nomeEcommerce"],
                ]
                for one in account["orders"]
            ),
            "in_erp": Counter(one["sku"] for one in account["products"]),
            "at_store": sorted((_shown(one) for one in store["products"]), key=str),
            "categories": sorted(one["name"] for one in store["categories"]),
            "statuses": _at_store(stage),
            "mails": sorted(map(list, mails(stage, STORE))),
            "held": held,
            "under_way": under_way,
            "links": links,
            "mapped": mapped,
        }
        stage.close()
        return found


def _map(stage: Stage) -> None:
    with stage.installation.database.read() as tx:
        mapped = {one.code for one in tx.mappings.all(_store(stage).id, "shipping")}
    if DRONE not in mapped:
        map_code(stage.installation, STORE, "shipping", DRONE, "X")


def _settle(stage: Stage) -> None:
    wanted = Wanted(store=STORE, cause=f"unmapped:channel:{FAIR}")
    settle_holds(stage.installation, wanted, "Feiras", remember=True)


def _send(stage: Stage) -> None:
    if not {SKU, f"{SKU}-P", f"{SKU}-M"} <= _linked(stage) or _under_way(stage, "products"):
        send_named_products(
            stage.installation, STORE, [SKU], quiet, new=False, confirm=lambda _forecast: True
        )


def _import(stage: Stage) -> None:
    if AT_STORE["sku"] not in _linked(stage) or _under_way(stage, "catalogue"):
        import_from_store(stage.installation, STORE, (), quiet, confirmed=True)


def _under_way(stage: Stage, flow: str) -> bool:
    """Tell whether a command has said that something got no answer, so that a person repeats it."""
    with stage.installation.database.read() as tx:
        return bool(tx.publications.under_way(_store(stage).id, flow))


def _linked(stage: Stage) -> set[str]:
    with stage.installation.database.read() as tx:
        return {link.sku for link in tx.links.all(_store(stage).id)}


def _store(stage: Stage) -> StoreRecord:
    with stage.installation.database.read() as tx:
        store = tx.stores.by_name(STORE)
    assert store
    return store


def _at_store(stage: Stage) -> dict[str, str]:
    orders = stage.sandbox.state_of("tray", stage.remote(STORE))["orders"]
    return {str(one["id"]): one["status"] for one in orders}


def _shown(product: dict[str, Any]) -> list[Any]:
    parts = [[one["sku"], one["price"]] for one in product["variants"]]
    promotion = {name: text for name, text in product["fields"].items() if "promotion" in name}
    return [product["sku"], product["price"], promotion, product["pictures"], parts]
