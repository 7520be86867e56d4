"""Balances of the ERP that cannot be read: held at each store that sells the product, while all others go on (S6)."""

from tomada.flows.context import FlowContext
from tomada.flows.erp_changes.ingest import try_balance
from tomada.flows.holds.item_holds import RETRY, UNREADABLE, reconcile_holds
from tomada.flows.holds.problems import Problem

RULE = "S6"


def hold_unreadable(ctx: FlowContext) -> None:
    """Hold each linked product whose balance could not be read, and close the holds of those that can be again.

    What a person wants looked at again is read at once; the others have their turn once an hour.
    """
    with ctx.database.read() as tx:
        held = {hold.key: hold for hold in tx.holds.select(ctx.store.id) if hold.code == UNREADABLE}
    for product_id, hold in held.items():
        if hold.settled_as == RETRY:
            try_balance(ctx, product_id)
    with ctx.database.read() as tx:
        unreadable = tx.stocks.unreadable(ctx.account.id)
        links = tx.links.of_products(ctx.store.id, sorted(unreadable))
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
