"""What a sync would send to a store: shown and never stored. The ERP's changes are read; nothing is written."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tomada.app.person import actor
from tomada.app.pricing import told
from tomada.app.syncing import not_offered
from tomada.bootstrap import Installation
from tomada.domain.price import Price
from tomada.domain.stock import Balance
from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.ingest import read_changes
from tomada.flows.holds.item_holds import asked_again
from tomada.flows.order_news.invoices import plan_invoices
from tomada.flows.order_news.statuses import plan_statuses
from tomada.flows.order_news.tracking import plan_tracking
from tomada.flows.prices.flow import plan_prices
from tomada.flows.products.changes import read_product_changes
from tomada.flows.products.flow import plan_products, to_plan, unfinished
from tomada.flows.products.looking_up import LookUp
from tomada.flows.sending.publish import Item
from tomada.flows.stock.flow import close_counted
from tomada.flows.stock.ledger import stores_behind
from tomada.flows.stock.plan import due_items, key_of, plan_stock
from tomada.i18n import _
from tomada.ports.options import StockRule
from tomada.ports.records import LinkRecord, StoreRecord
from tomada.ports.runner import Listener
from tomada.runner import FLOWS


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One thing that a store would be told: ``item`` as a person knows it, and the sentence of what changes."""

    flow: str
    item: str
    sentence: str


@dataclass(slots=True)
class OutgoingPlan:
    """What would go out; ``requests`` is the least that it costs at the store.

    ``minutes`` is what they take at the store's quota, None without a limit. ``unconfirmed`` is how many of the
    changes are balances that wait for a person's yes (S7).
    """

    changes: list[Outgoing] = field(default_factory=list)
    requests: int = 0
    minutes: float | None = None
    unconfirmed: int = 0


def plan_outgoing(
    installation: Installation, store: StoreRecord, flows: Sequence[str], listener: Listener
) -> OutgoingPlan:
    """Plan these flows (all that go out when empty) of a store, as far as its platform offers them."""
    plan = OutgoingPlan()
    left_out = {one.flow for one in not_offered(store, flows)}
    chosen = [
        flow
        for flow in (flows or tuple(FLOWS))
        if flow in _PLANS and flow not in left_out and not FLOWS[flow].is_off(store.options)
    ]
    for flow in chosen:
        with installation.reading(store, actor(), listener, flow) as ctx:
            if ctx.gateway.offers(FLOWS[flow].hook):
                plan.changes += _PLANS[flow](ctx)
    plan.requests = len(plan.changes)
    if not store.options.stock.confirmed:
        plan.unconfirmed = sum(change.flow == "stock" for change in plan.changes)
    rate = installation.store_requests_per_minute(store)
    plan.minutes = plan.requests / rate if rate else None
    return plan


def _stock(ctx: FlowContext) -> list[Outgoing]:
    read_changes(ctx)
    close_counted(ctx)
    if ctx.store.options.stock.rule is StockRule.OFF:
        return []
    plan = plan_stock(ctx, decreases_only=bool(stores_behind(ctx)))
    return [_balance(link, item) for link, item in due_items(ctx, plan)]


def _balance(link: LinkRecord, item: Item[Balance]) -> Outgoing:
    before = item.publication.value
    old = str(Balance.model_validate_json(before).quantity) if before else "?"
    told = _("balance {old} → {new}").format(old=old, new=item.wanted.value.quantity)
    return Outgoing("stock", link.sku or key_of(link), told)


def _products(ctx: FlowContext) -> list[Outgoing]:
    read_product_changes(ctx)
    changed = plan_products(ctx, to_plan(ctx)).items
    asked_for = list(dict.fromkeys([*asked_again(ctx), *unfinished(ctx)]))
    begun = plan_products(ctx, asked_for, LookUp(ctx)).items
    return [
        Outgoing("products", item.wanted.value.sku, sentence)
        for items, sentence in ((changed, _("update the product")), (begun, _("create the product")))
        for item in items
    ]


def _prices(ctx: FlowContext) -> list[Outgoing]:
    read_product_changes(ctx)
    plan = plan_prices(ctx)
    return [_price(plan.links[item.publication.key], item) for item in plan.items]


def _price(link: LinkRecord, item: Item[Price]) -> Outgoing:
    before = item.publication.value
    old = told(Price.model_validate_json(before)) if before else "?"
    sentence = _("price {old} → {new}").format(old=old, new=told(item.wanted.value))
    return Outgoing("prices", link.sku or item.publication.key, sentence)


def _statuses(ctx: FlowContext) -> list[Outgoing]:
    read_changes(ctx)
    return [
        Outgoing(
            "statuses", item.publication.key, _("status {status}").format(status=item.wanted.value.status)
        )
        for item in plan_statuses(ctx).items
    ]


def _tracking(ctx: FlowContext) -> list[Outgoing]:
    read_changes(ctx)
    items, _nothing = plan_tracking(ctx)
    return [
        Outgoing(
            "tracking",
            item.publication.key,
            _("tracking code {code}").format(
                code=", ".join([item.wanted.value.code, *item.wanted.value.others])
            )
            if item.wanted.value.code
            else _("status {status}").format(status=item.wanted.value.status),
        )
        for item in items
    ]


def _invoices(ctx: FlowContext) -> list[Outgoing]:
    read_changes(ctx)
    plan = plan_invoices(ctx)
    return [
        Outgoing(
            "invoices", item.publication.key, _("invoice {number}").format(number=item.wanted.value.number)
        )
        for item in plan.items
    ]


_PLANS: dict[str, Callable[[FlowContext], list[Outgoing]]] = {
    "products": _products,
    "stock": _stock,
    "prices": _prices,
    "statuses": _statuses,
    "tracking": _tracking,
    "invoices": _invoices,
}
