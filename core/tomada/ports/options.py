"""The core's own settings of a store; a plugin's settings are the plugin's.

Names are shown with their prefix: ``tomada store set STORE orders.enter=paid``.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tomada.domain.payload import Payload
from tomada.i18n import N_

Seconds = Annotated[float, Field(ge=0)]


class Enter(StrEnum):
    """Which orders enter the ERP (O4)."""

    ALL = "all"
    PAID = "paid"


class Payments(StrEnum):
    """What becomes of the ways of payment of orders."""

    OFF = "off"
    KNOWN = "known"
    ALL = "all"


class OrderOptions(Payload):
    """``orders.*``: what comes in, and when."""

    automatic: bool = Field(
        default=True, description=N_("Import by itself; if off, orders wait for `tomada orders import`.")
    )
    enter: Enter = Field(
        default=Enter.ALL, description=N_("Which orders enter: all, or paid ones only (O4).")
    )
    unpaid_after_minutes: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description=N_("An unpaid order enters this many minutes after it was placed; 0 is at once (O4)."),
    )
    unpaid_days: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description=N_("An order still unpaid after so many days is cancelled in the ERP; 0 is never (O4)."),
    )
    freight: bool = Field(default=True, description=N_("Book the freight in the ERP's freight field (M2)."))
    payments: Payments = Field(
        default=Payments.KNOWN,
        description=N_(
            "Import the ways of payment: off; known: those that are mapped or known by their name; all: one that is "
            "not known holds the order (D1)."
        ),
    )
    allow_status_back: bool = Field(
        default=False, description=N_("Let a later store event move an ERP order back (T1).")
    )
    ask_marketplaces: bool = Field(
        default=True,
        description=N_(
            "Hold the orders of a marketplace until a person has said once whether they come in here, as they may "
            "reach the ERP by its own integration, too (O9)."
        ),
    )
    own_channel_name: str = Field(
        default="", description=N_("Name of the shop's own channel in the ERP; empty: the store's name.")
    )
    recheck_minutes: Annotated[int, Field(ge=1)] = Field(
        default=60,
        description=N_(
            "How often an order that is held for a SKU or a customer is looked at again by itself."
        ),
    )


class FreightPayer(StrEnum):
    """Who contracts the freight, by the ERP's codes."""

    BY_ORDER = "auto"
    SENDER = "R"
    RECIPIENT = "D"
    THIRD_PARTY = "T"
    SENDER_ITSELF = "3"
    RECIPIENT_ITSELF = "4"
    NOBODY = "S"


class ErpOrderOptions(Payload):
    """``erp.*``: what every order of the store bears in the ERP; what is empty is the account's own default."""

    warehouse: str = Field(
        default="", description=N_("Name of the warehouse that the store's orders leave from.")
    )
    price_list: Annotated[int, Field(ge=0)] = Field(
        default=0, description=N_("Id of the price list that the store's orders name; 0 is none.")
    )
    seller: str = Field(
        default="", description=N_("Name of the salesperson whom the store's orders belong to.")
    )
    operation: str = Field(
        default="",
        description=N_("Name of the nature of the operation, for the invoices of the store's orders."),
    )
    ecommerce_id: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description=N_("Id of the e-commerce integration, as the ERP's settings show it; 0 is none."),
    )
    freight_payer: FreightPayer = Field(
        default=FreightPayer.BY_ORDER,
        description=N_(
            "Who contracts the freight: R sender, D recipient, T third party, 3 or 4 sender or recipient by their "
            "own means, S nobody; auto: R, or S for what is not shipped (guess)."
        ),
    )


class MoneyOptions(Payload):
    """``money.*``: the identity of totals."""

    tolerance: Annotated[Decimal, Field(ge=0)] = Field(
        default=Decimal("0.05"),
        description=N_("Largest difference, in BRL, that is booked by itself; above it: hold (M1)."),
    )


class CustomerOptions(Payload):
    """``customers.*``: what happens to the ERP's contacts."""

    update: bool = Field(
        default=False, description=N_("Let an order overwrite the contact's data in the ERP (C1).")
    )


class StockRule(StrEnum):
    """Which number of the ERP is published (S1)."""

    OFF = "off"
    PHYSICAL = "physical"
    AVAILABLE = "available"


class InStoreBalance(StrEnum):
    """Whether the store takes its own open orders off the number that is published to it (S4)."""

    PLATFORM = "platform"
    YES = "yes"
    NO = "no"


