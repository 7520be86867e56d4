"""Products going out: one row for the product and one for each variation (contract 9.6, PRD)."""

from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Decimal

from tomada.domain.product import Product, Sizes, Variation
from tomada.spi import Context, Outcome, Push
from tomada_tray_ftp.dialect import Dialect
from tomada_tray_ftp.layouts import PRODUCTS
from tomada_tray_ftp.outgoing import Row, Told, send
from tomada_tray_ftp.sentences import _

LENGTHS = {
    "nome": 200,
    "descricao_curta": 500,
    "descricao": 4800,
    "categoria": 300,
    "marca": 120,
    "ean": 120,
    "ncm": 8,
    "garantia": 200,
    "referencia": 120,
}
PICTURES = 6
_GRAMS = Decimal(1000)


def push_products(ctx: Context, batch: Sequence[Push[Product]]) -> Iterator[Outcome]:
    """Write a file of products; what the store makes of them it answers later."""
    dialect = ctx.settings.dialect()
    told = {push.key: product_rows(push, dialect) for push in batch}
    return send(ctx, ctx.settings.products_dir, PRODUCTS, batch, told)


def product_rows(push: Push[Product], dialect: Dialect) -> Told:
    """Return the rows of a product; what is empty is left as the store has it."""
    product = push.value
    known = push.links.get(product.ref)
    whole: Row = {
        "tipo_linha": "P",
        "acao": "I",
        "referencia": product.sku,
        "id_produto": known.product_id if known else "",
        "nome": product.name or "",
        "descricao_curta": product.summary or "",
        "descricao": product.description or "",
        "preco": _price(product.price, dialect),
        "categoria": " > ".join(product.category or ()),
        "marca": product.brand or "",
        "ean": product.gtin or "",
        "ncm": (product.ncm or "").replace(".", ""),
        "garantia": product.warranty or "",
        "disponivel": "" if product.available is None else dialect.write_flag(value=product.available),
        **_sizes(product.sizes),
        **_pictures(product.images),
    }
    rows = [whole, *(_variation_row(product, one, dialect) for one in product.variations)]
    return Told(product.sku, tuple(map(_cut, rows)), _warnings(product, whole))


def _variation_row(product: Product, variation: Variation, dialect: Dialect) -> Row:
    row: Row = {
        "tipo_linha": "V",
        "acao": "I",
        "referencia": variation.sku,
        "referencia_pai": product.sku,
        "preco": _price(variation.price, dialect),
        "ean": variation.gtin or "",
        **_sizes(variation.sizes),
        **_pictures(variation.images),
    }
    for place, axis in enumerate(variation.attributes[:2], 1):
        row |= {f"grade_tipo_{place}": axis.name, f"grade_valor_{place}": axis.value}
    return row


def _price(price: Decimal | None, dialect: Dialect) -> str:
    """Write a price; one of zero is never sent (V1)."""
    return dialect.write_number(price) if price else ""


def _sizes(sizes: Sizes | None) -> Row:
    if sizes is None:
        return {}
    told = {
        "peso": sizes.weight * _GRAMS,
        "altura": sizes.height,
        "largura": sizes.width,
        "comprimento": sizes.length,
    }
    return {name: str(int(value.to_integral_value(ROUND_HALF_UP))) for name, value in told.items() if value}


def _pictures(images: tuple[str, ...] | None) -> Row:
    return {f"imagem_{place}": address for place, address in enumerate((images or ())[:PICTURES], 1)}


def _cut(row: Row) -> Row:
    return {name: text[: LENGTHS.get(name)] for name, text in row.items()}


def _warnings(product: Product, whole: Row) -> tuple[str, ...]:
    found = [
        _("{field} was cut to {length} characters.").format(field=name, length=length)
        for name, length in LENGTHS.items()
        if len(whole.get(name, "")) > length
    ]
    if product.images and len(product.images) > PICTURES:
        found.append(_("The store takes {count} pictures only.").format(count=PICTURES))
    if any(len(variation.attributes) > 2 for variation in product.variations):
        found.append(_("The store takes two axes of variations only."))
    return tuple(found)
