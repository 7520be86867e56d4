"""A product as a store has it, to be taken into the ERP."""

from decimal import Decimal
from typing import Annotated

from tomada.domain.features import Feature
from tomada.domain.payload import Payload
from tomada.domain.product import Attribute, Sizes


class StoreVariation(Payload):
    """One variation of a store's product; ``price`` in BRL and ``balance`` in pieces, None where it has none."""

    variant_id: str
    sku: str
    attributes: tuple[Attribute, ...]
    gtin: str = ""
    price: Decimal | None = None
    balance: int | None = None


class StoreProduct(Payload):
    """One product of a store with its variations. A text that the store does not have is empty.

    ``price`` and ``cost`` are BRL, ``balance`` is in pieces, each None where the store has none. ``category`` is the
    path of its main category from the root; ``images`` are public addresses, the main one first. ``description``
    may hold HTML.
    """

    product_id: str
    sku: str
    name: str
    description: str = ""
    price: Decimal | None = None
    cost: Decimal | None = None
    balance: int | None = None
    gtin: str = ""
    ncm: str = ""
    brand: str = ""
    warranty: str = ""
    sizes: Sizes = Sizes()
    category: Annotated[tuple[str, ...], Feature("mapping.category")] = ()
    images: tuple[str, ...] = ()
    variations: tuple[StoreVariation, ...] = ()

    @property
    def skus(self) -> tuple[str, ...]:
        """The SKUs of what is sold: of the variations where there are any."""
        return tuple(one.sku for one in self.variations) or (self.sku,)
