"""The driver against the sandbox's Tiny over real sockets: catalogue, stock, feed, tracking, invoices."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.tiny.conftest import Account
from tests.tiny.samples import TOKEN
from tests.tiny.test_against_sandbox import small_draft
from tomada.domain.erp import ErpComponent, ErpShipping, ErpTracking
from tomada.domain.erp_catalogue import (
    ErpProductDraft,
    ErpVariationDraft,
    ProductKind,
    ProductMeasures,
    ProductTexts,
)
from tomada.domain.erp_invoice import InvoiceStatus
from tomada.domain.erp_stock import StockEntryKind
from tomada.domain.status import ErpStatus
from tomada.errors import EffectUnknown, FeatureMissing, QuotaExceeded, RejectedByRemote, TransientError
from tomada.tiny.driver import TinyV2
from tomada.tiny.quota import refusal
from tomada.transport.client import open_client
from tomada.transport.clock import SystemClock

CUP = "CAN-AZUL"


@pytest.fixture
def clerk(account: Account):
    return lambda action, **details: account.control.clerk(account.name, action, **details)


@pytest.fixture
def since(account: Account) -> datetime:
    return now(account) - timedelta(hours=1)


def now(account: Account) -> datetime:
    return datetime.fromisoformat(account.control.clock()["now"])


@pytest.fixture
def guarded(account: Account) -> Iterator[TinyV2]:
    """A driver with the transport of real use, which repeats safe requests and follows the sandbox's time."""
    client = open_client(
        clock=SystemClock(),
        limiter=None,
        refusal=refusal,
        deadline=None,
        boundary=lambda _place: None,
        secrets=lambda: [TOKEN],
        backoff=0.0,
    )
    with client:
        yield TinyV2(
            client,
            TOKEN,
            base_url=f"{account.control.url}/tiny/{account.name}/api2/",
            now=lambda: now(account),
        )


def make_product(**fields) -> ErpProductDraft:
    return ErpProductDraft(**{"sku": "NOVO-1", "name": "Produto & novo", "price": Decimal("10.90"), **fields})


def test_p5_a_created_product_reads_back_equal(account):
    draft = make_product(
        unit="PC",
        promotional_price=Decimal("9.90"),
        cost=Decimal("4.125"),
        gtin="7891000000999",
        ncm="6912.00.00",
        origin="1",
        brand="Olaria",
        category=("Casa", "Mesa"),
        measures=ProductMeasures(
            net_weight=Decimal("0.25"),
            gross_weight=Decimal("0.3"),
            height=Decimal(11),
            width=Decimal("10.5"),
            length=Decimal(12),
            diameter=Decimal(0),
        ),
        texts=ProductTexts(
            description="<p>ção &amp; “aspas”</p>",
            warranty="3 meses",
            seo_title="t",
            seo_keywords="k",
            seo_description="d",
            slug="s",
            video="https://v.example/1",
        ),
        images=("https://img.example/1.jpg?a=1&b=2", "https://img.example/2.jpg"),
        opening_stock=Decimal("4.5"),
    )
    [result] = account.erp.create_products([draft])
    product = account.erp.read_catalogue_product(result.product_id)
    assert product is not None
    same = set(ErpProductDraft.model_fields) - {"product_id", "opening_stock", "variations"}
    assert {key: getattr(product, key) for key in same} == {key: getattr(draft, key) for key in same}
    stock = account.erp.read_stock(result.product_id)
    assert stock is not None
    assert (stock.on_hand, stock.reserved) == (Decimal("4.5"), Decimal(0))


