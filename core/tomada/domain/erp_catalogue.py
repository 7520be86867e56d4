"""The ERP's catalogue: a product with all that a store needs, rows of a search, and drafts to write."""

from decimal import Decimal
from enum import StrEnum

from pydantic import AwareDatetime, Field

from tomada.domain.erp import ErpComponent
from tomada.domain.money import ZERO
from tomada.domain.payload import Payload


class ProductKind(StrEnum):
    """What a product is: sold as it is, made of others, the parent of variations, or a variation itself.

    A ``SERVICE`` is no goods at all and has no balance.
    """

    SIMPLE = "simple"
    KIT = "kit"
    PARENT = "parent"
    VARIATION = "variation"
    MANUFACTURED = "manufactured"
    RAW_MATERIAL = "raw_material"
    SERVICE = "service"


class ProductMeasures(Payload):
    """Weights in kg, sizes of the packed product in cm; zero where the ERP has none."""

    net_weight: Decimal = ZERO
    gross_weight: Decimal = ZERO
    height: Decimal = ZERO
    width: Decimal = ZERO
    length: Decimal = ZERO
    diameter: Decimal = ZERO


class ProductTexts(Payload):
    """What a shop shows: ``description`` is HTML or plain text as the ERP has it, ``slug`` the end of an address."""

    description: str = ""
    warranty: str = ""
    seo_title: str = ""
    seo_keywords: str = ""
    seo_description: str = ""
    slug: str = ""
    video: str = ""


class ErpCatalogueVariation(Payload):
    """A variation as its parent lists it; a read of its own id gives the rest. ``grid``: {"Tamanho": "G"}."""

    product_id: str
    sku: str
    price: Decimal
    grid: dict[str, str]


class ErpCatalogueProduct(Payload):
    """A product with everything that a store needs.

    Prices are BRL, zero where there is none (and zero is never sent, V1). ``category`` is the path, outermost
    level first. ``images`` are addresses. ``parent_id`` and ``grid`` are a variation's, ``variations`` a parent's,
    ``components`` a kit's. ``deleted`` ones are never ``active``. ``origin`` is the fiscal one (0 to 8).
    """

    product_id: str
    sku: str
    name: str
    unit: str
    active: bool
    deleted: bool = False
    kind: ProductKind
    parent_id: str = ""
    price: Decimal
    promotional_price: Decimal = ZERO
    cost: Decimal = ZERO
    gtin: str = ""
    ncm: str = ""
    origin: str = ""
    brand: str = ""
    category: tuple[str, ...] = ()
    category_id: str = ""
    preparation_days: int = 0
    measures: ProductMeasures = Field(default_factory=ProductMeasures)
    texts: ProductTexts = Field(default_factory=ProductTexts)
    images: tuple[str, ...] = ()
    grid: dict[str, str] = Field(default_factory=dict)
    variations: tuple[ErpCatalogueVariation, ...] = ()
    components: tuple[ErpComponent, ...] = ()


class ErpProductRow(Payload):
    """One row of a product search: no class, no texts, no balance. ``parent``: it has variations."""

    product_id: str
    sku: str
    name: str
    unit: str
    price: Decimal
    promotional_price: Decimal = ZERO
    gtin: str = ""
    active: bool
    deleted: bool = False
    parent: bool = False
    variation: bool = False
    created_at: AwareDatetime | None = None


class ErpProductChange(Payload):
    """A product that the ERP's feed of changed products names; read it to learn what is new."""

    product_id: str
    sku: str
    name: str


class ErpVariationDraft(Payload):
    """A variation to be created with its parent; ``opening_stock`` in pieces, None for none."""

    sku: str
    price: Decimal
    grid: dict[str, str]
    opening_stock: Decimal | None = None


class ErpProductDraft(Payload):
    """A product to be created, or (with ``product_id``) to be replaced as a whole.

    ``kind`` is simple, kit or parent; a variation that exists is replaced under its own id. ``opening_stock``
    counts for a new product only. Prices are BRL; the promotional one needs an extension of the ERP.
    """

    product_id: str = ""
    sku: str
    name: str
    unit: str = "UN"
    active: bool = True
    kind: ProductKind = ProductKind.SIMPLE
    price: Decimal
    promotional_price: Decimal = ZERO
    cost: Decimal = ZERO
    origin: str = "0"
    gtin: str = ""
    ncm: str = ""
    brand: str = ""
    category: tuple[str, ...] = ()
    measures: ProductMeasures = Field(default_factory=ProductMeasures)
    texts: ProductTexts = Field(default_factory=ProductTexts)
    images: tuple[str, ...] = ()
    opening_stock: Decimal | None = None
    grid: dict[str, str] = Field(default_factory=dict)
    variations: tuple[ErpVariationDraft, ...] = ()
    components: tuple[ErpComponent, ...] = ()


class ErpProductResult(Payload):
    """What became of one draft: the ERP's id, or why it was refused (``code``, ``message``, the ERP's ``field``)."""

    sku: str
    product_id: str = ""
    code: str = ""
    message: str = ""
    field: str = ""

    @property
    def accepted(self) -> bool:
        """Tell whether the ERP has taken it."""
        return not self.code
