"""Statuses of orders: codes are written, labels are read, and some answers show codes (A9.1)."""

from tomada.domain.status import ErpStatus
from tomada.errors import RejectedByRemote
from tomada.i18n import _

_LABELS = {
    ErpStatus.OPEN: ("em aberto", "aberta"),
    ErpStatus.APPROVED: ("aprovado", "aprovada"),
    ErpStatus.PREPARING: ("preparando envio",),
    ErpStatus.INVOICED: ("faturado (atendido)", "faturado", "faturada", "atendido"),
    ErpStatus.READY: ("pronto para envio",),
    ErpStatus.SHIPPED: ("enviado", "enviada"),
    ErpStatus.NOT_DELIVERED: ("não entregue", "nao entregue"),
    ErpStatus.DELIVERED: ("entregue",),
    ErpStatus.CANCELLED: ("cancelado", "cancelada", "cancelado pelo marketplace"),
    ErpStatus.INCOMPLETE: ("dados incompletos",),
}
_STATUSES = {label: status for status, labels in _LABELS.items() for label in (status.value, *labels)}


def status_of(label: str) -> ErpStatus | None:
    """Return the status for a label or a code in any case; None for one that nobody knows."""
    return _STATUSES.get(" ".join(label.casefold().split()))


def code_of(status: ErpStatus) -> str:
    """Return the code to write; raises ``RejectedByRemote`` for the one status that has none."""
    if status is ErpStatus.INCOMPLETE:
        raise RejectedByRemote(
            "tiny.status",
            _("Tiny lets nobody set the status {status}.").format(status=status.value),
            _("Map the store's status to another one."),
            field="situacao",
        )
    return status.value