def test_p5_variations_and_kits_are_created_in_one_call(account):
    grids = [{"Cor": "Azul", "Tamanho": "P"}, {"Cor": "Azul", "Tamanho": "M"}]
    variations = tuple(
        ErpVariationDraft(sku=f"CAM-{n}", price=Decimal(20 + n), grid=grid, opening_stock=Decimal(n))
        for n, grid in enumerate(grids, 3)
    )
    cup = ErpComponent(product_id=account.product_id(CUP), quantity=Decimal(2))
    before = account.calls()
    parent, kit = account.erp.create_products(
        [
            make_product(kind=ProductKind.PARENT, variations=variations),
            make_product(sku="KIT-2", kind=ProductKind.KIT, components=(cup,)),
        ]
    )
    assert account.calls() == before + 1
    product = account.erp.read_catalogue_product(parent.product_id)
    assert product.kind is ProductKind.PARENT
    assert [(one.sku, one.price, one.grid) for one in product.variations] == [
        ("CAM-3", Decimal(23), grids[0]),
        ("CAM-4", Decimal(24), grids[1]),
    ]
    child = account.erp.read_catalogue_product(product.variations[1].product_id)
    assert (child.kind, child.parent_id, child.grid) == (ProductKind.VARIATION, parent.product_id, grids[1])
    assert account.erp.read_stock(child.product_id).on_hand == Decimal(4)
    assert account.erp.read_catalogue_product(kit.product_id).components == (cup,)


def test_one_refused_product_does_not_stop_its_neighbours(account):
    results = account.erp.create_products([make_product(), make_product(sku=CUP), make_product(sku="N2")])
    assert [one.code for one in results] == ["", "tiny.duplicate", ""]


def test_a_replaced_product_is_another_afterwards(account):
    [result] = account.erp.create_products([make_product(promotional_price=Decimal(5), brand="Olaria")])
    changed = make_product(product_id=result.product_id, name="Outro", price=Decimal(12), active=False)
    [again] = account.erp.update_products([changed])
    assert (again.accepted, again.product_id) == (True, result.product_id)
    product = account.erp.read_catalogue_product(result.product_id)
    assert (product.name, product.price, product.active) == ("Outro", Decimal(12), False)
    assert product.promotional_price == Decimal(0)
    [missing] = account.erp.update_products([make_product(product_id="1")])
    assert missing.code == "tiny.not_found"


def test_q1_the_batch_limit_is_a_refusal_without_effect(account):
    account.control.create_account(f"{account.name}-b", token=TOKEN, limit=None, batch_limit=1)
    erp = TinyV2(account.http, TOKEN, base_url=f"{account.control.url}/tiny/{account.name}-b/api2/")
    erp.create_products([make_product()])
    with pytest.raises(QuotaExceeded):
        erp.create_products([make_product(sku="N2")])
    assert erp.products_by_sku(["N2"]) == {"N2": []}


def test_p1_the_search_lists_thousands_in_pages(account, clerk):
    clerk("add_products", products=[{"sku": f"B{n}", "name": f"Item {n}", "price": 1} for n in range(250)])
    clerk("deactivate_product", sku="B7")
    clerk("delete_product", sku="B8")
    before = account.calls()
    rows = list(account.erp.search_products("Item"))
    assert (len(rows), account.calls() - before) == (248, 3)
    assert len(list(account.erp.search_products("Item", active_only=False))) == 249
    assert {row.parent for row in account.erp.search_products("CAMISETA")} == {True, False}
    assert list(account.erp.search_products("", now(account) + timedelta(hours=1))) == []


def test_p4_a_deleted_product_says_so(account, clerk):
    clerk("delete_product", sku=CUP)
    product = account.erp.read_catalogue_product(account.product_id(CUP))
    assert (product.active, product.deleted) == (False, True)


def test_s1_reserved_pieces_and_deposits(account, clerk):
    clerk("sell", sku=CUP, quantity=4)
    clerk("count_stock", sku=CUP, deposit="Avarias", stock=2)
    stock = account.erp.read_stock(account.product_id(CUP))
    assert (stock.on_hand, stock.reserved) == (Decimal(25), Decimal(4))
    assert [(one.name, one.on_hand, one.disregard, one.company) for one in stock.deposits] == [
        ("Geral", Decimal(25), False, "Casa da Tomada"),
        ("Avarias", Decimal(2), True, "Casa da Tomada"),
    ]
    assert account.erp.read_stock("1") is None


