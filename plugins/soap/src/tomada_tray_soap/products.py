"""Products and their variations: created or updated, linked as soon as the store has given an id (P1, P2)."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from tomada.domain.product import Product, Variation
from tomada.errors import RejectedByRemote, RemoteContractChanged
from tomada.spi import Linked, Push, PushEvent, RemoteIds
from tomada_tray_soap.errors import operation_missing
from tomada_tray_soap.operations import GRADES, PRODUCT_BY_REFERENCE, SAVE_GRADE, SAVE_PRODUCT
from tomada_tray_soap.product_arguments import grade_arguments, product_arguments, warnings_of
from tomada_tray_soap.sentences import _
from tomada_tray_soap.settings import Settings
from tomada_tray_soap.wire import identifier, text
from tomada_tray_soap.writing import outcome, write_each

if TYPE_CHECKING:
    from tomada_tray_soap.session import SoapSession, Written


def push_products(
    session: "SoapSession", settings: Settings, batch: Sequence[Push[Product]]
) -> Iterator[PushEvent]:
    """Write the products one after the other; see ``ProductHooks.products_push``."""
    return write_each(batch, partial(_write, session, settings))


def _write(session: "SoapSession", settings: Settings, push: Push[Product]) -> Iterator[PushEvent]:
    links = dict(push.links)
    if push.uncertain:
        for linked in _found(session, push, links):
            links[linked.ref] = linked.ids
            yield linked
    product, before = push.value, push.previous
    creating = product.ref not in links
    if creating and not (product.name and product.price):
        raise RejectedByRemote("soap.incomplete", _("Over SOAP a new product needs a name and a price."))
    if product.variations and not session.offers(SAVE_GRADE):  # before anything of it is written
        raise RejectedByRemote("soap.operation_missing", operation_missing(SAVE_GRADE).message)
    told = product_arguments(product, None if creating else before, settings)
    done: list[Written] = []
    if creating:
        made = session.write(SAVE_PRODUCT, id_produto="", **told)
        done.append(made)
        links[product.ref] = RemoteIds(made.id or _id_of_new(session, product.sku))
        yield Linked(push.key, product.ref, links[product.ref])
    elif told:
        done.append(session.write(SAVE_PRODUCT, id_produto=links[product.ref].product_id, **told))
    known = {one.ref: one for one in before.variations} if before else {}
    for variation in product.variations:
        ids, parent = links.get(variation.ref), links[product.ref].product_id
        written = _write_grade(session, settings, variation, known.get(variation.ref), ids, parent)
        if written is None:
            continue
        done.append(written)
        if ids is None:
            id_ = written.id or _id_of_new_grade(session, parent, variation.sku)
            yield Linked(push.key, variation.ref, RemoteIds(parent, id_))
    yield outcome(push.key, done, *warnings_of(product, creating=creating))


def _write_grade(
    session: "SoapSession",
    settings: Settings,
    variation: Variation,
    before: Variation | None,
    ids: RemoteIds | None,
    parent: str,
) -> "Written | None":
    """Create or update one variation; None when nothing of it differs."""
    told = grade_arguments(variation, before if ids else None, settings)
    if not told:
        return None
    grade = ids.variant_id if ids else ""
    return session.write(SAVE_GRADE, id_grade=grade, id_produto=parent, **told)


def _found(session: "SoapSession", push: Push[Product], links: dict[str, RemoteIds]) -> Iterator[Linked]:
    """Look for what an unanswered write may have made: by the SKU, alone among the store's products."""
    product = push.value
    if product.ref not in links:
        found = _with_reference(session, product.sku)
        if len(found) > 1:
            raise RejectedByRemote(
                "soap.several", _("The store has several products with this SKU."), field="referencia"
            )
        if not found:
            return
        links[product.ref] = RemoteIds(found[0])
        yield Linked(push.key, product.ref, links[product.ref])
    refs = {variation.sku: variation.ref for variation in product.variations}
    parent = links[product.ref].product_id
    for sku, grade in _grades(session, parent) if refs else ():
        if sku in refs and refs[sku] not in links:
            yield Linked(push.key, refs[sku], RemoteIds(parent, grade))


def _with_reference(session: "SoapSession", sku: str) -> list[str]:
    rows = session.rows(PRODUCT_BY_REFERENCE, cod_prod=sku)
    return [identifier(row, "id_produto") for row in rows if text(row, "referencia") == sku]


def _grades(session: "SoapSession", product_id: str) -> list[tuple[str, str]]:
    rows = session.rows(GRADES, id_produto=product_id)
    return [(text(row, "referencia"), identifier(row, "id_grade")) for row in rows]


def _id_of_new(session: "SoapSession", sku: str) -> str:
    """Look up the id that the answer to a creation did not tell."""
    found = _with_reference(session, sku)
    if len(found) != 1:
        raise _no_id()
    return found[0]


def _id_of_new_grade(session: "SoapSession", product_id: str, sku: str) -> str:
    found = [grade for reference, grade in _grades(session, product_id) if reference == sku]
    if len(found) != 1:
        raise _no_id()
    return found[0]


def _no_id() -> RemoteContractChanged:
    return RemoteContractChanged("soap.no_id", _("The store created something without telling its id."))
