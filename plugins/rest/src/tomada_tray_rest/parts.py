"""Parts of one sale: an order that a store with several distribution centres split (tray-rest.md 9.1, 10.4).

Tray takes the pieces of a part out of the original order [doc]. Which field names the original is in no document: here
``dc_order_origin`` does, else ``group_id`` of a ``DistributionCenter`` that calls the order a child [guess]. What has
another shape says nothing: no order is lost for it.
"""

from tomada_tray_rest.wire import Record, WireError, identifier, member, text, unwrapped

_CHILD = "child_order"


def split_from(order: Record) -> str:
    """Return the id of the order that this one was split off; empty for any other."""
    own, origin = identifier(order, "id"), _id_of(order, "dc_order_origin")
    if not origin:
        try:
            centre = member(order, "DistributionCenter")
            origin = identifier(centre, "group_id") if text(centre, "type") == _CHILD else ""
        except WireError:
            origin = ""
    return "" if origin == own else origin


def split_into(order: Record) -> tuple[str, ...]:
    """Return the ids of the parts that were split off; the list has orders, or their ids alone."""
    children = order.get("OrderChilds")
    found = set()
    for child in children if isinstance(children, list) else []:
        record = unwrapped(child, "Order") if isinstance(child, dict) else {"id": child}
        found.add(_id_of(record, "order_id") or _id_of(record, "id"))
    return tuple(sorted(found - {""}))


def _id_of(record: Record, key: str) -> str:
    try:
        return identifier(record, key)
    except WireError:
        return ""
