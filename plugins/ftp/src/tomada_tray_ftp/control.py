"""Control files and control totals: what a writer says of a file, checked before it is read (contract 9.4)."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from tomada_tray_ftp.damage import FileDamage
from tomada_tray_ftp.sentences import _

MOST_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Totals:
    """What a file holds: bytes, data rows, distinct entities, the sum of their totals (None: not summed), hash."""

    bytes: int
    rows: int
    entities: int
    total: Decimal | None
    sha256: str


def write_control(name: str, totals: Totals, number: int, before: int) -> bytes:
    """Return the control file of a file; ``before`` is the number of the file that was written before it."""
    told = {
        "arquivo": name,
        "bytes": totals.bytes,
        "linhas": totals.rows,
        "entidades": totals.entities,
        "total": "" if totals.total is None else f"{totals.total:.2f}",
        "sha256": totals.sha256,
        "seq": number,
        "seq_anterior": before,
    }
    return "".join(f"{key}={value}\r\n" for key, value in told.items()).encode("ascii")


def read_control(raw: bytes) -> dict[str, str]:
    """Return what a control file says; raises ``FileDamage`` E02 for one that cannot be read."""
    try:
        lines = raw[:MOST_BYTES].decode("ascii").splitlines()
    except UnicodeDecodeError:
        raise FileDamage("E02", _("The control file cannot be read.")) from None
    pairs = [line.partition("=") for line in lines if line.strip()]
    if len(raw) > MOST_BYTES or not pairs or not all(equals for _key, equals, _value in pairs):
        raise FileDamage("E02", _("The control file cannot be read."))
    return {key.strip(): value.strip() for key, _equals, value in pairs}


def check_control(told: dict[str, str], name: str, found: Totals) -> None:
    """Raise ``FileDamage`` E02 that names the first thing in which a file differs from its control file (M1)."""
    really = {
        "arquivo": name,
        "bytes": str(found.bytes),
        "linhas": str(found.rows),
        "entidades": str(found.entities),
        "sha256": found.sha256,
    }
    for key, value in really.items():
        if told.get(key) and told[key].lower() != value.lower():
            raise _mismatch(key)
    if told.get("total") and found.total is not None:
        try:
            same = Decimal(told["total"]) == found.total
        except InvalidOperation:
            same = False
        if not same:
            raise _mismatch("total")


def _mismatch(key: str) -> FileDamage:
    return FileDamage("E02", _("The file differs from its control file: {key}.").format(key=key), key)
