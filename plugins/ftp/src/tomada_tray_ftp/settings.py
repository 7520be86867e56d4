"""The settings of a store that exchanges files."""

from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Annotated
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from tomada_tray_ftp.dialect import PROFILES, Dialect, Form
from tomada_tray_ftp.sentences import N_, _
from tomada_tray_ftp.time_forms import TimeForm

PORTS = {"ftp": 21, "ftps": 21, "ftps-implicit": 990, "sftp": 22}
_DELIMITERS = {"tab": "\t", "semicolon": ";", "comma": ",", "pipe": "|"}


class Profile(StrEnum):
    """The dialects of the contract."""

    TRAY = "tray-legado"
    BRAZILIAN = "br-planilha"
    UTF8 = "utf8"
    TAB = "tab"
    XML = "xml"


class Ready(StrEnum):
    """When a file counts as finished."""

    RENAME = "rename"
    CONTROL = "ctl"
    STABLE = "stable"


class Processed(StrEnum):
    """What becomes of a file that was taken in."""

    MOVE = "move"
    KEEP = "keep"


class Names(StrEnum):
    """Which names of files are taken."""

    CONTRACT = "contract"
    ANY = "any"


def split_address(address: str) -> tuple[str, str, int, str]:
    """Return protocol, machine, port and folder of ``sftp://machine:port/folder``; raises ``ValueError``."""
    parts = urlsplit(address.strip())
    if parts.scheme not in PORTS or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError(
            _("this is not the address of a file server, such as sftp://files.example.com.br/loja")
        )
    return parts.scheme, parts.hostname, parts.port or PORTS[parts.scheme], unquote(parts.path).rstrip("/")


