"""Default mappings, by normalised name and type, never by number (D2).

Names are those that stores in the field use (tray-rest.md 11.3 for statuses, tiny-api.md A9.8 for shipping forms).
"""

import re
import unicodedata
from collections.abc import Mapping

from tomada.domain.status import ErpStatus, StoreStatusType

LEAVE = "leave"
"""An explicit value: do not set anything for this code."""

IGNORE = "ignore"
"""An explicit value of a channel: its orders are not imported."""

_STATUSES = (
    (r"aguardando pagamento|aguardando (yapay|vindi)|pendente|em analise", ErpStatus.OPEN),
    (r"nota fiscal emitida|faturado", ErpStatus.INVOICED),
    (r"em separacao|separando|preparando|em preparacao", ErpStatus.PREPARING),
    (r"pronto para envio", ErpStatus.READY),
    (r"nao entregue|devolvido", ErpStatus.NOT_DELIVERED),
    (r"a enviar|aprovado|aguardando envio|pagamento (confirmado|aprovado)|pago", ErpStatus.APPROVED),
    (r"em transito|enviado|despachado", ErpStatus.SHIPPED),
    (r"entregue|finalizado|concluido", ErpStatus.DELIVERED),
    (r"cancelad[oa]", ErpStatus.CANCELLED),
)
_STATUSES_OUT = {
    ErpStatus.SHIPPED: ("enviado", "em transito", "despachado"),
    ErpStatus.DELIVERED: ("entregue", "finalizado", "concluido"),
}
"""The names of the store's status for an ERP status, the best first; others are sent only when a person says so."""
_SHIPPING = (
    (r"mercado envios", "M"),
    (r"shopee", "SHOPEE_ENVIOS"),
    (r"magalu entregas", "MAGALU_ENTREGAS"),
    (r"jadlog", "J"),
    (r"loggi", "LOGGI"),
    (r"total express", "TOTALEXPRESS"),
    (r"correios|sedex|\bpac\b|mini envios", "C"),
    (r"retirada|retirar|retire", "S"),
)


PAYMENT_FORMS = (
    *("boleto", "credito", "debito", "pix", "deposito", "dinheiro", "cheque", "crediario"),
    *("duplicata_mercantil", "multiplas"),
)
"""The ERP's forms of payment (tiny-api.md A9.8). No page has ``pix``: so it is taken, and never by itself."""

SEVERAL_PAYMENTS = "multiplas"

_PAYMENTS = (
    (r"boleto", "boleto"),
    (r"debito|cartao de debito", "debito"),
    (r"(cartao de )?credito|cartao|credit card", "credito"),
    (r"deposito|transferencia", "deposito"),
    (r"dinheiro", "dinheiro"),
    (r"cheque", "cheque"),
)


def normalise(name: str) -> str:
    """Lower case, no accents, single spaces, without a marketplace's prefix such as ``MKT-MM``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"^mkt-\w+ ", "", " ".join(plain.split()))


def default_status(name: str, type_: str) -> str | None:
    """Return the ERP status of a store's status, by its name, else by a type that leaves no doubt."""
    if type_ == StoreStatusType.CANCELLED:
        return ErpStatus.CANCELLED
    plain = normalise(name)
    for pattern, status in _STATUSES:
        if re.match(pattern, plain):
            return status
    return ErpStatus.DELIVERED if type_ == StoreStatusType.CLOSED else None


def default_status_out(erp_status: str, statuses: Mapping[str, str]) -> str:
    """Return the store's status (``statuses``: code → name) for an ERP status, by its whole name; empty: none."""
    names = _STATUSES_OUT.get(ErpStatus(erp_status), ()) if erp_status in set(ErpStatus) else ()
    by_name = {normalise(name): code for code, name in statuses.items()}
    return next((by_name[name] for name in names if name in by_name), "")


def default_payment(label: str) -> str | None:
    """Return the ERP's form of payment of a store's, by the beginning of its name."""
    plain = normalise(label)
    return next((form for pattern, form in _PAYMENTS if re.match(pattern, plain)), None)


def default_shipping(label: str) -> str | None:
    """Return the ERP's shipping form of a store's shipping method, by its name."""
    plain = normalise(label)
    return next((form for pattern, form in _SHIPPING if re.search(pattern, plain)), None)
