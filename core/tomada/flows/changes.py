"""Ingest of what changed in the ERP: read once per account, and fanned out to its stores (S6, S7).

Orders first, then balances: what we know of an order's posting is then older than the balance that shows it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from tomada.domain.erp_stock import ErpStock, ErpStockChange
from tomada.domain.money import ZERO
from tomada.errors import EffectUnknown, FeatureMissing, TomadaError
from tomada.flows.context import FlowContext
from tomada.flows.erp_orders import ORDERS, OVERLAP, read_erp_orders
from tomada.flows.ledger import note_erp
from tomada.ports.options import Reserving
from tomada.ports.records import ErpRecord, StoreRecord
from tomada.ports.stock import FeedRecord, StockRecord
from tomada.ports.storage import Database

STOCK, RESERVING = "stock", "reserving"
LOOK_BACK = timedelta(days=29)
"""The ERP's feed goes back 30 days (tiny-api.md A7.3)."""
TRY_AGAIN = timedelta(hours=6)
"""How often an account that had no feed is asked for it again: a merchant may install the extension."""


def read_changes(ctx: FlowContext) -> None:
    """Read the account's changed orders and balances, unless that was done since this sync began.

    One process does it at a time; another one that comes meanwhile works with what is committed. Raises what kept
    the orders from being read; a feed whose answer was lost leaves its gap to the sweep.
    """
    with ctx.database.lock(f"erp-{ctx.account.id}-changes") as locked:
        if not locked or _read_already(ctx):
            return
        began = ctx.now()
        read_erp_orders(ctx, [store for store in _stores(ctx) if store.since])
        note_erp(ctx)
        trouble: list[TomadaError] = []
        try:
            _read_feed(ctx)
        except EffectUnknown as error:
            trouble.append(error)
        _sweep(ctx)
        _detect_reserving(ctx)
        _note_read(ctx, began)
        if trouble:
            raise trouble[0]


def reserves(database: Database, account: ErpRecord) -> bool:
    """Tell whether the account reserves the pieces of orders: as a person says, else as it has shown (S2)."""
    chosen = account.options.reserves
    if chosen is not Reserving.DETECT:
        return chosen is Reserving.YES
    with database.read() as tx:
        return bool(tx.feeds.get(account.id, RESERVING).present)


def _read_already(ctx: FlowContext) -> bool:
    with ctx.database.read() as tx:
        read_at = tx.feeds.get(ctx.account.id, ORDERS).read_at
    return read_at is not None and ctx.began_at is not None and read_at >= ctx.began_at


def _note_read(ctx: FlowContext, began: datetime) -> None:
    with ctx.database.begin() as tx:
        feed = tx.feeds.get(ctx.account.id, ORDERS)
        feed.read_at = began
        tx.feeds.save(feed)


def _stores(ctx: FlowContext) -> list[StoreRecord]:
    with ctx.database.read() as tx:
        return [store for store in tx.stores.all() if store.erp_id == ctx.account.id]


def _read_feed(ctx: FlowContext) -> None:
    """Commit the feed of balances page by page, each with the removal of the mark that was set before it was read."""
    with ctx.database.read() as tx:
        feed = tx.feeds.get(ctx.account.id, STOCK)
    began = ctx.now()
    if feed.present is False and feed.read_at and began - feed.read_at < TRY_AGAIN:
        return
    earlier_gap = feed.gap_at
    since = max((feed.since or began) - OVERLAP, began - LOOK_BACK)
    pages = ctx.erp.stock_changes(since)
    while True:
        feed.gap_at = earlier_gap or ctx.now()
        _save_feed(ctx, feed, ())
        try:
            page = next(pages, None)
        except FeatureMissing:
            feed.present, feed.gap_at, feed.read_at = False, earlier_gap, began
            _save_feed(ctx, feed, ())
            return
        feed.gap_at = earlier_gap
        if page is None:
            break
        _save_feed(ctx, feed, page)
        ctx.counts["erp_balances_changed"] += len(page)
    feed.present, feed.since, feed.read_at = True, began, began
    _save_feed(ctx, feed, ())


def _save_feed(ctx: FlowContext, feed: FeedRecord, page: Iterable[ErpStockChange]) -> None:
    with ctx.database.begin() as tx:
        tx.stocks.save(
            [stock_record(ctx, change.stock) for change in page if change.stock and not change.parent]
        )
        unread = [change.product_id for change in page if change.stock is None and not change.parent]
        tx.stocks.forget(ctx.account.id, unread)
        tx.feeds.save(feed)


