"""Sending on demand: products and balances that a person names, each with its result."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tomada.app.offering import require
from tomada.app.opening import store_named
from tomada.app.person import actor
from tomada.app.syncing import check_active
from tomada.bootstrap import Installation
from tomada.domain.stock import Balance
from tomada.errors import GuardRail, TomadaError, UsageError
from tomada.flows.context import FlowContext
from tomada.flows.holds.item_holds import FROZEN
from tomada.flows.products.flow import Unlinked, send_products, unlinked, with_skus
from tomada.flows.stock.duplicates import frozen
from tomada.flows.stock.flow import send_stock
from tomada.flows.stock.plan import key_of
from tomada.i18n import _
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import StoreRecord
from tomada.ports.runner import Listener


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one item, named by its SKU.

    ``state`` as in ``PublicationState``, or ``held``, ``gone``, ``apart``, ``waiting`` or ``unread``; ``value`` is the
    balance that was sent; ``why`` a sentence.
    """

    name: str
    state: str
    value: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Requests:
    """How many requests a command sent to the store and to the ERP, and for each product that the store took.

    None where the store took none.
    """

    store: int
    erp: int
    store_per_product: float | None
    erp_per_product: float | None


@dataclass(slots=True)
class Sending:
    """A command's results; ``counts`` as in a run. ``error`` is what stopped it early.

    ``requests`` of products that were sent; None for balances.
    """

    store: str
    results: list[Sent] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    error: TomadaError | None = None
    requests: Requests | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a command is about to do: how many products, and at least how many requests and minutes it takes.

    ``beyond_limit``: more products than ``guard.products_created`` allows without a second look (G1).
    """

    products: int
    requests: int
    minutes: float | None
    beyond_limit: bool


def send_named_products(
    installation: Installation,
    store_name: str,
    skus: Sequence[str],
    listener: Listener,
    *,
    new: bool,
    confirm: Callable[[Forecast], bool],
) -> Sending | None:
    """Send products by SKU, or (``new``) all that the store has no link to; None when the person says no.

    Raises ``UsageError`` for a SKU that the ERP does not have.
    """
    store = _active(installation, store_name)
    with installation.reading(store, actor(), listener, "products", writes=True) as ctx:
        require(ctx, "products_push")
        missing = unlinked(ctx) if new else Unlinked(_ids(ctx, skus), 0)
        if not missing.product_ids:
            return Sending(store.name, requests=_requests(ctx))
        if not confirm(_forecast(installation, ctx, missing)):
            return None
        ctx.confirmed = True
        done = Sending(store.name)
        try:
            for plan in send_products(ctx, missing.product_ids, new=new, repeated=missing.repeated):
                done.results += [_sent(item.publication, item.wanted.value.sku) for item in plan.items]
                done.results += [
                    Sent(sku, "held", "", problem.code) for sku, problem in plan.problems.items()
                ]
                done.results += [Sent(item.wanted.value.sku, "waiting") for item in plan.waiting]
                done.results += [Sent(product_id, "gone") for product_id in plan.gone]
                done.results += [Sent(sku, "apart") for sku in plan.apart]
        except TomadaError as error:
            done.error = error
        done.counts = {word: number for word, number in ctx.counts.items() if number}
        done.requests = _requests(ctx)
    return done


def send_named_stock(
    installation: Installation,
    store_name: str,
    skus: Sequence[str],
    listener: Listener,
    *,
    everything: bool,
    confirmed: bool = False,
) -> Sending:
    """Publish the balances of these SKUs, or of every linked product, whatever was sent before.

    ``confirmed``: a person has said yes to a store's first balances and to many zeros (S7, G1).
    """
    store = _active(installation, store_name)
    with installation.reading(store, actor(), listener, "stock", writes=True) as ctx:
        require(ctx, "stock_push")
        ctx.confirmed = confirmed
        with installation.database.read() as tx:
            links = {key_of(link): link for link in tx.links.all(store.id) if link.how != "parent"}
        chosen = {
            key: link for key, link in links.items() if everything or {link.sku, link.erp_sku} & set(skus)
        }
        found = {sku for link in chosen.values() for sku in (link.sku, link.erp_sku)}
        missing = [sku for sku in skus if sku not in found]
        if missing:
            raise UsageError(
                "stock.unlinked",
                _("No product of {store} with the SKU {sku} is linked.").format(
                    store=store.name, sku=", ".join(missing)
                ),
                _("Link it: tomada links match {store}").format(store=store.name),
            )
        done = Sending(store.name)
        try:
            send_stock(ctx, None if everything else set(chosen))
        except GuardRail as error:
            return Sending(store.name, error=error)
        except TomadaError as error:
            done.error = error
        done.counts = {word: number for word, number in ctx.counts.items() if number}
        with installation.database.read() as tx:
            publications = tx.publications.find(store.id, "stock", list(chosen))
            left = frozen(tx, store)
    for key, link in chosen.items():
        if link.erp_product_id in left:
            done.results.append(Sent(link.sku, "held", "", FROZEN))
            continue
        publication = publications.get(key)
        told = publication and publication.value and str(_quantity(publication.value))
        done.results.append(
            _sent(publication, link.sku, told or "") if publication else Sent(link.sku, "unread")
        )
    return done


def _active(installation: Installation, name: str) -> StoreRecord:
    store = store_named(installation, name)
    check_active(store)
    return store


def _ids(ctx: FlowContext, skus: Sequence[str]) -> list[str]:
    found = with_skus(ctx, skus)
    missing = [sku for sku, ids in found.items() if not ids]
    if missing:
        raise UsageError(
            "product.unknown_sku",
            _("The ERP has no active product with the SKU {sku}.").format(sku=", ".join(missing)),
        )
    return [product_id for ids in found.values() for product_id in ids]


def _forecast(installation: Installation, ctx: FlowContext, missing: Unlinked) -> Forecast:
    """Count one read in the ERP and one write at the store for each product and each variation known of."""
    products = len(missing.product_ids)
    parts = products + missing.variations
    rates = (
        installation.erp_requests_per_minute(ctx.account),
        installation.store_requests_per_minute(ctx.store),
    )
    minutes = max((parts / rate for rate in rates if rate), default=None)
    beyond = products > ctx.store.options.guard.products_created
    return Forecast(products, 2 * parts, minutes, beyond)


def _requests(ctx: FlowContext) -> Requests:
    store, erp, taken = ctx.requests["store"], ctx.requests["erp"], ctx.counts["sent"]
    if not taken:
        return Requests(store, erp, None, None)
    return Requests(store, erp, round(store / taken, 2), round(erp / taken, 2))


def _sent(publication: PublicationRecord, name: str, value: str = "") -> Sent:
    return Sent(name, publication.state.value, value, publication.message)


def _quantity(value: str) -> int:
    return Balance.model_validate_json(value).quantity
