"""What the ERP's linked products are made of, and which are sold no more: only a whole read tells it (S5, P4)."""

from datetime import datetime, timedelta
from itertools import islice

from tomada.domain.erp import ErpProduct
from tomada.domain.money import ZERO
from tomada.errors import RejectedByRemote, RemoteContractChanged
from tomada.flows.context import FlowContext
from tomada.ports.stock import MakeupRecord


def learn_makeups(ctx: FlowContext) -> None:
    """Read linked products whole, at most ``product_reads``: what was never read, what has changed, what is old.

    Of what was never read first what orders wait for, then what the ERP has no piece of, as it may be a kit. One that
    cannot be read stays as it was, and is tried again when the others were.
    """
    limit = ctx.account.options.product_reads
    if not limit:
        return
    old = ctx.now() - timedelta(hours=ctx.account.options.product_hours)
    with ctx.database.read() as tx:
        again = tx.makeups.read_before(ctx.account.id, old, limit)
    for product_id in islice((*_new(ctx), *again), limit):
        _learn(ctx, product_id)


def _new(ctx: FlowContext) -> list[str]:
    with ctx.database.read() as tx:
        new = tx.makeups.never_read(ctx.account.id)
        ordered = tx.ledger.by_product(ctx.account.id) if new else {}
        stocks = tx.stocks.find(ctx.account.id, new)
    empty = {one for one, stock in stocks.items() if stock.on_hand <= ZERO}
    return sorted(new, key=lambda one: (one not in ordered, one not in empty))


def _learn(ctx: FlowContext, product_id: str) -> None:
    read_at = ctx.now()
    try:
        found = ctx.erp.read_product(product_id)
    except (RejectedByRemote, RemoteContractChanged):
        with ctx.database.begin() as tx:
            known = tx.makeups.find(ctx.account.id, [product_id]).get(product_id)
            known = known or MakeupRecord(ctx.account.id, product_id, True, {}, read_at)
            known.read_at, known.changed = read_at, False
            tx.makeups.save([known])
        return
    with ctx.database.begin() as tx:
        tx.makeups.save([_makeup(ctx, product_id, found, read_at)])


def _makeup(ctx: FlowContext, product_id: str, found: ErpProduct | None, read_at: datetime) -> MakeupRecord:
    """Return the record of one whole read, which began at ``read_at``; None: the ERP has no such product any more."""
    components = found.components if found else ()
    return MakeupRecord(
        erp_id=ctx.account.id,
        product_id=product_id,
        active=found is not None and found.active,
        components={one.product_id: f"{one.quantity:f}" for one in components if one.quantity > ZERO},
        read_at=read_at,
    )
