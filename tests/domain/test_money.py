"""Money: cents, the identity of M1 and instalments that add up (M2)."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from tomada.domain.money import OrderMoney, cents, instalments

amounts = st.decimals(min_value=0, max_value=100_000, places=2)
signed = st.decimals(min_value=-1_000, max_value=1_000, places=2)


def test_cents_round_halves_away_from_zero() -> None:
    assert cents(Decimal("0.125")) == Decimal("0.13")
    assert cents(Decimal("-0.125")) == Decimal("-0.13")


def test_m1_samples_of_the_store_add_up() -> None:
    """The two sample orders of tray-rest.md 10.2."""
    coupon = OrderMoney(
        items=Decimal("35999.00"),
        coupon=Decimal("8999.75"),
        freight=Decimal("28.35"),
        total=Decimal("27027.60"),
    )
    rate = OrderMoney(
        items=Decimal("59900.00"),
        freight=Decimal("38.91"),
        payment_rate=Decimal("2996.95"),
        total=Decimal("62935.86"),
    )
    assert coupon.difference() == rate.difference() == 0


@given(amounts, amounts, amounts, signed, amounts, amounts, amounts, signed)
def test_m1_identity_holds_for_the_sum_of_the_terms(
    items: Decimal,
    discount: Decimal,
    coupon: Decimal,
    adjustments: Decimal,
    freight: Decimal,
    taxes: Decimal,
    interest: Decimal,
    rate: Decimal,
) -> None:
    total = items - discount - coupon + adjustments + freight + taxes + interest + rate
    money = OrderMoney(
        items=items,
        discount=discount,
        coupon=coupon,
        adjustments=adjustments,
        freight=freight,
        taxes=taxes,
        interest=interest,
        payment_rate=rate,
        total=total + Decimal("0.01"),
    )
    assert money.expected_total() == total
    assert money.difference() == Decimal("0.01")


@given(amounts, st.integers(min_value=1, max_value=24))
def test_m2_instalments_add_up_to_the_total(total: Decimal, count: int) -> None:
    parts = instalments(total, count)
    assert len(parts) == count
    assert sum(parts) == total
    assert max(parts) - min(parts) < Decimal("0.01") * count
    assert all(part == cents(part) for part in parts)
