"""A fake ERP: what flows ask of it, without any wire."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.fakes.remote import Document, Remote
from tomada.domain.erp import (
    Cut,
    ErpAccount,
    ErpContact,
    ErpMethod,
    ErpOrder,
    ErpOrderDraft,
    ErpOrderRef,
    ErpOrderRow,
    ErpProduct,
)
from tomada.domain.status import ErpStatus
from tomada.errors import RejectedByRemote
from tomada.ports.instruments import Boundary, no_boundary
from tomada.spi import Clock

NAME_LENGTH = 30


class FakeErp:
    """Implements ``tomada.ports.gateways.Erp`` over a file."""

    def __init__(self, path: Path, clock: Clock, boundary: Boundary = no_boundary) -> None:
        handlers = {
            "find_orders": _find_orders,
            "read_order": lambda document, erp_id: document["orders"].get(erp_id),
            "create_order": _create_order,
            "set_order_status": _set_order_status,
            "find_products": lambda document, skus: [p for p in document["products"] if p["sku"] in skus],
            "find_contacts": lambda document, text: [
                c for c in document["contacts"] if c["document"] == text
            ],
        }
        writes = frozenset({"create_order", "set_order_status"})
        self.remote = Remote(path, clock, handlers, writes, boundary)

    def create_account(self, *skus: str) -> None:
        """Start with these products and nothing else."""
        products = [{"id": f"9{number}", "sku": sku, "active": True} for number, sku in enumerate(skus)]
        self.remote.create(orders={}, products=products, contacts=[], refuse="")

    def fit(self, draft: ErpOrderDraft) -> tuple[ErpOrderDraft, list[Cut]]:
        """Cut the customer's name only."""
        name = draft.customer.name
        if len(name) <= NAME_LENGTH:
            return draft, []
        customer = draft.customer.model_copy(update={"name": name[:NAME_LENGTH]})
        cut = Cut(field="cliente.nome", length=len(name), kept=NAME_LENGTH)
        return draft.model_copy(update={"customer": customer}), [cut]

    def find_orders(self, ecommerce_number: str) -> list[ErpOrderRow]:
        """See ``Erp.find_orders``."""
        return [
            ErpOrderRow(
                erp_id=row["id"],
                number=row["id"],
                ecommerce_number=row["ecommerce_number"],
                status=ErpStatus(row["status"]),
                total=Decimal(row["total"]),
            )
            for row in self.remote.request("find_orders", ecommerce_number)
        ]

    def read_order(self, erp_id: str) -> ErpOrder | None:
        """See ``Erp.read_order``."""
        row = self.remote.request("read_order", erp_id)
        if row is None:
            return None
        return ErpOrder(
            erp_id=row["id"],
            number=row["id"],
            ecommerce_number=row["ecommerce_number"],
            marks=tuple(row["marks"]),
            internal_note=row["internal_note"],
            document=row["customer"]["document"],
            customer_code=row["customer_code"],
            total=Decimal(row["total"]),
            status=ErpStatus(row["status"]) if row["status"] in list(ErpStatus) else None,
            status_label=row["status"],
            invoice_id=row["invoice_id"],
        )

    def create_order(self, draft: ErpOrderDraft) -> ErpOrderRef:
        """See ``Erp.create_order``."""
        row = self.remote.request("create_order", draft.model_dump(mode="json"))
        if "refused" in row:
            raise RejectedByRemote("fake.refused", row["refused"], field="itens")
        return ErpOrderRef(erp_id=row["id"], number=row["id"])

    def set_order_status(self, erp_id: str, status: ErpStatus) -> None:
        """See ``Erp.set_order_status``."""
        row = self.remote.request("set_order_status", [erp_id, status.value])
        if "refused" in row:
            raise RejectedByRemote("fake.refused", row["refused"])

    def products_by_sku(self, skus: Sequence[str]) -> dict[str, list[ErpProduct]]:
        """See ``Erp.products_by_sku``."""
        found: dict[str, list[ErpProduct]] = {}
        for row in self.remote.request("find_products", list(skus)):
            product = ErpProduct(product_id=row["id"], sku=row["sku"], name=row["sku"], active=True)
            found.setdefault(row["sku"], []).append(product)
        return found

    def read_product(self, product_id: str) -> ErpProduct | None:
        """See ``Erp.read_product``."""
        with self.remote.open() as document:
            rows = [row for row in document["products"] if row["id"] == product_id]
        return ErpProduct(product_id=product_id, sku=rows[0]["sku"], name="", active=True) if rows else None

    def find_contacts(self, document: str) -> list[ErpContact]:
        """See ``Erp.find_contacts``."""
        return [
            ErpContact(contact_id=row["id"], code=row["code"])
            for row in self.remote.request("find_contacts", document)
        ]

    def shipping_methods(self) -> list[ErpMethod]:
        """See ``Erp.shipping_methods``."""
        return []

    def categories(self) -> list[tuple[str, ...]]:
        """See ``Erp.categories``."""
        return []

    def payment_methods(self) -> list[ErpMethod]:
        """See ``Erp.payment_methods``."""
        return []

    def account(self) -> ErpAccount:
        """See ``Erp.account``."""
        return ErpAccount(name="Conta", document="", requests_per_minute=None)

    def orders(self) -> list[Document]:
        """All orders of the account, as written."""
        with self.remote.open() as document:
            return list(document["orders"].values())


def _find_orders(document: Document, number: str) -> list[Document]:
    return [row for row in document["orders"].values() if row["ecommerce_number"] == number]


def _create_order(document: Document, draft: Any) -> Document:
    if document["refuse"]:
        return {"refused": document["refuse"]}
    erp_id = str(len(document["orders"]) + 1001)
    row = {**draft, "id": erp_id, "marks": [draft["mark"]], "invoice_id": ""}
    document["orders"][erp_id] = row
    return {"id": erp_id}


def _set_order_status(document: Document, arguments: Any) -> Document:
    if document["refuse"]:
        return {"refused": document["refuse"]}
    erp_id, status = arguments
    document["orders"][erp_id]["status"] = status
    return {}
