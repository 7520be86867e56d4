"""What changed of the ERP's products, read once per account, and the marks that it leaves on every store (P2, S6)."""

from collections.abc import Collection, Sequence
from datetime import datetime

from tomada.errors import EffectUnknown, FeatureMissing, TomadaError
from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.ingest import LOOK_BACK, TRY_AGAIN
from tomada.flows.erp_changes.orders import OVERLAP
from tomada.flows.products.looking_up import FLOW, PARENT, link
from tomada.ports.options import PriceRule
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import LinkRecord
from tomada.ports.stock import FeedRecord
from tomada.ports.storage import Transaction
from tomada.spi import RemoteIds

MARKS = "marks"
"""The cursor that counts how often products of a store were marked as changed."""
PARENTS = "parents"
"""The cursor of ``learn_parents``: the last link that was looked at."""
LEARNED_AT_ONCE = 30
LINKS_AT_ONCE = 1000


def marks_of(ctx: FlowContext, tx: Transaction) -> str:
    """Return how often products of the store were marked as changed: a mark that is set meanwhile shows in it."""
    return tx.progress.cursor(ctx.store.id, MARKS) or "0"


def learn_parents(ctx: FlowContext) -> None:
    """Link the parents of linked variations, a few at a time: the ERP names a parent only where one is read.

    Without it changes of the parent's own would not be seen, and it would be taken for new.
    """
    with ctx.database.read() as tx:
        after = _place_of(tx.progress.cursor(ctx.store.id, PARENTS) or "")
        links = tx.links.parentless(ctx.store.id, after, LINKS_AT_ONCE)
    waiting: dict[str, LinkRecord] = {}
    for one in links:
        waiting.setdefault(one.product_id, one)
    for one in list(waiting.values())[:LEARNED_AT_ONCE]:
        found = ctx.erp.read_catalogue_product(one.erp_product_id)
        parent = ctx.erp.read_catalogue_product(found.parent_id) if found and found.parent_id else None
        with ctx.database.begin() as tx:
            if parent:
                ids = RemoteIds(one.product_id)
                tx.links.set([link(ctx, ids, parent.product_id, parent.sku, PARENT)])
            tx.progress.set_cursor(ctx.store.id, PARENTS, _place(one))


def _place(one: LinkRecord) -> str:
    return f"{one.made_at.isoformat()} {one.product_id}/{one.variant_id}"


def _place_of(cursor: str) -> tuple[datetime, str, str] | None:
    made_at, _space, key = cursor.partition(" ")
    product_id, _slash, variant_id = key.rpartition("/")
    return (datetime.fromisoformat(made_at), product_id, variant_id) if cursor else None


def read_product_changes(ctx: FlowContext) -> None:
    """Commit the ERP's feed of changed products as marks on every store of the account that has them linked.

    The feed forgets what it has answered: a page whose answer was lost marks every linked product instead.
    An account without the feed is left alone: its products are sent when a person asks for it.
    """
    with ctx.database.lock(f"erp-{ctx.account.id}-products") as locked:
        if not locked:
            return
        with ctx.database.read() as tx:
            feed = tx.feeds.get(ctx.account.id, FLOW)
        began = ctx.now()
        if ctx.began_at is not None and feed.read_at is not None and feed.read_at >= ctx.began_at:
            return
        if feed.present is False and feed.read_at and began - feed.read_at < TRY_AGAIN:
            return
        if feed.gap_at is not None:
            _mark(ctx, feed, None)
        pages = ctx.erp.product_changes(max((feed.since or began) - OVERLAP, began - LOOK_BACK))
        while True:
            feed.gap_at = ctx.now()
            _save(ctx, feed)
            try:
                page = next(pages, None)
            except FeatureMissing:
                feed.present, feed.gap_at, feed.read_at = False, None, began
                _save(ctx, feed)
                return
            except EffectUnknown:
                _mark(ctx, feed, None)
                raise
            except TomadaError:  # refused: nothing was consumed
                feed.gap_at = None
                _save(ctx, feed)
                raise
            if page is None:
                break
            _mark(ctx, feed, [change.product_id for change in page])
        feed.present, feed.since, feed.read_at, feed.gap_at = True, began, began, None
        _save(ctx, feed)


def _save(ctx: FlowContext, feed: FeedRecord) -> None:
    with ctx.database.begin() as tx:
        tx.feeds.save(feed)


def _mark(ctx: FlowContext, feed: FeedRecord, product_ids: Sequence[str] | None) -> None:
    """Mark these products (None: all) at every store that has them linked, and close the gap with it."""
    feed.gap_at = None
    with ctx.database.begin() as tx:
        tx.makeups.mark_changed(ctx.account.id, product_ids)
        for store in tx.stores.all():
            if store.erp_id != ctx.account.id:
                continue
            links = (
                tx.links.all(store.id) if product_ids is None else tx.links.of_products(store.id, product_ids)
            )
            _mark_dirty(tx, store.id, FLOW, {link.erp_product_id for link in links})
            if links:
                tx.progress.set_cursor(
                    store.id, MARKS, str(int(tx.progress.cursor(store.id, MARKS) or 0) + 1)
                )
            if store.options.prices.rule is not PriceRule.OFF:
                _mark_dirty(
                    tx, store.id, "prices", {f"{link.product_id}/{link.variant_id}" for link in links}
                )
        tx.feeds.save(feed)


def _mark_dirty(tx: Transaction, store_id: int, flow: str, keys: Collection[str]) -> None:
    known = tx.publications.find(store_id, flow, sorted(keys))
    marked = [known.get(key) or PublicationRecord(store_id, flow, key) for key in sorted(keys)]
    for one in marked:
        one.dirty = True
    tx.publications.save(marked)
