"""A parcel's code, address and day in one call, and the status that goes with it in another."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tomada.domain.shipment import Shipment
from tomada.errors import RejectedByRemote
from tomada.spi import Outcome, Push
from tomada_tray_soap.detail import current_row
from tomada_tray_soap.operations import SET_PARCEL, SET_STATUS
from tomada_tray_soap.sentences import _
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.wire import day, text, written_day
from tomada_tray_soap.writing import outcome, write_each

if TYPE_CHECKING:
    from tomada_tray_soap.session import SoapSession, Written

Told = dict[str, str]


def push_parcels(
    session: "SoapSession", settings: Settings, batch: Sequence[Push[Shipment]]
) -> Iterator[Outcome]:
    """Write what the store does not have yet; a status that it has is not written, as that e-mails the buyer.

    A store whose service cannot set a status gets the code alone, with a warning.
    The shipping method is left alone: it is what the buyer chose. Codes of further parcels go into the remark of the
    status, as there is no other place for them.
    """

    def write(push: Push[Shipment]) -> Iterator[Outcome]:
        shipment = push.value
        before = _told(push.previous, settings) if push.previous else {}
        status = push.previous.status if push.previous else None
        if push.uncertain:
            before, held = _held(session, settings, shipment)
            # one told already stays told: what the order has become since is the store's own
            status = held if status != shipment.status else status
        told = _told(shipment, settings)
        done: list[Written] = []
        warnings: list[str] = []
        if any(before.get(name) != value for name, value in told.items()):
            done.append(session.write(SET_PARCEL, id_pedido=shipment.order_id, **told))
        remark = _remark(shipment)
        new_status = shipment.status if shipment.status != status else ""
        if new_status and session.offers(SET_STATUS):
            done.append(
                session.write(
                    SET_STATUS, id_pedido=shipment.order_id, id_status=new_status, observacao=remark
                )
            )
            remark = ""
        elif new_status:
            warnings.append(
                _("The status was not told: this store's web service has no operation {operation}.").format(
                    operation=SET_STATUS
                )
            )
        if remark and remark != (_remark(push.previous) if push.previous else ""):
            warnings.append(_("Further parcels cannot be told over SOAP: {told}").format(told=remark))
        yield outcome(push.key, done, *warnings)

    return write_each(batch, write)


def _told(shipment: Shipment, settings: Settings) -> Told:
    """Return a shipment in the service's arguments; what it does not say is absent."""
    fields = {
        "codigo_rastreio": shipment.code,
        "url_rastreio": shipment.url,
        "data_envio": written_day(shipment.shipped_on, settings) if shipment.shipped_on else "",
    }
    return {name: value for name, value in fields.items() if value}


def _held(session: "SoapSession", settings: Settings, shipment: Shipment) -> tuple[Told, str | None]:
    """Return what the order has of it, and its status; the address, which it does not show, goes with the code."""
    row = current_row(session, settings, shipment.order_id)
    if row is None:
        raise RejectedByRemote("soap.gone", _("The store has no such thing any more."))
    shipped = day(row.record, "data_envio", settings)
    held = {
        "codigo_rastreio": text(row.record, "codigo_rastreio"),
        "data_envio": written_day(shipped, settings) if shipped else "",
    }
    if held["codigo_rastreio"] == shipment.code:
        held["url_rastreio"] = shipment.url
    return held, row.status.code if row.status else None


def _remark(shipment: Shipment) -> str:
    """Name further parcels; Portuguese, as it is the store's staff who read it."""
    return f"Outros volumes: {', '.join(shipment.others)}" if shipment.others else ""
