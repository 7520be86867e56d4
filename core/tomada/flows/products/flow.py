"""The flow ``products``: the ERP's products → the store. Updates what is linked; creating is asked for (P1-P3)."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from tomada.domain.erp_catalogue import ErpCatalogueProduct, ProductKind
from tomada.domain.price import Price
from tomada.domain.product import Product, Variation
from tomada.errors import GuardRail, TomadaError
from tomada.flows.context import FlowContext
from tomada.flows.holds.item_holds import asked_again, reconcile_holds
from tomada.flows.holds.problems import Problem
from tomada.flows.prices.reading import PriceBook, today_of
from tomada.flows.prices.values import Standing, price_of
from tomada.flows.products.categories import mapped, with_categories
from tomada.flows.products.changes import learn_parents, marks_of, read_product_changes
from tomada.flows.products.looking_up import DUPLICATE, FLOW, LINK_FIRST, PARENT, SENT, LookUp, link
from tomada.flows.products.values import by_policy, merged, product_of, sold_apart, with_prices
from tomada.flows.products.withdrawing import given_back, guard_withdrawals, returns, withdrawals
from tomada.flows.sending.late_answers import settle_submitted
from tomada.flows.sending.publish import (
    BATCH,
    Item,
    Subject,
    Wanted,
    check_steady,
    due,
    orphaned,
    publish_batch,
)
from tomada.i18n import _
from tomada.ports.options import PriceRule, ProductOptions, When
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.storage import Transaction
from tomada.spi import Linked, Outcome, OutcomeKind, RemoteIds

GONE = "product.gone"


@dataclass(slots=True)
class ProductPlan:
    """What is to be sent. ``creates`` counts products that the store does not have; ``problems``: SKU → why not.

    ``asked`` are the ERP ids that the plan answers for, ``refs`` the products that they came to, ``learned`` those
    of them that only their variations' links told of. ``looked_at`` are SKUs that were looked for at the store.
    ``marks`` is the store's count of marks before the ERP was read. ``apart`` are the SKUs of products that have
    variations on one side only, so that nothing of theirs is sent. ``waiting`` are left for a later run, as their
    category may have been made without an answer. ``inactive`` are the ERP ids of what it sells no more, ``withdrawn``
    what is to become unavailable for that: it is sent when all has been looked at.
    """

    items: list[Item[Product]] = field(default_factory=list)
    creates: int = 0
    problems: dict[str, Problem] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)
    learned: set[str] = field(default_factory=set)
    looked_at: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    marks: str = ""
    apart: list[str] = field(default_factory=list)
    waiting: list[Item[Product]] = field(default_factory=list)
    inactive: list[str] = field(default_factory=list)
    withdrawn: list[Item[Product]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unlinked:
    """The ERP's active products, parents included, that the store lacks, and how many variations it lacks.

    ``repeated``: the SKUs that several products of the ERP have; None when not all were looked at.
    """

    product_ids: list[str]
    variations: int
    repeated: frozenset[str] | None = None


def sync_products(ctx: FlowContext) -> None:
    """Send what changed of products that are linked, and finish what a person asked for or has answered (P2)."""
    settle_answers(ctx)
    learn_parents(ctx)
    read_product_changes(ctx)
    asked_for = list(dict.fromkeys([*asked_again(ctx), *unfinished(ctx)]))
    for _plan in _send(ctx, asked_for, LookUp(ctx)):
        pass
    for _plan in _send(ctx, to_plan(ctx)):
        pass
    check_steady(ctx)


def to_plan(ctx: FlowContext) -> list[str]:
    """Return the ids of linked products whose ERP side changed, or whose last send has no final answer."""
    with ctx.database.read() as tx:
        chosen = [*tx.publications.dirty(ctx.store.id, FLOW), *tx.publications.under_way(ctx.store.id, FLOW)]
        keys = list(dict.fromkeys(one.key for one in chosen))
        linked = {link.erp_product_id for link in tx.links.of_products(ctx.store.id, keys)}
    return [key for key in keys if key in linked]


def unfinished(ctx: FlowContext) -> list[str]:
    """Return the ids of products that a person asked to create and that the store neither took nor refused."""
    with ctx.database.read() as tx:
        begun = tx.publications.begun(ctx.store.id, FLOW)
        known = tx.publications.find(ctx.store.id, FLOW, begun)
        linked = {link.erp_product_id for link in tx.links.of_products(ctx.store.id, begun)}
    return [key for key in begun if key not in linked and known[key].state is not PublicationState.REJECTED]


def send_products(
    ctx: FlowContext,
    product_ids: Sequence[str],
    *,
    new: bool = False,
    repeated: Collection[str] | None = None,
) -> Iterator[ProductPlan]:
    """Create or update these ERP products at the store, as a person asked for it; yield what became of each few.

    A few at a time are read and sent, so that it may be stopped anywhere and goes on where it was. With ``new`` a
    product that turns out to be linked already is left alone. ``repeated`` as in ``Unlinked``. Raises ``GuardRail``
    before anything is sent (G1), and ``TransientError`` at the end when some failed for now.
    """
    settle_answers(ctx)
    creates = _to_create(ctx, product_ids)
    _guard(ctx, creates)
    look_up = LookUp(ctx, repeated)
    look_up.prepare(creates)
    ctx.progress("products", 0, len(product_ids))
    yield from _send(ctx, product_ids, look_up, new=new)
    check_steady(ctx)


def _send(
    ctx: FlowContext, product_ids: Sequence[str], look_up: LookUp | None = None, *, new: bool = False
) -> Iterator[ProductPlan]:
    """Read and send a few at a time, so that a run that is cut short has done those."""
    seen: set[str] = set()
    withdrawn: list[Item[Product]] = []
    book, marks = PriceBook(ctx), ""
    for start in range(0, len(product_ids), BATCH):
        plan = plan_products(ctx, product_ids[start : start + BATCH], look_up, seen, book)
        if new:
            plan.items = [item for item in plan.items if item.publication.key not in plan.learned]
        _give_up(ctx, plan.gone)
        withdrawn += plan.withdrawn
        marks = marks or plan.marks
        if plan.looked_at:
            reconcile_holds(ctx, (LINK_FIRST, DUPLICATE), plan.looked_at, plan.problems)
        try:
            plan.items, plan.waiting = with_categories(ctx, plan.items)
            ctx.counts["waiting"] += len(plan.waiting)
            publish_batch(ctx, _subject(ctx, plan.items), plan.items)
        except TomadaError:
            _clean(ctx, plan)
            yield plan
            raise
        _clean(ctx, plan)
        ctx.progress("products", min(start + BATCH, len(product_ids)), len(product_ids))
        yield plan
    guard_withdrawals(ctx, len(withdrawn))
    for start in range(0, len(withdrawn), BATCH):
        part = withdrawn[start : start + BATCH]
        plan = ProductPlan(items=part, refs=[item.publication.key for item in part], marks=marks)
        publish_batch(ctx, _subject(ctx, part), part)
        _clean(ctx, plan)
        yield plan


def _give_up(ctx: FlowContext, product_ids: Sequence[str]) -> None:
    """Leave alone what was begun to be created and is not active in the ERP any more, until a person asks again."""
    with ctx.database.begin() as tx:
        begun = [
            one
            for one in tx.publications.find(ctx.store.id, FLOW, product_ids).values()
            if one.attempts and one.sent_at is None
        ]
        for one in begun:
            one.state, one.code = PublicationState.REJECTED, GONE
            one.message = _("It is not active in the ERP.")
        tx.publications.save(begun)


def settle_answers(ctx: FlowContext) -> None:
    """Record what became of products that a store answers later."""
    settle_submitted(ctx, FLOW, Product, lambda items: _subject(ctx, items))


def _to_create(ctx: FlowContext, product_ids: Sequence[str]) -> int:
    with ctx.database.read() as tx:
        linked = {link.erp_product_id for link in tx.links.of_products(ctx.store.id, product_ids)}
    return len(set(product_ids) - linked)


def _guard(ctx: FlowContext, count: int) -> None:
    """Raise ``GuardRail`` when more products may be created than one plan may, and nobody has confirmed it (G1)."""
    if ctx.confirmed or count <= ctx.store.options.guard.products_created:
        return
    raise GuardRail(
        "guard.products_created",
        _("{count} products would be created; nothing was sent.").format(count=count),
        _(
            "Link what the store has already: tomada links match {store}. "
            "To go on: tomada products send {store} --new --yes"
        ).format(store=ctx.store.name),
    )


def plan_products(
    ctx: FlowContext,
    product_ids: Sequence[str],
    look_up: LookUp | None = None,
    seen: set[str] | None = None,
    book: PriceBook | None = None,
) -> ProductPlan:
    """Read these ERP products and compare them with what the store was sent.

    A variation stands for its parent. With ``look_up`` unlinked products are looked for at the store before they
    count as new (P1), and what was refused is tried again; without it they are left alone. What is in ``seen`` was
    read for an earlier plan; what this one reads is added. ``book`` has the prices of the run (None: a new one).
    """
    orphaned(ctx, FLOW)
    with ctx.database.read() as tx:
        plan = ProductPlan(asked=list(product_ids), marks=marks_of(ctx, tx))
    products = _read_all(ctx, plan, set() if seen is None else seen)
    if look_up:
        look_up.refresh()
    book = book or PriceBook(ctx)
    wanted: dict[str, Wanted[Product]] = {}
    for parts in products:
        value = product_of(parts[0], parts[1:])
        links = _links(ctx, plan, value)
        if sold_apart(value, links):
            plan.apart.append(value.sku)
            wanted |= returns(ctx, [value.ref])
            continue
        if value.ref not in links:
            if not look_up:
                continue
            plan.looked_at.append(value.sku)
            found = look_up.find(value)
            if isinstance(found, Problem):
                plan.problems[value.sku] = found
                continue
            links |= found
            if sold_apart(value, links):
                plan.apart.append(value.sku)
                continue
            plan.creates += value.ref not in links
        value = with_prices(value, _prices(ctx, parts, links, book))
        wanted[value.ref] = _wanted(ctx, value, links)
    withdrawn = withdrawals(ctx, plan.inactive)
    wanted |= withdrawn
    plan.gone = [one for one in plan.gone if one not in withdrawn]
    plan.refs = list(wanted)
    plan.items = due(ctx, FLOW, wanted, _refused(ctx, plan.refs) if look_up else ())
    for item in plan.items:
        item.publication.dirty = True  # until _clean: whoever is killed before it has to look again
    plan.withdrawn = [item for item in plan.items if item.publication.key in withdrawn]
    plan.items = [item for item in plan.items if item.publication.key not in withdrawn]
    return plan


def _read_all(ctx: FlowContext, plan: ProductPlan, seen: set[str]) -> list[tuple[ErpCatalogueProduct, ...]]:
    """Read from the ERP what the plan was asked for, each product once with its variations, and note what is gone."""
    products = []
    for product_id in plan.asked:
        if product_id in seen:
            continue
        asked = ctx.erp.read_catalogue_product(product_id)
        found = _whole(ctx, asked, seen)
        if found is None:
            plan.gone.append(product_id)
            if _is_withdrawn(asked):
                plan.inactive.append(product_id)
        if not found or not found.sku or found.product_id in seen:
            continue
        seen |= {found.product_id, *(one.product_id for one in found.variations)}
        read = (ctx.erp.read_catalogue_product(one.product_id) for one in found.variations)
        products.append((found, *(one for one in read if one and one.active)))
    return products


def _is_withdrawn(found: ErpCatalogueProduct | None) -> bool:
    """Tell whether the ERP sells it no more; of a variation the balance says so, and a service is no goods."""
    if found is None:
        return True
    return not found.active and found.kind not in (ProductKind.VARIATION, ProductKind.SERVICE)


def _whole(
    ctx: FlowContext, found: ErpCatalogueProduct | None, seen: Collection[str]
) -> ErpCatalogueProduct | None:
    """Return a product, or the parent of a variation unless that was seen; None for one that is gone or not active."""
    if found and found.kind is ProductKind.VARIATION and found.parent_id:
        if found.parent_id in seen:
            return found.model_copy(update={"product_id": found.parent_id})
        found = ctx.erp.read_catalogue_product(found.parent_id)
    return found if found and found.active and found.kind is not ProductKind.SERVICE else None


def _refused(ctx: FlowContext, refs: Sequence[str]) -> set[str]:
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, refs)
    return {key for key, one in known.items() if one.state is PublicationState.REJECTED}


def _links(ctx: FlowContext, plan: ProductPlan, value: Product) -> dict[str, RemoteIds]:
    """Return the store's ids of a product and its variations, as far as they are linked.

    A parent that only its variations' links tell of is linked with it, so that changes of its own are seen.
    """
    refs = [value.ref, *(variation.ref for variation in value.variations)]
    with ctx.database.read() as tx:
        records = tx.links.of_products(ctx.store.id, refs)
    links = {record.erp_product_id: RemoteIds(record.product_id, record.variant_id) for record in records}
    if value.ref not in links and links and not sold_apart(value, links):
        links[value.ref] = RemoteIds(next(iter(links.values())).product_id)
        plan.learned.add(value.ref)
        if all(record.variant_id for record in records):
            with ctx.database.begin() as tx:
                tx.links.set([link(ctx, links[value.ref], value.ref, value.sku, PARENT)])
    return links


def _wanted(ctx: FlowContext, value: Product, links: dict[str, RemoteIds]) -> Wanted[Product]:
    sent = by_policy(mapped(ctx, value), _policy(ctx), linked=frozenset(links))
    with ctx.database.read() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, [value.ref]).get(value.ref)
    before = Product.model_validate_json(known.value) if known and known.value else None
    sent = given_back(sent, known)
    return Wanted(sent, links, merged(before, sent))


def _policy(ctx: FlowContext) -> ProductOptions:
    """Return which fields are sent; the price of what is there belongs to the flow ``prices`` where that is on (V1)."""
    options = ctx.store.options
    if options.prices.rule is PriceRule.OFF or options.products.price is not When.ALWAYS:
        return options.products
    if not ctx.gateway.offers("prices_push"):
        return options.products
    return options.products.model_copy(update={"price": When.ON_CREATE})


def _prices(
    ctx: FlowContext,
    parts: Sequence[ErpCatalogueProduct],
    links: Collection[str],
    book: PriceBook,
) -> dict[str, Decimal | None]:
    """Return the prices by the store's rule of what is sent with one, None where the rule has none (V1).

    Without a rule it is the ERP's own. A promotion follows with the flow ``prices``.
    """
    options, when = ctx.store.options.prices, _policy(ctx).price
    if options.rule is PriceRule.OFF or when is When.NEVER:
        return {}
    priced = [one for one in parts if when is When.ALWAYS or one.product_id not in links]
    found, today = book.of_rows(priced), today_of(ctx)
    asked = {key: price_of(prices, options, today, Standing()) for key, prices in found.items()}
    return {one.product_id: _plain(asked.get(one.product_id)) for one in priced}


def _plain(price: Price | None) -> Decimal | None:
    return price.price if price else None


def unlinked(ctx: FlowContext) -> Unlinked:
    """Return what the store has no link to, and what it was begun to be given and never took as a whole."""
    with ctx.database.read() as tx:
        linked = tx.links.erp_products(ctx.store.id)
        begun = frozenset(tx.publications.begun(ctx.store.id, FLOW))
    products: dict[str, None] = {}
    variations: set[str] = set()
    by_sku: dict[str, str] = {}
    repeated: set[str] = set()
    still: dict[str, None] = {}
    for row in ctx.erp.search_products():
        if not row.active or not row.sku:
            continue
        if not row.parent and by_sku.setdefault(row.sku, row.product_id) != row.product_id:
            repeated.add(row.sku)
        if row.product_id in begun:
            still[row.product_id] = None
        if row.product_id in linked:
            continue
        if row.variation:
            variations.add(row.product_id)
        else:
            products[row.product_id] = None
    return Unlinked(list(products | still), len(variations), frozenset(repeated))


def with_skus(ctx: FlowContext, skus: Sequence[str]) -> dict[str, list[str]]:
    """Return SKU → the ids of the ERP's active products with exactly it, parents included."""
    found: dict[str, list[str]] = {}
    for sku in skus:
        rows = [row for row in ctx.erp.search_products(sku) if row.active and row.sku.strip() == sku.strip()]
        found[sku] = list(dict.fromkeys(row.product_id for row in rows))
    return found


