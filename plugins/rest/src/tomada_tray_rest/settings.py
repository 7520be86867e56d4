"""The settings of a store that is reached by Tray's REST API."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from tomada_tray_rest.sentences import N_, _

LOOPBACK = ("127.0.0.1", "localhost", "::1")


class QuotaScope(StrEnum):
    """Whom Tray's request limits belong to."""

    STORE = "store"
    APPLICATION = "application"


def normalise_address(address: str) -> str:
    """Return ``https://shop/web_api`` for any way of writing the shop's address; empty stays empty.

    Raises ``ValueError`` for what is no address, and for plain http to another machine: the token travels in
    the query string, so it would be readable on the way.
    """
    address = address.strip()
    if not address:
        return ""
    if "://" not in address:
        address = f"https://{address}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError(_("this is not the address of a shop, such as https://www.example.com.br"))
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError(_("the address must begin with https://"))
    path = parts.path.rstrip("/")
    if not path.endswith("/web_api"):
        path += "/web_api"
    return f"{parts.scheme}://{parts.netloc}{path}"


class Settings(BaseModel):
    """The settings of one store; *guess* in a description means that no document of Tray says so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    api_address: str = Field(
        "",
        description=N_(
            "Address of the shop, https://www.example.com.br; /web_api is added if it is missing."
        ),
    )
    consumer_key: str = Field("", description=N_("Key of your Tray application (consumer_key)."))
    consumer_secret: SecretStr = Field(
        SecretStr(""), description=N_("Secret of your Tray application (consumer_secret).")
    )
    callback_address: str = Field(
        "",
        description=N_(
            "Address that the browser comes back to, if Tray takes only the one that is registered for your "
            "application; what it ended at is then pasted. Empty: a local one (guess: Tray takes any)."
        ),
    )
    timeout: Annotated[float, Field(gt=0)] = Field(
        30.0, description=N_("Seconds to wait for an answer of the store.")
    )
    page_size: Annotated[int, Field(ge=1, le=50)] = Field(
        50, description=N_("Orders per list page; Tray allows at most 50.")
    )
    overlap_days: Annotated[int, Field(ge=1, le=60)] = Field(
        2,
        description=N_(
            "Days that are listed again before the last known change, as Tray filters by date only."
        ),
    )
    sweep_minutes: Annotated[int, Field(ge=1)] = Field(
        60,
        description=N_(
            "Minutes between two readings of the whole window, beside the newest-first ones (O5)."
        ),
    )
    refresh_ahead_minutes: Annotated[int, Field(ge=0, le=120)] = Field(
        10, description=N_("Minutes before its end at which an access token (3 hours) is refreshed.")
    )
    time_zone: str = Field(
        "America/Sao_Paulo",
        description=N_(
            "Time zone of the store's dates, which carry none (guess: Brasília, as other clients take it)."
        ),
    )
    quota_scope: QuotaScope = Field(
        QuotaScope.STORE,
        description=N_("Whether Tray counts requests per store or per application (guess: store)."),
    )
    own_channels: str = Field(
        "LOJA VIRTUAL, PARTICULAR",
        description=N_("Points of sale that are the shop itself; every other one is a channel of its own."),
    )
    paid_statuses: str = Field(
        "A ENVIAR, APROVADO, AGUARDANDO ENVIO, EM TRANSITO, ENVIADO, ENTREGUE",
        description=N_(
            "Beginnings of status names that mean paid even where no payment is recorded; "
            "concluded ones always do (guess)."
        ),
    )
    masked_email_domains: str = Field(
        "mail.mercadolivre.com, mail.mercadolivre.com.br, mail.mercadolibre.com, "
        "marketplace.amazon.com.br, marketplace.amazon.com",
        description=N_("Domains of marketplaces' relay addresses, which identify no buyer (guess)."),
    )

    @field_validator("api_address")
    @classmethod
    def _address(cls, value: str) -> str:
        return normalise_address(value)

    @field_validator("callback_address")
    @classmethod
    def _web_address(cls, value: str) -> str:
        parts = urlsplit(value.strip())
        if value.strip() and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError(_("the address must begin with https://"))
        return value.strip()

    @field_validator("consumer_key")
    @classmethod
    def _stripped(cls, value: str) -> str:
        return value.strip()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(_("there is no such time zone")) from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The store's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def quota_owner(self) -> str:
        """The part of the quota's owner that differs between stores of one application."""
        return self.api_address if self.quota_scope is QuotaScope.STORE else ""


def names(listed: str) -> tuple[str, ...]:
    """Return the names of a setting that lists them with commas, ready to be compared (casefolded)."""
    return tuple(part.strip().casefold() for part in listed.split(",") if part.strip())
