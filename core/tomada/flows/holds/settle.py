"""A person's answer to a hold: kept on the order, or remembered for all; the orders it frees go on by themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from tomada.domain.documents import kind_of_document, normalise_document
from tomada.domain.erp import ErpProduct
from tomada.domain.order import Order
from tomada.errors import UsageError
from tomada.flows.holds.causes import order_ids
from tomada.flows.holds.item_holds import OF_BALANCES, OF_PRODUCTS, OUTGOING, RETRY
from tomada.flows.holds.mapped import MARKETPLACE
from tomada.flows.holds.problems import answer_key
from tomada.flows.holds.reasons import HOLDS, RECREATE
from tomada.flows.mapping.mappings import check_value
from tomada.flows.order_news.due_orders import look_again
from tomada.flows.orders.parts import SPLIT
from tomada.i18n import _
from tomada.ports.records import AuditRecord, HoldRecord, LinkRecord, MappingRecord, OrderRecord
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


@dataclass(frozen=True, slots=True)
class Settling:
    """What holds that are settled together have in common.

    ``remember``: the answer counts for all orders with the same question. ``products``: store id → the ERP product
    that the answer to ``unlinked`` names.
    """

    remember: bool
    actor: str
    now: datetime
    products: Mapping[int, ErpProduct] = field(default_factory=dict)


def settle(tx: Transaction, answers: Sequence[tuple[HoldRecord, str]], how: Settling) -> Freed:
    """Settle holds, each with its checked answer, and return what that frees.

    An answer is to what the hold says: if the order changes once more, it is held again. The holds themselves are
    closed by the next run, when their cause is gone. Raises ``UsageError`` for an answer that comes too late.
    The answer to a hold of what goes out stands on the hold, where its flow looks for it.
    """
    outgoing = [hold for hold, _value in answers if hold.code in OUTGOING]
    _look_again(tx, outgoing)
    freed = _settle_orders(tx, [one for one in answers if one[0].code not in OUTGOING], how)
    freed |= set(order_ids(outgoing))
    for hold, value in answers:
        hold.settled_as = _shown(hold, value)
        hold.settled_by, hold.settled_at = how.actor, how.now
    tx.holds.save([hold for hold, _value in answers])
    tx.audit.add([_settled(hold, value, how) for hold, value in answers])
    return Freed(len(freed), sum(hold.order_id is None for hold in outgoing))


def _settle_orders(tx: Transaction, answers: Sequence[tuple[HoldRecord, str]], how: Settling) -> set[int]:
    """Write the answers on their orders, or where they count for all, and return the orders that go on."""
    records = tx.orders.get_many(order_ids(hold for hold, _value in answers))
    freed: dict[int, set[int]] = {}
    asked: set[tuple[int, str, str]] = set()
    for hold, value in answers:
        assert hold.order_id is not None, "these are of an order"
        freed.setdefault(hold.store_id, set()).add(hold.order_id)
        record = records[hold.order_id]
        if value == "drop" and record.erp_id:
            raise UsageError(
                "hold.imported",
                _("Order {number} is in the ERP already; it cannot be left out any more.").format(
                    number=record.number or record.remote_id
                ),
            )
        question = (hold.store_id, hold.kind, hold.key)
        if _counts_for_all(tx, hold, value, how, new=question not in asked):
            if question not in asked:
                asked.add(question)
                freed[hold.store_id] |= orders_waiting_for(tx, *question)
            record.override.pop(answer_key("drop"), None)
            record.override.pop(answer_key("unmapped", f"{hold.kind}:{hold.key}"), None)
        else:
            _answer(record, hold, value, how.actor)
            if hold.code == "changed":
                freed[hold.store_id] |= _parts_of(tx, record)
                tx.ledger.write_again([record.id])
    tx.orders.save_outcome(records.values())
    for store_id, ids in freed.items():
        tx.orders.wake(store_id, sorted(ids))
    return set().union(*freed.values())


def _parts_of(tx: Transaction, record: OrderRecord) -> set[int]:
    """The parts that wait because the ERP may have their pieces in the order that they were split off (O8)."""
    parts = Order.model_validate_json(record.payload).split_into
    found = tx.orders.find(record.store_id, parts).values() if parts else ()
    return {part.id for part in found if part.reason == SPLIT}


def _counts_for_all(tx: Transaction, hold: HoldRecord, value: str, how: Settling, *, new: bool) -> bool:
    """Tell whether the answer is kept for all orders with the same question; a ``new`` one is written down."""
    if value == "drop":
        return False
    if hold.code == "unlinked":
        if new:
            tx.links.set([_link(hold, how.products[hold.store_id], how.now)])
        return True
    if hold.code == MARKETPLACE or (hold.code == "unmapped" and how.remember):
        if new:
            label = hold.details.get("label", "")
            chosen = label if (hold.code, value) == (MARKETPLACE, "import") else value
            tx.mappings.set(
                MappingRecord(hold.store_id, hold.kind, hold.key, chosen, label, how.actor, how.now)
            )
        return True
    return False


def _answer(record: OrderRecord, hold: HoldRecord, value: str, actor: str) -> None:
    """Write an answer on the one order that it is for."""
    record.override.pop(answer_key("drop"), None)
    if value == "drop":
        record.override[answer_key("drop")] = actor
    elif hold.code == "unmapped":
        record.override[answer_key("unmapped", f"{hold.kind}:{hold.key}")] = value
    elif hold.code == "changed":
        record.override[answer_key("changed")] = value
        if value == RECREATE:
            record.override[answer_key("import")] = actor
        else:
            record.fingerprint = hold.details["contents"]
    elif hold.code == "money":
        record.override[answer_key("money")] = hold.details["difference"]
    elif value in ("done", "ignore") and record.override.get(answer_key("changed")) == RECREATE:
        # The ERP order stays as it is, so it is asked again what becomes of the change.
        record.override.pop(answer_key("changed"))
    elif value in ("done", "ignore") and hold.code != "duplicate":
        if hold.code == "erp_cancelled":
            record.override[answer_key("erp_cancelled")] = value
        record.erp_status = hold.details.get("target", record.erp_status)
    elif value != "retry":
        record.override[answer_key(hold.code)] = value


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


def retry(tx: Transaction, holds: Sequence[HoldRecord]) -> Freed:
    """Let the next run look again at what these holds are about; returns how much that is."""
    orders: dict[int, set[int]] = {}
    for hold in holds:
        if hold.order_id is not None:
            orders.setdefault(hold.store_id, set()).add(hold.order_id)
    for store_id, ids in orders.items():
        tx.orders.wake(store_id, sorted(ids))
    _look_again(tx, [hold for hold in holds if hold.code in OUTGOING])
    products = [hold for hold in holds if hold.code in (*OF_PRODUCTS, *OF_BALANCES)]
    for hold in products:
        hold.settled_as = RETRY
    tx.holds.save(products)
    return Freed(sum(map(len, orders.values())), len(products))


def _look_again(tx: Transaction, holds: Sequence[HoldRecord]) -> None:
    """Let the flow of what goes out look again at what these are about; a product's flow sees it on the hold."""
    if ids := order_ids(holds):
        look_again(tx, ids)


def _shown(hold: HoldRecord, value: str) -> str:
    """The answer as it may stand in the open: a buyer's document may not (X1)."""
    return CORRECTED if hold.code == "document" and value not in HOLDS[hold.code].answers else value


def _settled(hold: HoldRecord, value: str, how: Settling) -> AuditRecord:
    details = {"code": hold.code, "kind": hold.kind, "key": hold.key, "value": _shown(hold, value)}
    if how.remember:
        details["remembered"] = "yes"
    return AuditRecord(how.now, how.actor, "hold.settled", hold.store_id, hold.remote_id, hold.rule, details)
