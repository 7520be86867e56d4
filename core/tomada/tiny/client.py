"""One call of API 2.0: a form with token and format, an envelope as answer (A1, A2)."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Literal

import httpx

from tomada.errors import RemoteContractChanged, TomadaError
from tomada.i18n import _
from tomada.tiny.envelope import Fault, Record, UnreadableError, elements, fault_of, parse
from tomada.tiny.quota import reported
from tomada.tiny.trouble import bad_status, no_answer, refused, unreadable

BASE_URL = "https://api.tiny.com.br/api2/"

_DRAINED = frozenset({20, 23})
"""What a feed says that has no more (A7.3)."""


class TinyClient:
    """Calls the services of one account. ``limit`` is what the last answer reported in ``x-limit-api``.

    ``http`` must raise errors of ``tomada.errors`` for the network (``tomada.transport.client.open_client``).
    """

    def __init__(
        self,
        http: httpx.Client,
        token: str,
        base_url: str = BASE_URL,
        on_limit: Callable[[int], None] | None = None,
    ) -> None:
        self.limit: int | None = None
        self._http = http
        self._token = token
        self._base_url = base_url.rstrip("/")
        self._urls: dict[str, httpx.URL] = {}
        self._on_limit = on_limit

    def read(
        self, service: str, params: Mapping[str, str], method: Literal["GET", "POST"] = "POST"
    ) -> dict[str, Any] | None:
        """Return the envelope's content; None when there is nothing. May be sent again by ``http``.

        Raises ``AuthenticationError``, ``UnusableError``, ``QuotaExceeded``, ``TransientError``,
        ``RemoteContractChanged`` or ``RejectedByRemote``.
        """
        response = self._send(method, service, params, safe=True)
        content = self._content(response, service, safe=True)
        fault = fault_of(content)
        if fault is None:
            return content
        if fault.is_nothing:
            return None
        raise refused(fault, service, [self._token], safe=True)

    def read_document(self, service: str, params: Mapping[str, str]) -> bytes:
        """Return the body of a service that answers a document of its own; the caller tells what it is (A11)."""
        response = self._send("POST", service, params, safe=True)
        if response.status_code != 200:
            raise bad_status(response.status_code, service, safe=True)
        return response.content

    def consume(self, service: str, params: Mapping[str, str]) -> dict[str, Any] | None:
        """Read once what the remote forgets when it answers; None when there is no more.

        Raises as ``write`` does: after ``EffectUnknown`` the rows of this answer may be lost.
        """
        content, fault = self._once(service, params)
        if fault is None:
            return content
        if fault.code in _DRAINED:
            return None
        raise refused(fault, service, [self._token], safe=False)

    def write(self, service: str, params: Mapping[str, str], private: Iterable[str] = ()) -> dict[str, Any]:
        """Send once and return the envelope's content. ``private`` are texts that no error may show.

        Raises as ``read`` does, and ``EffectUnknown`` when the answer does not tell what became of it.
        """
        content, fault = self._once(service, params)
        if fault is not None:
            raise refused(fault, service, [self._token, *private], safe=False)
        return content

    def write_records(
        self, service: str, params: Mapping[str, str]
    ) -> list[tuple[Record, TomadaError | None]]:
        """Send a batch once and return each record of the answer, with the error if it was refused.

        Raises as ``write`` does when the whole batch was refused, and ``EffectUnknown`` when something failed and
        no record says that it did.
        """
        content, fault = self._once(service, params)
        records = elements(content, "registros", "registro")
        if not records and fault is not None:
            raise refused(fault, service, [self._token], safe=False)
        found: list[tuple[Record, TomadaError | None]] = []
        for record in records:
            wrong = fault_of({"status": "OK", **record})
            error = None if wrong is None else refused(wrong, service, [self._token], safe=False)
            found.append((record, error))
        if fault is not None and all(error is None for _record, error in found):
            raise no_answer(service, _("it failed without naming a record"), safe=False)
        return found

    def _once(self, service: str, params: Mapping[str, str]) -> tuple[dict[str, Any], Fault | None]:
        response = self._send("POST", service, params, safe=False)
        content = self._content(response, service, safe=False)
        try:
            return content, fault_of(content)
        except RemoteContractChanged as error:
            raise no_answer(service, error.message, safe=False) from None

    def _send(self, method: str, service: str, params: Mapping[str, str], *, safe: bool) -> httpx.Response:
        fields = {"token": self._token, "formato": "json", **params}
        url = self._url(service)
        extensions = {"safe": safe}
        if method == "GET":
            response = self._http.get(url, params=fields, extensions=extensions)
        else:
            response = self._http.post(url, data=fields, extensions=extensions)
        self._learn(response)
        return response

    def _url(self, service: str) -> httpx.URL:
        """Return a service's address; parsing it costs more than all else that is done for a call."""
        if service not in self._urls:
            self._urls[service] = httpx.URL(f"{self._base_url}/{service}")
        return self._urls[service]

    def _learn(self, response: httpx.Response) -> None:
        limit = reported(response.headers)
        if limit is None:
            return
        self.limit = limit
        if self._on_limit:
            self._on_limit(limit)

    def _content(self, response: httpx.Response, service: str, *, safe: bool) -> dict[str, Any]:
        if response.status_code != 200:
            raise bad_status(response.status_code, service, safe=safe)
        try:
            return parse(response.content)
        except UnreadableError as error:
            raise unreadable(error, service, safe=safe) from None


def json_field(content: object) -> str:
    """Write a nested payload as the JSON text of a form field, in ASCII, so that no charset damages it."""
    return json.dumps(content, separators=(",", ":"))
