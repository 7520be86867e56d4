"""The price that a store asks, by its rule: no zero, empty or doubly discounted one, whatever is combined (V1)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tomada.domain.erp_prices import ErpPriceException
from tomada.domain.money import cents
from tomada.domain.price import Price, Promotion
from tomada.flows.prices.values import ErpPrices, Standing, price_of, rounded
from tomada.ports.options import PriceOptions, Rounding

TODAY = date(2026, 11, 26)
NO_PRICE = Decimal(0)
NOTHING = Standing()
amounts = st.one_of(
    st.just(NO_PRICE), st.decimals("0.001", "0.02", places=3), st.decimals("0.01", "9999.99", places=2)
)
exceptions = st.none() | st.builds(
    ErpPriceException, product_id=st.just("1"), price=amounts, promotional_price=amounts
)
found = st.builds(ErpPrices, amounts, amounts, st.none() | amounts, exceptions)
days = st.none() | st.dates(date(2026, 11, 20), date(2026, 12, 2))
options = st.builds(
    PriceOptions,
    percent=st.decimals("-99.99", "300", places=2),
    rounding=st.sampled_from(Rounding),
    promotions=st.booleans(),
    promotion_from=days,
    promotion_until=days,
)


def made(own: str, promotional: str = "0", listed: str | None = None, **chosen: object) -> Price | None:
    prices = ErpPrices(Decimal(own), Decimal(promotional), Decimal(listed) if listed else None)
    return price_of(prices, PriceOptions(**chosen), TODAY, NOTHING)


def asked(price: Price | None) -> tuple[str, str]:
    assert price
    return str(price.price), str(price.promotion.price) if price.promotion else ""


@given(found, options)
def test_v1_no_price_that_is_sent_is_zero_empty_or_doubly_discounted(
    prices: ErpPrices, chosen: PriceOptions
) -> None:
    price = price_of(prices, chosen, TODAY, NOTHING)
    base = prices.own if prices.listed is None else prices.listed
    exception = prices.exception if prices.exception and cents(prices.exception.price) else None
    if exception is None and cents(base * (100 + chosen.percent) / 100) <= 0:
        assert price is None
        return
    assert price
    lowest = [price.price, *([price.promotion.price] if price.promotion else [])]
    assert all(one > 0 and one == cents(one) for one in lowest)
    if exception:
        assert price.price == cents(exception.price)
        assert price.promotion is None or price.promotion.price == cents(exception.promotional_price)
    else:
        assert price.price >= cents(base * (100 + chosen.percent) / 100)
        assert price.promotion is None or price.promotion.price >= cents(prices.promotional)
    if price.promotion:
        assert chosen.promotions
        assert price.promotion.price < price.price
        assert not price.promotion.has_ended(TODAY)
        assert (price.promotion.starts_on, price.promotion.ends_on) == (
            chosen.promotion_from,
            chosen.promotion_until,
        )


@given(st.decimals("0.01", "9999.99", places=2), st.sampled_from(Rounding))
def test_v1_rounding_goes_up_by_less_than_one_and_rests_there(value: Decimal, rounding: Rounding) -> None:
    once = rounded(value, rounding)
    assert value <= once < value + 1
    assert rounded(once, rounding) == once


def test_v1_each_rule_by_an_example() -> None:
    assert asked(made("100")) == ("100.00", "")
    assert asked(made("100", "80")) == ("100.00", "80.00")
    assert asked(made("100", "80", percent=Decimal(10))) == ("110.00", "88.00"), "raised with the price"
    assert asked(made("100", "80", percent=Decimal(-10))) == ("90.00", "80.00"), "not taken off twice"
    assert asked(made("100", "80", percent=Decimal(-25))) == ("75.00", ""), "no lower than the price itself"
    assert asked(made("100", "80", "120", percent=Decimal(-25))) == ("90.00", "80.00")
    assert asked(made("10.05", rounding=Rounding.NINETY)) == ("10.90", "")
    assert asked(made("10.91", rounding=Rounding.NINETY)) == ("11.90", "")
    assert asked(made("10", rounding=Rounding.NINETY_NINE)) == ("10.99", "")
    assert asked(made("10.01", rounding=Rounding.WHOLE)) == ("11.00", "")
    assert asked(made("0.30", rounding=Rounding.WHOLE)) == ("1.00", "")
    assert made("0") is None
    assert made("100", "80", "0") is None, "the list has no price"
    assert asked(made("100", "80", promotions=False)) == ("100.00", "")


def test_v1_an_exception_stays_one() -> None:
    exception = ErpPriceException(product_id="1", price=Decimal("55.50"), promotional_price=Decimal("44.40"))
    prices = ErpPrices(Decimal(100), Decimal(80), Decimal(120), exception)
    chosen = PriceOptions(percent=Decimal(-50), rounding=Rounding.NINETY)
    assert asked(price_of(prices, chosen, TODAY, NOTHING)) == ("55.50", "44.40")


def test_v1_a_promotion_that_has_ended_is_neither_sent_nor_taken_back() -> None:
    over = PriceOptions(promotion_until=date(2026, 11, 25))
    prices = ErpPrices(Decimal(100), Decimal(80))
    assert asked(price_of(prices, over, TODAY, NOTHING)) == ("100.00", "")
    told = Price(price=Decimal(100), promotion=Promotion(price=Decimal(80), ends_on=date(2026, 11, 25)))
    assert price_of(prices, over, TODAY, Standing(told)) == told
    assert price_of(ErpPrices(Decimal(100)), over, TODAY, Standing(told)) == told
    assert asked(price_of(ErpPrices(Decimal(70)), over, TODAY, Standing(told))) == ("70.00", "")
    last_day = PriceOptions(promotion_until=TODAY)
    assert asked(price_of(prices, last_day, TODAY, NOTHING)) == ("100.00", "80.00")


def test_v1_a_promotion_of_ours_that_may_stand_is_ended_by_its_days_once() -> None:
    promoted = Price(price=Decimal(100), promotion=Promotion(price=Decimal(80)))
    plain = ErpPrices(Decimal(100))
    ended = price_of(plain, PriceOptions(), TODAY, Standing(promoted))
    assert ended
    assert ended.ends_promotion(promoted, TODAY)
    assert not ended.ends_promotion(ended, TODAY), "whoever has made one since keeps it"
    assert price_of(plain, PriceOptions(), TODAY, Standing(ended)) == ended
    tried = price_of(plain, PriceOptions(), TODAY, Standing(ended, promoted))
    assert tried
    assert tried.ends_promotion(ended, TODAY), "one that got no answer after that is not over yet"
    cheap = price_of(ErpPrices(Decimal(50)), PriceOptions(), TODAY, Standing(None, promoted))
    assert cheap
    assert (cheap.lowest(TODAY), cheap.ends_promotion(None, TODAY)) == (Decimal("50.00"), True)


@pytest.mark.parametrize("price", ["0", "-1"])
def test_v1_a_price_that_is_none_cannot_even_be_made(price: str) -> None:
    with pytest.raises(ValidationError):
        Price(price=Decimal(price))
    with pytest.raises(ValidationError):
        Price(price=Decimal(1), promotion=Promotion(price=Decimal(1)))
