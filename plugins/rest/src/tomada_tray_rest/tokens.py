"""The store's pair of tokens, how it is kept, renewed and won back (tray-rest.md 1.3, 1.4).

A refresh destroys the pair that it was made with, so it is made under the vault's lock, by one process, and
never repeated blindly. Its answer can be lost in two ways: the network loses it, or we die before it is
committed. Either way the refresh token that we still hold may be dead. The stored ``code`` is then posted
again, which most stores honour ("Token already exists."); one that does not has to be authorised again by its
merchant.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tomada.errors import EffectUnknown
from tomada.spi import Context
from tomada_tray_rest.answers import parsed
from tomada_tray_rest.errors import StoreServerError, authorise_again, failure, redirected_to, store_gone
from tomada_tray_rest.sentences import _
from tomada_tray_rest.settings import Settings
from tomada_tray_rest.wire import WireError, moment, text

if TYPE_CHECKING:
    import httpx

Secrets = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Tokens:
    """A pair of tokens with the times at which they end (aware UTC; None when the store did not say)."""

    access: str = field(repr=False)
    access_ends: datetime | None
    refresh: str = field(repr=False)
    refresh_ends: datetime | None
    store_id: str = ""

    @classmethod
    def kept(cls, secrets: Secrets) -> "Tokens | None":
        """Return the pair that the vault holds, or None for a store that was never authorised."""
        if not secrets.get("access_token"):
            return None
        return cls(
            secrets["access_token"],
            _time(secrets.get("access_ends")),
            secrets.get("refresh_token", ""),
            _time(secrets.get("refresh_ends")),
            secrets.get("store_id", ""),
        )

    @classmethod
    def answered(cls, body: Mapping[str, Any], zone: ZoneInfo) -> "Tokens | None":
        """Return the pair of an answer of ``/auth``, or None when there is none in it."""
        try:
            access, refresh = text(body, "access_token"), text(body, "refresh_token")
            store_id = text(body, "store_id")
        except WireError:
            return None
        if not access or not refresh:
            return None
        return cls(
            access,
            _end(body, "date_expiration_access_token", zone),
            refresh,
            _end(body, "date_expiration_refresh_token", zone),
            store_id,
        )

    def secrets(self) -> dict[str, str]:
        """Return the pair as the vault keeps it."""
        return {
            "access_token": self.access,
            "access_ends": self.access_ends.isoformat() if self.access_ends else "",
            "refresh_token": self.refresh,
            "refresh_ends": self.refresh_ends.isoformat() if self.refresh_ends else "",
            "store_id": self.store_id,
        }

    def fresh(self, now: datetime, ahead: timedelta) -> bool:
        """Tell whether the access token lives for more than ``ahead``."""
        return self.access_ends is None or now + ahead < self.access_ends


def _time(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


def _end(body: Mapping[str, Any], key: str, zone: ZoneInfo) -> datetime | None:
    try:
        end = moment(body, key, zone)
    except WireError:  # the 401 will tell
        return None
    return end.astimezone(UTC) if end else None


class TokenKeeper:
    """Gives the access token to use now; renews it when it is about to end or was refused."""

    def __init__(self, ctx: Context, client: "httpx.Client") -> None:
        self._ctx = ctx
        self._client = client
        self._settings: Settings = ctx.settings
        self._held: Tokens | None = None

    def current(self) -> str:
        """Return an access token that lives for a while; raise ``AuthenticationError`` when there is none."""
        if self._held is None:
            self._held = Tokens.kept(self._ctx.vault.read())
        if self._held is None or not self._fresh(self._held):
            self._held = self._renewed(lambda kept: not self._fresh(kept))
        return self._held.access

    def replace(self, refused: str) -> str:
        """Return another access token than the one that the store has just refused."""
        self._held = self._renewed(lambda kept: kept.access == refused)
        return self._held.access

    def _fresh(self, tokens: Tokens) -> bool:
        return tokens.fresh(self._ctx.clock.now(), timedelta(minutes=self._settings.refresh_ahead_minutes))

    def _renewed(self, stale: Callable[[Tokens], bool]) -> Tokens:
        def change(secrets: Secrets) -> Secrets:
            kept = Tokens.kept(secrets)
            if kept is not None and not stale(kept):  # another process was faster
                return secrets
            return {**secrets, **self._fetched(kept, secrets.get("code", "")).secrets()}

        renewed = Tokens.kept(self._ctx.vault.update(change))
        assert renewed is not None, "the vault returns what was put into it"
        return renewed

    def _fetched(self, kept: Tokens | None, code: str) -> Tokens:
        if kept is None and not code:
            raise authorise_again(self._ctx.store, "tray.not_authorised")
        tokens, lost = None, None
        if kept is not None and not self._ended(kept.refresh_ends):
            try:
                tokens = refresh(self._client, self._settings, kept.refresh)
            except EffectUnknown as error:
                lost = error
        if tokens is None and code:
            self._ctx.log.warning("tray.code_posted_again", answer_lost=lost is not None)
            tokens = exchange(self._client, self._settings, code)
        if tokens is not None:
            return tokens
        # While an answer is only lost, the old pair may still live: the next attempt will tell.
        raise lost or authorise_again(self._ctx.store)

    def _ended(self, end: datetime | None) -> bool:
        return end is not None and end <= self._ctx.clock.now()


def refresh(client: "httpx.Client", settings: Settings, refresh_token: str) -> Tokens | None:
    """Trade a refresh token for a new pair; None when the store refuses it.

    Raises ``EffectUnknown`` when the store may have made the trade without our seeing the new pair.
    """
    answer = client.get("/auth", params={"refresh_token": refresh_token, **_keys(settings)})
    return _tokens(answer, settings)


def exchange(client: "httpx.Client", settings: Settings, code: str) -> Tokens | None:
    """Trade the authorisation code for a pair; None when the store refuses it.

    Raises ``EffectUnknown`` when the store may have used the code up without our seeing the pair.
    """
    answer = client.post("/auth", data={"code": code, **_keys(settings)})
    return _tokens(answer, settings)


def _keys(settings: Settings) -> dict[str, str]:
    return {
        "consumer_key": settings.consumer_key,
        "consumer_secret": settings.consumer_secret.get_secret_value(),
    }


def _tokens(answer: "httpx.Response", settings: Settings) -> Tokens | None:
    body = parsed(answer.text)
    if answer.status_code in (200, 201):
        tokens = Tokens.answered(body, settings.zone) if body is not None else None
        if tokens is None:
            raise _lost()
        return tokens
    gone = store_gone(body)
    if gone:
        raise gone
    if answer.status_code in (400, 401, 403):
        return None
    error = failure(answer.status_code, redirected_to(answer.headers), body)
    raise _lost() if isinstance(error, StoreServerError) else error


def _lost() -> EffectUnknown:
    return EffectUnknown(
        "tray.token_answer_lost",
        _("The store's answer with the new tokens was lost."),
        _("Run the same command again; if it goes on, authorise the store again."),
    )
