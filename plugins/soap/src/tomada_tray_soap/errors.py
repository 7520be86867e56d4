"""From the service's ways of saying no to the errors of Tomada (tray-soap-ftp.md 8.3)."""

import re
import unicodedata

from tomada.errors import (
    AuthenticationError,
    ConfigurationError,
    EffectUnknown,
    FeatureMissing,
    RejectedByRemote,
    RemoteContractChanged,
    TomadaError,
    TransientError,
)
from tomada_tray_soap.sentences import _

WRONG_ACCESS, NOT_RELEASED = "100", "101"
SAME = "001"
MAINTENANCE, INTERNAL = "503", "500"
ORDER_UNKNOWN = "300"
UNAVAILABLE = "soap.unavailable"
"""The code of the error of a service that says itself that it did nothing."""

_ABOUT_ACCESS = re.compile(r"\b(senha|login|autentica|autoriza|acesso negado|usuario|nao liberad|liberado)")
_LONGEST = 200


class UnreadableAnswerError(TransientError):
    """An answer that is no reply of the service, such as a page of HTML."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "soap.unreadable",
            _("The store's web service answered with something that is no reply ({why}).").format(why=why),
            _(
                "Nothing is lost: run the same command again later. If it stays so, check the store's address."
            ),
        )


def write_unanswered(why: str) -> EffectUnknown:
    """Return the error of a write whose answer does not say what became of it."""
    return EffectUnknown(
        "soap.write_unanswered",
        _("The store's web service did not say what became of a change ({why}).").format(why=why),
        _("Run the same command again later: it looks before it repeats anything."),
    )


def refused(code: str, told: str, store: str, *, writing: bool) -> TomadaError:
    """Return the error of a refusal with the service's own code; ``told`` is its message."""
    if code in (WRONG_ACCESS, NOT_RELEASED):
        return access_refused(store, told)
    if code == INTERNAL and writing:
        return write_unanswered(code)
    if code in (INTERNAL, MAINTENANCE):
        return TransientError(
            UNAVAILABLE,
            _("The store's web service cannot answer now: {told}").format(told=told or code),
            _("Nothing is lost: run the same command again later."),
        )
    if not code and is_about_access(told):
        return access_refused(store, told)
    name = f"soap.refused_{code}" if code.isalnum() else "soap.refused"
    return RejectedByRemote(name, _("The store refused: {told}").format(told=told or code or "?"))


def access_refused(store: str, told: str) -> AuthenticationError:
    """Return the error of a store that does not let us in."""
    return AuthenticationError(
        "soap.access",
        _("The web service of the store {store} does not let us in: {told}").format(
            store=store, told=told or "?"
        ),
        _(
            "Check store_id, login and password, and that Tray has released the web service for this store: "
            "`tomada store authorize {store}`. Other stores are not affected."
        ).format(store=store),
    )


def is_about_access(told: str) -> bool:
    """Tell whether a text without a code speaks of login or release."""
    plain = unicodedata.normalize("NFKD", told.casefold()).encode("ascii", "ignore").decode()
    return _ABOUT_ACCESS.search(plain) is not None


def faulted(told: str, code: str, store: str, *, writing: bool) -> TomadaError:
    """Return the error of a SOAP fault: the caller's mistake or the service's own."""
    if is_about_access(told):
        return access_refused(store, told)
    if "client" in code.casefold():
        return RemoteContractChanged(
            "soap.fault",
            _("The store's web service does not understand our call: {told}").format(told=told or code),
            _("Check `operations` and `aliases` of the store: `tomada store test {store}`.").format(
                store=store
            ),
        )
    if writing:
        return write_unanswered(told or code)
    return TransientError(
        "soap.fault",
        _("The store's web service failed: {told}").format(told=told or code or "?"),
        _("Nothing is lost: run the same command again later."),
    )


def not_a_list(operation: str, told: str, store: str) -> TomadaError:
    """Return the error of a text where a list was promised."""
    if is_about_access(told):
        return access_refused(store, told)
    return RemoteContractChanged(
        "soap.not_a_list",
        _("The store's answer to {operation} is not the list that we know: {told}").format(
            operation=operation, told=told or "?"
        ),
    )


def bad_status(status: int, store: str, *, writing: bool) -> TomadaError:
    """Return the error of an HTTP status that came without a reply."""
    if status in (401, 403):
        return access_refused(store, f"HTTP {status}")
    if 300 <= status < 400 or status == 404:
        return ConfigurationError(
            "soap.address",
            _("There is no web service at the store's address (HTTP {status}).").format(status=status),
            _("Correct it: `tomada store set {store} address=…`.").format(store=store),
        )
    if status >= 500:
        return write_unanswered(f"HTTP {status}") if writing else UnreadableAnswerError(f"HTTP {status}")
    return RemoteContractChanged(
        "soap.unexpected_status",
        _("The store's web service answered in an unexpected way (HTTP {status}).").format(status=status),
    )


def operation_missing(operation: str) -> FeatureMissing:
    """Return the error of an operation that this store's service does not have."""
    return FeatureMissing(
        "soap.operation_missing",
        _("This store's web service has no operation {operation}.").format(operation=operation),
        _("If it has another name there, say so: `operations={operation}=…`.").format(operation=operation),
    )


def without_secrets(told: str, *secrets: str) -> str:
    """Return a remote's text as it may be shown: short, in one line, without what was in the call."""
    for secret in secrets:
        if secret:
            told = told.replace(secret, "***")
    told = " ".join(re.sub(r"<[^>]*>", " ", told).split())
    return told[:_LONGEST]
