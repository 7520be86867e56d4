"""The embedded runner: flows run here and now, one run per store and flow at a time across all processes."""

import logging
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from tomada.errors import InternalError, TomadaError, TransientError
from tomada.flows.context import FlowContext
from tomada.flows.order_news.invoices import sync_invoices
from tomada.flows.order_news.statuses import sync_statuses
from tomada.flows.order_news.told import DELIVERIES, STATUSES
from tomada.flows.order_news.tracking import sync_tracking
from tomada.flows.orders.flow import sync_orders
from tomada.flows.prices.flow import is_off, sync_prices
from tomada.flows.products.flow import sync_products
from tomada.flows.stock.flow import sync_stock
from tomada.i18n import _
from tomada.ports.gateways import Erp, PlatformGateway
from tomada.ports.options import StoreOptions
from tomada.ports.publications import PublicationState
from tomada.ports.records import AuditRecord, ErpRecord, RunRecord, RunState, StoreRecord, StoreState
from tomada.ports.runner import FlowResult, Listener
from tomada.ports.storage import Database, Transaction
from tomada.spi import Clock
from tomada.transport.redaction import kind_and_place, traceback_without_values

OpenGateway = Callable[[StoreRecord], AbstractContextManager[PlatformGateway]]
OpenErp = Callable[[ErpRecord], AbstractContextManager[Erp]]

_log = logging.getLogger("tomada.runner")


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow, the hook without which a platform does not offer it, and the capability that it carries out.

    ``is_off`` tells whether a store's settings leave it out, ``switch`` is the setting that does not. ``on_demand``
    are the publications that a person may make all the same: the flow runs while the store has to answer one.
    """

    run: Callable[[FlowContext], None]
    hook: str
    capability: str
    is_off: Callable[[StoreOptions], bool] = lambda _options: False
    switch: str = ""
    on_demand: tuple[str, ...] = ()


FLOWS: dict[str, Flow] = {
    "orders": Flow(sync_orders, "orders_fetch", "orders.receive"),
    "products": Flow(sync_products, "products_push", "products.send"),
    "stock": Flow(sync_stock, "stock_push", "stock.update"),
    "prices": Flow(
        sync_prices,
        "prices_push",
        "prices.send",
        lambda options: is_off(options.prices.rule),
        "prices.rule=product",
    ),
    "statuses": Flow(
        sync_statuses,
        "order_status_push",
        "orders.update_status",
        lambda options: not options.sending.statuses,
        "sending.statuses=yes",
        (STATUSES, DELIVERIES),
    ),
    "tracking": Flow(sync_tracking, "tracking_push", "tracking.send"),
    "invoices": Flow(sync_invoices, "invoices_push", "invoices.send"),
}
"""In the order of a sync: a store's orders are read before its stock is published (S3)."""


@dataclass(frozen=True, slots=True)
class _Sync:
    actor: str
    listener: Listener
    began_at: datetime
    confirmed: bool


