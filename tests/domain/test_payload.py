"""Payloads keep personal data to themselves (X1, X3)."""

import pytest
from pydantic import ValidationError

from tomada.domain.customer import Address, Customer, CustomerKind

SECRET = "Fulana de Tal"


def test_x1_personal_data_are_not_in_a_repr() -> None:
    buyer = Customer(
        kind=CustomerKind.PERSON,
        name=SECRET,
        document="11144477735",
        address=Address(street="Rua A", city="Bauru"),
    )
    shown = repr(buyer) + str(buyer)
    assert not any(private in shown for private in (SECRET, "11144477735", "Rua A"))
    assert "Bauru" in shown


def test_x1_personal_data_are_not_in_the_error_of_a_payload() -> None:
    with pytest.raises(ValidationError) as caught:
        Customer.model_validate({"kind": "person", "name": [SECRET], "address": {}})
    assert SECRET not in str(caught.value)
