"""The buyer of an order and where it goes (``tClienteAvancado``)."""

import re

from tomada.domain.customer import Address, Customer, CustomerKind
from tomada.domain.documents import normalise_document
from tomada_tray_soap.envelope import Record
from tomada_tray_soap.settings import Settings, names
from tomada_tray_soap.wire import WireError, first_text, identifier, text

BRAZIL = ("", "bra", "br", "brasil", "brazil")
_CNPJ = 14
_FIELDS = ("logradouro", "numero", "complemento", "bairro", "cidade", "uf", "cep", "pais")


def buyer_of(record: Record, order: Record, settings: Settings) -> Customer:
    """Return the buyer with the registered address; its document is the store's, not verified."""
    if not first_text(record, "cliente", "nome_fantasia"):
        raise WireError("missing", "cliente")
    document = normalise_document(text(record, "cnpj_cpf"))
    kind = _kind(record, document)
    is_company = kind is CustomerKind.COMPANY
    name, email = text(record, "cliente"), text(record, "email")
    trade_name = text(record, "nome_fantasia")
    return Customer(
        remote_id=identifier(record, "id_cliente") or identifier(order, "id_cliente"),
        kind=kind,
        name=name or trade_name,
        trade_name=trade_name if is_company and trade_name != name else "",
        document=document,
        state_inscription=text(record, "rg_ie") if is_company else "",
        identity_card="" if is_company else text(record, "rg_ie"),
        email=email,
        masked_email=email.rpartition("@")[2].casefold() in names(settings.masked_email_domains),
        phone=_phone(record),
        address=_address(record, "", (is_company and trade_name) or name),
    )


def delivery_of(record: Record) -> Address | None:
    """Return where the goods go; None where nothing is told, which means the registered address."""
    told = [text(record, f"entrega_{name}") for name in _FIELDS if name != "pais"]
    if not any(told):
        return None
    return _address(record, "entrega_", text(record, "entrega_destinatario"))


def _kind(record: Record, document: str) -> CustomerKind:
    """``tipo_pessoa`` says it, else the length of the document; a buyer from abroad has none."""
    told = text(record, "tipo_pessoa").upper()
    if told == "J" or (not told and len(document) == _CNPJ):
        return CustomerKind.COMPANY
    if document or text(record, "pais").casefold() in BRAZIL:
        return CustomerKind.PERSON
    return CustomerKind.FOREIGN


def _address(record: Record, prefix: str, recipient: str) -> Address:
    street, number, complement, district, city, state, zip_code, country = (
        text(record, f"{prefix}{name}") for name in _FIELDS
    )
    return Address(
        recipient=recipient,
        street=street,
        number=number,
        complement=complement,
        district=district,
        city=city,
        state=state.upper() if len(state) == 2 else state,
        zip_code=re.sub(r"[^0-9]", "", zip_code),
        country="Brasil" if country.casefold() in BRAZIL else country,
        phone=_phone(record),
    )


def _phone(record: Record) -> str:
    return first_text(record, "celular", "telefone")
