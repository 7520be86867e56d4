"""A product as a platform is to show it, in the words of every platform."""

from decimal import Decimal

from tomada.domain.payload import Payload


class Attribute(Payload):
    """One axis of a variation with its value, such as ``Cor`` and ``Azul``."""

    name: str
    value: str


class Sizes(Payload):
    """Weight in kg and the package's sides in cm, as shipping is calculated from them."""

    weight: Decimal = Decimal(0)
    height: Decimal = Decimal(0)
    width: Decimal = Decimal(0)
    length: Decimal = Decimal(0)


class Variation(Payload):
    """One variation of a product; ``ref`` names it in links and outcomes (the ERP's product id).

    ``price`` is in BRL. A value of None is left as the store has it.
    """

    ref: str
    sku: str
    attributes: tuple[Attribute, ...]
    gtin: str | None = None
    price: Decimal | None = None
    sizes: Sizes | None = None
    images: tuple[str, ...] | None = None


class Product(Payload):
    """One product with its variations. A value of None is left as the store has it (P3).

    ``ref`` names it in links and outcomes (the ERP's product id). ``price`` is in BRL and never zero; ``images``
    are public addresses, the main one first; ``category`` is a path from the root as the ERP has it, ``category_id``
    the store's own category where it is known to be another.
    ``description`` may hold HTML. ``available``: whether it may be bought at all, whatever its balance.
    """

    ref: str
    sku: str
    name: str | None = None
    description: str | None = None
    summary: str | None = None
    price: Decimal | None = None
    gtin: str | None = None
    ncm: str | None = None
    brand: str | None = None
    warranty: str | None = None
    sizes: Sizes | None = None
    category: tuple[str, ...] | None = None
    category_id: str | None = None
    images: tuple[str, ...] | None = None
    seo_title: str | None = None
    seo_keywords: str | None = None
    seo_description: str | None = None
    available: bool | None = None
    variations: tuple[Variation, ...] = ()
