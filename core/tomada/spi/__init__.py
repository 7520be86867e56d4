"""All that a plugin may import, together with ``tomada.domain`` and ``tomada.errors``.

0.x: names may still change until all three Tray plugins pass the conformance kit.
"""

from tomada.i18n import translator
from tomada.spi.context import Budget, Clock, Context, Logger, State, Vault
from tomada.spi.listings import CatalogueQuery, Listing, ListingEvent, ListingQuery
from tomada.spi.markers import hookimpl, lacks
from tomada.spi.platform import PlatformInfo, QuotaLimit, refused_with_429
from tomada.spi.reading import (
    Checkpoint,
    CodeEntry,
    Confirmation,
    Confirmed,
    Disposition,
    Fetched,
    Known,
    OrderEvent,
    OrderQuery,
    Rejected,
)
from tomada.spi.reserving import Reservation, ReservationState
from tomada.spi.row_versions import Need, RowVersion, need_of
from tomada.spi.samples import Proposal, SampleEvent, SampleProblem, SampleRow
from tomada.spi.setup import Ask, CheckResult, Done, Say, SetupStep, StepState
from tomada.spi.specs.answers import AnswerHooks
from tomada.spi.specs.catalogue import CatalogueHooks
from tomada.spi.specs.connection import ConnectionHooks
from tomada.spi.specs.invoices import InvoiceHooks
from tomada.spi.specs.lists import ListHooks
from tomada.spi.specs.orders import OrderHooks
from tomada.spi.specs.prices import PriceHooks
from tomada.spi.specs.products import ProductHooks
from tomada.spi.specs.samples import SampleHooks
from tomada.spi.specs.statuses import StatusHooks
from tomada.spi.specs.stock import StockHooks
from tomada.spi.specs.tracking import TrackingHooks
from tomada.spi.writing import Linked, Outcome, OutcomeKind, Push, PushEvent, RemoteIds, Submitted

SPI_VERSION = "0.1"

__all__ = [
    "SPI_VERSION",
    "AnswerHooks",
    "Ask",
    "Budget",
    "CatalogueHooks",
    "CatalogueQuery",
    "CheckResult",
    "Checkpoint",
    "Clock",
    "CodeEntry",
    "Confirmation",
    "Confirmed",
    "ConnectionHooks",
    "Context",
    "Disposition",
    "Done",
    "Fetched",
    "InvoiceHooks",
    "Known",
    "Linked",
    "ListHooks",
    "Listing",
    "ListingEvent",
    "ListingQuery",
    "Logger",
    "Need",
    "OrderEvent",
    "OrderHooks",
    "OrderQuery",
    "Outcome",
    "OutcomeKind",
    "PlatformInfo",
    "PriceHooks",
    "ProductHooks",
    "Proposal",
    "Push",
    "PushEvent",
    "QuotaLimit",
    "Rejected",
    "RemoteIds",
    "Reservation",
    "ReservationState",
    "RowVersion",
    "SampleEvent",
    "SampleHooks",
    "SampleProblem",
    "SampleRow",
    "Say",
    "SetupStep",
    "State",
    "StatusHooks",
    "StepState",
    "StockHooks",
    "Submitted",
    "TrackingHooks",
    "Vault",
    "hookimpl",
    "lacks",
    "need_of",
    "refused_with_429",
    "translator",
]
