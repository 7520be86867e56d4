"""The buyer and the addresses of a complete order (tray-rest.md 10.4, 12.3)."""

import re

from tomada.domain.customer import Address, Customer, CustomerKind
from tomada.domain.documents import normalise_document
from tomada_tray_rest.sentences import _
from tomada_tray_rest.settings import Settings, names
from tomada_tray_rest.wire import Record, first_text, flag, identifier, member, members, text

BRAZIL = ("", "bra", "br", "brasil", "brazil")
DELIVERY = "1"


def customer_of(order: Record, settings: Settings) -> Customer:
    """Return the buyer with the registered address; its document is the store's, not verified."""
    record = member(order, "Customer")
    kind, document = _kind_and_document(record)
    name, company = text(record, "name"), text(record, "company_name")
    is_company = kind is CustomerKind.COMPANY
    email = text(record, "email")
    return Customer(
        remote_id=identifier(record, "id") or identifier(order, "customer_id"),
        kind=kind,
        name=(company or name) if is_company else name,
        trade_name=name if is_company and company and name != company else "",
        document=document,
        state_inscription=text(record, "state_inscription"),
        identity_card="" if is_company else text(record, "rg"),
        email=email,
        masked_email=email.rpartition("@")[2].casefold() in names(settings.masked_email_domains),
        phone=_phone(record),
        address=_address(record, text(record, "name"), _phone(record)),
    )


def _kind_and_document(record: Record) -> tuple[CustomerKind, str]:
    """``type`` 1 is a company; a CNPJ without a CPF says so too. A buyer from abroad has neither number."""
    cpf, cnpj = (normalise_document(text(record, key)) for key in ("cpf", "cnpj"))
    if cnpj and (text(record, "type") == "1" or not cpf):
        return CustomerKind.COMPANY, cnpj
    if cpf:
        return CustomerKind.PERSON, cpf
    if flag(record, "foreign") or text(record, "country").casefold() not in BRAZIL:
        return CustomerKind.FOREIGN, ""
    return (CustomerKind.COMPANY if text(record, "type") == "1" else CustomerKind.PERSON), ""


def delivery_of(order: Record) -> tuple[Address | None, list[str]]:
    """Return where the goods go (None: the registered address), and warnings.

    It is the address that the order names, else one of type 1 (delivery), an active one first. Where several
    differ and the order names none, the first is taken and a warning says so.
    """
    customer = member(order, "Customer")
    addresses = members(customer, "CustomerAddresses", "CustomerAddress")
    named = identifier(member(order, "CustomerAddress"), "id")
    chosen = [record for record in addresses if named and identifier(record, "id") == named]
    if not chosen:
        chosen = [record for record in addresses if text(record, "type") == DELIVERY]
        chosen = [record for record in chosen if flag(record, "active")] or chosen
    if not chosen:
        return None, []
    found = [_address(record, text(record, "recipient"), _phone(customer)) for record in chosen]
    several = any(address != found[0] for address in found)
    return found[0], [_("The buyer has several delivery addresses; the first was taken.")] if several else []


def _address(record: Record, recipient: str, phone: str) -> Address:
    country = text(record, "country")
    state = text(record, "state")
    return Address(
        recipient=recipient,
        street=text(record, "address"),
        number=text(record, "number"),
        complement=text(record, "complement"),
        district=text(record, "neighborhood"),
        city=text(record, "city"),
        state=state.upper() if len(state) == 2 else state,
        zip_code=re.sub(r"[^0-9]", "", text(record, "zip_code")),
        country="Brasil" if country.casefold() in BRAZIL else country,
        phone=phone,
    )


def _phone(record: Record) -> str:
    return first_text(record, "cellphone", "phone")
