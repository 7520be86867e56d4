"""Which orders enter the ERP, and when (O4). Those that stay out cost the ERP no request."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tomada.domain.order import Order
from tomada.domain.status import ErpStatus, StoreStatusType
from tomada.flows.context import FlowContext
from tomada.flows.holds.problems import answer_key, is_dropped
from tomada.flows.mapping.defaults import IGNORE
from tomada.flows.mapping.mappings import MappingTable
from tomada.ports.options import Enter
from tomada.ports.records import OrderRecord, OrderState


@dataclass(frozen=True, slots=True)
class Rest:
    """Where an order rests and why (``details`` fill the sentence), until ``due_at`` if that is set."""

    state: OrderState
    reason: str
    details: dict[str, str] = field(default_factory=dict)
    due_at: datetime | None = None


def stays_out(
    ctx: FlowContext,
    record: OrderRecord,
    order: Order,
    mappings: MappingTable,
    original: OrderRecord | None = None,
) -> Rest | None:
    """Return why an order does not enter the ERP (now), or None when it does (O4).

    A part that was split off an ``original`` was placed when that was (O8).
    """
    options = ctx.store.options.orders
    asked = bool(record.override.get(answer_key("import")))
    status = mappings.status(order.status, record.override)
    if record.override.get(answer_key("duplicate")) == IGNORE or is_dropped(record):
        return Rest(OrderState.IGNORED, "dropped")
    placed_at = min(order.placed_at, (original and original.placed_at) or order.placed_at)
    if ctx.store.since and placed_at < ctx.store.since and not asked:
        return Rest(OrderState.IGNORED, "before_since", {"since": ctx.store.since.isoformat()})
    if not order.items:
        return Rest(OrderState.IGNORED, "no_items")
    if order.status.type is StoreStatusType.CANCELLED or status == ErpStatus.CANCELLED:
        return Rest(OrderState.IGNORED, "cancelled_before_import")
    if mappings.channel(order.channel, record.override) == IGNORE:
        return Rest(OrderState.IGNORED, "channel_ignored", {"channel": order.channel.label})
    if not order.paid and not asked:
        if options.enter is Enter.PAID:
            return Rest(OrderState.WAITING, "unpaid")
        enters_at = order.placed_at + timedelta(minutes=options.unpaid_after_minutes)
        if ctx.now() < enters_at:
            return Rest(OrderState.WAITING, "unpaid_for_now", {"until": enters_at.isoformat()}, enters_at)
    if not options.automatic and not asked:
        return Rest(OrderState.MANUAL, "manual")
    return None
