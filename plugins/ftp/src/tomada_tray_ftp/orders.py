"""Reading orders and changes of status from their folders (contract 9.4, 9.8). Nothing is written at the server."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass

from tomada.errors import ConfigurationError
from tomada.spi import Checkpoint, Context, Fetched, Known, OrderEvent, OrderQuery, Rejected
from tomada_tray_ftp.control import MOST_BYTES, check_control, read_control
from tomada_tray_ftp.damage import Damage, FileDamage
from tomada_tray_ftp.dialect import Form
from tomada_tray_ftp.entities import Census, Entity, count, read_entities
from tomada_tray_ftp.layouts import ORDERS, STATUSES, Layout
from tomada_tray_ftp.ledger import Ledger, has_prefix
from tomada_tray_ftp.lines import ends_open
from tomada_tray_ftp.lists import status_types
from tomada_tray_ftp.mapping import StatusTypes, order_of, status_of
from tomada_tray_ftp.names import READABLE, following, is_finished, parsed
from tomada_tray_ftp.receipts import PART, Receipt, parts_of
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.session import Copy, FileSession, TooLargeError
from tomada_tray_ftp.settings import Names, Ready, Settings
from tomada_tray_ftp.transport import Entry, MissingError, RefusedError
from tomada_tray_ftp.versions import News, after_status, is_stale_status, news_of, version_of


def fetch_orders(ctx: Context, query: OrderQuery) -> Iterator[OrderEvent]:
    """Yield what the files of orders hold that are not ours yet, then the changes of status."""
    settings: Settings = ctx.settings
    reader = _Reader(ctx, query)
    yield from reader.folder(settings.orders_dir, ORDERS, needed=True)
    yield from reader.folder(settings.status_dir, STATUSES, needed=False)
    yield Checkpoint(ctx.clock.now().isoformat())


@dataclass(frozen=True, slots=True)
class _File:
    """A file that is being read: what the listing shows, its local copy, and its folder's ledger."""

    folder: str
    entry: Entry
    layout: Layout
    copy: Copy
    again: bool = False
    appended: bool = False

    def receipt(self, part: int = 1, parts: int = 1) -> Receipt:
        return Receipt(
            self.folder, self.entry.name, self.copy.sha256, self.copy.size, part, parts, again=self.again
        )


