"""Access data of invoices going out, each with its XML before it (contract 9.6, NFE)."""

from collections.abc import Iterator, Sequence

from tomada.domain.invoice import Invoice
from tomada.errors import TransientError
from tomada.spi import Context, Outcome, Push
from tomada_tray_ftp.dialect import Dialect
from tomada_tray_ftp.layouts import INVOICES
from tomada_tray_ftp.outgoing import Told, send
from tomada_tray_ftp.session import FileSession
from tomada_tray_ftp.transport import MissingError, RefusedError

XML = "xml"
_MODEL = slice(20, 22)
"""Where the key tells the model of the note, 55 or 65."""


def push_invoices(ctx: Context, batch: Sequence[Push[Invoice]]) -> Iterator[Outcome]:
    """Write a file of invoices; what the store makes of them it answers later."""
    settings = ctx.settings
    told = {push.key: _row(push.value, settings.dialect()) for push in batch}
    for push in batch:
        if push.value.xml and not _upload(ctx.session, settings.invoices_dir, push.value):
            told[push.key].rows[0]["arquivo_xml"] = ""
    return send(ctx, settings.invoices_dir, INVOICES, batch, told)


def _row(invoice: Invoice, dialect: Dialect) -> Told:
    row = {
        "id_pedido": invoice.order_id,
        "numero": invoice.number,
        "serie": invoice.series,
        "modelo": invoice.key[_MODEL],
        "data_emissao": dialect.write_day(invoice.issued_on),
        "valor": dialect.write_number(invoice.value),
        "chave": invoice.key,
        "link": invoice.link[:500],
        "arquivo_xml": f"{invoice.key}.xml" if invoice.xml else "",
        "situacao": "autorizada",
    }
    return Told(invoice.order_id, (row,))


def _upload(session: FileSession, folder: str, invoice: Invoice) -> bool:
    """Put the signed document where the row will name it; False when the server does not take it."""
    path = f"{folder}/{XML}/{invoice.key}.xml"
    content = invoice.xml.encode()
    try:
        if session.size(path) is None:
            try:
                session.publish(path, content)
            except (MissingError, RefusedError):
                session.make_folder(f"{folder}/{XML}")
                session.publish(path, content)
    except (MissingError, RefusedError, TransientError):
        return False
    return True
