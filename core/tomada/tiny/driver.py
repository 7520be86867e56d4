"""API 2.0 as the port ``Erp``."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal

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
    ErpTracking,
)
from tomada.domain.erp_catalogue import (
    ErpCatalogueProduct,
    ErpProductChange,
    ErpProductDraft,
    ErpProductResult,
    ErpProductRow,
)
from tomada.domain.erp_invoice import ErpInvoice, ErpInvoiceRow, InvoiceStatus
from tomada.domain.erp_prices import ErpPriceException, ErpPriceList
from tomada.domain.erp_stock import ErpStock, ErpStockChange, ErpStockEntry, StockEntryKind
from tomada.domain.status import ErpStatus
from tomada.errors import RemoteContractChanged
from tomada.tiny import (
    catalogue,
    categories,
    contacts,
    feeds,
    invoice_xml,
    invoices,
    limits,
    lists,
    prices,
    product_writing,
    products,
    stock,
)
from tomada.tiny.client import BASE_URL, TinyClient, json_field
from tomada.tiny.envelope import elements, inner, required, text
from tomada.tiny.order_reading import order_of, row_of
from tomada.tiny.order_writing import pedido_of, private_texts
from tomada.tiny.paging import Listing, read_rows
from tomada.tiny.status import code_of
from tomada.tiny.tracking import write_tracking
from tomada.tiny.trouble import no_answer
from tomada.tiny.wire import moment

NAME_LENGTH = 30
"""The size of ``cliente.nome`` on the page of ``pedido.incluir`` (A9.2; other pages say 50)."""

_ORDERS = Listing("pedidos.pesquisa.php", "pedidos", "pedido")
_CREATE = "pedido.incluir.php"


class TinyV2:
    """One Tiny account for one run; what it learnt of the catalogue is remembered as long. See ``Erp``.

    ``http`` comes from ``open_client`` with ``tomada.tiny.quota.refusal``, and raises errors of
    ``tomada.errors`` for the network. ``on_limit`` gets the calls a minute that each answer reports; ``now`` is
    the clock by which reads are dated.
    """

    def __init__(
        self,
        http: httpx.Client,
        token: str,
        *,
        base_url: str = BASE_URL,
        name_length: int = NAME_LENGTH,
        on_limit: Callable[[int], None] | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._client = TinyClient(http, token, base_url, on_limit)
        self._catalogue = products.Catalogue(self._client)
        self._name_length = name_length
        self._now = now

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

    def orders_changed(self, since: datetime) -> Iterator[ErpOrderRow]:
        """Yield the orders that changed since, oldest first: what changes meanwhile only pushes rows back."""
        return map(
            row_of, read_rows(self._client, _ORDERS, {"dataAtualizacao": moment(since), "sort": "ASC"})
        )

    def set_tracking(self, erp_id: str, tracking: ErpTracking) -> None:
        """Set an order's tracking code and address (absolute)."""
        write_tracking(self._client, erp_id, tracking)

    def products_by_sku(self, skus: Sequence[str]) -> dict[str, list[ErpProduct]]:
        """Find the active products with exactly these SKUs."""
        return self._catalogue.find(skus)

    def read_product(self, product_id: str) -> ErpProduct | None:
        """Read one product with its variations and components; None when there is none."""
        return products.read_product(self._client, product_id)

    def read_catalogue_product(self, product_id: str) -> ErpCatalogueProduct | None:
        """Read one product with everything that a store needs; None when there is none."""
        return catalogue.read_catalogue_product(self._client, product_id)

    def search_products(
        self, text: str = "", created_since: datetime | None = None, *, active_only: bool = True
    ) -> Iterator[ErpProductRow]:
        """Yield the products whose name or SKU has this text in it."""
        return catalogue.search_products(self._client, text, created_since, active_only=active_only)

    def price_lists(self) -> list[ErpPriceList]:
        """Return the account's price lists."""
        return prices.price_lists(self._client)

    def price_exceptions(self, list_id: str, product_id: str = "") -> Iterator[ErpPriceException]:
        """Yield the exceptions of a list."""
        return prices.price_exceptions(self._client, list_id, product_id)

    def listed_prices(self, list_id: str, text: str = "") -> Iterator[ErpProductRow]:
        """Yield the products with their prices by a list."""
        return prices.listed_prices(self._client, list_id, text)

    def create_products(self, drafts: Sequence[ErpProductDraft]) -> list[ErpProductResult]:
        """Create at most 20 products with one call, of which Tiny allows 5 a minute."""
        return product_writing.send_products(self._client, product_writing.CREATE, drafts)

    def update_products(self, drafts: Sequence[ErpProductDraft]) -> list[ErpProductResult]:
        """Replace at most 20 products with one call, of which Tiny allows 5 a minute."""
        return product_writing.send_products(self._client, product_writing.REPLACE, drafts)

    def product_changes(self, since: datetime) -> Iterator[list[ErpProductChange]]:
        """Yield the feed of changed products, which forgets what it has answered."""
        return feeds.product_changes(self._client, since, self._now)

    def read_stock(self, product_id: str) -> ErpStock | None:
        """Read one product's balance; None when there is no such product."""
        return stock.read_stock(self._client, product_id, self._now())

    def set_stock(
        self, product_id: str, quantity: Decimal, *, kind: StockEntryKind, deposit: str = "", note: str = ""
    ) -> ErpStockEntry:
        """Book a movement, with one call; each call is a movement of its own."""
        return stock.set_stock(self._client, product_id, quantity, kind, deposit, note)

    def stock_changes(self, since: datetime) -> Iterator[list[ErpStockChange]]:
        """Yield the feed of changed balances, which forgets what it has answered."""
        return feeds.stock_changes(self._client, since, self._now)

    def find_invoices(
        self,
        *,
        ecommerce_number: str = "",
        issued_since: date | None = None,
        status: InvoiceStatus | None = None,
    ) -> Iterator[ErpInvoiceRow]:
        """Yield the invoices that meet every condition given."""
        return invoices.find_invoices(self._client, ecommerce_number, issued_since, status)

    def read_invoice(self, invoice_id: str) -> ErpInvoice | None:
        """Read one invoice; None when there is none."""
        return invoices.read_invoice(self._client, invoice_id)

    def invoice_link(self, invoice_id: str) -> str | None:
        """Return the address of Tiny's viewer; None when there is none."""
        return invoices.invoice_link(self._client, invoice_id)

    def invoice_xml(self, invoice_id: str) -> bytes | None:
        """Return the signed XML, byte for byte; None when there is none."""
        return invoice_xml.invoice_xml(self._client, invoice_id)

    def find_contacts(self, document: str) -> list[ErpContact]:
        """Find the active contacts that have this document (normalised)."""
        return contacts.find_contacts(self._client, document)

    def shipping_methods(self) -> list[ErpMethod]:
        """Return the account's shipping methods by the codes that orders take."""
        return lists.shipping_methods(self._client)

    def categories(self) -> list[tuple[str, ...]]:
        """Return the path of every product category."""
        return categories.categories(self._client)

    def payment_methods(self) -> list[ErpMethod]:
        """Return the account's payment methods."""
        return lists.payment_methods(self._client)

    def account(self) -> ErpAccount:
        """Return who the account belongs to and its calls a minute; one call."""
        return lists.account(self._client)
