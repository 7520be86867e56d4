"""Answer files and error files: one row for each entity of a file, in its order (contract 9.7)."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tomada_tray_ftp.dialect import PROFILES, Dialect, Form
from tomada_tray_ftp.layouts import ANSWERS

ACCEPTED, UPDATED, DUPLICATE, WARNING = "OK", "ATUALIZADO", "DUPLICADO", "AVISO"
PENDING, REFUSED = "PENDENTE", "REJEITADO"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one entity; ``line`` is its first row, 0 for the whole file."""

    line: int
    entity: str
    key: str
    result: str
    code: str = ""
    column: str = ""
    message: str = ""
    target_id: str = ""


def answer_dialect(dialect: Dialect) -> Dialect:
    """Return the dialect of answers: the store's own, as CSV with our names of columns."""
    if dialect.form is Form.XML:
        return PROFILES["utf8"]
    return dialect.with_(columns={}, has_header=True)


def write_answers(name: str, sha256: str, at: str, answers: Iterable[Answer], dialect: Dialect) -> bytes:
    """Return an answer file about the file ``name``; ``at`` is when it was taken in, written as the store does."""
    dialect = answer_dialect(dialect)
    rows = (
        {
            "arquivo": harmless(name),
            "sha256": sha256,
            "linha": str(answer.line),
            "entidade": answer.entity,
            "chave": harmless(answer.key),
            "resultado": answer.result,
            "codigo": answer.code,
            "coluna": answer.column,
            "mensagem": harmless(answer.message),
            "id_destino": answer.target_id,
            "processado_em": at,
        }
        for answer in answers
    )
    return write_table(ANSWERS.columns, rows, dialect)


def write_table(columns: tuple[str, ...], rows: Iterable[Mapping[str, str]], dialect: Dialect) -> bytes:
    """Return a CSV file with these columns."""
    return b"".join(_lines(columns, rows, dialect))


def _lines(columns: tuple[str, ...], rows: Iterable[Mapping[str, str]], dialect: Dialect) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(
        buffer, delimiter=dialect.delimiter, quotechar=dialect.quote, lineterminator=dialect.newline
    )
    writer.writerow(columns)
    for row in rows:
        writer.writerow([dialect.written(row.get(column, "")) for column in columns])
        yield dialect.encode(buffer.getvalue())
        buffer.seek(0)
        buffer.truncate()
    yield dialect.encode(buffer.getvalue())


def harmless(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula; numbers with a sign stay as they are."""
    if text.startswith(_FORMULA) and not text[1:].replace(".", "").replace(",", "").isdigit():
        return f"'{text}"
    return text
