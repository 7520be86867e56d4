"""Orders that can go on again: answered, mapped or linked since they were held (D1, D3)."""

from tomada.flows.context import FlowContext
from tomada.flows.holds.mapped import MARKETPLACE, OF_CODES, has_value
from tomada.flows.mapping.mappings import MappingTable
from tomada.ports.records import HoldRecord
from tomada.ports.storage import Transaction


def wake_freed(ctx: FlowContext) -> None:
    """Wake the orders whose hold was answered or has lost its cause.

    Whoever answers wakes them already. But a run that had read an order before saves what it read, which hides that
    somebody woke it meanwhile.
    """
    with ctx.database.read() as tx:
        holds = [hold for hold in tx.holds.select(ctx.store.id) if hold.order_id is not None]
        codes = {(one.kind, one.code): one for one in tx.mappings.codes(ctx.store.id)}
        mappings = MappingTable(ctx.store, tx.mappings.all(ctx.store.id), codes.values())
        linked = _linked(ctx, tx, holds)
    freed = {
        hold.order_id
        for hold in holds
        if hold.order_id is not None
        and (
            hold.settled_as
            or (hold.code == MARKETPLACE and not ctx.store.options.orders.ask_marketplaces)
            or (hold.code in OF_CODES and has_value(hold, mappings, codes))
            or (hold.code == "unlinked" and hold.key in linked)
        )
    }
    if freed:
        with ctx.database.begin() as tx:
            tx.orders.wake(ctx.store.id, sorted(freed))


def _linked(ctx: FlowContext, tx: Transaction, holds: list[HoldRecord]) -> set[str]:
    """The keys of the holds for a product that has a link by now."""
    keys = {hold.key: hold.key.partition("/") for hold in holds if hold.code == "unlinked"}
    links = tx.links.find(ctx.store.id, [(product, variant) for product, _slash, variant in keys.values()])
    return {key for key, (product, _slash, variant) in keys.items() if (product, variant) in links}
