"""A stage whose stores are reached by their web service."""

from typing import Any

from tests.e2e.stage import NO_QUOTA, Stage
from tomada.ports.options import QuotaOptions, StoreOptions
from tomada.ports.records import StoreRecord, StoreState

OPTIONS = StoreOptions(quota=QuotaOptions(limits=NO_QUOTA))


class SoapStage(Stage):
    """``Stage`` over SOAP; ``add_rest_store`` connects one over REST beside it."""

    def add_store(
        self, name: str, options: StoreOptions | None = None, settings: Any = None, **switches: Any
    ) -> StoreRecord:
        """Open a store, prove its access data as a user would, and activate it."""
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
                "address": f"{self.sandbox.url}/tray/{self.remote(name)}",
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


def _nobody(ask: Any) -> str:
    raise AssertionError(f"nothing is to be asked: {ask}")
