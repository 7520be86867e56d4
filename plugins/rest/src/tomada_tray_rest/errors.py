"""From Tray's error answers to the errors of Tomada (tray-rest.md 1.5, 2.2, 2.3)."""

from collections.abc import Iterator, Mapping
from typing import Any

from tomada.errors import (
    AuthenticationError,
    ConfigurationError,
    EffectUnknown,
    RejectedByRemote,
    RemoteContractChanged,
    TomadaError,
    TransientError,
)
from tomada_tray_rest.sentences import N_, _

STORE_GONE = {
    1001: ("tray.store_blocked", N_("Tray has blocked this store.")),
    1002: ("tray.store_inactive", N_("Tray has deactivated this store; a bill may be unpaid.")),
    1003: ("tray.store_cancelled", N_("This store was cancelled at Tray.")),
}


class UnreadableAnswerError(TransientError):
    """An answer with a good status whose body is no JSON object; ``text`` is the body as it came."""

    def __init__(self, text: str) -> None:
        super().__init__(
            "tray.unreadable",
            _("The store answered with something that is not JSON."),
            _("Nothing is lost: run the same command again later."),
        )
        self.text = text


class StoreServerError(TransientError):
    """A 5xx answer of the store."""

    def __init__(self, status: int) -> None:
        super().__init__(
            "tray.server_error",
            _("The store answered with an error of its server (HTTP {status}).").format(status=status),
            _("Nothing is lost: run the same command again later."),
        )
        self.status = status


def write_unanswered(status: int) -> EffectUnknown:
    """Return the error of a write that the store answered with 5xx or with something unreadable."""
    return EffectUnknown(
        "tray.write_unanswered",
        _("The store did not say what became of a change (HTTP {status}).").format(status=status),
        _("Run the same command again later: it looks before it repeats anything."),
    )


def authorise_again(store: str, code: str = "tray.authorise_again") -> AuthenticationError:
    """Return the error of a store whose tokens are gone and cannot be had without its merchant."""
    return AuthenticationError(
        code,
        _("The store {store} does not accept our tokens any more: it must be authorised again.").format(
            store=store
        ),
        _("Run `tomada store authorize {store}`. Other stores are not affected.").format(store=store),
    )


def store_gone(body: object) -> AuthenticationError | None:
    """Return the error of a store that Tray has closed (1001 to 1003), or None for another refusal."""
    known = STORE_GONE.get(error_code(body))
    if known is None:
        return None
    return AuthenticationError(known[0], _(known[1]), _("Ask the merchant to settle it with Tray."))


def error_code(body: object) -> int:
    """Return Tray's ``error_code``, sent as a number or as text; 0 when there is none."""
    found = str(body.get("error_code", "")) if isinstance(body, dict) else ""
    return int(found) if found.isdigit() else 0


def failure(status: int, location: str, body: object) -> TomadaError:
    """Return the error for an answer that is neither a success, a 401 nor a 404.

    ``location`` is where a redirection points to.
    """
    if status >= 500:
        return StoreServerError(status)
    if 300 <= status < 400:
        return ConfigurationError(
            "tray.redirected",
            _("The store's address leads to another one ({location}).").format(location=location),
            _("Correct it: `tomada store set STORE api_address=…`."),
        )
    told = "; ".join(f"{path}: {message}" if path else message for path, message in causes(body)) or _said(
        body
    )
    if status == 400:
        return RejectedByRemote(
            "tray.bad_request", _("The store refused the request: {told}").format(told=told or "HTTP 400")
        )
    return RemoteContractChanged(
        "tray.unexpected_status",
        _("The store answered in an unexpected way (HTTP {status}). {told}")
        .format(status=status, told=told)
        .strip(),
        _("Check the store's address with `tomada store test STORE`."),
    )


def redirected_to(headers: Mapping[str, str]) -> str:
    """Return where an answer redirects to, without its query, which may hold the token."""
    return headers.get("location", "").split("?")[0]


def causes(body: object) -> list[tuple[str, str]]:
    """Flatten ``causes`` to (path, message): a list of texts, or model → field → texts, at any depth."""
    found = body.get("causes") if isinstance(body, dict) else None
    return list(_flatten(found, ""))


def _said(body: object) -> str:
    """Return what an error without causes says: its message, else its name."""
    found = (body.get("message") or body.get("name")) if isinstance(body, dict) else None
    return found if isinstance(found, str) else ""


def _flatten(value: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        if isinstance(value.get("message"), str):
            yield str(value.get("field") or path), value["message"]
            return
        for key, inner in value.items():
            yield from _flatten(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _flatten(inner, path)
    elif value not in (None, ""):
        yield path, str(value)
