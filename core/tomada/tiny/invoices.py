"""Invoices: search, one whole, link and XML (A11)."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from tomada.domain.erp_invoice import ErpInvoice, ErpInvoiceItem, ErpInvoiceRow, InvoiceStatus, is_access_key
from tomada.tiny.client import TinyClient
from tomada.tiny.envelope import (
    Record,
    decimal,
    elements,
    inner,
    integer,
    quantity,
    required,
    text,
    unexpected,
)
from tomada.tiny.paging import Listing, read_rows
from tomada.tiny.wire import day, read_day

_INVOICES = Listing("notas.fiscais.pesquisa.php", "notas_fiscais", "nota_fiscal")
_STATUSES = {
    1: InvoiceStatus.PENDING,
    2: InvoiceStatus.ISSUED,
    3: InvoiceStatus.CANCELLED,
    4: InvoiceStatus.AWAITING_RECEIPT,
    5: InvoiceStatus.REJECTED,
    6: InvoiceStatus.AUTHORISED,
    7: InvoiceStatus.PRINTED,
    8: InvoiceStatus.REGISTERED,
    9: InvoiceStatus.AWAITING_PROTOCOL,
    10: InvoiceStatus.DENIED,
}
_NUMBERS = {status: number for number, status in _STATUSES.items()}
_OUTGOING = {"S": True, "E": False}
_OUTGOING_CFOP = frozenset("567")
_INCOMING_CFOP = frozenset("123")


def find_invoices(
    client: TinyClient, ecommerce_number: str, issued_since: date | None, status: InvoiceStatus | None
) -> Iterator[ErpInvoiceRow]:
    """Yield the hits of the search; of the e-commerce number only exact ones."""
    params = {}
    if ecommerce_number:
        params["numeroEcommerce"] = ecommerce_number
    if issued_since is not None:
        params["dataInicial"] = day(issued_since)
    if status is not None:
        params["situacao"] = str(_NUMBERS[status])
    for nota in read_rows(client, _INVOICES, params):
        row = ErpInvoiceRow(value=quantity(nota, "valor"), **_common(nota, "tipo"))
        if not ecommerce_number or row.ecommerce_number == ecommerce_number:
            yield row


def read_invoice(client: TinyClient, invoice_id: str) -> ErpInvoice | None:
    """Read one invoice; None when there is none."""
    content = client.read("nota.fiscal.obter.php", {"id": invoice_id})
    return None if content is None else invoice_of(inner(content, "nota_fiscal"))


def invoice_link(client: TinyClient, invoice_id: str) -> str | None:
    """Return the address of the viewer; None when there is no such note, or it has none."""
    content = client.read("nota.fiscal.obter.link.php", {"id": invoice_id})
    link = text(content or {}, "link_nfe")
    if link and not re.match(r"https?://[^\s/]", link):
        raise unexpected("link_nfe")
    return link or None


def invoice_of(nota: Record) -> ErpInvoice:
    """Read a whole note. Its ``tipo_nota`` may say neither E nor S; then its CFOPs tell the direction."""
    items = tuple(_item(part) for part in elements(nota, "itens", "item"))
    common = _common(nota, "tipo_nota")
    if common["outgoing"] is None:
        common["outgoing"] = _direction(items)
    order_id = text(nota, "id_venda")
    return ErpInvoice(
        value=quantity(nota, "valor_nota"),
        order_id="" if order_id == "0" else order_id,
        purpose=text(nota, "finalidade"),
        items=items,
        **common,
    )


def _common(nota: Record, direction: str) -> dict[str, Any]:
    written = re.sub(r"[\s.-]", "", text(nota, "chave_acesso")).upper()
    valid = is_access_key(written)
    return {
        "invoice_id": required(nota, "id"),
        "number": text(nota, "numero"),
        "series": text(nota, "serie"),
        "ecommerce_number": text(nota, "numero_ecommerce"),
        "key": written if valid else "",
        "damaged_key": "" if valid else written[:60],
        "issued_on": read_day(nota, "data_emissao"),
        "status": _STATUSES.get(integer(nota, "situacao") or 0),
        "status_label": text(nota, "descricao_situacao") or text(nota, "situacao"),
        "outgoing": _OUTGOING.get(text(nota, direction).upper()),
        "tracking_code": text(nota, "codigo_rastreamento"),
        "tracking_url": text(nota, "url_rastreamento"),
    }


def _item(part: Record) -> ErpInvoiceItem:
    product_id = text(part, "id_produto")
    return ErpInvoiceItem(
        product_id="" if product_id == "0" else product_id,
        sku=text(part, "codigo"),
        name=text(part, "descricao"),
        quantity=quantity(part, "quantidade"),
        value=decimal(part, "valor_total"),
        cfop=re.sub(r"\D", "", text(part, "cfop")),
    )


def _direction(items: tuple[ErpInvoiceItem, ...]) -> bool | None:
    first = {item.cfop[:1] for item in items}
    if first and first <= _OUTGOING_CFOP:
        return True
    return False if first and first <= _INCOMING_CFOP else None
