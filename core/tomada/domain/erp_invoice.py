"""The ERP's invoices (NF-e), and the check of their access key."""

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum

from tomada.domain.money import ZERO
from tomada.domain.payload import Payload


class InvoiceStatus(StrEnum):
    """What an invoice has come to (Tiny: tiny-api.md A11, 1 to 10)."""

    PENDING = "pending"
    ISSUED = "issued"
    CANCELLED = "cancelled"
    AWAITING_RECEIPT = "awaiting_receipt"
    REJECTED = "rejected"
    AUTHORISED = "authorised"
    PRINTED = "printed"
    REGISTERED = "registered"
    AWAITING_PROTOCOL = "awaiting_protocol"
    DENIED = "denied"


AUTHORISED = frozenset({InvoiceStatus.AUTHORISED, InvoiceStatus.PRINTED})
"""The statuses of a note that the tax authority has authorised, and that a store may be told of (T4)."""


class ErpInvoiceRow(Payload):
    """One hit of the invoice search.

    ``key`` is the checked access key, empty when there is none; what stood there and is no key is in
    ``damaged_key``. ``status`` is None for one that we do not know (``status_label``). ``outgoing`` is None where
    the ERP does not say. ``value`` is the note's total in BRL.
    """

    invoice_id: str
    number: str
    series: str
    ecommerce_number: str
    key: str = ""
    damaged_key: str = ""
    issued_on: date | None
    value: Decimal
    status: InvoiceStatus | None
    status_label: str
    outgoing: bool | None
    tracking_code: str = ""
    tracking_url: str = ""

    @property
    def authorised(self) -> bool:
        """Tell whether the note is authorised and has a key."""
        return self.status in AUTHORISED and bool(self.key)


class ErpInvoiceItem(Payload):
    """A line of an invoice; ``product_id`` is empty for a text that is no product."""

    product_id: str
    sku: str
    name: str
    quantity: Decimal
    value: Decimal = ZERO
    cfop: str = ""


class ErpInvoice(ErpInvoiceRow):
    """A whole invoice; ``order_id`` is the ERP's order, empty for a note without one.

    ``purpose`` is the ERP's text or number for the NF-e's purpose (normal, complementary, adjustment, return).
    """

    order_id: str = ""
    purpose: str = ""
    items: tuple[ErpInvoiceItem, ...] = ()


_KEY = re.compile(r"[0-9]{6}[0-9A-Z]{12}[0-9]{26}")


def is_access_key(key: str) -> bool:
    """Tell whether a text is the key of an NF-e: 44 characters of which the last is the check digit (T4).

    All are digits but the issuer's CNPJ, which may hold letters since July 2026; a letter counts as its ASCII code
    minus 48 (Nota Técnica 2025.001), which is also what a digit counts as.
    """
    return bool(_KEY.fullmatch(key)) and check_digit(key[:43]) == key[43]


def check_digit(key: str) -> str:
    """Return the check digit of the first 43 characters of a key: modulo 11, weights 2 to 9 from the right."""
    total = sum((ord(char) - 48) * (2 + place % 8) for place, char in enumerate(reversed(key)))
    rest = 11 - total % 11
    return "0" if rest > 9 else str(rest)
