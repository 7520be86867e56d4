"""Statuses of orders going out; delivered is one of them (contract 9.6, STE)."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.spi import Context, Outcome, Push
from tomada_tray_ftp.layouts import STATUSES_OUT
from tomada_tray_ftp.outgoing import Told, send

Value = TypeVar("Value", StatusUpdate, Delivery)


def push_statuses(ctx: Context, batch: Sequence[Push[StatusUpdate]]) -> Iterator[Outcome]:
    """Write a file of statuses; what the store makes of them it answers later."""
    return _push(ctx, batch)


def push_deliveries(ctx: Context, batch: Sequence[Push[Delivery]]) -> Iterator[Outcome]:
    """Write the status that means delivered: the contract has no other way to say it."""
    return _push(ctx, batch)


def _push(ctx: Context, batch: Sequence[Push[Value]]) -> Iterator[Outcome]:
    now = ctx.settings.dialect().write_moment(ctx.clock.now(), ctx.settings.zone)
    told = {push.key: _row(push.value, now) for push in batch}
    return send(ctx, ctx.settings.status_out_dir, STATUSES_OUT, batch, told)


def _row(value: StatusUpdate | Delivery, now: str) -> Told:
    """Return a row; whether the buyer is e-mailed is the store's to decide, so that column is empty."""
    row = {"id_pedido": value.order_id, "id_status": value.status, "data_hora": now}
    return Told(value.order_id, (row,))
