"""The envelope of API 2.0: every outcome is HTTP 200 (tiny-api.md A2)."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from tomada_sandbox.messages import Answer, page_of

PAGE_SIZE = 100

NO_TOKEN, BAD_TOKEN, MALFORMED, NOT_PROCESSED, QUOTA, PARAMETER, CONCURRENCY = 1, 2, 3, 4, 6, 10, 11
EMPTY, TOO_MANY_RECORDS, NO_SUCH_PAGE = 20, 22, 23
DUPLICATE, INVALID, NOT_FOUND, NOT_AUTHORISED = 30, 31, 32, 34

T = TypeVar("T")


class RefusedError(Exception):
    """A request that is answered with an error of the envelope."""

    def __init__(self, code: int, text: str, processing: int = 2) -> None:
        super().__init__(text)
        self.code, self.text, self.processing = code, text, processing


def success(**payload: object) -> Answer:
    """Answer OK with the service's own keys."""
    return Answer.json({"retorno": {"status_processamento": "3", "status": "OK", **payload}})


def failure(code: int, text: str, processing: int = 2) -> Answer:
    """Answer an error; code and ``status_processamento`` are numbers, as in the official error samples."""
    content = {"status_processamento": processing, "status": "Erro", "codigo_erro": code}
    return Answer.json({"retorno": {**content, "erros": [{"erro": text}]}})


def failed_record(code: int, errors: Sequence[dict[str, str]]) -> Answer:
    """Answer that the one record sent was refused: an array, and the code as text."""
    record = {"sequencia": "1", "status": "Erro", "codigo_erro": str(code), "erros": list(errors)}
    content = {"status_processamento": 2, "status": "Erro", "registros": [{"registro": record}]}
    return Answer.json({"retorno": content})


def listing(
    key: str, rows: Sequence[T], show: Callable[[T], object], params: dict[str, str], shift: int = 0
) -> Answer:
    """Answer one page of a search under ``key``: code 20 when nothing was found, 23 beyond the last page."""
    if not rows:
        raise RefusedError(EMPTY, "A Consulta não retornou registros")
    text = params.get("pagina") or "1"
    if not text.isdigit() or int(text) < 1:
        raise RefusedError(PARAMETER, "O parâmetro pagina é inválido")
    page, pages = int(text), -(-len(rows) // PAGE_SIZE)
    if page > pages:
        raise RefusedError(NO_SUCH_PAGE, "A página que você está tentando obter não existe")
    chosen = page_of(rows, page, PAGE_SIZE, shift)
    return success(pagina=str(page), numero_paginas=str(pages), **{key: [show(row) for row in chosen]})
