"""Connecting a store: its authorisation, the test of the connection, and what its own lists still lack."""

from collections.abc import Iterator
from dataclasses import dataclass

from tomada.app.stores import change_store, changed
from tomada.bootstrap import Installation
from tomada.flows.mapping.mappings import MappingTable
from tomada.host.conversation import OnAsk, OnSay
from tomada.host.gateway import StoreGateway
from tomada.ports.records import CodeRecord, StoreRecord
from tomada.spi import CheckResult


def can_authorise(installation: Installation, store: StoreRecord) -> bool:
    """Tell whether the store's platform leads the user to a credential."""
    return "connection_setup" in installation.plugin_of(store).hooks.hooks


def authorise(
    installation: Installation, store: StoreRecord, on_ask: OnAsk, on_say: OnSay
) -> tuple[StoreRecord, str]:
    """Lead the user to a working credential; return the store and the platform's last sentence.

    Raises what ``on_ask`` raises, ``AuthenticationError`` when the store refuses, ``EffectUnknown`` when its
    answer was lost.
    """
    with installation.gateway(store) as gateway:
        done = gateway.setup(on_ask, on_say)
        _keep_state(installation, store, gateway)
    return change_store(installation, store, done.settings), done.text


def check(installation: Installation, store: StoreRecord) -> Iterator[CheckResult]:
    """Yield each step of the connection's test as it is done, and save at the end what the store lacks."""
    lacks: dict[str, str] = {}
    with installation.gateway(store) as gateway:
        for result in gateway.check():
            lacks |= result.lacks
            yield result
        _keep_state(installation, store, gateway)

    def apply(kept: StoreRecord) -> None:
        kept.lacks = lacks

    changed(installation, store, apply)


@dataclass(frozen=True, slots=True)
class ListedCode:
    """A code of the store's own lists; ``value`` is what it is in the ERP, empty while nobody knows."""

    kind: str
    code: str
    label: str
    active: bool
    value: str


def read_codes(installation: Installation, store: StoreRecord) -> list[ListedCode]:
    """Read the store's own lists, remember their codes, and say which have a mapping or a default (D1, D2)."""
    with installation.gateway(store) as gateway:
        entries = [("status", one) for one in gateway.status_list()]
        entries += [("shipping", one) for one in gateway.shipping_list()]
        _keep_state(installation, store, gateway)
    records = [CodeRecord(store.id, kind, one.code, one.label, one.type) for kind, one in entries]
    with installation.database.begin() as tx:
        tx.mappings.saw(records)
        table = MappingTable(store, tx.mappings.all(store.id))
    return [
        ListedCode(kind, one.code, one.label, one.active, table.of_code(record) or "")
        for (kind, one), record in zip(entries, records, strict=True)
    ]


def unmapped(codes: list[ListedCode]) -> list[ListedCode]:
    """Return the codes in use that would hold an order."""
    return [one for one in codes if one.active and not one.value]


def _keep_state(installation: Installation, store: StoreRecord, gateway: StoreGateway) -> None:
    pending = gateway.pending_state()
    if pending:
        with installation.database.begin() as tx:
            tx.progress.set_state(store.id, pending)
