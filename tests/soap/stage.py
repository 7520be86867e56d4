"""A stage whose stores are reached by their web service."""

from decimal import Decimal
from typing import Any

from tests.e2e.stage import NO_QUOTA, Stage
from tests.soap.foreign import check, serving
from tomada.app.connecting import read_codes
from tomada.ports.options import QuotaOptions, StoreOptions
from tomada.ports.records import LinkRecord, StoreRecord, StoreState
from tomada.spi import RemoteIds

FLOWS = ("orders", "stock", "tracking", "invoices")
"""The flows that have something to do in the long tests; prices and statuses are off, and products sent by hand."""

OPTIONS = StoreOptions(quota=QuotaOptions(limits=NO_QUOTA))


class SoapStage(Stage):
    """``Stage`` over SOAP; ``add_rest_store`` connects one over REST beside it."""

    def add_store(
        self, name: str, options: StoreOptions | None = None, settings: Any = None, **switches: Any
    ) -> StoreRecord:
        """Open a store, prove its access data as a user would, and activate it."""
        check(**switches)
        state = self.sandbox.create_store(self.remote(name), webservice=switches)
        self.sandbox.quota("tray", self.remote(name), limit=None, daily=None)
        return self.connect(name, state, options or OPTIONS, settings or {})

    def connect(
        self, name: str, state: Any, options: StoreOptions = OPTIONS, settings: Any = None
    ) -> StoreRecord:
        """Connect a store of the sandbox."""
        access = state["webservice"]
        installation = self.installation
        with installation.database.begin() as tx:
            given = {
                "address": f"{serving(self.sandbox.url)}/tray/{self.remote(name)}",
                "store_id": state["id"],
                "login": access["login"],
                **(settings or {}),
            }
            record = StoreRecord(0, name, f"label-{name}", "tray-soap", 1, StoreState.ACTIVE, options, given)
            record = tx.stores.save(record)
            tx.secrets.write(f"store:{record.id}", {"password": access["password"]})
        with installation.gateway(record) as gateway:
            gateway.setup(_nobody, lambda _say: None)
        record.since = installation.now().replace(microsecond=0)  # stores tell seconds
        with installation.database.begin() as tx:
            record = tx.stores.save(record)
        read_codes(installation, record)
        self.names.append(name)
        return record

    def todo(self, name: str) -> list[int]:
        """What stands on a store's to-do list."""
        state = self.sandbox.state_of("tray", self.remote(name))
        return list(state["webservice"]["todo"])

    def acknowledged(self, name: str) -> list[str]:
        """The orders that were ticked off, in the order of events."""
        entries = self.sandbox.journal(remote=f"tray/{self.remote(name)}")
        return [
            str(entry["detail"]["order"])
            for entry in entries
            if entry["endpoint"] == "soap.fWSAtualizaListaToDo" and entry["event"] == "applied"
        ]

    def link_by_sku(self, name: str) -> None:
        """Link what both sides have by its SKU, as a person does where a store cannot be listed."""
        state = self.sandbox.state_of("tray", self.remote(name))
        in_erp = {one["sku"]: str(one["id"]) for one in self.erp_parts()}
        with self.installation.database.begin() as tx:
            record = tx.stores.by_name(name)
            assert record
            links = []
            for product in state["products"]:
                for part in product["variants"] or [product]:
                    if part["sku"] in in_erp:
                        variant = str(part["id"]) if product["variants"] else ""
                        ids = RemoteIds(str(product["id"]), variant)
                        erp_id, sku, now = in_erp[part["sku"]], part["sku"], self.installation.now()
                        links.append(
                            LinkRecord(
                                record.id, ids.product_id, ids.variant_id, sku, erp_id, sku, "hand", now
                            )
                        )
            tx.links.set(links)

    def erp_parts(self) -> list[dict[str, Any]]:
        """The products of the Tiny account, each variation for itself."""
        return list(self.sandbox.state_of("tiny", self.account)["products"])

    def erp_stock(self) -> dict[str, int]:
        """SKU → what the account has of it."""
        return {one["sku"]: int(Decimal(str(one["stock"]))) for one in self.erp_parts() if "stock" in one}

    def ship(self, remote_id: str) -> None:
        """Let the clerk invoice and ship an order."""
        clerk = self.sandbox.clerk
        clerk(self.account, "invoice", ecommerce=remote_id)
        clerk(self.account, "ship", ecommerce=remote_id, code="BR123456789BR")


def _nobody(ask: Any) -> str:
    raise AssertionError(f"nothing is to be asked: {ask}")
