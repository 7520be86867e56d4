"""What a Tiny account holds: products, contacts, orders, its lists, and its switches."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, is_dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import ClassVar, Literal

from tomada_sandbox.remote import Remote
from tomada_sandbox.tiny.wire import digits, money, number, write_date, write_datetime

ZERO = Decimal(0)


@dataclass
class Product:
    """A product, parent, variation or kit, with the one-letter codes of tiny-api.md A6.

    ``kit`` lists component ids and quantities; ``stock`` is the physical balance.
    """

    id: int
    sku: str
    name: str
    price: Decimal
    created: datetime
    unit: str = "UN"
    gtin: str = ""
    situation: Literal["A", "I", "E"] = "A"
    class_: Literal["S", "K", "V", "F", "M"] = "S"
    variation: Literal["N", "P", "V"] = "N"
    parent_id: int | None = None
    grid: dict[str, str] = field(default_factory=dict)
    kit: list[tuple[int, Decimal]] = field(default_factory=list)
    stock: Decimal = ZERO
    details: dict[str, str] = field(default_factory=dict)


@dataclass
class Contact:
    """A contact; ``fields`` are those of the API's ``contato``, except ``id``, ``situacao`` and dates."""

    id: int
    fields: dict[str, str]
    created: datetime
    updated: datetime
    situation: str = "Ativo"

    def get(self, key: str) -> str:
        """Return a field, empty when it was never given."""
        return self.fields.get(key, "")


@dataclass
class Line:
    """An item of an order; ``product_id`` is None for a text that is no product."""

    product_id: int | None
    sku: str
    description: str
    unit: str
    quantity: Decimal
    unit_price: Decimal
    info: str = ""


@dataclass
class Instalment:
    """An instalment of an order."""

    days: str
    due: date
    value: Decimal
    texts: dict[str, str]


@dataclass
class Order:
    """A sales order. ``texts`` are fields that are stored and shown as they came."""

    id: int
    number: int
    ecommerce_number: str
    placed: date
    situation: str
    contact_id: int
    customer: dict[str, str]
    lines: list[Line]
    created: datetime
    updated: datetime
    delivery: dict[str, str] | None = None
    freight: Decimal = ZERO
    discount: Decimal = ZERO
    other_expenses: Decimal = ZERO
    instalments: list[Instalment] = field(default_factory=list)
    markers: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    ecommerce: dict[str, str] = field(default_factory=dict)
    intermediary: dict[str, str] = field(default_factory=dict)
    payments: list[dict[str, str]] = field(default_factory=list)
    internal_note: str = ""
    invoice_id: int = 0
    tracking_code: str = ""
    tracking_url: str = ""
    occurrences: list[tuple[str, datetime]] = field(default_factory=list)

    @property
    def products_total(self) -> Decimal:
        """The sum of the items, to the cent."""
        return sum((line.quantity * line.unit_price for line in self.lines), ZERO).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )

    @property
    def total(self) -> Decimal:
        """Items − discount + freight + other expenses (A9.2; the formula is a guess)."""
        return self.products_total - self.discount + self.freight + self.other_expenses


@dataclass
class ShippingForm:
    """A way of shipping; ``services`` are its freight services (``forma_frete``), by id and description."""

    id: int
    name: str
    code: str
    logistics: int
    active: bool = True
    services: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Switches:
    """What is not documented, or must be switched off at times.

    ``strict_lengths`` refuses texts over the documented size with code 31 (else they are cut).
    ``refuse_duplicates`` refuses an order whose whole payload came within 30 minutes with code 30.
    ``unknown_sku`` says what becomes of an item whose ``codigo`` is no product's: kept as text, or refused
    with 31. ``order_by`` is how orders are listed without ``sort``. ``product_search_text`` says whether products
    can be listed without a text to search for, or that is refused with 10. ``situations`` says whether reads show
    an order's status as label or as code.
    """

    strict_lengths: bool = True
    refuse_duplicates: bool = True
    unknown_sku: Literal["text", "refuse"] = "text"
    order_by: Literal["ASC", "DESC"] = "DESC"
    product_search_text: Literal["optional", "required"] = "optional"
    situations: Literal["label", "code"] = "label"

    def change(self, values: Mapping[str, object]) -> None:
        """Set switches by name; raises ``ValueError`` for an unknown name or value, then nothing is set."""
        for name, value in values.items():
            if name not in _CHOICES:
                raise ValueError(f"unknown option of an account: {name}")
            if value not in _CHOICES[name]:
                raise ValueError(f"{name} must be one of {_CHOICES[name]}")
        for name, value in values.items():
            setattr(self, name, value)


_CHOICES: dict[str, tuple[object, ...]] = {
    "strict_lengths": (True, False),
    "refuse_duplicates": (True, False),
    "unknown_sku": ("text", "refuse"),
    "order_by": ("ASC", "DESC"),
    "product_search_text": ("optional", "required"),
    "situations": ("label", "code"),
}


