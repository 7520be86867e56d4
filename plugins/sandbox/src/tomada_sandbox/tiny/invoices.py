"""Invoices: search, read, link, XML, and making and sending them (tiny-api.md A9.7, A11)."""

from datetime import date

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny import invoice_view, invoicing, order_search
from tomada_sandbox.tiny.envelope import (
    INVALID,
    NOT_AUTHORISED,
    NOT_FOUND,
    PARAMETER,
    RefusedError,
    failed_record,
    listing,
    success,
)
from tomada_sandbox.tiny.notes import SITUATIONS, Invoice
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import digits, read_date
from tomada_sandbox.world import World


def search(world: World, account: Account, request: Request) -> Answer:
    """``notas.fiscais.pesquisa.php``, newest first."""
    params = parameters(request)
    rows = [note for note in reversed(account.invoices.values()) if _matches(note, params)]
    return listing(
        "notas_fiscais", rows, lambda note: {"nota_fiscal": invoice_view.row(note)}, params, request.shift
    )


def obtain(world: World, account: Account, request: Request) -> Answer:
    """``nota.fiscal.obter.php``."""
    return success(nota_fiscal=invoice_view.whole(_find(account, request)))


def link(world: World, account: Account, request: Request) -> Answer:
    """``nota.fiscal.obter.link.php``; a note that is not authorised has none (a guess)."""
    note = _find(account, request)
    if not note.xml:
        raise RefusedError(NOT_AUTHORISED, "Nota fiscal não autorizada")
    return success(link_nfe=_link(note))


def xml(world: World, account: Account, request: Request) -> Answer:
    """``nota.fiscal.obter.xml.php``: XML, its refusal too, though JSON was asked for."""
    note = _find(account, request)
    if not note.xml:
        error = f"<codigo_erro>{NOT_AUTHORISED}</codigo_erro><erros><erro>Nota fiscal não autorizada</erro></erros>"
        return _as_xml(f"<status_processamento>2</status_processamento><status>Erro</status>{error}")
    return _as_xml(
        f"<status_processamento>3</status_processamento><status>OK</status><xml_nfe>{note.xml}</xml_nfe>"
    )


def make(world: World, account: Account, request: Request) -> Answer:
    """``gerar.nota.fiscal.pedido.php``: the note is pending."""
    order = order_search.find(account, parameters(request))
    try:
        note = invoicing.make(world, account, order)
    except RefusedError as error:
        return failed_record(error.code, [{"erro": error.text}])
    request.note(order=order.id, invoice=note.id)
    record = {"idNotaFiscal": str(note.id), "numero": f"{note.number:06}", "serie": str(note.series)}
    return success(registros={"registro": {"sequencia": "1", "status": "OK", **record}})


def issue(world: World, account: Account, request: Request) -> Answer:
    """``nota.fiscal.emitir.php``: the tax authority answers at once, and yes."""
    note = _find(account, request)
    invoicing.authorise(world, account, note)
    request.note(invoice=note.id)
    told = {"id": str(note.id), "chave_acesso": note.key, "link_acesso": _link(note)}
    situation = {"situacao": str(note.situation), "descricao_situacao": SITUATIONS[note.situation]}
    return success(nota_fiscal={**told, **situation, "xml": note.xml})


def _find(account: Account, request: Request) -> Invoice:
    text = parameters(request).get("id", "").strip()
    note = account.invoices.get(int(text)) if text.isdecimal() else None
    if note is None:
        raise RefusedError(NOT_FOUND, "Nota fiscal não localizada")
    return note


def _matches(note: Invoice, params: dict[str, str]) -> bool:
    given = {key: value.strip() for key, value in params.items() if value.strip()}
    document, name = digits(given.get("cpf_cnpj", "")), given.get("cliente", "").casefold()
    first, last = (_day(given, key) for key in ("dataInicial", "dataFinal"))
    number = given.get("numero", "")
    if "situacao" in given and given["situacao"] not in map(str, SITUATIONS):
        raise RefusedError(INVALID, "O parâmetro situacao é inválido")
    return not (
        ("tipoNota" in given and note.kind != given["tipoNota"].upper())
        or (number and (not number.isdecimal() or int(number) != note.number))
        or (name and name not in note.customer.get("nome", "").casefold())
        or (document and digits(note.customer.get("cpf_cnpj", "")) != document)
        or (first and note.issued < first)
        or (last and note.issued > last)
        or ("situacao" in given and str(note.situation) != given["situacao"])
        or ("numeroEcommerce" in given and note.ecommerce_number != given["numeroEcommerce"])
    )


def _day(given: dict[str, str], key: str) -> date | None:
    if key not in given:
        return None
    day = read_date(given[key])
    if day is None:
        raise RefusedError(PARAMETER, f"O parâmetro {key} é inválido")
    return day


def _link(note: Invoice) -> str:
    return f"https://tiny.com.br/doc.view.php?id={note.key[-16:]}{note.id}"


def _as_xml(content: str) -> Answer:
    body = f'<?xml version="1.0" encoding="UTF-8"?>\n<retorno>{content}</retorno>'
    return Answer(200, body.encode(), {"content-type": "text/xml; charset=utf-8"})
