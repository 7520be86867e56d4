"""Access data of invoices: one call each; the same key again changes nothing, so that it may be repeated."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from tomada.domain.invoice import Invoice
from tomada.spi import Outcome, Push
from tomada_tray_soap.operations import SAVE_INVOICE
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.wire import written_day, written_number
from tomada_tray_soap.writing import outcome, write_each

if TYPE_CHECKING:
    from tomada_tray_soap.session import SoapSession


def push_invoices(
    session: "SoapSession", settings: Settings, batch: Sequence[Push[Invoice]]
) -> Iterator[Outcome]:
    """Attach each invoice to its order. The service has no call that replaces one: the store refuses another key."""

    def write(push: Push[Invoice]) -> Iterator[Outcome]:
        invoice = push.value
        told = {
            "id_pedido": invoice.order_id,
            "numero": invoice.number,
            "serie": invoice.series,
            "data_emissao": written_day(invoice.issued_on, settings),
            "valor": written_number(invoice.value, settings),
            "chave": invoice.key,
            "link": invoice.link,
            "xml": invoice.xml if settings.send_xml else "",
        }
        yield outcome(push.key, [session.write(SAVE_INVOICE, **told)])

    return write_each(batch, write)
