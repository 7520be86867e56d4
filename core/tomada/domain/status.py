"""The ERP's order statuses with their ranks (T1), and the kinds of status that a store has."""

from enum import StrEnum


class StoreStatusType(StrEnum):
    """What a store's status means, whatever its name: still open, concluded or cancelled."""

    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "canceled"


class ErpStatus(StrEnum):
    """The ERP's order statuses by their codes (Tiny: tiny-api.md A9.1)."""

    OPEN = "aberto"
    APPROVED = "aprovado"
    PREPARING = "preparando_envio"
    INVOICED = "faturado"
    READY = "pronto_envio"
    SHIPPED = "enviado"
    NOT_DELIVERED = "nao_entregue"
    DELIVERED = "entregue"
    CANCELLED = "cancelado"
    INCOMPLETE = "dados_incompletos"


_RANKS = {
    ErpStatus.INCOMPLETE: 0,
    ErpStatus.OPEN: 0,
    ErpStatus.APPROVED: 1,
    ErpStatus.PREPARING: 2,
    ErpStatus.INVOICED: 3,
    ErpStatus.READY: 4,
    ErpStatus.SHIPPED: 5,
    ErpStatus.NOT_DELIVERED: 5,
    ErpStatus.DELIVERED: 6,
}


def rank(status: ErpStatus) -> int:
    """Return how far along an order is; ``CANCELLED`` stands aside and has no rank (raises ``KeyError``)."""
    return _RANKS[status]


def goes_back(old: ErpStatus, new: ErpStatus) -> bool:
    """Tell whether the step from ``old`` to ``new`` is a step back. Steps may be skipped; cancelling is no step."""
    if ErpStatus.CANCELLED in (old, new):
        return False
    return rank(new) < rank(old)
