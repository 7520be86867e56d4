"""The price that a store is to ask, by its rule: pure arithmetic, without a remote (V1)."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from tomada.domain.erp_prices import ErpPriceException
from tomada.domain.money import CENT, ZERO, cents
from tomada.domain.price import Price, Promotion
from tomada.ports.options import PriceOptions, Rounding

HUNDRED = Decimal(100)
ONE = Decimal(1)
DAY = timedelta(days=1)
_ENDINGS = {Rounding.WHOLE: ZERO, Rounding.NINETY: Decimal("0.90"), Rounding.NINETY_NINE: Decimal("0.99")}


@dataclass(frozen=True, slots=True)
class ErpPrices:
    """What the ERP has for one product, in BRL and zero where there is none.

    ``own`` and ``promotional`` are the product's; ``listed`` is its price by the store's list, None without one;
    ``exception`` is what a person gave it in that list.
    """

    own: Decimal
    promotional: Decimal = ZERO
    listed: Decimal | None = None
    exception: ErpPriceException | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands at the store: ``taken`` it took last; ``tried`` it may have taken, as no answer came."""

    taken: Price | None = None
    tried: Price | None = None

    @property
    def may_have(self) -> Price | None:
        """What was sent last, taken or not."""
        return self.tried or self.taken


def price_of(found: ErpPrices, options: PriceOptions, today: date, standing: Standing) -> Price | None:
    """Return what the store is to ask; None when the ERP has no price, as zero is never sent.

    An exception is sent as the person gave it. A promotional price is the product's own, raised with the price but
    never lowered by list or percentage: it is a discount already. One of ours that the store has, or may have, is
    ended by its days when there is to be none any more; one that is over by its date is left as it is.
    """
    exception = found.exception
    if exception and cents(exception.price) > ZERO:
        return _with_promotion(
            cents(exception.price), cents(exception.promotional_price), options, today, standing
        )
    base = found.own if found.listed is None else found.listed
    exact = base * (HUNDRED + options.percent) / HUNDRED
    if cents(exact) <= ZERO:
        return None
    lower = max(ZERO, found.promotional)
    raised = lower * max(ONE, exact / found.own) if found.own > ZERO else lower
    promotional = rounded(raised, options.rounding) if cents(raised) > ZERO else ZERO
    return _with_promotion(rounded(exact, options.rounding), promotional, options, today, standing)


def rounded(value: Decimal, rounding: Rounding) -> Decimal:
    """Round to cents, or up to the next price with the ending that is asked for."""
    exact = cents(value)
    if rounding is Rounding.CENTS:
        return exact
    ending = exact.to_integral_value(ROUND_FLOOR) + _ENDINGS[rounding]
    return (ending if ending >= exact else ending + ONE).quantize(CENT)


def _with_promotion(
    price: Decimal, promotional: Decimal, options: PriceOptions, today: date, standing: Standing
) -> Price:
    if options.promotions and ZERO < promotional < price:
        starts, ends = options.promotion_from, options.promotion_until
        promotion = Promotion(price=promotional, starts_on=starts, ends_on=ends)
        if not promotion.has_ended(today):
            return Price(price=price, promotion=promotion)
    return Price(price=price, promotion=_over(standing, price, today))


def _over(standing: Standing, price: Decimal, today: date) -> Promotion | None:
    """Return the promotion of ours that is over at the store, or is to be ended there; None where there is none."""
    taken = standing.taken.promotion if standing.taken else None
    ours = standing.may_have.promotion if standing.may_have else None
    if ours is None or (ours.has_ended(today) and ours == taken and ours.price >= price):
        return None
    lower = min(ours.price, price - CENT)
    if lower <= ZERO:
        return None  # no promotion is lower than one cent
    if ours.has_ended(today):
        return ours.model_copy(update={"price": lower})
    last = today - DAY
    if taken and taken.ends_on == last:
        last -= DAY  # another end than the one that the store took: this promotion came after it
    return Promotion(price=lower, starts_on=last, ends_on=last)
