"""The one place that builds real objects: where data lie, and what stands behind the ports."""

import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

from tomada.errors import ConfigurationError, TransientError, UnusableError
from tomada.flows.context import FlowContext
from tomada.host.context import StoreContext
from tomada.host.gateway import StoreGateway
from tomada.host.registry import Plugin, Registry
from tomada.host.vault import OwnedVault
from tomada.i18n import _
from tomada.ports.gateways import Erp
from tomada.ports.instruments import Boundary, no_boundary
from tomada.ports.records import ErpRecord, StoreRecord
from tomada.ports.runner import Listener, Runner
from tomada.runner import EmbeddedRunner, lock_name
from tomada.spi import Clock, QuotaLimit
from tomada.storage.crypto import KEY_FILE_VARIABLE, load_key
from tomada.storage.database import SqlDatabase, open_database, require_file, sqlite_url
from tomada.storage.engines import make_engine
from tomada.transport.clock import clock_from_environment

if TYPE_CHECKING:
    from tomada.transport.quota import Limiter

HOME_VARIABLE = "TOMADA_HOME"
DATABASE_VARIABLE = "TOMADA_DATABASE"
ERP_TOKEN = "token"  # noqa: S105 - the name of the secret, not a secret
DRIVER = "tiny-v2"
RUN_TIME = timedelta(hours=6)
"""How long one run of a flow may take; the first import of a large store takes long at the real quotas."""

_OFF = "off"
_LIMIT = re.compile(r"(\d+)/(\d+(?:\.\d+)?)")


class Places:
    """Where an installation keeps its things. ``home`` is the data folder."""

    def __init__(self, home: Path | None = None) -> None:
        chosen = home or os.environ.get(HOME_VARIABLE) or platformdirs.user_data_dir("tomada")
        self.home = Path(chosen).expanduser().absolute()

    @property
    def database_url(self) -> str:
        """``TOMADA_DATABASE`` (a PostgreSQL URL), else a file in the data folder."""
        return os.environ.get(DATABASE_VARIABLE) or sqlite_url(self.home / "tomada.db")

    @property
    def key_name(self) -> str:
        """The name of this installation's key in the system's keyring."""
        return sha256(str(self.home).encode()).hexdigest()[:16]

    @property
    def key_file(self) -> Path:
        """``TOMADA_KEY_FILE``, else a file outside the data folder, so that a copied folder is no open secret."""
        chosen = os.environ.get(KEY_FILE_VARIABLE)
        if chosen:
            return Path(chosen).expanduser().absolute()
        return Path(platformdirs.user_config_dir("tomada"), "keys", f"{self.key_name}.key")

    @property
    def quota_file(self) -> Path:
        """The log of requests that all processes share."""
        return self.home / "quota.db"


