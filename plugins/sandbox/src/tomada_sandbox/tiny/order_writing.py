"""Orders: create, and change of status (tiny-api.md A9.2, A9.6)."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from tomada_sandbox.clock import BRASILIA
from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny import contacts, stock_engine
from tomada_sandbox.tiny.envelope import (
    DUPLICATE,
    INVALID,
    NOT_PROCESSED,
    PARAMETER,
    RefusedError,
    failed_record,
    success,
)
from tomada_sandbox.tiny.order_draft import Draft, read_draft
from tomada_sandbox.tiny.order_search import find
from tomada_sandbox.tiny.parameters import json_parameter, parameters
from tomada_sandbox.tiny.sales import Order
from tomada_sandbox.tiny.situations import set_situation
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import SITUATIONS
from tomada_sandbox.world import World

_DUPLICATE_WINDOW = timedelta(minutes=30)


def include(world: World, account: Account, request: Request) -> Answer:
    """``pedido.incluir.php``: one order, in a field ``pedido`` that holds ``{"pedido": {…}}``."""
    content = _content(parameters(request))
    if account.switches.refuse_duplicates and _came_already(world, account, content):
        return failed_record(DUPLICATE, [{"erro": "Registro em duplicidade"}])
    draft = read_draft(account, content, world.now().astimezone(BRASILIA).date())
    if draft.errors:
        return failed_record(INVALID, draft.errors)
    account.recent_payloads[_fingerprint(content)] = world.now()
    order = account.add_order(_order(world, account, draft))
    stock_engine.follow(world, account, order)
    request.note(order=order.id, ecommerce_number=order.ecommerce_number)
    # Production returns an object here, while the failures of the same service come as an array.
    record = {"sequencia": "1", "status": "OK", "id": str(order.id), "numero": str(order.number)}
    return success(status_processamento=3, registros={"registro": record})


def change_situation(world: World, account: Account, request: Request) -> Answer:
    """``pedido.alterar.situacao``: any status to any other."""
    params = parameters(request)
    order = find(account, params)
    code = params.get("situacao", "").strip().lower()
    if code not in SITUATIONS:
        raise RefusedError(PARAMETER, "O parâmetro situacao é inválido")
    set_situation(world, account, order, code)
    request.note(order=order.id, situation=code)
    return success()


def _content(params: dict[str, str]) -> dict[str, Any]:
    content = json_parameter(params, "pedido").get("pedido")
    if not isinstance(content, dict):
        raise RefusedError(NOT_PROCESSED, "ERRO ao processar o JSON: o pedido deve ser informado")
    return content


def _came_already(world: World, account: Account, content: dict[str, Any]) -> bool:
    came = account.recent_payloads.get(_fingerprint(content))
    return came is not None and world.now() - came < _DUPLICATE_WINDOW


def _fingerprint(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _order(world: World, account: Account, draft: Draft) -> Order:
    contact = contacts.of_order(world, account, draft.customer, update=draft.update_customer)
    now = world.stamp(account)
    for marker in draft.markers:
        account.marker_id(marker)
    return Order(
        id=account.new_id(),
        number=account.new_number(),
        ecommerce_number=draft.ecommerce_number,
        placed=draft.placed,
        situation=draft.situation,
        contact_id=contact.id,
        customer=dict(contact.fields),
        lines=draft.lines,
        created=now,
        updated=now,
        delivery=draft.delivery,
        freight=draft.freight,
        discount=draft.discount,
        other_expenses=draft.other_expenses,
        instalments=draft.instalments,
        markers=draft.markers,
        texts=draft.texts,
        ecommerce=draft.ecommerce,
        intermediary=draft.intermediary,
        payments=draft.payments,
        internal_note=draft.internal_note,
        occurrences=[(draft.situation, now)],
    )
