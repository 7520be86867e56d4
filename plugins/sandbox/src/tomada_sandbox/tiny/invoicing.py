"""The life of an invoice: made from an order, sent, judged by the tax authority, cancelled, replaced."""

from datetime import datetime
from html import escape

from tomada_sandbox.clock import BRASILIA
from tomada_sandbox.tiny import stock_engine
from tomada_sandbox.tiny.envelope import INVALID, RefusedError
from tomada_sandbox.tiny.notes import (
    AUTHORISED,
    CANCELLED,
    DENIED,
    PENDING,
    PRINTED,
    REJECTED,
    WAITING,
    Invoice,
    access_key,
)
from tomada_sandbox.tiny.sales import Order
from tomada_sandbox.tiny.situations import set_situation
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import digits, money, number
from tomada_sandbox.world import World

SIGNED_OFF = (AUTHORISED, PRINTED)
_ENDED = (CANCELLED, REJECTED, DENIED)


def make(world: World, account: Account, order: Order) -> Invoice:
    """Make the pending note of an order; refuses a second one unless the first came to nothing."""
    before = account.invoices.get(order.invoice_id)
    if order.invoice_id and (before is None or before.situation not in _ENDED):
        raise RefusedError(INVALID, "Já existe uma nota fiscal para este pedido")
    now = world.stamp(account)
    note = Invoice(
        id=account.new_id(),
        number=account.new_invoice_number(),
        series=1,
        kind="S",
        situation=PENDING,
        issued=now.astimezone(BRASILIA).date(),
        created=now,
        customer=dict(order.customer),
        lines=list(order.lines),
        cfop="5102" if order.customer.get("uf") == account.company.get("estado") else "6108",
        value=order.total,
        products_total=order.products_total,
        order_id=order.id,
        ecommerce_number=order.ecommerce_number,
        delivery=order.delivery,
        freight=order.freight,
        discount=order.discount,
        other_expenses=order.other_expenses,
        tracking_code=order.tracking_code,
        tracking_url=order.tracking_url,
        events=[(PENDING, now)],
    )
    account.invoices[note.id] = note
    order.invoice_id, order.updated = note.id, now
    return note


def send(world: World, account: Account, note: Invoice) -> None:
    """Send a pending or rejected note to the tax authority; its answer is still to come."""
    _expect(note, PENDING, REJECTED)
    note.issued = world.stamp(account).astimezone(BRASILIA).date()
    note.key = access_key(account.company, note)
    _go_on(world, account, note, WAITING)


def authorise(world: World, account: Account, note: Invoice) -> None:
    """Have the tax authority authorise a note; its order becomes *faturado* unless it is further on."""
    if note.situation != WAITING:
        send(world, account, note)
    note.xml = _signed(account, note, world.stamp(account))
    _go_on(world, account, note, AUTHORISED)
    order = account.orders.get(note.order_id)
    if (
        order is not None
        and note.kind == "S"
        and 0 <= stock_engine.rank(order.situation) < stock_engine.rank("faturado")
    ):
        set_situation(world, account, order, "faturado")


def refuse(world: World, account: Account, note: Invoice, situation: int) -> None:
    """Have the tax authority reject a note (it may be sent again) or deny it (the number is spent)."""
    if note.situation != WAITING:
        send(world, account, note)
    _go_on(world, account, note, situation)


def show_printed(world: World, account: Account, note: Invoice) -> None:
    """Print the note's DANFE."""
    _expect(note, AUTHORISED)
    _go_on(world, account, note, PRINTED)


def cancel(world: World, account: Account, note: Invoice) -> None:
    """Cancel a note; the order keeps pointing at it, and its stock stays where it is."""
    _expect(note, PENDING, REJECTED, *SIGNED_OFF)
    _go_on(world, account, note, CANCELLED)


def take_back(world: World, account: Account, order: Order) -> Invoice:
    """Make the authorised incoming note of a buyer's return."""
    sold = account.invoices.get(order.invoice_id)
    if sold is None or sold.situation not in SIGNED_OFF:
        raise RefusedError(INVALID, "O pedido não tem nota fiscal autorizada")
    note = Invoice(
        **{
            **vars(sold),
            "id": account.new_id(),
            "number": account.new_invoice_number(),
            "kind": "E",
            "situation": PENDING,
            "created": world.stamp(account),
            "cfop": "1202" if sold.cfop.startswith("5") else "2202",
            "purpose": "4",
            "key": "",
            "xml": "",
            "tracking_code": "",
            "tracking_url": "",
            "events": [],
        }
    )
    account.invoices[note.id] = note
    authorise(world, account, note)
    return note


def _expect(note: Invoice, *situations: int) -> None:
    if note.situation not in situations:
        raise RefusedError(INVALID, "A situação da nota fiscal não permite esta operação")


def _go_on(world: World, account: Account, note: Invoice, situation: int) -> None:
    now = world.stamp(account)
    note.situation = situation
    note.events.append((situation, now))
    if order := account.orders.get(note.order_id):
        order.updated = now


def _signed(account: Account, note: Invoice, at: datetime) -> str:
    """Return what looks like a signed note: attributes, line breaks and blanks that a parser would lose."""
    items = "".join(
        f'<det nItem="{place}"><prod><cProd>{escape(line.sku)}</cProd><xProd>{escape(line.description)}</xProd>'
        f"<CFOP>{note.cfop}</CFOP><qCom>{number(line.quantity)}</qCom><vUnCom>{money(line.unit_price)}</vUnCom>"
        f"</prod></det>"
        for place, line in enumerate(note.lines, 1)
    )
    buyer = f"<dest><xNome>{escape(note.customer.get('nome', ''))}</xNome></dest>"
    issuer = f"<emit><CNPJ>{digits(account.company.get('cnpj_cpf', ''))}</CNPJ></emit>"
    total = f"<total><ICMSTot><vNF>{money(note.value)}</vNF></ICMSTot></total>"
    head = f"<ide><serie>{note.series}</serie><nNF>{note.number}</nNF></ide>"
    return (
        '<nfeProc xmlns="http://www.portalfiscal.inf.br/nfe"  versao="4.00"><NFe>\n'
        f'<infNFe Id="NFe{note.key}" versao="4.00">{head}{issuer}{buyer}{items}{total}</infNFe>'
        f"<Signature><SignatureValue>{note.key[::-1]}</SignatureValue></Signature></NFe>"
        f'<protNFe versao="4.00"><infProt><chNFe>{note.key}</chNFe><nProt>1{note.id:014}</nProt>'
        f"<dhRecbto>{at.astimezone(BRASILIA).isoformat(timespec='seconds')}</dhRecbto></infProt></protNFe></nfeProc>"
    )
