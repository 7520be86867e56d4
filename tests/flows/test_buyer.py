"""Who bought, as the ERP shall know it (C2)."""

import pytest

from tests.flows.factories import ADDRESS, make_order
from tomada.domain.customer import Customer, CustomerKind
from tomada.domain.order import Order
from tomada.flows.orders.buyer import buyer_of, code_of, document_of
from tomada.ports.records import OrderRecord


def record(**answers: str) -> OrderRecord:
    """An order record with a person's answers."""
    blank = OrderRecord.__new__(OrderRecord)
    blank.override = {f"{code}:": value for code, value in answers.items()}
    return blank


def order_by(order_id: str = "1", **fields: object) -> Order:
    values = {"remote_id": "9", "kind": CustomerKind.PERSON, "name": "Fulana", "address": ADDRESS}
    return make_order(order_id, customer=Customer(**{**values, **fields}))


@pytest.mark.parametrize(
    ("answers", "document"),
    [
        ({}, "11144477736"),
        ({"document": "111.444.777-35"}, "11144477735"),
        ({"document": "none"}, ""),
    ],
)
def test_c2_what_a_person_answered_goes_before_what_the_store_says(
    answers: dict[str, str], document: str
) -> None:
    order = order_by(document="111.444.777-36")
    assert document_of(record(**answers), order) == document
    assert buyer_of(record(**answers), order, "loja")[0].document == document


@pytest.mark.parametrize(
    ("said", "document", "kind"),
    [
        (CustomerKind.PERSON, "12.ABC.345/01DE-35", CustomerKind.COMPANY),
        (CustomerKind.COMPANY, "111.444.777-35", CustomerKind.PERSON),
        (CustomerKind.COMPANY, "", CustomerKind.COMPANY),
        (CustomerKind.FOREIGN, "111.444.777-35", CustomerKind.FOREIGN),
    ],
)
def test_c2_a_valid_document_tells_person_from_company(
    said: CustomerKind, document: str, kind: CustomerKind
) -> None:
    assert buyer_of(record(), order_by(kind=said, document=document), "loja")[0].kind is kind


def test_c2_a_document_needs_no_code_and_a_chosen_contact_has_one() -> None:
    order = order_by(document="11144477735")
    assert buyer_of(record(), order, "loja")[1] == ""
    assert buyer_of(record(customer_several="C2"), order, "loja")[1] == "C2"


def test_c2_a_number_from_abroad_is_no_document_to_find_a_contact_by() -> None:
    order = order_by(document="AB123456", kind=CustomerKind.FOREIGN)
    customer, code = buyer_of(record(), order, "loja")
    assert (customer.document, code) == ("AB123456", "loja-9")


def test_c2_the_same_buyer_has_the_same_code_and_never_a_masked_address() -> None:
    relay = {"email": "x1y2@marketplace.example", "masked_email": True}
    first, second = order_by("1", **relay), order_by("2", **relay)
    assert code_of(first, "loja") == code_of(second, "loja") == "loja-9"


def test_c2_guests_without_an_id_are_not_taken_for_one_another() -> None:
    first, second = order_by("1", remote_id=""), order_by("2", remote_id="")
    assert code_of(first, "loja") != code_of(second, "loja")
    assert code_of(order_by("7", remote_id=""), "loja") != code_of(order_by("8", remote_id="7"), "loja")


def test_c2_long_labels_still_tell_stores_apart() -> None:
    labels = ("a-minha-loja-de-canecas-azuis-e-verdes", "b-minha-loja-de-canecas-azuis-e-verdes")
    codes = {code_of(order_by(), label) for label in labels}
    assert len(codes) == 2
    assert max(len(code) for code in codes) <= 30
