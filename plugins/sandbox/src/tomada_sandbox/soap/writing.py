"""The operations that write: each changes the store and returns (code, id); ``001`` says that nothing changed."""

import re
from collections.abc import Callable, Mapping

from tomada_sandbox.soap import goods
from tomada_sandbox.soap.answers import RefusedError
from tomada_sandbox.tray.mail import tell
from tomada_sandbox.tray.state import Invoice, Order, Store
from tomada_sandbox.tray.wire import write_moment
from tomada_sandbox.world import World

Given = Mapping[str, str]
Writer = Callable[[World, Store, Given], tuple[str, str]]

DONE, SAME = "000", "001"
_KEY = re.compile(r"[0-9]{6}[A-Z0-9]{12}[0-9]{26}")


def _tick_off(world: World, store: Store, given: Given) -> tuple[str, str]:
    if given["entidade"] != "pedidos":
        raise RefusedError("111", "Entidade desconhecida")
    order = _order(store, given, "id")
    there = order.id in store.service.todo
    store.service.todo.pop(order.id, None)
    return (DONE if there else SAME), str(order.id)


def _product(world: World, store: Store, given: Given) -> tuple[str, str]:
    return DONE, str(goods.save_product(world, store, given))


def _grade(world: World, store: Store, given: Given) -> tuple[str, str]:
    return DONE, str(goods.save_grade(world, store, given))


def _stock(world: World, store: Store, given: Given) -> tuple[str, str]:
    found = goods.stocked(store, given)
    if not re.fullmatch(r"\d{1,9}", given["estoque"]):
        raise RefusedError("111", "estoque inválido")
    same = found.stock == int(given["estoque"])
    found.stock = int(given["estoque"])
    found.modified = write_moment(world.stamp(store))
    return (SAME if same else DONE), str(found.id)


def _price(world: World, store: Store, given: Given) -> tuple[str, str]:
    found = goods.stocked(store, given)
    goods.set_price(found, given)
    found.modified = write_moment(world.stamp(store))
    return DONE, str(found.id)


def _available(world: World, store: Store, given: Given) -> tuple[str, str]:
    if given["disponivel"] not in ("S", "N"):
        raise RefusedError("111", "disponivel inválido")
    if given["is_grade"] == "S":
        return SAME, given["id_produto"]  # a grade has no such mark of its own
    found = store.products.get(int(given["id_produto"] or 0))
    if found is None:
        raise RefusedError("200", "Produto não encontrado")
    found.available = given["disponivel"] == "S"
    return DONE, str(found.id)


def _status(world: World, store: Store, given: Given) -> tuple[str, str]:
    order = _order(store, given, "id_pedido")
    status = store.statuses.get(int(given["id_status"]) if given["id_status"].isdecimal() else 0)
    if status is None:
        raise RefusedError("301", "Status desconhecido")
    if order.status_id == status.id:
        return SAME, str(order.id)
    order.status_id = status.id
    tell(world, store, order, "status", status.name)
    store.touch(order, world.stamp(store))
    return DONE, str(order.id)


def _parcel(world: World, store: Store, given: Given) -> tuple[str, str]:
    order = _order(store, given, "id_pedido")
    told = {
        "sending_code": given["codigo_rastreio"],
        "tracking_url": given["url_rastreio"],
        "sending_date": given["data_envio"],
    }
    told = {name: value for name, value in told.items() if value}
    if all(order.texts.get(name) == value for name, value in told.items()):
        return SAME, str(order.id)
    order.texts |= told
    tell(world, store, order, "tracking", order.texts.get("sending_code", ""))
    store.touch(order, world.stamp(store))
    return DONE, str(order.id)


def _invoice(world: World, store: Store, given: Given) -> tuple[str, str]:
    order = _order(store, given, "id_pedido")
    if not _KEY.fullmatch(given["chave"]):
        raise RefusedError("311", "Chave de acesso inválida")
    there = store.invoices.get(order.id, [])
    same = next((each for each in there if each.fields["key"] == given["chave"]), None)
    if same is not None:
        return SAME, str(same.id)
    if there:
        raise RefusedError("310", "O pedido já tem outra nota fiscal")
    told = {
        "issue_date": given["data_emissao"],
        "number": given["numero"],
        "serie": given["serie"],
        "value": given["valor"],
        "key": given["chave"],
        "link": given["link"],
        "xml_danfe": given["xml"],
    }
    now = world.stamp(store)
    made = Invoice(store.new_id(), order.id, told, created=write_moment(now), modified=write_moment(now))
    store.invoices.setdefault(order.id, []).append(made)
    tell(world, store, order, "invoice", given["chave"])
    store.touch(order, now)
    return DONE, str(made.id)


def _order(store: Store, given: Given, name: str) -> Order:
    found = store.orders.get(int(given[name]) if given[name].isdecimal() else 0)
    if found is None:
        raise RefusedError("300", "Pedido não encontrado")
    return found


WRITERS: Mapping[str, Writer] = {
    "fWSAtualizaListaToDo": _tick_off,
    "fWSCadastraProduto": _product,
    "fWSCadastraGradeProduto": _grade,
    "fWSAtualizaEstoqueProduto": _stock,
    "fWSAtualizaPrecoProduto": _price,
    "fWSAtualizaProdutoDisponivel": _available,
    "fWSAtualizaStatusPedido": _status,
    "fWSAtualizaRastreioPedido": _parcel,
    "fWSCadastraNotaFiscalPedido": _invoice,
}
