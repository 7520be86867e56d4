"""The parameters of a call, in each of the forms that clients use (tiny-api.md A1)."""

import json
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import parse_qsl

from tomada_sandbox.messages import Request
from tomada_sandbox.tiny.envelope import MALFORMED, NOT_PROCESSED, PARAMETER, RefusedError


def parameters(request: Request) -> dict[str, str]:
    """Return the parameters of query string and form together.

    The form is urlencoded (a JSON text in it may stand there unencoded) or multipart; the form wins.
    """
    found = dict(request.query)
    if request.body:
        content_type = request.headers.get("content-type", "")
        if content_type.startswith("multipart/form-data"):
            found.update(_multipart(content_type, request.body))
        else:
            found.update(parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True))
    return found


def json_parameter(params: dict[str, str], key: str) -> dict[str, Any]:
    """Return the object that a parameter holds as JSON text; code 10 without it, 3 if it is no JSON, 4 if no object."""
    text = params.get(key, "")
    if not text.strip():
        raise RefusedError(PARAMETER, f"O parâmetro {key} deve ser informado")
    try:
        content = json.loads(text)
    except ValueError:
        raise RefusedError(MALFORMED, "ERRO JSON mal formado ou invalido", 1) from None
    if not isinstance(content, dict):
        raise RefusedError(NOT_PROCESSED, f"ERRO ao processar o JSON: {key} deve ser informado")
    return content


def _multipart(content_type: str, body: bytes) -> dict[str, str]:
    whole = message_from_bytes(b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + body)
    fields = {}
    for part in whole.get_payload() if whole.is_multipart() else []:
        if isinstance(part, Message):
            name = part.get_param("name", header="content-disposition")
            payload = part.get_payload(decode=True)
            if isinstance(name, str) and isinstance(payload, bytes):
                fields[name] = payload.decode(errors="replace")
    return fields
