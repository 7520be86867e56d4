"""The way to one store: every read with its token, every answer checked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

from tomada.errors import ConfigurationError
from tomada.spi import Context
from tomada_tray_rest.answers import parsed
from tomada_tray_rest.errors import (
    UnreadableAnswerError,
    authorise_again,
    failure,
    redirected_to,
    store_gone,
    write_unanswered,
)
from tomada_tray_rest.sentences import _
from tomada_tray_rest.settings import Settings
from tomada_tray_rest.tokens import TokenKeeper

if TYPE_CHECKING:
    import httpx

JSON = {"Accept": "application/json"}
_READINGS = 2  # an unreadable body is asked for once more before it is reported


@dataclass(frozen=True, slots=True)
class Answer:
    """A JSON object that the store answered: parsed, as it came, and the store's own time (aware UTC)."""

    body: dict[str, Any]
    text: str
    at: datetime


class TraySession:
    """Reads and writes of one store. Nothing is sent before the first ``get`` or ``write``."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._settings: Settings = ctx.settings
        self._client: httpx.Client = ctx.http(
            base_url=self._settings.api_address, timeout=self._settings.timeout, headers=JSON
        )
        self._tokens = TokenKeeper(ctx, self._client)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> Answer | None:
        """Read a resource; None when the store has no such thing (404).

        Raises ``AuthenticationError`` (tokens dead, store closed), ``TransientError`` (5xx, a body that is no
        JSON twice in a row), ``ConfigurationError`` (redirection, settings) and ``RemoteContractChanged``.
        """
        _require_keys(self._ctx)
        answer = self._readable(path, params)
        body = parsed(answer.text)
        if answer.status_code == 404:
            return None
        if answer.status_code != 200:
            raise failure(answer.status_code, redirected_to(answer.headers), body)
        if body is None:
            raise UnreadableAnswerError(answer.text)
        return Answer(body, answer.text, self._time_of(answer))

    def write(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any] | None:
        """Write a resource and return the acknowledgement; None when the store has no such thing (404).

        Never repeated after a failure; a token that ended is renewed and the write, which had no effect, sent once
        more. Raises ``RejectedByRemote`` for a refusal and ``EffectUnknown`` when the store may have done it.
        """
        _require_keys(self._ctx)
        token = self._tokens.current()
        answer = self._send_write(method, path, body, token)
        if answer.status_code == 401:
            self._raise_if_gone(answer)
            answer = self._send_write(method, path, body, self._tokens.replace(token))
        if answer.status_code == 401:
            self._raise_if_gone(answer)
            raise authorise_again(self._ctx.store)
        found = parsed(answer.text)
        if answer.status_code == 404:
            return None
        if answer.status_code >= 500:
            raise write_unanswered(answer.status_code)
        if answer.status_code not in (200, 201):
            raise failure(answer.status_code, redirected_to(answer.headers), found)
        if found is None:
            raise write_unanswered(answer.status_code)
        return found

    def _send_write(
        self, method: str, path: str, body: Mapping[str, Any] | None, token: str
    ) -> "httpx.Response":
        return self._client.request(method, path, params={"access_token": token}, json=body)

    def _readable(self, path: str, params: Mapping[str, str | int] | None) -> "httpx.Response":
        for _attempt in range(_READINGS):
            answer = self._authorised(path, params)
            if answer.status_code != 200 or parsed(answer.text) is not None:
                break
        return answer

    def _authorised(self, path: str, params: Mapping[str, str | int] | None) -> "httpx.Response":
        token = self._tokens.current()
        answer = self._send(path, params, token)
        if answer.status_code != 401:
            return answer
        self._raise_if_gone(answer)
        answer = self._send(path, params, self._tokens.replace(token))
        if answer.status_code == 401:
            self._raise_if_gone(answer)
            raise authorise_again(self._ctx.store)
        return answer

    def _send(self, path: str, params: Mapping[str, str | int] | None, token: str) -> "httpx.Response":
        query = {**(params or {}), "access_token": token}
        return self._client.get(path, params=query, extensions={"safe": True})

    def _raise_if_gone(self, answer: "httpx.Response") -> None:
        gone = store_gone(parsed(answer.text))
        if gone:
            raise gone

    def _time_of(self, answer: "httpx.Response") -> datetime:
        try:
            return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError, TypeError):
            return self._ctx.clock.now()


@contextmanager
def open_session(ctx: Context) -> Iterator[TraySession]:
    """Yield the store's session and close it afterwards."""
    session = TraySession(ctx)
    try:
        yield session
    finally:
        session.close()


def missing_keys(settings: Settings) -> list[str]:
    """Return the names of the settings without which no request can be sent."""
    given = {
        "api_address": settings.api_address,
        "consumer_key": settings.consumer_key,
        "consumer_secret": settings.consumer_secret.get_secret_value(),
    }
    return [name for name, value in given.items() if not value]


def _require_keys(ctx: Context) -> None:
    missing = missing_keys(ctx.settings)
    if missing:
        raise ConfigurationError(
            "tray.not_configured",
            _("The store {store} lacks: {missing}.").format(store=ctx.store, missing=", ".join(missing)),
            _("Run `tomada store authorize {store}`.").format(store=ctx.store),
        )
