"""The operations that list: each takes the arguments after the access data and returns its rows."""

from collections.abc import Callable, Mapping
from datetime import date

from tomada_sandbox.clock import BRASILIA
from tomada_sandbox.soap import goods, orders
from tomada_sandbox.soap.wire import Row
from tomada_sandbox.tray.state import Order, Store

Given = Mapping[str, str]
Reader = Callable[[Store, Given], list[Row]]


def _yes(value: object) -> str:
    return "S" if value else "N"


def _payments(store: Store, given: Given) -> list[Row]:
    names = sorted({order.payment_method for order in store.orders.values() if order.payment_method})
    return [{"id": str(place), "descricao": name, "ativo": "S"} for place, name in enumerate(names, 1)]


def _shippings(store: Store, given: Given) -> list[Row]:
    return [
        {
            "id": str(each.id),
            "descricao": each.display_name,
            "integrador": each.identifier,
            "transportadora": each.name,
            "prazo": "5",
            "ativo": _yes(each.active),
        }
        for each in store.shippings
    ]


def _statuses(store: Store, given: Given) -> list[Row]:
    return [
        {"id": str(each.id), "descricao": each.name, "tipo": each.type, "padrao": "S", "ativo": "S"}
        for each in store.statuses.values()
    ]


def _channels(store: Store, given: Given) -> list[Row]:
    names = [
        "LOJA VIRTUAL",
        *sorted({order.point_sale for order in store.orders.values()} - {"LOJA VIRTUAL", ""}),
    ]
    return [
        {"id": str(place), "codigo": name, "descricao": name, "tipo": "loja", "ativo": "S"}
        for place, name in enumerate(names, 1)
    ]


def _orders(store: Store, given: Given) -> list[Row]:
    """What stands on the to-do list, or all where ticking off is ignored; filtered by the day of the order."""
    found = sorted(store.orders.values(), key=lambda order: order.id)
    if store.service.acknowledging == "drops":
        found = [order for order in found if order.id in store.service.todo]
    first, last = _day(given["data_inicial"], date.min), _day(given["data_final"], date.max)
    found = [order for order in found if first <= order.placed.astimezone(BRASILIA).date() <= last]
    if given["status_atual"]:
        found = [order for order in found if str(order.status_id) == given["status_atual"]]
    return [orders.order_row(store, order) for order in found]


def _order(store: Store, given: Given) -> list[Row]:
    return [orders.order_row(store, order) for order in _named(store, given)]


def _items(store: Store, given: Given) -> list[Row]:
    return [row for order in _named(store, given) for row in orders.item_rows(order)]


def _instalments(store: Store, given: Given) -> list[Row]:
    return [row for order in _named(store, given) for row in orders.instalment_rows(order)]


def _buyer(store: Store, given: Given) -> list[Row]:
    return [orders.buyer_row(store, order) for order in _named(store, given)]


def _product(store: Store, given: Given) -> list[Row]:
    found = store.products.get(_number(given["id_produto"]))
    return [goods.product_row(found)] if found else []


def _product_by_reference(store: Store, given: Given) -> list[Row]:
    return [
        goods.product_row(each) for each in store.products.values() if each.sku == given["cod_prod"] != ""
    ]


def _grades(store: Store, given: Given) -> list[Row]:
    found = store.products.get(_number(given["id_produto"]))
    return [goods.grade_row(found, each) for each in found.variants] if found else []


def _named(store: Store, given: Given) -> list[Order]:
    found = store.orders.get(_number(given["id_pedido"]))
    return [found] if found else []


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0


def _day(text: str, empty: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return empty


READERS: Mapping[str, Reader] = {
    "fWSFormasPagamentosDisponiveis": _payments,
    "fWSFormasEnvioDisponiveis": _shippings,
    "fWSStatusPedidosDisponiveis": _statuses,
    "fWSCanaisVendaDisponiveis": _channels,
    "fWSImportaPedidos": _orders,
    "fWSImportaPedidoPorId": _order,
    "fWSImportaItensPedidoPorId": _items,
    "fWSImportaParcelasPedidoPorId": _instalments,
    "fWSImportaClientePorPedidoAvancado": _buyer,
    "fWSImportaProdutoPorID": _product,
    "fWSImportaProdutoPorCodReferencia": _product_by_reference,
    "fWSImportaGradesProduto": _grades,
}
