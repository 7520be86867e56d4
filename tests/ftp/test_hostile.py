"""What is hostile in a store's folders: nothing of it comes in, nothing leaves the folder, the rest goes on (X2)."""

import os
from pathlib import Path

import pytest

from tests.ftp.fakes import Shop
from tests.ftp.stage import PROTOCOLS, FileStage
from tomada_tray_ftp.answers import harmless

TEN_GB = 10 << 30
NAME = "PED_1_20260310120000_000009.csv"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_x2_hostile_files_are_left_or_put_aside_and_good_ones_come_in(
    stage: FileStage, protocol: str, tmp_path: Path
) -> None:
    stage.add_file_store("loja", protocol)
    good = stage.place("loja")
    stage.files("loja", "publish")
    root, outside = stage.root("loja"), tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.csv").write_bytes(b"secret")
    inbox = root / "pedidos"
    for name in ("PED\n_1.csv", "-rf", "..PED.csv", f"{'a' * 200}.csv", "a\\..\\b.csv"):
        (inbox / name).write_bytes(b"x;y\r\n1;2\r\n")
    (inbox / NAME.replace("9.csv", "8.csv")).symlink_to(outside / "secret.csv")
    with (inbox / NAME).open("wb") as file:
        os.truncate(file.fileno(), TEN_GB)
    before = _tree(tmp_path)
    for _ in range(2):
        stage.run("loja")
        stage.later(61)
    assert [row["ecommerce_number"] for row in stage.erp_orders()] == [good]
    assert NAME not in stage.listed("loja", "pedidos")
    assert NAME in stage.listed("loja", "pedidos/erro")
    held = [hold for hold in _holds(stage) if hold.startswith("arquivo-")]
    assert held, "the refused file is held, with its reason"
    assert {path for path in _tree(tmp_path) - before if not path.startswith("home/")} == set()
    (root / "pedidos/erro" / NAME).unlink()


def _tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def _holds(stage: FileStage) -> list[str]:
    with stage.installation.database.read() as tx:
        return [hold.remote_id for hold in tx.holds.select()]


def test_x2_a_file_that_does_not_end_is_read_no_further_than_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = Shop(tmp_path / "work", monkeypatch, max_bytes=50_000)
    taken: list[int] = []

    class Endless(bytes):
        def __len__(self) -> int:
            return 1 << 40

        def __getitem__(self, where: slice) -> bytes:  # type: ignore[override]
            taken.append(where.start)
            return b"7001;1\r\n" * 875

    shop.server.put(f"pedidos/{NAME}", b"")
    shop.server.files[f"pedidos/{NAME}"] = Endless()
    shop.fetch()
    shop.clock.sleep(61)
    events = [*shop.events, *shop.fetch()]
    assert [getattr(event, "code", "") for event in events if hasattr(event, "code")] == ["E05"]
    assert len(taken) <= 2 * (50_000 // 7_000 + 2)


@pytest.mark.parametrize("text", ["=1+1", "+55", "-2", "@SUM(A1)", "\tx", '=HYPERLINK("http://x")', "-1,5"])
def test_x2_no_cell_of_ours_is_a_formula(text: str) -> None:
    told = harmless(text)
    assert told[0] not in "=@\t"
    assert told[0] not in "+-" or told[1:].replace(",", "").isdigit()
    assert told.removeprefix("'") == text
