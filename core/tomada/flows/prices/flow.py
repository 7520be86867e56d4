"""The flow ``prices``: the ERP's prices → the store, by the store's rule (V1).

What changed is told by the ERP's feed of products. Price lists and accounts without the feed have none, so all is
compared once a day, and whenever the store's rule was changed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from tomada.domain.price import Price
from tomada.errors import GuardRail
from tomada.flows.context import FlowContext
from tomada.flows.prices.reading import erp_prices, today_of
from tomada.flows.prices.values import HUNDRED, ErpPrices, Standing, price_of
from tomada.flows.products.changes import marks_of, read_product_changes
from tomada.flows.sending.publish import Item, Subject, Wanted, due, orphaned, publish
from tomada.i18n import _
from tomada.ports.options import PriceRule
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import LinkRecord
from tomada.spi import Listing, ListingQuery, RemoteIds

FLOW = "prices"
SWEEP = timedelta(hours=24)
UNANSWERED = (PublicationState.SENT, PublicationState.UNKNOWN, PublicationState.SUBMITTED)


@dataclass(slots=True)
class PricePlan:
    """What is to be sent, and what was looked at for it: link by key. ``unpriced`` have no price in the ERP.

    ``marks`` is the store's count of marks before the ERP was read.
    """

    items: list[Item[Price]] = field(default_factory=list)
    links: dict[str, LinkRecord] = field(default_factory=dict)
    unpriced: list[str] = field(default_factory=list)
    marks: str = ""


def sync_prices(ctx: FlowContext) -> None:
    """Read the account's changed products, then send the prices that differ; see ``guard`` for what it raises."""
    read_product_changes(ctx)
    plan = plan_prices(ctx)
    go_on = _("Look at: tomada plan {store} prices. To go on: tomada sync {store} prices --yes")
    guard(ctx, plan, go_on.format(store=ctx.store.name))
    _publish(ctx, plan)


def send_prices(ctx: FlowContext, keys: Collection[str] | None) -> PricePlan:
    """Send the prices of these keys (None: of all) now, whatever was sent before: a person asked for it.

    Raises ``GuardRail`` before anything is sent (G1), and what stopped the sending.
    """
    orphaned(ctx, FLOW)
    links = {key: link for key, link in _links(ctx).items() if keys is None or key in keys}
    plan = _compared(ctx, links, anew=True)
    guard(ctx, plan, _("To go on, repeat the command with --yes."))
    _publish(ctx, plan)
    return plan


@dataclass(frozen=True, slots=True)
class PriceTerms:
    """Why one price is what it is: what the ERP has (None: no active product), and what comes of it (None: no price).

    ``published`` is what the store was told last, at ``published_at``; without a time it is what the store itself said.
    """

    link: LinkRecord
    found: ErpPrices | None
    price: Price | None
    published: Price | None
    published_at: datetime | None


def explain_prices(ctx: FlowContext, keys: Collection[str]) -> list[PriceTerms]:
    """Read the ERP's prices of these keys and return every term of each."""
    links = {key: link for key, link in _links(ctx).items() if key in keys}
    prices = erp_prices(ctx, (link.erp_product_id for link in links.values()))
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, list(links))
    told = []
    for key, link in links.items():
        found, publication = prices.get(link.erp_product_id), known.get(key)
        standing = _standing(publication)
        price = price_of(found, ctx.store.options.prices, today_of(ctx), standing) if found else None
        sent_at = publication.sent_at if publication else None
        told.append(PriceTerms(link, found, price, standing.taken, sent_at))
    return told


def is_off(rule: PriceRule) -> bool:
    """Tell whether a store's prices are not kept up to date."""
    return rule is PriceRule.OFF


def key_of(link: LinkRecord) -> str:
    """Return the key of a link's price."""
    return f"{link.product_id}/{link.variant_id}"


def subject(ctx: FlowContext) -> Subject[Price]:
    """Return what this flow publishes."""
    return Subject(FLOW, Price, ctx.gateway.prices_push, rule="V1")


def plan_prices(ctx: FlowContext) -> PricePlan:
    """Return what differs of what may have changed; once a day, and after a change of the rule, of everything."""
    orphaned(ctx, FLOW)
    links, stamp = _links(ctx), _stamp(ctx)
    if _is_fresh(ctx, stamp):
        chosen = _chosen(ctx, links)
        return _compared(ctx, {key: link for key, link in links.items() if key in chosen})
    began = ctx.now()
    plan = _compared(ctx, links)
    for item in plan.items:
        item.publication.dirty = True
    with ctx.database.begin() as tx:
        tx.publications.save([item.publication for item in plan.items])
        tx.progress.set_cursor(ctx.store.id, FLOW, f"{stamp} {began.isoformat()}")
    return plan


def guard(ctx: FlowContext, plan: PricePlan, hint: str) -> None:
    """Raise ``GuardRail`` when a price would fall by more than the store's limit and nobody has confirmed it (G1).

    What falls is the least that a buyer may come to pay; ``hint`` says how to go on.
    """
    limit, today = ctx.store.options.guard.price_fall_percent, today_of(ctx)
    falling = [item for item in plan.items if _fall(item, today) > limit]
    if ctx.confirmed or not falling:
        return
    worst = max(falling, key=lambda item: _fall(item, today))
    before = _standing(worst.publication).taken
    assert before, "what was never known does not fall"
    raise GuardRail(
        "guard.price_fall",
        _(
            "{count} prices would fall by more than {limit} %, that of {sku} from {old} to {new}; nothing was sent."
        ).format(
            count=len(falling),
            limit=limit,
            sku=plan.links[worst.publication.key].sku,
            old=before.lowest(today),
            new=worst.wanted.value.lowest(today),
        ),
        hint,
    )


