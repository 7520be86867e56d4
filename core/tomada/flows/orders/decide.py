"""What to do with one order: a pure decision from its record, its snapshot and what was resolved."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tomada.domain.customer import CustomerKind
from tomada.domain.documents import kind_of_document
from tomada.domain.erp import Cut, ErpOrderDraft
from tomada.domain.order import Order
from tomada.domain.status import ErpStatus, StoreStatusType
from tomada.flows.context import FlowContext
from tomada.flows.holds.problems import Problem, answer_key, is_dropped
from tomada.flows.mapping.defaults import LEAVE
from tomada.flows.mapping.mappings import missing_mappings, unmapped
from tomada.flows.orders.booking import Booking, book, payment_difference
from tomada.flows.orders.buyer import document_of
from tomada.flows.orders.drafts import draft_of, is_company
from tomada.flows.orders.fingerprint import fingerprint
from tomada.flows.orders.parts import SPLIT, part_problem
from tomada.flows.orders.recreate import is_to_be_recreated
from tomada.flows.orders.resolve import Resolved
from tomada.ports.records import OrderRecord, OrderState


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of an order.

    ``draft``: create this. ``status``: bring the ERP order to this status. Otherwise it rests in ``state`` for
    ``reason`` (with ``details`` for the sentence), until ``due_at`` if that is set. ``problems`` are its holds.
    ``cuts``, ``payments_differ`` and ``unexplained`` (what was booked although no term states it) are named on the
    order (C3, M3, M1).
    """

    state: OrderState
    reason: str = ""
    details: dict[str, str] = field(default_factory=dict)
    due_at: datetime | None = None
    problems: tuple[Problem, ...] = ()
    draft: ErpOrderDraft | None = None
    status: ErpStatus | None = None
    cuts: tuple[Cut, ...] = ()
    payments_differ: str = ""
    unexplained: str = ""

    @property
    def kind(self) -> str:
        """One word for plans and counts: create, status, hold, ignore, wait, manual or none."""
        if self.draft:
            return "create"
        if self.status:
            return "status"
        if self.problems:
            return "hold"
        words = {OrderState.IGNORED: "ignore", OrderState.WAITING: "wait", OrderState.MANUAL: "manual"}
        return words.get(self.state, "none")


def decide(ctx: FlowContext, record: OrderRecord, order: Order, found: Resolved) -> Decision:
    """Decide about one order whose snapshot could be read."""
    return (
        _decide_known(ctx, record, order, found) if record.erp_id else _decide_new(ctx, record, order, found)
    )


def _decide_new(ctx: FlowContext, record: OrderRecord, order: Order, found: Resolved) -> Decision:
    rest = found.rests.get(record.remote_id)
    if rest and _may_be_in_the_erp(record):
        return _held(ctx, [Problem("duplicate", "O1", details=record.details)])
    if rest:
        return Decision(rest.state, rest.reason, rest.details, rest.due_at)
    booking = book(order, with_freight=ctx.store.options.orders.freight)
    part = part_problem(ctx, record, order, found.originals)
    problems = [
        *([part] if part else []),
        *missing_mappings(order, found.mappings, record.override),
        *_channel_problems(ctx, order, found),
        *_product_problems(order, found),
        *_customer_problems(record, order, found),
        *_money_problems(ctx, record, order, booking),
    ]
    if problems:
        return _held(ctx, problems)
    draft, cuts = ctx.erp.fit(draft_of(ctx, record, order, found, booking))
    name_cut = next((cut for cut in cuts if cut.field == "cliente.nome"), None)
    if name_cut and is_company(draft) and not record.override.get(answer_key("legal_name")):
        details = {"length": str(name_cut.length), "kept": str(name_cut.kept)}
        return _held(ctx, [Problem("legal_name", "C3", details=details)])
    difference = payment_difference(order)
    return Decision(
        OrderState.NEW,
        draft=draft,
        cuts=tuple(cuts),
        payments_differ=str(difference) if difference else "",
        unexplained=str(booking.difference) if booking.difference else "",
    )


def _may_be_in_the_erp(record: OrderRecord) -> bool:
    """Tell whether a likely twin in the ERP waits for a person: to leave the order out would leave the twin alone."""
    answered = record.override.get(answer_key("duplicate")) or is_dropped(record)
    return record.reason == "duplicate" and not answered


def _held(ctx: FlowContext, problems: list[Problem]) -> Decision:
    """Hold an order. What a person may mend in the ERP without telling us is looked at again by itself (D3)."""
    elsewhere = any(problem.code in ("unlinked", "customer_several", SPLIT) for problem in problems)
    recheck = timedelta(minutes=ctx.store.options.orders.recheck_minutes)
    return Decision(
        OrderState.HELD,
        problems[0].code,
        problems[0].details,
        due_at=ctx.now() + recheck if elsewhere else None,
        problems=tuple(problems),
    )


