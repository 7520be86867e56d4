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

    ``promotion`` is one of ours, also when it is over at the store already; None: the store has none of ours, and one
    that it has made itself stays.
    """

    price: Positive
    promotion: Promotion | None = None

    @model_validator(mode="after")
    def _promotion_is_lower(self) -> Self:
        if self.promotion and self.promotion.price >= self.price:
            raise ValueError("a promotion is lower than the price")
        return self

    def promotion_on(self, today: date) -> Promotion | None:
        """Return the promotion unless it is over."""
        return self.promotion if self.promotion and not self.promotion.has_ended(today) else None

    def ends_promotion(self, previous: "Price | None", today: date) -> bool:
        """Tell whether a promotion of ours that the store has, or may have, must be ended with this price.

        ``previous`` is what the store took last. What ended by its date, or with ``previous``, is over there; whoever
        ends it again would end one that the shop has made since.
        """
        if self.promotion is None:
            return previous is not None and previous.promotion_on(today) is not None
        before = previous.promotion if previous else None
        return self.promotion.has_ended(today) and (
            before is None or before.ends_on != self.promotion.ends_on
        )

    def lowest(self, today: date) -> Decimal:
        """Return the least that a buyer may come to pay from today on."""
        promotion = self.promotion_on(today)
        return promotion.price if promotion else self.price
