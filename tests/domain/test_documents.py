"""CPF and CNPJ as checked text (C2)."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

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


LETTERS = string.digits + string.ascii_uppercase


def with_check_digits(base: str) -> str:
    """A CNPJ of twelve characters with its two check digits: character code minus 48, weights 2 to 9 (modulo 11)."""
    for _ in range(2):
        weights = [2 + place % 8 for place in range(len(base))][::-1]
        rest = sum((ord(char) - 48) * weight for char, weight in zip(base, weights, strict=True)) % 11
        base += str(0 if rest < 2 else 11 - rest)
    return base


def cpf_of(base: str) -> str:
    """A CPF of nine digits with its two check digits."""
    for _ in range(2):
        total = sum(
            int(digit) * weight for digit, weight in zip(base, range(len(base) + 1, 1, -1), strict=True)
        )
        base += str(total * 10 % 11 % 10)
    return base


@given(st.text(LETTERS, min_size=12, max_size=12))
def test_c2_cnpj_with_letters_is_known_by_its_check_digits(base: str) -> None:
    document = with_check_digits(base)
    repeated = len(set(document)) < 2
    assert (kind_of_document(document) is CustomerKind.COMPANY) is not repeated
    wrong = document[:-1] + str((int(document[-1]) + 1) % 10)
    assert kind_of_document(wrong) is None


@given(st.text(string.digits, min_size=9, max_size=9))
def test_c2_cpf_is_known_by_its_check_digits(base: str) -> None:
    document = cpf_of(base)
    repeated = len(set(document)) < 2
    assert (kind_of_document(document) is CustomerKind.PERSON) is not repeated
    wrong = document[:-1] + str((int(document[-1]) + 1) % 10)
    assert kind_of_document(wrong) is None


@given(st.text(LETTERS, min_size=12, max_size=12), st.text(" ./-", max_size=3))
def test_c2_punctuation_and_case_make_no_difference(base: str, junk: str) -> None:
    document = with_check_digits(base)
    typed = junk.join([document[:2], document[2:5], document[5:8], document[8:]]).lower() + junk
    assert normalise_document(typed) == document


@given(st.text())
def test_c2_any_text_is_normalised_once_and_for_all_and_judged(text: str) -> None:
    once = normalise_document(text)
    assert normalise_document(once) == once
    assert set(once) <= set(LETTERS)
    kind = kind_of_document(once)
    assert kind is None or len(once) == {CustomerKind.PERSON: 11, CustomerKind.COMPANY: 14}[kind]
