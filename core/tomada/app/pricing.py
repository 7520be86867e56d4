"""Sending prices on demand, each with its result."""

from collections.abc import Sequence

from tomada.app.offering import require
from tomada.app.opening import store_named
from tomada.app.person import actor
from tomada.app.sending import Sending, Sent
from tomada.app.syncing import check_active
from tomada.bootstrap import Installation
from tomada.domain.price import Price
from tomada.errors import GuardRail, TomadaError, UsageError
from tomada.flows.context import FlowContext
from tomada.flows.prices.flow import FLOW, PriceTerms, explain_prices, key_of, send_prices
from tomada.i18n import _
from tomada.ports.options import PriceOptions
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import LinkRecord
from tomada.ports.runner import Listener

UNPRICED = "unpriced"


def send_named_prices(
    installation: Installation,
    store_name: str,
    skus: Sequence[str],
    listener: Listener,
    *,
    everything: bool,
    confirmed: bool = False,
) -> Sending:
    """Send the prices of these SKUs, or of every linked product, whatever was sent before.

    ``confirmed``: a person has said yes to prices that fall much (G1). Raises ``UsageError`` for a SKU that is not
    linked.
    """
    store = store_named(installation, store_name)
    check_active(store)
    with installation.reading(store, actor(), listener, FLOW, writes=True) as ctx:
        require(ctx, "prices_push")
        ctx.confirmed = confirmed
        chosen = _chosen(ctx, skus, everything=everything)
        done = Sending(store.name)
        try:
            send_prices(ctx, None if everything else set(chosen))
        except GuardRail as error:
            return Sending(store.name, error=error)
        except TomadaError as error:
            done.error = error
        done.counts = {word: number for word, number in ctx.counts.items() if number}
        with installation.database.read() as tx:
            publications = tx.publications.find(store.id, FLOW, list(chosen))
    done.results = [_result(link, publications.get(key)) for key, link in chosen.items()]
    return done


def explain(
    installation: Installation, store_name: str, sku: str, listener: Listener
) -> tuple[PriceOptions, list[PriceTerms]]:
    """Return a store's rule and every term of the prices of a SKU; raises ``UsageError`` for one that is not linked."""
    store = store_named(installation, store_name)
    check_active(store)
    with installation.reading(store, actor(), listener, FLOW) as ctx:
        chosen = _chosen(ctx, [sku], everything=False)
        return store.options.prices, explain_prices(ctx, chosen)


def told(price: Price) -> str:
    """Return a price as people read it."""
    if not price.promotion:
        return f"{price.price:.2f}"
    ends = price.promotion.ends_on
    until = ends.isoformat() if ends else _("further notice")
    return _("{price} (until {day}: {lower})").format(
        price=f"{price.price:.2f}", day=until, lower=f"{price.promotion.price:.2f}"
    )


def _chosen(ctx: FlowContext, skus: Sequence[str], *, everything: bool) -> dict[str, LinkRecord]:
    with ctx.database.read() as tx:
        links = {key_of(link): link for link in tx.links.all(ctx.store.id)}
    chosen = {key: link for key, link in links.items() if everything or {link.sku, link.erp_sku} & set(skus)}
    found = {sku for link in chosen.values() for sku in (link.sku, link.erp_sku)}
    missing = [sku for sku in skus if sku not in found]
    if missing:
        raise UsageError(
            "prices.unlinked",
            _("No product of {store} with the SKU {sku} is linked.").format(
                store=ctx.store.name, sku=", ".join(missing)
            ),
            _("Link it: tomada links match {store}").format(store=ctx.store.name),
        )
    return chosen


def _result(link: LinkRecord, publication: PublicationRecord | None) -> Sent:
    if publication is None or not (publication.attempts or publication.sent_at):
        return Sent(link.sku, UNPRICED)
    value = told(Price.model_validate_json(publication.value)) if publication.value else ""
    return Sent(link.sku, publication.state.value, value, publication.message)
