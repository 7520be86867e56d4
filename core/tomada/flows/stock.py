"""The flow ``stock``: the ERP's balances → the store, absolute and never more than may be sold (S1-S4, S7)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from tomada.domain.stock import Balance
from tomada.errors import GuardRail, TomadaError
from tomada.flows.balances import Terms, balance_of, has_posted
from tomada.flows.changes import read_balance, read_changes, reserves
from tomada.flows.context import FlowContext
from tomada.flows.publish import Item, Subject, Wanted, due, orphaned, publish
from tomada.i18n import _
from tomada.ports.options import StockOptions, StockRule
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import ErpRecord, LinkRecord, StoreRecord
from tomada.ports.storage import Database
from tomada.spi import Listing, ListingQuery, RemoteIds

FLOW = "stock"
UNCONFIRMED = "unconfirmed"
PARENT = "parent"


@dataclass(slots=True)
class StockPlan:
    """What the store is to have.

    ``terms``: key → how its number came about; ``items``: what differs from what was sent. ``unread`` counts links
    whose ERP product was not read yet.
    """

    terms: dict[str, Terms] = field(default_factory=dict)
    items: list[Item[Balance]] = field(default_factory=list)
    unread: int = 0


def sync_stock(ctx: FlowContext) -> None:
    """Read the account's changes, then publish what differs; the first plan waits to be confirmed (S7).

    Raises what kept the changes from being read, after what is sold already was published.
    """
    trouble = _read_changes(ctx)
    close_counted(ctx)
    if ctx.store.options.stock.rule is not StockRule.OFF:
        _publish_planned(ctx, decreases_only=trouble is not None)
    if trouble:
        raise trouble


def _read_changes(ctx: FlowContext) -> TomadaError | None:
    try:
        read_changes(ctx)
    except TomadaError as error:
        return error
    return None


def _publish_planned(ctx: FlowContext, *, decreases_only: bool) -> None:
    """Publish what differs. What the ERP could not be asked about is not sold anew, but what is sold is gone (A1)."""
    plan = plan_stock(ctx)
    if not ctx.store.options.stock.confirmed:
        if not ctx.confirmed:
            ctx.counts[UNCONFIRMED] = len(plan.items)
            return
        _confirm(ctx)
    if decreases_only:
        plan.items = [item for item in plan.items if _decreases(item)]
    go_on = _("Look at: tomada plan {store} stock. To go on: tomada sync {store} stock --yes")
    guard(ctx, plan, go_on.format(store=ctx.store.name))
    publish(ctx, subject(ctx), plan.items)


def _decreases(item: Item[Balance]) -> bool:
    before = item.publication.value
    return bool(before) and item.wanted.value.quantity < Balance.model_validate_json(before).quantity


def send_stock(ctx: FlowContext, keys: Collection[str] | None) -> StockPlan:
    """Publish the balances of these keys (None: of all) now, whatever was sent before: a person asked for it.

    The ERP is asked for the balance of each key that is named. Raises ``GuardRail`` when nobody has said yes to a
    store's first balances (S7) or to too many zeros (G1), and what kept a balance from being read; nothing was
    sent then.
    """
    read_changes(ctx)
    if keys is not None:
        _read_anew(ctx, keys)
    close_counted(ctx)
    plan = plan_stock(ctx, keys, anew=True)
    go_on = _("Look at: tomada plan {store} stock. To go on, repeat the command with --yes.")
    hint = go_on.format(store=ctx.store.name)
    if not (ctx.store.options.stock.confirmed or ctx.confirmed):
        raise GuardRail(
            "stock.unconfirmed",
            _("The first balances of {store} wait for your yes; nothing was sent.").format(
                store=ctx.store.name
            ),
            hint,
        )
    guard(ctx, plan, hint)
    if keys is None and not ctx.store.options.stock.confirmed:
        _confirm(ctx)
    publish(ctx, subject(ctx), plan.items)
    return plan


def _read_anew(ctx: FlowContext, keys: Collection[str]) -> None:
    """Read the ERP's balances of these keys; the feed is not known to tell a mere reservation (tiny-api.md A7.3)."""
    with ctx.database.read() as tx:
        links = [link for link in tx.links.all(ctx.store.id) if link.how != PARENT and key_of(link) in keys]
    for product_id in sorted({link.erp_product_id for link in links}):
        read_balance(ctx, product_id)


def subject(ctx: FlowContext) -> Subject[Balance]:
    """Return what this flow publishes."""
    return Subject(FLOW, Balance, ctx.gateway.stock_push, rule="S1")


def key_of(link: LinkRecord) -> str:
    """Return the key of a link's balance."""
    return f"{link.product_id}/{link.variant_id}"


