"""Taking a store's products into the ERP, and its categories, on demand."""

from collections.abc import Sequence
from dataclasses import dataclass

from tomada.app.offering import require
from tomada.app.opening import store_named
from tomada.app.person import actor
from tomada.app.sending import Sending, Sent
from tomada.app.syncing import check_active
from tomada.bootstrap import Installation
from tomada.domain.category import path_of
from tomada.errors import GuardRail, TomadaError, UsageError
from tomada.flows.catalogue.flow import FLOW, Import, import_products
from tomada.flows.products.categories import KIND, make_categories, read_categories
from tomada.i18n import N_, _
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import StoreRecord
from tomada.ports.runner import Listener

DOUBTS = {
    "no_sku": N_("it has no SKU, or one of its variations has none, or two have the same"),
    "repeated": N_("another product of the store with its SKU was to be created"),
    "alike": N_("the ERP has its SKU or GTIN in part or more than once"),
    "taken": N_("the ERP product is linked to another one"),
}


@dataclass(frozen=True, slots=True)
class ListedCategory:
    """A category of the store; ``erp`` is the ERP's category that it stands for, empty for the one of the same path."""

    code: str
    path: str
    erp: str


def import_from_store(
    installation: Installation,
    store_name: str,
    product_ids: Sequence[str],
    listener: Listener,
    *,
    confirmed: bool = False,
) -> Sending:
    """Take products of a store into the ERP: these, by the store's ids, or all that are not linked when empty.

    ``confirmed``: a person has said yes to many new ones (G1).
    """
    store = _active(installation, store_name)
    done, plan = Sending(store.name), Import()
    with installation.reading(store, actor(), listener, FLOW, writes=True) as ctx:
        require(ctx, "products_fetch")
        ctx.confirmed = confirmed
        try:
            import_products(ctx, product_ids, plan)
        except GuardRail as error:
            return Sending(store.name, error=error)
        except TomadaError as error:
            done.error = error
        done.counts = {word: number for word, number in ctx.counts.items() if number}
        with installation.database.read() as tx:
            known = tx.publications.find(store.id, FLOW, plan.sent)
    for key, name in plan.names.items():
        found = _result(name, known.get(key), plan.doubts.get(key, ""))
        if key in plan.linked or key in plan.filled:
            found = Sent(name, "linked" if key in plan.linked else "filled")
        if key in plan.refused:
            found = Sent(name, PublicationState.REJECTED.value, "", plan.refused[key])
        done.results.append(found)
    missing = [one for one in product_ids if one not in plan.names and not done.error]
    done.results += [Sent(one, "unlisted") for one in missing]
    return done


def categories(installation: Installation, store_name: str, listener: Listener) -> list[ListedCategory]:
    """Read the store's categories and return them by path, each with the ERP's category that it stands for."""
    store = _active(installation, store_name)
    with installation.reading(store, actor(), listener, FLOW) as ctx:
        require(ctx, "category_list_fetch")
        entries = read_categories(ctx)
        with installation.database.read() as tx:
            chosen = {one.code: one.value for one in tx.mappings.all(store.id, KIND)}
    found = [ListedCategory(one.code, one.label, chosen.get(one.code, "")) for one in entries]
    return sorted(found, key=lambda one: one.path.casefold())


def create_categories(
    installation: Installation, store_name: str, paths: Sequence[str], listener: Listener
) -> Sending:
    """Let the store have these categories, each written ``A > B > C``; those that are there stay as they are."""
    store = _active(installation, store_name)
    wanted = [path_of(path) for path in paths]
    if not all(wanted):
        raise UsageError("category.empty", _("A category is written A > B > C."))
    done = Sending(store.name)
    with installation.reading(store, actor(), listener, FLOW, writes=True) as ctx:
        require(ctx, "categories_push")
        try:
            make_categories(ctx, wanted)
        except TomadaError as error:
            done.error = error
        done.counts = {word: number for word, number in ctx.counts.items() if number}
        keys = [" > ".join(path) for path in wanted]
        with installation.database.read() as tx:
            known = tx.publications.find(store.id, "categories", keys)
    done.results = [Sent(key, known[key].state.value, "", known[key].message) for key in keys if key in known]
    return done


def _active(installation: Installation, name: str) -> StoreRecord:
    store = store_named(installation, name)
    check_active(store)
    return store


def _result(name: str, publication: PublicationRecord | None, doubt: str) -> Sent:
    if doubt:
        return Sent(name, "doubt", "", _(DOUBTS[doubt]))
    if publication is None:
        return Sent(name, "left")
    return Sent(name, publication.state.value, "", publication.message)