def test_s6_more_is_reserved_than_there_is_and_without_the_module_nothing(account, clerk):
    clerk("sell", sku=CUP, quantity=40)
    stock = account.erp.read_stock(account.product_id(CUP))
    assert stock.on_hand - stock.reserved == Decimal(-15)
    clerk("configure", reservation=False)
    assert account.erp.read_stock(account.product_id(CUP)).reserved == Decimal(0)


def test_stock_is_set_added_and_taken(account):
    product_id = account.product_id(CUP)
    entry = account.erp.set_stock(product_id, Decimal("7.5"), kind=StockEntryKind.BALANCE, note="contagem")
    assert (entry.on_hand, entry.reserved) == (Decimal("7.5"), Decimal(0))
    account.erp.set_stock(product_id, Decimal(2), kind=StockEntryKind.IN)
    entry = account.erp.set_stock(product_id, Decimal(10), kind=StockEntryKind.OUT)
    assert entry.on_hand == Decimal("-0.5")
    account.erp.set_stock(product_id, Decimal(1), kind=StockEntryKind.BALANCE, deposit="Avarias")
    assert [one["note"] for one in account.state["movements"]] == ["contagem", "", "", ""]
    with pytest.raises(RejectedByRemote) as caught:
        account.erp.set_stock(product_id, Decimal(1), kind=StockEntryKind.IN, deposit="Lua")
    assert caught.value.field == "deposito"


def test_o2_a_movement_that_was_not_answered_is_not_sent_again(account, guarded):
    account.control.add_fault("reset_after", remote=f"tiny/{account.name}")
    with pytest.raises(EffectUnknown):
        guarded.set_stock(account.product_id(CUP), Decimal(3), kind=StockEntryKind.IN)
    assert len(account.state["movements"]) == 1


def test_s6_the_feed_is_drained_page_by_page(account, clerk, guarded, since):
    rows = [{"sku": f"F{n:03}", "name": f"Item {n}", "price": 1} for n in range(150)]
    ids = clerk("add_products", products=rows)["products"]
    for id_ in ids:
        clerk("count_stock", product=id_, stock=1)
    pages = guarded.stock_changes(since)
    first = next(pages)
    assert [change.product_id for change in first] == [str(id_) for id_ in ids[:100]]
    assert len(account.state["changed_stock"]) == 50
    assert [len(page) for page in pages] == [50]
    assert list(guarded.stock_changes(since)) == []
    assert first[0].stock.on_hand == Decimal(1)
    assert abs((first[0].changed_at - first[0].stock.read_at).total_seconds()) < 60
    assert sum(len(page) for page in guarded.product_changes(since)) == 150


@pytest.mark.parametrize("kind", ["reset_after", "error_after", "truncated"])
def test_s6_a_page_that_was_lost_is_said_to_be_lost_and_never_asked_for_again(
    account, clerk, guarded, since, kind
):
    clerk("count_stock", sku=CUP, stock=3)
    account.control.add_fault(kind, remote=f"tiny/{account.name}")
    with pytest.raises(EffectUnknown) as caught:
        next(guarded.stock_changes(since))
    assert caught.value.code == "tiny.feed_lost"
    assert account.state["changed_stock"] == {}
    assert list(guarded.stock_changes(since)) == []
    assert account.erp.read_stock(account.product_id(CUP)).on_hand == Decimal(3)


@pytest.mark.parametrize("seed", range(4))
def test_s6_what_no_page_brought_stands_in_a_gap_that_was_told(account, clerk, guarded, since, seed):
    """A reader that reads every balance after a gap, and only then, knows them all at the end."""
    skus = [CUP, "CHA-CAMOMILA", "VELA-BAUNILHA", "TOALHA-ROSTO"]
    rng = random.Random(seed)
    for number, kind in enumerate(("reset_after", "truncated", "error_before", "refuse_429", "error_after")):
        account.control.add_fault(
            kind,
            remote=f"tiny/{account.name}",
            endpoint="lista.atualizacoes.estoque",
            probability=0.25,
            seed=seed * 10 + number,
            times=None,
        )
    known: dict[str, Decimal] = {}
    gaps = 0
    for turn in range(25):
        clerk("count_stock", sku=rng.choice(skus), stock=turn)
        try:
            for page in guarded.stock_changes(since):
                known |= {change.sku: change.stock.on_hand for change in page}
        except EffectUnknown:
            gaps += 1
            stocks = (account.erp.read_stock(account.product_id(sku)) for sku in skus)
            known |= {stock.sku: stock.on_hand for stock in stocks}
        except TransientError:
            pass
    account.control.clear_faults()
    for page in guarded.stock_changes(since):
        known |= {change.sku: change.stock.on_hand for change in page}
    held = {one["sku"]: Decimal(one["stock"]) for one in account.state["products"]}
    assert known == {sku: held[sku] for sku in known}
    assert gaps > 0


