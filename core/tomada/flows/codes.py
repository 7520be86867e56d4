"""The codes of an order that the mapping desk has to know."""

from collections.abc import Iterator

from tomada.domain.order import Order


def codes_of(order: Order) -> Iterator[tuple[str, str, str, str]]:
    """Yield (mapping kind, remote code, label, type) of everything in the order that is mapped."""
    yield "status", order.status.code, order.status.name, order.status.type or ""
    yield "channel", order.channel.code, order.channel.label, "own" if order.channel.own else ""
    if order.shipping:
        yield "shipping", order.shipping.code, order.shipping.label, ""
    for payment in order.payments:
        yield "payment", payment.code, payment.label, ""