class Settings(BaseModel):
    """The settings of one store; *guess* in a description means that no document of Tray says so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server_url: str = Field(
        "",
        description=N_(
            "Address of the file server: ftp://, ftps://, ftps-implicit:// or sftp://host:port/folder."
        ),
    )
    user: str = Field("", description=N_("User at the file server."))
    password: SecretStr = Field(SecretStr(""), description=N_("Password at the file server."))
    private_key: SecretStr = Field(
        SecretStr(""), description=N_("Private key for SFTP, instead of a password: the text of the file.")
    )
    host_key: str = Field(
        "", description=N_("Fingerprint of the SFTP server's key (SHA256:…); empty: known_hosts decides.")
    )
    known_hosts: str = Field(
        "~/.ssh/known_hosts", description=N_("File with the keys of known SFTP servers.")
    )
    verify_tls: bool = Field(True, description=N_("Check the certificate of an FTPS server."))
    ca_file: str = Field(
        "", description=N_("File of certificates that are trusted besides the system's (FTPS).")
    )
    tls_session_reuse: bool = Field(
        True, description=N_("Carry on the TLS session on data connections, as many FTPS servers demand.")
    )
    path_encoding: str = Field("utf-8", description=N_("Encoding of the server's names."))
    timeout: Annotated[float, Field(gt=0)] = Field(
        30.0, description=N_("Seconds to wait for an answer of the server.")
    )
    orders_dir: str = Field("pedidos", description=N_("Folder of the orders, below the address (guess)."))
    status_dir: str = Field("status/loja", description=N_("Folder of the store's changes of status (guess)."))
    status_out_dir: str = Field(
        "status/erp", description=N_("Folder that the store reads statuses of its orders from (guess).")
    )
    products_dir: str = Field(
        "produtos", description=N_("Folder that the store reads products from (guess).")
    )
    invoices_dir: str = Field("notas", description=N_("Folder that the store reads invoices from (guess)."))
    lists_dir: str = Field("mapeamentos", description=N_("Folder of the store's own lists (guess)."))
    answers_dir: str = Field("retorno/erp", description=N_("Folder of our answers to orders (guess)."))
    store_answers_dir: str = Field(
        "retorno/loja", description=N_("Folder of the store's answers to what we send (guess).")
    )
    done_dir: str = Field(
        "processados", description=N_("Folder below each one that files go to once they are ours (guess).")
    )
    failed_dir: str = Field("erro", description=N_("Folder below each one for what cannot be read (guess)."))
    store_number: Annotated[str, Field(pattern=r"^\d{0,10}$")] = Field(
        "",
        description=N_(
            "Number of the store in the names of files; files of another one are refused (guess)."
        ),
    )
    names: Names = Field(
        Names.CONTRACT,
        description=N_("Which files are orders: those with the contract's names, or any (guess)."),
    )
    profile: Profile = Field(Profile.TRAY, description=N_("Dialect of the files (guess)."))
    encoding: str = Field("", description=N_("Encoding of the files, if not the profile's."))
    delimiter: str = Field(
        "", description=N_("Delimiter: one letter, or tab, semicolon, comma or pipe; if not the profile's.")
    )
    decimal: str = Field("", description=N_("Decimal mark, if not the profile's: dot or comma."))
    thousands: str = Field("", description=N_("Thousands mark: dot, comma or nothing."))
    date_format: str = Field("", description=N_("Form of dates, such as %d/%m/%Y; if not the profile's."))
    datetime_format: str = Field(
        "", description=N_("Form of dates with time, such as %d/%m/%Y %H:%M:%S; if not the profile's.")
    )
    true_false: str = Field(
        "", description=N_("What flags say for yes and no, such as S,N; if not the profile's.")
    )
    has_header: bool = Field(True, description=N_("Whether CSV files begin with the names of their columns."))
    columns: str = Field(
        "", description=N_("The store's own columns: ours=theirs, with commas; positions without a header.")
    )
    ready: Ready = Field(
        Ready.RENAME,
        description=N_(
            "When a file is finished: once its name shows, with its control file, or when it stops growing (guess)."
        ),
    )
    stable_seconds: Annotated[float, Field(ge=0)] = Field(
        60.0, description=N_("Seconds that a file must not have changed, where that decides (guess).")
    )
    processed_action: Processed = Field(
        Processed.MOVE, description=N_("Move files away that were taken in, or keep them where they are.")
    )
    write_acks: bool = Field(True, description=N_("Write answers to the store's files (guess)."))
    max_bytes: Annotated[int, Field(ge=1)] = Field(
        1 << 30, description=N_("Largest file that is read, in bytes.")
    )
    time_zone: str = Field("America/Sao_Paulo", description=N_("Time zone of the store's dates (guess)."))
    own_channels: str = Field(
        "LOJA VIRTUAL, PARTICULAR",
        description=N_("Points of sale that are the shop itself; every other one is a channel of its own."),
    )
    paid_statuses: str = Field(
        "A ENVIAR, APROVADO, AGUARDANDO ENVIO, EM TRANSITO, ENVIADO, ENTREGUE",
        description=N_(
            "Beginnings of status names that mean paid even where no payment is recorded (guess)."
        ),
    )
    masked_email_domains: str = Field(
        "mail.mercadolivre.com, mail.mercadolivre.com.br, mail.mercadolibre.com, "
        "marketplace.amazon.com.br, marketplace.amazon.com",
        description=N_("Domains of marketplaces' relay addresses, which identify no buyer (guess)."),
    )

    @field_validator("server_url")
    @classmethod
    def _address(cls, value: str) -> str:
        if value.strip():
            split_address(value)
        return value.strip()

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(_("there is no such time zone")) from None
        return value

    @field_validator(
        "orders_dir",
        "status_dir",
        "status_out_dir",
        "products_dir",
        "invoices_dir",
        "lists_dir",
        "answers_dir",
        "store_answers_dir",
        "done_dir",
        "failed_dir",
    )
    @classmethod
    def _folder(cls, value: str) -> str:
        parts = value.strip().strip("/").split("/")
        if any(part in ("", ".", "..") or not part.isprintable() for part in parts):
            raise ValueError(_("this is not the name of a folder"))
        return "/".join(parts)

    @model_validator(mode="after")
    def _readable(self) -> "Settings":
        made = self.dialect()
        try:
            "".encode(made.encoding)
        except LookupError:
            raise ValueError(_("there is no such encoding")) from None
        if len(made.delimiter) != 1 or made.delimiter in '\r\n"':
            raise ValueError(_("the delimiter must be one letter"))
        if (
            made.decimal not in (".", ",")
            or made.thousands not in ("", ".", ",")
            or made.decimal == made.thousands
        ):
            raise ValueError(_("decimal and thousands marks must be dot and comma, and differ"))
        for form in (made.date_format, made.datetime_format):
            if not _is_form_of_dates(form):
                raise ValueError(_("a form of dates is written with %Y %m %d %H %M %S"))
        if not self.has_header and not all(
            place.isdecimal() and int(place) for place in made.columns.values()
        ):
            raise ValueError(_("without a header, columns are named by their positions from 1 on"))
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The store's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def quota_owner(self) -> str:
        """Whom the server counts for."""
        return f"{self.server_url} {self.user}"

    def dialect(self) -> Dialect:
        """Return the profile with whatever is set on its own."""
        return self._dialect

    @cached_property
    def _dialect(self) -> Dialect:
        told: dict[str, object] = {
            "encoding": self.encoding.lower(),
            "delimiter": _DELIMITERS.get(self.delimiter, self.delimiter),
            "decimal": _mark(self.decimal),
            "thousands": _mark(self.thousands),
            "date_format": self.date_format,
            "datetime_format": self.datetime_format,
        }
        yes, _comma, no = self.true_false.partition(",")
        if yes.strip() and no.strip():
            told |= {"yes": yes.strip(), "no": no.strip()}
        changes = {name: value for name, value in told.items() if value}
        pairs = [pair.partition("=") for pair in self.columns.split(",") if "=" in pair]
        columns = {ours.strip(): theirs.strip() for ours, _equals, theirs in pairs}
        return PROFILES[self.profile].with_(has_header=self.has_header, columns=columns, **changes)

    @property
    def ending(self) -> str:
        """The ending of the files that we write."""
        return "xml" if self.dialect().form is Form.XML else "csv"


def _is_form_of_dates(form: str) -> bool:
    try:
        return TimeForm(form).has("month", "day")
    except ValueError:
        return False


def _mark(name: str) -> str:
    return {"dot": ".", "comma": ","}.get(name.strip().casefold(), name.strip())


@lru_cache
def listed(text: str) -> tuple[str, ...]:
    """Return the names of a setting that lists them with commas, ready to be compared (casefolded)."""
    return tuple(part.strip().casefold() for part in text.split(",") if part.strip())
