"""Contacts: search, read, and how an order finds or makes its own (tiny-api.md A8, A9.2)."""

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny.envelope import NOT_FOUND, RefusedError, listing, success
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tiny.people import Contact
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import digits, names, read_datetime, write_datetime
from tomada_sandbox.world import World

_ROW = names(
    "codigo nome fantasia tipo_pessoa cpf_cnpj endereco numero complemento bairro cep cidade uf email fone"
    " id_lista_preco id_vendedor nome_vendedor"
)
_WHOLE = names(
    "ie rg im endereco_cobranca numero_cobranca complemento_cobranca bairro_cobranca cep_cobranca"
    " cidade_cobranca uf_cobranca contatos fax celular email_nfe site crt estadoCivil profissao sexo"
    " data_nascimento naturalidade nome_pai cpf_pai nome_mae cpf_mae limite_credito obs pais"
)


def search(world: World, account: Account, request: Request) -> Answer:
    """``contatos.pesquisa.php``."""
    params = parameters(request)
    document = digits(params.get("cpf_cnpj", ""))
    rows = account.contacts_with(document) if document else list(account.contacts.values())
    if text := params.get("pesquisa", "").casefold():
        rows = [
            row for row in rows if text in row.get("nome").casefold() or text in row.get("codigo").casefold()
        ]
    if situation := params.get("situacao"):
        rows = [row for row in rows if row.situation.casefold() == situation.casefold()]
    if since := read_datetime(params.get("dataCriacao", "")):
        rows = [row for row in rows if row.created >= since]
    if since := read_datetime(params.get("dataMinimaAtualizacao", "")):
        rows = [row for row in rows if row.updated >= since]
    return listing("contatos", rows, lambda row: {"contato": _row(row)}, params, request.shift)


def obtain(world: World, account: Account, request: Request) -> Answer:
    """``contato.obter.php``."""
    text = parameters(request).get("id", "")
    contact = account.contacts.get(int(text)) if text.isdecimal() else None
    if contact is None:
        raise RefusedError(NOT_FOUND, "Contato não localizado")
    whole = _row(contact) | {key: contact.get(key) for key in _WHOLE}
    lists: dict[str, object] = {"tipos_contato": [{"tipo": "Cliente"}], "pessoas_contato": []}
    return success(contato={**whole, "data_atualizacao": write_datetime(contact.updated), **lists})


def of_order(world: World, account: Account, customer: dict[str, str], *, update: bool) -> Contact:
    """Return the contact of an order's customer: by code, else document, else name, else a new one.

    A name alone does not match a contact whose document differs. With ``update`` what was sent and is not
    blank replaces what is stored (``atualizar_cliente``).
    """
    now = world.stamp(account)
    contact = _match(account, customer)
    if contact is None:
        return account.store_contact(Contact(account.new_id(), dict(customer), now, now))
    if update:
        contact.fields.update({key: value for key, value in customer.items() if value})
        contact.updated = now
        account.store_contact(contact)
    return contact


def _match(account: Account, customer: dict[str, str]) -> Contact | None:
    document = customer.get("cpf_cnpj", "")
    if found := account.contact_by("code", customer.get("codigo", "")):
        return found
    if found := account.contact_by("document", document):
        return found
    found = account.contact_by("name", customer.get("nome", ""))
    return None if found is None or (document and found.get("cpf_cnpj")) else found


def _row(contact: Contact) -> dict[str, object]:
    fields: dict[str, object] = {key: contact.get(key) for key in _ROW}
    fields["fantasia"] = contact.get("fantasia") or contact.get("nome_fantasia")  # orders call it so
    created = write_datetime(contact.created)
    return {"id": str(contact.id), **fields, "situacao": contact.situation, "data_criacao": created}
