"""Who bought, and where the goods go."""

from enum import StrEnum
from typing import Annotated

from tomada.domain.payload import Payload, Personal

Private = Annotated[str, Personal()]


class CustomerKind(StrEnum):
    """A person (CPF), a company (CNPJ) or a buyer from abroad (neither)."""

    PERSON = "person"
    COMPANY = "company"
    FOREIGN = "foreign"


class Address(Payload):
    """A Brazilian address as the buyer typed it; ``zip_code`` is eight digits as text, ``state`` two letters."""

    recipient: Private = ""
    street: Private = ""
    number: Private = ""
    complement: Private = ""
    district: str = ""
    city: str = ""
    state: str = ""
    zip_code: Private = ""
    country: str = "Brasil"
    phone: Private = ""


class Customer(Payload):
    """The buyer of an order.

    ``document`` is a CPF or CNPJ without punctuation, as the store gave it and not yet verified; empty when the
    store has none. ``masked_email`` says that the address is a marketplace's relay, which identifies nobody.
    """

    remote_id: str = ""
    kind: CustomerKind
    name: Private
    trade_name: Private = ""
    document: Private = ""
    state_inscription: Private = ""
    identity_card: Private = ""
    email: Private = ""
    masked_email: bool = False
    phone: Private = ""
    address: Address
