"""The mapping table of a store as one run sees it: what a person set, else a default, else nothing (D1, D2)."""

from collections.abc import Iterable, Mapping

from tomada.domain.erp import ErpShipping
from tomada.domain.order import Order, OrderStatus, SalesChannel
from tomada.domain.status import ErpStatus
from tomada.errors import UsageError
from tomada.flows.defaults import IGNORE, LEAVE, default_shipping, default_status
from tomada.flows.problems import Problem, answer_key
from tomada.i18n import _
from tomada.ports.records import MappingRecord, StoreRecord

KINDS = ("status", "shipping", "channel")
ALL_OTHERS = "*"


class MappingTable:
    """Looks values up: an answer for this order alone, the exact code, ``*``, the default."""

    def __init__(self, store: StoreRecord, records: Iterable[MappingRecord]) -> None:
        self._own_channel = store.options.orders.own_channel_name or store.name
        self._set = {(record.kind, record.code): record.value for record in records}

    def status(self, status: OrderStatus, answers: Mapping[str, str]) -> str | None:
        """The ERP status for a store status: a code, ``leave``, or None when nobody knows."""
        return self._find("status", status.code, answers) or default_status(status.name, status.type or "")

    def channel(self, channel: SalesChannel, answers: Mapping[str, str]) -> str | None:
        """The channel's name in the ERP, or ``ignore``. A marketplace that names itself is its own default."""
        default = self._own_channel if channel.own else channel.label if channel.intermediary else None
        return self._find("channel", channel.code, answers) or default

    def shipping(self, code: str, label: str, answers: Mapping[str, str]) -> str | None:
        """The ERP's shipping (``form[:service[:carrier]]``), or ``leave``."""
        return self._find("shipping", code, answers) or default_shipping(label)

    def _find(self, kind: str, code: str, answers: Mapping[str, str]) -> str | None:
        answered = answers.get(answer_key("unmapped", f"{kind}:{code}"))
        return answered or self._set.get((kind, code)) or self._set.get((kind, ALL_OTHERS))


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
    return problems


def parse_shipping(value: str) -> ErpShipping | None:
    """Read ``form[:service[:carrier]]``; ``leave`` is None."""
    if value == LEAVE:
        return None
    form, _colon, rest = value.partition(":")
    service, _colon, carrier = rest.partition(":")
    return ErpShipping(form=form, service=service, carrier=carrier)


def check_value(kind: str, value: str) -> str:
    """Return a mapping value in its canonical form; raises ``UsageError`` for one that cannot work."""
    value = value.strip()
    if kind not in KINDS:
        raise UsageError(
            "mapping.kind",
            _("There is no mapping of the kind {kind}.").format(kind=kind),
            _("Kinds: {kinds}.").format(kinds=", ".join(KINDS)),
        )
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
    if kind == "channel" and value.lower() == IGNORE:
        return IGNORE
    return value
