"""Statuses of orders on demand: set by the store's id, or marked as delivered, each with its result (T5)."""

import shlex
from collections.abc import Callable, Sequence

from tomada.app.offering import require
from tomada.app.opening import store_named
from tomada.app.person import actor
from tomada.app.sending import Sending, Sent
from tomada.app.syncing import check_active
from tomada.bootstrap import Installation
from tomada.domain.status import ErpStatus
from tomada.errors import TomadaError, UsageError
from tomada.flows.context import FlowContext
from tomada.flows.mapping.defaults import normalise
from tomada.flows.order_news.statuses import mark_delivered, set_statuses, table_of
from tomada.flows.order_news.told import DELIVERIES, STATUSES
from tomada.i18n import _
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import CodeRecord
from tomada.ports.runner import Listener

MISSING = "missing"

Send = Callable[[FlowContext, list[str]], dict[str, str]]
"""Sends to these orders (by the store's id) and says why which were left out."""


def set_order_statuses(
    installation: Installation, store_name: str, ids: Sequence[str], status: str, listener: Listener
) -> Sending:
    """Give orders a status of the store, by its id or its name; raises ``UsageError`` for one that it has not."""

    def prepare(ctx: FlowContext) -> tuple[str, Send]:
        code = _status(ctx, status)
        return code.label or code.code, lambda ctx, keys: set_statuses(ctx, dict.fromkeys(keys, code.code))

    return _sent(installation, store_name, ids, listener, STATUSES, "order_status_push", prepare)


def mark_orders_delivered(
    installation: Installation, store_name: str, ids: Sequence[str], listener: Listener
) -> Sending:
    """Mark orders as delivered; raises ``UsageError`` when no status of the store is known to say so."""

    def prepare(ctx: FlowContext) -> tuple[str, Send]:
        found = table_of(ctx).status_out(ErpStatus.DELIVERED)
        if not found:
            raise UsageError(
                "status.no_delivered",
                _("No status of {store} is known to mean delivered.").format(store=ctx.store.name),
                _("Say which: {command}").format(
                    command=f"tomada map set {shlex.quote(ctx.store.name)} status_out entregue ID"
                ),
            )

        def send(ctx: FlowContext, keys: list[str]) -> dict[str, str]:
            mark_delivered(ctx, keys, found)
            return {}

        return next((one.label for one in _codes(ctx) if one.code == found), found), send

    return _sent(installation, store_name, ids, listener, DELIVERIES, "delivery_push", prepare)


def _sent(
    installation: Installation,
    store_name: str,
    ids: Sequence[str],
    listener: Listener,
    flow: str,
    hook: str,
    prepare: Callable[[FlowContext], tuple[str, Send]],
) -> Sending:
    store = store_named(installation, store_name)
    check_active(store)
    done = Sending(store.name)
    with installation.reading(store, actor(), listener, flow, writes=True) as ctx:
        require(ctx, hook)
        label, send = prepare(ctx)
        keys = {text: _order(ctx, text) for text in ids}
        left: dict[str, str] = {}
        try:
            left = send(ctx, [key for key in dict.fromkeys(keys.values()) if key])
        except TomadaError as error:
            done.error = error
        done.counts = {word: number for word, number in ctx.counts.items() if number}
        with installation.database.read() as tx:
            known = tx.publications.find(store.id, flow, [key for key in keys.values() if key])
    for text, key in keys.items():
        done.results.append(_result(text, label, known.get(key), left.get(key, "")))
    return done


def _order(ctx: FlowContext, text: str) -> str:
    """Return the store's id of the one order that has this id or number; empty for none or several."""
    with ctx.database.read() as tx:
        found = tx.orders.select(ctx.store.id, text=text.strip())
    exact = [one for one in found if one.remote_id == text.strip()]
    return (exact or found)[0].remote_id if len(found) == 1 or exact else ""


def _codes(ctx: FlowContext) -> list[CodeRecord]:
    """The store's own statuses, read from it if it tells them, else those seen in orders."""
    told = [
        CodeRecord(ctx.store.id, "status", one.code, one.label, one.type) for one in ctx.gateway.status_list()
    ]
    if told:
        return told
    with ctx.database.read() as tx:
        return tx.mappings.codes(ctx.store.id, "status")


def _status(ctx: FlowContext, text: str) -> CodeRecord:
    codes = _codes(ctx)
    exact = [one for one in codes if one.code == text.strip()]
    named = [one for one in codes if normalise(one.label) == normalise(text)]
    if exact or len(named) == 1:
        return (exact or named)[0]
    raise UsageError(
        "status.unknown",
        _("{store} has no status {status}.").format(store=ctx.store.name, status=text),
        _("There are: {names}").format(names=", ".join(f"{one.code} ({one.label})" for one in codes)),
    )


def _result(name: str, label: str, publication: PublicationRecord | None, left: str) -> Sent:
    if left:
        return Sent(name, "rejected", label, _(left))
    if publication is None:
        return Sent(name, MISSING)
    return Sent(name, publication.state.value, label, publication.message)
