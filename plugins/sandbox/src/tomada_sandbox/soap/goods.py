"""Products and their grades (variations) in the web service's words: shown, created, updated."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from tomada_sandbox.soap.answers import RefusedError
from tomada_sandbox.soap.wire import Row
from tomada_sandbox.tiny.wire import money
from tomada_sandbox.tray.state import Product, Store, Variant
from tomada_sandbox.tray.wire import read_amount, write_moment
from tomada_sandbox.world import World

Given = Mapping[str, str]

_FIELDS = {
    "descricao_curta": "description_small",
    "descricao": "description",
    "preco_custo": "cost_price",
    "preco_promocional": "promotional_price",
    "data_inicio_promocao": "start_promotion",
    "data_fim_promocao": "end_promotion",
    "marca": "brand",
    "modelo": "model",
    "ncm": "ncm",
    "peso": "weight",
    "altura": "height",
    "largura": "width",
    "comprimento": "length",
    "estoque_minimo": "minimum_stock",
    "prazo_disponibilidade": "availability_days",
    "garantia": "warranty",
    "itens_inclusos": "included_items",
}
_LENGTHS = {"referencia": 120, "nome": 200, "descricao_curta": 500, "descricao": 4800, "marca": 120, "ncm": 8}


def product_row(product: Product) -> Row:
    """Return ``tProduto``."""
    return {
        "id_produto": str(product.id),
        "referencia": product.sku,
        "nome": product.name,
        "preco": money(product.price),
        "id_categoria": str(product.category_id) if product.category_id else "",
        "id_marca": "",
        "ean": product.gtin,
        "estoque": str(product.shown_stock),
        "disponivel": "S" if product.available else "N",
        **_texts(product.fields),
        **_pictures(product.pictures, 6),
    }


def grade_row(product: Product, variant: Variant) -> Row:
    """Return ``tGrade``."""
    axes: dict[str, str] = {}
    for place, (type_, value) in enumerate(variant.sku_values[:2], 1):
        axes |= {f"tipo_{place}": type_, f"valor_{place}": value}
    sizes = {name: text for name, text in _texts(variant.fields).items() if name in _SIZES}
    return {
        "id_grade": str(variant.id),
        "id_produto": str(product.id),
        "referencia": variant.sku,
        "ean": variant.gtin,
        "preco": money(variant.price),
        "estoque": str(variant.stock),
        **sizes,
        **axes,
        **_pictures(variant.pictures, 1),
    }


_SIZES = ("peso", "altura", "largura", "comprimento")


def save_product(world: World, store: Store, given: Given) -> int:
    """Create or update a product; what is empty stays, one blank clears it. Return its id."""
    _check(given)
    product = None
    if given["id_produto"]:
        product = store.products.get(_number(given, "id_produto"))
        if product is None:
            raise RefusedError("200", "Produto não encontrado")
    _free_reference(store, given["referencia"], product.id if product else 0)
    if product is None:
        if not given["nome"] or not given["preco"]:
            raise RefusedError("110", "nome e preco são obrigatórios")
        product = Product(store.new_id(), "", "", Decimal(0))
        product.created = write_moment(world.stamp(store))
    _fill(product, given)
    product.name = _text(given, "nome", product.name)
    category = _number(given, "id_categoria") if given["id_categoria"].strip() else product.category_id
    product.category_id = category
    if given["disponivel"]:
        product.available = given["disponivel"] == "S"
    product.modified = write_moment(world.stamp(store))
    store.add_product(product)
    store.renamed()
    return product.id


def save_grade(world: World, store: Store, given: Given) -> int:
    """Create or update a grade; two grades of a product never have the same values. Return its id."""
    parent = store.products.get(_number(given, "id_produto"))
    if parent is None:
        raise RefusedError("200", "Produto não encontrado")
    grade = None
    if given["id_grade"]:
        grade = next((each for each in parent.variants if each.id == _number(given, "id_grade")), None)
        if grade is None:
            raise RefusedError("202", "Grade não encontrada")
    _free_reference(store, given["referencia"], grade.id if grade else 0)
    values = tuple(
        (given[f"tipo_{place}"], given[f"valor_{place}"]) for place in (1, 2) if given[f"valor_{place}"]
    )
    if grade is None:
        if not values:
            raise RefusedError("110", "tipo_1 e valor_1 são obrigatórios")
        if any(each.sku_values == values for each in parent.variants):
            raise RefusedError("111", "Grade já existe")
        grade = store.add_variant(parent, Variant(store.new_id(), "", parent.price, values))
    _fill(grade, given)
    grade.sku_values = values or grade.sku_values
    grade.modified = write_moment(world.stamp(store))
    store.add_product(parent)
    store.renamed()
    return grade.id


def stocked(store: Store, given: Given) -> Product | Variant:
    """Return the product or grade that a call is about."""
    id_ = _number(given, "id_produto")
    if given["is_grade"] == "S":
        parent = store.variants.get(id_)
        if parent is None:
            raise RefusedError("202", "Grade não encontrada")
        return next(each for each in parent.variants if each.id == id_)
    found = store.products.get(id_)
    if found is None:
        raise RefusedError("200", "Produto não encontrado")
    return found


def set_price(goods: Product | Variant, given: Given) -> None:
    """Set the price and the promotion; what is empty stays, and a price is above zero."""
    price = _amount(given, "preco")
    if price <= 0:
        raise RefusedError("111", "preco inválido")
    goods.price = price
    told = ("preco_promocional", "data_inicio_promocao", "data_fim_promocao")
    goods.fields |= {_FIELDS[name]: given[name] for name in told if given[name]}


def _fill(goods: Any, given: Given) -> None:  # noqa: ANN401 - a product or a variant, which share these fields
    goods.sku = _text(given, "referencia", goods.sku)
    goods.gtin = _text(given, "ean", goods.gtin)
    if given["preco"]:
        goods.price = _amount(given, "preco")
    if given["estoque"]:
        goods.stock = int(_amount(given, "estoque"))
    goods.fields |= {key: given[name].strip() for name, key in _FIELDS.items() if given.get(name)}
    slots = [*goods.pictures, *[""] * (6 - len(goods.pictures))]
    for place in range(1, 7):
        if given.get(f"imagem_{place}"):
            slots[place - 1] = given[f"imagem_{place}"].strip()
    goods.pictures = [address for address in slots if address]


def _check(given: Given) -> None:
    for name, length in _LENGTHS.items():
        if len(given[name]) > length:
            raise RefusedError("111", f"{name}: no máximo {length} caracteres")


def _free_reference(store: Store, reference: str, own_id: int) -> None:
    found = store.find_sku(reference) if reference.strip() else None
    if found is not None and (found[1] or found[0]) != own_id:
        raise RefusedError("201", "Referência usada por outro produto")


def _text(given: Given, name: str, now: str) -> str:
    return given[name].strip() if given[name] else now


def _number(given: Given, name: str) -> int:
    if not given[name].strip().isdecimal():
        raise RefusedError("111", f"{name} inválido")
    return int(given[name])


def _amount(given: Given, name: str) -> Decimal:
    try:
        return read_amount(given[name], name)
    except ValueError:
        raise RefusedError("111", f"{name} inválido") from None


def _texts(fields: dict[str, str]) -> dict[str, str]:
    return {name: str(fields.get(key, "")) for name, key in _FIELDS.items()}


def _pictures(addresses: list[str], most: int) -> dict[str, str]:
    return {f"imagem_{place}": address for place, address in enumerate(addresses[:most], 1)}