class StockOptions(Payload):
    """``stock.*``: the number that the store may sell."""

    rule: StockRule = Field(
        default=StockRule.AVAILABLE,
        description=N_("Which number is published: off, physical, or available (less reservations) (S1)."),
    )
    warehouse: str = Field(
        default="", description=N_("Publish the balance of this warehouse alone; empty: all of them (S1).")
    )
    safety_pieces: Annotated[int, Field(ge=0)] = Field(
        default=0, description=N_("Pieces that are always kept back (S1).")
    )
    safety_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        default=0, description=N_("Per cent of the balance that are always kept back (S1).")
    )
    share_percent: Annotated[int, Field(ge=1, le=100)] = Field(
        default=100, description=N_("Per cent of what may be sold that this store may sell (S1).")
    )
    in_store_balance: InStoreBalance = Field(
        default=InStoreBalance.PLATFORM,
        description=N_(
            "Whether the store takes its own open orders off the published number: yes, no, or as the platform "
            "says (S4, guess)."
        ),
    )
    confirmed: bool = Field(
        default=False,
        description=N_("The first plan of balances was confirmed; from then on they are published (S7)."),
    )


class When(StrEnum):
    """When a field of a product is sent to the store (P3)."""

    ALWAYS = "always"
    ON_CREATE = "create"
    NEVER = "never"


class ProductOptions(Payload):
    """``products.*``: which field of a product is sent, and when; a shop's texts are the shop's (P3)."""

    name: When = Field(default=When.ON_CREATE, description=N_("Send the name: always, create or never (P3)."))
    description: When = Field(
        default=When.ON_CREATE, description=N_("Send the descriptions: always, create or never (P3).")
    )
    images: When = Field(
        default=When.ON_CREATE, description=N_("Send the images: always, create or never (P3).")
    )
    category: When = Field(
        default=When.ON_CREATE, description=N_("Send the category: always, create or never (P3).")
    )
    create_categories: bool = Field(
        default=False,
        description=N_("Make a category that the store lacks when a product is sent into it (P3)."),
    )
    seo: When = Field(
        default=When.ON_CREATE,
        description=N_("Send title and keywords for searches: always, create or never (P3)."),
    )
    price: When = Field(
        default=When.ON_CREATE,
        description=N_("Send the price with the product: always, create or never (P3)."),
    )
    withdraw: bool = Field(
        default=True,
        description=N_(
            "Make a product unavailable at the store while it is not active in the ERP, and available again (P4)."
        ),
    )
    facts: When = Field(
        default=When.ALWAYS,
        description=N_("Send GTIN, NCM, brand, warranty, weight and sizes: always, create or never (P3)."),
    )


class LinkBy(StrEnum):
    """By what a product of the store is found in the ERP when it is imported (P5)."""

    SKU = "sku"
    GTIN = "gtin"
    NAME = "name"


class Existing(StrEnum):
    """What becomes of a product that the ERP has already (P5)."""

    LEAVE = "leave"
    FILL = "fill"
    OVERWRITE = "overwrite"


class CatalogueOptions(Payload):
    """``catalogue.*``: how the store's products are taken into the ERP (P5)."""

    link_by: LinkBy = Field(
        default=LinkBy.SKU,
        description=N_(
            "Find a simple product in the ERP by its sku; gtin or name: by that where no SKU is it (P5)."
        ),
    )
    existing: Existing = Field(
        default=Existing.LEAVE,
        description=N_("A product that the ERP has: leave it, fill what it lacks, or overwrite it (P5)."),
    )
    unit: Annotated[str, Field(min_length=1, max_length=3)] = Field(
        default="UN", description=N_("Unit of new products, as the store has none (P5).")
    )
    origin: Annotated[str, Field(pattern=r"^[0-8]$")] = Field(
        default="0", description=N_("Fiscal origin of new products, 0 to 8, as the store has none (P5).")
    )
    ncm: str = Field(default="", description=N_("NCM of new products for which the store has none (P5)."))
    images: bool = Field(
        default=True, description=N_("Give new products the addresses of the store's images (P5).")
    )
    stock: bool = Field(
        default=False, description=N_("Give new products the store's balance as their opening balance (P5).")
    )


class Parcels(StrEnum):
    """What a store is told of several parcels of one order (T3)."""

    JOINED = "joined"
    FIRST = "first"


class SendingOptions(Payload):
    """``sending.*``: what the store hears of its orders (T2-T4)."""

    tracking: bool = Field(default=True, description=N_("Send tracking codes and their status (T3)."))
    parcels: Parcels = Field(
        default=Parcels.JOINED,
        description=N_(
            "Several tracking codes of one order: joined in the store's field, or first: the first there and all "
            "others in a note of the store's order (T3, guess)."
        ),
    )
    allow_status_back: bool = Field(
        default=False,
        description=N_("Tell the store also a status that is a step back from its own (T1)."),
    )
    statuses: bool = Field(
        default=False,
        description=N_("Send the ERP's statuses before shipping too, those that status_out maps (T2)."),
    )
    invoices: bool = Field(default=True, description=N_("Send the access data of invoices (T4)."))
    settle_time: Seconds = Field(
        default=90.0,
        description=N_("Seconds after a write to the store without answer before it is repeated (S1)."),
    )
    timeout: Annotated[float, Field(gt=0)] = Field(
        default=30.0, description=N_("Seconds that a write to the store is under way at most (S1, guess).")
    )
    answer_timeout: Seconds = Field(
        default=86_400.0,
        description=N_(
            "Seconds after which a store that answers later counts as silent, and what it got as refused (T2)."
        ),
    )


