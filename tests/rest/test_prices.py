"""What is written of a price and its promotion (V1)."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from tomada.domain.price import Price, Promotion
from tomada.spi import OutcomeKind, Push, RemoteIds
from tomada_tray_rest.prices import push_prices

NOW = datetime(2026, 11, 27, 1, tzinfo=UTC)
"""Still the 26th in São Paulo."""
PROMOTED = Price(
    price=Decimal(40),
    promotion=Promotion(price=Decimal("35.5"), starts_on=date(2026, 11, 20), ends_on=date(2026, 12, 24)),
)
PLAIN = Price(price=Decimal("40.1"))


class Session:
    """Keeps what is written; knows one product and one variation."""

    def __init__(self) -> None:
        self.written: list[tuple[str, str, dict[str, Any]]] = []

    def write(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        self.written.append((method, path, body))
        return {} if path in ("/products/5", "/products/variants/7") else None


def pushed(*pushes: Push[Price]) -> tuple[Session, list[OutcomeKind]]:
    session = Session()
    outcomes = push_prices(session, ZoneInfo("America/Sao_Paulo"), NOW, pushes)
    return session, [outcome.kind for outcome in outcomes]


def push(value: Price, previous: Price | None = None, variant: str = "", **more: Any) -> Push[Price]:
    return Push("k", value, previous, {"k": RemoteIds("5", variant)}, **more)


def test_v1_a_price_goes_to_the_product_or_to_its_variation() -> None:
    session, kinds = pushed(push(PLAIN), push(PLAIN, variant="7"), push(PLAIN, variant="8"))
    assert kinds == [OutcomeKind.ACCEPTED, OutcomeKind.ACCEPTED, OutcomeKind.REJECTED]
    assert session.written[:2] == [
        ("PUT", "/products/5", {"Product": {"price": "40.10"}}),
        ("PUT", "/products/variants/7", {"Variant": {"price": "40.10"}}),
    ]


def test_v1_a_promotion_goes_with_its_days() -> None:
    session, _kinds = pushed(push(PROMOTED))
    assert session.written[0][2]["Product"] == {
        "price": "40.00",
        "promotional_price": "35.50",
        "start_promotion": "2026-11-20",
        "end_promotion": "2026-12-24",
    }
    endless = Price(price=Decimal(40), promotion=Promotion(price=Decimal(35)))
    session, _kinds = pushed(push(endless))
    body = session.written[0][2]["Product"]
    assert (body["start_promotion"], body["end_promotion"]) == ("2026-11-26", "2099-12-31")


def test_v1_a_promotion_of_ours_is_ended_by_its_days_and_never_by_a_zero() -> None:
    over = {"price": "40.10", "start_promotion": "2026-11-25", "end_promotion": "2026-11-25"}
    day = date(2026, 11, 25)
    ended = Price(price=PLAIN.price, promotion=Promotion(price=Decimal(35), starts_on=day, ends_on=day))
    for one in (push(PLAIN, PROMOTED), push(ended, PROMOTED), push(ended, PLAIN, uncertain=True)):
        session, _kinds = pushed(one)
        assert session.written[0][2]["Product"] == over


def test_v1_the_shop_s_own_promotion_stays_whatever_is_uncertain() -> None:
    day = date(2026, 11, 20)
    past = Promotion(price=Decimal(35), ends_on=day)
    told, anew = Price(price=Decimal(38), promotion=past), Price(price=PLAIN.price, promotion=past)
    for one in (
        push(PLAIN, PLAIN),
        push(PLAIN, PLAIN, uncertain=True),
        push(PLAIN, uncertain=True),
        push(anew, told),
        push(anew, told, uncertain=True),
    ):
        session, _kinds = pushed(one)
        assert session.written[0][2]["Product"] == {"price": "40.10"}
