"""Categories: which one of the store a category of the ERP is, by mapping, else by its path; made where that is set."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from tomada.domain.category import Category, path_of, shown_path
from tomada.domain.product import Product
from tomada.flows.context import FlowContext
from tomada.flows.sending.publish import Item, Subject, Wanted, due, orphaned, publish
from tomada.ports.records import CodeRecord, MappingRecord
from tomada.ports.storage import Transaction
from tomada.spi import CodeEntry, Linked

FLOW = "categories"
KIND = "category"
RULE = "products.create_categories"
"""Who set a mapping that was made with its category."""


def read_categories(ctx: FlowContext) -> list[CodeEntry]:
    """Read the store's categories and remember them; a category that is gone stays known by its mapping alone."""
    entries = ctx.gateway.category_list()
    with ctx.database.begin() as tx:
        tx.mappings.saw(CodeRecord(ctx.store.id, KIND, one.code, one.label) for one in entries)
    return entries


def mapped(ctx: FlowContext, product: Product) -> Product:
    """Return the product with the store's category that a person mapped its category to, if one did."""
    if product.category is None:
        return product
    with ctx.database.read() as tx:
        records = tx.mappings.all(ctx.store.id, KIND)
    wanted = _plain(product.category)
    found = next((one.code for one in records if _plain(path_of(one.value)) == wanted), None)
    return product.model_copy(update={"category_id": found}) if found else product


def with_categories(
    ctx: FlowContext, items: Sequence[Item[Product]]
) -> tuple[list[Item[Product]], list[Item[Product]]]:
    """Make the categories that the store lacks, where its settings say so, and return the items with their ids.

    Those whose category may have been made without an answer come second: sent now, they would be in none for good.
    """
    make = ctx.store.options.products.create_categories and ctx.gateway.offers("categories_push")
    paths = {
        shown_path(one.wanted.value.category): one.wanted.value.category
        for one in items
        if one.wanted.value.category and not one.wanted.value.category_id
    }
    if not make or not paths:
        return list(items), []
    make_categories(ctx, list(paths.values()))
    with ctx.database.read() as tx:
        under_way = {one.key for one in tx.publications.under_way(ctx.store.id, FLOW)}
    made = [replace(item, wanted=_categorised(ctx, item.wanted)) for item in items]
    waiting = [item for item in made if _awaits(item.wanted.value, under_way)]
    return [item for item in made if item not in waiting], waiting


def make_categories(ctx: FlowContext, paths: Sequence[tuple[str, ...]]) -> None:
    """Let the store have these categories; each is looked for first, and mapped to the ERP's of the same path."""
    orphaned(ctx, FLOW)
    wanted = {shown_path(path): Wanted(Category(path=path)) for path in paths}

    def linked(tx: Transaction, event: Linked) -> None:
        code = event.ids.product_id
        tx.mappings.saw([CodeRecord(ctx.store.id, KIND, code, event.ref)])
        if any(one.code == code for one in tx.mappings.all(ctx.store.id, KIND)):
            return  # a person has said what it is
        tx.mappings.set(MappingRecord(ctx.store.id, KIND, code, event.ref, event.ref, RULE, ctx.now()))

    subject = Subject(FLOW, Category, ctx.gateway.categories_push, linked=linked, rule="P3")
    publish(ctx, subject, due(ctx, FLOW, wanted))


def _awaits(product: Product, under_way: Collection[str]) -> bool:
    return (
        bool(product.category) and not product.category_id and shown_path(product.category or ()) in under_way
    )


def _categorised(ctx: FlowContext, wanted: Wanted[Product]) -> Wanted[Product]:
    value = mapped(ctx, wanted.value)
    whole = wanted.whole and wanted.whole.model_copy(update={"category_id": value.category_id})
    return replace(wanted, value=value, whole=whole)


def _plain(path: Sequence[str]) -> tuple[str, ...]:
    return tuple(level.strip().casefold() for level in path)
