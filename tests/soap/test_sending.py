"""What goes out over SOAP, by the plugin alone, and read in the store of a real sandbox."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.soap.fakes import Shop
from tomada.domain.invoice import Invoice
from tomada.domain.order_status import Delivery, StatusUpdate
from tomada.domain.price import Price, Promotion
from tomada.domain.product import Attribute, Product, Sizes, Variation
from tomada.domain.shipment import Shipment
from tomada.domain.stock import Balance
from tomada.errors import EffectUnknown, FeatureMissing
from tomada.spi import Linked, Listing, ListingQuery, Outcome, OutcomeKind, Push, RemoteIds, ReservationState

Opener = Callable[..., Shop]
KEY = "35261111222333000181550010000001231000001234"


def sku_ids(shop: Shop) -> dict[str, RemoteIds]:
    found = {}
    for product in shop.state["products"]:
        for part in product["variants"] or [product]:
            variant = str(part["id"]) if product["variants"] else ""
            found[part["sku"]] = RemoteIds(str(product["id"]), variant)
    return found


def stock(shop: Shop) -> dict[str, int]:
    parts = [part for one in shop.state["products"] for part in one["variants"] or [one]]
    return {part["sku"]: part["stock"] for part in parts}


def kinds(events: Any) -> list[OutcomeKind]:
    return [event.kind for event in events if isinstance(event, Outcome)]


def mails(shop: Shop) -> list[tuple[str, str]]:
    return [(mail["kind"], mail["value"]) for mail in shop.state["mails"]]


def test_s1_balances_are_absolute_for_products_and_variations(shop: Shop) -> None:
    ids = sku_ids(shop)
    batch = [
        Push(sku, Balance(quantity=number), links={sku: ids[sku]})
        for sku, number in (("CAN-AZUL", 7), ("CAMISETA-M-BR", 0))
    ]
    assert kinds(shop.plugin.stock_push(shop.ctx, batch)) == [OutcomeKind.ACCEPTED] * 2
    assert (stock(shop)["CAN-AZUL"], stock(shop)["CAMISETA-M-BR"]) == (7, 0)
    assert kinds(shop.plugin.stock_push(shop.ctx, batch)) == [OutcomeKind.UNCHANGED] * 2


def test_an_unknown_product_is_rejected_and_stops_no_other(shop: Shop) -> None:
    batch = [
        Push("a", Balance(quantity=1), links={"a": RemoteIds("999999")}),
        Push("b", Balance(quantity=1), links={"b": sku_ids(shop)["CAN-AZUL"]}),
    ]
    rejected, accepted = shop.plugin.stock_push(shop.ctx, batch)
    assert (rejected.kind, rejected.code) == (OutcomeKind.REJECTED, "soap.refused_200")
    assert accepted.kind is OutcomeKind.ACCEPTED


def test_reservations_follow_the_status(shop: Shop) -> None:
    held, freed = shop.place(), shop.place()
    shop.shop("cancel", order=int(freed))
    shop.events()
    found = list(shop.plugin.stock_reserve(shop.ctx, list(shop.orders.values())))
    assert {one.order_id: one.state for one in found} == {
        held: ReservationState.HELD,
        freed: ReservationState.RELEASED,
    }
    assert not any(one.in_store_balance for one in found)


def test_t3_a_parcel_goes_out_where_no_status_can_be_set(open_shop: Opener) -> None:
    shop = open_shop({"missing": ["fWSAtualizaStatusPedido"]})
    remote_id = shop.place()
    (sent,) = [str(one["id"]) for one in shop.state["statuses"] if one["name"] == "ENVIADO"]
    parcel = Shipment(order_id=remote_id, code="BR123", status=sent, others=("BR124",))
    (told,) = shop.plugin.tracking_push(shop.ctx, [Push("k", parcel)])
    assert told.kind is OutcomeKind.ACCEPTED
    assert ["fWSAtualizaStatusPedido" in told.warnings[0], "BR124" in told.warnings[1]] == [True, True]
    assert mails(shop) == [("tracking", "BR123")]
    (again,) = shop.plugin.tracking_push(shop.ctx, [Push("k", parcel, uncertain=True)])
    assert again.kind is OutcomeKind.UNCHANGED
    assert mails(shop) == [("tracking", "BR123")]


def test_p1_a_product_whose_variations_cannot_be_saved_is_rejected_whole_and_stops_no_other(
    open_shop: Opener,
) -> None:
    shop = open_shop({"missing": ["fWSCadastraGradeProduto"]})
    before = len(shop.state["products"])
    plain = Product(ref="b", sku="LENCO", name="Lenço", price=Decimal("9.90"))
    batch = [Push("a", shirt()), Push("b", plain)]
    found = [one for one in shop.plugin.products_push(shop.ctx, batch) if isinstance(one, Outcome)]
    assert [one.kind for one in found] == [OutcomeKind.REJECTED, OutcomeKind.ACCEPTED]
    assert "fWSCadastraGradeProduto" in found[0].message
    assert [one["sku"] for one in shop.state["products"][before:]] == ["LENCO"]


def test_t3_a_parcel_with_its_status_is_told_once(shop: Shop) -> None:
    remote_id = shop.place()
    (sent,) = [str(one["id"]) for one in shop.state["statuses"] if one["name"] == "ENVIADO"]
    parcel = Shipment(
        order_id=remote_id,
        code="BR123",
        url="https://r.example/BR123",
        shipped_on=date(2026, 3, 9),
        status=sent,
    )
    assert kinds(shop.plugin.tracking_push(shop.ctx, [Push("k", parcel)])) == [OutcomeKind.ACCEPTED]
    assert mails(shop) == [("tracking", "BR123"), ("status", "ENVIADO")]
    (order,) = shop.state["orders"]
    assert order["texts"]["tracking_url"] == "https://r.example/BR123"
    assert order["texts"]["sending_date"] == "2026-03-09"
    again = [Push("k", parcel, previous=parcel), Push("k", parcel, uncertain=True)]
    assert kinds(shop.plugin.tracking_push(shop.ctx, again)) == [OutcomeKind.UNCHANGED] * 2
    assert len(mails(shop)) == 2


def test_t3_a_corrected_code_alone_is_told_and_no_status_again(shop: Shop) -> None:
    remote_id = shop.place()
    (sent,) = [str(one["id"]) for one in shop.state["statuses"] if one["name"] == "ENVIADO"]
    before = Shipment(order_id=remote_id, code="BR123", status=sent)
    after = before.model_copy(update={"code": "BR124", "url": "https://r.example/BR124"})
    list(shop.plugin.tracking_push(shop.ctx, [Push("k", before)]))
    assert kinds(shop.plugin.tracking_push(shop.ctx, [Push("k", after, previous=before)])) == [
        OutcomeKind.ACCEPTED
    ]
    assert mails(shop) == [("tracking", "BR123"), ("status", "ENVIADO"), ("tracking", "BR124")]


def test_t2_a_status_told_before_is_not_told_again_when_the_store_has_gone_on_meanwhile(shop: Shop) -> None:
    remote_id = shop.place()
    codes = {one["name"]: str(one["id"]) for one in shop.state["statuses"]}
    before = Shipment(order_id=remote_id, code="BR123", status=codes["ENVIADO"])
    after = before.model_copy(update={"code": "BR124"})
    further = before.model_copy(update={"status": codes["ENTREGUE"]})
    list(shop.plugin.tracking_push(shop.ctx, [Push("k", before)]))
    list(shop.plugin.tracking_push(shop.ctx, [Push("k", further, previous=before)]))
    list(shop.plugin.tracking_push(shop.ctx, [Push("k", after, previous=before, uncertain=True)]))
    assert [value for kind, value in mails(shop) if kind == "status"] == ["ENVIADO", "ENTREGUE"]


def test_t3_what_half_arrived_is_finished_and_not_repeated(shop: Shop) -> None:
    remote_id = shop.place()
    (sent,) = [str(one["id"]) for one in shop.state["statuses"] if one["name"] == "ENVIADO"]
    parcel = Shipment(order_id=remote_id, code="BR123", shipped_on=date(2026, 3, 9), status=sent)
    shop.sandbox.add_fault(
        "reset_before", remote=f"tray/{shop.name}", endpoint="soap.fWSAtualizaStatusPedido"
    )
    assert kinds(shop.plugin.tracking_push(shop.ctx, [Push("k", parcel)])) == []
    assert kinds(shop.plugin.tracking_push(shop.ctx, [Push("k", parcel, uncertain=True)])) == [
        OutcomeKind.ACCEPTED
    ]
    assert mails(shop) == [("tracking", "BR123"), ("status", "ENVIADO")]


def test_t4_an_invoice_is_attached_once_and_a_second_one_is_refused(shop: Shop) -> None:
    invoice = Invoice(
        order_id=shop.place(),
        number="123",
        series="1",
        key=KEY,
        issued_on=date(2026, 3, 9),
        value=Decimal("40.00"),
        link="https://danfe.example/1",
        xml="<nfe/>",
    )
    assert kinds(shop.plugin.invoices_push(shop.ctx, [Push("k", invoice)])) == [OutcomeKind.ACCEPTED]
    uncertain = [Push("k", invoice, uncertain=True)]
    assert kinds(shop.plugin.invoices_push(shop.ctx, uncertain)) == [OutcomeKind.UNCHANGED]
    (kept,) = shop.state["invoices"]
    assert (kept["fields"]["key"], kept["fields"]["value"]) == (KEY, "40.00")
    assert kept["fields"]["xml_danfe"] == ""  # send_xml is off
    other = invoice.model_copy(update={"key": KEY[:-1] + "5"})
    (refused,) = shop.plugin.invoices_push(shop.ctx, [Push("k", other, previous=invoice)])
    assert (refused.kind, refused.code) == (OutcomeKind.REJECTED, "soap.refused_310")


def shirt(**changes: Any) -> Product:
    variations = tuple(
        Variation(
            ref=f"v{size}",
            sku=f"BONE-{size}",
            attributes=(Attribute(name="Tamanho", value=size),),
            price=Decimal("39.90"),
        )
        for size in ("P", "M")
    )
    told = {
        "ref": "p1",
        "sku": "BONE",
        "name": "Boné “azul” – edição",
        "price": Decimal("39.90"),
        "sizes": Sizes(weight=Decimal("0.25"), height=Decimal(10)),
        "images": ("https://fotos.example/1.jpg", "https://fotos.example/2.jpg"),
        "variations": variations,
    }
    return Product(**{**told, **changes})


def created(shop: Shop, product: Product) -> dict[str, RemoteIds]:
    events = list(shop.plugin.products_push(shop.ctx, [Push("k", product)]))
    assert kinds(events) == [OutcomeKind.ACCEPTED]
    return {event.ref: event.ids for event in events if isinstance(event, Linked)}


def test_p2_a_product_with_variations_is_created_linked_and_updated(shop: Shop) -> None:
    product = shirt()
    links = created(shop, product)
    assert links.keys() == {"p1", "vP", "vM"}
    (made,) = [one for one in shop.state["products"] if one["sku"] == "BONE"]
    assert made["name"] == 'Boné "azul" - edição'
    assert (made["fields"]["weight"], made["fields"]["height"]) == ("250", "10")
    assert [variant["sku"] for variant in made["variants"]] == ["BONE-P", "BONE-M"]
    changed = shirt(price=Decimal("45.00"), images=("https://fotos.example/2.jpg",))
    before = len(shop.calls())
    push = Push("k", changed, previous=product, links=links)
    assert kinds(shop.plugin.products_push(shop.ctx, [push])) == [OutcomeKind.ACCEPTED]
    assert shop.calls()[before:] == ["fWSCadastraProduto"]
    (made,) = [one for one in shop.state["products"] if one["sku"] == "BONE"]
    assert (made["price"], made["pictures"]) == ("45.00", ["https://fotos.example/2.jpg"])
    same = Push("k", changed, previous=changed, links=links)
    assert kinds(shop.plugin.products_push(shop.ctx, [same])) == [OutcomeKind.UNCHANGED]


def test_p4_a_product_is_made_unavailable_and_available_again_with_nothing_else(shop: Shop) -> None:
    product = shirt()
    links = created(shop, product)
    (made,) = [one for one in shop.state["products"] if one["sku"] == "BONE"]
    assert made["available"] is True
    for before, available in ((None, False), (False, True)):
        changed = Product(ref="p1", sku="BONE", available=available)
        previous = product.model_copy(update={"available": before})
        push = Push("k", changed, previous=previous, links=links)
        assert kinds(shop.plugin.products_push(shop.ctx, [push])) == [OutcomeKind.ACCEPTED]
        (after,) = [one for one in shop.state["products"] if one["sku"] == "BONE"]
        assert {**after, "modified": None} == {**made, "available": available, "modified": None}


@pytest.mark.parametrize("lost", ["fWSCadastraProduto", "fWSCadastraGradeProduto"])
def test_p1_what_an_unanswered_creation_left_is_found_again(shop: Shop, lost: str) -> None:
    product = shirt()
    shop.sandbox.add_fault("reset_after", remote=f"tray/{shop.name}", endpoint=f"soap.{lost}")
    events = list(shop.plugin.products_push(shop.ctx, [Push("k", product)]))
    links = {event.ref: event.ids for event in events if isinstance(event, Linked)}
    again = list(shop.plugin.products_push(shop.ctx, [Push("k", product, links=links, uncertain=True)]))
    assert kinds(again) == [OutcomeKind.ACCEPTED]
    (made,) = [one for one in shop.state["products"] if one["sku"] == "BONE"]
    assert [variant["sku"] for variant in made["variants"]] == ["BONE-P", "BONE-M"]


def test_letters_that_are_lost_are_named(shop: Shop) -> None:
    product = shirt(variations=(), name="Caneca 漢字", images=())
    events = list(shop.plugin.products_push(shop.ctx, [Push("k", product)]))
    assert "nome" in events[-1].warnings[0]
    assert [one["name"] for one in shop.state["products"] if one["sku"] == "BONE"] == ["Caneca ??"]


def test_p1_a_reference_that_is_taken_is_refused(shop: Shop) -> None:
    events = list(shop.plugin.products_push(shop.ctx, [Push("k", shirt(sku="CAN-AZUL"))]))
    assert [(event.kind, event.code) for event in events] == [(OutcomeKind.REJECTED, "soap.refused_201")]


def test_v1_a_price_with_its_promotion_and_its_end(shop: Shop) -> None:
    ids = sku_ids(shop)["CAN-AZUL"]
    promoted = Price(
        price=Decimal("41.00"), promotion=Promotion(price=Decimal("35.00"), ends_on=date(2026, 12, 31))
    )
    push = Push("k", promoted, links={"k": ids})
    assert kinds(shop.plugin.prices_push(shop.ctx, [push])) == [OutcomeKind.ACCEPTED]
    (cup,) = [one for one in shop.state["products"] if one["sku"] == "CAN-AZUL"]
    assert (cup["price"], cup["fields"]["promotional_price"]) == ("41.00", "35.00")
    assert cup["fields"]["end_promotion"] == "2026-12-31"
    ended = Push("k", Price(price=Decimal("41.00")), previous=promoted, links={"k": ids})
    list(shop.plugin.prices_push(shop.ctx, [ended]))
    (cup,) = [one for one in shop.state["products"] if one["sku"] == "CAN-AZUL"]
    today = shop.ctx.clock.now().date().isoformat()
    assert cup["fields"]["end_promotion"] < today


def test_listings_by_sku_and_by_product(shop: Shop) -> None:
    ids = sku_ids(shop)
    query = ListingQuery(skus=("CAN-AZUL",), products=(ids["CAMISETA-M-BR"].product_id,))
    found = [one for one in shop.plugin.listings_fetch(shop.ctx, query) if isinstance(one, Listing)]
    assert {one.sku for one in found} == {"CAN-AZUL", "CAMISETA-P-BR", "CAMISETA-M-BR", "CAMISETA-G-PR"}
    assert {one.sku: one.ids for one in found}["CAMISETA-M-BR"] == ids["CAMISETA-M-BR"]
    assert all(one.balance == 50 for one in found)
    assert list(shop.plugin.listings_fetch(shop.ctx, ListingQuery())) == []


def test_several_unanswered_writes_end_the_call(shop: Shop) -> None:
    ids = sku_ids(shop)["CAN-AZUL"]
    batch = [Push(str(n), Balance(quantity=n), links={str(n): ids}) for n in range(4)]
    shop.sandbox.add_fault(
        "reset_before", remote=f"tray/{shop.name}", endpoint="soap.fWSAtualizaEstoqueProduto", times=3
    )
    with pytest.raises(EffectUnknown):
        list(shop.plugin.stock_push(shop.ctx, batch))


@pytest.mark.parametrize("kind", ["login_page", "server_error", "truncated"])
def test_a_write_whose_reply_cannot_be_read_is_unknown(shop: Shop, kind: str) -> None:
    shop.switch(mishap={"kind": kind, "times": 1})
    push = Push("k", Balance(quantity=3), links={"k": sku_ids(shop)["CAN-AZUL"]})
    assert kinds(shop.plugin.stock_push(shop.ctx, [push])) == []
    assert stock(shop)["CAN-AZUL"] == 3


def test_an_operation_that_the_store_does_not_have_is_named(open_shop: Opener) -> None:
    shop = open_shop({"missing": ["fWSAtualizaEstoqueProduto"]})
    push = Push("k", Balance(quantity=3), links={"k": sku_ids(shop)["CAN-AZUL"]})
    with pytest.raises(FeatureMissing, match="fWSAtualizaEstoqueProduto"):
        list(shop.plugin.stock_push(shop.ctx, [push]))


def test_t5_a_status_is_set_once_by_its_id(shop: Shop) -> None:
    ids = {one["name"]: str(one["id"]) for one in shop.state["statuses"]}
    remote_id = shop.place()
    update = [Push("k", StatusUpdate(order_id=remote_id, status=ids["EM TRANSITO"]))]
    delivery = [Push("k", Delivery(order_id=remote_id, status=ids["ENTREGUE"]))]
    for push, batch in ((shop.plugin.order_status_push, update), (shop.plugin.delivery_push, delivery)):
        assert kinds(push(shop.ctx, batch)) == [OutcomeKind.ACCEPTED]
        assert kinds(push(shop.ctx, batch)) == [OutcomeKind.UNCHANGED]
    assert mails(shop) == [("status", "EM TRANSITO"), ("status", "ENTREGUE")]
    unknown = [Push("k", StatusUpdate(order_id="999999", status=ids["ENTREGUE"]))]
    assert kinds(shop.plugin.order_status_push(shop.ctx, unknown)) == [OutcomeKind.REJECTED]
