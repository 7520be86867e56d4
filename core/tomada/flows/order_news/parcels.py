"""Several parcels of one order: the ERP has one field for the codes, and so has the store (T3)."""

import re

from tomada.ports.options import Parcels

_POSTAL = r"[A-Z]{2}\d{9}[A-Z]{2}"
_APART = re.compile(rf"\s*[,;|\n]\s*|\s+/\s+|(?<=[A-Z]{{2}})\s*[\s/]\s*(?={_POSTAL})", re.IGNORECASE)
"""What people put between two codes; a blank or a stroke alone only before a postal code, as others hold them."""


def codes_of(text: str) -> list[str]:
    """Return the codes that a text of the ERP holds, each once."""
    return list(dict.fromkeys(code.strip() for code in _APART.split(text) if code.strip()))


def joined_or_first(text: str, parcels: Parcels) -> tuple[str, tuple[str, ...]]:
    """Return what goes into the store's field, and the codes that a note names beside it."""
    codes = codes_of(text)
    if parcels is Parcels.FIRST and len(codes) > 1:
        return codes[0], tuple(codes[1:])
    return ", ".join(codes), ()
