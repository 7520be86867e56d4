"""CPF and CNPJ as checked text: upper case, without punctuation (C2).

A CNPJ may hold letters since July 2026 (IN RFB 2.229/2024), so it is never a number.
"""

import re

from stdnum.br import cnpj, cpf
from stdnum.exceptions import ValidationError

from tomada.domain.customer import CustomerKind


def normalise_document(text: str) -> str:
    """Keep letters and digits only, in upper case."""
    return re.sub(r"[^0-9A-Z]", "", text.upper())


def kind_of_document(document: str) -> CustomerKind | None:
    """Return whose document this is, or None when it is neither a valid CPF nor a valid CNPJ.

    ``document`` must be normalised; check digits are verified.
    """
    if len(set(document)) < 2:  # repeated digits pass the arithmetic, but nobody has such a number
        return None
    try:
        if len(document) == 11:
            cpf.validate(document)
            return CustomerKind.PERSON
        cnpj.validate(document)
    except ValidationError:
        return None
    return CustomerKind.COMPANY
