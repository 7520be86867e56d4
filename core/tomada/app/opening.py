"""Opening an installation, and finding what a user named in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tomada.bootstrap import Installation, Places
from tomada.errors import UsageError
from tomada.i18n import _
from tomada.ports.records import ErpRecord, StoreRecord


@contextmanager
def opened(home: Path | None) -> Iterator[Installation]:
    """Open the installation in this data folder (None: the user's own) and let go of it at the end.

    Nothing is read before it is needed; then ``ConfigurationError`` says that there is no database or no key.
    """
    installation = Installation(Places(home))
    try:
        yield installation
    finally:
        installation.close()


def store_named(installation: Installation, name: str) -> StoreRecord:
    """Return a store; raises ``UsageError`` with the names that there are."""
    with installation.database.read() as tx:
        found = tx.stores.by_name(name)
        names = [store.name for store in tx.stores.all()]
    if found is None:
        raise UsageError("store.unknown", _("There is no store {name}.").format(name=name), _choice(names))
    return found


def erp_named(installation: Installation, name: str) -> ErpRecord:
    """Return an ERP account; raises ``UsageError`` with the names that there are."""
    with installation.database.read() as tx:
        found = tx.erps.by_name(name)
        names = [account.name for account in tx.erps.all()]
    if found is None:
        raise UsageError(
            "erp.unknown", _("There is no ERP account {name}.").format(name=name), _choice(names)
        )
    return found


def look_with(command: str) -> str:
    """Return the hint that a command shows what there is."""
    return _("Look with: {command}").format(command=command)


def _choice(names: list[str]) -> str:
    if names:
        return _("There are: {names}").format(names=", ".join(sorted(names)))
    return _("There is none yet.")
