"""Money: ``Decimal`` in BRL, two places, and the identity of an order (M1, M2)."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Annotated

from tomada.domain.features import Feature
from tomada.domain.payload import Payload

CENT = Decimal("0.01")
ZERO = Decimal(0)


def cents(value: Decimal) -> Decimal:
    """Round to whole cents, halves away from zero, as Brazilian invoices do."""
    return value.quantize(CENT, ROUND_HALF_UP)


class OrderMoney(Payload):
    """Every term of an order's total as the store states it, in BRL.

    ``discount`` and ``coupon`` are what is taken off (positive); ``adjustments`` and ``payment_rate`` may have
    either sign; all others are added.
    """

    items: Decimal
    discount: Decimal = ZERO
    coupon: Decimal = ZERO
    adjustments: Decimal = ZERO
    freight: Annotated[Decimal, Feature("orders.freight_value")] = ZERO
    taxes: Decimal = ZERO
    interest: Decimal = ZERO
    payment_rate: Decimal = ZERO
    total: Decimal

    def expected_total(self) -> Decimal:
        """Return what the terms add up to (M1)."""
        added = self.adjustments + self.freight + self.taxes + self.interest + self.payment_rate
        return cents(self.items - self.discount - self.coupon + added)

    def difference(self) -> Decimal:
        """Return the stated total minus what the terms add up to: zero when the identity holds."""
        return cents(self.total) - self.expected_total()


def instalments(total: Decimal, count: int) -> list[Decimal]:
    """Split a total into ``count`` parts in whole cents that add up to it; the first takes the remainder."""
    part = (total / count).quantize(CENT, ROUND_DOWN)
    return [total - part * (count - 1), *[part] * (count - 1)]
