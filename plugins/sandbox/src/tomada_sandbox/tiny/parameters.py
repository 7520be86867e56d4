"""The parameters of a call, in each of the forms that clients use (tiny-api.md A1)."""

from email import message_from_bytes
from email.message import Message
from urllib.parse import parse_qsl

from tomada_sandbox.messages import Request


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
