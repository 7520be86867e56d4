"""The conversation that authorises a store (tray-rest.md 1.2): link, consent in the browser, code, tokens.

Tray's authorisation has no ``state`` parameter, so the value that ties the answer to our question rides
inside the callback address. An address that comes back without it is refused: it would connect somebody
else's store. A bare code can only have been typed by a person, and is taken for the address that was given
before.
"""

import re
import secrets
from collections.abc import Generator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, urlsplit

from tomada.errors import AuthenticationError, ConfigurationError
from tomada.spi import Ask, Context, Done, Say, SetupStep
from tomada_tray_rest.sentences import _
from tomada_tray_rest.session import JSON, missing_keys
from tomada_tray_rest.settings import Settings, normalise_address
from tomada_tray_rest.tokens import exchange

GUARD = "tomada"
_CODE = re.compile(r"[0-9A-Za-z_-]{8,}$")


@dataclass(frozen=True, slots=True)
class Returned:
    """What the browser came back with; ``api_address`` is empty for a bare code."""

    code: str = field(repr=False)
    api_address: str = ""
    store_id: str = ""


def set_up(ctx: Context) -> Generator[SetupStep, str, None]:
    """Ask for what is missing, send the user to the store, and trade the code for tokens."""
    settings: Settings = ctx.settings
    address = settings.api_address or (
        yield Ask("api_address", _("Address of the shop, for example https://www.example.com.br"))
    )
    key = settings.consumer_key or (yield Ask("consumer_key", _("consumer_key of your Tray application")))
    secret = settings.consumer_secret.get_secret_value() or (
        yield Ask("consumer_secret", _("consumer_secret of your Tray application"), secret=True)
    )
    settings = _checked(settings, api_address=address, consumer_key=key, consumer_secret=secret.strip())
    guard = secrets.token_urlsafe(16)
    yield Say(_("Log in to the shop as its owner and allow the application."))
    answer = yield Ask("authorization", _authorisation_text(settings, guard), callback=True)
    returned = read_return(answer, guard)
    settings = _checked(settings, api_address=returned.api_address or settings.api_address)
    with ctx.http(base_url=settings.api_address, timeout=settings.timeout, headers=JSON) as client:
        tokens = exchange(client, settings, returned.code)
    if tokens is None:
        raise AuthenticationError(
            "tray.code_refused",
            _("The store did not accept the authorisation code, or the application's keys."),
            _("Check consumer_key and consumer_secret, and authorise the store again."),
        )
    kept = tokens.secrets()
    kept["store_id"] = tokens.store_id or returned.store_id
    ctx.vault.update(lambda current: {**current, **kept, "code": returned.code})
    yield Done(
        _("The store {store} is connected.").format(store=kept["store_id"] or ctx.store),
        {
            "api_address": settings.api_address,
            "consumer_key": settings.consumer_key,
            "consumer_secret": settings.consumer_secret.get_secret_value(),
        },
    )


def _authorisation_text(settings: Settings, guard: str) -> str:
    shop = settings.api_address.removesuffix("/web_api")
    query = f"response_type=code&consumer_key={quote(settings.consumer_key, safe='')}"
    # The host fills {callback} in; what follows is part of that address, hence the double quoting.
    own = quote(settings.callback_address, safe="") or "{callback}"
    mark = "&" if "?" in settings.callback_address else "?"
    link = f"{shop}/auth.php?{query}&callback={own}{quote(f'{mark}{GUARD}={guard}', safe='')}"
    told = _("Open this address in your browser, then come back, or paste the address that it ended at:")
    return f"{told}\n{link}"


def read_return(answer: str, guard: str) -> Returned:
    """Return what is in the address that the browser came back to, or in a bare code.

    Raises ``ConfigurationError`` when the code is missing or the answer belongs to another question.
    """
    answer = answer.strip()
    if _CODE.match(answer):
        return Returned(answer)
    address, mark, query = answer.partition("?")
    if not mark or not urlsplit(address).scheme:
        raise ConfigurationError(
            "tray.no_code", _("This is neither the address that the browser ended at nor a code.")
        )
    # A store that appends its own "?" to an address that has one already still says all that we need.
    found = {name: values[0] for name, values in parse_qs(query.replace("?", "&")).items()}
    if not secrets.compare_digest(found.get(GUARD, "").encode(), guard.encode()):
        raise ConfigurationError(
            "tray.other_authorisation",
            _("The browser's answer belongs to another authorisation."),
            _("Begin again, and use the link that is shown then."),
        )
    if not found.get("code"):
        raise ConfigurationError(
            "tray.no_code", _("The store sent no code."), _("Was the application refused? Begin again.")
        )
    return Returned(found["code"], found.get("api_address", ""), found.get("store", ""))


def _checked(settings: Settings, api_address: str, **keys: str) -> Settings:
    try:
        address = normalise_address(api_address)
    except ValueError as error:
        raise ConfigurationError(
            "tray.bad_address", _("api_address is not accepted: {reason}.").format(reason=error)
        ) from None
    checked = Settings.model_validate({**settings.model_dump(), **keys, "api_address": address})
    if missing := missing_keys(checked):
        raise ConfigurationError(
            "tray.not_configured", _("Missing: {missing}.").format(missing=", ".join(missing))
        )
    return checked