def plan_stock(ctx: FlowContext, keys: Collection[str] | None = None, *, anew: bool = False) -> StockPlan:
    """Compute every linked product's number and what differs from what the store has (``anew``: all of it)."""
    orphaned(ctx, FLOW)
    with ctx.database.read() as tx:
        links = {key_of(link): link for link in tx.links.all(ctx.store.id) if link.how != PARENT}
    chosen = {key: link for key, link in links.items() if keys is None or key in keys}
    options = published_rule(ctx.store.options.stock)
    plan = StockPlan(terms=terms_of(ctx.database, ctx.account, ctx.store, chosen, options))
    plan.unread = len(chosen) - len(plan.terms)
    wanted = {
        key: Wanted(
            Balance(quantity=terms.quantity),
            {key: RemoteIds(chosen[key].product_id, chosen[key].variant_id)},
        )
        for key, terms in plan.terms.items()
    }
    _learn_first(ctx, wanted)
    plan.items = due(ctx, FLOW, wanted, chosen if anew else _moved(ctx, chosen))
    return plan


def terms_of(
    database: Database,
    account: ErpRecord,
    store: StoreRecord,
    links: Mapping[str, LinkRecord],
    options: StockOptions,
) -> dict[str, Terms]:
    """Return the terms of each link (by key) whose ERP product was read."""
    does_reserve = reserves(database, account)
    with database.read() as tx:
        entries = tx.ledger.by_product(account.id)
        stocks = tx.stocks.find(account.id, [link.erp_product_id for link in links.values()])
    return {
        key: balance_of(
            stocks[link.erp_product_id],
            options,
            store.id,
            entries.get(link.erp_product_id, ()),
            reserves=does_reserve,
        )
        for key, link in links.items()
        if link.erp_product_id in stocks
    }


def published_rule(options: StockOptions) -> StockOptions:
    """Return the options by which a number is computed: a store that is not kept up to date gets it by hand."""
    if options.rule is StockRule.OFF:
        return options.model_copy(update={"rule": StockRule.AVAILABLE})
    return options


def close_counted(ctx: FlowContext) -> None:
    """End the entries whose posting a later read of the balance shows."""
    with ctx.database.read() as tx:
        by_product = tx.ledger.by_product(ctx.account.id)
        stocks = tx.stocks.find(ctx.account.id, list(by_product))
    done = [
        entry
        for product, entries in by_product.items()
        if product in stocks
        for entry in entries
        if has_posted(entry, stocks[product])
    ]
    for entry in done:
        entry.ended_at = entry.posted_at  # not now: a balance that was read since need not be read again
    if done:
        with ctx.database.begin() as tx:
            tx.ledger.save(done)


def guard(ctx: FlowContext, plan: StockPlan, hint: str) -> None:
    """Raise ``GuardRail`` when a plan brings too many balances to zero and nobody has confirmed it (G1).

    ``hint`` says how to go on.
    """
    limits = ctx.store.options.guard
    zeros = sum(_goes_to_zero(item) for item in plan.items)
    share = zeros * 100 / len(plan.terms) if plan.terms else 0
    if ctx.confirmed or zeros <= limits.zero_at_least or share <= limits.zero_percent:
        return
    raise GuardRail(
        "guard.zero",
        _("{zeros} of {total} balances would go to zero; nothing was sent.").format(
            zeros=zeros, total=len(plan.terms)
        ),
        hint,
    )


def _goes_to_zero(item: Item[Balance]) -> bool:
    before = item.publication.value
    return (
        item.wanted.value.quantity == 0 and bool(before) and Balance.model_validate_json(before).quantity > 0
    )


def _confirm(ctx: FlowContext) -> None:
    options = ctx.store.options
    stock = options.stock.model_copy(update={"confirmed": True})
    ctx.store.options = options.model_copy(update={"stock": stock})
    with ctx.database.begin() as tx:
        tx.stores.save(ctx.store)
        tx.audit.add([ctx.audit("stock.confirmed", "", "S7")])


def _learn_first(ctx: FlowContext, wanted: dict[str, Wanted[Balance]]) -> None:
    """Take the store's own number for what was sent, where nothing was sent yet: only differences go out (S7)."""
    if not ctx.gateway.offers("listings_fetch"):
        return
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, list(wanted))
    new = {key: next(iter(one.links.values())) for key, one in wanted.items() if key not in known}
    if not new:
        return
    keys = {(ids.product_id, ids.variant_id): key for key, ids in new.items()}
    query = ListingQuery(products=tuple(sorted({ids.product_id for ids in new.values()})))
    found = []
    for event in ctx.gateway.listings_fetch(query):
        if isinstance(event, Listing) and event.balance is not None and event.balance >= 0:
            key = keys.get((event.ids.product_id, event.ids.variant_id))
            if key:
                value = Balance(quantity=event.balance).model_dump_json()
                found.append(PublicationRecord(ctx.store.id, FLOW, key, value, ctx.now()))
    with ctx.database.begin() as tx:
        tx.publications.save(found)


def _moved(ctx: FlowContext, chosen: Mapping[str, LinkRecord]) -> set[str]:
    """Return the keys whose orders changed at the store after their number was sent.

    The store may have taken the pieces off its own number, or given them back: what it has is not what was sent.
    """
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, list(chosen))
        told = [one.sent_at for one in known.values() if one.sent_at]
        moved = tx.ledger.moved(ctx.store.id, min(told)) if told else {}
    found = set()
    for key, one in known.items():
        at = moved.get((chosen[key].product_id, chosen[key].variant_id))
        tried_at = one.ended_at if one.state is PublicationState.REJECTED else one.sent_at
        if at and tried_at and at >= tried_at:
            found.add(key)
    return found
