"""The settings of a store that is reached by Tray's older web service."""

from enum import StrEnum
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

from tomada_tray_soap.sentences import N_, _

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SERVICE_PATH = "/webservice/v2/ws_servidor.php"


class RequestEncoding(StrEnum):
    """How requests are written."""

    LATIN_1 = "iso-8859-1"
    UTF_8 = "utf-8"


class TodoMode(StrEnum):
    """Whether an order that was ticked off leaves the list of ``fWSImportaPedidos``."""

    ACKNOWLEDGE = "ack"
    WINDOW = "window"


class DateFormat(StrEnum):
    """How the store writes a day."""

    ISO = "YYYY-MM-DD"
    BRAZILIAN = "DD/MM/YYYY"


def normalise_address(address: str) -> str:
    """Return the service's full address for any way of writing the shop's; empty stays empty.

    Raises ``ValueError`` for what is no address, and for plain http to another machine: login and password travel
    in every call, so they would be readable on the way.
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
    if not path.endswith(".php"):
        path += SERVICE_PATH
    return f"{parts.scheme}://{parts.netloc}{path}"


class Settings(BaseModel):
    """The settings of one store; *guess* in a description means that no document of Tray says so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: str = Field(
        "",
        description=N_(
            "Address of the shop, https://www.example.com.br; the web service's path is added if it is missing."
        ),
    )
    store_id: str = Field("", description=N_("The store's number at Tray (pid_loja)."))
    login: str = Field(
        "", description=N_("User of the web service (plogin); by habit a user of the panel named webservice.")
    )
    password: SecretStr = Field(SecretStr(""), description=N_("Password of that user (psenha)."))
    wsdl_file: str = Field(
        "",
        description=N_("A saved description of the service (WSDL) to be used instead of the one it serves."),
    )
    wsdl_hours: Annotated[int, Field(ge=1)] = Field(
        24, description=N_("Hours after which the description of the service (WSDL) is read again.")
    )
    timeout: Annotated[float, Field(gt=0)] = Field(
        60.0, description=N_("Seconds to wait for an answer of the store.")
    )
    request_encoding: RequestEncoding = Field(
        RequestEncoding.LATIN_1,
        description=N_("How requests are written; the service itself keeps ISO-8859-1 only."),
    )
    todo_mode: TodoMode = Field(
        TodoMode.ACKNOWLEDGE,
        description=N_(
            "ack: an order that was ticked off leaves the store's list (guess); window: it stays, so the orders "
            "of the last window_days are listed each time and nothing is ticked off."
        ),
    )
    window_days: Annotated[int, Field(ge=1, le=366)] = Field(
        30, description=N_("Days that are listed each time with todo_mode=window.")
    )
    statuses: str = Field(
        "",
        description=N_(
            "Ids of the statuses whose orders are listed, one call each; empty: all in one call (guess: an "
            "empty filter lists all)."
        ),
    )
    status_refresh_minutes: Annotated[int, Field(ge=0)] = Field(
        60,
        description=N_(
            "Minutes after which orders that are still open are read again one by one, as a change may not put "
            "them back on the store's list; 0: never."
        ),
    )
    date_format: DateFormat = Field(DateFormat.ISO, description=N_("How the store writes a day (guess)."))
    decimal_mark: Annotated[str, Field(pattern=r"^[.,]$")] = Field(
        ".", description=N_("The decimal mark of amounts (guess).")
    )
    yes_no: Annotated[str, Field(pattern=r"^[^,]+,[^,]+$")] = Field(
        "S,N", description=N_("How the store writes yes and no (guess for all but is_grade).")
    )
    ok_values: str = Field(
        "ok", description=N_("What the status of an accepted write may be, listed with commas.")
    )
    operations: str = Field(
        "",
        description=N_(
            "Operations that have another name in this store: known=actual, listed with commas; known= alone says "
            "that the store must not be asked for it. Most names are guesses."
        ),
    )
    aliases: str = Field(
        "",
        description=N_(
            "Members and arguments that have another name in this store: known=actual, listed with commas (most "
            "names are guesses)."
        ),
    )
    send_xml: bool = Field(
        default=False, description=N_("Whether the invoice's XML goes with its access data.")
    )
    time_zone: str = Field(
        "America/Sao_Paulo",
        description=N_("Time zone of the store's times, which carry none (guess: Brasília)."),
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

    @field_validator("address")
    @classmethod
    def _address(cls, value: str) -> str:
        return normalise_address(value)

    @field_validator("store_id", "login", "wsdl_file")
    @classmethod
    def _stripped(cls, value: str) -> str:
        return value.strip()

    @field_validator("operations", "aliases")
    @classmethod
    def _table(cls, value: str) -> str:
        table(value)
        return value

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
    def yes(self) -> str:
        """The store's word for yes."""
        return self.yes_no.partition(",")[0].strip()

    @property
    def no(self) -> str:
        """The store's word for no."""
        return self.yes_no.partition(",")[2].strip()


def names(listed: str) -> tuple[str, ...]:
    """Return the names of a setting that lists them with commas, ready to be compared (casefolded)."""
    return tuple(part.casefold() for part in parts(listed))


def parts(listed: str) -> tuple[str, ...]:
    """Return the parts of a setting that lists them with commas, as they were written."""
    return tuple(part.strip() for part in listed.split(",") if part.strip())


def table(listed: str) -> dict[str, str]:
    """Return the pairs of a setting that lists ``known=actual``; raises ``ValueError`` for a part without ``=``."""
    found: dict[str, str] = {}
    for part in parts(listed):
        known, equals, actual = part.partition("=")
        if not equals or not known.strip():
            raise ValueError(_("each part is written known=actual"))
        found[known.strip()] = actual.strip()
    return found