class _Reader:
    """One reading of the store's folders."""

    def __init__(self, ctx: Context, query: OrderQuery) -> None:
        self._ctx = ctx
        self._query = query
        self._session: FileSession = ctx.session
        self._settings: Settings = ctx.settings
        self._dialect = self._settings.dialect()
        self._types: StatusTypes | None = None
        self._seen: dict[str, Known] = {}

    def folder(self, folder: str, layout: Layout, *, needed: bool) -> Iterator[OrderEvent]:
        """Read the files of a folder, the oldest first, with a checkpoint after each."""
        try:
            listed = self._session.listing(folder)
        except (MissingError, RefusedError):
            if needed:
                raise folder_missing(self._ctx.store, folder) from None
            return
        ledger = Ledger(self._ctx, folder)
        names = {entry.name for entry in listed}
        ledger.forget_growing(names)
        last: int | None = None
        for entry in listed:
            if not is_finished(entry.name) or not entry.name.lower().endswith(READABLE):
                continue
            last = self._warn_of_gap(entry.name, last)
            taken = ledger.get(entry.name)
            if taken and taken.is_same_as(entry):
                continue
            if self._waits(entry, names, ledger):
                continue
            yield from self._file(folder, entry, layout, ledger, names)

    def _waits(self, entry: Entry, names: set[str], ledger: Ledger) -> bool:
        ready = self._settings.ready
        if ready is Ready.CONTROL:
            return f"{entry.name}.ctl" not in names
        if ready is Ready.STABLE or not entry.size:
            return not ledger.has_settled(entry, self._settings.stable_seconds)
        return False

    def _file(
        self, folder: str, entry: Entry, layout: Layout, ledger: Ledger, names: set[str]
    ) -> Iterator[OrderEvent]:
        try:
            self._check_name(entry.name, layout)
            if entry.size > self._settings.max_bytes:
                raise TooLargeError
            copy = self._session.download(f"{folder}/{entry.name}", self._settings.max_bytes)
        except MissingError:
            return  # moved or deleted meanwhile
        except TooLargeError:
            damage = FileDamage("E05", _("The file is larger than the settings allow."))
            yield from self._refuse(folder, entry, ledger, names, damage, _pseudo_hash(entry))
            return
        except RefusedError:
            self._ctx.log.warning("file refused by the server", folder=folder, name=entry.name)
            return
        except FileDamage as damage:
            yield from self._refuse(folder, entry, ledger, names, damage, _pseudo_hash(entry))
            return
        if self._may_grow(entry, copy, names) and not ledger.has_settled(
            entry, self._settings.stable_seconds
        ):
            self._session.drop(copy)
            return
        try:
            file, census = self._examined(folder, entry, layout, ledger, names, copy)
        except FileDamage as damage:
            self._session.drop(copy)
            if damage.at_end and not ledger.has_settled(entry, self._settings.stable_seconds):
                return
            yield from self._refuse(folder, entry, ledger, names, damage, copy.sha256)
            return
        self._session.keep(copy)
        yield from self._events(file, census)
        ledger.put(entry, copy.sha256, names, empty=not census.groups)
        yield Checkpoint(f"{folder}/{entry.name}")

    def _may_grow(self, entry: Entry, copy: Copy, names: set[str]) -> bool:
        """Tell whether a file may be unfinished: its size moves, or its last line has no end and nothing vouches."""
        if copy.size != entry.size:
            return True
        return self._dialect.form is Form.CSV and f"{entry.name}.ctl" not in names and ends_open(copy.path)

    def _check_name(self, name: str, layout: Layout) -> None:
        told = parsed(name)
        if self._settings.names is Names.ANY and told is None:
            return
        if told is None or told.kind != layout.kind:
            raise FileDamage("E01", _("The name is not that of such a file."))
        if self._settings.store_number and int(told.store) != int(self._settings.store_number):
            raise FileDamage("E03", _("The name is that of another store's file."))

    def _examined(
        self, folder: str, entry: Entry, layout: Layout, ledger: Ledger, names: set[str], copy: Copy
    ) -> tuple[_File, Census]:
        """Count a file and check it against its control file; raises ``FileDamage``."""
        taken = ledger.get(entry.name)
        appended = bool(taken and taken.sha256 != copy.sha256 and has_prefix(copy, taken))
        if taken and taken.sha256 != copy.sha256 and not appended:
            raise FileDamage("E04", _("A file of this name was read before, with another content."))
        total = "total" if layout is ORDERS else ""
        census = count(copy.path, self._dialect, layout, total)
        control = f"{entry.name}.ctl"
        if control in names:
            told = read_control(self._session.small(f"{folder}/{control}", MOST_BYTES))
            check_control(told, entry.name, census.totals)
        again = ledger.has_content(copy.sha256)
        return _File(folder, entry, layout, copy, again, appended), census

    def _refuse(
        self, folder: str, entry: Entry, ledger: Ledger, names: set[str], damage: FileDamage, sha256: str
    ) -> Iterator[OrderEvent]:
        """Hand a whole file over as one item that cannot be read; a person hears of it (M1)."""
        receipt = Receipt(
            folder,
            entry.name,
            sha256,
            entry.size,
            code=damage.code,
            message=damage.message,
            column=damage.column,
            line=damage.line,
        )
        message = _("File {name}: {problem}").format(name=entry.name, problem=damage.message)
        yield Rejected(
            f"arquivo-{sha256[:16]}", damage.code, message, damage.column, "", sha256[:16], str(receipt)
        )
        ledger.put(entry, sha256, names)
        yield Checkpoint(f"{folder}/{entry.name}")

    def _events(self, file: _File, census: Census) -> Iterator[OrderEvent]:
        parts = parts_of(census.groups)
        receipt, part = str(file.receipt(1, parts)), 1
        for number, entity in enumerate(read_entities(file.copy.path, self._dialect, file.layout)):
            if number // PART + 1 != part:
                part = number // PART + 1
                receipt = str(file.receipt(part, parts))
            if entity.key in census.apart:
                entity.damage = Damage("E31", _("The rows of this order are apart."), "", entity.line)
            try:
                yield self._event(entity, file, receipt)
            except Damage as damage:
                yield _rejected(entity, file, damage, receipt)

    def _event(self, entity: Entity, file: _File, receipt: str) -> OrderEvent:
        if self._types is None:
            self._types = status_types(self._session, self._settings)
        if file.layout is STATUSES:
            return self._status(entity, receipt)
        read = order_of(entity, self._settings, self._types)
        order = read.order
        known = self._known(order.remote_id)
        news = news_of(known, read.number, read.digest, order.modified_at)
        if news is News.CONTRADICTS and not file.appended:
            raise Damage(
                "E31", _("This order came before with the same version and another content."), "", entity.line
            )
        version = version_of(read.number, read.digest, order.modified_at)
        if news is News.STALE and known is not None:
            version = known.version
        else:
            self._seen[order.remote_id] = Known(version, order.status.code)
        return Fetched(order, version, order.modified_at, receipt)

    def _status(self, entity: Entity, receipt: str) -> Fetched:
        change = status_of(entity, self._settings, self._types or {})
        known = self._known(change.remote_id)
        at = change.modified_at
        version = after_status(known.version if known else "", at)
        if known and is_stale_status(known, change.status.code, at):
            version = known.version
        elif known:
            self._seen[change.remote_id] = Known(version, change.status.code)
        return Fetched(change, version, at, receipt)

    def _known(self, remote_id: str) -> Known | None:
        return self._seen.get(remote_id) or self._query.known(remote_id)

    def _warn_of_gap(self, name: str, last: int | None) -> int | None:
        found = parsed(name)
        if found is None:
            return last
        if last is not None and found.number not in (last, following(last)):
            self._ctx.log.warning("a number is missing", before=last, found=found.number)
        return found.number


