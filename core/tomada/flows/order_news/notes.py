"""What a note of the ERP is to the store of its order: to be told, to wait for, nothing, or a question (T4)."""

from enum import Enum, auto

from tomada.domain.erp_invoice import AUTHORISED, ErpInvoice, InvoiceStatus
from tomada.flows.mapping.defaults import normalise

SALE = frozenset({"", "1"})
"""The purpose of a normal note; Tiny's number, or nothing where the ERP does not say."""
_OTHER_WORDS = ("complement", "ajuste", "devolu", "retorno", "credito", "debito")


class Fate(Enum):
    """What is to be done with a note."""

    TELL = auto()
    WAIT = auto()
    """It is not authorised yet."""
    NOTHING = auto()
    """An incoming note, or one that bills no sale: nothing that the buyer is to have."""
    VOID = auto()
    """There is none, or it was cancelled or denied."""
    DAMAGED = auto()
    """It is authorised, and its key or day of issue cannot be read."""
    UNCLEAR = auto()
    """It is authorised, and the ERP does not say that it is the outgoing note of a sale."""


def fate(note: ErpInvoice | None) -> Fate:
    """Return what is to be done with the note of an order."""
    if note is None or note.status in (InvoiceStatus.CANCELLED, InvoiceStatus.DENIED):
        return Fate.VOID
    sale = bills_sale(note.purpose)
    if note.outgoing is False or sale is False:
        return Fate.NOTHING
    if note.status not in AUTHORISED:
        return Fate.WAIT
    if not note.key or note.issued_on is None:
        return Fate.DAMAGED
    return Fate.TELL if note.outgoing and sale else Fate.UNCLEAR


def bills_sale(purpose: str) -> bool | None:
    """Tell whether a note's purpose is the normal one; None for a word that we do not know.

    The numbers are those of the NF-e: 1 normal, 2 complementary, 3 adjustment, 4 return, and others that are none.
    """
    plain = normalise(purpose)
    if plain in SALE or "normal" in plain:
        return True
    return False if plain.isdigit() or any(word in plain for word in _OTHER_WORDS) else None
