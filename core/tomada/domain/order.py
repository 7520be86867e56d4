"""An order as a store gives it, in the words of every platform."""

from decimal import Decimal
from typing import Annotated

from pydantic import AwareDatetime, Field

from tomada.domain.customer import Address, Customer, Private
from tomada.domain.features import Feature
from tomada.domain.money import OrderMoney
from tomada.domain.payload import Payload
from tomada.domain.status import StoreStatusType


class OrderStatus(Payload):
    """The store's status of an order: its ``code`` (an id where the remote has one) is the key of the mapping."""

    code: str
    name: str
    type: StoreStatusType | None = None


class ShippingMethod(Payload):
    """How the parcel travels, in the store's words; ``code`` is the key of the mapping."""

    code: str
    label: str


class Intermediary(Payload):
    """The marketplace as the invoice names it: the seller's user there and the CNPJs of market and payer."""

    name: str
    document: str
    payment_document: str = ""


class SalesChannel(Payload):
    """Where the order was placed; ``code`` is the key of the mapping.

    ``order_number`` is the marketplace's own number of the order; ``dispatch_by`` its deadline;
    ``fulfilled_by_channel`` says that the goods leave the marketplace's warehouse.
    """

    code: str
    label: str
    own: bool = True
    order_number: str = ""
    intermediary: Intermediary | None = None
    fulfilled_by_channel: bool = False
    dispatch_by: AwareDatetime | None = None


class Payment(Payload):
    """One payment of the buyer; ``code`` is the key of the payment mapping, ``value`` in BRL."""

    code: str
    label: str
    value: Decimal
    instalments: Annotated[int, Field(ge=1)] = 1
    paid_at: AwareDatetime | None = None


class OrderItem(Payload):
    """One line of an order: remote ids are the key of the link, ``unit_price`` is what was charged, in BRL.

    ``product_id`` and ``variant_id`` name what was sold at the store (``variant_id`` empty for a simple product);
    a kit that the ERP knows as one product is one line.
    """

    line_id: str
    product_id: str
    variant_id: str = ""
    sku: str
    name: str
    quantity: Annotated[Decimal, Field(gt=0)]
    unit_price: Decimal
    unit: str = "UN"


class Order(Payload):
    """One order of a store. Times are aware; money is BRL.

    ``remote_id`` is the store's id (the identity, O1), ``number`` what people call it. ``paid`` says whether the
    store counts it as paid. ``notes`` is what the buyer wrote. Where the store splits an order to ship it in parts,
    ``split_from`` is the id of the order that this one was split off, ``split_into`` those of its parts; an order's
    items are those that are left in it (O8).
    """

    remote_id: str
    number: str
    placed_at: AwareDatetime
    modified_at: AwareDatetime
    status: Annotated[OrderStatus, Feature("mapping.status")]
    paid: bool
    customer: Annotated[Customer, Feature("customers.register")]
    delivery: Address | None = None
    items: tuple[OrderItem, ...]
    money: OrderMoney
    shipping: Annotated[ShippingMethod | None, Feature("mapping.shipping")] = None
    channel: Annotated[SalesChannel, Feature("mapping.channel")]
    payments: Annotated[tuple[Payment, ...], Feature("mapping.payment")] = ()
    notes: Private = ""
    warnings: tuple[str, ...] = ()
    split_from: str = ""
    split_into: tuple[str, ...] = ()


class OrderStatusChange(Payload):
    """A known order whose status changed and nothing else did."""

    remote_id: str
    status: OrderStatus
    paid: bool
    modified_at: AwareDatetime
