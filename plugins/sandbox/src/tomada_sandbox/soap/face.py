"""The web service below ``/tray/<store>/webservice/v2/ws_servidor.php``, in the same store as web_api."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from tomada_sandbox.face import Handler
from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.soap import wire, wsdl
from tomada_sandbox.soap.answers import RefusedError
from tomada_sandbox.soap.mishaps import spoil
from tomada_sandbox.soap.operations import ACCESS, Operation
from tomada_sandbox.soap.reading import READERS
from tomada_sandbox.soap.wire import Call
from tomada_sandbox.soap.writing import WRITERS
from tomada_sandbox.tray.state import Store
from tomada_sandbox.world import World

PATH = "/webservice/v2/ws_servidor.php"


def resolve(store: Store, request: Request) -> tuple[str, Handler[Store]] | None:
    """Find an endpoint: the description, the page, or ``soap.<operation>``."""
    if request.method == "GET":
        asked = request.query_string.lower().startswith("wsdl")
        return ("soap.wsdl", _described) if asked else ("soap.page", _listed)
    if request.method != "POST":
        return None
    call = wire.read_call(request)
    if call is None:
        return "soap.(unreadable)", _unreadable
    name = f"soap.{call.operation}" if call.operation in wsdl.offered(store.service) else "soap.(unknown)"

    def handle(world: World, store: Store, request: Request) -> Answer:
        return _answer(world, store, request, call)

    return name, handle


def _described(world: World, store: Store, request: Request) -> Answer:
    text = wsdl.describe(store.service, _namespace(store, request), _address(store, request))
    return Answer(200, text.encode("iso-8859-1"), dict(wire.XML))


def _listed(world: World, store: Store, request: Request) -> Answer:
    body = wsdl.page(store.service).encode("iso-8859-1")
    return Answer(200, body, {"content-type": "text/html; charset=ISO-8859-1"})


def _unreadable(world: World, store: Store, request: Request) -> Answer:
    return wire.fault(_namespace(store, request), "SOAP-ENV:Client", "error in msg parsing: XML error")


def _answer(world: World, store: Store, request: Request, call: Call) -> Answer:
    answer = _served(world, store, request, call)
    mishap = store.service.mishap
    return spoil(answer, mishap.kind) if mishap and mishap.befalls(call.operation) else answer


def _served(world: World, store: Store, request: Request, call: Call) -> Answer:
    namespace = _namespace(store, request)
    operation = wsdl.offered(store.service).get(call.operation)
    if operation is None:
        text = f"Operation '{call.operation}' is not defined in the WSDL for this service"
        return wire.fault(namespace, "SOAP-ENV:Client", text)
    refused = _refused(store, call)
    if refused is not None:
        return _refusal(store, namespace, call.operation, refused)
    given = _given(operation, call)
    if operation.struct:
        rows = READERS[call.operation](store, given)
        return wire.listed(namespace, call.operation, operation.struct, rows)
    try:
        code, id_ = WRITERS[call.operation](world, store, given)
    except RefusedError as error:
        return wire.written(namespace, call.operation, _told("erro", error.code, error.message))
    request.note(
        **{"order" if "edido" in call.operation or "ToDo" in call.operation else "product": int(id_)}
    )
    return wire.written(namespace, call.operation, _told("ok", code, "", id_))


def _refused(store: Store, call: Call) -> RefusedError | None:
    service = store.service
    if call.arguments[: len(ACCESS)] != (store.id, service.login, service.password):
        return RefusedError("100", "Loja, login ou senha inválidos")
    if not service.released or store.switches.state != "active":
        return RefusedError("101", "Webservice não liberado para esta loja")
    return None


def _refusal(store: Store, namespace: str, operation: str, error: RefusedError) -> Answer:
    if store.service.refusal == "fault":
        return wire.fault(namespace, "SOAP-ENV:Server", error.message)
    if store.service.refusal == "text":
        return wire.said(namespace, operation, error.message)
    return wire.written(namespace, operation, _told("erro", error.code, error.message))


def _given(operation: Operation, call: Call) -> Mapping[str, str]:
    """Name the arguments by their places; those that were left out are empty."""
    told = call.arguments[len(ACCESS) :]
    return {name: told[place] if place < len(told) else "" for place, name in enumerate(operation.parts)}


def _told(status: str, code: str, message: str, id_: str = "") -> Mapping[str, str]:
    return {"status": status, "codigo": code, "mensagem": message, "id": id_}


def _namespace(store: Store, request: Request) -> str:
    if store.service.namespace == "urn":
        return f"urn:{wire.SERVICE}"
    return f"http://{urlsplit(request.address).hostname}/soap/{wire.SERVICE}"


def _address(store: Store, request: Request) -> str:
    if store.service.plain_address:
        return f"http://loja.invalid{PATH}"
    return f"{request.address}{PATH}"