class Installation:
    """Everything of one installation, built when it is first needed."""

    def __init__(self, places: Places, boundary: Boundary = no_boundary) -> None:
        self.places = places
        self._boundary = boundary

    @cached_property
    def database(self) -> SqlDatabase:
        """The database; raises ``ConfigurationError`` when there is none, or no key to it."""
        require_file(make_engine(self.places.database_url))  # who has no database need not look for its key
        key = load_key(self.places.key_file, self.places.key_name)
        return open_database(self.places.database_url, key, self._boundary)

    @cached_property
    def registry(self) -> Registry:
        """The installed platforms."""
        return Registry()

    @cached_property
    def clock(self) -> Clock:
        """The system's clock, or a virtual one when every remote is on loopback."""
        with self.database.read() as tx:
            remotes = [account.base_url for account in tx.erps.all()]
            for store in tx.stores.all():
                remotes += [str(value) for value in store.settings.values() if str(value).startswith("http")]
        return clock_from_environment(remotes)

    @cached_property
    def runner(self) -> Runner:
        """What runs flows."""
        return EmbeddedRunner(self.database, self.clock, self.gateway, self.erp)

    def plugin_of(self, store: StoreRecord) -> Plugin:
        """The platform of a store; raises ``UnusableError`` when it cannot be used."""
        return self.registry.get(store.platform)

    @contextmanager
    def gateway(
        self, store: StoreRecord, *, writes: bool = True, requests: Counter[str] | None = None
    ) -> Iterator[StoreGateway]:
        """Open a store through its plugin, for one run or one command; without ``writes`` for a plan.

        ``requests`` is where its requests are counted as ``store``.
        """
        plugin = self.plugin_of(store)
        limiter = self._store_limiter(plugin, store)
        context = StoreContext(
            plugin,
            store,
            self.database,
            self.clock,
            limiter=limiter,
            deadline=self.clock.now() + RUN_TIME,
            boundary=_counting(self._boundary, requests, "store"),
        )
        try:
            with StoreGateway(plugin, context, writes=writes, lacks=store.lacks) as gateway:
                yield gateway
        finally:
            if limiter:
                limiter.close()

    def _budget_key(self, plugin: Plugin, store: StoreRecord) -> str:
        """Whose quota it is: what the platform names, by its validated settings, else the store."""
        own = f"{plugin.id} store={store.id}"
        if not plugin.info.budget_key:
            return own
        try:
            settings = StoreContext(plugin, store, self.database, self.clock).settings
        except ConfigurationError:  # a store that is being set up
            return own
        return " ".join(
            [plugin.id, *(f"{name}={getattr(settings, name)}" for name in plugin.info.budget_key)]
        )

    @contextmanager
    def erp(
        self, account: ErpRecord, token: str | None = None, *, requests: Counter[str] | None = None
    ) -> Iterator[Erp]:
        """Open an ERP account with its own quota; ``token`` is one to be tried, else the one in the vault.

        ``requests`` is where its requests are counted as ``erp``.
        """
        from tomada.tiny.driver import TinyV2
        from tomada.tiny.quota import LIMIT, concurrency, refusal
        from tomada.transport.client import open_client

        if account.driver != DRIVER:
            raise UnusableError("erp.driver", _("There is no driver {name}.").format(name=account.driver))
        vault = OwnedVault(self.database, f"erp:{account.id}")
        token = vault.read().get(ERP_TOKEN, "") if token is None else token
        limiter = self._erp_limiter(account, token)

        def learn(requests: int) -> None:
            if not account.options.requests_per_minute:
                limiter.learn(LIMIT, requests, concurrency(requests))

        client = open_client(
            clock=self.clock,
            limiter=limiter,
            refusal=refusal,
            deadline=self.clock.now() + RUN_TIME,
            boundary=_counting(self._boundary, requests, "erp"),
            secrets=lambda: vault.seen() | {token},
            timeout=account.options.timeout,
        )
        try:
            with client:
                yield TinyV2(
                    client,
                    token,
                    base_url=account.base_url,
                    name_length=account.options.customer_name_length,
                    on_limit=learn,
                    now=self.clock.now,
                )
        finally:
            limiter.close()

    @contextmanager
    def reading(
        self,
        store: StoreRecord,
        actor: str,
        listener: Listener,
        flow: str = "orders",
        *,
        writes: bool = False,
    ) -> Iterator[FlowContext]:
        """Open both sides of a store outside any run: for a plan, to read named orders, or (``writes``) a command.

        No sync of the flow runs meanwhile; raises ``TransientError`` when one does already.
        """
        with self.database.read() as tx:
            account = tx.erps.get(store.erp_id)
        requests: Counter[str] = Counter()
        with (
            self.database.lock(lock_name(store, flow)) as locked,
            self.gateway(store, writes=writes, requests=requests) as gateway,
            self.erp(account, requests=requests) as erp,
        ):
            if not locked:
                raise TransientError(
                    "run.busy",
                    _("{store} is being synced right now.").format(store=store.name),
                    _("Repeat this when that is done; see: tomada runs list"),
                )
            yield FlowContext(
                store,
                account,
                self.database,
                gateway,
                erp,
                self.clock,
                actor,
                None,
                listener,
                flow,
                self.now(),
                requests=requests,
            )

    def erp_requests_per_minute(self, account: ErpRecord) -> float | None:
        """How many requests a minute the account's quota grants Tomada, as far as it is known; None: no limit."""
        token = OwnedVault(self.database, f"erp:{account.id}").read().get(ERP_TOKEN, "")
        limiter = self._erp_limiter(account, token)
        try:
            return limiter.per_minute()
        finally:
            limiter.close()

    def store_requests_per_minute(self, store: StoreRecord) -> float | None:
        """How many requests a minute the store's quota grants Tomada; None: no limit."""
        limiter = self._store_limiter(self.plugin_of(store), store)
        if limiter is None:
            return None
        try:
            return limiter.per_minute()
        finally:
            limiter.close()

    def _store_limiter(self, plugin: Plugin, store: StoreRecord) -> "Limiter | None":
        from tomada.transport.quota import Limiter

        limits = quota_limits(plugin.info.limits, store.options.quota.limits)
        if not limits:
            return None
        return Limiter(
            self.places.quota_file,
            self._budget_key(plugin, store),
            limits,
            store.options.quota.share,
            self.clock,
        )

    def _erp_limiter(self, account: ErpRecord, token: str) -> "Limiter":
        from tomada.tiny.quota import limits
        from tomada.transport.quota import Limiter

        key = sha256(f"{account.base_url} {token}".encode()).hexdigest()
        options = account.options
        return Limiter(self.places.quota_file, key, limits(options), options.quota_share, self.clock)

    def now(self) -> datetime:
        """The present by the installation's clock."""
        return self.clock.now().astimezone(UTC)

    def close(self) -> None:
        """Let go of the database, if it was opened."""
        if "database" in self.__dict__:
            self.database.dispose()


def _counting(boundary: Boundary, requests: Counter[str] | None, side: str) -> Boundary:
    """Return a boundary that counts the requests that pass it."""
    if requests is None:
        return boundary

    def counted(name: str) -> None:
        requests[side] += name.startswith("request.before")
        boundary(name)

    return counted


def quota_limits(declared: Sequence[QuotaLimit], chosen: dict[str, str]) -> list[QuotaLimit]:
    """Return the platform's limits with a person's numbers in them (``180/60``, or ``off``).

    Raises ``ConfigurationError`` for a name that the platform does not declare and for a text that is no limit.
    """
    unknown = chosen.keys() - {limit.name for limit in declared}
    if unknown:
        raise ConfigurationError(
            "quota.name",
            _("The platform has no limit {name}.").format(name=", ".join(sorted(unknown))),
            _("There are: {names}").format(names=", ".join(limit.name for limit in declared)),
        )
    limits = []
    for limit in declared:
        text = chosen.get(limit.name, "").strip()
        parsed = _LIMIT.fullmatch(text)
        if text == _OFF:
            continue
        if text and not parsed:
            raise ConfigurationError(
                "quota.form",
                _("quota.limits.{name} must be requests/seconds or off: {text}").format(
                    name=limit.name, text=text
                ),
            )
        if parsed:
            midnight = limit.resets_at_midnight
            limits.append(
                QuotaLimit(limit.name, int(parsed[1]), float(parsed[2]), limit.concurrency, midnight)
            )
        else:
            limits.append(limit)
    return limits
