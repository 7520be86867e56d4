"""The description of the service, shaped like nuSOAP's (2.2, 8.11), and the page that lists its methods."""

from xml.sax.saxutils import escape, quoteattr

from tomada_sandbox.soap.operations import ACCESS, INTEGERS, OPERATIONS, STRUCTS, WRITTEN, Operation
from tomada_sandbox.soap.service import WebService
from tomada_sandbox.soap.wire import SERVICE

_HEAD = (
    '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
    '<definitions xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"'
    ' xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" xmlns:tns={ns}'
    ' xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"'
    ' xmlns="http://schemas.xmlsoap.org/wsdl/" targetNamespace={ns}>\n'
)


def offered(service: WebService) -> dict[str, Operation]:
    """Return the operations that this store's service has."""
    return {name: each for name, each in OPERATIONS.items() if name not in service.missing}


def describe(service: WebService, namespace: str, address: str) -> str:
    """Write the description."""
    operations = offered(service)
    ns = quoteattr(namespace)
    body_ns = '""' if service.bare_body else ns
    parts = [_HEAD.format(ns=ns), _types(ns)]
    parts += [_messages(name, operation) for name, operation in operations.items()]
    ports = "".join(
        f'<operation name="{name}"><input message="tns:{name}Request"/>'
        f'<output message="tns:{name}Response"/></operation>\n'
        for name in operations
    )
    parts.append(f'<portType name="{SERVICE}PortType">\n{ports}</portType>\n')
    parts.append(_binding(operations, body_ns, address))
    parts.append(
        f'<service name="{SERVICE}"><port name="{SERVICE}Port" binding="tns:{SERVICE}Binding">'
        f"<soap:address location={quoteattr(address)}/></port></service>\n</definitions>"
    )
    return "".join(parts)


def page(service: WebService) -> str:
    """Write what a browser sees: the names of the methods and of their messages."""
    rows = "".join(f"<li>{escape(name)}<br>{escape(name)}Request</li>" for name in offered(service))
    return f"<html><head><title>NuSOAP: {SERVICE}</title></head><body><ul>{rows}</ul></body></html>"


def _types(ns: str) -> str:
    found = []
    for struct, members in STRUCTS.items():
        inner = "".join(
            f'<xsd:element name="{name}" type="xsd:{"int" if name in INTEGERS else "string"}"/>'
            for name in members
        )
        found.append(f'<xsd:complexType name="{struct}"><xsd:all>{inner}</xsd:all></xsd:complexType>\n')
        found.append(
            f'<xsd:complexType name="{struct}Array"><xsd:complexContent><xsd:restriction base="SOAP-ENC:Array">'
            f'<xsd:attribute ref="SOAP-ENC:arrayType" wsdl:arrayType="tns:{struct}[]"/>'
            "</xsd:restriction></xsd:complexContent></xsd:complexType>\n"
        )
    imports = '<xsd:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/>'
    imports += '<xsd:import namespace="http://schemas.xmlsoap.org/wsdl/"/>'
    return f"<types><xsd:schema targetNamespace={ns}>{imports}\n{''.join(found)}</xsd:schema></types>\n"


def _messages(name: str, operation: Operation) -> str:
    given = "".join(f'<part name="{part}" type="xsd:string"/>' for part in (*ACCESS, *operation.parts))
    if operation.struct:
        told = f'<part name="return" type="tns:{operation.struct}Array"/>'
    else:
        told = "".join(f'<part name="{part}" type="xsd:string"/>' for part in WRITTEN)
    return (
        f'<message name="{name}Request">{given}</message>\n<message name="{name}Response">{told}</message>\n'
    )


def _binding(operations: dict[str, Operation], body_ns: str, address: str) -> str:
    body = f'<soap:body use="encoded" namespace={body_ns} encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"/>'
    inner = "".join(
        f'<operation name="{name}"><soap:operation soapAction={quoteattr(f"{address}/{name}")} style="rpc"/>'
        f"<input>{body}</input><output>{body}</output></operation>\n"
        for name in operations
    )
    transport = '<soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/>'
    return f'<binding name="{SERVICE}Binding" type="tns:{SERVICE}PortType">{transport}\n{inner}</binding>\n'
