"""The flow ``invoices``: an authorised invoice's access data → the store, once per value (T4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tomada.domain.erp_invoice import ErpInvoice, ErpInvoiceRow, InvoiceStatus
from tomada.domain.invoice import Invoice, InvoiceItem
from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.ingest import read_changes
from tomada.flows.erp_changes.orders import PAUSE
from tomada.flows.holds.item_holds import (
    CANCELLED,
    DAMAGED,
    LEFT,
    OF_INVOICES,
    SEND,
    UNCLEAR,
    reconcile_holds,
)
from tomada.flows.holds.problems import Problem
from tomada.flows.mapping.channels import hears_of
from tomada.flows.order_news.due_orders import due_orders, look_again, looked_at
from tomada.flows.order_news.notes import Fate, fate
from tomada.flows.sending.late_answers import settle_submitted
from tomada.flows.sending.publish import Item, Subject, Wanted, due, orphaned, publish
from tomada.ports.news import ErpNewsRecord
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import OrderRecord

FLOW = "invoices"
CANCELLED_EVERY = timedelta(hours=1)
CANCELLED_LOOK_BACK = timedelta(days=30)
LONGEST_WAIT = timedelta(hours=2)
"""How long a note that is not authorised is left alone at most."""


@dataclass(slots=True)
class InvoicePlan:
    """``items``: what is to be sent. ``held``: order → its problem. ``done``: orders that need nothing more.

    ``news``: what was found out of the orders' notes, to be kept once the plan is carried out. ``seen``: when the
    news of each order that was looked at was read.
    """

    items: list[Item[Invoice]] = field(default_factory=list)
    held: dict[str, Problem] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    news: list[ErpNewsRecord] = field(default_factory=list)
    seen: dict[str, datetime] = field(default_factory=dict)


def sync_invoices(ctx: FlowContext) -> None:
    """Read the account's changes, then tell the store of every authorised invoice that it has not heard of."""
    read_changes(ctx)
    if not ctx.store.options.sending.invoices:
        return
    orphaned(ctx, FLOW)
    settle_submitted(ctx, FLOW, Invoice, lambda _items: subject(ctx))
    _notice_cancelled(ctx)
    plan = plan_invoices(ctx)
    _keep(ctx, plan)
    try:
        publish(ctx, subject(ctx), plan.items)
    finally:  # whatever stopped it: what is over costs the ERP no further reads
        over = [*plan.done, *(item.publication.key for item in plan.items if item.is_over)]
        looked_at(ctx, FLOW, {key: plan.seen[key] for key in over})


def subject(ctx: FlowContext) -> Subject[Invoice]:
    """Return what this flow publishes; the key is the store's order id."""
    return Subject(FLOW, Invoice, ctx.gateway.invoices_push, order_of=lambda key: key, rule="T4")


def plan_invoices(ctx: FlowContext) -> InvoicePlan:
    """Read the note of each order that may have one and whose time has come."""
    plan = InvoicePlan()
    wanted: dict[str, Wanted[Invoice]] = {}
    for news, order, publication in due_orders(ctx, FLOW):
        plan.seen[order.remote_id] = news.seen_at
        if not hears_of(ctx.store, order, FLOW):
            plan.done.append(order.remote_id)
            continue
        told = _told(publication)
        found = _note_of(ctx, news, order, told)
        problem = _problem(order, found, told)
        answer = _answer(ctx, order, problem) if problem else ""
        if found and (fate(found) is Fate.TELL or answer == SEND):
            wanted[order.remote_id] = Wanted(_invoice(ctx, order, found))
            plan.news.append(news)
            continue
        if problem and answer not in LEFT:
            plan.held[order.remote_id] = problem
        if fate(found) is Fate.VOID:
            news.invoice_id, news.invoice_look_at = "", ctx.now() + PAUSE
        elif fate(found) is Fate.WAIT or order.remote_id in plan.held:
            news.invoice_look_at = ctx.now() + _pause(ctx, news)
            plan.news.append(news)
            continue
        plan.news.append(news)
        plan.done.append(order.remote_id)
    plan.items = due(ctx, FLOW, wanted)
    sending = {item.publication.key for item in plan.items}
    plan.done += [key for key in wanted if key not in sending]
    return plan


def _told(publication: PublicationRecord | None) -> Invoice | None:
    """Return the invoice that the store was told; None: none."""
    return Invoice.model_validate_json(publication.value) if publication and publication.value else None


def _note_of(
    ctx: FlowContext, news: ErpNewsRecord, order: OrderRecord, told: Invoice | None
) -> ErpInvoice | None:
    """Read the order's note; where the store was told of one that is none any more, the one in its place."""
    found = ctx.erp.read_invoice(news.invoice_id) if news.invoice_id else None
    if told and fate(found) is Fate.VOID:
        current = ctx.erp.read_order(order.erp_id)
        if current and current.invoice_id and current.invoice_id != news.invoice_id:
            news.invoice_id = current.invoice_id
            found = ctx.erp.read_invoice(news.invoice_id)
    if found and found.outgoing is None and fate(found) is Fate.UNCLEAR:
        return found.model_copy(update={"outgoing": _direction(ctx, order, found)})
    return found


