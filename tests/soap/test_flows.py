"""All flows over SOAP by the whole of the installation: what the ERP knows reaches the store, once."""

from tests.e2e.outgoing import options, posting, store_stock, sync_all
from tests.soap.stage import SoapStage
from tomada.ports.erp_options import Posting
from tomada.ports.options import StoreOptions


def ready(stage: SoapStage, name: str = "loja", chosen: StoreOptions | None = None) -> None:
    """Open a store and link its catalogue by SKU, as nobody can list it."""
    stage.add_store(name, chosen or options())
    stage.link_by_sku(name)


def test_s1_s3_balances_reach_the_store_less_what_it_sold(stage: SoapStage) -> None:
    posting(stage, Posting.ON_INVOICE)
    ready(stage)
    stage.later(5)
    sync_all(stage, confirmed=True)
    erp = stage.erp_stock()
    assert store_stock(stage, "loja")["CAN-AZUL"] == erp["CAN-AZUL"]
    stage.later(60)
    stage.place("loja", items=[{"sku": "CAN-AZUL", "quantity": 3}])
    stage.later(60)
    sync_all(stage)
    assert store_stock(stage, "loja")["CAN-AZUL"] == erp["CAN-AZUL"] - 3


def test_t2_t3_t4_parcel_and_invoice_reach_the_buyer_once_and_then_all_is_quiet(stage: SoapStage) -> None:
    posting(stage, Posting.ON_INVOICE)
    ready(stage)
    stage.later(5)
    sync_all(stage, confirmed=True)
    remote_id = stage.place("loja")
    stage.later(60)
    sync_all(stage)
    stage.ship(remote_id)
    stage.later(60)
    for _ in range(3):
        sync_all(stage)
        stage.later(120)
    state = stage.sandbox.state_of("tray", stage.remote("loja"))
    kinds = sorted(mail["kind"] for mail in state["mails"])
    assert kinds == ["invoice", "status", "tracking"]
    (order,) = state["orders"]
    assert order["texts"]["sending_code"] == "BR123456789BR"
    assert stage.todo("loja") == []
    before = stage.sandbox.journal_end()
    stage.later(60)
    sync_all(stage)
    writes = [
        entry["endpoint"]
        for entry in stage.sandbox.journal(since=before)
        if entry["event"] == "received"
        and any(word in entry["endpoint"] for word in ("fWSAtualiza", "fWSCadastra", "incluir", "alterar"))
    ]
    assert writes == []


def test_one_sale_takes_the_piece_from_every_store(stage: SoapStage) -> None:
    posting(stage, Posting.ON_INVOICE)
    ready(stage)
    ready(stage, "outra")
    stage.later(5)
    sync_all(stage, confirmed=True)
    before = store_stock(stage, "outra")["CAN-AZUL"]
    stage.later(60)
    stage.place("loja")
    stage.later(60)
    sync_all(stage)
    assert store_stock(stage, "outra")["CAN-AZUL"] == before - 1
