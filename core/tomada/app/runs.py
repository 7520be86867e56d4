"""Past runs."""

from collections.abc import Mapping

from tomada.app.opening import look_with, store_named
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.i18n import _
from tomada.ports.records import RunRecord


def runs(installation: Installation, store: str | None, limit: int) -> list[RunRecord]:
    """Return the last runs, newest first, of one store or of all."""
    store_id = store_named(installation, store).id if store else None
    with installation.database.read() as tx:
        return tx.runs.select(store_id, limit)


def run_of(installation: Installation, run_id: int) -> RunRecord:
    """Return one run; raises ``UsageError`` when there is none with this id."""
    with installation.database.read() as tx:
        found = tx.runs.get(run_id)
    if found is None:
        raise UsageError(
            "run.unknown", _("There is no run {id}.").format(id=run_id), look_with("tomada runs list")
        )
    return found


def store_names(installation: Installation) -> Mapping[int, str]:
    """Return the names of all stores by id."""
    with installation.database.read() as tx:
        return {store.id: store.name for store in tx.stores.all()}