def _subject(ctx: FlowContext, items: Sequence[Item[Product]]) -> Subject[Product]:
    """Return what this flow publishes; the key is the ERP's product id."""
    parts: dict[str, tuple[str, str]] = {}
    for item in items:
        product = item.wanted.value
        parts[product.ref] = (product.sku, PARENT if product.variations else SENT)
        parts |= {variation.ref: (variation.sku, SENT) for variation in product.variations}
    wanted = {item.publication.key: item.wanted for item in items}
    made: dict[str, RemoteIds] = {}

    def linked(tx: Transaction, event: Linked) -> None:
        sku, how = parts[event.ref]
        tx.links.set([link(ctx, event.ids, event.ref, sku, how)])
        made[event.ref] = event.ids
        ctx.counts["linked"] += 1

    def settled(tx: Transaction, outcome: Outcome, _publication: PublicationRecord) -> None:
        if outcome.kind is OutcomeKind.ACCEPTED:
            _remember_prices(ctx, tx, wanted[outcome.key].value, made)

    return Subject(FLOW, Product, ctx.gateway.products_push, linked=linked, settled=settled, rule="P2")


def _remember_prices(
    ctx: FlowContext, tx: Transaction, product: Product, made: Mapping[str, RemoteIds]
) -> None:
    """Let the flow ``prices`` know which prices the store was given with what was made, so that it tells none twice."""
    if ctx.store.options.prices.rule is PriceRule.OFF or not ctx.gateway.offers("prices_push"):
        return
    parts: list[Product | Variation] = [product, *product.variations]
    prices = {part.ref: part.price for part in parts if part.price}
    told = {
        f"{made[ref].product_id}/{made[ref].variant_id}": price
        for ref, price in prices.items()
        if ref in made
    }
    known = tx.publications.find(ctx.store.id, "prices", list(told))
    tx.publications.save(
        [
            PublicationRecord(
                ctx.store.id, "prices", key, Price(price=price).model_dump_json(), ctx.now(), dirty=True
            )
            for key, price in told.items()
            if key not in known
        ]
    )


def _clean(ctx: FlowContext, plan: ProductPlan) -> None:
    """Take the marks off what was planned; what is under way or failed for now is marked, to be planned again.

    When another process has marked products of the store since the ERP was read, all of it is looked at once more: a
    mark may have been overwritten.
    """
    tried = {item.publication.key: item.wanted.kept for item in plan.items}
    later = {item.publication.key for item in (*plan.waiting, *plan.withdrawn)}
    with ctx.database.begin() as tx:
        known = tx.publications.find(ctx.store.id, FLOW, list(dict.fromkeys([*plan.asked, *plan.refs])))
        refs, moved = set(plan.refs), marks_of(ctx, tx) != plan.marks
        changed = []
        for key, one in known.items():
            if one.state is PublicationState.SETTLED:
                waits = tried.get(key, one.value) != one.value or key in later
            else:
                waits = key in refs and one.state is not PublicationState.REJECTED
            if one.dirty != (waits or moved):
                one.dirty = waits or moved
                changed.append(one)
        tx.publications.save(changed)
