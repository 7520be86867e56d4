"""Products: create and alter, in batches that are limited apart (tiny-api.md A3, A6.3)."""

from collections.abc import Callable

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny import feed, stock_engine
from tomada_sandbox.tiny.envelope import (
    DUPLICATE,
    INVALID,
    NOT_FOUND,
    NOT_PROCESSED,
    QUOTA,
    TOO_MANY_RECORDS,
    RefusedError,
    success,
)
from tomada_sandbox.tiny.goods import Product
from tomada_sandbox.tiny.parameters import json_parameter, parameters
from tomada_sandbox.tiny.product_draft import ProductDraft, VariationDraft, read_draft
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.world import World

BLOCKED = "API Bloqueada - Excedido o número de acessos a API, aguarde alguns minutos e tente novamente."
_MOST_RECORDS = 20

_Store = Callable[[World, Account, ProductDraft], Product]


def include(world: World, account: Account, request: Request) -> Answer:
    """``produto.incluir.php``; the ids of variations are not told."""
    return _batch(world, account, request, _create)


def alter(world: World, account: Account, request: Request) -> Answer:
    """``produto.alterar.php``: located by id, else by code, else by name."""
    return _batch(world, account, request, _alter)


def _batch(world: World, account: Account, request: Request, store: _Store) -> Answer:
    if account.batch.admit("batch", world.now()) is not None:
        raise RefusedError(QUOTA, BLOCKED, 1)
    account.batch.leave()
    contents = _contents(request)
    if len(contents) > _MOST_RECORDS:
        raise RefusedError(TOO_MANY_RECORDS, "O lote excede o número máximo de registros")
    records = [_stored(world, account, read_draft(account, content), store) for content in contents]
    request.note(products=[record["id"] for record in records if "id" in record])
    wrapped = [{"registro": record} for record in records]
    if all(record["status"] == "OK" for record in records):
        return success(registros=wrapped)
    return success(status_processamento=2, status="Erro", registros=wrapped)


def _contents(request: Request) -> list[dict[str, object]]:
    """Return the records: a list of wrapped ones, or the single one that some clients send."""
    whole = json_parameter(parameters(request), "produto")
    parts = whole.get("produtos", [whole])
    contents = [part.get("produto") if isinstance(part, dict) else None for part in parts or [None]]
    found = [content for content in contents if isinstance(content, dict)]
    if len(found) < len(contents):
        raise RefusedError(NOT_PROCESSED, "ERRO ao processar o JSON: o produto deve ser informado")
    return found


def _stored(world: World, account: Account, draft: ProductDraft, store: _Store) -> dict[str, object]:
    try:
        if draft.errors:
            return _failed(draft, INVALID, draft.errors)
        product = store(world, account, draft)
    except RefusedError as error:
        return _failed(draft, error.code, [{"erro": error.text}])
    feed.enqueue(account.changed_products, product.id, world.stamp(account))
    return {"sequencia": draft.sequence, "status": "OK", "id": str(product.id)}


def _failed(draft: ProductDraft, code: int, errors: list[dict[str, str]]) -> dict[str, object]:
    return {"sequencia": draft.sequence, "status": "Erro", "codigo_erro": str(code), "erros": errors}


def _create(world: World, account: Account, draft: ProductDraft) -> Product:
    skus = [sku for sku in (draft.sku, *(part.sku for part in draft.variations)) if sku]
    taken = any(account.product_by_sku(sku) for sku in skus)
    if account.switches.duplicate_products == "refuse" and (taken or len(set(skus)) < len(skus)):
        raise RefusedError(DUPLICATE, "Registro em duplicidade")
    now = world.stamp(account)
    product = account.add_product(
        Product(account.new_id(), draft.sku, draft.name, draft.price, now, class_=draft.class_)  # type: ignore[arg-type]  # checked
    )
    product.variation = "P" if draft.variations else "N"
    _fill(product, draft)
    for part in draft.variations:
        _add_variation(world, account, product, part)
    if draft.opening:
        stock_engine.book(world, account, product, "B", draft.opening, origin="saldo inicial")
    return product


def _add_variation(world: World, account: Account, parent: Product, part: VariationDraft) -> None:
    child = Product(
        account.new_id(),
        part.sku,
        " ".join([parent.name, *part.grid.values()])[:120],
        part.price or parent.price,
        world.stamp(account),
        unit=parent.unit,
        variation="V",
        parent_id=parent.id,
        grid=part.grid,
    )
    account.add_product(child)
    feed.enqueue(account.changed_products, child.id, world.stamp(account))
    if part.opening:
        stock_engine.book(world, account, child, "B", part.opening, origin="saldo inicial")


def _alter(world: World, account: Account, draft: ProductDraft) -> Product:
    product = _located(account, draft)
    if draft.sku and draft.sku != product.sku:
        product.sku = draft.sku
        account.find_by_sku(product)
    product.name, product.price = draft.name, draft.price
    if account.switches.alter_products == "replace":
        product.details, product.images, product.attachments = {}, [], []
        product.gtin, product.promotional_price, product.cost = "", draft.promotional_price, draft.cost
    _fill(product, draft)
    if "kit" in draft.given:
        product.kit = draft.kit
    known = [child.grid for child in account.children(product)]
    for part in draft.variations:
        if part.grid not in known:
            product.variation = "P"
            _add_variation(world, account, product, part)
    return product


def _located(account: Account, draft: ProductDraft) -> Product:
    if draft.id:
        found = account.products.get(int(draft.id)) if draft.id.isdecimal() else None
    else:
        found = account.product_by_sku(draft.sku) or next(
            (product for product in account.products.values() if product.name == draft.name), None
        )
    if found is None or found.situation == "E":
        raise RefusedError(NOT_FOUND, "Produto não localizado")
    return found


def _fill(product: Product, draft: ProductDraft) -> None:
    """Take over what was sent, and nothing else."""
    product.unit, product.situation = draft.unit, draft.situation  # type: ignore[assignment]  # checked
    product.details |= draft.details
    for name, field in _GIVEN.items():
        if field in draft.given:
            setattr(product, name, getattr(draft, name))


_GIVEN = {
    "gtin": "gtin",
    "promotional_price": "preco_promocional",
    "cost": "preco_custo",
    "grid": "grade",
    "images": "imagens_externas",
    "attachments": "anexos",
    "kit": "kit",
}