def _channel_problems(ctx: FlowContext, order: Order, found: Resolved) -> list[Problem]:
    """Ask once for each channel of a marketplace, unless a person has said what it is (O9)."""
    channel = order.channel
    asked = channel.intermediary is not None and ctx.store.options.orders.ask_marketplaces
    if not asked or found.mappings.set_by("channel", channel.code, channel.label):
        return []
    details = {"code": channel.code, "label": channel.label}
    return [Problem("marketplace", "O9", "channel", channel.code, details)]


def _product_problems(order: Order, found: Resolved) -> list[Problem]:
    problems: dict[str, Problem] = {}
    for item in order.items:
        if (item.product_id, item.variant_id) in found.links:
            continue
        key = f"{item.product_id}/{item.variant_id}" if item.variant_id else item.product_id
        details = {
            "sku": item.sku,
            "name": item.name,
            "candidates": str(found.candidates.get(item.sku.strip(), 0)),
        }
        problems[key] = Problem("unlinked", "P1", "product", key, details)
    return list(problems.values())


def _customer_problems(record: OrderRecord, order: Order, found: Resolved) -> list[Problem]:
    document = document_of(record, order)
    if not document:
        return []
    if kind_of_document(document) is None:
        return [] if order.customer.kind is CustomerKind.FOREIGN else [Problem("document", "C2")]
    count, codes = found.contacts.get(document, 0), found.contact_codes.get(document, [])
    if count > 1 and record.override.get(answer_key("customer_several")) not in codes:
        return [
            Problem("customer_several", "C2", details={"count": str(count), "codes": ", ".join(codes) or "–"})
        ]
    return []


def _money_problems(ctx: FlowContext, record: OrderRecord, order: Order, booking: Booking) -> list[Problem]:
    difference = str(booking.difference)
    accepted = record.override.get(answer_key("money")) == difference
    if abs(booking.difference) <= ctx.store.options.money.tolerance or accepted:
        return []
    details = {name: str(getattr(order.money, name)) for name in type(order.money).model_fields}
    return [Problem("money", "M1", details={**details, "difference": difference})]


def _decide_known(ctx: FlowContext, record: OrderRecord, order: Order, found: Resolved) -> Decision:
    """Decide about an order that the ERP has: its contents may have changed (O6), or its status."""
    problems = []
    contents = fingerprint(ctx, order)
    if record.fingerprint != contents:
        details = {"erp_number": record.erp_number, "contents": contents}
        problems.append(Problem("changed", "O6", details=details))
    if is_to_be_recreated(record, order):
        return _decide_anew(ctx, record, order, found, problems)
    target = found.mappings.status(order.status, record.override)
    if target is None:
        problems.append(unmapped("status", order.status.code, order.status.name))
    unpaid_until = unpaid_deadline(ctx, record, order)
    if unpaid_until and ctx.now() >= unpaid_until:
        target, unpaid_until = ErpStatus.CANCELLED, None
    moves = target is not None and target not in (LEAVE, record.erp_status)
    if record.id in found.cancelled and not moves and _asks_of_cancelling(record, target):
        details = {"erp_number": record.erp_number, "target": target or record.erp_status}
        problems.append(Problem("erp_cancelled", "O7", details=details))
    return Decision(
        OrderState.CREATED,
        record.reason,
        record.details,
        due_at=unpaid_until,
        problems=tuple(problems),
        status=ErpStatus(target) if moves and target else None,
    )


def _decide_anew(
    ctx: FlowContext, record: OrderRecord, order: Order, found: Resolved, changed: Sequence[Problem]
) -> Decision:
    """Let the ERP order be cancelled once nothing would keep the new one out; until then it stays as it is."""
    anew = _decide_new(ctx, record, order, found)
    if anew.draft:
        return Decision(OrderState.CREATED, record.reason, record.details, status=ErpStatus.CANCELLED)
    problems = anew.problems or tuple(changed)
    return Decision(OrderState.CREATED, record.reason, record.details, problems=problems)


def _asks_of_cancelling(record: OrderRecord, target: str | None) -> bool:
    """Tell whether a person has to decide what becomes of an order that somebody cancelled in the ERP alone (O7)."""
    ours = ErpStatus.CANCELLED in (record.erp_status, target)
    return not ours and not record.override.get(answer_key("erp_cancelled"))


def forget_cancelling(record: OrderRecord, cancelled: Collection[int]) -> None:
    """Take the answer to a cancelling in the ERP back once that is over: the next one is asked about anew."""
    if record.id not in cancelled:
        record.override.pop(answer_key("erp_cancelled"), None)


def unpaid_deadline(ctx: FlowContext, record: OrderRecord, order: Order) -> datetime | None:
    """When an order that stays unpaid is cancelled in the ERP by us: only if that was set (O4)."""
    days = ctx.store.options.orders.unpaid_days
    if not days or order.paid or order.status.type is StoreStatusType.CANCELLED:
        return None
    if record.erp_status == ErpStatus.CANCELLED:
        return None
    return order.placed_at + timedelta(days=days)
