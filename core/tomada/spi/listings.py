"""What passes between the core and a plugin while the store's own catalogue is read."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tomada.spi.reading import Checkpoint
from tomada.spi.writing import RemoteIds


@dataclass(frozen=True, slots=True)
class ListingQuery:
    """What ``listings_fetch`` is asked for.

    Without ``skus``, ``gtins`` and ``products``: the whole catalogue, from ``cursor`` on. None is the beginning, and
    the last cursor of a reading that came to its end asks only for what was added since. With any of them: only the
    listings that have one of these SKUs or GTINs, or that are these products with all their variations. A platform that
    has no list of what it sells yields nothing, not even a checkpoint, for the whole catalogue.
    """

    cursor: str | None = None
    skus: tuple[str, ...] = ()
    gtins: tuple[str, ...] = ()
    products: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """What ``products_fetch`` is asked for: these products by id, or without any all that ``known`` does not know."""

    products: tuple[str, ...]
    known: Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Listing:
    """Something that the store sells: a simple product, or one variation of a product.

    ``balance`` is in pieces and ``price`` in BRL, each None when the store does not tell; ``name`` includes
    the variation's. ``product_sku`` and ``product_gtin`` are those of the whole product that a variation belongs
    to, as far as they are known.
    """

    ids: RemoteIds
    sku: str
    name: str
    gtin: str = ""
    balance: int | None = None
    price: Decimal | None = None
    available: bool = True
    product_sku: str = ""
    product_gtin: str = ""


ListingEvent = Listing | Checkpoint
