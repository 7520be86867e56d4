"""The conversation that connects a store: address, number, user and password, proven by one call."""

from collections.abc import Generator

from tomada.errors import ConfigurationError
from tomada.spi import Ask, Context, Done, SetupStep
from tomada_tray_soap.operations import STATUSES
from tomada_tray_soap.sentences import _
from tomada_tray_soap.session import SoapSession, missing_access
from tomada_tray_soap.settings import Settings, normalise_address


def set_up(ctx: Context) -> Generator[SetupStep, str, None]:
    """Ask for what is missing and try it."""
    settings: Settings = ctx.settings
    address = settings.address or (
        yield Ask("address", _("Address of the shop, for example https://www.example.com.br"))
    )
    store_id = settings.store_id or (yield Ask("store_id", _("The store's number at Tray (pid_loja)")))
    login = settings.login or (yield Ask("login", _("User of the web service")))
    password = settings.password.get_secret_value() or (
        yield Ask("password", _("Password of that user"), secret=True)
    )
    given = {"store_id": store_id.strip(), "login": login.strip(), "password": password.strip()}
    settings = _checked(settings, address, given)
    ctx.vault.update(lambda current: {**current, "password": given["password"]})
    session = SoapSession(ctx, settings)
    try:
        if session.offers(STATUSES):
            session.rows(STATUSES)
    finally:
        session.close()
    yield Done(
        _("The store {store} is connected.").format(store=given["store_id"]),
        {"address": settings.address, **given},
    )


def _checked(settings: Settings, address: str, given: dict[str, str]) -> Settings:
    try:
        normalised = normalise_address(address)
    except ValueError as error:
        raise ConfigurationError(
            "soap.bad_address", _("The address is not accepted: {reason}.").format(reason=error)
        ) from None
    checked = Settings.model_validate({**settings.model_dump(), **given, "address": normalised})
    if missing := missing_access(checked):
        raise ConfigurationError(
            "soap.not_configured", _("Missing: {missing}.").format(missing=", ".join(missing))
        )
    return checked