def _direction(ctx: FlowContext, order: OrderRecord, note: ErpInvoice) -> bool | None:
    """Return what the ERP's list of notes says where the note itself does not (tiny-api.md A11)."""
    number = note.ecommerce_number or order.remote_id
    rows = ctx.erp.find_invoices(ecommerce_number=number, issued_since=note.issued_on)
    return next((row.outgoing for row in rows if row.invoice_id == note.invoice_id), None)


def _problem(order: OrderRecord, note: ErpInvoice | None, told: Invoice | None) -> Problem | None:
    details = {"erp_number": order.erp_number}
    match fate(note):
        case Fate.VOID if told:
            return Problem(CANCELLED, "T4", details={**details, "invoice": told.number})
        case Fate.DAMAGED if note:
            return Problem(DAMAGED, "T4", details={**details, "invoice": note.number})
        case Fate.UNCLEAR if note:
            return Problem(UNCLEAR, "T4", details={**details, "invoice": note.number})
        case _:
            return None


def _answer(ctx: FlowContext, order: OrderRecord, problem: Problem) -> str:
    """Return what a person has said to exactly this problem; empty: nothing."""
    with ctx.database.read() as tx:
        holds = tx.holds.of_orders([order.id])
    return next(
        (
            hold.settled_as
            for hold in holds
            if hold.settled_as and (hold.code, hold.details) == (problem.code, problem.details)
        ),
        "",
    )


def _pause(ctx: FlowContext, news: ErpNewsRecord) -> timedelta:
    """How long to leave a note alone: a quarter of the time that has passed since it was news."""
    return min((ctx.now() - news.seen_at) / 4, LONGEST_WAIT)


def _invoice(ctx: FlowContext, order: OrderRecord, found: ErpInvoice) -> Invoice:
    assert found.issued_on is not None, "a note without it is damaged"
    xml = ctx.erp.invoice_xml(found.invoice_id) or b""
    return Invoice(
        order_id=order.remote_id,
        number=found.number,
        series=found.series,
        key=found.key,
        issued_on=found.issued_on,
        value=found.value,
        link=ctx.erp.invoice_link(found.invoice_id) or "",
        xml=xml.decode("utf-8", "replace"),
        items=_items(ctx, found),
    )


def _items(ctx: FlowContext, found: ErpInvoice) -> tuple[InvoiceItem, ...]:
    """The lines whose products are linked, by the store's ids."""
    with ctx.database.read() as tx:
        linked = tx.links.of_products(ctx.store.id, [item.product_id for item in found.items])
    links = {link.erp_product_id: link for link in linked}
    return tuple(
        InvoiceItem(
            product_id=links[item.product_id].product_id,
            variant_id=links[item.product_id].variant_id,
            cfop=item.cfop,
        )
        for item in found.items
        if item.product_id in links and item.cfop
    )


def _notice_cancelled(ctx: FlowContext) -> None:
    """Look once in a while for invoices that were cancelled after the store had heard of them.

    The ERP has no list of changed notes, and cancelling one is not known to touch its order. What a person has
    left as it is, is not looked at again for it.
    """
    now = ctx.now()
    with ctx.database.read() as tx:
        feed = tx.feeds.get(ctx.account.id, f"{FLOW}:{ctx.store.id}")
        if feed.read_at and now - feed.read_at < CANCELLED_EVERY:
            return
        if not tx.publications.keys(ctx.store.id, FLOW):
            return
    since = (now - CANCELLED_LOOK_BACK).date()
    rows = list(ctx.erp.find_invoices(issued_since=since, status=InvoiceStatus.CANCELLED))
    with ctx.database.read() as tx:
        holds = [hold for hold in tx.holds.select(ctx.store.id) if hold.code == CANCELLED]
        orders = tx.orders.find(
            ctx.store.id, sorted(_told_of(ctx, rows) | {hold.remote_id for hold in holds})
        )
        left = {
            (hold.order_id, hold.details["invoice"])
            for hold in tx.holds.of_orders([order.id for order in orders.values()])
            if hold.code == CANCELLED and hold.settled_as in LEFT and hold.closed_at
        }
        told = tx.publications.find(ctx.store.id, FLOW, list(orders))
        again = [
            order.id
            for key, order in orders.items()
            if (note := _told(told.get(key))) and (order.id, note.number) not in left
        ]
    with ctx.database.begin() as tx:
        look_again(tx, again)
        feed.read_at = now
        tx.feeds.save(feed)


def _told_of(ctx: FlowContext, rows: Iterable[ErpInvoiceRow]) -> set[str]:
    """Return the orders whose store was told of exactly one of these notes."""
    by_order: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        by_order.setdefault(row.ecommerce_number, set()).add(_identity(row))
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, sorted(by_order))
    return {key for key, one in known.items() if (told := _told(one)) and _identity(told) in by_order[key]}


def _identity(note: ErpInvoiceRow | Invoice) -> tuple[str, str]:
    return note.number.lstrip("0"), note.series.lstrip("0")


def _keep(ctx: FlowContext, plan: InvoicePlan) -> None:
    """Keep what was found out: the holds, and when the notes are looked at again."""
    asked = [*plan.done, *plan.held, *(item.publication.key for item in plan.items)]
    if asked:
        reconcile_holds(ctx, OF_INVOICES, list(dict.fromkeys(asked)), plan.held)
    if plan.news:
        with ctx.database.begin() as tx:
            known = tx.erp_news.find([one.order_id for one in plan.news])
            tx.erp_news.save(one for one in plan.news if known[one.order_id].seen_at == one.seen_at)
