"""An invoice (NF-e), its situations and its access key."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from tomada_sandbox.tiny.sales import ZERO, Line
from tomada_sandbox.tiny.wire import digits

SITUATIONS = {
    1: "Pendente",
    2: "Emitida",
    3: "Cancelada",
    4: "Enviada - Aguardando recibo",
    5: "Rejeitada",
    6: "Autorizada",
    7: "Emitida DANFE",
    8: "Registrada",
    9: "Enviada - Aguardando protocolo",
    10: "Denegada",
}
"""Situations by number (tiny-api.md A11)."""

PENDING, CANCELLED, WAITING, REJECTED, AUTHORISED, PRINTED, DENIED = 1, 3, 9, 5, 6, 7, 10

_STATES = {"RS": "43", "SC": "42", "PR": "41", "SP": "35", "RJ": "33", "MG": "31"}


@dataclass
class Invoice:
    """A note; ``kind`` is S for outgoing and E for incoming, ``xml`` what the tax authority has signed off.

    ``key`` and ``xml`` are empty until it is sent; a cancelled note keeps both.
    """

    id: int
    number: int
    series: int
    kind: Literal["S", "E"]
    situation: int
    issued: date
    created: datetime
    customer: dict[str, str]
    lines: list[Line]
    cfop: str
    value: Decimal
    products_total: Decimal
    order_id: int = 0
    ecommerce_number: str = ""
    delivery: dict[str, str] | None = None
    freight: Decimal = ZERO
    discount: Decimal = ZERO
    other_expenses: Decimal = ZERO
    purpose: str = "1"
    key: str = ""
    xml: str = ""
    tracking_code: str = ""
    tracking_url: str = ""
    events: list[tuple[int, datetime]] = field(default_factory=list)


def access_key(company: dict[str, str], note: Invoice) -> str:
    """Return the 44 characters of the key: state, month, issuer, model, series, number, a code, check digit."""
    state = _STATES.get(company.get("estado", ""), "43")
    issuer = digits(company.get("cnpj_cpf", "")).rjust(14, "0")
    start = f"{state}{note.issued:%y%m}{issuer}55{note.series:03}{note.number:09}1{note.id % 10**8:08}"
    weights = (4, 3, 2, 9, 8, 7, 6, 5)
    total = sum((ord(char) - ord("0")) * weights[place % 8] for place, char in enumerate(start))
    rest = total % 11
    return f"{start}{0 if rest < 2 else 11 - rest}"
