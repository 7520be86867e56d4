"""Prices and promotions: absolute, one request each, as Tray has no call for several (tray-rest.md 5.4, 6.4)."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from tomada.domain.price import Price, Promotion
from tomada.spi import Outcome, Push
from tomada_tray_rest.writing import accepted, gone, write_each

if TYPE_CHECKING:
    from tomada_tray_rest.session import TraySession

NO_END = date(2099, 12, 31)
"""The last day of a promotion without an end: no document says how Tray takes one without dates [guess]."""


def push_prices(
    session: "TraySession", zone: ZoneInfo, now: datetime, batch: Sequence[Push[Price]]
) -> Iterator[Outcome]:
    """Set each price; of a product with variations its own and those of the variations."""
    today = now.astimezone(zone).date()

    def write(push: Push[Price]) -> Iterator[Outcome]:
        ids = push.links[push.key]
        body = {"price": f"{push.value.price:.2f}", **_promotion(push, today)}
        if ids.variant_id:
            found = session.write("PUT", f"/products/variants/{ids.variant_id}", {"Variant": body})
        else:
            found = session.write("PUT", f"/products/{ids.product_id}", {"Product": body})
        yield gone(push.key) if found is None else accepted(push.key)

    return write_each(batch, write)


def _promotion(push: Push[Price], today: date) -> dict[str, str]:
    """Return the fields of the promotion; none where the store's own stay.

    One of ours is ended by its days, as no document says how to clear it.
    """
    promotion = push.value.promotion_on(today)
    if promotion:
        return _told(promotion, today)
    if push.value.ends_promotion(push.previous, today):
        yesterday = (today - timedelta(days=1)).isoformat()
        return {"start_promotion": yesterday, "end_promotion": yesterday}
    return {}


def _told(promotion: Promotion, today: date) -> dict[str, str]:
    return {
        "promotional_price": f"{promotion.price:.2f}",
        "start_promotion": (promotion.starts_on or today).isoformat(),
        "end_promotion": (promotion.ends_on or NO_END).isoformat(),
    }
