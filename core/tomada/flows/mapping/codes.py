"""The codes of an order that the mapping desk has to know."""

from collections.abc import Iterator

from tomada.domain.order import Order, SalesChannel

OWN_CHANNEL = "own"
"""Type of the code of the shop's own channel."""

NAMED_CHANNEL = "intermediary"
"""Type of the code of a marketplace whose name and CNPJ the store gives."""


def codes_of(order: Order) -> Iterator[tuple[str, str, str, str]]:
    """Yield (mapping kind, remote code, label, type) of everything in the order that is mapped."""
    yield "status", order.status.code, order.status.name, order.status.type or ""
    yield "channel", order.channel.code, order.channel.label, channel_type(order.channel)
    if order.shipping:
        yield "shipping", order.shipping.code, order.shipping.label, ""
    for payment in order.payments:
        yield "payment", payment.code, payment.label, ""


def channel_type(channel: SalesChannel) -> str:
    """Return what kind of channel it is, which its default value rests on."""
    if channel.own:
        return OWN_CHANNEL
    return NAMED_CHANNEL if channel.intermediary else ""
