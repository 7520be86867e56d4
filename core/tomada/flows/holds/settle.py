"""A person's answer to a hold: kept on the order, or remembered for all; the orders it frees go on by themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tomada.domain.documents import kind_of_document, normalise_document
from tomada.domain.erp import ErpProduct
from tomada.errors import UsageError
from tomada.flows.holds.item_holds import OF_PRODUCTS, OUTGOING, RETRY
from tomada.flows.holds.problems import answer_key
from tomada.flows.holds.reasons import HOLDS
from tomada.flows.mapping.mappings import check_value
from tomada.flows.order_news.due_orders import look_again
from tomada.i18n import _
from tomada.ports.records import AuditRecord, HoldRecord, LinkRecord, MappingRecord
from tomada.ports.storage import Transaction

CORRECTED = "corrected"
"""Stands for a document that a person typed in."""


@dataclass(frozen=True, slots=True)
class Freed:
    """How many orders and products the next sync takes on, or looks at again."""

    orders: int = 0
    products: int = 0

    def __add__(self, other: "Freed") -> "Freed":
        """Both together."""
        return Freed(self.orders + other.orders, self.products + other.products)


def check_answer(hold: HoldRecord, value: str, *, remember: bool) -> str:
    """Return the answer in its canonical form; raises ``UsageError`` for one that the hold does not take."""
    kind = HOLDS[hold.code]
    value = value.strip()
    if remember and not kind.remember:
        raise UsageError(
            "hold.remember",
            _("This answer is for one order only and cannot be remembered."),
            _("Leave out --remember."),
        )
    if value in kind.answers:
        if remember and value == "drop":
            raise UsageError(
                "hold.remember", _("This answer is for one order only and cannot be remembered.")
            )
        return value
    if not kind.free or not value:
        raise UsageError(
            "hold.answer",
            _("{value} is not an answer to this hold.").format(value=value or "''"),
            _("Answers: {answers}.").format(
                answers=", ".join([*kind.answers, kind.free] if kind.free else kind.answers)
            ),
        )
    if hold.code == "unmapped":
        return check_value(hold.kind, value)
    if hold.code == "document" and kind_of_document(normalise_document(value)) is None:
        raise UsageError("hold.document", _("That is not a valid CPF or CNPJ."))
    if hold.code == "duplicate" and not value.startswith("erp:"):
        raise UsageError("hold.answer", _("Name the ERP order as erp:NUMBER."))
    return value


def settle(
    tx: Transaction,
    hold: HoldRecord,
    value: str,
    *,
    remember: bool,
    actor: str,
    now: datetime,
    product: ErpProduct | None = None,
) -> Freed:
    """Settle a hold with a checked answer and return what it frees.

    For ``unlinked``, ``product`` is the ERP product that the value names (None when the value is ``drop``).
    An answer is to what the hold says: if the order changes once more, it is held again. The hold itself is closed
    by the next run, when its cause is gone. Raises ``UsageError`` for an answer that comes too late.
    The answer to a hold of what goes out stands on the hold, where its flow looks for it.
    """
    if hold.code in OUTGOING:
        freed = _look_again(tx, hold)
    else:
        freed = Freed(
            _settle_order(tx, hold, value, remember=remember, actor=actor, now=now, product=product)
        )
    hold.settled_as = _shown(hold, value)
    tx.holds.save([hold])
    tx.audit.add([_settled(hold, value, actor, now, remember=remember)])
    return freed


def _settle_order(
    tx: Transaction,
    hold: HoldRecord,
    value: str,
    *,
    remember: bool,
    actor: str,
    now: datetime,
    product: ErpProduct | None,
) -> int:
    assert hold.order_id is not None, "these are of an order"
    record = tx.orders.get(hold.order_id)
    freed = {hold.order_id}
    if value == "drop" and record.erp_id:
        raise UsageError(
            "hold.imported", _("The order is in the ERP already; it cannot be left out any more.")
        )
    record.override.pop(answer_key("drop"), None)
    if value == "drop":
        record.override[answer_key("drop")] = actor
    elif hold.code == "unlinked" and product:
        tx.links.set([_link(hold, product, now)])
        freed |= orders_waiting_for(tx, hold.store_id, hold.kind, hold.key)
    elif hold.code == "unmapped" and remember:
        label = hold.details.get("label", "")
        record.override.pop(answer_key("unmapped", f"{hold.kind}:{hold.key}"), None)
        tx.mappings.set(MappingRecord(hold.store_id, hold.kind, hold.key, value, label, actor, now))
        freed |= orders_waiting_for(tx, hold.store_id, hold.kind, hold.key)
    elif hold.code == "unmapped":
        record.override[answer_key("unmapped", f"{hold.kind}:{hold.key}")] = value
    elif hold.code == "changed":
        record.fingerprint = hold.details["contents"]
    elif hold.code == "money":
        record.override[answer_key("money")] = hold.details["difference"]
    elif value in ("done", "ignore") and hold.code != "duplicate":
        record.erp_status = hold.details.get("target", record.erp_status)
    elif value != "retry":
        record.override[answer_key(hold.code)] = value
    tx.orders.save([record])
    tx.orders.wake(hold.store_id, sorted(freed))
    return len(freed)


def _link(hold: HoldRecord, product: ErpProduct, now: datetime) -> LinkRecord:
    product_id, _slash, variant_id = hold.key.partition("/")
    return LinkRecord(
        hold.store_id,
        product_id,
        variant_id,
        hold.details.get("sku", ""),
        product.product_id,
        product.sku,
        "person",
        now,
    )


def orders_waiting_for(tx: Transaction, store_id: int, kind: str, key: str) -> set[int]:
    """The ids of the orders that are held for exactly this key (``*``: for any key of the kind)."""
    return {hold.order_id for hold in tx.holds.waiting_for(store_id, kind, key) if hold.order_id is not None}


def set_mapping(tx: Transaction, record: MappingRecord) -> int:
    """Save a checked mapping and return how many orders it frees (D1)."""
    tx.mappings.set(record)
    freed = orders_waiting_for(tx, record.store_id, record.kind, record.code)
    tx.orders.wake(record.store_id, sorted(freed))
    tx.audit.add(
        [
            AuditRecord(
                record.set_at,
                record.set_by,
                "mapping.set",
                record.store_id,
                "",
                "D1",
                {"kind": record.kind, "code": record.code, "value": record.value},
            )
        ]
    )
    return len(freed)


def retry(tx: Transaction, holds: Sequence[HoldRecord]) -> Freed:
    """Let the next run look again at what these holds are about; returns how much that is."""
    orders = {(hold.store_id, hold.order_id) for hold in holds if hold.order_id is not None}
    for store_id, order_id in orders:
        tx.orders.wake(store_id, [order_id])
    products = [hold for hold in holds if hold.code in OF_PRODUCTS]
    for hold in holds:
        if hold.code in OUTGOING:
            _look_again(tx, hold)
    for hold in products:
        hold.settled_as = RETRY
    tx.holds.save(products)
    return Freed(len(orders), len(products))


def _look_again(tx: Transaction, hold: HoldRecord) -> Freed:
    """Let the flow of what goes out look again at what the hold is about; a product's flow sees it on the hold."""
    if hold.order_id is None:
        return Freed(products=1)
    look_again(tx, [hold.order_id])
    return Freed(orders=1)


def _shown(hold: HoldRecord, value: str) -> str:
    """The answer as it may stand in the open: a buyer's document may not (X1)."""
    return CORRECTED if hold.code == "document" and value not in HOLDS[hold.code].answers else value


def _settled(hold: HoldRecord, value: str, actor: str, now: datetime, *, remember: bool) -> AuditRecord:
    details = {"code": hold.code, "kind": hold.kind, "key": hold.key, "value": _shown(hold, value)}
    if remember:
        details["remembered"] = "yes"
    return AuditRecord(now, actor, "hold.settled", hold.store_id, hold.remote_id, hold.rule, details)
