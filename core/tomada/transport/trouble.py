"""What a failed exchange means: whether anything can have happened at the remote, and what to do about it."""

import ssl

import httpx

from tomada.errors import (
    ConfigurationError,
    EffectUnknown,
    RemoteContractChanged,
    TomadaError,
    TransientError,
    UnusableError,
)
from tomada.i18n import _

_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


def translate(
    error: httpx.RequestError | httpx.InvalidURL | ValueError, shown: str, *, safe: bool
) -> TomadaError:
    """Return the error of ours for one of httpx's. ``shown`` is the request as it may be shown (redacted)."""
    match error:
        case UnicodeEncodeError(encoding=encoding) if encoding != "idna":  # Python 3.13 names a bad host so
            return ConfigurationError(
                "http.text",
                _("{request}: a value has a character that cannot be sent.").format(request=shown),
                _("Enter the token or key again."),
            )
        case httpx.InvalidURL() | httpx.UnsupportedProtocol() | ValueError():
            return ConfigurationError(
                "http.address",
                _("{request}: this is not an address that can be called.").format(request=shown),
                _("Correct the address: it begins with https:// and has a host."),
            )
        case httpx.TooManyRedirects():
            return RemoteContractChanged(
                "http.redirects", _("{request}: the remote redirects without end.").format(request=shown)
            )
        case httpx.ConnectError() if certificate := _certificate_problem(error):
            return UnusableError(
                "http.certificate",
                _("{request}: the certificate is not valid ({reason}).").format(
                    request=shown, reason=certificate
                ),
                _("Check the address and the clock of this machine; nothing was sent."),
            )
        case httpx.ProxyError():
            return TransientError(
                "http.proxy",
                _("{request}: the proxy did not make the connection.").format(request=shown),
                _("Check HTTP_PROXY, HTTPS_PROXY and NO_PROXY."),
            )
        case _ if isinstance(error, _NOTHING_SENT):
            return TransientError(
                "http.connect",
                _("{request}: no connection could be made.").format(request=shown),
                _("Nothing was sent. Check the address and the network, or run it again later."),
            )
        case _ if safe:
            return TransientError(
                "http.no_answer",
                _("{request}: no complete answer came ({reason}).").format(
                    request=shown, reason=_reason(error)
                ),
            )
        case _:
            return effect_unknown(shown, _reason(error))


def effect_unknown(shown: str, reason: str) -> EffectUnknown:
    """Return the error for a write that was sent and not answered."""
    return EffectUnknown(
        "http.effect_unknown",
        _("{request}: it was sent and no complete answer came ({reason}).").format(
            request=shown, reason=reason
        ),
        _("It may have taken place; look before it is sent again."),
    )


def _reason(error: Exception) -> str:
    match error:
        case httpx.TimeoutException():
            return _("timeout")
        case httpx.DecodingError():
            return _("the body cannot be decompressed")
        case httpx.ProtocolError():
            return _("the answer broke off or is not HTTP")
        case _:
            return _("the connection broke")


def _certificate_problem(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message
        cause = cause.__cause__ or cause.__context__
    return ""
