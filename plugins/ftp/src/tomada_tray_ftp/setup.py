"""The conversation that connects a store: address, user, password, and the server's key on first use."""

from collections.abc import Generator

from pydantic import ValidationError

from tomada.errors import ConfigurationError
from tomada.spi import Ask, Context, Done, Say, SetupStep
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.session import connect
from tomada_tray_ftp.settings import Settings, split_address

YES = ("yes", "y", "sim", "s")


def set_up(ctx: Context) -> Generator[SetupStep, str, None]:
    """Ask for what is missing, let the user confirm an SFTP server's key, and log in once."""
    settings: Settings = ctx.settings
    told = {
        "server_url": settings.server_url
        or (
            yield Ask("server_url", _("Address of the file server, such as sftp://files.example.com.br/loja"))
        ),
        "user": settings.user or (yield Ask("user", _("User at the file server"))),
    }
    if not settings.private_key.get_secret_value():
        told["password"] = settings.password.get_secret_value() or (
            yield Ask("password", _("Password at the file server"), secret=True)
        )
    settings = _checked(settings, told)
    protocol, host, port, _folder = split_address(settings.server_url)
    if protocol == "sftp" and not settings.host_key:
        told["host_key"] = yield from _confirmed_key(host, port, settings)
        settings = _checked(settings, told)
    with ctx.step("ftp.login"):
        connect(ctx.store, settings).close()
    yield Done(_("The store {store} is connected to {host}.").format(store=ctx.store, host=host), told)


def _confirmed_key(host: str, port: int, settings: Settings) -> Generator[SetupStep, str, str]:
    """Return the fingerprint to pin, empty for a key that the file of known hosts has."""
    from tomada_tray_ftp.sftp import server_key

    shown, known = server_key(host, port, settings)
    if known:
        yield Say(_("The server's key is in {file}.").format(file=settings.known_hosts))
        return ""
    text = _("The server shows the key {key}. Is it the store's? Ask its developer, then type yes").format(
        key=shown
    )
    answer = yield Ask("confirm_host_key", text)
    if answer.strip() != shown and answer.strip().casefold() not in YES:
        raise ConfigurationError(
            "ftp.host_key_refused",
            _("The server's key was not confirmed; nothing was sent."),
            _("Run the same command again once you know the key."),
        )
    return shown


def _checked(settings: Settings, told: dict[str, str]) -> Settings:
    given = settings.model_dump() | told
    try:
        return Settings.model_validate(given)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or "server_url"
        reason = str(first["msg"]).removeprefix("Value error, ")
        raise ConfigurationError(
            "ftp.bad_setting", _("{field} is not accepted: {reason}.").format(field=field, reason=reason)
        ) from None
