"""Parts of one sale: what a store split off an order to ship it apart is an order of its own (O8).

The store takes the pieces of a part out of the order that it was split off. Where the ERP has that order as it was
before, a part that came in too would count its pieces twice; so it waits for a person.
"""

from collections.abc import Mapping

from pydantic import ValidationError

from tomada.domain.order import Order
from tomada.domain.status import StoreStatusType
from tomada.flows.context import FlowContext
from tomada.flows.holds.problems import Problem, answer_key
from tomada.flows.orders.fingerprint import fingerprint
from tomada.ports.records import OrderRecord, OrderState

SPLIT = "split"
CREATE = "create"
LEFT_WHOLE = "ignore"
"""A person's answer to the change of an order that was split: the ERP's order keeps all pieces."""


def has_all_pieces(ctx: FlowContext, record: OrderRecord, order: Order) -> bool:
    """Tell whether the ERP may have an order as it was before its parts were split off.

    ``order`` is the store's present one. A cancelled one has no pieces.
    """
    if not (record.fingerprint and order.split_into) or order.status.type is StoreStatusType.CANCELLED:
        return False
    left_whole = record.override.get(answer_key("changed")) == LEFT_WHOLE
    return left_whole or record.fingerprint != fingerprint(ctx, order)


def part_problem(
    ctx: FlowContext, record: OrderRecord, order: Order, originals: Mapping[str, OrderRecord]
) -> Problem | None:
    """Return what keeps a part back; ``originals``: the store's id → the orders that parts were split off."""
    original = originals.get(order.split_from)
    if original is None or record.override.get(answer_key(SPLIT)) == CREATE:
        return None
    if not _may_count_pieces_of(ctx, original, record.remote_id):
        return None
    details = {"original": original.number or original.remote_id, "erp_number": original.erp_number or "–"}
    return Problem(SPLIT, "O8", "order", original.remote_id, details)


def _may_count_pieces_of(ctx: FlowContext, original: OrderRecord, part_id: str) -> bool:
    if original.state is OrderState.IGNORED and not original.fingerprint:
        return False
    try:
        order = Order.model_validate_json(original.payload)
    except ValidationError:  # it could not be read
        return bool(original.fingerprint)
    if order.status.type is StoreStatusType.CANCELLED:
        return False
    return part_id not in order.split_into or has_all_pieces(ctx, original, order)
