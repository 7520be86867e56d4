"""The flow ``invoices``: an authorised invoice's access data → the store, once per value (T4)."""

from dataclasses import dataclass, field
from datetime import timedelta

from tomada.domain.erp_invoice import ErpInvoice, InvoiceStatus
from tomada.domain.invoice import Invoice, InvoiceItem
from tomada.flows.changes import read_changes
from tomada.flows.context import FlowContext
from tomada.flows.due_orders import due_orders, looked_at
from tomada.flows.item_holds import reconcile_holds
from tomada.flows.problems import Problem
from tomada.flows.publish import Item, Subject, Wanted, due, orphaned, publish
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import OrderRecord

FLOW = "invoices"
CANCELLED_EVERY = timedelta(hours=1)
CANCELLED_LOOK_BACK = timedelta(days=30)
HOLD = "invoice_cancelled"


@dataclass(slots=True)
class InvoicePlan:
    """``items``: what is to be sent. ``held``: order → its problem. ``done``: orders that need nothing more."""

    items: list[Item[Invoice]] = field(default_factory=list)
    held: dict[str, Problem] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)


def sync_invoices(ctx: FlowContext) -> None:
    """Read the account's changes, then tell the store of every authorised invoice that it has not heard of."""
    read_changes(ctx)
    if not ctx.store.options.sending.invoices:
        return
    orphaned(ctx, FLOW)
    _notice_cancelled(ctx)
    plan = plan_invoices(ctx)
    _hold(ctx, plan)
    publish(ctx, subject(ctx), plan.items)
    looked_at(ctx, FLOW, [*plan.done, *(item.publication.key for item in plan.items)])


def subject(ctx: FlowContext) -> Subject[Invoice]:
    """Return what this flow publishes; the key is the store's order id."""
    return Subject(FLOW, Invoice, ctx.gateway.invoices_push, order_of=lambda key: key, rule="T4")


def plan_invoices(ctx: FlowContext) -> InvoicePlan:
    """Read the invoice of each order that has one; one that is not authorised yet is looked at again next time."""
    plan = InvoicePlan()
    wanted: dict[str, Wanted[Invoice]] = {}
    for news, order, publication in due_orders(ctx, FLOW):
        told = _told(publication)
        found = ctx.erp.read_invoice(news.invoice_id) if news.invoice_id else None
        if found is None or found.status in (InvoiceStatus.CANCELLED, InvoiceStatus.DENIED):
            plan.done.append(order.remote_id)
            if told:
                details = {"erp_number": order.erp_number, "invoice": told}
                plan.held[order.remote_id] = Problem(HOLD, "T4", "", "", details)
        elif found.outgoing is False:
            plan.done.append(order.remote_id)
        elif found.authorised:
            wanted[order.remote_id] = Wanted(_invoice(ctx, order, found))
    plan.items = due(ctx, FLOW, wanted)
    sending = {item.publication.key for item in plan.items}
    plan.done += [key for key in wanted if key not in sending]
    return plan


def _told(publication: PublicationRecord | None) -> str:
    """Return the number of the invoice that the store was told; empty: none."""
    value = publication.value if publication else ""
    return Invoice.model_validate_json(value).number if value else ""


def _invoice(ctx: FlowContext, order: OrderRecord, found: ErpInvoice) -> Invoice:
    assert found.issued_on is not None, "an authorised note was issued"
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
    """Look once in a while for invoices that were cancelled after the store had heard of them, and for new ones.

    Cancelling or replacing a note is not known to touch its order's time of change, so the orders' list may not
    show it.
    """
    with ctx.database.read() as tx:
        feed = tx.feeds.get(ctx.account.id, f"{FLOW}:{ctx.store.id}")
        told = {one.key for one in tx.publications.all(ctx.store.id, FLOW) if one.value}
        held = {hold.remote_id for hold in tx.holds.select(ctx.store.id) if hold.code == HOLD}
    now = ctx.now()
    if not told or (feed.read_at and now - feed.read_at < CANCELLED_EVERY):
        return
    since = (now - CANCELLED_LOOK_BACK).date()
    cancelled = {
        row.ecommerce_number
        for row in ctx.erp.find_invoices(issued_since=since, status=InvoiceStatus.CANCELLED)
    }
    with ctx.database.read() as tx:
        orders = tx.orders.find(ctx.store.id, sorted((cancelled & told) | held))
        news = tx.erp_news.find([order.id for order in orders.values()])
    for order in orders.values():
        found = ctx.erp.read_order(order.erp_id)
        one = news[order.id]
        one.invoice_id = found.invoice_id if found else ""
        one.invoice_due = True
    with ctx.database.begin() as tx:
        tx.erp_news.save(news.values())
        feed.read_at = now
        tx.feeds.save(feed)


def _hold(ctx: FlowContext, plan: InvoicePlan) -> None:
    orders = [*plan.done, *(item.publication.key for item in plan.items)]
    if orders:
        reconcile_holds(ctx, (HOLD,), orders, plan.held)
