"""Products, invoices and statuses as files, and the store's answers that come later (P2, T2, T4)."""

from pathlib import Path
from typing import Any

import pytest

from tests.e2e.outgoing import mails, posting
from tests.e2e.stage import quiet
from tests.ftp.stage import PROTOCOLS, FileStage
from tests.kill.rest import MovingClock
from tomada.app.connecting import read_codes
from tomada.app.mappings import map_code
from tomada.app.order_statuses import mark_orders_delivered, set_order_statuses
from tomada.domain.status import ErpStatus
from tomada.errors import TomadaError
from tomada.flows.products.flow import send_products, with_skus
from tomada.ports.erp_options import Posting
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


PREPARING, SHIPPED, DELIVERED = "AGUARDANDO ENVIO", "ENVIADO", "ENTREGUE"


def status_id(shop: FileStage, name: str) -> str:
    state = shop.sandbox.state_of("tray", shop.remote("loja"))
    return next(str(one["id"]) for one in state["statuses"] if one["name"] == name)


def told(shop: FileStage) -> list[str]:
    """The statuses that the store's buyers were e-mailed."""
    return [mail[2] for mail in mails(shop, "loja") if mail[1] == "status"]


def placed(shop: FileStage, count: int = 1) -> list[str]:
    """Bring orders into the ERP, and the store's list of statuses to us."""
    remote_ids = [shop.place("loja") for _ in range(count)]
    shop.files("loja", "publish")
    shop.run("loja")
    with shop.installation.database.read() as tx:
        store = tx.stores.by_name("loja")
    assert store
    read_codes(shop.installation, store)
    return remote_ids


def tell_statuses(shop: FileStage) -> None:
    """Switch the flow on, with a status of the store for each of two steps, and let its first run pass (O10)."""
    for ours, theirs in ((ErpStatus.PREPARING, PREPARING), (ErpStatus.SHIPPED, SHIPPED)):
        map_code(shop.installation, "loja", "status_out", ours, status_id(shop, theirs))
    with shop.installation.database.begin() as tx:
        store = tx.stores.by_name("loja")
        assert store
        sending = store.options.sending.model_copy(update={"statuses": True})
        store.options = store.options.model_copy(update={"sending": sending})
        tx.stores.save(store)
    shop.run("loja", "statuses")


def exchange(shop: FileStage) -> list[str]:
    """Tell what is new, let the store read and answer it, settle it, and return the files that it read."""
    shop.later()
    shop.run("loja", "statuses")
    read: list[str] = shop.files("loja", "collect")["files"]
    shop.run("loja", "statuses")
    return read


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_t2_statuses_go_out_once_from_the_first_step_to_shipping(shop: FileStage, protocol: str) -> None:
    shop.add_file_store("loja", protocol)
    (remote_id,) = placed(shop)
    tell_statuses(shop)
    shop.sandbox.clerk(shop.account, "prepare", ecommerce=remote_id)
    assert [name[:4] for name in exchange(shop)] == ["STE_"]
    assert exchange(shop) == []
    shop.sandbox.clerk(shop.account, "ship", ecommerce=remote_id, code="BR123456789BR")
    assert len(exchange(shop)) == 1  # no parcel goes out over files, so its status goes alone
    assert told(shop) == [PREPARING, SHIPPED]
    (one,) = publications(shop, "statuses")
    assert (one.state, one.dirty) == (PublicationState.SETTLED, False)
    assert len(shop.listed("loja", "status/erp/processados")) == 2
    shop.files("loja", "publish")  # the store's own files tell of the status that we set
    shop.run("loja")
    assert exchange(shop) == []


def test_t2_what_the_erp_says_while_the_store_has_not_answered_is_told_after_it(shop: FileStage) -> None:
    shop.add_file_store("loja")
    (remote_id,) = placed(shop)
    tell_statuses(shop)
    shop.sandbox.clerk(shop.account, "prepare", ecommerce=remote_id)
    shop.later()
    shop.run("loja", "statuses")
    shop.sandbox.clerk(shop.account, "ship", ecommerce=remote_id, code="BR123456789BR")
    for _ in range(2):
        shop.later()
        shop.run("loja", "statuses")
    assert len(shop.listed("loja", "status/erp")) == 1
    assert [len(exchange(shop)) for _ in range(3)] == [1, 1, 0]
    assert told(shop) == [PREPARING, SHIPPED]


def test_t5_statuses_that_a_person_sets_are_settled_with_the_flow_switched_off(shop: FileStage) -> None:
    shop.add_file_store("loja")
    first, second, third = placed(shop, 3)
    done = set_order_statuses(shop.installation, "loja", [first], SHIPPED, quiet)
    assert [one.state for one in done.results] == ["submitted"]
    again = set_order_statuses(shop.installation, "loja", [first], PREPARING, quiet)
    assert [(one.state, "not answered" in one.why) for one in again.results] == [("rejected", True)]
    delivered = mark_orders_delivered(shop.installation, "loja", [second, third], quiet)
    assert [one.state for one in delivered.results] == ["submitted", "submitted"]
    name = shop.listed("loja", "status/erp")[-1]
    path = shop.root("loja") / "status/erp" / name
    wrong = f"\n{third};".encode()
    path.write_bytes(path.read_bytes().replace(wrong, wrong + b"9"))  # a status that the store does not have
    assert len(shop.files("loja", "collect")["files"]) == 2
    (result,) = shop.run("loja", "statuses")
    assert (result.counts["sent"], result.counts["rejected"]) == (2, 1)
    assert told(shop) == [SHIPPED, DELIVERED]
    assert shop.run("loja", "statuses") == []  # nothing waits for an answer, and the flow is off


def test_t2_a_store_of_xml_gets_xml_and_its_answers_are_read(shop: FileStage) -> None:
    shop.add_file_store("loja", exchange={"style": {"form": "xml", "encoding": "utf-8"}}, profile="xml")
    shop.sandbox.clerk(shop.account, "add_products", products=[BOOK])
    send(shop, "BONE")
    (remote_id,) = placed(shop)
    set_order_statuses(shop.installation, "loja", [remote_id], SHIPPED, quiet)
    assert {name[:3] + name[-4:] for name in shop.files("loja", "collect")["files"]} == {"PRD.xml", "STE.xml"}
    assert shop.run("loja", "products")[0].counts["sent"] == 1
    assert shop.run("loja", "statuses")[0].counts["sent"] == 1
    assert (product(shop, "BONE")["name"], told(shop)) == (BOOK["name"], [SHIPPED])
