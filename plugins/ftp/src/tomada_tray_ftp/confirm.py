"""Answering the store's files and moving them away, only after all that they hold is committed (O3)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tomada.errors import ConfigurationError
from tomada.spi import Confirmation, Confirmed, Context, Disposition
from tomada_tray_ftp import answers
from tomada_tray_ftp.answers import Answer, answer_dialect, write_answers
from tomada_tray_ftp.damage import Damage, FileDamage
from tomada_tray_ftp.entities import Entity, count, read_entities
from tomada_tray_ftp.layouts import ANSWERS, ORDERS, STATUSES, Layout
from tomada_tray_ftp.ledger import Ledger
from tomada_tray_ftp.mapping import order_of, status_of
from tomada_tray_ftp.names import numbered
from tomada_tray_ftp.orders import rejected_key
from tomada_tray_ftp.receipts import PART, Receipt
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.session import Copy, FileSession, TooLargeError
from tomada_tray_ftp.settings import Processed, Settings
from tomada_tray_ftp.tables import read_rows
from tomada_tray_ftp.transport import Entry, MissingError, RefusedError

UNKNOWN = "unknown"
"""The core's reason for a change of status of an order that it does not have."""
_RESULTS = {
    Disposition.IMPORTED: answers.ACCEPTED,
    Disposition.HELD: answers.PENDING,
    Disposition.REJECTED: answers.REFUSED,
    Disposition.IGNORED: answers.WARNING,
}
_CODES = {"money": "E30", "unmapped": "E40", UNKNOWN: "E50", "damaged": ""}


