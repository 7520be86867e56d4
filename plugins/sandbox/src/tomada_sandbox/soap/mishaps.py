"""What goes wrong with a reply after it was written: the faults that belong to this protocol (8.11)."""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from enum import StrEnum

from tomada_sandbox.messages import Answer

_WARNING = (
    b"<br />\n<b>Warning</b>:  mysql_fetch_array() in <b>/home/loja/ws.php</b> on line <b>214</b><br />\n"
)
_LOGIN_PAGE = b"<!DOCTYPE html><html><head><title>Acesso</title></head><body><input name=login></body></html>"
_HTML = {"content-type": "text/html; charset=iso-8859-1"}
_BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>'
    b'<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body>'
    b"<r><return>&d;</return></r></SOAP-ENV:Body></SOAP-ENV:Envelope>"
)
_OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    b'<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"><SOAP-ENV:Body>'
    b"<r><return>&a;</return></r></SOAP-ENV:Body></SOAP-ENV:Envelope>"
)


class MishapKind(StrEnum):
    """``php_warning`` and ``blank_line`` come before the XML, ``login_page`` and ``server_error`` (500) instead of it.

    ``cp1252`` puts Windows dashes under the label of ISO-8859-1; ``extra_member``, ``missing_member`` and
    ``empty_number`` change every struct; ``map_items`` sends PHP's untyped maps; ``text_for_list`` a bare string;
    ``truncated`` half of the reply; ``bomb`` and ``outside`` a DTD with entities.
    """

    PHP_WARNING = "php_warning"
    BLANK_LINE = "blank_line"
    LOGIN_PAGE = "login_page"
    SERVER_ERROR = "server_error"
    CP1252 = "cp1252"
    EXTRA_MEMBER = "extra_member"
    MISSING_MEMBER = "missing_member"
    EMPTY_NUMBER = "empty_number"
    MAP_ITEMS = "map_items"
    TEXT_FOR_LIST = "text_for_list"
    TRUNCATED = "truncated"
    BOMB = "bomb"
    OUTSIDE = "outside"


@dataclass
class Mishap:
    """Goes wrong ``times`` times (None: always), with any operation or with one."""

    kind: MishapKind
    operation: str | None = None
    times: int | None = 1

    @classmethod
    def from_json(cls, data: object) -> "Mishap":
        """Build it from a JSON object; raises ``ValueError`` for an unknown key or kind."""
        if not isinstance(data, dict) or set(data) - {each.name for each in fields(cls)}:
            raise ValueError("a mishap has kind, operation and times")
        return cls(MishapKind(data["kind"]), data.get("operation"), data.get("times", 1))

    def befalls(self, operation: str) -> bool:
        """Count a reply of this operation, and tell whether it goes wrong."""
        if self.times == 0 or self.operation not in (None, operation):
            return False
        if self.times is not None:
            self.times -= 1
        return True


def spoil(answer: Answer, kind: MishapKind) -> Answer:
    """Return the reply as the client gets to see it."""
    return _SPOILERS[kind](answer)


def _before(text: bytes) -> Callable[[Answer], Answer]:
    return lambda answer: Answer(answer.status, text + answer.body, answer.headers)


def _instead(
    body: bytes, status: int = 200, headers: dict[str, str] | None = None
) -> Callable[[Answer], Answer]:
    return lambda answer: Answer(status, body, headers or answer.headers)


def _inside(pattern: bytes, text: bytes) -> Callable[[Answer], Answer]:
    return lambda answer: Answer(
        answer.status, re.sub(pattern, text, answer.body, flags=re.DOTALL), answer.headers
    )


def _maps(answer: Answer) -> Answer:
    body = re.sub(rb'<item xsi:type="tns:\w+">', b'<item xsi:type="ns2:Map">', answer.body)
    body = body.replace(b"xmlns:tns=", b'xmlns:ns2="http://xml.apache.org/xml-soap" xmlns:tns=', 1)
    pair = rb'<item><key xsi:type="xsd:string">\1</key><value xsi:type="xsd:string">\2</value></item>'
    return Answer(
        answer.status, re.sub(rb'<(\w+) xsi:type="xsd:\w+">([^<]*)</\1>', pair, body), answer.headers
    )


def _half(answer: Answer) -> Answer:
    return Answer(answer.status, answer.body[: len(answer.body) // 2], answer.headers)


_SPOILERS: dict[MishapKind, Callable[[Answer], Answer]] = {
    MishapKind.PHP_WARNING: _before(_WARNING),
    MishapKind.BLANK_LINE: _before(b"\n"),
    MishapKind.LOGIN_PAGE: _instead(_LOGIN_PAGE, 200, _HTML),
    MishapKind.SERVER_ERROR: _instead(
        b"<html><body><h1>Internal Server Error</h1></body></html>", 500, _HTML
    ),
    MishapKind.CP1252: _inside(rb"(<(?:nome_produto|cliente)\b[^>]*>)", b"\\1Ch\xe1 \x96 "),
    MishapKind.EXTRA_MEMBER: _inside(rb"</item>", b'<novo_campo xsi:type="xsd:string">x</novo_campo></item>'),
    MishapKind.MISSING_MEMBER: _inside(rb"<(quantidade|total)\b[^>]*>[^<]*</\1>", b""),
    MishapKind.EMPTY_NUMBER: _inside(rb"(<(?:quantidade|total)\b[^>]*>)[^<]*", rb"\1"),
    MishapKind.MAP_ITEMS: _maps,
    MishapKind.TEXT_FOR_LIST: _inside(
        rb"<return\b.*</return>", b'<return xsi:type="xsd:string">Erro ao consultar os pedidos</return>'
    ),
    MishapKind.TRUNCATED: _half,
    MishapKind.BOMB: _instead(_BOMB),
    MishapKind.OUTSIDE: _instead(_OUTSIDE),
}
