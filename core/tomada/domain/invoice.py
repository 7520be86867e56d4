"""The access data of an invoice (NF-e), as a store shows them to buyers and marketplaces."""

from datetime import date
from decimal import Decimal

from tomada.domain.payload import Payload


class InvoiceItem(Payload):
    """One line of an invoice: the store's product and variation, and the fiscal operation code."""

    product_id: str
    variant_id: str = ""
    cfop: str


class Invoice(Payload):
    """An authorised, outgoing invoice of one order (T4).

    ``order_id`` is the store's; ``key`` has 44 places with a valid check digit; ``issued_on`` is the day in São
    Paulo; ``value`` is in BRL. ``link`` opens it for a person; ``xml`` is the signed document as it was issued,
    each empty when the ERP gives none.
    """

    order_id: str
    number: str
    series: str
    key: str
    issued_on: date
    value: Decimal
    link: str = ""
    xml: str = ""
    items: tuple[InvoiceItem, ...] = ()
