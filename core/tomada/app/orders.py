"""Orders as Tomada knows them: where each stands, what becomes of its money, and its story."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pydantic import ValidationError

from tomada.app.opening import look_with, store_named
from tomada.bootstrap import Installation
from tomada.domain.invoice import Invoice
from tomada.domain.money import ZERO, cents
from tomada.domain.order import Order
from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.domain.shipment import Shipment
from tomada.errors import UsageError
from tomada.flows.holds.reasons import rest_sentence
from tomada.flows.mapping.mappings import MappingTable
from tomada.flows.orders.booking import Booking, book, payment_difference
from tomada.i18n import N_, _
from tomada.ports.publications import PublicationState
from tomada.ports.records import AuditRecord, HoldRecord, OrderRecord, OrderState, StoreRecord
from tomada.ports.storage import Transaction

DISCOUNT, OTHER, FREIGHT, ITEMS = "valor_desconto", "outras_despesas", "valor_frete", "itens"


@dataclass(frozen=True, slots=True)
class ListedOrder:
    """One order in a list; ``reason`` is a code and ``why`` its sentence, empty where there is nothing to explain."""

    store: str
    order: str
    number: str
    placed_at: datetime | None
    total: Decimal | None
    status: str
    state: OrderState
    reason: str
    why: str
    erp_number: str


@dataclass(frozen=True, slots=True)
class Term:
    """One term of an order's total, in BRL with its sign, and the ERP's field that it went to (M2)."""

    name: str
    amount: Decimal
    field: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a store was told of an order by a flow that goes out, or is being told.

    ``state`` is the publication's; ``why`` is the store's own message where it refused. ``at`` is when the store
    accepted something last (aware UTC, None: never).
    """

    flow: str
    value: str
    state: PublicationState
    at: datetime | None
    why: str


@dataclass(frozen=True, slots=True)
class CutText:
    """A text of which the ERP has only the beginning: the ERP's field, and how many letters were kept (C3)."""

    field: str
    kept: int


@dataclass(frozen=True, slots=True)
class ShownOrder:
    """One order with everything that explains it.

    ``order`` is its last snapshot, None for one that could not be read; then there is no money either.
    ``difference`` is what the terms leave unexplained, ``payments_differ`` what the payments sum to beside the
    total (M3), both zero where all is well. ``mappings``: (kind, code, value in the ERP or empty). ``cuts`` are of
    an order that went to the ERP.
    """

    listed: ListedOrder
    record: OrderRecord
    order: Order | None
    terms: tuple[Term, ...]
    booking: Booking | None
    difference: Decimal
    payments_differ: Decimal
    mappings: tuple[tuple[str, str, str], ...]
    holds: tuple[HoldRecord, ...]
    told: tuple[Told, ...]
    cuts: tuple[CutText, ...]


def orders(
    installation: Installation, store_name: str | None, states: Sequence[OrderState], limit: int
) -> list[ListedOrder]:
    """Return orders, the newest first, of one store or of all; ``limit`` 0 is no limit."""
    store_id = store_named(installation, store_name).id if store_name else None
    with installation.database.read() as tx:
        names = {store.id: store.name for store in tx.stores.all()}
        return [
            _listed(record, names[record.store_id]) for record in tx.orders.select(store_id, states, limit)
        ]


def order_of(installation: Installation, store_name: str, text: str) -> ShownOrder:
    """Return one order by its id or number in the store or the ERP; raises ``UsageError`` for none or several."""
    store = store_named(installation, store_name)
    record = find_order(installation, store, text)
    with installation.database.read() as tx:
        table = MappingTable(store, tx.mappings.all(store.id))
        holds = tx.holds.open_of([record.id]).get(record.id, [])
        told = _told(tx, record)
        cuts = _cuts(tx, record)
    listed = _listed(record, store.name)
    order = _snapshot(record)
    if order is None:
        return ShownOrder(listed, record, None, (), None, ZERO, ZERO, (), tuple(holds), told, cuts)
    booking = book(order, with_freight=store.options.orders.freight)
    terms = (*_terms(order, with_freight=store.options.orders.freight), *_unexplained(booking))
    return ShownOrder(
        listed,
        record,
        order,
        terms,
        booking,
        booking.difference,
        payment_difference(order),
        tuple(_mappings(order, table, record)),
        tuple(holds),
        told,
        cuts,
    )


def _cuts(tx: Transaction, record: OrderRecord) -> tuple[CutText, ...]:
    """Return what was cut when the order was sent, as its story says."""
    story = tx.audit.story(record.store_id, record.remote_id)
    last = {row.details["field"]: int(row.details["kept"]) for row in story if row.event == "field.cut"}
    return tuple(CutText(field, kept) for field, kept in last.items())