def confirm_orders(ctx: Context, confirmations: Sequence[Confirmation]) -> Iterator[str]:
    """Answer each receipt, move its file when all its parts are answered, and yield the receipt."""
    office = _Office(ctx)
    files: dict[tuple[str, str, str], list[tuple[Confirmation, Receipt]]] = {}
    for confirmation in confirmations:
        receipt = Receipt.parse(confirmation.receipt)
        files.setdefault((receipt.folder, receipt.name, receipt.sha256), []).append((confirmation, receipt))
    for told in files.values():
        yield from office.file(told)
    office.tidy()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entity stands in its file, and what is wrong with it."""

    line: int
    damage: Damage | None = None


class _Office:
    """One round of answers."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._session: FileSession = ctx.session
        self._settings: Settings = ctx.settings
        self._dialect = self._settings.dialect()
        self._listed: dict[str, dict[str, Entry]] = {}

    def file(self, told: list[tuple[Confirmation, Receipt]]) -> Iterator[str]:
        """Answer the receipts of one file."""
        first = told[0][1]
        places = self._places(first, {receipt.part for _confirmation, receipt in told})
        for confirmation, receipt in told:
            rows = [_answer(one, receipt, places) for one in confirmation.items]
            if receipt.damage:
                rows = [_of_file(receipt, receipt.damage)]
            self._tell(confirmation, receipt, rows)
            done = self._parts_done(receipt)
            if len(done) == receipt.parts:
                self._put_away(receipt)
            self._ctx.state.set(_parts_key(receipt), None if len(done) == receipt.parts else ",".join(done))
            yield confirmation.receipt

    def tidy(self) -> None:
        """Move files away that had nothing in them, so that nothing of them was to be confirmed."""
        for folder in (self._settings.orders_dir, self._settings.status_dir):
            ledger = Ledger(self._ctx, folder)
            for name, entry in list(self._entries(folder).items()):
                taken = ledger.get(name)
                if taken and taken.empty and taken.is_same_as(entry):
                    self._put_away(Receipt(folder, name, taken.sha256, taken.size))

    def _tell(self, confirmation: Confirmation, receipt: Receipt, rows: list[Answer]) -> None:
        """Write the answer and, where something could not be read, the error file beside the failed ones."""
        part = f"_p{receipt.part}" if receipt.part > 1 else ""
        refused = [row for row in rows if row.result == answers.REFUSED]
        if refused:
            name = f"{receipt.folder}/{self._settings.failed_dir}/{receipt.name}{part}.err.csv"
            self._publish_once(name, receipt, refused, 0)
        if not self._settings.write_acks:
            return
        key = f"answered:{receipt.sha256[:16]}:{receipt.name}:{receipt.part}:{receipt.again:d}"
        before = int(self._ctx.state.get(key) or 0)
        name = f"{self._settings.answers_dir}/{receipt.name}{part}.ret.csv"
        number = self._publish_once(name, receipt, rows, before)
        self._ctx.state.set(key, None if confirmation.final else str(number))

    def _publish_once(self, path: str, receipt: Receipt, rows: list[Answer], before: int) -> int:
        """Publish an answer under the next free name, unless this very one is there; return its number."""
        at = self._dialect.write_moment(self._ctx.clock.now(), self._settings.zone)
        content = write_answers(receipt.name, receipt.sha256, at, rows, self._dialect)
        stem, ending = path[: -len(".xxx.csv")], path[-len(".xxx.csv") :]
        number = before + 1
        while True:
            name = f"{stem}{ending}" if number == 1 else f"{stem}_{number}{ending}"
            if self._session.size(name) is None:
                break
            if self._says(name, rows):
                return number
            number += 1
        self._making_folder(name, lambda: self._session.publish(name, content))
        return number

    def _says(self, path: str, rows: list[Answer]) -> bool:
        """Tell whether an answer that is there already says the same, whenever it was written."""
        try:
            copy = self._session.download(path, self._settings.max_bytes)
        except (MissingError, RefusedError, TooLargeError):
            return False
        dialect = answer_dialect(self._dialect)
        try:
            there = [
                (row.get("chave"), row.get("resultado"), row.get("codigo"))
                for row in read_rows(copy.path, dialect, ANSWERS)
            ]
        except FileDamage:
            return False
        finally:
            self._session.drop(copy)
        return there == [(answers.harmless(row.key), row.result, row.code) for row in rows]

    def _parts_done(self, receipt: Receipt) -> list[str]:
        done = set((self._ctx.state.get(_parts_key(receipt)) or "").split(",")) - {""}
        return sorted(done | {str(receipt.part)}, key=int)

    def _put_away(self, receipt: Receipt) -> None:
        """Move a file to the done or failed ones, if it is there as it was read."""
        if self._settings.processed_action is Processed.KEEP:
            return
        entry = self._entries(receipt.folder).get(receipt.name)
        taken = Ledger(self._ctx, receipt.folder).get(receipt.name)
        if not entry or not taken or taken.sha256 != receipt.sha256 or not taken.is_same_as(entry):
            return
        below = self._settings.failed_dir if receipt.damage else self._settings.done_dir
        target = self._free(f"{receipt.folder}/{below}/", receipt.name)
        source = f"{receipt.folder}/{receipt.name}"
        try:
            self._making_folder(target, lambda: self._session.move(source, target))
            if f"{receipt.name}.ctl" in self._entries(receipt.folder):
                self._session.move(
                    f"{source}.ctl", self._free(f"{receipt.folder}/{below}/", f"{receipt.name}.ctl")
                )
        except RefusedError:
            raise ConfigurationError(
                "ftp.move_refused",
                _("The file server does not let us move {name} to {folder}.").format(
                    name=receipt.name, folder=f"{receipt.folder}/{below}"
                ),
                _("Ask for that permission, or `tomada store set {store} processed_action=keep`.").format(
                    store=self._ctx.store
                ),
            ) from None
        except MissingError:
            return
        self._entries(receipt.folder).pop(receipt.name)

    def _free(self, folder: str, name: str) -> str:
        number = 1
        while self._session.size(folder + numbered(name, number)) is not None:
            number += 1
        return folder + numbered(name, number)

    def _making_folder(self, path: str, write: Callable[[], None]) -> None:
        try:
            write()
        except (MissingError, RefusedError):
            self._session.make_folder(path.rpartition("/")[0])
            write()

    def _entries(self, folder: str) -> dict[str, Entry]:
        if folder not in self._listed:
            try:
                found = self._session.listing(folder)
            except (MissingError, RefusedError):
                found = []
            self._listed[folder] = {entry.name: entry for entry in found}
        return self._listed[folder]

    def _places(self, receipt: Receipt, parts: set[int]) -> dict[str, _Place]:
        """Return where the entities of these parts stand; nothing when the file cannot be had any more."""
        copy = None if receipt.damage else self._copy(receipt)
        if copy is None:
            return {}
        layout = STATUSES if receipt.folder == self._settings.status_dir else ORDERS
        found: dict[str, _Place] = {}
        try:
            apart = count(copy.path, self._dialect, layout).apart
            for number, entity in enumerate(read_entities(copy.path, self._dialect, layout)):
                if number // PART + 1 not in parts:
                    continue
                if entity.key in apart:
                    entity.damage = Damage("E31", _("The rows of this order are apart."), "", entity.line)
                try:
                    key = _key_of(layout, entity, self._settings)
                    found.setdefault(key, _Place(entity.line))
                except Damage as damage:
                    place = _Place(damage.line or entity.line, damage)
                    found.setdefault(rejected_key(entity, layout, receipt.sha256), place)
        except FileDamage:
            return {}
        return found

    def _copy(self, receipt: Receipt) -> Copy | None:
        kept = self._session.kept(receipt.sha256)
        if kept:
            return kept
        folders = (receipt.folder, f"{receipt.folder}/{self._settings.done_dir}")
        for path in (f"{folder}/{receipt.name}" for folder in folders):
            try:
                copy = self._session.download(path, self._settings.max_bytes)
            except (MissingError, RefusedError, TooLargeError):
                continue
            if copy.sha256 == receipt.sha256:
                self._session.keep(copy)
                return copy
            self._session.drop(copy)
        return None


def _key_of(layout: Layout, entity: Entity, settings: Settings) -> str:
    if layout is STATUSES:
        return status_of(entity, settings, {}).remote_id
    return order_of(entity, settings, {}).order.remote_id


def _answer(one: Confirmed, receipt: Receipt, places: dict[str, _Place]) -> Answer:
    place = places.get(one.key, _Place(0))
    result, code = _RESULTS[one.disposition], _CODES.get(one.code, one.code)
    if one.disposition is Disposition.IMPORTED and receipt.again:
        result = answers.DUPLICATE
    if one.code == UNKNOWN:
        result = answers.REFUSED
    column, message = "", one.message
    if one.disposition is Disposition.REJECTED and place.damage:
        code, column, message = place.damage.code, place.damage.column, place.damage.message
    entity = "situacao" if receipt.name.startswith(STATUSES.kind) else "pedido"
    return Answer(place.line, entity, one.key, result, code, column, message)


def _of_file(receipt: Receipt, damage: FileDamage) -> Answer:
    return Answer(
        damage.line, "arquivo", receipt.name, answers.REFUSED, damage.code, damage.column, damage.message
    )


def _parts_key(receipt: Receipt) -> str:
    return f"parts:{receipt.sha256[:16]}:{receipt.name}:{receipt.again:d}"
