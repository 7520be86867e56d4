"""What a person asks of orders: to come in although they would stay out, and to be looked at again."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from tomada.app.opening import store_named
from tomada.app.orders import find_order
from tomada.app.person import actor
from tomada.bootstrap import Installation
from tomada.errors import UsageError
from tomada.flows.holds.problems import answer_key
from tomada.flows.holds.settle import retry
from tomada.flows.orders.ingest import read_orders
from tomada.i18n import _
from tomada.ports.records import AuditRecord, OrderRecord, OrderState, StoreRecord


@dataclass(frozen=True, slots=True)
class Retried:
    """What retrying came to: ``again``, ``done`` (in the ERP, and nothing of it waits) or ``missing``."""

    order: str
    state: str


def import_orders(installation: Installation, store_name: str, ids: Sequence[str]) -> int:
    """Let orders in that would stay out by themselves (O4); the next sync carries it out. Returns how many.

    An order that is not known yet is read from the store. Raises ``UsageError`` for one that is in the ERP
    already, and for one that the store does not show.
    """
    store = store_named(installation, store_name)
    _read_unknown(installation, store, ids)
    found = [find_order(installation, store, text) for text in ids]
    done = [record.number or record.remote_id for record in found if record.erp_id]
    if done:
        raise UsageError(
            "order.imported", _("Order {number} is in the ERP already.").format(number=", ".join(done))
        )
    with installation.database.begin() as tx:
        for record in found:
            record.override[answer_key("import")] = actor()
            record.override.pop(answer_key("drop"), None)
        tx.orders.save(found)
        tx.orders.wake(store.id, [record.id for record in found])
        now = installation.now()
        tx.audit.add(
            [AuditRecord(now, actor(), "order.asked_for", store.id, one.remote_id, "O4") for one in found]
        )
    return len(found)


def retry_orders(installation: Installation, store_name: str, ids: Sequence[str]) -> list[Retried]:
    """Let the next sync look again at orders that stand still, whatever keeps them; an answer is not needed.

    One that could not be read is read anew. An id that names no order, or several, is ``missing``.
    """
    store = store_named(installation, store_name)
    found: dict[str, OrderRecord] = {}
    for text in dict.fromkeys(ids):
        with suppress(UsageError):
            found[text] = find_order(installation, store, text)
    with installation.database.begin() as tx:
        records = tx.orders.get_many(sorted({record.id for record in found.values()}))
        holds = [hold for hold in tx.holds.select(store.id) if hold.order_id in records]
        held = {hold.order_id for hold in holds}
        again = [one for one in records.values() if one.id in held or one.state is not OrderState.CREATED]
        retry(tx, holds)
        tx.orders.wake(store.id, [one.id for one in again])
        now, who = installation.now(), actor()
        tx.audit.add([AuditRecord(now, who, "order.retried", store.id, one.remote_id, "D3") for one in again])
    woken = {one.id for one in again}
    states = {text: "again" if record.id in woken else "done" for text, record in found.items()}
    return [Retried(text, states.get(text, "missing")) for text in dict.fromkeys(ids)]


def _read_unknown(installation: Installation, store: StoreRecord, ids: Sequence[str]) -> None:
    with installation.database.read() as tx:
        unknown = [text for text in ids if not tx.orders.select(store.id, text=text)]
    if unknown:
        with installation.reading(store, actor(), lambda _note: None) as ctx:
            if ctx.gateway.offers("orders_read"):
                read_orders(ctx, unknown)
