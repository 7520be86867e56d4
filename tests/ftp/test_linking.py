"""Links of a store that cannot be asked what it sells: by hand or from a file (P1)."""

from pathlib import Path

import pytest

from tests.e2e.stage import quiet
from tests.ftp.stage import FileStage
from tests.kill.rest import MovingClock
from tomada.app.link_files import export_links, import_links
from tomada.app.linking import match_links
from tomada.errors import UnusableError, UsageError
from tomada_sandbox.clock import VirtualClock

SKUS = ["CAN-AZUL", "VELA-BAUNILHA", "CAMISETA-M-BR"]


@pytest.fixture
def shop(stage: FileStage, files_clock: Path) -> FileStage:
    stage.installation.clock = MovingClock(VirtualClock(files_clock))
    stage.add_file_store("loja")
    return stage


def keys(shop: FileStage) -> dict[str, tuple[str, str]]:
    """SKU → the store's ids."""
    products = shop.sandbox.state_of("tray", shop.remote("loja"))["products"]
    found = {part["sku"]: (str(row["id"]), str(part["id"])) for row in products for part in row["variants"]}
    return found | {row["sku"]: (str(row["id"]), "") for row in products if not row["variants"]}


def test_p1_a_match_says_that_the_store_lists_nothing_and_names_the_way_out(shop: FileStage) -> None:
    with pytest.raises(UnusableError) as raised:
        match_links(shop.installation, "loja", quiet)
    assert "tomada links set loja" in raised.value.hint
    assert "tomada links import loja FILE" in raised.value.hint


def test_p1_links_come_in_from_a_file_go_out_and_come_in_again(shop: FileStage, tmp_path: Path) -> None:
    path, out = tmp_path / "links.csv", tmp_path / "out.csv"
    in_erp = {one["sku"]: str(one["id"]) for one in shop.sandbox.state_of("tiny", shop.account)["products"]}
    lines = [";".join((*keys(shop)[sku], in_erp[sku])) for sku in SKUS]
    path.write_text("\n".join(["product;variant;erp_product", *lines]), "utf-8")
    done = import_links(shop.installation, "loja", path, lambda _plan: True)
    assert done
    assert (len(done.new), done.changed) == (len(SKUS), [])
    assert export_links(shop.installation, "loja", out) == len(SKUS)
    again = import_links(shop.installation, "loja", out, lambda _plan: False)
    assert again
    assert (again.new, again.changed, again.unchanged) == ([], [], len(SKUS))
    path.write_text(f"product;erp_product\n{keys(shop)['CAN-AZUL'][0]};99", "utf-8")
    with pytest.raises(UsageError, match="Line 2"):
        import_links(shop.installation, "loja", path, lambda _plan: True)
