"""What the ERP asks for products by a store's rule: the products' own prices, or those of a list (V1)."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property

from tomada.domain.erp_catalogue import ErpCatalogueProduct, ErpProductRow
from tomada.domain.erp_prices import ErpPriceException
from tomada.errors import ConfigurationError
from tomada.flows.context import FlowContext
from tomada.flows.orders.drafts import ERP_ZONE
from tomada.flows.prices.values import ErpPrices
from tomada.i18n import _
from tomada.ports.options import PriceRule

ALL_ABOVE = 30
"""From so many products on, reading the whole catalogue or list costs fewer requests than asking for each."""

Row = ErpCatalogueProduct | ErpProductRow


class PriceBook:
    """The prices of one run, by the store's rule. A list is read whole as soon as many of its prices were asked for."""

    def __init__(self, ctx: FlowContext) -> None:
        self._ctx = ctx
        self._asked = 0
        self._listed: dict[str, ErpProductRow] | None = None
        self._exceptions: dict[str, ErpPriceException] = {}

    def of_rows(self, rows: Iterable[Row]) -> dict[str, ErpPrices]:
        """Return product id → its prices; what the store's list does not have is absent.

        Raises ``ConfigurationError`` when the account does not have that list.
        """
        found = {row.product_id: row for row in rows}
        if not found:
            return {}
        if not self._list_id:
            return {key: ErpPrices(row.price, row.promotional_price) for key, row in found.items()}
        self._asked += len(found)
        if self._listed is None and self._asked > ALL_ABOVE:
            self._listed = by_id(self._ctx.erp.listed_prices(self._list_id))
            self._exceptions = {one.product_id: one for one in self._ctx.erp.price_exceptions(self._list_id)}
        prices = ((key, self._by_list(row)) for key, row in found.items())
        return {key: one for key, one in prices if one}

    def _by_list(self, row: Row) -> ErpPrices | None:
        if self._listed is not None:
            listed, exception = self._listed.get(row.product_id), self._exceptions.get(row.product_id)
        else:
            listed = by_id(self._ctx.erp.listed_prices(self._list_id, row.sku)).get(row.product_id)
            exception = next(iter(self._ctx.erp.price_exceptions(self._list_id, row.product_id)), None)
        return ErpPrices(row.price, row.promotional_price, listed.price, exception) if listed else None

    @cached_property
    def _list_id(self) -> str:
        """The id of the store's price list, empty for the products' own prices.

        What the ERP makes of the id of a list that it does not have is not known, and a wrong price is worse than none.
        """
        options = self._ctx.store.options.prices
        if options.rule is not PriceRule.LIST:
            return ""
        list_id = str(options.price_list)
        lists = {one.list_id: one.name for one in self._ctx.erp.price_lists()}
        if list_id in lists:
            return list_id
        raise ConfigurationError(
            "prices.no_list",
            _("The ERP account has no price list {id}.").format(id=list_id),
            _("Choose one: tomada store set {store} prices.price_list=ID. There are: {lists}").format(
                store=self._ctx.store.name,
                lists=", ".join(f"{id_} ({name})" for id_, name in lists.items()) or "-",
            ),
        )


def erp_prices(ctx: FlowContext, product_ids: Iterable[str]) -> dict[str, ErpPrices]:
    """Read the prices of these ERP products, perhaps of others too; what is not there or not active is absent."""
    wanted = sorted(set(product_ids))
    if len(wanted) > ALL_ABOVE:
        rows: Iterable[Row] = by_id(ctx.erp.search_products()).values()
    else:
        read = (ctx.erp.read_catalogue_product(product_id) for product_id in wanted)
        rows = [one for one in read if one and one.active]
    return PriceBook(ctx).of_rows(rows)


def by_id(rows: Iterable[ErpProductRow]) -> dict[str, ErpProductRow]:
    """Return the active products by their ids."""
    return {row.product_id: row for row in rows if row.active}


def today_of(ctx: FlowContext) -> date:
    """Return the day in São Paulo, which days of promotions are."""
    return ctx.now().astimezone(ERP_ZONE).date()
