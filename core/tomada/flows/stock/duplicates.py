"""SKUs that several of the ERP's products have: their balances stay at the last good value, and are held (P4)."""

from datetime import timedelta

from tomada.flows.context import FlowContext
from tomada.flows.holds.item_holds import FROZEN, reconcile_holds
from tomada.flows.holds.problems import Problem
from tomada.ports.records import HoldRecord, StoreRecord
from tomada.ports.stock import FeedRecord, StockRecord
from tomada.ports.storage import Transaction

RULE = "P4"
LOOK_AGAIN = timedelta(hours=1)
"""How often the ERP is asked whether a SKU is still repeated that no read tells of anew."""


def hold_duplicates(ctx: FlowContext) -> None:
    """Hold each linked SKU that several active products of the ERP have, and close the holds of those that had.

    What is read of balances only raises the suspicion; it is the ERP's search that knows who is active. A SKU that no
    linked product has any more is nothing to be held for.
    """
    with ctx.database.read() as tx:
        feed = tx.feeds.get(ctx.account.id, f"{FROZEN}:{ctx.store.id}")
        held = {hold.key: hold for hold in tx.holds.select(ctx.store.id) if hold.code == FROZEN}
        repeated = tx.stocks.repeated_skus(ctx.account.id)
        found = tx.stocks.by_sku(ctx.account.id, sorted({*held, *repeated}))
        read = {stock.product_id for stocks in found.values() for stock in stocks}
        linked = {link.erp_product_id for link in tx.links.of_products(ctx.store.id, sorted(read))}
    began = ctx.now()
    asked = [
        sku
        for sku, stocks in found.items()
        if any(stock.product_id in linked for stock in stocks)
        and (_has_news(ctx, feed, stocks) or (sku in held and held[sku].settled_as))
    ]
    over = [
        sku
        for sku, hold in held.items()
        if not any(stock.product_id in linked for stock in found.get(sku, ()))
    ]
    if not asked and not over:
        return
    active = {
        sku: {product.product_id for product in products}
        for sku, products in ctx.erp.products_by_sku(asked).items()
    }
    problems = {
        sku: Problem(FROZEN, RULE, "product", sku, {"sku": sku, "count": str(len(ids))})
        for sku, ids in active.items()
        if len(ids) > 1
    }
    reconcile_holds(ctx, (FROZEN,), [*asked, *over], problems)
    gone = [
        stock.product_id
        for sku in asked
        for stock in found[sku]
        if stock.product_id not in linked and stock.product_id not in active.get(sku, ())
    ]
    feed.read_at = began
    with ctx.database.begin() as tx:
        tx.stocks.forget(ctx.account.id, gone)
        tx.feeds.save(feed)


def _has_news(ctx: FlowContext, feed: FeedRecord, stocks: list[StockRecord]) -> bool:
    """Tell whether one of these was read since the ERP was asked last, or that was long ago."""
    return (
        feed.read_at is None
        or ctx.now() - feed.read_at >= LOOK_AGAIN
        or any(stock.read_at > feed.read_at for stock in stocks)
    )


def frozen(tx: Transaction, store: StoreRecord) -> dict[str, HoldRecord]:
    """Return the ERP products whose balance is left as it is at the store, each with the hold that says so."""
    held = {hold.key: hold for hold in tx.holds.select(store.id) if hold.code == FROZEN}
    found = tx.stocks.by_sku(store.erp_id, sorted(held))
    return {stock.product_id: held[sku] for sku, stocks in found.items() for stock in stocks}
