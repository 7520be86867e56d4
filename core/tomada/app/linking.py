"""Linking a whole catalogue (P1)."""

from tomada.app.opening import store_named
from tomada.app.person import actor
from tomada.bootstrap import Installation
from tomada.errors import UnusableError
from tomada.flows.products.linking import Match, match
from tomada.i18n import _
from tomada.ports.runner import Listener


def match_links(installation: Installation, store_name: str, listener: Listener) -> Match:
    """Read both catalogues and link every SKU that leaves no doubt; writes nothing at the store or the ERP."""
    store = store_named(installation, store_name)
    with installation.reading(store, actor(), listener, "products") as ctx:
        if not ctx.gateway.offers("listings_fetch"):
            raise UnusableError(
                "plugin.hook_missing",
                _("The platform of {store} does not list its products.").format(store=store.name),
                _(
                    "Link them one by one, or many by a CSV file: tomada links set {store} PRODUCT ERP_PRODUCT, "
                    "tomada links import {store} FILE"
                ).format(store=store.name),
            )
        return match(ctx)
