"""A real SIGKILL at each kind of boundary of an exchange of files, and the same command again (O2, O3, S1)."""

import pytest

from tests.e2e.commands import Command, run
from tests.ftp.stage import FileStage
from tests.ftp.test_e2e_sending import BOOK, publications
from tomada.ports.publications import PublicationState

PLACES = [
    "request.after ftp.get",
    "request.after ftp.put",
    "request.after ftp.size",
    "request.before ftp.rename",
    "request.after ftp.rename",
    "request.before ftp.mkdir",
    "commit.before",
    "commit.after",
]


@pytest.mark.parametrize("place", PLACES)
def test_o3_orders_killed_here_enter_once_and_their_file_is_answered_and_moved(
    stage: FileStage, place: str
) -> None:
    stage.add_file_store("loja")
    good = stage.place("loja")
    bad = stage.place("loja", damaged="total")
    held = stage.place("loja", items=[{"sku": "NADA", "name": "Nada", "price": "1.00"}])
    stage.files("loja", "publish")
    with Command(stage.home, "sync", "loja", pause=place) as command:
        command.wait_for_pause()
        command.kill()
    for _ in range(2):
        stage.later()
        run(stage.home, "sync", "loja")
    assert [row["ecommerce_number"] for row in stage.erp_orders()] == [good]
    assert stage.order("loja", held).reason == "unlinked"
    assert stage.order("loja", bad).reason == "damaged"
    assert stage.listed("loja", "pedidos") == []
    (name,) = stage.listed("loja", "pedidos/processados")
    assert stage.listed("loja", "pedidos/erro") == [f"{name}.err.csv"]
    results = {}
    for answer in stage.listed("loja", "retorno/erp"):
        if answer.endswith(".csv"):
            text = (stage.root("loja") / "retorno/erp" / answer).read_text("latin-1")
            results |= {line.split(";")[4]: line.split(";")[5] for line in text.splitlines()[1:]}
    assert results == {good: "OK", bad: "REJEITADO", held: "PENDENTE"}


@pytest.mark.parametrize("place", ["request.before ftp.rename", "request.after ftp.rename"])
def test_s1_a_product_whose_sending_was_killed_here_goes_out_once(stage: FileStage, place: str) -> None:
    stage.add_file_store("loja")
    stage.sandbox.clerk(stage.account, "add_products", products=[BOOK])
    with Command(stage.home, "products", "send", "loja", "BONE", "--yes", pause=place) as command:
        command.wait_for_pause()
        command.kill()
    for _ in range(2):
        stage.later()
        run(stage.home, "products", "send", "loja", "BONE", "--yes")
    assert len([name for name in stage.listed("loja", "produtos") if name.endswith(".csv")]) == 1
    stage.files("loja", "collect")
    run(stage.home, "sync", "loja")
    (one,) = publications(stage, "products")
    assert one.state is PublicationState.SETTLED
    products = stage.sandbox.state_of("tray", stage.remote("loja"))["products"]
    assert len([one for one in products if one["sku"] == "BONE"]) == 1
