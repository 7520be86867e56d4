"""The mapping table of a store as one run sees it: what a person set, else a default, else nothing (D1, D2)."""

from collections.abc import Iterable, Mapping

from tomada.domain.category import path_of, shown_path
from tomada.domain.erp import ErpShipping
from tomada.domain.order import Order, OrderStatus, SalesChannel
from tomada.domain.status import ErpStatus, StoreStatusType, rank
from tomada.errors import UsageError
from tomada.flows.holds.problems import Problem, answer_key
from tomada.flows.mapping.codes import NAMED_CHANNEL, OWN_CHANNEL, channel_type
from tomada.flows.mapping.defaults import (
    IGNORE,
    LEAVE,
    PAYMENT_FORMS,
    default_payment,
    default_shipping,
    default_status,
    default_status_out,
)
from tomada.flows.mapping.patterns import is_pattern, matches, nearest_first
from tomada.i18n import _
from tomada.ports.options import Payments
from tomada.ports.records import CodeRecord, MappingRecord, StoreRecord

KINDS = ("status", "status_out", "shipping", "channel", "payment", "category")
ALL_OTHERS = "*"


class MappingTable:
    """Looks values up: an answer for this order alone, the exact code, a pattern, ``*``, the default."""

    def __init__(
        self, store: StoreRecord, records: Iterable[MappingRecord], codes: Iterable[CodeRecord] = ()
    ) -> None:
        """``codes`` are the store's own, of which its statuses serve the way out (``status_out``)."""
        self._own_channel = store.options.orders.own_channel_name or store.name
        self._set = {(record.kind, record.code): record.value for record in records}
        patterns = [key for key in self._set if is_pattern(*key)]
        self._patterns = sorted(patterns, key=lambda key: nearest_first(key[1]))
        self._statuses = [code for code in codes if code.kind == "status"]
        self._payments = store.options.orders.payments

    def status(self, status: OrderStatus, answers: Mapping[str, str]) -> str | None:
        """The ERP status for a store status: a code, ``leave``, or None when nobody knows.

        What the store calls cancelled is so, whatever "all others" are, unless a person mapped just this status.
        """
        others = status.type is not StoreStatusType.CANCELLED
        found = self._find("status", status.code, status.name, answers, others=others)
        return found or default_status(status.name, status.type or "")

    def channel(self, channel: SalesChannel, answers: Mapping[str, str]) -> str | None:
        """The channel's name in the ERP, or ``ignore``. A marketplace that names itself is its own default."""
        return self._channel(channel.code, channel.label, channel_type(channel), answers)

    def shipping(self, code: str, label: str, answers: Mapping[str, str]) -> str | None:
        """The ERP's shipping (``form[:service[:carrier]]``), or ``leave``."""
        return self._find("shipping", code, label, answers) or default_shipping(label)

    def payment(self, code: str, label: str, answers: Mapping[str, str]) -> str | None:
        """The ERP's way of payment (``form[:means]``), or ``leave``, which all are where they are not imported."""
        if self._payments is Payments.OFF:
            return LEAVE
        unknown = None if self._payments is Payments.ALL else LEAVE
        return self._find("payment", code, label, answers) or default_payment(label) or unknown

    def status_out(self, erp_status: str) -> str:
        """The store's status for an ERP status; empty: do not send it (T2). A person's value, else by name."""
        chosen = self._set.get(("status_out", erp_status)) or self._set.get(("status_out", ALL_OTHERS))
        if chosen is not None:
            return "" if chosen == LEAVE else chosen
        return default_status_out(erp_status, {code.code: code.label for code in self._statuses})

    def is_later(self, old: str, new: str) -> bool:
        """Tell whether a store status means a later step than another; unknown ones are never later (T1)."""
        before, after = self._rank(old), self._rank(new)
        return before is not None and after is not None and before < after

    def meaning(self, code: str) -> str | None:
        """The ERP status that a status of the store stands for: a code, ``leave``, or None when nobody knows."""
        known = next((status for status in self._statuses if status.code == code), None)
        return self.of_code(known) if known else self._set.get(("status", code))

    def _rank(self, code: str) -> int | None:
        meaning = self.meaning(code)
        if meaning is None or meaning in (LEAVE, ErpStatus.CANCELLED):
            return None
        return rank(ErpStatus(meaning))

    def of_code(self, code: CodeRecord) -> str | None:
        """The value of a code that is known without an order."""
        type_ = StoreStatusType(code.type) if code.type in set(StoreStatusType) else None
        match code.kind:
            case "status":
                return self.status(OrderStatus(code=code.code, name=code.label, type=type_), {})
            case "shipping":
                return self.shipping(code.code, code.label, {})
            case "channel":
                return self._channel(code.code, code.label, code.type, {})
            case "payment":
                return self.payment(code.code, code.label, {})
            case "category":
                return self._set.get(("category", code.code)) or code.label
            case "status_out":
                return self._set.get(("status_out", code.code)) or self.status_out(code.code)
            case _:
                return None

    def _channel(self, code: str, label: str, type_: str, answers: Mapping[str, str]) -> str | None:
        defaults = {OWN_CHANNEL: self._own_channel, NAMED_CHANNEL: label}
        return self._find("channel", code, label, answers) or defaults.get(type_)

    def set_by(self, kind: str, code: str, label: str = "") -> str:
        """Return under which code a person set the value: this one, a pattern or ``*``; empty for a default."""
        if (kind, code) in self._set:
            return code
        alike = (one for of, one in self._patterns if of == kind and matches(one, code, label))
        return next(alike, ALL_OTHERS if (kind, ALL_OTHERS) in self._set else "")

    def _find(
        self, kind: str, code: str, label: str, answers: Mapping[str, str], *, others: bool = True
    ) -> str | None:
        answered = answers.get(answer_key("unmapped", f"{kind}:{code}"))
        if answered:
            return answered
        by = self.set_by(kind, code, label)
        return self._set.get((kind, by)) if others or by != ALL_OTHERS else None


