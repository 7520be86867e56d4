"""``tomada links`` with CSV out and in: doubts are answered in a spreadsheet (P1)."""

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from tests.cli.connecting import Remotes
from tests.cli.running import here
from tests.cli.test_links import Capture, erp_product, product_of, unlinked

FORMULA = '=HYPERLINK("http://loja.example";"Só aqui")'
MANY = 25
"""More than are read from the ERP one by one."""


def rows_of(path: Path) -> list[dict[str, str]]:
    text = path.read_bytes().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline=""), delimiter=";"))


def filled(rows: list[dict[str, str]], delimiter: str = ";") -> str:
    out = StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def links(capsys: Capture) -> dict[str, tuple[str, str]]:
    found = json.loads(here(capsys, "links", "list", "loja", "--json")[1])["links"]
    keys = {
        (f"{one['product']}/{one['variant']}".rstrip("/")): one for one in found if one["how"] != "parent"
    }
    return {key: (one["erp_product"], one["how"]) for key, one in keys.items()}


@pytest.mark.parametrize(("delimiter", "encoding"), [(";", "utf-8-sig"), (",", "utf-8"), ("\t", "cp1252")])
def test_p1_doubts_go_out_are_answered_and_come_in(
    shop: Remotes, capsys: Capture, tmp_path: Path, delimiter: str, encoding: str
) -> None:
    waits = unlinked(shop)  # an order waits for this one
    here(capsys, "sync", "loja")
    gtin = shop.stores["loja"]["products"][0]["gtin"]
    added = [{"sku": "", "name": FORMULA, "price": "1.00", "id": 9998, "gtin": gtin}]
    shop.sandbox.shop(f"{shop.prefix}loja", "add_products", products=added)
    path = tmp_path / "doubts.csv"
    code, out, _ = here(capsys, "links", "match", "loja", "--output", str(path))
    assert code == 0
    assert f"tomada links import loja {path}" in out
    rows = rows_of(path)
    assert [(row["product"], row["why"], row["erp_product"]) for row in rows] == [
        ("9998", "no_sku", ""),
        (waits, "not_found", ""),
    ]
    assert rows[0]["name"] == f"'{FORMULA}"  # no spreadsheet computes a shop's text
    assert rows[0]["suggestions"].startswith(erp_product(shop, "CAN-AZUL"))
    before = links(capsys)
    code, out, _ = here(capsys, "links", "import", "loja", str(path), "--yes")
    assert (code, links(capsys)) == (0, before)  # nothing is answered, nothing asked
    assert "2 lines without an answer" in out

    cup, candle = erp_product(shop, "CAN-AZUL"), erp_product(shop, "VELA-BAUNILHA")
    rows[0]["erp_product"], rows[1]["erp_product"] = cup, candle
    path.write_bytes(filled(rows, delimiter).encode(encoding))
    code, out, err = here(capsys, "links", "import", "loja", str(path))
    assert (code, links(capsys)) == (2, before)  # nobody said yes
    assert "--yes" in err
    code, out, _ = here(capsys, "links", "import", "loja", str(path), "--yes")
    assert (code, out.count("\n")) == (0, 2)
    assert "Orders that go on with the next sync: 1." in out
    assert links(capsys) == before | {"9998": (cup, "person"), waits: (candle, "person")}
    again = json.loads(here(capsys, "links", "match", "loja", "--json")[1])
    assert (again["doubts"], again["linked"]) == ([], 0)
    assert "created in the ERP: 1" in here(capsys, "sync", "loja")[1]


