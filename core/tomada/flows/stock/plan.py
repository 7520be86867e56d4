"""What balances a store is to have, a page of its links at a time, and what the store said before it was sent any."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tomada.domain.stock import Balance
from tomada.flows.context import FlowContext
from tomada.flows.sending.publish import Item, Wanted, differing, orphaned
from tomada.flows.stock.duplicates import frozen
from tomada.flows.stock.terms import published_rule, terms_of
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import LinkRecord
from tomada.spi import Listing, ListingQuery, RemoteIds

FLOW = "stock"
PARENT = "parent"
PAGE = 500
"""Links that are looked at together: what is in memory at once."""
LEARNED_AT_ONCE = 200

Ids = tuple[str, str]
"""A product id and a variant id of the store."""


@dataclass(slots=True)
class StockPlan:
    """What differs from what the store has: its links by their ids, those that go to zero first (Q2).

    What is frozen (P4) is no part of it.

    ``read`` counts the links whose ERP product was read, ``unread`` the others; ``zeros`` are the balances that the
    plan brings to zero. ``kept_back`` counts what would rise and may not for now. ``anew``: whatever was sent before.
    """

    anew: bool = False
    due: list[Ids] = field(default_factory=list)
    read: int = 0
    unread: int = 0
    zeros: int = 0
    kept_back: int = 0


def key_of(link: LinkRecord) -> str:
    """Return the key of a link's balance."""
    return f"{link.product_id}/{link.variant_id}"


def plan_stock(
    ctx: FlowContext,
    keys: Collection[str] | None = None,
    *,
    anew: bool = False,
    decreases_only: bool = False,
) -> StockPlan:
    """Compute every linked product's number and return which differ from what the store has (``anew``: all of them).

    ``keys``: of these alone. ``decreases_only``: leave out what may be sold more than before, as the ERP could not
    be asked (A1) or not every sale is in the ledger yet (S2).
    """
    orphaned(ctx, FLOW)
    _learn_first(ctx, keys)
    plan = StockPlan(anew)
    falling: list[Ids] = []
    with ctx.database.read() as tx:
        left = frozen(tx, ctx.store)
    for linked in _pages(ctx, keys):
        links = [link for link in linked if link.erp_product_id not in left]
        items, read = _compared(ctx, links, anew=anew)
        plan.read += read
        plan.unread += len(links) - read
        for link, item in items:
            if decreases_only and not _decreases(item):
                plan.kept_back += 1
                continue
            if _goes_to_zero(item):
                plan.zeros += 1
                falling.append((link.product_id, link.variant_id))
            else:
                plan.due.append((link.product_id, link.variant_id))
    plan.due[:0] = falling
    return plan


def due_items(ctx: FlowContext, plan: StockPlan) -> Iterator[tuple[LinkRecord, Item[Balance]]]:
    """Yield what a plan has to send, computed anew a page at a time: what settled meanwhile is left out."""
    for start in range(0, len(plan.due), PAGE):
        part = plan.due[start : start + PAGE]
        with ctx.database.read() as tx:
            found = tx.links.find(ctx.store.id, part)
        yield from _compared(ctx, [found[ids] for ids in part if ids in found], anew=plan.anew)[0]


def _pages(ctx: FlowContext, keys: Collection[str] | None) -> Iterator[list[LinkRecord]]:
    after: Ids = ("", "")
    while True:
        with ctx.database.read() as tx:
            links = tx.links.page(ctx.store.id, after, PAGE)
        if not links:
            return
        after = (links[-1].product_id, links[-1].variant_id)
        yield [link for link in links if link.how != PARENT and (keys is None or key_of(link) in keys)]


def _compared(
    ctx: FlowContext, links: Sequence[LinkRecord], *, anew: bool
) -> tuple[list[tuple[LinkRecord, Item[Balance]]], int]:
    """Return what differs among these links, and how many of their ERP products were read."""
    by_key = {key_of(link): link for link in links}
    terms = terms_of(ctx.database, ctx.account, ctx.store, by_key, published_rule(ctx.store.options.stock))
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, list(terms))
        moved = tx.ledger.moved(ctx.store.id, {link.product_id for link in links})
    wanted = {
        key: Wanted(
            Balance(quantity=one.quantity), {key: RemoteIds(by_key[key].product_id, by_key[key].variant_id)}
        )
        for key, one in terms.items()
    }
    resent = {key for key, one in known.items() if _has_moved(one, moved.get(_ids(by_key[key])))}
    items = differing(ctx, FLOW, wanted, known, terms if anew else resent)
    return [(by_key[item.publication.key], item) for item in items], len(terms)


def _ids(link: LinkRecord) -> Ids:
    return (link.product_id, link.variant_id)


def _has_moved(publication: PublicationRecord, moved_at: datetime | None) -> bool:
    """Tell whether an order changed at the store after its number was sent, or was read from it.

    The store may have taken the pieces off its own number, or given them back: what it has is not what was sent.
    """
    sent_at = None if publication.state is PublicationState.REJECTED else publication.sent_at
    known_at = sent_at or publication.ended_at
    return moved_at is not None and known_at is not None and moved_at >= known_at


def _decreases(item: Item[Balance]) -> bool:
    """Tell whether the store has more than it is to have, or may have it from a send that got no answer."""
    publication = item.publication
    shown = [publication.value, publication.pending if item.uncertain else ""]
    return any(item.wanted.value.quantity < Balance.model_validate_json(one).quantity for one in shown if one)


def _goes_to_zero(item: Item[Balance]) -> bool:
    return item.wanted.value.quantity == 0 and _decreases(item)


def _learn_first(ctx: FlowContext, keys: Collection[str] | None) -> None:
    """Take the store's own number for what it has, where nothing was sent yet: only differences go out (S7).

    What the store does not tell of is remembered as well: it is asked once.
    """
    if not ctx.gateway.offers("listings_fetch"):
        return
    with ctx.database.read() as tx:
        known = tx.publications.keys(ctx.store.id, FLOW)
    new = {_ids(link) for links in _pages(ctx, keys) for link in links if key_of(link) not in known}
    if not new:
        return
    query = ListingQuery(products=tuple(sorted({product_id for product_id, _variant in new})))
    learnt: dict[Ids, int] = {}
    for event in ctx.gateway.listings_fetch(query):
        if isinstance(event, Listing) and event.balance is not None and event.balance >= 0:
            ids = (event.ids.product_id, event.ids.variant_id)
            if ids in new:
                new.remove(ids)
                learnt[ids] = event.balance
        if len(learnt) >= LEARNED_AT_ONCE:
            _save_learnt(ctx, learnt)
            learnt = {}
    _save_learnt(ctx, learnt)
    untold = sorted(new)
    for start in range(0, len(untold), LEARNED_AT_ONCE):
        _save_learnt(ctx, dict.fromkeys(untold[start : start + LEARNED_AT_ONCE]))


def _save_learnt(ctx: FlowContext, balances: Mapping[Ids, int | None]) -> None:
    """Keep what the store said at this moment; None is that it said nothing."""
    now = ctx.now()
    records = [
        PublicationRecord(
            ctx.store.id,
            FLOW,
            f"{product_id}/{variant_id}",
            "" if balance is None else Balance(quantity=balance).model_dump_json(),
            ended_at=None if balance is None else now,
        )
        for (product_id, variant_id), balance in balances.items()
    ]
    if records:
        with ctx.database.begin() as tx:
            tx.publications.save(records)
