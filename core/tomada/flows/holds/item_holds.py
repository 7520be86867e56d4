"""Holds of the flows that go out: of an order's parcel or invoice, or of a product (D3).

An order's own holds are its flow's; here only the named codes are opened and closed.
"""

from collections.abc import Iterable, Mapping, Sequence

from tomada.flows.context import FlowContext
from tomada.flows.holds.problems import Problem
from tomada.ports.records import AuditRecord, HoldRecord

CANCELLED, DAMAGED, UNCLEAR = "invoice_cancelled", "invoice_damaged", "invoice_unclear"
OF_INVOICES = (CANCELLED, DAMAGED, UNCLEAR)
OF_PRODUCTS = ("link_first", "product_duplicate")
FROZEN, UNREADABLE = "stock_duplicate", "stock_unreadable"
OF_BALANCES = (FROZEN, UNREADABLE)
OUTGOING = frozenset({*OF_INVOICES, *OF_PRODUCTS, *OF_BALANCES})
"""Hold codes that do not belong to the flow ``orders``."""

SEND = "send"
"""The answer that an unclear note is the one of the sale."""

RETRY = "retry"
"""Stands on a hold of a product or of its balance that the next run is to look at again."""

LEFT = ("done", "ignore")
"""Answers by which a person leaves a problem as it is."""


def reconcile_holds(
    ctx: FlowContext, codes: Sequence[str], looked_at: Sequence[str], problems: Mapping[str, Problem]
) -> None:
    """Make the open holds with these codes, of the items that were looked at, exactly their problems.

    Items are named by the store's order id, or by the ``key`` of a product's problem. A problem that a person has
    left as it is, is none any more, until it differs.
    """
    with ctx.database.begin() as tx:
        orders = tx.orders.find(ctx.store.id, list(looked_at))
        holds = tx.holds.of_items(ctx.store.id, codes, looked_at)
        open_holds = {_name(hold): hold for hold in holds if hold.closed_at is None}
        changed, audit = [], []
        for name in looked_at:
            hold, problem = open_holds.get(name), problems.get(name)
            if problem and _is_left(problem, name, holds):
                problem = None
            if hold and (problem is None or problem.code != hold.code):
                audit.append(close(ctx, hold))
                changed.append(hold)
                hold = None
            if hold and hold.settled_as == RETRY:
                hold.settled_as, hold.settled_by, hold.settled_at = "", None, None
                changed.append(hold)
            if problem and hold is None:
                order = orders.get(name)
                opened = HoldRecord(
                    id=0,
                    store_id=ctx.store.id,
                    order_id=order.id if order else None,
                    remote_id=order.remote_id if order else "",
                    code=problem.code,
                    rule=problem.rule,
                    kind=problem.kind,
                    key=problem.key,
                    details=problem.details,
                    opened_at=ctx.now(),
                    run_id=ctx.run_id,
                )
                ctx.counts["newly_held"] += 1
                changed.append(opened)
                audit.append(
                    ctx.audit(
                        "hold.opened", opened.remote_id, problem.rule, code=problem.code, key=problem.key
                    )
                )
        if changed:
            tx.holds.save(changed)
            tx.audit.add(audit)


def asked_again(ctx: FlowContext) -> list[str]:
    """Return the ERP's ids of products that are held and that a person has answered for, or linked since."""
    with ctx.database.read() as tx:
        holds = [hold for hold in tx.holds.select(ctx.store.id) if hold.code in OF_PRODUCTS]
        refs = [hold.details["ref"] for hold in holds]
        linked = {link.erp_product_id for link in tx.links.of_products(ctx.store.id, refs)}
    return [ref for hold, ref in zip(holds, refs, strict=True) if hold.settled_as or ref in linked]


def close(ctx: FlowContext, hold: HoldRecord) -> AuditRecord:
    """Close a hold whose cause is gone, and return the line of the story that says so (D3)."""
    hold.closed_at = ctx.now()
    ctx.counts["released"] += 1
    details = {"code": hold.code, "kind": hold.kind, "key": hold.key}
    if hold.settled_as:
        details["answer"] = hold.settled_as
    return ctx.audit("hold.closed", hold.remote_id, hold.rule, **details)


def _name(hold: HoldRecord) -> str:
    return hold.remote_id or hold.key


def _is_left(problem: Problem, name: str, holds: Iterable[HoldRecord]) -> bool:
    return any(
        (hold.code, _name(hold), hold.details) == (problem.code, name, problem.details)
        for hold in holds
        if hold.settled_as in LEFT
    )
