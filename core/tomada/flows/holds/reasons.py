"""Why an order stands where it stands, and how a person settles a hold: the sentences and the answers.

Sentences are formatted with the ``details`` of the hold or order.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tomada.i18n import N_, _


@dataclass(frozen=True, slots=True)
class HoldKind:
    """What a hold code means: its sentence, the way out, and the answers that ``holds settle --as`` takes.

    ``answers`` are fixed words with their meaning; ``free`` says what any other value means, empty when no other
    value is taken. ``remember`` says that ``--remember`` applies the answer to all orders with the same key.
    """

    sentence: str
    way_out: str
    answers: Mapping[str, str]
    free: str = ""
    remember: bool = False


RECREATE = "recreate"
_DROP = {"drop": N_("do not import this order")}
_DEALT_WITH = {"done": N_("it was dealt with by hand"), "ignore": N_("leave the ERP order as it is")}

HOLDS: dict[str, HoldKind] = {
    "unmapped": HoldKind(
        N_("Nobody has mapped the {kind} “{label}” ({code}) yet."),
        N_("Say what it is in the ERP; with --remember for all orders."),
        {"leave": N_("set nothing for this code"), **_DROP},
        N_("the ERP's value"),
        remember=True,
    ),
    "marketplace": HoldKind(
        N_(
            "Orders of the sales channel “{label}” ({code}) may reach the ERP by the marketplace's own integration, "
            "too, and would be there twice."
        ),
        N_("Say once for the channel whether its orders come in here."),
        {
            "import": N_("the ERP has them from here alone: import them"),
            "ignore": N_("the ERP has them from the marketplace: leave them out"),
            **_DROP,
        },
        remember=True,
    ),
    "unlinked": HoldKind(
        N_("“{name}” (SKU {sku}) is not linked: {candidates} active ERP products have this SKU."),
        N_("Correct the SKU on one side, or name the ERP product by its id."),
        _DROP,
        N_("the ERP product's id"),
        remember=True,
    ),
    "document": HoldKind(
        N_("The buyer's CPF or CNPJ is not valid."),
        N_("Give the right document, or import without one."),
        {"none": N_("import without a document, under a code of ours"), **_DROP},
        N_("the corrected document"),
    ),
    "customer_several": HoldKind(
        N_("{count} contacts of the ERP have the buyer's document; their codes: {codes}."),
        N_("Merge them in the ERP, or give the code of the right one."),
        _DROP,
        N_("the code of the right contact"),
    ),
    "legal_name": HoldKind(
        N_("The company's legal name has {length} letters; the ERP's orders take {kept}."),
        N_("Register the contact in the ERP with its full name, then accept the cut."),
        {"accept": N_("import with the name cut"), **_DROP},
    ),
    "money": HoldKind(
        N_("The order's terms do not add up to its total {total}: {difference} is unexplained."),
        N_("Look at the order in the store; accept books the difference."),
        {"accept": N_("book the difference as discount or other expenses"), **_DROP},
    ),
    "duplicate": HoldKind(
        N_("The ERP has orders with this number that may be the same: {erp_numbers}."),
        N_("Look at them in the ERP and say which one it is."),
        {"create": N_("none of them: create it"), "ignore": N_("do not import it")},
        N_("erp:NUMBER, the number or id in the ERP of the order that it is"),
    ),
    "changed": HoldKind(
        N_("The store changed items, values or address after import as ERP order {erp_number}."),
        N_("Repeat the change in the ERP, let the order be created anew, or ignore it."),
        {RECREATE: N_("cancel the ERP order, then create it anew as the store has it"), **_DEALT_WITH},
    ),
    "split": HoldKind(
        N_(
            "The store split it off order {original}; ERP order {erp_number} of that one may have these pieces as well."
        ),
        N_(
            "Take the pieces out of that ERP order and say done to its change, or create: then this one comes in. Or"
            " leave them there: drop."
        ),
        {"create": N_("the other ERP order does not have these pieces: create it"), **_DROP},
    ),
    "cancel_posted": HoldKind(
        N_(
            "Cancelled in the store; the stock of ERP order {erp_number} ({status}) is posted, or may be ({posting})."
        ),
        N_("Reverse the stock posting in the ERP first; then let it be cancelled, or do it by hand."),
        {"cancel": N_("cancel it in the ERP"), **_DEALT_WITH},
    ),
    "cancel_invoiced": HoldKind(
        N_("Cancelled in the store, but ERP order {erp_number} ({status}) is invoiced."),
        N_("Cancel the invoice in the ERP and deal with the order there."),
        _DEALT_WITH,
    ),
    "erp_cancelled": HoldKind(
        N_("ERP order {erp_number} is cancelled, but the store's is not ({target})."),
        N_(
            "Tell the store: tomada orders set-status {store} {order} STATUS, then done. Or reopen it in the ERP."
        ),
        _DEALT_WITH,
    ),
    "erp_missing": HoldKind(
        N_("ERP order {erp_number} is gone."),
        N_("Look for it in the ERP."),
        _DEALT_WITH,
    ),
    "erp_status_unknown": HoldKind(
        N_("ERP order {erp_number} has a status that we do not know: {status}."),
        N_("Move it to another status in the ERP, or leave it."),
        _DEALT_WITH,
    ),
    "status_refused": HoldKind(
        N_("The ERP refused the status {target} of order {erp_number}: {message} {field}"),
        N_("Correct what it names, then retry; or set the status in the ERP yourself."),
        {"retry": N_("try again"), **_DEALT_WITH},
    ),
    "erp_refused": HoldKind(
        N_("The ERP refused the order: {message} {field}"),
        N_("Correct what it names, then retry."),
        {"retry": N_("try again"), **_DROP},
    ),
    "invoice_cancelled": HoldKind(
        N_("The invoice of ERP order {erp_number} was cancelled after the store had heard of it."),
        N_("Issue another one, or tell the store; a new invoice replaces it by itself."),
        _DEALT_WITH,
    ),
    "invoice_damaged": HoldKind(
        N_(
            "The invoice {invoice} of ERP order {erp_number} is authorised, but its access key or its day of issue"
            " cannot be read."
        ),
        N_("Look at the invoice in the ERP; the store is told of it as soon as both can be read."),
        {"done": N_("the store was told by hand"), "ignore": N_("do not tell the store of it")},
    ),
    "invoice_unclear": HoldKind(
        N_(
            "The ERP does not say that the invoice {invoice} of order {erp_number} is the outgoing invoice of the"
            " sale."
        ),
        N_("Look at its direction and purpose in the ERP, and say whether the buyer is to have it."),
        {
            "send": N_("it is the invoice of the sale: tell the store"),
            "ignore": N_("do not tell the store of it"),
        },
    ),
    "link_first": HoldKind(
        N_("“{name}” (SKU {sku}) is not sent: the store already has its SKU or GTIN ({listings})."),
        N_(
            "Link it: tomada links set {store} PRODUCT {ref}. Or correct the SKU or GTIN on one side, then: "
            "tomada holds retry {id}"
        ),
        {"create": N_("create it nevertheless"), "ignore": N_("leave it out")},
    ),
    "product_duplicate": HoldKind(
        N_("The SKU {sku} belongs to {count} active products of the ERP."),
        N_("Correct the SKU in the ERP, then: tomada holds retry {id}. Until then it is not sent."),
        {"ignore": N_("leave it out")},
    ),
    "stock_duplicate": HoldKind(
        N_("The SKU {sku} belongs to {count} active products of the ERP: its balance stays as it is."),
        N_(
            "Correct the SKU in the ERP, then: tomada holds retry {id}. It goes on by itself within an hour, too."
        ),
        {"ignore": N_("send the balance of the product that it is linked to")},
    ),
    "stock_unreadable": HoldKind(
        N_(
            "The ERP's balance of {sku} (product {ref}) cannot be read: the last one stays, less what is sold."
        ),
        N_("Look at the product in the ERP. It is read again once an hour, or with: tomada holds retry {id}"),
        {"ignore": N_("do not say so again")},
    ),
    "damaged": HoldKind(
        N_("The store's order could not be read: {message} {field}"),
        N_("Correct it in the store, then retry."),
        {"retry": N_("read it again"), **_DROP},
    ),
}

RESTS: dict[str, str] = {
    "before_since": N_("Placed before the store was activated ({since})."),
    "cancelled_before_import": N_("Cancelled before it was imported."),
    "no_items": N_("It has no items."),
    "channel_ignored": N_("Orders of the channel {channel} are not imported."),
    "dropped": N_("A person chose not to import it."),
    "unpaid": N_("Waits to be paid."),
    "unpaid_for_now": N_("Not paid yet; enters at {until}."),
    "manual": N_("Waits for `tomada orders import`."),
    "unanswered": N_("The ERP did not answer; it is looked for from {until} on."),
}


KINDS: dict[str, str] = {
    "status": N_("status"),
    "status_out": N_("status of the ERP"),
    "shipping": N_("shipping method"),
    "channel": N_("sales channel"),
    "payment": N_("way of payment"),
    "category": N_("category"),
    "product": N_("product"),
}


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def kind_word(kind: str) -> str:
    """Return the kind of a mapping or a link in the user's language."""
    return _(KINDS[kind]) if kind in KINDS else kind


def hold_sentence(code: str, details: Mapping[str, str]) -> str:
    """Return why something is held, in the user's language; a field that its message names is not named again."""
    told = _Blank(details)
    if "kind" in told:
        told["kind"] = kind_word(told["kind"])
    if "field" in told:
        named = told["field"] in told["message"]
        told["field"] = "" if named else f"({told['field']})"
    return _(HOLDS[code].sentence).format_map(told).strip()


def way_out_sentence(code: str, details: Mapping[str, str]) -> str:
    """Return what to do about a hold, in the user's language; ``details`` with its store, id and order."""
    return _(HOLDS[code].way_out).format_map(_Blank(details))


def rest_sentence(reason: str, details: Mapping[str, str]) -> str:
    """Return why an order rests, in the user's language; empty without a reason."""
    if reason in HOLDS:
        return hold_sentence(reason, details)
    return _(RESTS[reason]).format_map(_Blank(details)) if reason else ""
