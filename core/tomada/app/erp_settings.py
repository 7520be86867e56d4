"""What a user sets of an ERP account, under flat names: address, token and the core's options."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from tomada.host.settings import build, describe, known
from tomada.i18n import N_, _
from tomada.ports.erp_options import ErpOptions
from tomada.ports.records import ErpRecord
from tomada.tiny.client import BASE_URL
from tomada.transport.clock import is_loopback


class ErpSettings(ErpOptions):
    """An ERP account as ``tomada erp set`` sees it; the token lives in the vault."""

    token: SecretStr = Field(description=N_("API token; in Tiny: Configurações → E-commerce → Token API."))
    base_url: str = Field(default=BASE_URL, description=N_("Address of the API."))

    @field_validator("token", mode="before")
    @classmethod
    def _stripped(cls, value: object) -> object:
        return value.strip() if isinstance(value, str) else value

    @field_validator("base_url")
    @classmethod
    def _address(cls, value: str) -> str:
        value = value.strip()
        try:
            parts = urlsplit(value)
            host, _port = parts.hostname, parts.port
        except ValueError:
            host = None
        if not host or parts.scheme not in ("http", "https") or parts.username:
            raise ValueError(_("this is not an address, such as https://api.tiny.com.br/api2/"))
        if parts.scheme == "http" and not is_loopback(value):
            raise ValueError(_("the address must begin with https://"))
        return value


def checked(texts: Mapping[str, str], record: ErpRecord | None = None, token: str = "") -> ErpSettings:
    """Return the settings of an account with these changes; an empty text puts the default back.

    Raises ``ConfigurationError`` with a sentence for each wrong one; no value is quoted (X1).
    """
    values: dict[str, object] = {}
    if record:
        values = {**record.options.model_dump(mode="json"), "base_url": record.base_url, "token": token}
    for name, text in texts.items():
        known(ErpSettings, name)
        values[name] = text
        if not text.strip():
            del values[name]
    return build(ErpSettings, values, _("Give it as {field}=…; a secret as --set-file {field}=PATH."))


def options_of(settings: ErpSettings) -> ErpOptions:
    """Return the part that the flows need."""
    names = {field.name for field in describe(ErpOptions)}
    return ErpOptions.model_validate(settings.model_dump(include=names))
