"""ERP accounts: adding, testing, changing and removing them."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tomada.app.erp_settings import ErpSettings, checked, options_of
from tomada.app.names import checked_name
from tomada.app.person import actor
from tomada.app.values import Value, shown
from tomada.bootstrap import DRIVER, ERP_TOKEN, Installation
from tomada.domain.erp import ErpAccount
from tomada.errors import UsageError
from tomada.host.vault import OwnedVault
from tomada.i18n import _
from tomada.ports.records import AuditRecord, ErpRecord
from tomada.ports.storage import Transaction


@dataclass(frozen=True, slots=True)
class ListedErp:
    """One account in a list, with the stores that are connected to it."""

    name: str
    driver: str
    base_url: str
    stores: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewErp:
    """An account whose token was tried and works: it belongs to ``company``."""

    record: ErpRecord
    token: str = field(repr=False)
    company: ErpAccount


def list_erps(installation: Installation) -> list[ListedErp]:
    """Return all accounts by name."""
    with installation.database.read() as tx:
        stores = tx.stores.all()
        return [
            ListedErp(one.name, one.driver, one.base_url, tuple(s.name for s in stores if s.erp_id == one.id))
            for one in tx.erps.all()
        ]


def new_name(installation: Installation, name: str) -> str:
    """Return the name of an account to be added; raises ``UsageError`` for one that is taken or is no name."""
    name = checked_name(name)
    with installation.database.read() as tx:
        if tx.erps.by_name(name):
            raise UsageError(
                "erp.exists",
                _("There is an ERP account {name} already.").format(name=name),
                _("Change it with: {command}").format(
                    command=f"tomada erp set {shlex.quote(name)} key=value"
                ),
            )
    return name


def check_settings(texts: Mapping[str, str]) -> None:
    """Raise ``ConfigurationError`` for wrong settings of a new account, before its token is asked for."""
    checked({**texts, ERP_TOKEN: texts.get(ERP_TOKEN) or "?"})


def try_erp(installation: Installation, name: str, texts: Mapping[str, str]) -> NewErp:
    """Try the token of a new account; nothing is saved.

    Raises ``ConfigurationError`` for wrong settings, ``UnusableError`` or ``TransientError`` from the ERP.
    """
    settings = checked(texts)
    token = settings.token.get_secret_value()
    record = ErpRecord(0, name, DRIVER, settings.base_url, options_of(settings))
    return NewErp(record, token, _account(installation, record, token))


def save_erp(installation: Installation, new: NewErp) -> ErpRecord:
    """Save an account that was tried."""
    with installation.database.begin() as tx:
        record = tx.erps.save(new.record)
        tx.secrets.write(f"erp:{record.id}", {ERP_TOKEN: new.token})
        _audit(installation, tx, "erp.added", record)
    return record


def company_of(installation: Installation, record: ErpRecord) -> ErpAccount:
    """Ask the ERP who the account belongs to, with the token that is saved."""
    return _account(installation, record)


def change_erp(installation: Installation, record: ErpRecord, texts: Mapping[str, str]) -> ErpRecord:
    """Change settings; a new token or address is tried first, and nothing is saved when it does not work."""
    vault = OwnedVault(installation.database, f"erp:{record.id}")
    before = vault.read().get(ERP_TOKEN, "")
    settings = checked(texts, record, before)
    token = settings.token.get_secret_value()
    changed = replace(record, base_url=settings.base_url, options=options_of(settings))
    if (token, changed.base_url) != (before, record.base_url):
        _account(installation, changed, token)
    with installation.database.begin() as tx:
        tx.erps.save(changed)
        tx.secrets.write(f"erp:{record.id}", {ERP_TOKEN: token})
        _audit(installation, tx, "erp.changed", record, ",".join(sorted(texts)))
    return changed


def erp_values(installation: Installation, record: ErpRecord) -> list[Value]:
    """Return every setting of an account; of the token only whether there is one."""
    secrets = OwnedVault(installation.database, f"erp:{record.id}").read()
    values = {**record.options.model_dump(mode="json"), "base_url": record.base_url}
    return shown(ErpSettings, values, secrets, "tomada")


def remove_erp(installation: Installation, record: ErpRecord) -> None:
    """Remove an account and its token; raises ``UsageError`` while a store is connected to it."""
    check_unused(installation, record)
    with installation.database.begin() as tx:
        tx.erps.remove(record.id)
        _audit(installation, tx, "erp.removed", record)


def check_unused(installation: Installation, record: ErpRecord) -> None:
    """Raise ``UsageError`` that names the stores of an account, if there are any."""
    with installation.database.read() as tx:
        stores = [store.name for store in tx.stores.all() if store.erp_id == record.id]
    if stores:
        raise UsageError(
            "erp.in_use",
            _("Stores are connected to {name}: {stores}.").format(name=record.name, stores=", ".join(stores)),
            _("Remove them first: {command}").format(command="tomada store remove " + _("STORE")),
        )


def _account(installation: Installation, record: ErpRecord, token: str | None = None) -> ErpAccount:
    with installation.erp(record, token) as erp:
        return erp.account()


def _audit(
    installation: Installation, tx: Transaction, event: str, record: ErpRecord, keys: str = ""
) -> None:
    details = {"erp": record.name} | ({"settings": keys} if keys else {})
    tx.audit.add([AuditRecord(installation.now(), actor(), event, details=details)])
