"""The store's lists and its own data (tray-rest.md 11.1, 12.4, 12.6)."""

import json
from collections.abc import Mapping, Sequence

from tomada_sandbox.messages import Answer, Request, page_of
from tomada_sandbox.tray.answers import RefusedError
from tomada_sandbox.tray.listing import envelope, paging, sorting
from tomada_sandbox.tray.state import Shipping, Store
from tomada_sandbox.tray.wire import flag
from tomada_sandbox.world import World

_ACTIVE = "ativa"


def statuses(world: World, store: Store, request: Request) -> Answer:
    """``GET /orders/statuses``: ids and names; neither the type nor any filter is offered."""
    rows = [
        {"OrderStatus": {"status": status.name, "id": str(status.id), "show_backoffice": "1"}}
        for status in store.statuses.values()
    ]
    return _page("OrderStatuses", "OrderStatus", rows, request)


def status(world: World, store: Store, request: Request, id_: str) -> Answer:
    """``GET /orders/statuses/:id``."""
    found = store.statuses.get(int(id_))
    if found is None:
        raise RefusedError(404, ["OrderStatus not found"])
    return Answer.json({"OrderStatus": {"status": found.name, "id": str(found.id), "default": "1"}})


def shippings(world: World, store: Store, request: Request) -> Answer:
    """``GET /shippings``, all or those with a ``status``."""
    wanted = request.query.get("status")
    chosen = [each for each in store.shippings if wanted in (None, flag(each.active))]
    rows = [{"Shipping": _shipping(each)} for each in chosen]
    return _page("Shippings", "Shipping", rows, request, ("status", "gateway"))


def info(world: World, store: Store, request: Request) -> Answer:
    """``GET /info``; a store that is not active never answers it."""
    content = {**store.info, "id": store.id, "uri": request.address, "internal_status": _ACTIVE}
    return Answer.json({**content, "logo": {"http": "", "https": ""}, "messages": {"footer": ""}})


def _shipping(each: Shipping) -> dict[str, str]:
    return {
        "id": str(each.id),
        "cod": str(each.id),
        "name": each.name,
        "identifier": each.identifier,
        "display_name": each.display_name,
        "status": flag(each.active),
        "gateway": "0",
    }


def _page(
    key: str,
    singular: str,
    rows: Sequence[Mapping[str, Mapping[str, str]]],
    request: Request,
    available: Sequence[str] = (),
) -> Answer:
    field, direction = sorting(request.query, ("id",))
    ordered = sorted(rows, key=lambda row: int(row[singular]["id"]), reverse=direction == "desc")
    page = paging(request.query)
    shown = page_of(ordered, *page, request.shift)
    wire = (json.dumps(row, ensure_ascii=False).encode() for row in shown)
    return envelope(key, wire, len(rows), page, (field, direction), available)
