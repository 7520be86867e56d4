"""API 2.0 as the port ``Erp``."""

from collections.abc import Callable, Sequence

import httpx

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
from tomada.errors import RemoteContractChanged
from tomada.tiny import contacts, limits, lists, products
from tomada.tiny.client import BASE_URL, TinyClient, json_field
from tomada.tiny.envelope import elements, inner, required, text
from tomada.tiny.order_reading import order_of, row_of
from tomada.tiny.order_writing import pedido_of, private_texts
from tomada.tiny.paging import Listing, read_rows
from tomada.tiny.status import code_of
from tomada.tiny.trouble import no_answer

NAME_LENGTH = 30
"""The size of ``cliente.nome`` on the page of ``pedido.incluir`` (A9.2; other pages say 50)."""

_ORDERS = Listing("pedidos.pesquisa.php", "pedidos", "pedido")
_CREATE = "pedido.incluir.php"


class TinyV2:
    """One Tiny account for one run; what it learnt of the catalogue is remembered as long. See ``Erp``.

    ``http`` comes from ``open_client`` with ``tomada.tiny.quota.refusal``, and raises errors of
    ``tomada.errors`` for the network. ``on_limit`` gets the calls a minute that each answer reports.
    """

    def __init__(
        self,
        http: httpx.Client,
        token: str,
        *,
        base_url: str = BASE_URL,
        name_length: int = NAME_LENGTH,
        on_limit: Callable[[int], None] | None = None,
    ) -> None:
        self._client = TinyClient(http, token, base_url, on_limit)
        self._catalogue = products.Catalogue(self._client)
        self._name_length = name_length

    def fit(self, draft: ErpOrderDraft) -> tuple[ErpOrderDraft, list[Cut]]:
        """Cut every text to Tiny's size, and say what was cut."""
        return limits.fit(draft, self._name_length)

    def find_orders(self, ecommerce_number: str) -> list[ErpOrderRow]:
        """Return the orders with exactly this e-commerce number; of an empty one there are none."""
        if not ecommerce_number:
            return []
        found = map(row_of, read_rows(self._client, _ORDERS, {"numeroEcommerce": ecommerce_number}))
        hits = {row.erp_id: row for row in found if row.ecommerce_number == ecommerce_number}
        return list(hits.values())

    def read_order(self, erp_id: str) -> ErpOrder | None:
        """Read one order; None when there is no such order."""
        content = self._client.read("pedido.obter.php", {"id": erp_id})
        return None if content is None else order_of(inner(content, "pedido"))

    def create_order(self, draft: ErpOrderDraft) -> ErpOrderRef:
        """Create an order from a fitted draft, with one call."""
        limits.check_identity(draft)
        params = {"pedido": json_field({"pedido": pedido_of(draft)})}
        content = self._client.write(_CREATE, params, private_texts(draft))
        try:
            record = next(iter(elements(content, "registros", "registro")), {})
            return ErpOrderRef(erp_id=required(record, "id"), number=text(record, "numero"))
        except RemoteContractChanged as error:
            raise no_answer(_CREATE, error.message, safe=False) from None

    def set_order_status(self, erp_id: str, status: ErpStatus) -> None:
        """Set an order's status; Tiny documents no forbidden step (A9.6)."""
        self._client.write("pedido.alterar.situacao", {"id": erp_id, "situacao": code_of(status)})

    def products_by_sku(self, skus: Sequence[str]) -> dict[str, list[ErpProduct]]:
        """Find the active products with exactly these SKUs."""
        return self._catalogue.find(skus)

    def read_product(self, product_id: str) -> ErpProduct | None:
        """Read one product with its variations and components; None when there is none."""
        return products.read_product(self._client, product_id)

    def find_contacts(self, document: str) -> list[ErpContact]:
        """Find the active contacts that have this document (normalised)."""
        return contacts.find_contacts(self._client, document)

    def shipping_methods(self) -> list[ErpMethod]:
        """Return the account's shipping methods by the codes that orders take."""
        return lists.shipping_methods(self._client)

    def payment_methods(self) -> list[ErpMethod]:
        """Return the account's payment methods."""
        return lists.payment_methods(self._client)

    def account(self) -> ErpAccount:
        """Return who the account belongs to and its calls a minute; one call."""
        return lists.account(self._client)
