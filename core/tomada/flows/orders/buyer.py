"""Who bought, as the ERP shall know it: what a person answered goes before what the store says (C2)."""

from hashlib import sha256

from tomada.domain.customer import Customer, CustomerKind
from tomada.domain.documents import kind_of_document, normalise_document
from tomada.domain.order import Order
from tomada.flows.holds.problems import answer_key
from tomada.ports.records import OrderRecord

CODE_LENGTH = 30
NO_DOCUMENT = "none"
"""A person's answer: import without a document."""


def document_of(record: OrderRecord, order: Order) -> str:
    """Return the normalised CPF or CNPJ that the order is imported with; empty without one."""
    answered = record.override.get(answer_key("document"))
    if answered == NO_DOCUMENT:
        return ""
    return normalise_document(answered or order.customer.document)


def buyer_of(record: OrderRecord, order: Order, label: str) -> tuple[Customer, str]:
    """Return the buyer for the ERP, and the code to find the contact by where the document cannot (C2).

    A valid document tells a person from a company better than the store's own flag does. A number from abroad is
    neither CPF nor CNPJ, so its buyer needs a code too.
    """
    document = document_of(record, order)
    kind = order.customer.kind
    if kind is not CustomerKind.FOREIGN:
        kind = kind_of_document(document) or kind
    customer = order.customer.model_copy(update={"document": document, "kind": kind})
    chosen = record.override.get(answer_key("customer_several"))
    return customer, chosen or ("" if kind_of_document(document) else code_of(order, label))


def code_of(order: Order, label: str) -> str:
    """Return our stable code for a buyer without document: never a marketplace's masked e-mail.

    A guest without an id at the store is a buyer of this order alone, so that guests are not taken for one another.
    """
    buyer = order.customer.remote_id or f"p{order.remote_id}"
    code = f"{label}-{buyer}"
    if len(code) <= CODE_LENGTH:
        return code
    return sha256(code.encode()).hexdigest()[:CODE_LENGTH]