def unmapped(kind: str, code: str, label: str) -> Problem:
    """The problem of a code that nobody mapped."""
    return Problem("unmapped", "D1", kind, code, {"kind": kind, "code": code, "label": label})


def missing_mappings(order: Order, table: MappingTable, answers: Mapping[str, str]) -> list[Problem]:
    """Return one problem for each code of the order that has no value."""
    problems = []
    if table.status(order.status, answers) is None:
        problems.append(unmapped("status", order.status.code, order.status.name))
    if table.channel(order.channel, answers) is None:
        problems.append(unmapped("channel", order.channel.code, order.channel.label))
    if order.shipping and table.shipping(order.shipping.code, order.shipping.label, answers) is None:
        problems.append(unmapped("shipping", order.shipping.code, order.shipping.label))
    payments = {payment.code: payment.label for payment in order.payments}
    problems += [
        unmapped("payment", code, label)
        for code, label in payments.items()
        if table.payment(code, label, answers) is None
    ]
    return problems


def parse_shipping(value: str) -> ErpShipping | None:
    """Read ``form[:service[:carrier]]``; ``leave`` is None."""
    if value == LEAVE:
        return None
    form, _colon, rest = value.partition(":")
    service, _colon, carrier = rest.partition(":")
    return ErpShipping(form=form, service=service, carrier=carrier)


def parse_payment(value: str) -> tuple[str, str]:
    """Read ``form[:means]``; ``leave`` is neither."""
    form, _colon, means = ("" if value == LEAVE else value).partition(":")
    return form, means


def check_kind(kind: str) -> str:
    """Return a mapping kind; raises ``UsageError`` for one that does not exist."""
    if kind not in KINDS:
        raise UsageError(
            "mapping.kind",
            _("There is no mapping of the kind {kind}.").format(kind=kind),
            _("Kinds: {kinds}.").format(kinds=", ".join(KINDS)),
        )
    return kind


def check_value(kind: str, value: str) -> str:
    """Return a mapping value in its canonical form; raises ``UsageError`` for one that cannot work."""
    value = value.strip()
    check_kind(kind)
    if not value:
        raise UsageError("mapping.empty", _("A mapping needs a value."))
    if kind == "status" and value != LEAVE:
        known = [status.value for status in ErpStatus if status is not ErpStatus.INCOMPLETE]
        if value.lower() not in known:
            raise UsageError(
                "mapping.status",
                _("{value} is not a status of the ERP.").format(value=value),
                _("Values: {values}.").format(values=", ".join([*known, LEAVE])),
            )
        return value.lower()
    if kind == "payment" and value.lower() != LEAVE:
        form, _colon, means = value.partition(":")
        if form.strip().lower() not in PAYMENT_FORMS:
            raise UsageError(
                "mapping.payment",
                _("{value} is not a form of payment of the ERP.").format(value=form),
                _("Values: {values}.").format(values=", ".join([*PAYMENT_FORMS, LEAVE])),
            )
        return ":".join(part for part in (form.strip().lower(), means.strip()) if part)
    if kind == "category":
        return shown_path(path_of(value))
    if kind in ("status_out", "payment") and value.lower() == LEAVE:
        return LEAVE
    if kind == "channel" and value.lower() == IGNORE:
        return IGNORE
    return value
