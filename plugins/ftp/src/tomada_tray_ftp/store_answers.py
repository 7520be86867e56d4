"""What the store answers to our files, some time later (contract 9.7)."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from tomada.domain.product import Product
from tomada.spi import Context, Linked, Outcome, OutcomeKind, PushEvent, RemoteIds, Submitted
from tomada_tray_ftp.answers import DUPLICATE, PENDING, REFUSED, WARNING, answer_dialect
from tomada_tray_ftp.damage import FileDamage
from tomada_tray_ftp.layouts import ANSWERS
from tomada_tray_ftp.outgoing import split_ticket
from tomada_tray_ftp.sentences import _
from tomada_tray_ftp.session import FileSession, TooLargeError
from tomada_tray_ftp.settings import Settings
from tomada_tray_ftp.tables import Row, read_rows
from tomada_tray_ftp.transport import MissingError, RefusedError

_NAME = re.compile(r"(.+\.(?:csv|xml))(?:_(\d+))?\.ret\.csv")
_ID = re.compile(r"\d{1,18}", re.ASCII)
Rows = dict[str, Row]


def fetch_outcomes(ctx: Context, submitted: Sequence[Submitted[Any]]) -> Iterator[PushEvent]:
    """Yield what the store has answered; an answer that cannot be read is none."""
    open_items: dict[str, list[Submitted[Any]]] = {}
    for one in submitted:
        open_items.setdefault(split_ticket(one.ticket)[0], []).append(one)
    answers = _Answers(ctx.session, ctx.settings)
    for name, items in open_items.items():
        rows = answers.to(name)
        for item in items if rows else ():
            yield from _of(item, rows, name)


class _Answers:
    """The store's answers by the file that they are to."""

    def __init__(self, session: FileSession, settings: Settings) -> None:
        self._session = session
        self._settings = settings
        self._folder = settings.store_answers_dir
        self._names: dict[str, list[tuple[int, str]]] = {}
        try:
            listed = session.listing(self._folder)
        except (MissingError, RefusedError):
            listed = []
        for entry in listed:
            if match := _NAME.fullmatch(entry.name):
                self._names.setdefault(match[1], []).append((int(match[2] or 1), entry.name))

    def to(self, name: str) -> Rows:
        """Return key → the last row that answers it."""
        rows: Rows = {}
        dialect = answer_dialect(self._settings.dialect())
        for _number, answer in sorted(self._names.get(name, [])):
            try:
                copy = self._session.download(f"{self._folder}/{answer}", self._settings.max_bytes)
            except (MissingError, RefusedError, TooLargeError):
                continue
            try:
                rows |= {row.get("chave"): row for row in read_rows(copy.path, dialect, ANSWERS)}
            except FileDamage:
                continue
            finally:
                self._session.drop(copy)
        return rows


def _of(item: Submitted[Any], rows: Rows, name: str) -> Iterator[PushEvent]:
    key = split_ticket(item.ticket)[1]
    row = rows.get(key) or rows.get(name)
    if row is None or row.get("resultado") == PENDING:
        return
    refused = row if row.get("resultado") == REFUSED else None
    if isinstance(item.value, Product) and refused is None:
        yield from _links(item.key, item.value, row, rows)
        variations = (rows.get(one.sku) for one in item.value.variations)
        refused = next((one for one in variations if one and one.get("resultado") == REFUSED), None)
    if refused:
        message = refused.get("mensagem") or _("The store refused it.")
        yield Outcome(
            item.key, OutcomeKind.REJECTED, refused.get("codigo") or "refused", message, refused.get("coluna")
        )
        return
    kind = OutcomeKind.UNCHANGED if row.get("resultado") == DUPLICATE else OutcomeKind.ACCEPTED
    warnings = (row.get("mensagem"),) if row.get("resultado") == WARNING and row.get("mensagem") else ()
    yield Outcome(item.key, kind, warnings=warnings)


def _links(key: str, product: Product, row: Row, rows: Rows) -> Iterator[Linked]:
    """Yield the ids that the store gave: the product's, and those of its variations."""
    product_id = row.get("id_destino")
    if not _ID.fullmatch(product_id):
        return
    yield Linked(key, product.ref, RemoteIds(product_id))
    for variation in product.variations:
        told = rows.get(variation.sku)
        if told and _ID.fullmatch(told.get("id_destino")):
            yield Linked(key, variation.ref, RemoteIds(product_id, told.get("id_destino")))
