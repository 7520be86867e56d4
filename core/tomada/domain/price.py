"""What a store asks for one product, and a lower price for a time."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator

from tomada.domain.payload import Payload

Positive = Annotated[Decimal, Field(gt=0)]


class Promotion(Payload):
    """A lower price for a time. Both days are São Paulo's and belong to it; None: from now on, and without an end."""

    price: Positive
    starts_on: date | None = None
    ends_on: date | None = None

    def has_ended(self, today: date) -> bool:
        """Tell whether its last day is over."""
        return self.ends_on is not None and self.ends_on < today


class Price(Payload):
    """The price of one product or variation in BRL; zero is no price (V1).

    ``promotion`` None: one that we have sent is withdrawn, one that the store has made itself stays.
    """

    price: Positive
    promotion: Promotion | None = None

    @model_validator(mode="after")
    def _promotion_is_lower(self) -> Self:
        if self.promotion and self.promotion.price >= self.price:
            raise ValueError("a promotion is lower than the price")
        return self

    @property
    def lowest(self) -> Decimal:
        """The least that a buyer may come to pay."""
        return self.promotion.price if self.promotion else self.price
