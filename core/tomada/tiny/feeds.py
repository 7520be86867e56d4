"""The feeds of changed balances and products, which forget what they have answered (A7.3, A6.5).

So each answer is asked for once, always page 1, until there is no more. An answer that did not come, or came damaged,
may have taken its rows with it.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from tomada.domain.erp_catalogue import ErpProductChange
from tomada.domain.erp_stock import ErpStockChange
from tomada.errors import EffectUnknown, FeatureMissing, RemoteContractChanged, TomadaError
from tomada.i18n import _
from tomada.tiny.client import TinyClient
from tomada.tiny.envelope import Record, elements, required, text
from tomada.tiny.stock import stock_of
from tomada.tiny.wire import moment, read_moment

T = TypeVar("T")

_LOOK_BACK = timedelta(days=30) - timedelta(hours=1)
"""Tiny lists the last 30 days; the hour is for clocks that differ."""

# The answer of an account without the extension is not documented (Part G, 6). A connector in production knows it by
# code 8; 5 is the code for no access. Both are about the whole account when another service answers them. What else
# could be invalid (31) is the date, which is never older than Tiny allows.
_NO_FEED = frozenset({"tiny.no_access", "tiny.company_blocked", "tiny.invalid"})
_TOO_OLD = "30 dias"


def stock_changes(
    client: TinyClient, since: datetime, now: Callable[[], datetime]
) -> Iterator[list[ErpStockChange]]:
    """Yield the pages of the feed of balances; see ``Erp.stock_changes``."""
    for rows, begun in _pages(client, "lista.atualizacoes.estoque", since, now):
        yield from _read_page(rows, partial(_stock_change, begun=begun))


def product_changes(
    client: TinyClient, since: datetime, now: Callable[[], datetime]
) -> Iterator[list[ErpProductChange]]:
    """Yield the pages of the feed of products; see ``Erp.product_changes``."""
    for rows, _begun in _pages(client, "lista.atualizacoes.produtos", since, now):
        yield from _read_page(rows, _product_change)


def _pages(
    client: TinyClient, service: str, since: datetime, now: Callable[[], datetime]
) -> Iterator[tuple[list[dict[str, object]], datetime]]:
    while True:
        begun = now()
        params = {"dataAlteracao": moment(max(since, begun - _LOOK_BACK)), "pagina": "1"}
        try:
            content = client.consume(service, params)
            rows = [] if content is None else elements(content, "produtos", "produto")
        except (EffectUnknown, RemoteContractChanged) as error:
            raise _lost(error.message) from error
        except TomadaError as error:
            if error.code in _NO_FEED and _TOO_OLD not in error.message:
                raise _no_feed(service) from error
            raise
        if not rows:
            return
        yield rows, begun


def _read_page(rows: list[dict[str, object]], read: Callable[[Record], T]) -> Iterator[list[T]]:
    """Yield what can be read of a page, then say that the rest is lost."""
    found, damaged = [], 0
    for row in rows:
        try:
            found.append(read(row))
        except RemoteContractChanged:
            damaged += 1
    if found:
        yield found
    if damaged:
        raise _lost(_("{count} rows name no product").format(count=damaged))


def _stock_change(row: Record, begun: datetime) -> ErpStockChange:
    product_id, sku = required(row, "id"), text(row, "codigo")
    parent = text(row, "tipo_variacao").upper() == "P"
    try:
        changed_at, stock = read_moment(row, "data_alteracao"), stock_of(row, begun)
    except RemoteContractChanged:
        return ErpStockChange(product_id=product_id, sku=sku, parent=parent, stock=None)
    return ErpStockChange(product_id=product_id, sku=sku, parent=parent, changed_at=changed_at, stock=stock)


def _product_change(row: Record) -> ErpProductChange:
    return ErpProductChange(product_id=required(row, "id"), sku=text(row, "codigo"), name=text(row, "nome"))


def _lost(reason: str) -> EffectUnknown:
    return EffectUnknown(
        "tiny.feed_lost",
        _("Tiny's list of changes was asked for and did not arrive whole: {reason}").format(reason=reason),
        _("Tiny lists each change once; the next sweep reads the balances themselves."),
    )


def _no_feed(service: str) -> FeatureMissing:
    return FeatureMissing(
        "tiny.no_feed",
        _("Tiny does not give this account the list of changes {service}.").format(service=service),
        _(
            "Install the extension “API para estoque em tempo real” in Tiny; until then each balance is asked for."
        ),
    )
