"""What a Tray store holds: its lists, customers, products, orders, tokens and switches."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Literal, get_args

from tomada_sandbox.remote import Remote
from tomada_sandbox.soap.service import WebService
from tomada_sandbox.tray.tokens import Tokenry
from tomada_sandbox.tray.wire import plain, write_moment

ZERO = Decimal(0)
FIRST_ORDER = 1001
EPOCH = "2026-01-01 00:00:00"

StoreState = Literal["active", "blocked", "inactive", "cancelled", "unknown"]


@dataclass(frozen=True)
class Status:
    """An order status. Its id is this store's own; ``type`` is open, closed or canceled."""

    id: int
    name: str
    type: str


@dataclass(frozen=True)
class Shipping:
    """A shipping method; orders carry its ``display_name`` as text."""

    id: int
    name: str
    display_name: str
    identifier: str
    active: bool = True


@dataclass
class Variant:
    """A variation of a product, with what tells it from the others (``sku_values``: type and value).

    ``fields`` are further ones by their names in web_api, ``pictures`` the addresses that they were taken from.
    """

    id: int
    sku: str
    price: Decimal
    sku_values: tuple[tuple[str, str], ...] = ()
    gtin: str = ""
    stock: int = 0
    fields: dict[str, str] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    modified: str = EPOCH


@dataclass
class Product:
    """A product. ``kit`` lists component ids and quantities; its own ``stock`` counts without variants only.

    ``fields`` are further ones by their names in web_api, ``pictures`` the addresses that they were taken from.
    """

    id: int
    sku: str
    name: str
    price: Decimal
    gtin: str = ""
    variants: list[Variant] = field(default_factory=list)
    kit: list[tuple[int, int]] = field(default_factory=list)
    stock: int = 0
    category_id: int = 0
    available: bool = True
    fields: dict[str, str] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    created: str = EPOCH
    modified: str = EPOCH

    @property
    def shown_stock(self) -> int:
        """What the product shows: with variants the sum of theirs [guess, tray-rest.md 5.4]."""
        return sum(each.stock for each in self.variants) if self.variants else self.stock


@dataclass(frozen=True)
class Category:
    """A category; ``parent_id`` is 0 at the root."""

    id: int
    parent_id: int
    name: str


@dataclass
class Invoice:
    """An invoice of an order: ``fields`` by their names in web_api, ``cfops`` its products with their CFOP."""

    id: int
    order_id: int
    fields: dict[str, str]
    cfops: list[dict[str, str]] = field(default_factory=list)
    created: str = EPOCH
    modified: str = EPOCH


@dataclass(frozen=True)
class Mail:
    """An e-mail that a buyer got: ``kind`` is status, tracking or invoice, ``value`` what it told."""

    order: int
    kind: str
    value: str
    at: str


@dataclass
class Customer:
    """A buyer. ``fields`` and ``addresses`` (by id) have the names and the texts of web_api.

    ``orders`` are the numbers of the orders placed; each shows the buyer as it is now.
    """

    id: int
    fields: dict[str, str]
    created: datetime
    addresses: dict[int, dict[str, str]] = field(default_factory=dict)
    orders: list[int] = field(default_factory=list)


@dataclass
class Line:
    """A sold item. ``kit_id`` is the kit's product for one of its pieces, ``kit_line`` marks the kit sold."""

    id: int
    product_id: int
    variant_id: int
    sku: str
    name: str
    quantity: Decimal
    price: Decimal
    original_price: Decimal
    gtin: str = ""
    kit_id: int = 0
    kit_line: int = 0
    sku_values: tuple[tuple[str, str], ...] = ()

    @property
    def total(self) -> Decimal:
        """Quantity times price."""
        return self.quantity * self.price


@dataclass
class Payment:
    """A record of money received."""

    id: int
    method: str
    value: Decimal
    at: datetime


