"""Prices and promotions: absolute, one call each."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from tomada.domain.price import Price
from tomada.spi import Outcome, Push
from tomada_tray_soap.balances import goods
from tomada_tray_soap.operations import SET_PRICE
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.wire import written_day, written_number
from tomada_tray_soap.writing import outcome, write_each

if TYPE_CHECKING:
    from tomada_tray_soap.session import SoapSession

NO_END = date(2099, 12, 31)
"""The last day of a promotion without an end [guess: no document says how one without dates is taken]."""


def push_prices(
    session: "SoapSession", settings: Settings, today: date, batch: Sequence[Push[Price]]
) -> Iterator[Outcome]:
    """Set each price; of a product with variations its own and those of the variations."""

    def write(push: Push[Price]) -> Iterator[Outcome]:
        told = {
            "preco": written_number(push.value.price, settings),
            **_promotion(push, settings, today),
        }
        yield outcome(push.key, [session.write(SET_PRICE, **goods(push.links[push.key], settings), **told)])

    return write_each(batch, write)


def _promotion(push: Push[Price], settings: Settings, today: date) -> dict[str, str]:
    """Return the arguments of the promotion; none where the store's own stay.

    One of ours is ended by its days, as nothing says how to clear it.
    """
    promotion = push.value.promotion_on(today)
    if promotion:
        return {
            "preco_promocional": written_number(promotion.price, settings),
            "data_inicio_promocao": written_day(promotion.starts_on or today, settings),
            "data_fim_promocao": written_day(promotion.ends_on or NO_END, settings),
        }
    if push.value.ends_promotion(push.previous, today):
        yesterday = written_day(today - timedelta(days=1), settings)
        return {"data_inicio_promocao": yesterday, "data_fim_promocao": yesterday}
    return {}
