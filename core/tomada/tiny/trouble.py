"""What a failed call means, and what to do about it (A2.2, A2.3)."""

from collections.abc import Iterable

from tomada.errors import (
    AuthenticationError,
    EffectUnknown,
    QuotaExceeded,
    RejectedByRemote,
    RemoteContractChanged,
    TomadaError,
    TransientError,
    UnusableError,
)
from tomada.i18n import _
from tomada.tiny.envelope import Fault, UnreadableError
from tomada.transport.redaction import redact

_REJECTIONS = {
    3: "malformed",
    4: "malformed",
    10: "parameter",
    30: "duplicate",
    31: "invalid",
    32: "not_found",
}


def refused(fault: Fault, service: str, private: Iterable[str], *, safe: bool) -> TomadaError:
    """Return the error for what the envelope says; ``private`` are texts that its message may not show."""
    if fault.is_quota:
        return quota_exceeded(service)
    match fault.code:
        case 1 | 2:
            return AuthenticationError(
                "tiny.token_invalid",
                _("Tiny does not accept the API token."),
                _("Copy it from Tiny: Configurações → E-commerce → Token API; a new one ends the old one."),
            )
        case 5:
            return UnusableError(
                "tiny.no_access",
                _("Tiny gives this account no access to its API."),
                _("Install the extension Token API in Tiny, and check that the plan includes the API."),
            )
        case 7:
            return UnusableError(
                "tiny.storage_full",
                _("The storage space of the Tiny account is used up."),
                _("Free space in Tiny or enlarge the plan."),
            )
        case 8:
            return UnusableError(
                "tiny.company_blocked",
                _("Tiny has blocked this company."),
                _("Ask Tiny's support, as the API says no more."),
            )
        case 99:
            return TransientError(
                "tiny.maintenance", _("Tiny is under maintenance."), _("Run it again later.")
            )
        case 35:
            return no_answer(service, _("an unexpected error at Tiny"), safe=safe)
    message = redact(fault.message, private) or _("Tiny refused the call and gave no reason.")
    code = f"tiny.{_REJECTIONS.get(fault.code or 0, 'refused')}"
    return RejectedByRemote(code, message, field=fault.field)


def bad_status(status: int, service: str, *, safe: bool) -> TomadaError:
    """Return the error for an HTTP status that is no success."""
    if status == 429:
        return quota_exceeded(service)
    if status >= 500 or status == 408:
        return no_answer(service, f"HTTP {status}", safe=safe)
    return RemoteContractChanged(
        "tiny.http_status",
        _("Tiny answered {service} with HTTP {status}.").format(service=service, status=status),
        _("Check the address of the API."),
    )


def unreadable(error: UnreadableError, service: str, *, safe: bool) -> TomadaError:
    """Return the error for a body that is no envelope. A write that got it may have taken place."""
    if error.broken_off or not safe:
        return no_answer(service, _("the answer is incomplete or not Tiny's"), safe=safe)
    return RemoteContractChanged(
        "tiny.not_an_envelope",
        _("The answer to {service} is not one of Tiny's API 2.0.").format(service=service),
        _("Check the address of the API, and whether a proxy or a maintenance page answers."),
    )


def no_answer(service: str, reason: str, *, safe: bool) -> TransientError:
    """Return the error for a call whose outcome Tiny did not tell."""
    if safe:
        return TransientError(
            "tiny.unavailable",
            _("Tiny did not answer {service}: {reason}.").format(service=service, reason=reason),
            _("Nothing is lost; run it again later."),
        )
    return EffectUnknown(
        "tiny.effect_unknown",
        _("Tiny did not say whether {service} took place: {reason}.").format(service=service, reason=reason),
        _("It may have taken place; look before it is sent again."),
    )


def quota_exceeded(service: str) -> QuotaExceeded:
    """Return the error for a refusal for quota; Tiny does not say how long to wait (A3)."""
    return QuotaExceeded(
        "tiny.quota",
        _("Tiny refused {service}: too many calls in the last minute or at once.").format(service=service),
        _("The call had no effect; run it again in a few minutes."),
    )
