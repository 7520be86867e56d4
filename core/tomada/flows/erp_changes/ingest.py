"""Ingest of what changed in the ERP: read once per account, and fanned out to its stores (S6, S7).

Orders first, then balances: what we know of an order's posting is then older than the balance that shows it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from tomada.domain.erp_stock import ErpStock, ErpStockChange
from tomada.domain.money import ZERO
from tomada.errors import EffectUnknown, FeatureMissing, RejectedByRemote, RemoteContractChanged, TomadaError
from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.orders import ORDERS, OVERLAP, read_erp_orders
from tomada.flows.erp_changes.products import learn_makeups
from tomada.flows.stock.kits import kit_book
from tomada.flows.stock.ledger import note_erp
from tomada.ports.erp_options import Reserving
from tomada.ports.options import StockRule
from tomada.ports.records import ErpRecord, StoreRecord
from tomada.ports.stock import FeedRecord, StockRecord
from tomada.ports.storage import Database, Transaction

STOCK, RESERVING, AWAITED = "stock", "reserving", "awaited"
LOOK_BACK = timedelta(days=29)
"""The ERP's feed goes back 30 days (tiny-api.md A7.3). It is always asked for all of them: what was read is not in
it any more, and no clock that differs hides a row."""
TRY_AGAIN = timedelta(hours=6)
"""How often an account that had no feed is asked for it again: a merchant may install the extension."""
TRY_UNREADABLE_AGAIN = timedelta(hours=1)
"""How often a balance that could not be read is tried again."""


def read_changes(ctx: FlowContext) -> EffectUnknown | None:
    """Read the account's changed orders and balances, unless that was done since this sync began.

    One process does it at a time; another one that comes meanwhile works with what is committed. Returns the loss of
    an answer of the feed (None: none was lost), which is no reason to wait: the sweep has read what it may have told,
    or does so with the next syncs. Raises what kept the orders or the balances from being read.
    """
    with ctx.database.lock(f"erp-{ctx.account.id}-changes") as locked:
        if not locked or _read_already(ctx):
            return None
        began = ctx.now()
        read_erp_orders(ctx, [store for store in _stores(ctx) if store.since])
        note_erp(ctx)
        lost: EffectUnknown | None = None
        try:
            _read_feed(ctx)
        except EffectUnknown as error:
            lost = error
        learn_makeups(ctx)
        _sweep(ctx)
        _detect_reserving(ctx)
        _note_read(ctx, began)
        return lost


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
    pages = ctx.erp.stock_changes(began - LOOK_BACK)
    while True:
        feed.gap_at = ctx.now()  # later than an earlier gap: what was read since that one may be in this page
        _save_feed(ctx, feed, ())
        try:
            page = next(pages, None)
        except EffectUnknown:
            raise
        except FeatureMissing:
            feed.present, feed.gap_at, feed.read_at = False, earlier_gap, began
            _save_feed(ctx, feed, ())
            return
        except TomadaError:  # refused: nothing was consumed
            feed.gap_at = earlier_gap
            _save_feed(ctx, feed, ())
            raise
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

    What an order waits for and what was never read; then what was read longest ago, as far as it is due: what a gap
    may have hidden, and what the account's own pace asks for. A gap is closed when everything was read after it. A
    balance that cannot be read is left as it was, and tried again after a while: it is remembered by itself, so that
    it keeps nothing else waiting.
    """
    began = ctx.now()
    limit = ctx.account.options.sweep_reads
    with ctx.database.read() as tx:
        feed = tx.feeds.get(ctx.account.id, STOCK)
        unreadable = tx.stocks.unreadable(ctx.account.id, kit_book(tx, ctx.account).part_of)
    left = {one for one, tried_at in unreadable.items() if began - tried_at < TRY_UNREADABLE_AGAIN}
    urgent, others = _to_read(ctx, feed, left, [one for one in unreadable if one not in left], limit)
    failed = {product_id for product_id in [*urgent, *others][:limit] if not try_balance(ctx, product_id)}
    if len(urgent) <= limit:
        _note_awaited(ctx, began)
    if len(urgent) + len(others) <= limit and not failed and not left:
        _close_gap(ctx, feed, swept=bool(urgent or others))


def try_balance(ctx: FlowContext, product_id: str) -> bool:
    """Read one balance as ``read_balance`` does; one that cannot be read is remembered as such (False)."""
    try:
        read_balance(ctx, product_id)
    except (RejectedByRemote, RemoteContractChanged):
        with ctx.database.begin() as tx:
            tx.stocks.failed(ctx.account.id, product_id, ctx.now())
        ctx.counts["erp_balances_unreadable"] += 1
        return False
    return True