@dataclass
class Order:
    """An order. ``marketplace`` and ``native`` (Mercado Livre) have the names and texts of web_api.

    ``stated_total`` overrides the sum of the terms; ``damaged`` names a field of the complete read, dotted
    for one further down, that gets a value which nobody can read. ``origin`` is the order that this one was split off,
    0 for none; ``children`` are those that were split off this one.
    """

    id: int
    placed: datetime
    modified: datetime
    status_id: int
    customer_id: int
    address_id: int
    lines: list[Line]
    shipment: str = ""
    point_sale: str = "LOJA VIRTUAL"
    external_code: str = ""
    discount: Decimal = ZERO
    coupon: Decimal = ZERO
    coupon_code: str = ""
    taxes: Decimal = ZERO
    shipment_value: Decimal = ZERO
    payment_method_rate: Decimal = ZERO
    interest: Decimal = ZERO
    stated_total: Decimal | None = None
    payment_method: str = ""
    payment_method_type: str = ""
    installment: int = 1
    paid_at: datetime | None = None
    payments: list[Payment] = field(default_factory=list)
    marketplace: dict[str, str] = field(default_factory=dict)
    native: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    damaged: str = ""
    origin: int = 0
    children: list[int] = field(default_factory=list)
    modified_text: str = ""
    row_json: bytes = b""
    complete_json: bytes = b""

    @property
    def partial_total(self) -> Decimal:
        """The sum of the items; the pieces of a kit that is a line itself cost nothing."""
        return sum((line.total for line in self.lines), ZERO)

    @property
    def total(self) -> Decimal:
        """The identity of tray-rest.md 10.2, unless another total was stated."""
        if self.stated_total is not None:
            return self.stated_total
        added = self.taxes + self.shipment_value + self.payment_method_rate + self.interest
        return self.partial_total - self.discount - self.coupon + added


@dataclass
class Switches:
    """What is not documented, or differs from store to store.

    ``code_reusable``: the authorisation code may be posted again. ``old_access_survives``: a refresh leaves
    the old access token alive until its end. ``sort_by_modified``: whether the order list can be sorted so;
    where it is ignored the answer says that it is sorted by id. ``kit_lines``: a kit sold is its pieces,
    whose prices add up to the kit's, or the kit and its pieces at no price. ``stock_on_order``: whether placing an
    order takes its pieces off the store's own balance (cancelling gives them back). ``state``: 1001 to 1003 and 1099
    of tray-rest.md 1.5. ``clock_ahead``: seconds by which the store's clock is ahead of everybody else's.
    """

    code_reusable: bool = True
    stock_on_order: Literal["placed", "never"] = "placed"
    old_access_survives: bool = False
    sort_by_modified: Literal["honoured", "ignored"] = "honoured"
    kit_lines: Literal["pieces", "kit_and_pieces"] = "pieces"
    state: StoreState = "active"
    clock_ahead: float = 0.0

    def change(self, values: Mapping[str, object]) -> None:
        """Set switches by name; raises ``ValueError`` for an unknown name or value, then nothing is set."""
        for name, value in values.items():
            if name == "clock_ahead":
                if not isinstance(value, int | float):
                    raise ValueError("clock_ahead must be a number of seconds")
                continue
            if name not in _CHOICES:
                raise ValueError(f"unknown option of a store: {name}")
            if value not in _CHOICES[name]:
                raise ValueError(f"{name} must be one of {_CHOICES[name]}")
        for name, value in values.items():
            setattr(self, name, value)


_CHOICES: dict[str, tuple[object, ...]] = {
    "code_reusable": (True, False),
    "stock_on_order": ("placed", "never"),
    "old_access_survives": (True, False),
    "sort_by_modified": ("honoured", "ignored"),
    "kit_lines": ("pieces", "kit_and_pieces"),
    "state": get_args(StoreState),
}