def test_s6_a_page_that_was_refused_is_still_there(account, clerk, guarded, since):
    clerk("count_stock", sku=CUP, stock=3)
    account.control.add_fault("refuse_429", remote=f"tiny/{account.name}")
    with pytest.raises(QuotaExceeded):
        next(guarded.stock_changes(since))
    assert [len(page) for page in guarded.stock_changes(since)] == [1]


@pytest.mark.parametrize("code", [5, 8, 31])
def test_s6_an_account_without_the_feed(account, clerk, since, code):
    clerk("configure", stock_feed=False, no_feed_code=code)
    with pytest.raises(FeatureMissing):
        next(account.erp.stock_changes(since))
    assert account.erp.read_stock(account.product_id(CUP)) is not None


def test_s6_a_long_silence_is_asked_about_as_far_as_tiny_looks_back(account, clerk, guarded):
    clerk("count_stock", sku=CUP, stock=3)
    pages = guarded.stock_changes(datetime(2020, 1, 1, tzinfo=UTC))
    assert [change.sku for change in next(pages)] == [CUP]


def test_t3_changed_orders_with_their_codes(account, clerk):
    first = account.erp.create_order(small_draft(account, "1"))
    account.erp.create_order(small_draft(account, "2"))
    account.control.advance(600)
    moment = now(account) - timedelta(seconds=60)
    clerk("ship", order=first.erp_id, code="BR1", url="https://t.example/BR1", service="PAC")
    [row] = account.erp.orders_changed(moment)
    assert (row.erp_id, row.status, row.status_label) == (first.erp_id, ErpStatus.SHIPPED, "Enviado")
    assert (row.tracking_code, row.tracking_url) == ("BR1", "https://t.example/BR1")
    order = account.erp.read_order(first.erp_id)
    assert (order.tracking_code, order.tracking_url) == ("BR1", "https://t.example/BR1")
    assert (order.carrier, order.shipping.service) == ("Correios do Sul", "PAC")
    assert order.shipped_on == (now(account) - timedelta(hours=3)).date()
    assert [(item.sku, item.quantity) for item in order.items] == [(CUP, Decimal(2))]
    assert order.items[0].product_id == account.product_id(CUP)
    assert len(list(account.erp.orders_changed(moment - timedelta(hours=1)))) == 2


def test_t3_a_page_that_shifts_leaves_no_changed_order_out(account, clerk):
    for _ in range(120):
        clerk("sell", sku=CUP, quantity=1)
    account.control.add_fault(
        "shift_pages",
        remote=f"tiny/{account.name}",
        endpoint="pedidos.pesquisa.php",
        times=None,
        params={"rows": 1},
    )
    rows = list(account.erp.orders_changed(now(account) - timedelta(hours=1)))
    assert len({row.erp_id for row in rows}) == 120


def test_t3_a_code_is_written_and_read_back(account, clerk):
    ref = account.erp.create_order(small_draft(account))
    url = "https://track.example/?a=1&b=ção"
    account.erp.set_tracking(
        ref.erp_id, ErpTracking(code="BR2", url=url, shipping=ErpShipping(form="C", service="SEDEX"))
    )
    order = account.erp.read_order(ref.erp_id)
    assert (order.tracking_code, order.tracking_url) == ("BR2", url)
    assert (order.shipping.form, order.shipping.service) == ("C", "SEDEX")
    with pytest.raises(RejectedByRemote):
        account.erp.set_tracking("1", ErpTracking(code="BR2"))


