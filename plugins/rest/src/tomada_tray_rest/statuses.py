"""An order's status in Tray's words, and whether the order counts as paid."""

from tomada.domain.order import OrderStatus
from tomada.domain.status import StoreStatusType
from tomada_tray_rest.settings import Settings, names
from tomada_tray_rest.wire import Record, WireError, day, first_text, flag, identifier, member, text


def status_of(record: Record) -> OrderStatus:
    """Return the order's status; its code is the id, or the name where there is none (11.2)."""
    inner = member(record, "OrderStatus")
    name = first_text(record, "status") or first_text(inner, "status")
    code = identifier(inner, "id") or name
    if not code:
        raise WireError("missing", "OrderStatus")
    return OrderStatus(code=code, name=name, type=status_type(text(inner, "type")))


def status_type(told: str) -> StoreStatusType | None:
    """Return the kind of a status; None for an empty or unknown one."""
    return next((kind for kind in StoreStatusType if kind.value == told.lower()), None)


def is_paid(record: Record, status: OrderStatus, settings: Settings) -> bool:
    """Tell whether the store counts an order as paid.

    ``has_payment`` or a payment date says so (tray-rest.md 12.2). Payments that a merchant approves by hand
    may leave neither, so concluded orders and the names of ``paid_statuses`` say so too [guess].
    """
    if flag(record, "has_payment") or day(record, "payment_date") is not None:
        return True
    if status.type is StoreStatusType.CANCELLED:
        return False
    by_name = status.name.casefold().startswith(names(settings.paid_statuses))
    return status.type is StoreStatusType.CLOSED or by_name