class PriceRule(StrEnum):
    """Which price of the ERP a store asks (V1)."""

    OFF = "off"
    PRODUCT = "product"
    LIST = "list"


class Rounding(StrEnum):
    """The ending of a price; all but ``CENTS`` go up to the next one that has it."""

    CENTS = "cents"
    WHOLE = "whole"
    NINETY = "90"
    NINETY_NINE = "99"


class PriceOptions(Payload):
    """``prices.*``: what the store asks for its products."""

    rule: PriceRule = Field(
        default=PriceRule.OFF,
        description=N_("Which prices are sent: off, the product's own, or those of a list of the ERP (V1)."),
    )
    price_list: Annotated[int, Field(ge=0)] = Field(
        default=0, description=N_("Id of the ERP's price list, with prices.rule=list (V1).")
    )
    percent: Annotated[Decimal, Field(gt=-100, le=1000)] = Field(
        default=Decimal(0),
        description=N_(
            "Per cent that are added to each price, or taken off; an exception stays as it is (V1)."
        ),
    )
    rounding: Rounding = Field(
        default=Rounding.CENTS,
        description=N_("The ending of prices: cents, or up to the next whole, 90 or 99 (V1)."),
    )
    promotions: bool = Field(default=True, description=N_("Send promotional prices (V1)."))
    promotion_from: date | None = Field(
        default=None, description=N_("First day of promotional prices, YYYY-MM-DD; empty: at once (V1).")
    )
    promotion_until: date | None = Field(
        default=None,
        description=N_(
            "Last day of promotional prices, YYYY-MM-DD, after which the store itself ends them; empty: none (V1)."
        ),
    )


class GuardOptions(Payload):
    """``guard.*``: how much of one plan may be what, before a person has to look at it (G1)."""

    zero_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        default=30, description=N_("Per cent of the store's balances that one plan may bring to zero (G1).")
    )
    zero_at_least: Annotated[int, Field(ge=0)] = Field(
        default=10, description=N_("So many balances may always go to zero, whatever their per cent (G1).")
    )
    products_created: Annotated[int, Field(ge=0)] = Field(
        default=50, description=N_("Products that one plan may create (G1).")
    )
    price_fall_percent: Annotated[int, Field(ge=0, le=100)] = Field(
        default=30, description=N_("Per cent by which one plan may lower a price (G1).")
    )


class QuotaOptions(Payload):
    """``quota.*``: how much of the remote's quota is used (Q1)."""

    share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.95, description=N_("Share of the store's requests that Tomada may use (Q1).")
    )
    limits: dict[str, str] = Field(
        default_factory=dict,
        description=N_("Other numbers than the platform's own: name=requests/seconds, or name=off (Q1)."),
    )


class Fulfilled(StrEnum):
    """Whether a marketplace keeps and ships the goods of a channel itself (O9)."""

    BY_ORDER = "order"
    YES = "yes"
    NO = "no"


class ChannelOptions(Payload):
    """How the orders of one sales channel are treated where it is not as those of all others (O9)."""

    statuses: bool = Field(default=True, description=N_("Tell the store the statuses of its orders (O9)."))
    tracking: bool = Field(default=True, description=N_("Tell the store the parcels of its orders (O9)."))
    invoices: bool = Field(default=True, description=N_("Tell the store the invoices of its orders (O9)."))
    warehouse: str = Field(
        default="",
        description=N_("Name of the warehouse that its orders leave from; empty: erp.warehouse (O9)."),
    )
    fulfilled: Fulfilled = Field(
        default=Fulfilled.BY_ORDER,
        description=N_(
            "Whether the marketplace ships from its own warehouse: then its orders take nothing from the stock, and "
            "the store is told no parcel. yes, no, or order: as each order says (O9)."
        ),
    )


class StoreOptions(Payload):
    """Everything that the core lets a user set per store; ``channels`` by the codes of the sales channels."""

    orders: OrderOptions = Field(default_factory=OrderOptions)
    erp: ErpOrderOptions = Field(default_factory=ErpOrderOptions)
    money: MoneyOptions = Field(default_factory=MoneyOptions)
    customers: CustomerOptions = Field(default_factory=CustomerOptions)
    stock: StockOptions = Field(default_factory=StockOptions)
    products: ProductOptions = Field(default_factory=ProductOptions)
    prices: PriceOptions = Field(default_factory=PriceOptions)
    catalogue: CatalogueOptions = Field(default_factory=CatalogueOptions)
    sending: SendingOptions = Field(default_factory=SendingOptions)
    guard: GuardOptions = Field(default_factory=GuardOptions)
    quota: QuotaOptions = Field(default_factory=QuotaOptions)
    channels: dict[str, ChannelOptions] = Field(default_factory=dict)
