"""Invoices of orders, with bare bodies (tray-rest.md 12.1)."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from tomada.domain.invoice import Invoice
from tomada.spi import Outcome, Push
from tomada_tray_rest.wire import Record, identifier, members, text
from tomada_tray_rest.writing import accepted, gone, unchanged, write_each

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession


def push_invoices(session: "TraySession", batch: Sequence[Push[Invoice]]) -> Iterator[Outcome]:
    """Attach each invoice to its order, or update the one that it replaces.

    The order's invoices are looked at only where one may be there: after an unanswered write, or for another value.
    """

    def write(push: Push[Invoice]) -> Iterator[Outcome]:
        path = f"/orders/{quote(push.value.order_id, safe='')}/invoices"
        there = _there(session, path) if push.uncertain or push.previous else []
        if any(_same(record, push.value) for record in there):
            yield unchanged(push.key)
            return
        old = _replaced(there, push)
        method, target = ("PUT", f"{path}/{old}") if old else ("POST", path)
        answer = session.write(method, target, _body(push.value))
        yield gone(push.key) if answer is None else accepted(push.key)

    return write_each(batch, write)


def _there(session: "TraySession", path: str) -> list[Record]:
    answer = session.get(path)
    return [] if answer is None else members(answer.body, "OrderInvoices", "OrderInvoice")


def _same(record: Record, invoice: Invoice) -> bool:
    return text(record, "key") == invoice.key and text(record, "link") == invoice.link


def _replaced(there: list[Record], push: Push[Invoice]) -> str:
    """Return the id of the invoice that is to be updated: with this key, or with the one that was sent before."""
    keys = [push.value.key] + ([push.previous.key] if push.previous else [])
    for key in keys:
        for record in there:
            if text(record, "key") == key:
                return identifier(record, "id")
    return ""


def _body(invoice: Invoice) -> dict[str, Any]:
    body: dict[str, Any] = {
        "issue_date": invoice.issued_on.isoformat(),
        "number": invoice.number,
        "serie": invoice.series,
        "value": f"{invoice.value:.2f}",
        "key": invoice.key,
        "link": invoice.link,
        "xml_danfe": invoice.xml,
    }
    if invoice.items:
        body["ProductCfop"] = [
            {"product_id": item.product_id, "variation_id": item.variant_id or "0", "cfop": item.cfop}
            for item in invoice.items
        ]
    return {name: value for name, value in body.items() if value != ""}
