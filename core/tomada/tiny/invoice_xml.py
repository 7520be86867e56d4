"""The signed XML of an invoice, cut out of Tiny's answer and never written anew, as its signature covers the bytes.

The service answers XML whatever format is asked for, but its refusals may be JSON (A11). A refusal for quota is no
"there is no XML": whoever takes it for one loses invoices.
"""

import re

from tomada.errors import TomadaError
from tomada.i18n import _
from tomada.tiny.client import TinyClient
from tomada.tiny.envelope import Fault, UnreadableError, fault_of, parse
from tomada.tiny.trouble import no_answer, refused, unreadable

_SERVICE = "nota.fiscal.obter.xml.php"
_NONE = frozenset({20, 32, 34})
"""No such note, or not authorised: there is no XML (A2.2)."""

_OPENING = re.compile(rb"<xml_nfe\s*>|<xml_nfe\s*/>")
_CLOSING = b"</xml_nfe>"
_CDATA = re.compile(rb"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)
_CODE = re.compile(rb"<codigo_erro>\s*([1-9][0-9]{0,3})\s*</codigo_erro>")
_ERROR = re.compile(rb"<erro>(.*?)</erro>", re.DOTALL)
_STATUS = re.compile(rb"<status>\s*(\w+)\s*</status>")
_END = re.compile(rb"</retorno>\s*$")


def invoice_xml(client: TinyClient, invoice_id: str) -> bytes | None:
    """Return what stands inside ``xml_nfe``, byte for byte; None when the note has no XML or is not there."""
    body = client.read_document(_SERVICE, {"id": invoice_id})
    fault = _fault_in_json(body) if body.lstrip()[:1] == b"{" else None
    if fault is None:
        opening = _OPENING.search(body)
        if opening:
            return _inside(body, opening)
        fault = _fault_in_xml(body)
    if fault is None or fault.code in _NONE:
        return None
    raise refused(fault, _SERVICE, [], safe=True)


def _inside(body: bytes, opening: re.Match[bytes]) -> bytes | None:
    if opening[0].rstrip(b">").endswith(b"/"):
        return None
    end = body.rfind(_CLOSING)
    if end < opening.end():
        raise _broken_off()
    inside = body[opening.end() : end]
    wrapped = _CDATA.fullmatch(inside)
    return (wrapped[1] if wrapped else inside).strip() or None


def _fault_in_json(body: bytes) -> Fault | None:
    try:
        fault = fault_of(parse(body))
    except UnreadableError as error:
        raise unreadable(error, _SERVICE, safe=True) from None
    return fault or Fault(code=32, message="")


def _fault_in_xml(body: bytes) -> Fault | None:
    if not _END.search(body):
        raise _broken_off()
    status, code = _STATUS.search(body), _CODE.search(body)
    if code is None and status is not None and status[1].upper() == b"OK":
        return None
    message = b" ".join(_ERROR.findall(body)).decode("utf-8", "replace").strip()[:500]
    return Fault(code=int(code[1]) if code else None, message=message)


def _broken_off() -> TomadaError:
    return no_answer(_SERVICE, _("the answer is incomplete or not Tiny's"), safe=True)
