"""The clerk at the invoices, and the tax authority's answers."""

from tomada_sandbox.tiny import invoicing
from tomada_sandbox.tiny.clerk_support import Action, OnAccount, invoice_of, order_of
from tomada_sandbox.tiny.notes import DENIED, REJECTED, SITUATIONS, Invoice
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.world import World


def _invoice(world: World, account: Account, action: Action) -> dict[str, object]:
    """``invoice``: make the order's note and have it authorised, or go ``until`` another situation only."""
    until = action.get("until", "authorised")
    if until not in _UNTIL:
        raise ValueError(f"until must be one of {', '.join(_UNTIL)}")
    note = invoicing.make(world, account, order_of(account, action))
    return _advance(world, account, note, until)


def _advance(world: World, account: Account, note: Invoice, until: str) -> dict[str, object]:
    if until == "authorised":
        invoicing.authorise(world, account, note)
    elif until == "sent":
        invoicing.send(world, account, note)
    elif until != "pending":
        invoicing.refuse(world, account, note, _UNTIL[until])
    return _told(note)


def _authorise(world: World, account: Account, action: Action) -> dict[str, object]:
    return _advance(world, account, invoice_of(account, action), "authorised")


def _reject(world: World, account: Account, action: Action) -> dict[str, object]:
    return _advance(world, account, invoice_of(account, action), "rejected")


def _print(world: World, account: Account, action: Action) -> dict[str, object]:
    note = invoice_of(account, action)
    invoicing.show_printed(world, account, note)
    return _told(note)


def _cancel(world: World, account: Account, action: Action) -> dict[str, object]:
    note = invoice_of(account, action)
    invoicing.cancel(world, account, note)
    return _told(note)


def _edit(world: World, account: Account, action: Action) -> dict[str, object]:
    """``edit_invoice``: change what the note says: its ``purpose``, the ``cfop`` of its lines, its ``key``."""
    note = invoice_of(account, action)
    note.purpose = str(action.get("purpose", note.purpose))
    note.cfop = str(action.get("cfop", note.cfop))
    note.key = str(action.get("key", note.key))
    return _told(note)


def _replace(world: World, account: Account, action: Action) -> dict[str, object]:
    """``replace_invoice``: cancel the order's note and have a new one authorised."""
    order = order_of(account, action)
    old = invoice_of(account, {"invoice": order.invoice_id})
    invoicing.cancel(world, account, old)
    note = invoicing.make(world, account, order)
    return _advance(world, account, note, "authorised") | {"replaces": old.id}


def _return(world: World, account: Account, action: Action) -> dict[str, object]:
    """``return_invoice``: the incoming note of a buyer's return."""
    return _told(invoicing.take_back(world, account, order_of(account, action)))


def _told(note: Invoice) -> dict[str, object]:
    return {
        "invoice": note.id,
        "number": note.number,
        "situation": SITUATIONS[note.situation],
        "key": note.key,
    }


_UNTIL = {"pending": 0, "sent": 0, "authorised": 0, "rejected": REJECTED, "denied": DENIED}

ACTIONS: dict[object, OnAccount] = {
    "invoice": _invoice,
    "authorise_invoice": _authorise,
    "reject_invoice": _reject,
    "print_invoice": _print,
    "cancel_invoice": _cancel,
    "edit_invoice": _edit,
    "replace_invoice": _replace,
    "return_invoice": _return,
}
