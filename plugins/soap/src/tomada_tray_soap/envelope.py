"""Replies, read strictly from their bytes (tray-soap-ftp.md 7.1).

zeep reads a text where a list is due as a list of its letters, and a bad number as None; so it only writes requests.
Everything stays text here; what a number or a day must be is decided, with an error, where it is used.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from lxml import etree

Record = Mapping[str, "Value"]
Value = str | list["Value"] | dict[str, "Value"]

_SCHEMA = "{http://www.w3.org/2001/XMLSchema-instance}"
_ENCODING = "{http://schemas.xmlsoap.org/soap/encoding/}"
_BEGINNING = re.compile(rb"<\?xml\b|<(?:[\w.-]+:)?Envelope\b")
_ROOT = re.compile(rb"<(?:[\w.-]+:)?Envelope\b")
_WINDOWS = {code: bytes([code]).decode("cp1252", "replace") for code in range(0x80, 0xA0)}
_MOST_BEFORE = 64 * 1024


class UnreadableReplyError(Exception):
    """A body that is no SOAP reply; ``why`` is a stable word."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Reply:
    """The parts of a reply by name, or a fault; ``before`` says that something stood before the XML."""

    parts: Mapping[str, Value]
    fault: str | None = None
    fault_code: str = ""
    before: bool = False


def is_reply(body: bytes) -> bool:
    """Tell whether a body is an envelope: then even an error status is an answer of the service itself."""
    return _ROOT.search(body, 0, _MOST_BEFORE) is not None


def read_reply(body: bytes) -> Reply:
    """Return the parts of a reply. Raises ``UnreadableReplyError``; a document type is refused unread (X2)."""
    beginning, root = _BEGINNING.search(body, 0, _MOST_BEFORE), _ROOT.search(body, 0, _MOST_BEFORE)
    if beginning is None or root is None:
        raise UnreadableReplyError("not_soap")
    if b"<!DOCTYPE" in body[beginning.start() : root.start()]:
        raise UnreadableReplyError("document_type")
    tree = _parsed(body[beginning.start() :])
    inner = next((one for one in tree if _name(one) == "Body"), None)
    answer = next((one for one in inner if _name(one)), None) if inner is not None else None
    if answer is None:
        raise UnreadableReplyError("empty")
    if _name(answer) == "Fault":
        told = {_name(one): "".join(one.itertext()) for one in answer}
        text = _repaired(told.get("faultstring", "")).strip()
        return Reply({}, text, told.get("faultcode", ""), bool(beginning.start()))
    found = _members(answer)
    return Reply(found, before=bool(beginning.start()))


def _parsed(document: bytes) -> etree._Element:
    """Parse without entities, files or network; Windows-1252 where the declared encoding cannot be right."""
    for encoding in (None, "windows-1252"):
        parser = etree.XMLParser(
            encoding=encoding, resolve_entities=False, load_dtd=False, no_network=True, remove_comments=True
        )
        try:
            return etree.fromstring(document, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            if encoding or not _is_about_encoding(error):
                raise UnreadableReplyError("not_well_formed") from None
    raise AssertionError("unreachable")


def _is_about_encoding(error: Exception) -> bool:
    return "ncod" in str(error) or "UTF-8" in str(error)


def _value(element: etree._Element) -> Value:
    if element.get("href"):
        raise UnreadableReplyError("references")
    children = [one for one in element if _name(one)]
    kind = element.get(f"{_SCHEMA}type", "").rpartition(":")[2]
    if kind == "Map":
        return {str(key): value for key, value in map(_pair, children)}
    is_array = kind == "Array" or element.get(f"{_ENCODING}arrayType") is not None
    if is_array or (children and all(_name(one) == "item" for one in children)):
        return [_value(one) for one in children]
    if children:
        return _members(element)
    return _repaired(element.text or "")


def _pair(item: etree._Element) -> tuple[Value, Value]:
    found = {_name(one): _value(one) for one in item}
    return found.get("key", ""), found.get("value", "")


def _members(element: etree._Element) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for one in element:
        name = _name(one)
        if not name:
            continue
        if name in found:
            raise UnreadableReplyError("repeated")
        found[name] = _value(one)
    return found


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _repaired(text: str) -> str:
    """Read the controls of Latin-1 as what Windows puts there, and drop what no database stores."""
    return text.translate(_WINDOWS).replace("\x00", "")
