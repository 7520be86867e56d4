"""An order's status by the store's id of it, with at most one e-mail to the buyer."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.errors import RejectedByRemote
from tomada.spi import Outcome, Push
from tomada_tray_soap.detail import current_row
from tomada_tray_soap.operations import SET_STATUS
from tomada_tray_soap.sentences import _
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.writing import outcome, write_each

if TYPE_CHECKING:
    from tomada_tray_soap.session import SoapSession


def push_statuses(
    session: "SoapSession", settings: Settings, batch: Sequence[Push[StatusUpdate]]
) -> Iterator[Outcome]:
    """Set each status; the order is read first, as a status that it has may e-mail the buyer again."""
    return write_each(batch, lambda push: _set(session, settings, push.key, push.value))


def push_deliveries(
    session: "SoapSession", settings: Settings, batch: Sequence[Push[Delivery]]
) -> Iterator[Outcome]:
    """Set the status that means delivered: the service has no mark of its own for it."""
    return write_each(batch, lambda push: _set(session, settings, push.key, push.value))


def _set(
    session: "SoapSession", settings: Settings, key: str, value: StatusUpdate | Delivery
) -> Iterator[Outcome]:
    row = current_row(session, settings, value.order_id)
    if row is None:
        raise RejectedByRemote("soap.gone", _("The store has no such thing any more."))
    if row.status is not None and row.status.code == value.status:
        yield outcome(key, [])
    else:
        yield outcome(
            key, [session.write(SET_STATUS, id_pedido=value.order_id, id_status=value.status, observacao="")]
        )
