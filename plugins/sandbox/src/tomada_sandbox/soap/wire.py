"""Envelopes as nuSOAP reads and writes them: arguments by position, replies in ISO-8859-1 with types (2.2)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.soap.operations import INTEGERS

SERVICE = "TrayWebService.wsdl"
XML = {"content-type": "text/xml; charset=ISO-8859-1"}
_CHARSET = re.compile(r"charset=[\"']?(iso-8859-1|us-ascii|utf-8)", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_ENVELOPE = (
    '<?xml version="1.0" encoding="ISO-8859-1"?>'
    '<SOAP-ENV:Envelope SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"'
    ' xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" xmlns:tns="{namespace}">'
    "<SOAP-ENV:Body>{body}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
)

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Call:
    """A call: the operation's name, and its arguments in order; their names are not looked at."""

    operation: str
    arguments: tuple[str, ...]


def read_call(request: Request) -> Call | None:
    """Return the call of a request; None when it is no envelope."""
    told = _CHARSET.search(request.headers.get("content-type", ""))
    charset = told[1].lower() if told else "iso-8859-1"
    text = _DECLARATION.sub("", request.body.decode(charset, "replace"))
    try:
        root = ET.fromstring(text)
    except ET.ParseError:
        return None
    body = next((each for each in root if _local(each.tag) == "Body"), None)
    if body is None or not len(body):
        return None
    called = body[0]
    return Call(_local(called.tag), tuple(_latin(each.text or "") for each in called))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _latin(text: str) -> str:
    """Return what reaches the PHP function: Latin-1 alone, whatever else came is a question mark."""
    return text.encode("iso-8859-1", "replace").decode("iso-8859-1")


def listed(namespace: str, operation: str, struct: str, rows: Sequence[Row]) -> Answer:
    """Return the reply of a list."""
    items = "".join(
        f'<item xsi:type="tns:{struct}">{"".join(_member(name, value) for name, value in row.items())}</item>'
        for row in rows
    )
    array = (
        f'<return xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="tns:{struct}[{len(rows)}]">{items}</return>'
    )
    return _reply(namespace, operation, array)


def written(namespace: str, operation: str, parts: Row) -> Answer:
    """Return the reply of a write: several parts side by side."""
    return _reply(namespace, operation, "".join(_member(name, value) for name, value in parts.items()))


def said(namespace: str, operation: str, text: str) -> Answer:
    """Return a bare string where something else was promised."""
    return _reply(namespace, operation, _member("return", text))


def fault(namespace: str, code: str, text: str) -> Answer:
    """Return a fault, which comes with HTTP 500."""
    told = "".join(_member(name, value) for name, value in (("faultcode", code), ("faultstring", text)))
    answer = _envelope(namespace, f"<SOAP-ENV:Fault>{told}</SOAP-ENV:Fault>")
    answer.status = 500
    return answer


def _member(name: str, value: str) -> str:
    kind = "int" if name in INTEGERS and value else "string"
    return f'<{name} xsi:type="xsd:{kind}">{escape(value)}</{name}>'


def _reply(namespace: str, operation: str, parts: str) -> Answer:
    return _envelope(
        namespace, f'<ns1:{operation}Response xmlns:ns1="{namespace}">{parts}</ns1:{operation}Response>'
    )


def _envelope(namespace: str, body: str) -> Answer:
    text = _ENVELOPE.format(namespace=namespace, body=body)
    return Answer(200, text.encode("iso-8859-1", "replace"), dict(XML))