@dataclass
class Account(Remote):
    """One company's account. Ids grow from where real ones would not be confused with positions."""

    kind: ClassVar[str] = "tiny"

    token: str
    company: dict[str, str] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    products: dict[int, Product] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    shipping_forms: list[ShippingForm] = field(default_factory=list)
    payment_forms: list[tuple[str, bool]] = field(default_factory=list)
    recent_payloads: dict[str, datetime] = field(default_factory=dict)
    marker_ids: dict[str, int] = field(default_factory=dict)
    orders_by_ecommerce: dict[str, list[int]] = field(default_factory=dict)
    _product_by_sku: dict[str, int] = field(default_factory=dict)
    _contact_by: dict[tuple[str, str], int] = field(default_factory=dict)
    _contacts_of: dict[str, dict[int, None]] = field(default_factory=dict)
    _last_id: int = 700_000_000
    _last_number: int = 0

    def new_id(self) -> int:
        """Return an id that nothing in the account has."""
        self._last_id += 1
        return self._last_id

    def new_number(self) -> int:
        """Return the number of the next order."""
        self._last_number += 1
        return self._last_number

    def add_product(self, product: Product) -> Product:
        """Store a product; a SKU that exists keeps finding the older one."""
        self.products[product.id] = product
        self._product_by_sku.setdefault(product.sku, product.id)
        return product

    def product_by_sku(self, sku: str) -> Product | None:
        """Return the product with this very SKU, unless it is deleted."""
        product = self.products.get(self._product_by_sku.get(sku, 0))
        return product if product is not None and product.sku == sku and product.situation != "E" else None

    def store_contact(self, contact: Contact) -> Contact:
        """Store a contact, new or changed, and make it findable; of several alike the oldest is found."""
        self.contacts[contact.id] = contact
        for key in _contact_keys(contact):
            holder = self.contacts.get(self._contact_by.get(key, 0))
            if holder is None or key not in _contact_keys(holder):
                self._contact_by[key] = contact.id
        if document := digits(contact.get("cpf_cnpj")):
            self._contacts_of.setdefault(document, {})[contact.id] = None
        return contact

    def contact_by(self, by: Literal["code", "document", "name"], value: str) -> Contact | None:
        """Return the oldest contact with a code, a document or a name."""
        key = (by, _NORMAL[by](value))
        contact = self.contacts.get(self._contact_by.get(key, 0))
        return contact if contact is not None and key in _contact_keys(contact) else None

    def contacts_with(self, document: str) -> list[Contact]:
        """Return the contacts with a document, oldest first."""
        found = (self.contacts[id_] for id_ in sorted(self._contacts_of.get(digits(document), ())))
        return [contact for contact in found if digits(contact.get("cpf_cnpj")) == digits(document)]

    def add_order(self, order: Order) -> Order:
        """Store an order and make its e-commerce number findable."""
        self.orders[order.id] = order
        if order.ecommerce_number:
            self.orders_by_ecommerce.setdefault(order.ecommerce_number, []).append(order.id)
        return order

    def marker_id(self, description: str) -> int:
        """Return the id of a marker; an unknown description gets one."""
        if description not in self.marker_ids:
            self.marker_ids[description] = self.new_id()
        return self.marker_ids[description]

    def state(self) -> dict[str, object]:
        """Return the whole account; amounts as the API writes them, moments as local time."""
        return {
            "token": self.token,
            "switches": asdict(self.switches),
            "company": self.company,
            "orders": [_plain(vars(order) | {"total": order.total}) for order in self.orders.values()],
            "contacts": [_plain(contact) for contact in self.contacts.values()],
            "products": [_plain(product) for product in self.products.values()],
            "markers": self.marker_ids,
            "shipping_forms": [_plain(form) for form in self.shipping_forms],
            "payment_forms": [{"name": name, "active": active} for name, active in self.payment_forms],
        }


_NORMAL: dict[str, Callable[[str], str]] = {"code": str.strip, "document": digits, "name": str.casefold}


def _contact_keys(contact: Contact) -> list[tuple[str, str]]:
    fields = (("code", "codigo"), ("document", "cpf_cnpj"), ("name", "nome"))
    keys = [(by, _NORMAL[by](contact.get(name))) for by, name in fields]
    return [key for key in keys if key[1]]


_AMOUNTS = {"total", "freight", "discount", "other_expenses", "unit_price", "price", "value"}


def _plain(content: object, key: str = "") -> object:
    if isinstance(content, dict):
        return {name: _plain(value, name) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [_plain(value, key) for value in content]
    if isinstance(content, Decimal):
        return money(content) if key in _AMOUNTS else number(content)
    if isinstance(content, datetime):
        return write_datetime(content)
    if is_dataclass(content):
        return _plain(vars(content))
    return write_date(content) if isinstance(content, date) else content
