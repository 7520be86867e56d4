"""Contacts by document (A8). They are never written: that is limited to 5 calls a minute (C1)."""

from tomada.domain.documents import normalise_document
from tomada.domain.erp import ErpContact
from tomada.tiny.client import TinyClient
from tomada.tiny.envelope import required, text
from tomada.tiny.paging import Listing, read_rows

_CONTACTS = Listing("contatos.pesquisa.php", "contatos", "contato")
_ACTIVE = "Ativo"


def find_contacts(client: TinyClient, document: str) -> list[ErpContact]:
    """Return the active contacts whose document is exactly this (normalised); several may share one."""
    if not document:
        return []
    params = {"pesquisa": "", "cpf_cnpj": document, "situacao": _ACTIVE}
    found = {}
    for row in read_rows(client, _CONTACTS, params):
        active = (text(row, "situacao") or _ACTIVE).casefold() == _ACTIVE.casefold()
        if active and normalise_document(text(row, "cpf_cnpj")) == document:
            contact = ErpContact(contact_id=required(row, "id"), code=text(row, "codigo"))
            found[contact.contact_id] = contact
    return list(found.values())