def stock_record(ctx: FlowContext, stock: ErpStock) -> StockRecord:
    """Return the record of one read."""
    return StockRecord(
        erp_id=ctx.account.id,
        product_id=stock.product_id,
        sku=stock.sku,
        on_hand=stock.on_hand,
        reserved=stock.reserved,
        deposits={deposit.name: str(deposit.on_hand) for deposit in stock.deposits if not deposit.disregard},
        read_at=stock.read_at,
    )


def _sweep(ctx: FlowContext) -> None:
    """Read balances one by one where the feed is not enough: at most ``sweep_reads``, what matters most first.

    What was never read or what an order waits for; then what a gap may have hidden; then, without a feed, whatever
    was read longest ago. A gap is closed when everything was read after it.
    """
    with ctx.database.read() as tx:
        feed = tx.feeds.get(ctx.account.id, STOCK)
    order = list(_to_read(ctx, feed))
    for product_id in order[: ctx.account.options.sweep_reads]:
        read_balance(ctx, product_id)
    _close_gap(ctx, feed, len(order))


def read_balance(ctx: FlowContext, product_id: str) -> None:
    """Read one balance and commit it; a product that is gone is kept as missing."""
    read_at = ctx.now()
    found = ctx.erp.read_stock(product_id)
    with ctx.database.begin() as tx:
        if found:
            record = stock_record(ctx, found)
        else:
            known = tx.stocks.find(ctx.account.id, [product_id]).get(product_id)
            record = _missing(ctx, product_id, known, read_at)
        tx.stocks.save([record])
    ctx.counts["erp_balances_read"] += 1


def _missing(ctx: FlowContext, product_id: str, known: StockRecord | None, read_at: datetime) -> StockRecord:
    sku = known.sku if known else ""
    return StockRecord(ctx.account.id, product_id, sku, ZERO, ZERO, {}, read_at, missing=True)


def _to_read(ctx: FlowContext, feed: FeedRecord) -> Iterator[str]:
    linked, awaited = _linked(ctx), _awaited(ctx)
    with ctx.database.read() as tx:
        known = tx.stocks.find(ctx.account.id, linked)
    unread = [one for one in linked if one not in known]
    waiting = [one for one in linked if one in known and one in awaited and known[one].read_at < awaited[one]]
    chosen = dict.fromkeys([*waiting, *unread])
    others = sorted((one for one in linked if one not in chosen), key=lambda one: known[one].read_at)
    yield from chosen
    if feed.gap_at is not None:
        yield from (one for one in others if known[one].read_at <= feed.gap_at)
    elif not feed.present:
        yield from (one for one in others if known[one].read_at < (ctx.began_at or ctx.now()))


def _linked(ctx: FlowContext) -> list[str]:
    stores = _stores(ctx)
    with ctx.database.read() as tx:
        links = [link for store in stores for link in tx.links.all(store.id)]
    return sorted({link.erp_product_id for link in links if link.how != "parent"})


def _awaited(ctx: FlowContext) -> dict[str, datetime]:
    """ERP product id → the moment after which its balance must be read, so that an order counts rightly in it.

    The feed is not known to tell a mere reservation (tiny-api.md A7.3), so whatever happened to one of our orders
    is a reason to read the balances of its products.
    """
    stores = _stores(ctx)
    with ctx.database.read() as tx:
        read_at = tx.feeds.get(ctx.account.id, ORDERS).read_at
        entries = tx.ledger.open(ctx.account.id)
        touched = tx.ledger.touched(ctx.account.id, read_at) if read_at else []
        links = {
            (store.id, link.product_id, link.variant_id): link.erp_product_id
            for store in stores
            for link in tx.links.all(store.id)
        }
    moments = [
        (entry, moment) for entry in entries for moment in (entry.recorded_at, entry.posted_at) if moment
    ]
    awaited: dict[str, datetime] = {}
    for entry, moment in (*moments, *touched):
        product_id = links.get((entry.store_id, entry.product_id, entry.variant_id))
        if product_id:
            awaited[product_id] = max(moment, awaited.get(product_id, moment))
    return awaited


def _close_gap(ctx: FlowContext, feed: FeedRecord, to_read: int) -> None:
    complete = to_read <= ctx.account.options.sweep_reads
    if complete and (feed.gap_at is not None or not feed.present):
        feed.gap_at, feed.round_ended = None, ctx.now()
        with ctx.database.begin() as tx:
            tx.feeds.save(feed)


def _detect_reserving(ctx: FlowContext) -> None:
    """An account that shows a reservation has the reservation module (S6)."""
    with ctx.database.begin() as tx:
        feed = tx.feeds.get(ctx.account.id, RESERVING)
        if not feed.present and any(stock.reserved > 0 for stock in tx.stocks.all(ctx.account.id)):
            feed.present = True
            tx.feeds.save(feed)