def _fall(item: Item[Price], today: date) -> Decimal:
    """By how many per cent the price falls; nothing for one that was never known."""
    taken = _standing(item.publication).taken
    if taken is None:
        return Decimal(0)
    before = taken.lowest(today)
    return (before - item.wanted.value.lowest(today)) * HUNDRED / before


def _standing(publication: PublicationRecord | None) -> Standing:
    """Return what the store took last, and what it may have taken since."""
    if publication is None:
        return Standing()
    taken = Price.model_validate_json(publication.value) if publication.value else None
    unanswered = publication.pending and publication.state in UNANSWERED
    return Standing(taken, Price.model_validate_json(publication.pending) if unanswered else None)


def _publish(ctx: FlowContext, plan: PricePlan) -> None:
    ctx.counts["without_price"] += len(plan.unpriced)
    try:
        publish(ctx, subject(ctx), plan.items)
    finally:
        _clean(ctx, plan)


def _links(ctx: FlowContext) -> dict[str, LinkRecord]:
    """Every link by its key, a parent before its variations."""
    with ctx.database.read() as tx:
        links = tx.links.all(ctx.store.id)
    return {key_of(link): link for link in sorted(links, key=lambda one: (one.product_id, one.variant_id))}


def _stamp(ctx: FlowContext) -> str:
    return sha256(ctx.store.options.prices.model_dump_json().encode()).hexdigest()[:16]


def _is_fresh(ctx: FlowContext, stamp: str) -> bool:
    """Tell whether everything was compared by this rule less than a day ago."""
    with ctx.database.read() as tx:
        told, _space, read_at = (tx.progress.cursor(ctx.store.id, FLOW) or "").partition(" ")
    return told == stamp and ctx.now() - datetime.fromisoformat(read_at) < SWEEP


def _chosen(ctx: FlowContext, links: Mapping[str, LinkRecord]) -> set[str]:
    """The keys that the ERP's feed has marked, that are new, or whose last send has no final answer.

    A marked parent stands for its variations too: whether the feed names them with it is not known.
    """
    with ctx.database.read() as tx:
        dirty = [one.key for one in tx.publications.dirty(ctx.store.id, FLOW)]
        open_ = [one.key for one in tx.publications.under_way(ctx.store.id, FLOW)]
        known = tx.publications.find(ctx.store.id, FLOW, list(links))
    parents = {key for key in dirty if key.endswith("/")}
    with_parent = {key for key, link in links.items() if f"{link.product_id}/" in parents}
    return {*dirty, *open_, *with_parent, *(links.keys() - known.keys())}


def _compared(ctx: FlowContext, links: Mapping[str, LinkRecord], *, anew: bool = False) -> PricePlan:
    plan = PricePlan(links=dict(links))
    if not links:
        return plan
    _learn_first(ctx, links)
    with ctx.database.read() as tx:
        plan.marks = marks_of(ctx, tx)
        known = tx.publications.find(ctx.store.id, FLOW, list(links))
    prices = erp_prices(ctx, (link.erp_product_id for link in links.values()))
    wanted: dict[str, Wanted[Price]] = {}
    for key, link in links.items():
        found, standing = prices.get(link.erp_product_id), _standing(known.get(key))
        price = found and price_of(found, ctx.store.options.prices, today_of(ctx), standing)
        if price:
            wanted[key] = Wanted(price, {key: RemoteIds(link.product_id, link.variant_id)})
        else:
            plan.unpriced.append(key)
    plan.items = due(ctx, FLOW, wanted, wanted if anew else ())
    return plan


def _learn_first(ctx: FlowContext, links: Mapping[str, LinkRecord]) -> None:
    """Take the store's own price for what it has, where nothing was sent yet: only differences go out.

    What the store does not tell is remembered as well: it is asked once.
    """
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, list(links))
    new = {key: link for key, link in links.items() if key not in known or _is_bare(known[key])}
    if not new:
        return
    told = _store_prices(ctx, {link.product_id for link in new.values()})
    now = ctx.now()
    records = [
        PublicationRecord(
            ctx.store.id,
            FLOW,
            key,
            told[key].model_dump_json() if key in told else "",
            ended_at=now,
            dirty=key in known,
        )
        for key in new
    ]
    with ctx.database.begin() as tx:
        tx.publications.save(records)


def _store_prices(ctx: FlowContext, product_ids: Collection[str]) -> dict[str, Price]:
    """What the store asks now, as far as it tells."""
    told: dict[str, Price] = {}
    if ctx.gateway.offers("listings_fetch"):
        for event in ctx.gateway.listings_fetch(ListingQuery(products=tuple(sorted(product_ids)))):
            if isinstance(event, Listing) and event.price is not None and event.price > 0:
                told[f"{event.ids.product_id}/{event.ids.variant_id}"] = Price(price=event.price)
    return told


def _is_bare(publication: PublicationRecord) -> bool:
    """Tell whether it is no more than a mark."""
    return not publication.value and not publication.attempts and publication.ended_at is None


def _clean(ctx: FlowContext, plan: PricePlan) -> None:
    """Take the marks off what was looked at; what is under way or failed for now is marked, to be planned again.

    When another process has marked products of the store since the ERP was read, all of it is looked at once more: a
    mark may have been overwritten.
    """
    tried = {item.publication.key: item.wanted.kept for item in plan.items}
    with ctx.database.begin() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, list(plan.links))
        moved = bool(plan.links) and marks_of(ctx, tx) != plan.marks
        changed = []
        for key, one in known.items():
            if one.state is PublicationState.SETTLED:
                waits = tried.get(key, one.value) != one.value
            else:
                waits = one.state is not PublicationState.REJECTED
            if one.dirty != (waits or moved):
                one.dirty = waits or moved
                changed.append(one)
        tx.publications.save(changed)
