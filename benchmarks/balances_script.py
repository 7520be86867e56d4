"""What Tomada is measured against where balances go out: the least that brings them from Tiny to Tray.

It sends the requests that Tomada sends and commits as often, with the same durability. It knows no orders, kits,
rules or quotas and explains nothing. Killed after a write, it writes the same number again. It is run as ``python -m
benchmarks.balances_script``, first with ``--link``, and prints its commits as JSON.
"""

import argparse
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from benchmarks.script import PAGE, Database, Json, Remotes, catalogue

BATCH = 20
SCHEMA = """
CREATE TABLE IF NOT EXISTS links (
    product TEXT, variant TEXT, erp_id TEXT, sent INTEGER, pending INTEGER, PRIMARY KEY (product, variant)
);
CREATE TABLE IF NOT EXISTS stocks (erp_id TEXT PRIMARY KEY, balance INTEGER);
CREATE TABLE IF NOT EXISTS progress (name TEXT PRIMARY KEY, value TEXT);
"""
KEEP_STOCK = "INSERT OR REPLACE INTO stocks VALUES (?, ?)"
KEEP_PROGRESS = "INSERT OR REPLACE INTO progress VALUES (?, ?)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("store", "access", "erp", "token", "database"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--link", action="store_true")
    told = parser.parse_args()
    database = Database(told.database, SCHEMA)
    remotes = Remotes(told.store, told.access, told.erp, told.token)
    if told.link:
        link(database, remotes)
    else:
        read_balances(database, remotes)
        learn_first(database, remotes)
        send_balances(database, remotes)
    print(json.dumps({"commits": database.commits, "synchronous": database.synchronous}))


def link(database: Database, remotes: Remotes) -> None:
    """Link what has one SKU on both sides."""
    products = {row["codigo"]: str(row["id"]) for row in catalogue(remotes)}
    statement = "INSERT INTO links (product, variant, erp_id) VALUES (?, ?, ?)"
    database.write_all(
        [
            (statement, (product, variant, products[sku]))
            for product, variant, sku, _balance in listings(remotes)
            if sku in products
        ]
    )


def listings(remotes: Remotes) -> Iterator[tuple[str, str, str, int]]:
    """Product, variant, SKU and balance of all that the store sells."""
    for row in pages(remotes, "/products", "Products"):
        if row["Product"]["has_variation"] == "0":
            product = row["Product"]
            yield str(product["id"]), "", product["reference"], int(product["stock"])
    for row in pages(remotes, "/products/variants", "Variants"):
        variant = row["Variant"]
        yield str(variant["product_id"]), str(variant["id"]), variant["reference"], int(variant["stock"])


def pages(remotes: Remotes, path: str, name: str) -> Iterator[Json]:
    number, total = 0, 1
    while number * PAGE < total:
        number += 1
        answer = remotes.tray(path, sort="id_asc", limit=str(PAGE), page=str(number))
        total = int(answer["paging"]["total"])
        yield from answer[name]


def read_balances(database: Database, remotes: Remotes) -> None:
    """Read the changed orders, then the feed of balances, then what it never told of, one by one.

    A mark is committed before each page of the feed and removed with it, as an answer that is lost is gone.
    """
    now = datetime.now(UTC)
    remotes.tiny("pedidos.pesquisa.php", dataAtualizacao=f"{now - timedelta(hours=1):%d/%m/%Y %H:%M:%S}")
    database.write(KEEP_PROGRESS, "orders", now.isoformat())
    since = f"{now - timedelta(days=29):%d/%m/%Y %H:%M:%S}"
    rows: list[Json] = [{}]
    while rows:
        database.write(KEEP_PROGRESS, "gap", now.isoformat())
        answer = remotes.tiny("lista.atualizacoes.estoque", dataAlteracao=since, pagina="1")
        rows = [row["produto"] for row in answer.get("produtos", [])]
        kept = [(KEEP_STOCK, (str(row["id"]), balance_of(row))) for row in rows]
        database.write_all([*kept, (KEEP_PROGRESS, ("gap", ""))])
    unread = "SELECT erp_id FROM links WHERE erp_id NOT IN (SELECT erp_id FROM stocks)"
    for (erp_id,) in database.read(unread):
        row = remotes.tiny("produto.obter.estoque.php", id=erp_id)["produto"]
        database.write(KEEP_STOCK, erp_id, balance_of(row))


def balance_of(row: Json) -> int:
    return max(0, int(Decimal(str(row["saldo"])) - Decimal(str(row.get("saldoReservado") or 0))))


def learn_first(database: Database, remotes: Remotes) -> None:
    """Take the store's own number for what was sent, where nothing was sent yet."""
    if not database.read("SELECT 1 FROM links WHERE sent IS NULL LIMIT 1"):
        return
    statement = "UPDATE links SET sent = ? WHERE product = ? AND variant = ? AND sent IS NULL"
    database.write_all(
        [(statement, (balance, product, variant)) for product, variant, _sku, balance in listings(remotes)]
    )


def send_balances(database: Database, remotes: Remotes) -> None:
    """Write what differs, by 20: first say what is about to be sent, then keep each as it was taken."""
    differing = database.read(
        "SELECT product, variant, balance FROM links JOIN stocks USING (erp_id) WHERE sent IS NOT balance"
    )
    intent = "UPDATE links SET pending = ? WHERE product = ? AND variant = ?"
    taken = "UPDATE links SET sent = pending, pending = NULL WHERE product = ? AND variant = ?"
    for start in range(0, len(differing), BATCH):
        batch = differing[start : start + BATCH]
        database.write_all([(intent, (balance, product, variant)) for product, variant, balance in batch])
        for product, variant, balance in batch:
            path = f"/products/variants/{variant}" if variant else f"/products/{product}"
            remotes.change(path, {"Variant" if variant else "Product": {"stock": balance}})
            database.write(taken, product, variant)


if __name__ == "__main__":
    main()