def test_t4_an_authorised_note_with_link_and_xml(account, clerk):
    ref = account.erp.create_order(small_draft(account, "77"))
    told = clerk("invoice", order=ref.erp_id)
    order = account.erp.read_order(ref.erp_id)
    assert (order.status, order.invoice_id) == (ErpStatus.INVOICED, str(told["invoice"]))
    assert order.invoiced_on is not None
    note = account.erp.read_invoice(order.invoice_id)
    assert note.authorised
    assert (note.key, note.order_id, note.ecommerce_number) == (told["key"], ref.erp_id, "77")
    assert (note.outgoing, note.value, note.number, note.series) == (True, order.total, "000001", "1")
    assert [(item.product_id, item.cfop) for item in note.items] == [(account.product_id(CUP), "5102")]
    assert account.erp.invoice_link(note.invoice_id).startswith("https://tiny.com.br/doc.view.php?id=")
    [stored] = account.state["invoices"]
    assert account.erp.invoice_xml(note.invoice_id) == stored["xml"].encode()


def test_t4_a_pending_note_has_no_xml_and_an_unknown_one_neither(account, clerk):
    ref = account.erp.create_order(small_draft(account))
    told = clerk("invoice", order=ref.erp_id, until="pending")
    note = account.erp.read_invoice(str(told["invoice"]))
    assert (note.status, note.key, note.authorised) == (InvoiceStatus.PENDING, "", False)
    assert account.erp.invoice_xml(note.invoice_id) is None
    assert account.erp.invoice_xml("1") is None
    assert account.erp.read_invoice("1") is None
    assert account.erp.invoice_link(note.invoice_id) is None


@pytest.mark.parametrize(("kind", "error"), [("refuse_429", QuotaExceeded), ("truncated", TransientError)])
def test_t4_no_answer_is_never_no_xml(account, clerk, kind, error):
    ref = account.erp.create_order(small_draft(account))
    told = clerk("invoice", order=ref.erp_id)
    account.control.add_fault(kind, remote=f"tiny/{account.name}", params={"whole": True})
    with pytest.raises(error):
        account.erp.invoice_xml(str(told["invoice"]))


def test_t4_the_transport_reads_an_xml_again(account, clerk, guarded):
    ref = account.erp.create_order(small_draft(account))
    told = clerk("invoice", order=ref.erp_id)
    account.control.add_fault("error_before", remote=f"tiny/{account.name}")
    assert guarded.invoice_xml(str(told["invoice"])).endswith(b"</nfeProc>")


def test_t4_notes_are_found_by_number_day_and_status(account, clerk):
    refs = [account.erp.create_order(small_draft(account, number)) for number in ("7", "77")]
    first, _second = (clerk("invoice", order=ref.erp_id) for ref in refs)
    clerk("cancel_invoice", invoice=first["invoice"])
    found = account.erp.find_invoices(ecommerce_number="7")
    assert [(row.invoice_id, row.status) for row in found] == [
        (str(first["invoice"]), InvoiceStatus.CANCELLED)
    ]
    today = (now(account) - timedelta(hours=3)).date()
    assert len(list(account.erp.find_invoices(issued_since=today))) == 2
    assert list(account.erp.find_invoices(issued_since=today + timedelta(days=1))) == []
    [row] = account.erp.find_invoices(status=InvoiceStatus.AUTHORISED)
    assert (row.ecommerce_number, row.outgoing, row.authorised) == ("77", True, True)


def test_t4_a_return_is_told_from_a_sale(account, clerk):
    ref = account.erp.create_order(small_draft(account))
    clerk("invoice", order=ref.erp_id)
    back = clerk("return_invoice", order=ref.erp_id)
    note = account.erp.read_invoice(str(back["invoice"]))
    assert (note.outgoing, note.purpose, note.authorised) == (False, "4", True)
    assert account.erp.read_order(ref.erp_id).invoice_id != note.invoice_id
