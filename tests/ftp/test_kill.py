"""Killed at every boundary of an exchange of files and run again: nothing doubled, nothing lost (O2, O3, S1, 9.1)."""

from collections import Counter
from typing import Any

import pytest

from tests.e2e.commands import Command, run
from tests.ftp import foreign
from tests.ftp.stage import FileStage
from tests.ftp.test_e2e_sending import BOOK, publications
from tests.kill.running import check_each_was_a_place_to_die, enumerate_kills
from tomada.ports.publications import PublicationState

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def summary() -> dict[str, Any]:
    foreign.check("trouble")
    return enumerate_kills("tests.ftp.kill:FilesScenario", "ftp")


def test_o2_each_order_is_created_once_and_what_was_cancelled_is_cancelled(summary: dict[str, Any]) -> None:
    expected = summary["expected"]
    assert expected["erp"] == [
        ["label-a", "1001", "40.00", "cancelado"],
        ["label-a", "1002", "40.00", "aprovado"],
        ["label-b", "1001", "40.00", "aprovado"],
    ]
    assert expected["holds"] == [[1, "1003", "unmapped"], [1, "1004", "damaged"]]


def test_o3_each_file_is_answered_once_and_moved(summary: dict[str, Any]) -> None:
    """Whatever stood in a folder that is read would be in the list, and so would be a passing name."""
    for store, files in (("a", 3), ("b", 1)):
        found = summary["expected"][store]
        places = Counter(path.rpartition("/")[0] for path in found["files"])
        assert places.keys() <= {
            "mapeamentos",
            "pedidos/processados",
            "pedidos/erro",
            "status/loja/processados",
        }
        assert len(found["answers"]) == files
        assert all(len(answers) == 1 for answers in found["answers"].values())
    (held,) = [said for (said,) in summary["expected"]["a"]["answers"].values() if len(said) == 3]
    assert held == [["1002", "OK", ""], ["1003", "PENDENTE", "E40"], ["1004", "REJEITADO", "E21"]]


def test_s1_the_product_went_out_once_and_its_late_answer_linked_it(summary: dict[str, Any]) -> None:
    expected = summary["expected"]
    assert expected["a"]["sent"] == [["produtos/processados", True]]
    assert ["BONE", ["BONE-P", "BONE-M"]] in expected["a"]["products"]
    assert {"BONE", "BONE-P", "BONE-M"} <= set(expected["links"])
    assert expected["open"] == []


def test_each_call_and_each_commit_was_a_place_to_die(summary: dict[str, Any]) -> None:
    check_each_was_a_place_to_die(summary)
    written = Counter(name.rpartition(" ")[2].rpartition("/")[2] for name in summary["late"])
    assert written["ftp.rename"] > 8
    assert written["ftp.put"] > 4
    assert written["pedido.incluir.php"] == 2
    assert summary["boundaries"].count("commit.before") > 40


@pytest.mark.parametrize("place", ["request.after ftp.put", "request.before ftp.rename"])
def test_o3_orders_whose_command_was_killed_here_enter_once_over_sftp(stage: FileStage, place: str) -> None:
    stage.add_file_store("loja")
    good = stage.place("loja")
    stage.files("loja", "publish")
    with Command(stage.home, "sync", "loja", pause=place) as command:
        command.wait_for_pause()
        command.kill()
    stage.later()
    run(stage.home, "sync", "loja")
    assert [row["ecommerce_number"] for row in stage.erp_orders()] == [good]
    assert stage.listed("loja", "pedidos") == []
    (name,) = stage.listed("loja", "pedidos/processados")
    assert stage.listed("loja", "retorno/erp") == [f"{name}.ret.csv"]


def test_s1_a_product_whose_command_was_killed_goes_out_once_over_sftp(stage: FileStage) -> None:
    stage.add_file_store("loja")
    stage.sandbox.clerk(stage.account, "add_products", products=[BOOK])
    with Command(
        stage.home, "products", "send", "loja", "BONE", "--yes", pause="after ftp.rename"
    ) as command:
        command.wait_for_pause()
        command.kill()
    # The first one looks after the attempt that has no end, the second one after what it did.
    for _ in range(2):
        stage.later()
        run(stage.home, "products", "send", "loja", "BONE", "--yes")
    assert len(stage.listed("loja", "produtos")) == 1
    stage.files("loja", "collect")
    run(stage.home, "sync", "loja")
    (one,) = publications(stage, "products")
    assert one.state is PublicationState.SETTLED
