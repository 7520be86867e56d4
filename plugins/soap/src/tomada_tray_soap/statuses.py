"""An order's status in the store's words, and whether the order counts as paid."""

from tomada.domain.order import OrderStatus
from tomada.domain.status import StoreStatusType
from tomada_tray_soap.envelope import Record
from tomada_tray_soap.settings import Settings, names
from tomada_tray_soap.wire import WireError, day, identifier, text, yes


def status_of(record: Record) -> OrderStatus:
    """Return the order's status; its code is the id, or the name where there is none."""
    name = text(record, "status")
    code = identifier(record, "id_status") or name
    if not code:
        raise WireError("missing", "id_status")
    return OrderStatus(code=code, name=name, type=status_type(text(record, "tipo_status")))


def status_type(told: str) -> StoreStatusType | None:
    """Return the kind of a status; None for an empty or unknown one."""
    return next((kind for kind in StoreStatusType if kind.value == told.lower()), None)


def is_paid(record: Record, status: OrderStatus, settings: Settings) -> bool:
    """Tell whether the store counts an order as paid: it says so, or its status means it [guess]."""
    if yes(record, "pago", settings) or day(record, "data_pagamento", settings) is not None:
        return True
    if status.type is StoreStatusType.CANCELLED:
        return False
    by_name = status.name.casefold().startswith(names(settings.paid_statuses))
    return status.type is StoreStatusType.CLOSED or by_name
