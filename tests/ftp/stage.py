"""A stage whose stores exchange files: the sandbox's servers, and an installation that is connected to them."""

from pathlib import Path
from typing import Any

from tests.e2e.stage import Stage, quiet
from tests.ftp import foreign
from tomada.ports.options import StoreOptions
from tomada.ports.records import StoreRecord, StoreState
from tomada.ports.runner import FlowResult

PROTOCOLS = ("ftp", "ftps", "sftp")


class FileStage(Stage):
    """Stores of ``tray-ftp``; ``folders`` are the roots of their servers by name."""

    def add_file_store(
        self, name: str, protocol: str = "sftp", exchange: dict[str, Any] | None = None, **settings: Any
    ) -> StoreRecord:
        """Open a store and its exchange, and connect and activate it. ``settings`` are the plugin's."""
        self.sandbox.create_store(self.remote(name))
        return self.connect_files(name, name, protocol, exchange, **settings)

    def connect_files(
        self,
        name: str,
        remote: str,
        protocol: str = "sftp",
        exchange: dict[str, Any] | None = None,
        **settings: Any,
    ) -> StoreRecord:
        """Connect and activate a store of ours to the exchange of one that there is."""
        told = self.files(remote, "open", **(exchange or {}))
        values = {
            "server_url": told["addresses"][protocol],
            "user": told["user"],
            "host_key": told["host_key"],
            "ca_file": told["ca_file"],
            "known_hosts": str(self.home / "known_hosts"),
            **settings,
        }
        record = StoreRecord(
            0, name, f"label-{name}", "tray-ftp", 1, StoreState.ACTIVE, StoreOptions(), values
        )
        record.since = self.installation.now().replace(microsecond=0)
        with self.installation.database.begin() as tx:
            record = tx.stores.save(record)
            tx.secrets.write(f"store:{record.id}", {"password": told["password"]})
        self.names.append(name)
        return record

    def files(self, store: str, action: str, **details: Any) -> dict[str, Any]:
        """Drive the store's own side of the exchange."""
        foreign.check(action)
        told = self.sandbox.files(self.remote(store), action, **details)
        return foreign.serving(told) if action == "open" else told

    def root(self, store: str) -> Path:
        """The store's folder on disk."""
        return Path(self.files(store, "open")["folder"])

    def listed(self, store: str, folder: str) -> list[str]:
        """The names of the files in one of its folders."""
        found = self.root(store) / folder
        return sorted(path.name for path in found.iterdir() if path.is_file()) if found.is_dir() else []

    def run(self, store: str, *flows: str) -> list[FlowResult]:
        """Run these flows of a store."""
        return self.installation.runner.run(store, flows or ("orders",), "test", quiet)
