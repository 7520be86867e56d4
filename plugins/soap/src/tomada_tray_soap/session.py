"""The way to one store: every call with its access data, every reply read strictly."""

import base64
import binascii
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tomada.errors import ConfigurationError
from tomada.spi import Context
from tomada_tray_soap import errors
from tomada_tray_soap.envelope import Record, Reply, UnreadableReplyError, Value, read_reply
from tomada_tray_soap.latin import latin
from tomada_tray_soap.sentences import _
from tomada_tray_soap.settings import Settings, names, table

if TYPE_CHECKING:
    import httpx

    from tomada_tray_soap.description import Description

LARGEST_REPLY = 32 * 1024 * 1024
"""Bytes: some 20,000 orders in one list, as the service has no pages."""

LARGEST_DESCRIPTION = 4 * 1024 * 1024
KEPT, KEPT_AT, KEPT_DIGEST = "wsdl.document", "wsdl.read_at", "wsdl.sha256"
_READINGS = 2  # an unreadable reply is asked for once more before it is reported


@dataclass(frozen=True, slots=True)
class Written:
    """What the service says of a write: its code, the id that it tells, and the arguments that lost letters."""

    code: str
    id: str
    lost: tuple[str, ...] = ()


class SoapSession:
    """Calls of one store. Nothing is sent before the first of them."""

    def __init__(self, ctx: Context, settings: Settings) -> None:
        self._ctx = ctx
        self._settings = settings
        self._client: httpx.Client = ctx.http(timeout=settings.timeout, max_body=LARGEST_REPLY)
        self._known: Description | None = None
        self._password = settings.password.get_secret_value()
        self._aliases = {actual: known for known, actual in table(settings.aliases).items()}
        self.at = ctx.clock.now()
        """The store's own time at its last answer (aware UTC)."""

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    @property
    def description(self) -> "Description":
        """The service's description: kept from an earlier run, or read now. Raises as ``rows``."""
        if self._known is None:
            self._known = self._describe(self._kept() or self._fetch())
        return self._known

    def described_anew(self) -> tuple["Description", bool]:
        """Read the description now; return it and whether it is another one than the kept one."""
        before = self._ctx.state.get(KEPT_DIGEST)
        self._known = self._describe(self._fetch())
        return self._known, before not in (None, self._known.digest)

    def offers(self, operation: str) -> bool:
        """Tell whether this store's service has an operation."""
        return self.description.name_of(operation) is not None

    def rows(self, operation: str, **values: str) -> list[Record]:
        """Call an operation that lists, and return its rows.

        Raises ``AuthenticationError``, ``TransientError`` (unreadable twice in a row, too), ``FeatureMissing``
        (no such operation), ``ConfigurationError`` and ``RemoteContractChanged``.
        """
        for reading in range(_READINGS):
            try:
                return self._rows(operation, values)
            except errors.UnreadableAnswerError:
                if reading == _READINGS - 1:
                    raise
        raise AssertionError("unreachable")

    def write(self, operation: str, **values: str) -> Written:
        """Call an operation that writes; never repeated.

        Raises ``RejectedByRemote`` for a refusal, ``EffectUnknown`` when the store may have done it, and as ``rows``.
        """
        arguments, lost = self._arguments(operation, values)
        answer = self._call(operation, arguments, safe=False)
        try:
            reply = self._read(answer, writing=True)
        except UnreadableReplyError as error:
            raise errors.write_unanswered(error.why) from None
        told = reply.parts
        if len(told) == 1 and isinstance(only := next(iter(told.values())), dict):
            told = only
        if len(told) == 1 and isinstance(only := next(iter(told.values())), str):
            told = {"status": only, "mensagem": only}
        status, code, message, id_ = (
            self._text(told, name) for name in ("status", "codigo", "mensagem", "id")
        )
        if status.strip().casefold() not in names(self._settings.ok_values):
            raise errors.refused(code, self._shown(message or status), self._ctx.store, writing=True)
        return Written(code, id_, lost)

    def _rows(self, operation: str, values: dict[str, str]) -> list[Record]:
        arguments, _lost = self._arguments(operation, values)
        answer = self._call(operation, arguments, safe=True)
        try:
            reply = self._read(answer, writing=False)
        except UnreadableReplyError as error:
            raise errors.UnreadableAnswerError(error.why) from None
        if len(reply.parts) > 1:
            code, message = self._text(reply.parts, "codigo"), self._text(reply.parts, "mensagem")
            raise errors.refused(code, self._shown(message), self._ctx.store, writing=False)
        found = next(iter(reply.parts.values()), "")
        if isinstance(found, dict):
            if "status" in found and "codigo" in found:
                code, message = self._text(found, "codigo"), self._text(found, "mensagem")
                raise errors.refused(code, self._shown(message), self._ctx.store, writing=False)
            found = [found]
        if isinstance(found, str):
            if found.strip():
                raise errors.not_a_list(operation, self._shown(found), self._ctx.store)
            return []
        rows = [self._named(row) for row in found if isinstance(row, dict)]
        if len(rows) < len(found):
            raise errors.not_a_list(operation, "", self._ctx.store)
        return rows

    def _named(self, row: dict[str, Value]) -> Record:
        """Return a row with the names that we know."""
        if not self._aliases:
            return row
        return {self._aliases.get(name, name): value for name, value in row.items()}

    def _arguments(self, operation: str, values: dict[str, str]) -> tuple[list[str], tuple[str, ...]]:
        self._require_access()
        if not self.offers(operation):
            raise errors.operation_missing(operation)
        kept: dict[str, str] = {}
        lost = []
        for name, value in values.items():
            kept[name], has_lost = latin(value)
            if has_lost:
                lost.append(name)
        access = (self._settings.store_id, self._settings.login, self._password)
        return self.description.arguments(operation, access, kept), tuple(lost)

    def _call(self, operation: str, arguments: list[str], *, safe: bool) -> "httpx.Response":
        self._transport.safe = safe
        answer: httpx.Response = self.description.call(operation, arguments)
        self.at = self._time_of(answer)
        return answer

    def _read(self, answer: "httpx.Response", *, writing: bool) -> Reply:
        try:
            reply = read_reply(answer.content)
        except UnreadableReplyError:
            if answer.status_code != 200:
                raise errors.bad_status(answer.status_code, self._ctx.store, writing=writing) from None
            raise
        if reply.before:
            self._ctx.log.warning("text before the reply")
        if reply.fault is not None:
            told = self._shown(reply.fault)
            raise errors.faulted(told, reply.fault_code, self._ctx.store, writing=writing)
        return reply

    def _text(self, parts: Record, name: str) -> str:
        found = parts.get(name, "")
        return found.strip() if isinstance(found, str) else ""

    def _shown(self, told: str) -> str:
        return errors.without_secrets(told, self._password, self._settings.login)

    def _require_access(self) -> None:
        missing = missing_access(self._settings)
        if missing:
            raise ConfigurationError(
                "soap.not_configured",
                _("The store {store} lacks: {missing}.").format(
                    store=self._ctx.store, missing=", ".join(missing)
                ),
                _("Run `tomada store authorize {store}`.").format(store=self._ctx.store),
            )

    def _describe(self, document: bytes) -> "Description":
        from tomada_tray_soap.description import Description  # zeep costs half a second: only who calls pays
        from tomada_tray_soap.transport import StoreTransport

        self._transport = StoreTransport(self._client, self._settings.request_encoding)
        return Description(document, self._settings, self._transport)

    def _kept(self) -> bytes | None:
        """Return the description of an earlier run, unless it is too old or damaged."""
        if self._settings.wsdl_file:
            return None
        kept, at = self._ctx.state.get(KEPT), self._ctx.state.get(KEPT_AT)
        try:
            read_at = datetime.fromisoformat(at or "")
            age = self._ctx.clock.now() - read_at
            if not timedelta(0) <= age < timedelta(hours=self._settings.wsdl_hours):
                return None
            return zlib.decompressobj().decompress(base64.b64decode(kept or ""), LARGEST_DESCRIPTION)
        except (ValueError, TypeError, binascii.Error, zlib.error):
            return None

    def _fetch(self) -> bytes:
        """Read the description and keep it; a change is noticed and logged."""
        from tomada_tray_soap.description import digest_of, not_described

        if self._settings.wsdl_file:
            return _document_of(self._settings.wsdl_file)
        self._require_access()
        address = f"{self._settings.address}?wsdl"
        answer = self._client.get(address, extensions={"safe": True})
        if answer.status_code != 200:
            raise errors.bad_status(answer.status_code, self._ctx.store, writing=False)
        document = answer.content
        if len(document) > LARGEST_DESCRIPTION or b"definitions" not in document or b"<!DOCTYPE" in document:
            raise not_described()
        state, digest = self._ctx.state, digest_of(document)
        if state.get(KEPT_DIGEST) not in (None, digest):
            self._ctx.log.warning("the description of the service changed")
        state.set(KEPT, base64.b64encode(zlib.compress(document, 9)).decode("ascii"))
        state.set(KEPT_AT, self._ctx.clock.now().isoformat())
        state.set(KEPT_DIGEST, digest)
        return document

    def _time_of(self, answer: "httpx.Response") -> datetime:
        try:
            return parsedate_to_datetime(answer.headers["date"]).astimezone(UTC)
        except (KeyError, ValueError, TypeError):
            return self._ctx.clock.now()


@contextmanager
def open_session(ctx: Context) -> Iterator[SoapSession]:
    """Yield the store's session and close it afterwards."""
    session = SoapSession(ctx, ctx.settings)
    try:
        yield session
    finally:
        session.close()


def missing_access(settings: Settings) -> list[str]:
    """Return the names of the settings without which no call can be sent."""
    given = {
        "address": settings.address,
        "store_id": settings.store_id,
        "login": settings.login,
        "password": settings.password.get_secret_value(),
    }
    return [name for name, value in given.items() if not value]


def _document_of(path: str) -> bytes:
    try:
        return Path(path).expanduser().read_bytes()
    except OSError as error:
        raise ConfigurationError(
            "soap.wsdl_file",
            _("The file wsdl_file cannot be read: {reason}.").format(reason=error.strerror),
        ) from None
