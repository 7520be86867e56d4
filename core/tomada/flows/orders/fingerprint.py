"""What an order consisted of when it was imported: items, quantities, values and addresses (O6)."""

import json

from tomada.domain.order import Order
from tomada.flows.context import FlowContext


def fingerprint(ctx: FlowContext, order: Order) -> str:
    """Return a keyed hash of what may not change silently after import; it reveals nothing of the buyer."""
    lines = sorted(
        (
            item.line_id,
            item.product_id,
            item.variant_id,
            f"{item.quantity.normalize():f}",
            f"{item.unit_price:.4f}",
        )
        for item in order.items
    )
    address = (order.delivery or order.customer.address).model_dump(mode="json")
    contents = [lines, f"{order.money.total:.2f}", address]
    return ctx.database.hash(json.dumps(contents, sort_keys=True, ensure_ascii=False))
