"""The core's own settings of a store and of an ERP account; a plugin's settings are the plugin's.

Names are shown with their prefix: ``tomada store set STORE orders.enter=paid``.
"""

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
    allow_status_back: bool = Field(
        default=False, description=N_("Let a later store event move an ERP order back (T1).")
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


class QuotaOptions(Payload):
    """``quota.*``: how much of the remote's quota is used (Q1)."""

    share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.95, description=N_("Share of the store's requests that Tomada may use (Q1).")
    )
    limits: dict[str, str] = Field(
        default_factory=dict,
        description=N_("Other numbers than the platform's own: name=requests/seconds, or name=off (Q1)."),
    )


class StoreOptions(Payload):
    """Everything that the core lets a user set per store."""

    orders: OrderOptions = Field(default_factory=OrderOptions)
    erp: ErpOrderOptions = Field(default_factory=ErpOrderOptions)
    money: MoneyOptions = Field(default_factory=MoneyOptions)
    customers: CustomerOptions = Field(default_factory=CustomerOptions)
    quota: QuotaOptions = Field(default_factory=QuotaOptions)


class Posting(StrEnum):
    """When the ERP account posts an order's stock; API 2 does not say, so a person does (O7)."""

    ON_SAVE = "save"
    ON_APPROVAL = "approval"
    ON_INVOICE = "invoice"
    ON_SENT = "sent"
    UNKNOWN = "unknown"


class ErpOptions(Payload):
    """Everything that the core lets a user set per ERP account."""

    stock_posting: Posting = Field(
        default=Posting.UNKNOWN, description=N_("When the account posts an order's stock (O7).")
    )
    quota_share: Annotated[float, Field(gt=0, le=1)] = Field(
        default=0.75,
        description=N_("Share of the account's requests that Tomada may use, as other apps use it too (Q1)."),
    )
    requests_per_minute: Annotated[int, Field(ge=0)] = Field(
        default=0,
        description=N_("Requests a minute of the account; 0 is what the ERP reports in x-limit-api (Q1)."),
    )
    quota_window: Annotated[float, Field(gt=0)] = Field(
        default=60.0, description=N_("Seconds that the ERP counts requests over.")
    )
    settle_time: Seconds = Field(
        default=90.0,
        description=N_("Seconds after a write without answer before it is looked for or repeated (O2)."),
    )
    settle_gap: Seconds = Field(
        default=10.0, description=N_("Seconds between the two searches that must both be empty (O2).")
    )
    timeout: Annotated[float, Field(gt=0)] = Field(
        default=30.0, description=N_("Seconds to wait for an answer of the ERP.")
    )
    customer_name_length: Annotated[int, Field(ge=10)] = Field(
        default=30,
        description=N_(
            "Length of a customer's name in orders; the ERP's pages say 30 and 50 (C3, guess: 30)."
        ),
    )
