"""Orders: list, single and complete reads (tray-rest.md 10.1 to 10.4)."""

from collections.abc import Callable, Mapping

from tomada_sandbox.messages import Answer, Request, page_of
from tomada_sandbox.tiny.wire import names
from tomada_sandbox.tray.answers import RefusedError
from tomada_sandbox.tray.listing import envelope, paging, sorting
from tomada_sandbox.tray.order_view import complete_json, row_json, single_json
from tomada_sandbox.tray.state import Order, Store
from tomada_sandbox.tray.wire import flag, write_day
from tomada_sandbox.world import World

_JSON = {"content-type": "application/json; charset=utf-8"}

_AVAILABLE = names(
    "id status partner_id session_id sending_code customer_id shipment point_sale payment_form"
    " access_code external_code has_payment has_invoice has_shipment with_statuses printed"
    " payment_method_id store_note discount_coupon modified date shipment_date payment_date"
)

_EQUAL: dict[str, Callable[[Store, Order], str]] = {
    "id": lambda store, order: str(order.id),
    "status": lambda store, order: store.statuses[order.status_id].name,
    "customer_id": lambda store, order: str(order.customer_id),
    "point_sale": lambda store, order: order.point_sale,
    "external_code": lambda store, order: order.external_code,
    "shipment": lambda store, order: order.shipment,
    "payment_form": lambda store, order: order.payment_method,
    "sending_code": lambda store, order: order.texts.get("sending_code", ""),
    "has_payment": lambda store, order: flag(order.paid_at),
}

_DATED: dict[str, Callable[[Order], str]] = {
    "modified": lambda order: order.modified_text,
    "date": lambda order: write_day(order.placed),
    "payment_date": lambda order: write_day(order.paid_at),
}

_SORTS: dict[str, Callable[[Order], tuple[str, int]]] = {
    "id": lambda order: ("", order.id),
    "modified": lambda order: (order.modified_text, order.id),
    "date": lambda order: (write_day(order.placed), order.id),
}


def listing(world: World, store: Store, request: Request) -> Answer:
    """``GET /orders``."""
    query = request.query
    field, direction = sorting(query, _SORTS)
    if field == "modified" and store.switches.sort_by_modified == "ignored":
        field, direction = "id", "asc"
    given = {key: query[key] for key in (*_EQUAL, *_DATED) if query.get(key)}
    found = _selected(store, given, field, direction)
    page = paging(query)
    rows = page_of(found, *page, request.shift)
    wire = (row_json(store, order) for order in rows)
    return envelope("Orders", wire, len(found), page, (field, direction), _AVAILABLE, _applied(given))


def single(world: World, store: Store, request: Request, id_: str) -> Answer:
    """``GET /orders/:id``."""
    return Answer(200, single_json(store, find(store, request, id_)), dict(_JSON))


def complete(world: World, store: Store, request: Request, id_: str) -> Answer:
    """``GET /orders/:id/complete``."""
    return Answer(200, complete_json(store, find(store, request, id_)), dict(_JSON))


def find(store: Store, request: Request, id_: str) -> Order:
    """Return an order; 404 when the store has none of that number."""
    order = store.orders.get(int(id_))
    if order is None:
        raise RefusedError(404, ["Order not found"])
    request.note(order=order.id)
    return order


def _selected(store: Store, given: Mapping[str, str], field: str, direction: str) -> list[Order]:
    """Filter and sort, once for all pages that are read before the next change."""
    key = (*given.items(), field, direction)
    if key not in store.selections:
        rows = list(store.orders.values())
        for name, value in given.items():
            if name in _EQUAL:
                rows = [order for order in rows if _EQUAL[name](store, order) == value]
            else:
                start, end = _interval(name, value)
                rows = [order for order in rows if start <= _DATED[name](order) <= end]
        rows.sort(key=_SORTS[field], reverse=direction == "desc")
        store.selections[key] = rows
    return store.selections[key]


def _interval(name: str, value: str) -> tuple[str, str]:
    """Read ``start,end``, both included; one value is ``modified`` since then, or that very day."""
    start, comma, end = (part.strip() for part in value.partition(","))
    if not comma:
        end = "9999" if name == "modified" else start
    # A day alone sorts before each moment of it, and "~" after all of them.
    return start, f"{end}~" if len(end) <= 10 else end


def _applied(given: Mapping[str, str]) -> dict[str, str]:
    applied: dict[str, str] = {}
    for name, value in given.items():
        if name in _DATED and "," in value:
            start, _, end = value.partition(",")
            applied |= {f"Order.{name} >=": start.strip(), f"Order.{name} <=": end.strip()}
        else:
            applied[f"Order.{name}"] = value
    return applied