def _note_awaited(ctx: FlowContext, began: datetime) -> None:
    """What orders waited for was read, or is remembered as unreadable: only what happens from now on is looked at."""
    with ctx.database.begin() as tx:
        awaited = tx.feeds.get(ctx.account.id, AWAITED)
        awaited.since = awaited.read_at = began
        tx.feeds.save(awaited)


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


def _to_read(
    ctx: FlowContext, feed: FeedRecord, left: Collection[str], again: Sequence[str], limit: int
) -> tuple[list[str], list[str]]:
    """Return the linked products that have to be read now, and those that are due as well, each longest ago first.

    Without those in ``left``, and no more than tell that they are more than ``limit``; ``again`` are those that could
    not be read and whose turn has come.
    """
    awaited = _awaited(ctx)
    enough = limit + len(left) + 1
    with ctx.database.read() as tx:
        known = tx.stocks.find(ctx.account.id, list(awaited))
        unread = tx.stocks.never_read(ctx.account.id, enough)
        components = list(kit_book(tx, ctx.account).part_of)
        parts = tx.stocks.find(ctx.account.id, components)
    unread += [one for one in components if one not in parts]
    waiting = sorted(
        (one for one, stock in known.items() if stock.read_at <= awaited[one]),
        key=lambda one: known[one].read_at,
    )
    urgent = [one for one in dict.fromkeys((*waiting, *unread, *again)) if one not in left]
    since = _due_since(ctx, feed)
    if since is None:
        return urgent, []
    with ctx.database.read() as tx:
        old = tx.stocks.read_before(ctx.account.id, since, enough + len(waiting))
    old = list(dict.fromkeys((*old, *(one for one, stock in parts.items() if stock.read_at <= since))))
    return urgent, [one for one in old if one not in left and one not in urgent]


def _due_since(ctx: FlowContext, feed: FeedRecord) -> datetime | None:
    """Return the moment at or before which a balance was read too long ago; None: none was."""
    now, options = ctx.now(), ctx.account.options
    due = [feed.gap_at] if feed.gap_at else []
    if not feed.present:
        due.append(now - timedelta(minutes=options.sweep_minutes))
    elif reserves(ctx.database, ctx.account) and any(
        store.options.stock.rule is StockRule.AVAILABLE for store in _stores(ctx)
    ):
        due.append(now - timedelta(hours=options.sweep_hours))
    return max(due, default=None)


def _awaited(ctx: FlowContext) -> dict[str, datetime]:
    """ERP product id → the moment after which its balance must be read, so that an order counts rightly in it.

    The feed is not known to tell a mere reservation (tiny-api.md A7.3), so whatever happened to one of our orders
    is a reason to read the balances of its products.
    """
    with ctx.database.read() as tx:
        since = tx.feeds.get(ctx.account.id, AWAITED).since
        # What another process committed late bears an earlier time than the last look.
        touched = tx.ledger.touched(ctx.account.id, since - OVERLAP) if since else {}
        entries = tx.ledger.by_product(ctx.account.id)
        kits = kit_book(tx, ctx.account)
    moments = [*touched.items()]
    for product_id, found in entries.items():
        known = (one for entry in found for one in (entry.recorded_at, entry.posted_at) if one)
        moments += [(product_id, moment) for moment in known]
    awaited: dict[str, datetime] = {}
    for product_id, moment in moments:
        for one in kits.pieces(product_id):
            awaited[one] = max(moment, awaited.get(one, moment))
    return awaited


def _close_gap(ctx: FlowContext, feed: FeedRecord, *, swept: bool) -> None:
    if feed.gap_at is not None or (swept and not feed.present):
        feed.gap_at, feed.round_ended = None, ctx.now()
        with ctx.database.begin() as tx:
            tx.feeds.save(feed)


def _detect_reserving(ctx: FlowContext) -> None:
    """An account that shows a reservation has the reservation module; one that shows none for our orders has not (S6).

    Without this a module that was taken out would leave orders uncounted: nothing reserves them, and nothing takes
    them off here.
    """
    with ctx.database.read() as tx:
        feed = tx.feeds.get(ctx.account.id, RESERVING)
        shown = tx.stocks.any_reserved(ctx.account.id)
        missed = not shown and feed.present and _not_reserved(ctx, tx)
    if (shown and not feed.present) or missed:
        feed.present = shown
        with ctx.database.begin() as tx:
            tx.feeds.save(feed)


def _not_reserved(ctx: FlowContext, tx: Transaction) -> bool:
    """Tell whether a balance was read after an order of ours was there that is not posted yet."""
    entries = tx.ledger.by_product(ctx.account.id)
    kits = kit_book(tx, ctx.account)
    stocks = tx.stocks.find(ctx.account.id, kits.shelves(entries))
    return any(
        entry.recorded_at and not entry.posted_at and stocks[one].read_at > entry.recorded_at
        for product_id, found in entries.items()
        for one in kits.pieces(product_id)
        if one in stocks
        for entry in found
    )
