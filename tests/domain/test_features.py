"""Features are found wherever they are marked, in models inside models too."""

from typing import Annotated

from tomada.domain.features import Feature, features_of
from tomada.domain.order import Order
from tomada.domain.payload import Payload


class Inner(Payload):
    marked: Annotated[int, Feature("a.inner")] = 0


class Outer(Payload):
    many: tuple[Inner, ...] = ()
    maybe: Annotated[Inner | None, Feature("a.outer")] = None
    again: "Outer | None" = None


def test_features_of_nested_optional_and_recursive_models() -> None:
    assert features_of(Outer) == {"a.inner", "a.outer"}


def test_order_carries_the_field_capabilities_of_the_catalogue() -> None:
    assert features_of(Order) == {
        "orders.freight_value",
        "customers.register",
        "mapping.shipping",
        "mapping.status",
        "mapping.channel",
        "mapping.payment",
    }
