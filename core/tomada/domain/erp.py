"""What Tomada asks of the ERP and writes to it, whatever version of its API is used."""

from datetime import date
from decimal import Decimal

from tomada.domain.customer import Address, Customer, Private
from tomada.domain.order import Intermediary
from tomada.domain.payload import Payload
from tomada.domain.status import ErpStatus


class ErpItem(Payload):
    """One line of an ERP order; ``product_id`` is the ERP's id, ``commission`` the seller's, in per cent."""

    product_id: str
    sku: str
    name: str
    unit: str = "UN"
    quantity: Decimal
    unit_price: Decimal
    commission: Decimal | None = None
    note: str = ""


class ErpInstalment(Payload):
    """One instalment: ``days`` after the order, ``value`` in BRL.

    ``form`` is the ERP's code of how it is paid, ``means`` the name of a registered means of payment,
    ``destination`` where the money goes.
    """

    days: int
    due: date
    value: Decimal
    note: str = ""
    form: str = ""
    means: str = ""
    destination: str = ""


class ErpPayment(Payload):
    """A payment as the invoice lists it: ``type`` and ``brand`` by the tables of the NF-e, ``value`` in BRL.

    ``intermediary`` is the CNPJ of who took the money, ``authorisation`` that one's number of the payment.
    """

    type: str
    value: Decimal
    intermediary: str = ""
    authorisation: str = ""
    brand: str = ""


class ErpShipping(Payload):
    """The ERP's shipping.

    ``form`` is its code (Tiny A9.8: C Correios, T carrier, S none …), ``service`` the name of a registered freight
    service and ``carrier`` the name of a registered carrier, each empty when unused.
    """

    form: str
    service: str = ""
    carrier: str = ""


class ErpTerms(Payload):
    """What a merchant wants every order of a store to bear; where one is empty, the account's default applies.

    ``warehouse``, ``seller`` and ``operation`` (the nature of the operation) are names, ``price_list`` and
    ``ecommerce_id`` ids as the ERP's screens show them, ``freight_payer`` is the ERP's code.
    """

    warehouse: str = ""
    price_list: str = ""
    seller: str = ""
    operation: str = ""
    ecommerce_id: str = ""
    freight_payer: str = ""


class ErpOrderDraft(Payload):
    """An order to be created in the ERP.

    ``mark`` is the store's immutable label and ``ecommerce_number`` the remote id: together our identity (O1).
    ``customer_code`` names a buyer without document. ``channel`` is the sales channel's name.
    The total is items - discount + freight + other expenses, equal to the store's to the cent (M2).
    ``expected_on`` is when the goods shall arrive, ``purchase_order`` the buyer's own number; ``payment_form`` and
    ``payment_means`` are those of ``ErpInstalment`` for the whole order.
    """

    mark: str
    ecommerce_number: str
    channel: str
    placed_on: date
    status: ErpStatus
    customer: Customer
    customer_code: str = ""
    update_customer: bool = False
    delivery: Address | None = None
    items: tuple[ErpItem, ...]
    freight: Decimal
    discount: Decimal
    other_expenses: Decimal
    total: Decimal
    shipping: ErpShipping | None = None
    instalments: tuple[ErpInstalment, ...] = ()
    intermediary: Intermediary | None = None
    note: Private = ""
    internal_note: str = ""
    expected_on: date | None = None
    purchase_order: str = ""
    payment_form: str = ""
    payment_means: str = ""
    payments: tuple[ErpPayment, ...] = ()
    terms: ErpTerms = ErpTerms()


class Cut(Payload):
    """A text that the ERP's field is too short for: ``field`` by the ERP's name, lengths in characters (C3)."""

    field: str
    length: int
    kept: int


class ErpOrderRef(Payload):
    """The ERP's id of an order, and the number that people see."""

    erp_id: str
    number: str


class ErpOrderRow(Payload):
    """One hit of the ERP's order search; a hit alone proves nothing (O1)."""

    erp_id: str
    number: str
    ecommerce_number: str
    status: ErpStatus | None
    total: Decimal
    status_label: str = ""
    tracking_code: str = ""
    tracking_url: str = ""


class ErpTracking(Payload):
    """A parcel's code and address, to be written to an ERP order; ``shipping`` None leaves the order's own."""

    code: str
    url: str = ""
    shipping: ErpShipping | None = None
    note: str = ""


class ErpOrder(Payload):
    """An order as the ERP holds it now.

    ``marks`` are the labels of its markers, ``internal_note`` the second witness of O1; ``invoice_id`` is empty
    while there is no invoice. ``status`` is None for a label that we do not know (``status_label``). An item's
    ``product_id`` is empty for a text that is no product. ``deposit`` is the warehouse's name, empty for the default
    one; ``carrier`` the registered one's name, beside the codes and names of ``shipping``.
    """

    erp_id: str
    number: str
    ecommerce_number: str
    marks: tuple[str, ...]
    internal_note: str
    document: Private
    customer_code: str = ""
    total: Decimal
    status: ErpStatus | None
    status_label: str
    invoice_id: str = ""
    items: tuple[ErpItem, ...] = ()
    shipping: ErpShipping | None = None
    deposit: str = ""
    tracking_code: str = ""
    tracking_url: str = ""
    placed_on: date | None = None
    invoiced_on: date | None = None
    shipped_on: date | None = None
    delivered_on: date | None = None

    @property
    def carrier(self) -> str:
        """The registered carrier's name, else that of the freight service; empty where there is none."""
        return (self.shipping.carrier or self.shipping.service) if self.shipping else ""


class ErpVariation(Payload):
    """A variation of an ERP product, with its own id and SKU."""

    product_id: str
    sku: str
    grid: dict[str, str]


class ErpComponent(Payload):
    """A component of a kit."""

    product_id: str
    quantity: Decimal


class ErpProduct(Payload):
    """A product of the ERP; variations and kit components are filled by a full read only."""

    product_id: str
    sku: str
    name: str
    active: bool
    gtin: str = ""
    unit: str = "UN"
    parent: bool = False
    variations: tuple[ErpVariation, ...] = ()
    components: tuple[ErpComponent, ...] = ()


class ErpContact(Payload):
    """A contact of the ERP that has the document that was searched for."""

    contact_id: str
    code: str


class ErpMethod(Payload):
    """One shipping or payment method of the ERP account, for the mapping desk."""

    code: str
    name: str
    active: bool


class ErpAccount(Payload):
    """Who the ERP account belongs to, and its quota in requests a minute (None when it did not say)."""

    name: str
    document: str
    requests_per_minute: int | None
