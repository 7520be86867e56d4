"""How API 2.0 writes numbers, dates and statuses (tiny-api.md A4, A9.1). Local times are Brasília's."""

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from tomada_sandbox.clock import BRASILIA

SITUATIONS = {
    "aberto": "Em aberto",
    "aprovado": "Aprovado",
    "preparando_envio": "Preparando envio",
    "faturado": "Faturado (atendido)",
    "pronto_envio": "Pronto para envio",
    "enviado": "Enviado",
    "entregue": "Entregue",
    "nao_entregue": "Não Entregue",
    "cancelado": "Cancelado",
}
"""Statuses of an order: the code that is written, and the label that is read."""

INCOMPLETE = ("dados_incompletos", "Dados incompletos")
"""The status that only a person's work on the screen gives; it cannot be written."""

LABELS = SITUATIONS | dict([INCOMPLETE])

_CENT = Decimal("0.01")
_DECIMAL = re.compile(r"-?\d+(\.\d+)?")


def names(text: str) -> tuple[str, ...]:
    """Return the words of a text: the names of fields, or codes."""
    return tuple(text.split())


def money(value: Decimal) -> str:
    """Write an amount with a dot and at least two decimals; more are kept."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent > -2:
        value = value.quantize(_CENT)
    return f"{value:f}"


def number(value: Decimal) -> str:
    """Write a quantity without needless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def read_decimal(value: object) -> Decimal | None:
    """Read a number that was sent as JSON number or as text with a dot; None if it is neither."""
    text = value.strip() if isinstance(value, str) else repr(value) if type(value) in (int, float) else ""
    if not _DECIMAL.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def write_date(value: date) -> str:
    """Write ``dd/mm/yyyy``."""
    return f"{value:%d/%m/%Y}"


def write_datetime(value: datetime) -> str:
    """Write ``dd/mm/yyyy hh:mm:ss`` in local time."""
    return f"{value.astimezone(BRASILIA):%d/%m/%Y %H:%M:%S}"


def read_date(text: str) -> date | None:
    """Read ``dd/mm/yyyy``; None if it is no such date."""
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y").replace(tzinfo=BRASILIA).date()
    except ValueError:
        return None


def read_datetime(text: str) -> datetime | None:
    """Read ``dd/mm/yyyy hh:mm:ss`` (or the date alone, its midnight) in local time; None if it is neither."""
    for pattern in ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y"):
        try:
            return datetime.strptime(text.strip(), pattern).replace(tzinfo=BRASILIA)
        except ValueError:
            continue
    return None


def situation_code(text: str) -> str | None:
    """Return the code for a code or a label in any case, None for neither."""
    plain = text.strip().lower()
    return next((code for code, label in LABELS.items() if plain in (code, label.lower())), None)


def digits(document: str) -> str:
    """Reduce a CPF or CNPJ to what identifies it: letters (in capitals) and digits."""
    return re.sub(r"[^0-9A-Za-z]", "", document).upper()
