"""Files that go out to the store: written once, found again after an attempt without answer (contract 9.4, 9.8)."""

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tomada.domain.payload import Payload
from tomada.errors import EffectUnknown, TransientError
from tomada.spi import Context, Outcome, OutcomeKind, Push
from tomada_tray_ftp.answers import write_table
from tomada_tray_ftp.attempts import Attempts
from tomada_tray_ftp.damage import FileDamage
from tomada_tray_ftp.dialect import Form
from tomada_tray_ftp.layouts import Layout
from tomada_tray_ftp.names import following, new_name, parsed
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.session import PASSING, FileSession, TooLargeError
from tomada_tray_ftp.settings import Settings
from tomada_tray_ftp.tables import read_rows
from tomada_tray_ftp.transport import MissingError, RefusedError
from tomada_tray_ftp.xml_writing import write_xml, written

Value = TypeVar("Value", bound=Payload)
Row = dict[str, str]
_BAR = "|"


@dataclass(frozen=True, slots=True)
class Told:
    """What a file is to say of one item: the key by which the store answers, and its rows."""

    key: str
    rows: tuple[Row, ...]
    warnings: tuple[str, ...] = ()


def ticket_of(name: str, key: str) -> str:
    """Return what finds the answer to an item again: the file, and the key in it."""
    return f"{name}{_BAR}{key}"


def split_ticket(ticket: str) -> tuple[str, str]:
    """Return file and key of a ticket."""
    name, _bar, key = ticket.partition(_BAR)
    return name, key


def send(
    ctx: Context, folder: str, layout: Layout, batch: Sequence[Push[Value]], told: Mapping[str, Told]
) -> Iterator[Outcome]:
    """Write one file of a batch's items and yield that they are submitted; ``told`` has what each of them says.

    What an attempt without answer may have published is looked for first: an item that is in a file of it, as it is
    to be sent now, is not sent again.
    """
    writer = _Writer(ctx, folder, layout)
    attempts = Attempts(ctx.state, layout.kind)
    uncertain = [push for push in batch if push.uncertain]
    numbers = attempts.numbers([push.key for push in uncertain])
    found = writer.published([told[push.key] for push in uncertain], numbers) if numbers else {}
    for push in uncertain:
        if name := found.get(told[push.key].key):
            attempts.end(push.key)
            yield _submitted(push.key, name, told[push.key])
    rest = [push for push in batch if not push.uncertain or told[push.key].key not in found]
    if not rest:
        return
    rows = [row for push in rest for row in told[push.key].rows]
    attempts.begin(writer.next_number(), [push.key for push in rest])
    try:
        name = writer.publish(rows)
    except EffectUnknown:
        raise
    except (TransientError, RefusedError, MissingError) as error:
        message = error.message if isinstance(error, TransientError) else _("The file server refused a file.")
        for push in rest:
            attempts.end(push.key)
            yield Outcome(push.key, OutcomeKind.RETRY, "ftp.not_published", message)
        return
    for push in rest:
        attempts.end(push.key)
        yield _submitted(push.key, name, told[push.key])


def _submitted(key: str, name: str, told: Told) -> Outcome:
    return Outcome(key, OutcomeKind.SUBMITTED, ticket=ticket_of(name, told.key), warnings=told.warnings)


class _Writer:
    """The files of one kind that we write; their numbers rise and are kept in the store's state."""

    def __init__(self, ctx: Context, folder: str, layout: Layout) -> None:
        self._ctx = ctx
        self._session: FileSession = ctx.session
        self._settings: Settings = ctx.settings
        self._folder = folder
        self._layout = layout
        self._dialect = self._settings.dialect().with_(columns={}, has_header=True)
        self._key = f"number:{layout.kind}"
        self._number = int(ctx.state.get(self._key) or 0)

    def next_number(self) -> int:
        """Return the number of the next file, and keep it: no other file gets it."""
        self._number = following(self._number)
        self._ctx.state.set(self._key, str(self._number))
        return self._number

    def publish(self, rows: Sequence[Row]) -> str:
        """Write the file of the number that was taken last, and return its name."""
        self._tidy()
        name = new_name(
            self._layout.kind,
            self._settings.store_number or "0",
            self._ctx.clock.now(),
            self._settings.zone,
            self._number,
            self._settings.ending,
        )
        content = self._content(rows)
        try:
            self._session.publish(f"{self._folder}/{name}", content)
        except MissingError:
            self._session.make_folder(self._folder)
            self._session.publish(f"{self._folder}/{name}", content)
        return name

    def _content(self, rows: Sequence[Row]) -> bytes:
        if self._dialect.form is Form.XML:
            return write_xml(self._layout, rows, self._dialect)
        return write_table(self._layout.columns, rows, self._dialect)

    def _tidy(self) -> None:
        """Delete what attempts that ended half-way left of ours: its name is a passing one, so nobody reads it."""
        for _folder, name in self._files():
            told = parsed(name.removesuffix(PASSING))
            if name.endswith(PASSING) and told and told.kind == self._layout.kind:
                with contextlib.suppress(MissingError, RefusedError):
                    self._session.delete(f"{self._folder}/{name}")

    def published(self, wanted: Sequence[Told], numbers: Collection[int]) -> dict[str, str]:
        """Return key → name of the file for what a file of one of these numbers says exactly so."""
        found: dict[str, str] = {}
        for folder, name in self._files():
            told = parsed(name)
            if told is None or told.kind != self._layout.kind or told.number not in numbers:
                continue
            said = self._said(f"{folder}/{name}")
            for one in wanted:
                if one.key not in found and all(self._plain(row) in said for row in one.rows):
                    found[one.key] = name
        return found

    def _said(self, path: str) -> list[Row]:
        try:
            copy = self._session.download(path, self._settings.max_bytes)
        except (MissingError, RefusedError, TooLargeError):
            return []
        try:
            return [self._timeless(row.texts) for row in read_rows(copy.path, self._dialect, self._layout)]
        except FileDamage:
            return []
        finally:
            self._session.drop(copy)

    def _plain(self, row: Row) -> Row:
        """Return a row as it comes back: with all columns, and with what the encoding makes of its texts."""
        texts = {column: row.get(column, "") for column in self._layout.columns}
        return self._timeless({column: self._comes_back(text).strip() for column, text in texts.items()})

    def _comes_back(self, text: str) -> str:
        return written(text, self._dialect) if self._dialect.form is Form.XML else self._dialect.written(text)

    def _timeless(self, row: Row) -> Row:
        """Leave out when a row was written: what is sent again is written later."""
        return {column: text for column, text in row.items() if column != self._layout.moment}

    def _files(self) -> Iterator[tuple[str, str]]:
        for folder in ("", f"/{self._settings.done_dir}", f"/{self._settings.failed_dir}"):
            try:
                listed = self._session.listing(self._folder + folder)
            except (MissingError, RefusedError):
                continue
            for entry in listed:
                yield self._folder + folder, entry.name
