"""What a Tiny account holds: products, contacts, orders, invoices, its lists, and its switches."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Literal, Self

from tomada_sandbox.quota import Quota
from tomada_sandbox.remote import Remote
from tomada_sandbox.tiny.goods import ZERO, Deposit, Movement, PriceList, Product
from tomada_sandbox.tiny.notes import Invoice
from tomada_sandbox.tiny.people import NORMAL, Contact
from tomada_sandbox.tiny.sales import Order
from tomada_sandbox.tiny.showing import plain
from tomada_sandbox.tiny.wire import digits

BATCH_CALLS = 5
"""Batch calls a minute, in every plan (tiny-api.md A3)."""


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
    """What is not documented, or differs between accounts.

    ``strict_lengths`` refuses texts over the documented size with code 31 (else they are cut); ``name_length`` is that
    of a customer's name in orders, for which the pages give 30 and 50.
    ``refuse_duplicates`` refuses an order whose whole payload came within 30 minutes with code 30.
    ``unknown_sku`` says what becomes of an item whose ``codigo`` is no product's: kept as text, or refused
    with 31. ``order_by`` is how orders are listed without ``sort``. ``product_search_text`` says whether products
    can be listed without a text to search for, or that is refused with 10. ``situations`` says whether reads show
    an order's status as label or as code.

    ``reservation`` is the module that reserves what orders take until their stock is posted. ``post_on`` is the
    account's setting: an order's stock is posted when it is saved, approved, invoiced or sent, or by hand only.
    ``refuse_negative`` refuses to post what is not there. ``unpost_inflates``: un-posting an order that only
    reserves adds to what is reserved (measured, tiny-api.md D4).

    ``stock_feed`` is the extension with the lists of changes; without it they are refused with ``no_feed_code``.
    ``feed_reservations``: a mere reservation is a change of stock too. ``alter_products``: fields that are not
    sent are kept, or emptied. ``duplicate_products``: a second product with a SKU is refused with 30, or taken.
    """

    strict_lengths: bool = True
    name_length: int = 30
    refuse_duplicates: bool = True
    unknown_sku: Literal["text", "refuse"] = "text"
    order_by: Literal["ASC", "DESC"] = "DESC"
    reservation: bool = True
    post_on: Literal["hand", "save", "approval", "invoice", "sent"] = "hand"
    refuse_negative: bool = False
    unpost_inflates: bool = True
    stock_feed: bool = True
    no_feed_code: int = 8
    feed_reservations: bool = False
    alter_products: Literal["merge", "replace"] = "merge"
    duplicate_products: Literal["refuse", "allow"] = "refuse"

    product_search_text: Literal["optional", "required"] = "optional"
    situations: Literal["label", "code"] = "label"

    def change(self, values: Mapping[str, object]) -> None:
        """Set switches by name; raises ``ValueError`` for one that does not exist or takes no such value."""
        for name, value in values.items():
            if name not in vars(self):
                raise ValueError(f"an account has no switch {name!r}; known: {', '.join(vars(self))}")
            allowed = _CHOICES.get(name)
            if value not in allowed if allowed else type(value) is not type(getattr(self, name)):
                raise ValueError(f"{name} cannot be {value!r}")
        vars(self).update(values)


_CHOICES: dict[str, tuple[str, ...]] = {
    "unknown_sku": ("text", "refuse"),
    "order_by": ("ASC", "DESC"),
    "post_on": ("hand", "save", "approval", "invoice", "sent"),
    "alter_products": ("merge", "replace"),
    "duplicate_products": ("refuse", "allow"),
    "product_search_text": ("optional", "required"),
    "situations": ("label", "code"),
}


@dataclass
class Account(Remote):
    """One company's account. Ids grow from where real ones would not be confused with positions.

    ``deposits`` has the default one first. ``changed_stock`` and ``changed_products`` are the queues that the lists
    of changes empty, oldest first; ``batch`` counts the calls that are limited apart.
    """

    kind: ClassVar[str] = "tiny"

    token: str
    company: dict[str, str] = field(default_factory=dict)
    switches: Switches = field(default_factory=Switches)
    products: dict[int, Product] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    invoices: dict[int, Invoice] = field(default_factory=dict)
    deposits: dict[str, Deposit] = field(default_factory=lambda: {"Geral": Deposit("Geral")})
    movements: list[Movement] = field(default_factory=list)
    price_lists: dict[int, PriceList] = field(default_factory=dict)
    changed_stock: dict[int, datetime] = field(default_factory=dict)
    changed_products: dict[int, datetime] = field(default_factory=dict)
    batch: Quota = field(default_factory=lambda: Quota(BATCH_CALLS))
    shipping_forms: list[ShippingForm] = field(default_factory=list)
    payment_forms: list[tuple[str, bool]] = field(default_factory=list)
    recent_payloads: dict[str, datetime] = field(default_factory=dict)
    marker_ids: dict[str, int] = field(default_factory=dict)
    orders_by_ecommerce: dict[str, list[int]] = field(default_factory=dict)
    _product_by_sku: dict[str, int] = field(default_factory=dict)
    _children: dict[int, list[int]] = field(default_factory=dict)
    _contact_by: dict[tuple[str, str], int] = field(default_factory=dict)
    _contacts_of: dict[str, dict[int, None]] = field(default_factory=dict)
    _last_id: int = 700_000_000
    _last_number: int = 0
    _last_invoice: int = 0

    def new_id(self) -> int:
        """Return an id that nothing in the account has."""
        self._last_id += 1
        return self._last_id

    def new_number(self) -> int:
        """Return the number of the next order."""
        self._last_number += 1
        return self._last_number

    def new_invoice_number(self) -> int:
        """Return the number of the next invoice."""
        self._last_invoice += 1
        return self._last_invoice

    def add_product(self, product: Product) -> Product:
        """Store a product; a SKU that exists keeps finding the older one."""
        self.products[product.id] = product
        if product.parent_id is not None:
            self._children.setdefault(product.parent_id, []).append(product.id)
        return self.find_by_sku(product)

    def find_by_sku(self, product: Product) -> Product:
        """Make a product findable by the SKU that it has now."""
        holder = self.products.get(self._product_by_sku.get(product.sku, 0))
        if holder is None or holder.sku != product.sku or holder.situation == "E":
            self._product_by_sku[product.sku] = product.id
        return product

    def product_by_sku(self, sku: str) -> Product | None:
        """Return the product with this very SKU, unless it is deleted."""
        product = self.products.get(self._product_by_sku.get(sku, 0))
        return product if product is not None and product.sku == sku and product.situation != "E" else None

    def children(self, parent: Product) -> list[Product]:
        """Return the variations of a parent, deleted ones too."""
        return [self.products[id_] for id_ in self._children.get(parent.id, ())]

    def store_contact(self, contact: Contact) -> Contact:
        """Store a contact, new or changed, and make it findable; of several alike the oldest is found."""
        self.contacts[contact.id] = contact
        for key in contact.index_keys():
            holder = self.contacts.get(self._contact_by.get(key, 0))
            if holder is None or key not in holder.index_keys():
                self._contact_by[key] = contact.id
        if document := digits(contact.get("cpf_cnpj")):
            self._contacts_of.setdefault(document, {})[contact.id] = None
        return contact

    def contact_by(self, by: Literal["code", "document", "name"], value: str) -> Contact | None:
        """Return the oldest contact with a code, a document or a name."""
        key = (by, NORMAL[by](value))
        contact = self.contacts.get(self._contact_by.get(key, 0))
        return contact if contact is not None and key in contact.index_keys() else None

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

    @property
    def default_deposit(self) -> str:
        """The name of the deposit that is meant when none is named."""
        return next(iter(self.deposits))

    def on_hand(self, product: Product) -> Decimal:
        """Return the physical balance without deposits to be disregarded; a parent's is that of its variations."""
        if product.variation == "P":
            return sum((self.on_hand(child) for child in self.children(product)), ZERO)
        counted = (held for name, held in product.balances.items() if not self.deposits[name].disregard)
        return sum(counted, ZERO)

    def reserved(self, product: Product) -> Decimal:
        """Return what is reserved, always zero without the module."""
        if not self.switches.reservation:
            return ZERO
        if product.variation == "P":
            return sum((self.reserved(child) for child in self.children(product)), ZERO)
        return product.reserved

    def clone(self, name: str) -> Self:
        """Return a copy under another name; see ``Remote.clone``."""
        copy = super().clone(name)
        copy.batch = self.batch.fresh()
        return copy

    def state(self) -> dict[str, object]:
        """Return the whole account."""
        return {
            "token": self.token,
            "switches": asdict(self.switches),
            "company": self.company,
            "orders": [plain(vars(order) | {"total": order.total}) for order in self.orders.values()],
            "invoices": [plain(note) for note in self.invoices.values()],
            "contacts": [plain(contact) for contact in self.contacts.values()],
            "products": [self._shown(product) for product in self.products.values()],
            "deposits": [plain(deposit) for deposit in self.deposits.values()],
            "movements": [plain(movement) for movement in self.movements],
            "price_lists": [plain(chosen) for chosen in self.price_lists.values()],
            "changed_stock": plain(self.changed_stock),
            "changed_products": plain(self.changed_products),
            "batch": self.batch.state(),
            "markers": self.marker_ids,
            "shipping_forms": [plain(form) for form in self.shipping_forms],
            "payment_forms": [{"name": name, "active": active} for name, active in self.payment_forms],
        }

    def _shown(self, product: Product) -> object:
        stock, reserved = self.on_hand(product), self.reserved(product)
        return plain(vars(product) | {"stock": stock, "reserved": reserved, "available": stock - reserved})