class EmbeddedRunner:
    """Runs flows in this process."""

    def __init__(
        self, database: Database, clock: Clock, open_gateway: OpenGateway, open_erp: OpenErp
    ) -> None:
        self._database = database
        self._clock = clock
        self._open_gateway = open_gateway
        self._open_erp = open_erp

    def run(
        self,
        store: str,
        flows: tuple[str, ...],
        actor: str,
        listener: Listener,
        *,
        began_at: datetime | None = None,
        confirmed: bool = False,
    ) -> list[FlowResult]:
        """Run these flows (all when empty) of one active store, in order; a flow that runs already is skipped."""
        with self._database.read() as tx:
            record = tx.stores.by_name(store)
            account = record and tx.erps.get(record.erp_id)
        assert record, "the caller looked it up"
        assert account, "every store has an account"
        assert record.state is StoreState.ACTIVE, "the caller checks that the store is active"
        sync = _Sync(actor, listener, began_at or self._clock.now(), confirmed)
        offered = [flow for flow in flows or tuple(FLOWS) if self._offers(record, flow)]
        return [self._run(record, account, flow, sync) for flow in offered]

    def _offers(self, store: StoreRecord, flow: str) -> bool:
        """Tell whether the store's platform offers a flow; one that cannot be used says so in the first flow alone.

        Orders that are committed go on even where the store has none to read any more.
        """
        if flow == "orders":
            return True
        if FLOWS[flow].capability in store.lacks:
            return False
        if FLOWS[flow].is_off(store.options) and not self._awaits_answer(store, flow):
            return False
        try:
            with self._open_gateway(store) as gateway:
                return gateway.offers(FLOWS[flow].hook)
        except TomadaError:
            return False

    def _awaits_answer(self, store: StoreRecord, flow: str) -> bool:
        with self._database.read() as tx:
            waiting = [
                one for name in FLOWS[flow].on_demand for one in tx.publications.under_way(store.id, name)
            ]
        return any(one.state is PublicationState.SUBMITTED for one in waiting)

    def _run(self, store: StoreRecord, account: ErpRecord, flow: str, sync: _Sync) -> FlowResult:
        with self._database.lock(lock_name(store, flow)) as locked:
            if not locked:
                return self._skipped(store, flow, sync.actor)
            with self._database.begin() as tx:
                _bury_dead_runs(tx, store, flow, self._clock)
                run = tx.runs.save(_new_run(store, flow, sync.actor, self._clock, RunState.RUNNING))
            ctx_counts, error = self._execute(store, account, flow, sync, run)
            return self._ended(store, run, ctx_counts, error)

    def _execute(
        self,
        store: StoreRecord,
        account: ErpRecord,
        flow: str,
        sync: _Sync,
        run: RunRecord,
    ) -> tuple[dict[str, int], TomadaError | None]:
        counts: dict[str, int] = {}
        try:
            with self._open_gateway(store) as gateway, self._open_erp(account) as erp:
                ctx = FlowContext(
                    store,
                    account,
                    self._database,
                    gateway,
                    erp,
                    self._clock,
                    sync.actor,
                    run.id,
                    sync.listener,
                    flow,
                    sync.began_at,
                    sync.confirmed,
                )
                try:
                    FLOWS[flow].run(ctx)
                finally:
                    counts = dict(ctx.counts)
        except TomadaError as error:
            if isinstance(error, InternalError):  # a plugin's bug: its author wants to see where
                _log.debug("%s", traceback_without_values(error))
            return counts, error
        except Exception as error:  # noqa: BLE001 - a bug of ours ends this run, not those of the other stores
            return counts, _bug(error)
        return counts, None

    def _ended(
        self, store: StoreRecord, run: RunRecord, counts: dict[str, int], error: TomadaError | None
    ) -> FlowResult:
        run.counts = {word: number for word, number in counts.items() if number}
        run.ended_at = self._clock.now()
        run.state = RunState.DONE
        if error:
            run.state = RunState.PARTIAL if isinstance(error, TransientError) else RunState.FAILED
            run.error, run.message = error.code, error.message
        elif counts.get("waiting"):
            run.state = RunState.PARTIAL
        with self._database.begin() as tx:
            tx.runs.save(run)
        return FlowResult(store.name, run.flow, run.state, run.counts, error, run.id)

    def _skipped(self, store: StoreRecord, flow: str, actor: str) -> FlowResult:
        holder = self._database.holder(lock_name(store, flow))
        run = _new_run(store, flow, actor, self._clock, RunState.SKIPPED)
        run.ended_at = run.started_at
        run.message = _("It runs already ({holder}).").format(holder=holder or "?")
        with self._database.begin() as tx:
            run = tx.runs.save(run)
        return FlowResult(store.name, flow, RunState.SKIPPED, {}, None, run.id, run.message)


def _bug(error: Exception) -> InternalError:
    _log.debug("%s", traceback_without_values(error))
    kind, place = kind_and_place(error)
    return InternalError(
        "internal",
        _("Something unexpected happened ({kind} at {place}).").format(kind=kind, place=place),
        _("Run it with -vv to see where, and report it."),
    )


def lock_name(store: StoreRecord, flow: str) -> str:
    """The name of the lock that keeps a flow of a store from running twice at once."""
    return f"run:{store.id}:{flow}"


def _new_run(store: StoreRecord, flow: str, actor: str, clock: Clock, state: RunState) -> RunRecord:
    return RunRecord(0, store.id, flow, actor, clock.now(), state)


def _bury_dead_runs(tx: Transaction, store: StoreRecord, flow: str, clock: Clock) -> None:
    """Whoever has the lock is alone: a run that still says it is running was killed."""
    for run in tx.runs.unfinished(store.id, flow):
        run.state, run.error, run.ended_at = RunState.FAILED, "run.killed", clock.now()
        tx.runs.save(run)
        tx.audit.add(
            [AuditRecord(clock.now(), run.actor, "run.killed", store.id, details={"run": str(run.id)})]
        )
