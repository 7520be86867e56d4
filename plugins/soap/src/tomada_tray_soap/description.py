"""The service's description (WSDL): what its operations are called here and in which order they take arguments."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import zeep
import zeep.exceptions
from lxml import etree

from tomada.errors import RemoteContractChanged
from tomada_tray_soap.operations import ARGUMENTS
from tomada_tray_soap.sentences import _
from tomada_tray_soap.settings import Settings, table
from tomada_tray_soap.transport import DESCRIPTION, StoreTransport

ACCESS = 3  # pid_loja, plogin, psenha: the first arguments of every operation, whatever they are called
_EMPTY = re.compile(rb"(<(?:[\w.-]+:)?body\b[^>]*\bnamespace\s*=\s*)(?:\"\"|'')")
_TARGET = re.compile(rb"\btargetNamespace\s*=\s*[\"']([^\"']+)[\"']")
_BROKEN = (
    zeep.exceptions.Error,
    etree.LxmlError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
)
"""What zeep raises for a description that is none."""


class Description:
    """A description that was read: finds a store's names of operations and puts arguments in order."""

    def __init__(self, document: bytes, settings: Settings, transport: StoreTransport) -> None:
        """Raises ``RemoteContractChanged`` for what is no description of a SOAP 1.1 service."""
        transport.document = _with_namespace(document)
        rules = zeep.Settings(strict=False, raw_response=True, forbid_dtd=True)
        try:
            self._client = zeep.Client(DESCRIPTION, transport=transport, settings=rules)
            binding, operations = next(
                (name, found)
                for name, one in self._client.wsdl.bindings.items()
                if isinstance(one, zeep.wsdl.bindings.Soap11Binding) and (found := one.all())
            )
            self._parts = {
                name: [part for part, _type in one.input.body.type.elements]
                for name, one in operations.items()
            }
            self._service = self._client.create_service(binding, settings.address)
        except (StopIteration, *_BROKEN):
            raise not_described() from None
        self.digest = digest_of(document)
        self.addresses = [
            port.binding_options.get("address", "")
            for service in self._client.wsdl.services.values()
            for port in service.ports.values()
        ]
        self._names = table(settings.operations)
        self._aliases = {actual: known for known, actual in table(settings.aliases).items()}

    def name_of(self, operation: str) -> str | None:
        """Return what an operation is called in this store; None when it has none."""
        name = self._names.get(operation, operation)
        return name if name in self._parts else None

    def arguments(self, operation: str, access: tuple[str, ...], values: Mapping[str, str]) -> list[str]:
        """Return the arguments in the store's order; what it has no place for must be empty.

        Raises ``RemoteContractChanged`` when a value has no place.
        """
        places = self.places(operation)
        lost = sorted(name for name, value in values.items() if value and name not in places)
        if lost:
            raise RemoteContractChanged(
                "soap.no_argument",
                _("{operation} of this store has no argument {names}.").format(
                    operation=operation, names=", ".join(lost)
                ),
                _("If it has another name there, say so with the setting `aliases`."),
            )
        return [*access, *(values.get(name, "") if name else "" for name in places)]

    def places(self, operation: str) -> list[str]:
        """Return the known name at each place after the access data; empty for an argument that nobody knows.

        Names count first, then aliases; an operation whose names mean nothing but whose number of arguments is the
        known one takes them by their places.
        """
        told = self._parts[self.name_of(operation) or operation][ACCESS:]
        known = ARGUMENTS[operation]
        named = [part if part in known else self._aliases.get(part, "") for part in told]
        if not any(named) and len(told) == len(known):
            return list(known)
        return named

    def unknown_arguments(self) -> Iterator[tuple[str, str]]:
        """Yield (operation, argument) for every argument that will be sent empty because nobody knows it."""
        for operation in ARGUMENTS:
            name = self.name_of(operation)
            if name:
                for part, known in zip(self._parts[name][ACCESS:], self.places(operation), strict=True):
                    if not known:
                        yield name, part

    def call(self, operation: str, arguments: list[str]) -> Any:  # noqa: ANN401 - httpx.Response, by way of zeep
        """Send a call and return the HTTP answer as it came."""
        return self._service[self.name_of(operation) or operation](*arguments)


def digest_of(document: bytes) -> str:
    """Return the checksum by which a change of the description is noticed."""
    return hashlib.sha256(document).hexdigest()


def other_address(description: Description, settings: Settings) -> str:
    """Return the address that the description names if its host is another one; the configured one is used anyway."""
    own = urlsplit(settings.address).hostname
    return next((one for one in description.addresses if one and urlsplit(one).hostname != own), "")


def not_described() -> RemoteContractChanged:
    """Return the error of an address where no description is."""
    return RemoteContractChanged(
        "soap.no_description",
        _("The store's address does not give the description (WSDL) of a web service."),
        _("Check the address, and that Tray has released the web service for this store."),
    )


def _with_namespace(document: bytes) -> bytes:
    """Name the namespace where nuSOAP leaves it empty, which zeep cannot load (7.1, 13)."""
    target = _TARGET.search(document)
    return _EMPTY.sub(rb'\1"' + target[1].replace(b"\\", rb"\\") + rb'"', document) if target else document
