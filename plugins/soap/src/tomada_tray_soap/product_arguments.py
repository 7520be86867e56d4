"""Products and variations in the service's arguments (8.6): only what is told and differs; empty leaves a field."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from tomada.domain.product import Product, Sizes, Variation
from tomada_tray_soap.operations import PICTURES
from tomada_tray_soap.sentences import _
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.wire import written_number

CLEARED = " "
"""What empties a field: an empty argument would leave it."""

LENGTHS = {
    "referencia": 120,
    "nome": 200,
    "descricao_curta": 500,
    "descricao": 4800,
    "marca": 120,
    "ean": 120,
    "ncm": 8,
}
_GRAMS = Decimal(1000)
Told = dict[str, str]


def product_arguments(product: Product, before: Product | None, settings: Settings) -> Told:
    """Return what is to be written of a product; ``before`` is what the store has."""
    return _differing(
        _product(product, settings),
        _product(before, settings) if before else {},
        clears=product.images is not None,
    )


def grade_arguments(variation: Variation, before: Variation | None, settings: Settings) -> Told:
    """Return what is to be written of a variation; ``before`` is what the store has."""
    return _differing(
        _grade(variation, settings),
        _grade(before, settings) if before else {},
        clears=variation.images is not None,
    )


def warnings_of(product: Product, *, creating: bool) -> tuple[str, ...]:
    """Say what the service takes only in part."""
    found = []
    if creating and product.category:
        told = _("Categories cannot be sent over SOAP: choose {path} in the store.")
        found.append(told.format(path=" > ".join(product.category)))
    if creating and (product.seo_title or product.seo_keywords or product.seo_description):
        found.append(_("Texts for search engines cannot be sent over SOAP."))
    if product.images and len(product.images) > PICTURES:
        found.append(_("The store takes {count} pictures only.").format(count=PICTURES))
    texts = {
        "nome": product.name,
        "descricao": product.description,
        "descricao_curta": product.summary,
    }
    for name, text in texts.items():
        if text and len(text) > LENGTHS[name]:
            told = _("{field} was cut to {length} characters.")
            found.append(told.format(field=name, length=LENGTHS[name]))
    if any(len(variation.attributes) > 2 for variation in product.variations):
        found.append(_("The store takes two axes of variations only."))
    return tuple(found)


def _differing(told: Told, known: Told, *, clears: bool) -> Told:
    """Return what differs; ``clears``: pictures that are there no more are taken away, else they are left alone."""
    gone = (name for name in known if name.startswith("imagem_") and name not in told)
    cleared = dict.fromkeys(gone, CLEARED) if clears else {}
    return cleared | {name: value for name, value in told.items() if known.get(name) != value}


def _product(product: Product, settings: Settings) -> Told:
    return _told(
        {
            "referencia": product.sku,
            "nome": product.name,
            "descricao": product.description,
            "descricao_curta": product.summary,
            "preco": _price(product.price, settings),
            "ean": product.gtin,
            "ncm": product.ncm and product.ncm.replace(".", ""),
            "marca": product.brand,
            "garantia": product.warranty,
            "disponivel": _available(product, settings),
            **_sizes(product.sizes),
            **_pictures(product.images, PICTURES),
        }
    )


def _grade(variation: Variation, settings: Settings) -> Told:
    axes: dict[str, str | None] = {}
    for place, axis in enumerate(variation.attributes[:2], 1):
        axes |= {f"tipo_{place}": axis.name, f"valor_{place}": axis.value}
    return _told(
        {
            "referencia": variation.sku,
            "ean": variation.gtin,
            "preco": _price(variation.price, settings),
            **_sizes(variation.sizes),
            **axes,
            **_pictures(variation.images, 1),
        }
    )


def _told(fields: Mapping[str, str | None]) -> Told:
    return {name: value[: LENGTHS.get(name)] for name, value in fields.items() if value}


def _available(product: Product, settings: Settings) -> str | None:
    if product.available is None:
        return None
    return settings.yes if product.available else settings.no


def _price(price: Decimal | None, settings: Settings) -> str | None:
    """A price of zero is never sent (V1)."""
    return written_number(price, settings) if price else None


def _sizes(sizes: Sizes | None) -> Told:
    """Return grams and whole centimetres."""
    if sizes is None:
        return {}
    told = {
        "peso": sizes.weight * _GRAMS,
        "altura": sizes.height,
        "largura": sizes.width,
        "comprimento": sizes.length,
    }
    return {name: f"{value.to_integral_value(ROUND_HALF_UP):f}" for name, value in told.items() if value}


def _pictures(images: tuple[str, ...] | None, most: int) -> Told:
    return {f"imagem_{place}": address for place, address in enumerate((images or ())[:most], 1)}