def test_p1_links_go_out_are_edited_and_come_in(shop: Remotes, capsys: Capture, tmp_path: Path) -> None:
    here(capsys, "links", "match", "loja")
    before, path = links(capsys), tmp_path / "links.csv"
    told = json.loads(here(capsys, "links", "export", "loja", "--output", str(path), "--json")[1])
    assert (told["path"], told["links"]) == (str(path), len(before))
    done = json.loads(here(capsys, "links", "import", "loja", str(path), "--json")[1])
    assert (done["new"], done["changed"], done["unchanged"]) == ([], [], len(before))
    rows = rows_of(path)
    shirt, cup = product_of(shop, "CAMISETA-M-BR"), erp_product(shop, "CAN-AZUL")
    for row in rows:
        if f"{row['product']}/{row['variant']}" == shirt:
            row["erp_product"] = cup
    path.write_text(filled(rows), "utf-8", newline="")
    code, out, err = here(capsys, "links", "import", "loja", str(path), "--yes")
    assert code == 0
    assert f"{shirt} is led to the ERP product {cup}." in err
    assert f"0 linked, 1 changed, {len(before) - 1} as they were" in out
    assert links(capsys) == before | {shirt: (cup, "person")}


def test_many_answers_cost_one_list_of_the_erp(shop: Remotes, capsys: Capture, tmp_path: Path) -> None:
    account, store = f"{shop.prefix}conta", f"{shop.prefix}loja"
    theirs: list[dict[str, Any]] = [{"sku": f"T{n}", "name": f"Z{n}", "price": "1.00"} for n in range(MANY)]
    ours = [{"sku": f"L{n}", "name": f"A{n}", "price": "1.00", "id": 9000 + n} for n in range(MANY)]
    ids = shop.sandbox.clerk(account, "add_products", products=theirs)["products"]
    shop.sandbox.shop(store, "add_products", products=ours)
    here(capsys, "links", "match", "loja")
    lines = [f"{9000 + number},{id_}\n" for number, id_ in enumerate(ids)]
    path = tmp_path / "links.csv"
    path.write_text("".join(["product,erp_product\n", *lines]), "utf-8")
    since = shop.sandbox.journal_end()
    assert here(capsys, "links", "import", "loja", str(path), "--yes")[0] == 0
    asked = [one["endpoint"] for one in shop.sandbox.journal(since) if one["event"] == "received"]
    assert asked == ["produtos.pesquisa.php"]
    assert {str(id_) for id_ in ids} <= {erp for erp, _how in links(capsys).values()}


WRONG = [
    ("sku;erp_product\nA;1\n", "has no column product."),
    ("product;erp_product\n{cup};99\n", "Line 2: The ERP has no product with the id '99'."),
    ("product;erp_product\n{cup};{erp}\n\n77777;{erp}\n", "Line 4: loja has no product 77777."),
    ("product;erp_product\n{shirt};{erp}\n", "only in variations"),
    ("product;erp_product\n{cup};{parent}\n", "has variations"),
    (
        "product;erp_product\n{cup};{erp}\n{cup};{parent}\n",
        "Line 3: the product {cup} has another ERP product",
    ),
    ("product;erp_product\n;{erp}\n", "Line 2: Name the store's product"),
]


def test_a_wrong_file_names_its_lines_and_changes_nothing(
    shop: Remotes, capsys: Capture, tmp_path: Path
) -> None:
    names = {
        "cup": product_of(shop, "CAN-AZUL"),
        "shirt": product_of(shop, "CAMISETA-M-BR").partition("/")[0],
        "erp": erp_product(shop, "VELA-BAUNILHA"),
        "parent": erp_product(shop, "CAMISETA"),
    }
    here(capsys, "links", "match", "loja")
    here(capsys, "links", "remove", "loja", names["cup"])
    shop.place("loja", items=[{"sku": "CAMISETA-M-BR"}])
    here(capsys, "sync", "loja")  # from now on the shirt itself is linked as the parent of its variations
    before = links(capsys)
    good = f"{product_of(shop, 'LIVRO-RECEITAS')};{names['erp']}\n"
    path = tmp_path / "links.csv"
    for text, told in WRONG:
        path.write_text(text.format(**names) + (good if "product;" in text else ""), "utf-8")
        code, out, err = here(capsys, "links", "import", "loja", str(path), "--yes")
        assert (code, out) == (2, ""), text
        assert told.format(**names) in err
        assert links(capsys) == before
    assert "no-such-file.csv cannot be read" in here(capsys, "links", "import", "loja", "no-such-file.csv")[2]
    assert "cannot be written" in here(capsys, "links", "export", "loja", "--output", "/nowhere/a.csv")[2]
