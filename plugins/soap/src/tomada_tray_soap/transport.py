"""zeep's way out: every request goes over the core's client, and no document comes from elsewhere."""

from typing import TYPE_CHECKING, Any

import zeep
from lxml import etree

from tomada.errors import RemoteContractChanged
from tomada_tray_soap.envelope import is_reply
from tomada_tray_soap.sentences import _
from tomada_tray_soap.settings import RequestEncoding

if TYPE_CHECKING:
    import httpx

DESCRIPTION = "http://description.invalid/wsdl"
"""The address under which zeep asks for the description; it is never called."""

ENCODING_SCHEMA = "http://schemas.xmlsoap.org/soap/encoding/"
_ENCODING = b"""<schema xmlns="http://www.w3.org/2001/XMLSchema"
  xmlns:tns="http://schemas.xmlsoap.org/soap/encoding/"
  targetNamespace="http://schemas.xmlsoap.org/soap/encoding/">
  <attribute name="arrayType" type="string"/>
  <attribute name="offset" type="string"/>
  <attributeGroup name="commonAttributes">
    <attribute name="id" type="ID"/><attribute name="href" type="anyURI"/>
    <anyAttribute namespace="##other" processContents="lax"/>
  </attributeGroup>
  <complexType name="Array">
    <sequence><any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></sequence>
    <attribute ref="tns:arrayType"/><attribute ref="tns:offset"/>
  </complexType>
</schema>"""


class StoreTransport(zeep.Transport):  # type: ignore[misc]  # zeep has no types
    """Sends over ``client``. ``safe`` says whether the next request may be repeated."""

    def __init__(self, client: "httpx.Client", encoding: RequestEncoding) -> None:
        # The parent's own session would be a second way out, with none of what the core's client keeps.
        self._close_session = False
        self._client = client
        self._encoding = encoding
        self.document = b""
        self.safe = False

    def load(self, url: str) -> bytes:
        """Return the description or the schema of SOAP's encoding; refuse anything else (X2)."""
        if url == DESCRIPTION:
            return self.document
        if url.rstrip("/") == ENCODING_SCHEMA.rstrip("/"):
            return _ENCODING
        raise RemoteContractChanged(
            "soap.other_document",
            _("The description of the web service wants to load another document; that is refused."),
        )

    def post_xml(self, address: str, envelope: Any, headers: dict[str, str]) -> "httpx.Response":  # noqa: ANN401
        """Send an envelope and return the answer; an error status with a reply in it is an answer."""
        content = etree.tostring(envelope, encoding=self._encoding.value, xml_declaration=True)
        told = {**headers, "Content-Type": f"text/xml; charset={self._encoding.value}"}
        extensions = {"safe": self.safe, "answered": is_reply}
        return self._client.post(address, content=content, headers=told, extensions=extensions)