def _told(tx: Transaction, record: OrderRecord) -> tuple[Told, ...]:
    """Return what the store was told of the order's status, parcel and invoice."""
    names = {code.code: code.label for code in tx.mappings.codes(record.store_id, "status")}
    found = []
    for flow in ("statuses", "deliveries", "tracking", "invoices"):
        one = tx.publications.find(record.store_id, flow, [record.remote_id]).get(record.remote_id)
        text = one.pending or one.value if one else ""
        if one is None or not text:
            continue
        if flow in ("statuses", "deliveries"):
            code = (StatusUpdate if flow == "statuses" else Delivery).model_validate_json(text).status
            value = names.get(code, code)
        elif flow == "tracking":
            parcel = Shipment.model_validate_json(text)
            status = names.get(parcel.status or "", parcel.status or "")
            value = ", ".join(part for part in (parcel.code, *parcel.others, status) if part)
        else:
            invoice = Invoice.model_validate_json(text)
            value = f"{invoice.number}/{invoice.series}"
        found.append(Told(flow, value, one.state, one.sent_at, one.message))
    return tuple(found)


def story_of(
    installation: Installation, store_name: str, text: str
) -> tuple[ListedOrder, datetime, list[AuditRecord]]:
    """Return an order, when it was first seen (aware UTC), and all that became of it, the oldest first."""
    store = store_named(installation, store_name)
    record = find_order(installation, store, text)
    with installation.database.read() as tx:
        return _listed(record, store.name), record.seen_at, tx.audit.story(store.id, record.remote_id)


def find_order(installation: Installation, store: StoreRecord, text: str) -> OrderRecord:
    """Return the one order with this id of the store, or number or id of the ERP; raises ``UsageError`` otherwise."""
    with installation.database.read() as tx:
        found = tx.orders.select(store.id, text=text.strip())
    exact = [record for record in found if record.remote_id == text.strip()]
    if len(found) == 1 or len(exact) == 1:
        return (exact or found)[0]
    if found:
        raise UsageError(
            "order.several",
            _("{text} means several orders.").format(text=text),
            _("Name one by its id: {ids}").format(ids=", ".join(record.remote_id for record in found)),
        )
    raise UsageError(
        "order.unknown",
        _("{store} has no order {text} that Tomada knows.").format(store=store.name, text=ascii(text)),
        look_with(f"tomada orders list {shlex.quote(store.name)}"),
    )


def _snapshot(record: OrderRecord) -> Order | None:
    """Return the order as the store gave it; of one that could not be read only that raw text is kept."""
    try:
        return Order.model_validate_json(record.payload)
    except ValidationError:
        return None


def _listed(record: OrderRecord, store: str) -> ListedOrder:
    return ListedOrder(
        store,
        record.remote_id,
        record.number,
        record.placed_at,
        record.total,
        record.status_name or record.status_code,
        record.state,
        record.reason,
        rest_sentence(record.reason, record.details),
        record.erp_number,
    )


def _terms(order: Order, *, with_freight: bool) -> list[Term]:
    money = order.money
    signed = [
        (N_("discount"), -money.discount),
        (N_("coupon"), -money.coupon),
        (N_("adjustments"), money.adjustments),
        (N_("taxes"), money.taxes),
        (N_("interest"), money.interest),
        (N_("payment rate"), money.payment_rate),
    ]
    items = cents(sum((item.quantity * item.unit_price for item in order.items), ZERO))
    return [
        Term(N_("items"), items, ITEMS),
        Term(N_("freight"), money.freight, FREIGHT if with_freight else ""),
        *(Term(name, amount, DISCOUNT if amount < 0 else OTHER) for name, amount in signed if amount),
    ]


def _unexplained(booking: Booking) -> list[Term]:
    if not booking.difference:
        return []
    return [Term(N_("unexplained"), booking.difference, DISCOUNT if booking.difference < 0 else OTHER)]


def _mappings(order: Order, table: MappingTable, record: OrderRecord) -> list[tuple[str, str, str]]:
    found = [
        ("status", order.status.code, table.status(order.status, record.override)),
        ("channel", order.channel.code, table.channel(order.channel, record.override)),
    ]
    if order.shipping:
        value = table.shipping(order.shipping.code, order.shipping.label, record.override)
        found.append(("shipping", order.shipping.code, value))
    payments = {payment.code: payment.label for payment in order.payments}
    found += [
        ("payment", code, table.payment(code, label, record.override)) for code, label in payments.items()
    ]
    return [(kind, code, value or "") for kind, code, value in found]
