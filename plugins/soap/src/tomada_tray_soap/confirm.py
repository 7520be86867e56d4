"""Ticking orders off the store's list, only ever after our commit, and looking at each once more (O3).

The acknowledgement names an order and no version: what changed between our reading and it would be lost. So the order
is read after it; if that is not what the receipt stands for, the order's id is remembered and read at the next sync.
"""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tomada.errors import EffectUnknown, RejectedByRemote
from tomada.spi import Confirmation, Context
from tomada_tray_soap import errors
from tomada_tray_soap.detail import current_row
from tomada_tray_soap.operations import ORDER, TICK_OFF
from tomada_tray_soap.orders import CHANGED, TROUBLE_LIMIT, ids_of
from tomada_tray_soap.settings import TodoMode

if TYPE_CHECKING:
    from tomada_tray_soap.session import SoapSession

ENTITY = "pedidos"


def confirm(ctx: Context, confirmations: Sequence[Confirmation]) -> Iterator[str]:
    """Yield each receipt as soon as its order is off the list and was looked at once more."""
    session: SoapSession = ctx.session
    failures = 0
    refused: RejectedByRemote | None = None
    for confirmation in confirmations:
        receipt = confirmation.receipt
        if ctx.settings.todo_mode is TodoMode.ACKNOWLEDGE:
            try:
                _tick_off(ctx, session, receipt)
            except EffectUnknown:  # it stays pending and is repeated at the next sync, which is harmless
                failures += 1
                if failures >= TROUBLE_LIMIT:
                    raise
                continue
            except RejectedByRemote as error:  # told at the end, so that the others go on
                refused = error
                continue
        failures = 0
        yield receipt
    if refused is not None:
        raise refused


def _tick_off(ctx: Context, session: "SoapSession", receipt: str) -> None:
    remote_id = receipt.partition(" ")[0]
    try:
        session.write(TICK_OFF, entidade=ENTITY, id=remote_id)
    except RejectedByRemote as error:
        if error.code != f"soap.refused_{errors.ORDER_UNKNOWN}":
            raise
        ctx.log.warning("an order to be ticked off is gone")
        return
    if not session.offers(ORDER):
        return
    row = current_row(session, ctx.settings, remote_id)
    if row is not None and row.receipt != receipt:
        changed = ids_of(ctx.state, CHANGED)
        if remote_id not in changed:
            ctx.state.set(CHANGED, json.dumps([*changed, remote_id]))