def _rejected(entity: Entity, file: _File, damage: Damage, receipt: str) -> Rejected:
    """Return an entity that cannot be used: it names the line and the column, its neighbours go on."""
    raw = json.dumps([row.texts for row in entity.rows], ensure_ascii=False)
    message = _("Line {line}: {problem}").format(line=damage.line or entity.line, problem=damage.message)
    digest = hashlib.sha256(raw.encode("utf-8", "replace")).hexdigest()[:16]
    key = rejected_key(entity, file.layout, file.copy.sha256)
    return Rejected(key, damage.code, message, damage.column, raw, f"-{digest}", receipt)


def rejected_key(entity: Entity, layout: Layout, sha256: str) -> str:
    """Return the id of what cannot be used: the order's if it has one, else that of its place.

    A damaged change of status is named by its place, as its order itself is not damaged.
    """
    own = entity.key
    if layout is ORDERS and own.isascii() and own.isdigit() and len(own) <= 18:
        return str(int(own))
    return f"linha-{sha256[:16]}-{entity.line}"


def folder_missing(store: str, folder: str) -> ConfigurationError:
    """Return the error of a folder that is not there, or that we may not look into."""
    return ConfigurationError(
        "ftp.folder_missing",
        _("The file server has no folder {folder} that we may read.").format(folder=folder),
        _("Correct it: `tomada store set {store} orders_dir=…`.").format(store=store),
    )


def _pseudo_hash(entry: Entry) -> str:
    """Name a file that was not read by what its listing shows."""
    return hashlib.sha256(f"{entry.name} {entry.size} {entry.modified}".encode()).hexdigest()
