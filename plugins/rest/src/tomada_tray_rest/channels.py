"""Where an order was placed: the shop itself or a marketplace (tray-rest.md 13)."""

from datetime import datetime

from tomada.domain.documents import normalise_document
from tomada.domain.order import Intermediary, SalesChannel
from tomada_tray_rest.settings import Settings, names
from tomada_tray_rest.wire import Record, first_text, members, moment, text

MERCADO_LIVRE = "Mercado Livre"
FULFILMENT = "fulfillment"


def channel_of(order: Record, settings: Settings) -> SalesChannel:
    """Return the channel by the rule of tray-rest.md 13.2.

    Mercado Livre's own records come first, then those of any other marketplace, then the point of sale.
    """
    native = members(order, "MlOrder")
    market = next(iter(members(order, "MarketplaceOrder")), None)
    intermediary = _intermediary(market) if market else None
    if native:
        return SalesChannel(
            code=MERCADO_LIVRE,
            label=MERCADO_LIVRE,
            own=False,
            order_number=_native_number(native),
            intermediary=intermediary,
            fulfilled_by_channel=any(
                text(record, "logistic_type").casefold() == FULFILMENT for record in native
            ),
            dispatch_by=_earliest(native, settings),
        )
    if market:
        name = first_text(market, "marketplace_name") or text(order, "point_sale")
        return SalesChannel(
            code=name,
            label=name,
            own=False,
            order_number=first_text(market, "marketplace_order_id") or text(order, "external_code"),
            intermediary=intermediary,
            fulfilled_by_channel=text(market, "marketplace_shipping_type").casefold() == FULFILMENT,
        )
    point = " ".join(text(order, "point_sale").split())
    own = not point or point.casefold() in names(settings.own_channels)
    code = point or settings.own_channels.split(",")[0].strip()
    return SalesChannel(code=code, label=code, own=own, order_number=text(order, "external_code"))


def _native_number(native: list[Record]) -> str:
    """A pack of several items has one number of its own; each row is one item of it."""
    if len(native) > 1 and (pack := text(native[0], "pack_id")):
        return pack
    return first_text(native[0], "codigo", "code")


def _earliest(native: list[Record], settings: Settings) -> datetime | None:
    limits = [moment(record, "estimated_handling_limit", settings.zone) for record in native]
    return min((limit for limit in limits if limit), default=None)


def _intermediary(market: Record) -> Intermediary | None:
    document = normalise_document(text(market, "marketplace_document"))
    if not document:
        return None
    return Intermediary(
        name=first_text(market, "marketplace_seller_name", "marketplace_seller_id"),
        document=document,
        payment_document=normalise_document(text(market, "payment_responsible_document")),
    )
