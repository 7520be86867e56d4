"""Removing a store: what is lost, and doing it while nothing of it runs."""

from contextlib import ExitStack
from dataclasses import dataclass

from tomada.app.stores import audit_store
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.i18n import _
from tomada.ports.records import StoreRecord
from tomada.runner import FLOWS, lock_name


@dataclass(frozen=True, slots=True)
class Lost:
    """What goes with a store; its orders in the ERP stay."""

    orders: int
    holds: int
    mappings: int
    links: int


def what_is_lost(installation: Installation, store: StoreRecord) -> Lost:
    """Count what ``remove_store`` deletes."""
    with installation.database.read() as tx:
        return Lost(
            sum(tx.orders.count(store.id).values()),
            len(tx.holds.select(store.id)),
            len(tx.mappings.all(store.id)),
            len(tx.links.all(store.id)),
        )


def remove_store(installation: Installation, store: StoreRecord) -> None:
    """Delete a store with everything that is known of it, but its audit; the ERP is not touched.

    Raises ``UsageError`` while one of its flows runs.
    """
    database = installation.database
    with ExitStack() as locks:
        for flow in FLOWS:
            if not locks.enter_context(database.lock(lock_name(store, flow))):
                raise UsageError(
                    "store.busy",
                    _("{store} is being synchronised ({holder}).").format(
                        store=store.name, holder=database.holder(lock_name(store, flow)) or "?"
                    ),
                    _("Wait until it is done, and repeat the command."),
                )
        with database.begin() as tx:
            audit_store(installation, tx, "store.removed", store)
            tx.stores.remove(store.id)
