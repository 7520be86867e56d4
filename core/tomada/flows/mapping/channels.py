"""How a store treats the orders of one sales channel (O9)."""

from tomada.domain.order import Order, SalesChannel
from tomada.ports.options import ChannelOptions, Fulfilled
from tomada.ports.records import OrderRecord, StoreRecord

_DEFAULT = ChannelOptions()
_FULFILLED = '"fulfilled_by_channel":true'
"""What the snapshot of an order has that leaves a marketplace's warehouse; the others need not be read for it."""
_OF_PARCELS = ("tracking", "statuses")


def options_of(store: StoreRecord, channel: SalesChannel) -> ChannelOptions:
    """Return what is set for a channel, else the defaults."""
    return store.options.channels.get(channel.code, _DEFAULT)


def is_fulfilled(store: StoreRecord, record: OrderRecord) -> bool:
    """Tell whether a marketplace keeps and ships the goods of an order itself: it takes nothing from our stock."""
    channel = _channel_of(store, record)
    if channel is None:
        return False
    chosen = options_of(store, channel).fulfilled
    return channel.fulfilled_by_channel if chosen is Fulfilled.BY_ORDER else chosen is Fulfilled.YES


def hears_of(store: StoreRecord, record: OrderRecord, flow: str) -> bool:
    """Tell whether the store is told what a flow (``tracking``, ``statuses``, ``invoices``) knows of an order."""
    channel = _channel_of(store, record)
    if channel is None:
        return True
    wanted: bool = getattr(options_of(store, channel), flow)
    return wanted and not (flow in _OF_PARCELS and is_fulfilled(store, record))


def _channel_of(store: StoreRecord, record: OrderRecord) -> SalesChannel | None:
    """Return the order's channel; None where it could not be read, or nothing is special about any."""
    if not record.payload or not (store.options.channels or _FULFILLED in record.payload):
        return None
    return Order.model_validate_json(record.payload).channel
