"""Balances of the ERP that cannot be read: held at each store that sells the product, while all others go on (S6)."""

from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.ingest import try_balance
from tomada.flows.holds.item_holds import RETRY, UNREADABLE, reconcile_holds
from tomada.flows.holds.problems import Problem
from tomada.flows.stock.kits import kit_book

RULE = "S6"


def hold_unreadable(ctx: FlowContext) -> None:
    """Hold each linked product whose balance could not be read, and close the holds of those that can be again.

    A kit needs the balances of all its components. What a person wants looked at again is read at once; the others have
    their turn once an hour.
    """
    with ctx.database.read() as tx:
        held = {hold.key: hold for hold in tx.holds.select(ctx.store.id) if hold.code == UNREADABLE}
        pieces = {product_id: kit_book(tx, ctx.account).pieces(product_id) for product_id in held}
    for product_id, hold in held.items():
        if hold.settled_as == RETRY:
            for one in sorted({product_id, *pieces[product_id]}):
                try_balance(ctx, one)
    with ctx.database.read() as tx:
        kits = kit_book(tx, ctx.account)
        unreadable = tx.stocks.unreadable(ctx.account.id, kits.part_of)
        stopped = {taker for one in unreadable for taker in (one, *kits.part_of.get(one, ()))}
        links = tx.links.of_products(ctx.store.id, sorted(stopped))
    problems = {
        link.erp_product_id: Problem(
            UNREADABLE,
            RULE,
            "product",
            link.erp_product_id,
            {"sku": link.erp_sku or link.sku, "ref": link.erp_product_id},
        )
        for link in links
    }
    if looked_at := list(dict.fromkeys([*held, *problems])):
        reconcile_holds(ctx, (UNREADABLE,), looked_at, problems)
