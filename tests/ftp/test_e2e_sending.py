"""Products and invoices as files, and the store's answers that come later (P2, T2, T4)."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.outgoing import mails, posting
from tests.e2e.stage import quiet
from tests.ftp.stage import PROTOCOLS, FileStage
from tests.kill.rest import MovingClock
from tomada.errors import TomadaError
from tomada.flows.products.flow import send_products, with_skus
from tomada.ports.options import Posting
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada_sandbox.clock import VirtualClock

BOOK = {
    "sku": "BONE",
    "name": "Boné “–” ação",
    "price": "39.90",
    "variations": [{"sku": f"BONE-{size}", "grid": {"Tamanho": size}} for size in "PM"],
}


@pytest.fixture
def shop(stage: FileStage, files_clock: Path) -> FileStage:
    stage.installation.clock = MovingClock(VirtualClock(files_clock))
    posting(stage, Posting.ON_INVOICE)
    return stage


def send(shop: FileStage, sku: str) -> None:
    with shop.installation.database.read() as tx:
        store = tx.stores.by_name("loja")
    assert store
    with shop.installation.reading(store, "test", quiet, "products", writes=True) as ctx:
        for _plan in send_products(ctx, with_skus(ctx, [sku])[sku]):
            pass


def publications(shop: FileStage, flow: str) -> list[PublicationRecord]:
    with shop.installation.database.read() as tx:
        found = tx.publications.find(1, flow, sorted(tx.publications.keys(1, flow)))
    return [one for one in found.values() if one.pending or one.value]


def product(shop: FileStage, sku: str) -> dict[str, Any]:
    state = shop.sandbox.state_of("tray", shop.remote("loja"))
    (found,) = [one for one in state["products"] if one["sku"] == sku]
    return dict(found)


def invoiced(shop: FileStage) -> str:
    """Bring one order into the ERP and invoice it there."""
    remote_id = shop.place("loja")
    shop.files("loja", "publish")
    shop.run("loja")
    shop.sandbox.clerk(shop.account, "invoice", ecommerce=remote_id)
    shop.later()
    return remote_id


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_p2_a_product_goes_out_once_and_its_late_answer_links_it(shop: FileStage, protocol: str) -> None:
    shop.add_file_store("loja", protocol)
    shop.sandbox.clerk(shop.account, "add_products", products=[BOOK])
    send(shop, "BONE")
    (one,) = publications(shop, "products")
    assert (one.state, one.ticket.partition("|")[2]) == (PublicationState.SUBMITTED, "BONE")
    send(shop, "BONE")
    (name,) = shop.listed("loja", "produtos")
    shop.files("loja", "collect")
    (result,) = shop.run("loja", "products")
    assert result.counts["sent"] == 1
    (one,) = publications(shop, "products")
    assert one.state is PublicationState.SETTLED
    found = product(shop, "BONE")
    assert (found["name"], found["price"]) == ('Boné "-" ação', "39.90")
    assert [part["sku"] for part in found["variants"]] == ["BONE-P", "BONE-M"]
    with shop.installation.database.read() as tx:
        links = {link.sku: (link.product_id, link.variant_id) for link in tx.links.all(1)}
    ids = {part["sku"]: (str(found["id"]), str(part["id"])) for part in found["variants"]}
    assert links == {"BONE": (str(found["id"]), ""), **ids}
    assert shop.listed("loja", "produtos/processados") == [name]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_t4_an_invoice_goes_out_once_with_its_xml_before_it(shop: FileStage, protocol: str) -> None:
    shop.add_file_store("loja", protocol)
    remote_id = invoiced(shop)
    for _ in range(3):
        shop.run("loja", "invoices")
        shop.later()
    (name,) = shop.listed("loja", "notas")
    calls = [
        path
        for call, path in shop.files("loja", "calls")["calls"]
        if call == "rename" and path.startswith("notas")
    ]
    assert calls[0].startswith("notas/xml/")
    assert calls[-1].startswith(f"notas/{name}")
    shop.files("loja", "collect")
    (result,) = shop.run("loja", "invoices")
    assert result.counts["sent"] == 1
    told = [mail for mail in mails(shop, "loja") if mail[1] == "invoice"]
    assert [mail[0] for mail in told] == [int(remote_id)]
    assert shop.listed("loja", "notas/xml") == [f"{told[0][2]}.xml"]
    assert shop.run("loja", "invoices")[0].counts.get("sent", 0) == 0


def test_t2_a_store_that_never_answers_is_not_written_to_again(shop: FileStage) -> None:
    shop.add_file_store("loja", exchange={"answers": False})
    invoiced(shop)
    shop.run("loja", "invoices")
    shop.files("loja", "collect")
    shop.later(86_400 + 200)
    (result,) = shop.run("loja", "invoices")
    assert result.counts["rejected"] == 1
    (one,) = publications(shop, "invoices")
    assert (one.state, one.code) == (PublicationState.REJECTED, "no_answer")
    shop.run("loja", "invoices")
    assert shop.listed("loja", "notas") == []


def test_what_the_store_refuses_is_told(shop: FileStage) -> None:
    shop.add_file_store("loja")
    shop.sandbox.clerk(shop.account, "add_products", products=[BOOK])
    send(shop, "BONE")
    (name,) = shop.listed("loja", "produtos")
    answer = (
        "arquivo;chave;resultado;codigo;coluna;mensagem\r\n" + f"{name};BONE;REJEITADO;E20;nome;falta\r\n"
    )
    (shop.root("loja") / "retorno/loja" / f"{name}.ret.csv").write_text(answer)
    shop.run("loja", "products")
    (one,) = publications(shop, "products")
    assert (one.state, one.code, one.field, one.message) == (
        PublicationState.REJECTED,
        "E20",
        "nome",
        "falta",
    )


@pytest.mark.parametrize("kind", ["refuse", "full", "cut_write"])
def test_a_file_that_cannot_be_published_is_sent_later(shop: FileStage, kind: str) -> None:
    shop.add_file_store("loja")
    shop.sandbox.clerk(shop.account, "add_products", products=[BOOK])
    shop.files("loja", "trouble", kind=kind, call="write", path="produtos", bytes=20)
    with pytest.raises(TomadaError):
        send(shop, "BONE")
    assert not [name for name in shop.listed("loja", "produtos") if not name.endswith(".tmp")]
    send(shop, "BONE")
    assert len([name for name in shop.listed("loja", "produtos") if name.endswith(".csv")]) == 1
