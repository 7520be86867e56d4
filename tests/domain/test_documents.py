"""CPF and CNPJ as checked text (C2)."""

import pytest

from tomada.domain.customer import CustomerKind
from tomada.domain.documents import kind_of_document, normalise_document


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("111.444.777-35", CustomerKind.PERSON),
        ("48.404.755/0001-88", CustomerKind.COMPANY),
        ("12.abc.345/01DE-35", CustomerKind.COMPANY),
        ("12ABC34501DE36", None),
        ("111.444.777-36", None),
        ("111.111.111-11", None),
        ("", None),
        ("1234", None),
        ("00000000000000", None),
    ],
)
def test_c2_document_is_known_by_its_check_digits(text: str, kind: CustomerKind | None) -> None:
    assert kind_of_document(normalise_document(text)) is kind
