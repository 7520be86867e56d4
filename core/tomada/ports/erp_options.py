"""The core's own settings of an ERP account, which are those of all its stores."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from tomada.domain.payload import Payload
from tomada.i18n import N_
from tomada.ports.options import Seconds


class Posting(StrEnum):
    """When the ERP account posts an order's stock; API 2 does not say, so a person does (O7)."""

    ON_SAVE = "save"
    ON_APPROVAL = "approval"
    ON_INVOICE = "invoice"
    ON_SENT = "sent"
    UNKNOWN = "unknown"


class Reserving(StrEnum):
    """Whether the ERP account reserves the pieces of orders (S2)."""

    DETECT = "detect"
    YES = "yes"
    NO = "no"


class Kits(StrEnum):
    """Where the number of a kit comes from: what its components suffice for, or a balance of its own (S5)."""

    COMPONENTS = "components"
    OWN = "own"


class ErpOptions(Payload):
    """Everything that the core lets a user set per ERP account."""

    reserves: Reserving = Field(
        default=Reserving.DETECT,
        description=N_(
            "Whether the account reserves the pieces of orders: yes, no, or detect it by our own orders (S2)."
        ),
    )
    sweep_reads: Annotated[int, Field(ge=0)] = Field(
        default=30,
        description=N_(
            "Balances that one sync reads one by one when the account's list of changes is not enough (S6)."
        ),
    )
    sweep_minutes: Annotated[float, Field(ge=0)] = Field(
        default=15.0,
        description=N_(
            "Minutes after which a linked balance is read again in an account without a list of changes (S6)."
        ),
    )
    sweep_hours: Annotated[float, Field(gt=0)] = Field(
        default=24.0,
        description=N_(
            "Hours after which a linked balance is read again although the account's list of changes tells nothing of "
            "it, where the account reserves pieces: the list is not known to tell a mere reservation (S6, guess)."
        ),
    )
    kits: Kits = Field(
        default=Kits.COMPONENTS,
        description=N_(
            "The balance of a kit: as many as its components suffice for, or the kit's own, where finished kits are "
            "kept in stock and an order takes a kit (S5, guess: an order takes the components)."
        ),
    )
    product_reads: Annotated[int, Field(ge=0)] = Field(
        default=30,
        description=N_(
            "Linked products that one sync reads whole, to learn which are kits and which are sold no more (S5, P4)."
        ),
    )
    product_hours: Annotated[float, Field(gt=0)] = Field(
        default=24.0, description=N_("Hours after which a linked product is read whole again (S5, P4).")
    )
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
