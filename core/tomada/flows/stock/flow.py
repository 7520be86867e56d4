"""The flow ``stock``: the ERP's balances → the store, absolute and never more than may be sold (S1-S4, S7)."""

import shlex
from collections.abc import Collection, Sequence

from tomada.domain.stock import Balance
from tomada.errors import GuardRail, TomadaError, TransientError
from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.ingest import read_balance, read_changes
from tomada.flows.sending.publish import Subject, publish_all
from tomada.flows.stock.balances import has_posted
from tomada.flows.stock.duplicates import hold_duplicates
from tomada.flows.stock.kits import kit_book
from tomada.flows.stock.ledger import stores_behind
from tomada.flows.stock.plan import FLOW, PARENT, StockPlan, due_items, key_of, plan_stock
from tomada.flows.stock.unreadable import hold_unreadable
from tomada.i18n import _
from tomada.ports.options import StockRule

UNCONFIRMED = "unconfirmed"


def sync_stock(ctx: FlowContext) -> None:
    """Read the account's changes, then publish what differs; the first plan waits to be confirmed (S7).

    Raises what kept the changes from being read, or sales from being counted, after what is sold already was
    published, and the loss of an answer of the feed, after everything was.
    """
    trouble, lost = _read_changes(ctx)
    close_counted(ctx)
    uncounted: TomadaError | None = None
    if ctx.store.options.stock.rule is not StockRule.OFF:
        if trouble is None:
            hold_unreadable(ctx)
            hold_duplicates(ctx)
        uncounted = _publish_planned(ctx, decreases_only=trouble is not None)
    if unread := trouble or uncounted or lost:
        raise unread


def _read_changes(ctx: FlowContext) -> tuple[TomadaError | None, TomadaError | None]:
    """Return what kept the changes from being read, and what the feed has lost."""
    try:
        return None, read_changes(ctx)
    except TomadaError as error:
        return error, None


def _publish_planned(ctx: FlowContext, *, decreases_only: bool) -> TomadaError | None:
    """Publish what differs. What the ERP could not be asked about is not sold anew, but what is sold is gone (A1).

    The same holds while orders of any store of the account are not in the ledger (S2): returns that, where it kept a
    balance back.
    """
    behind = stores_behind(ctx)
    plan = plan_stock(ctx, decreases_only=decreases_only or bool(behind))
    uncounted = _uncounted(behind) if behind and plan.kept_back else None
    if not ctx.store.options.stock.confirmed:
        if not ctx.confirmed:
            ctx.counts[UNCONFIRMED] = len(plan.due)
            return uncounted
        _confirm(ctx)
    go_on = _("Look at: tomada plan {store} stock. To go on: tomada sync {store} stock --yes")
    guard(ctx, plan, go_on.format(store=ctx.store.name))
    _publish(ctx, plan)
    return uncounted


def _uncounted(behind: Sequence[str]) -> TransientError:
    return TransientError(
        "stock.uncounted",
        _("Orders of {stores} are not counted yet, so balances only fall until they are.").format(
            stores=", ".join(behind)
        ),
        _("Count them: {command}").format(
            command="; ".join(f"tomada sync {shlex.quote(name)} orders" for name in behind)
        ),
    )


def _publish(ctx: FlowContext, plan: StockPlan) -> None:
    items = (item for _link, item in due_items(ctx, plan))
    publish_all(ctx, subject(ctx), items, len(plan.due))


def send_stock(ctx: FlowContext, keys: Collection[str] | None) -> StockPlan:
    """Publish the balances of these keys (None: of all) now, whatever was sent before: a person asked for it.

    The ERP is asked for the balance of each key that is named. Raises ``GuardRail`` when nobody has said yes to a
    store's first balances (S7) or to too many zeros (G1), and what kept a balance from being read; nothing was
    sent then. While sales are not counted only what falls is sent, and that is raised at the end (S2).
    """
    read_changes(ctx)
    if keys is not None:
        _read_anew(ctx, keys)
    close_counted(ctx)
    behind = stores_behind(ctx)
    plan = plan_stock(ctx, keys, anew=True, decreases_only=bool(behind))
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
    _publish(ctx, plan)
    if behind and plan.kept_back:
        raise _uncounted(behind)
    return plan


def _read_anew(ctx: FlowContext, keys: Collection[str]) -> None:
    """Read the ERP's balances of these keys; the feed is not known to tell a mere reservation (tiny-api.md A7.3)."""
    with ctx.database.read() as tx:
        links = [link for link in tx.links.all(ctx.store.id) if link.how != PARENT and key_of(link) in keys]
        products = {link.erp_product_id for link in links}
        shelves = kit_book(tx, ctx.account).shelves(sorted(products))
    for product_id in sorted(products.union(shelves)):
        read_balance(ctx, product_id)


def subject(ctx: FlowContext) -> Subject[Balance]:
    """Return what this flow publishes."""
    return Subject(FLOW, Balance, ctx.gateway.stock_push, rule="S1")


def close_counted(ctx: FlowContext) -> None:
    """End the entries whose posting a later read of the balance shows, of a kit's that of every component."""
    with ctx.database.read() as tx:
        by_product = tx.ledger.by_product(ctx.account.id)
        kits = kit_book(tx, ctx.account)
        stocks = tx.stocks.find(ctx.account.id, kits.shelves(by_product))
    done = [
        entry
        for product, entries in by_product.items()
        for entry in entries
        if all(one in stocks and has_posted(entry, stocks[one]) for one in kits.pieces(product))
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
    share = plan.zeros * 100 / plan.read if plan.read else 0
    if ctx.confirmed or plan.zeros <= limits.zero_at_least or share <= limits.zero_percent:
        return
    raise GuardRail(
        "guard.zero",
        _("{zeros} of {total} balances would go to zero; nothing was sent.").format(
            zeros=plan.zeros, total=plan.read
        ),
        hint,
    )


def _confirm(ctx: FlowContext) -> None:
    options = ctx.store.options
    stock = options.stock.model_copy(update={"confirmed": True})
    ctx.store.options = options.model_copy(update={"stock": stock})
    with ctx.database.begin() as tx:
        tx.stores.save(ctx.store)
        tx.audit.add([ctx.audit("stock.confirmed", "", "S7")])