@dataclass
class Store(Remote):
    """One merchant's shop. ``selections`` are the order lists that were asked for since the last change.

    ``variants`` are the products by the ids of their variants; ``invoices`` are by order.
    """

    kind: ClassVar[str] = "tray"

    id: str
    consumer_key: str
    consumer_secret: str
    tokenry: Tokenry
    switches: Switches = field(default_factory=Switches)
    service: WebService = field(default_factory=WebService)
    info: dict[str, str] = field(default_factory=dict)
    statuses: dict[int, Status] = field(default_factory=dict)
    shippings: list[Shipping] = field(default_factory=list)
    products: dict[int, Product] = field(default_factory=dict)
    customers: dict[int, Customer] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    categories: dict[int, Category] = field(default_factory=dict)
    invoices: dict[int, list[Invoice]] = field(default_factory=dict)
    mails: list[Mail] = field(default_factory=list)
    variants: dict[int, Product] = field(default_factory=dict)
    seed: str = ""
    selections: dict[tuple[object, ...], list[Order]] = field(default_factory=dict)
    _by_sku: dict[str, tuple[int, int]] = field(default_factory=dict)
    _by_document: dict[str, int] = field(default_factory=dict)
    _last_id: int = 5000
    _last_order: int = FIRST_ORDER - 1

    @property
    def ahead(self) -> timedelta:
        """How far the store's own clock is ahead."""
        return timedelta(seconds=self.switches.clock_ahead)

    def new_id(self) -> int:
        """Return an id that nothing in the store but an order may have."""
        self._last_id += 1
        return self._last_id

    def new_order_id(self) -> int:
        """Return the number after the highest one."""
        return self._last_order + 1

    def add_product(self, product: Product) -> Product:
        """Store a product; a SKU that exists keeps finding the older one."""
        self.products[product.id] = product
        self._last_id = max(self._last_id, product.id, *(each.id for each in product.variants))
        for sku, variant in [(product.sku, 0), *((each.sku, each.id) for each in product.variants)]:
            if sku:
                self._by_sku.setdefault(sku, (product.id, variant))
        for each in product.variants:
            self.variants[each.id] = product
        return product

    def add_variant(self, product: Product, variant: Variant) -> Variant:
        """Give a product one more variant."""
        product.variants.append(variant)
        self.add_product(product)
        return variant

    def renamed(self) -> None:
        """Find products by the SKUs that they have now; the older of two with one SKU is found."""
        self._by_sku.clear()
        for product in sorted(self.products.values(), key=lambda each: each.id):
            self.add_product(product)

    def find_sku(self, sku: str) -> tuple[int, int] | None:
        """Return product id and variant id (0: none) of a SKU."""
        return self._by_sku.get(sku)

    def add_customer(self, customer: Customer) -> Customer:
        """Store a customer and make it findable by document, or e-mail where it has none."""
        self.customers[customer.id] = customer
        if identity := _identity(customer.fields):
            self._by_document[identity] = customer.id
        return customer

    def find_customer(self, fields: dict[str, str]) -> Customer | None:
        """Return the customer with the same document, or e-mail where there is none."""
        return self.customers.get(self._by_document.get(_identity(fields), 0))

    def status(self, name: str) -> Status:
        """Return a status by name; raises ``LookupError`` if the store has none of that name."""
        found = next((each for each in self.statuses.values() if each.name == name.upper()), None)
        if found is None:
            raise LookupError(f"{self.key} has no status {name!r}")
        return found

    def add_order(self, order: Order) -> Order:
        """Store an order; raises ``ValueError`` if its number is taken."""
        if order.id in self.orders:
            raise ValueError(f"{self.key} has an order {order.id} already")
        self.orders[order.id] = order
        self._last_order = max(self._last_order, order.id)
        self.service.todo[order.id] = None
        self.customers[order.customer_id].orders.append(order.id)
        self.touch(order, order.modified)
        return order

    def touch(self, order: Order, at: datetime) -> None:
        """Note that an order changed at a time: ``modified``, and nothing kept of it is right any more."""
        order.modified = at
        order.modified_text = write_moment(at)
        order.row_json = order.complete_json = b""
        self.selections.clear()
        if self.service.changes_return:
            self.service.todo[order.id] = None

    def touch_customer(self, customer: Customer) -> None:
        """Note that a customer changed, which all complete reads show and no ``modified`` tells."""
        for number in customer.orders:
            self.orders[number].complete_json = b""

    def state(self) -> dict[str, object]:
        """Return the whole store; amounts and times as web_api writes them."""
        pair = self.tokenry.pair
        return {
            "id": self.id,
            "api_path": f"/{self.key}/web_api",
            "consumer_key": self.consumer_key,
            "consumer_secret": self.consumer_secret,
            "code": next(reversed(self.tokenry.codes)),
            "tokens": None if pair is None else plain(pair),
            "switches": asdict(self.switches),
            "webservice": self.service.state(),
            "statuses": [plain(each) for each in self.statuses.values()],
            "shippings": [plain(each) for each in self.shippings],
            "products": [plain(each) for each in self.products.values()],
            "categories": [plain(each) for each in self.categories.values()],
            "invoices": [plain(each) for found in self.invoices.values() for each in found],
            "mails": [plain(each) for each in self.mails],
            "customers": [plain(each) for each in self.customers.values()],
            "orders": [self._order_state(each) for each in self.orders.values()],
        }

    def _order_state(self, order: Order) -> object:
        status = self.statuses[order.status_id]
        content = {key: value for key, value in vars(order).items() if key not in _KEPT}
        content |= {"status": status.name, "status_type": status.type}
        content |= {"partial_total": order.partial_total, "total": order.total}
        return plain(content)


_KEPT = {"modified_text", "row_json", "complete_json"}


def _identity(fields: dict[str, str]) -> str:
    return fields.get("cpf") or fields.get("cnpj") or fields.get("email", "")
