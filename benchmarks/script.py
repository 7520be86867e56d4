"""What Tomada is measured against: the least that brings orders from Tray into Tiny.

It sends the requests that Tomada sends and commits as often, with the same durability. It checks nothing, holds
nothing, encrypts nothing and explains nothing. Killed between a create and its commit, it finds the order again
by its search. It is run as ``python -m benchmarks.script``, and prints its requests and commits as JSON.
"""

import argparse
import json
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

Json = dict[str, Any]

PAGE = 50
CHUNK = 50
SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY, remote_id TEXT UNIQUE, modified TEXT, payload TEXT, state TEXT, erp_id TEXT
);
CREATE INDEX IF NOT EXISTS orders_state ON orders (state);
CREATE TABLE IF NOT EXISTS products (sku TEXT PRIMARY KEY, erp_id TEXT);
CREATE TABLE IF NOT EXISTS contacts (document TEXT PRIMARY KEY, found INTEGER);
CREATE TABLE IF NOT EXISTS progress (name TEXT PRIMARY KEY, value TEXT);
"""


class Database:
    """A connection that counts its commits."""

    def __init__(self, path: str, schema: str) -> None:
        self.commits = 0
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = FULL")
        self.connection.executescript(schema)

    @property
    def synchronous(self) -> int:
        """The level in force: 2 is FULL."""
        return int(self.read("PRAGMA synchronous")[0][0])

    def read(self, statement: str, *values: object) -> list[Any]:
        return self.connection.execute(statement, values).fetchall()

    def write(self, statement: str, *values: object) -> None:
        """One statement, one commit."""
        self.write_all([(statement, values)])

    def write_all(self, statements: list[tuple[str, tuple[object, ...]]]) -> None:
        """All statements, one commit."""
        self.connection.execute("BEGIN IMMEDIATE")
        for statement, values in statements:
            self.connection.execute(statement, values)
        self.connection.execute("COMMIT")
        self.commits += 1


class Remotes:
    """The two remotes, and the requests they got."""

    def __init__(self, store: str, access: str, erp: str, token: str) -> None:
        self.store, self.access, self.erp, self.token = store, access, erp, token
        self.http = httpx.Client(trust_env=False, timeout=30)
        self.requests: Counter[str] = Counter()

    def tray(self, path: str, **params: str) -> Json:
        self.requests["tray"] += 1
        answer = self.http.get(f"{self.store}{path}", params={**params, "access_token": self.access})
        answer.raise_for_status()
        found: Json = answer.json()
        return found

    def change(self, path: str, body: Json) -> None:
        self.requests["tray"] += 1
        answer = self.http.put(f"{self.store}{path}", params={"access_token": self.access}, json=body)
        answer.raise_for_status()

    def tiny(self, service: str, **params: str) -> Json:
        self.requests["tiny"] += 1
        fields = {"token": self.token, "formato": "json", **params}
        answer = self.http.post(f"{self.erp}{service}", data=fields)
        answer.raise_for_status()
        found: Json = answer.json()["retorno"]
        return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("store", "access", "erp", "token", "database"):
        parser.add_argument(f"--{name}", required=True)
    told = parser.parse_args()
    database = Database(told.database, SCHEMA)
    remotes = Remotes(told.store, told.access, told.erp, told.token)
    read_orders(database, remotes)
    write_orders(database, remotes)
    did = {"requests": remotes.requests, "commits": database.commits, "synchronous": database.synchronous}
    print(json.dumps(did))


def read_orders(database: Database, remotes: Remotes) -> None:
    """Read every order that is not known in this version, and commit them by 50.

    The first time all pages are read, by id; later newest first, down to a page that is known.
    """
    known = dict(database.read("SELECT remote_id, modified FROM orders"))
    first = not known
    batch: list[Json] = []
    for page in pages(remotes, "id_asc" if first else "modified_desc"):
        rows = [row["Order"] for row in page]
        news = [row for row in rows if known.get(row["id"]) != row["modified"]]
        for row in news:
            batch.append(remotes.tray(f"/orders/{row['id']}/complete")["Order"])
            if len(batch) == CHUNK:
                keep(database, batch)
                batch = []
        if not news and not first:
            break
    keep(database, batch, ("INSERT OR REPLACE INTO progress VALUES ('read', ?)", (str(time.time()),)))


def pages(remotes: Remotes, sort: str) -> Iterator[list[Json]]:
    now = datetime.now(UTC)
    days = f"{(now - timedelta(days=400)).date()},{(now + timedelta(days=30)).date()}"
    number, total = 0, 1
    while number * PAGE < total:
        number += 1
        answer = remotes.tray("/orders", modified=days, sort=sort, limit=str(PAGE), page=str(number))
        total = int(answer["paging"]["total"])
        yield answer["Orders"]


def keep(
    database: Database, orders: list[Json], progress: tuple[str, tuple[object, ...]] | None = None
) -> None:
    statement = (
        "INSERT INTO orders (remote_id, modified, payload, state) VALUES (?, ?, ?, 'new')"
        " ON CONFLICT (remote_id) DO UPDATE SET modified = excluded.modified, payload = excluded.payload"
    )
    database.write_all(
        [(statement, (order["id"], order["modified"], json.dumps(order))) for order in orders]
        + ([progress] if progress else [])
    )


def write_orders(database: Database, remotes: Remotes) -> None:
    """Create every order that the ERP does not have, by 50: first what they need to know, then one by one."""
    while chunk := database.read(
        "SELECT id, payload FROM orders WHERE state = 'new' ORDER BY id LIMIT ?", CHUNK
    ):
        orders = [(order_id, json.loads(payload)) for order_id, payload in chunk]
        products = look_up(database, remotes, [order for _id, order in orders])
        for order_id, order in orders:
            create(database, remotes, order_id, order, products)


def look_up(database: Database, remotes: Remotes, orders: list[Json]) -> dict[str, str]:
    """Search what is not known yet of the orders' products and buyers, and commit it; return SKU → product id."""
    products = dict(database.read("SELECT sku, erp_id FROM products"))
    learnt: list[tuple[str, tuple[object, ...]]] = []
    if {item["reference"] for order in orders for item in items_of(order)} - products.keys():
        products = {row["codigo"]: str(row["id"]) for row in catalogue(remotes)}
        learnt += [("INSERT OR REPLACE INTO products VALUES (?, ?)", pair) for pair in products.items()]
    for document in {order["Customer"]["cpf"] for order in orders}:
        if not database.read("SELECT 1 FROM contacts WHERE document = ?", document):
            found = remotes.tiny("contatos.pesquisa.php", pesquisa="", cpf_cnpj=document, situacao="Ativo")
            learnt.append(("INSERT INTO contacts VALUES (?, ?)", (document, len(found.get("contatos", [])))))
    database.write_all(learnt)
    return products


def catalogue(remotes: Remotes) -> Iterator[Json]:
    """All products: with many unknown SKUs their pages are fewer than the searches."""
    page, last = 0, 1
    while page < last:
        page += 1
        answer = remotes.tiny("produtos.pesquisa.php", situacao="A", pagina=str(page))
        last = int(answer["numero_paginas"])
        yield from (row["produto"] for row in answer["produtos"])


def create(
    database: Database, remotes: Remotes, order_id: int, order: Json, products: dict[str, str]
) -> None:
    """Search, say what is about to be sent, create, and keep what came back."""
    found = remotes.tiny("pedidos.pesquisa.php", numeroEcommerce=order["id"])
    if found.get("pedidos"):
        erp_id = found["pedidos"][0]["pedido"]["id"]
    else:
        database.write("UPDATE orders SET state = 'sent' WHERE id = ?", order_id)
        pedido = json.dumps({"pedido": pedido_of(order, products)})
        erp_id = remotes.tiny("pedido.incluir.php", pedido=pedido)["registros"]["registro"]["id"]
    database.write("UPDATE orders SET state = 'created', erp_id = ? WHERE id = ?", str(erp_id), order_id)


def pedido_of(order: Json, products: dict[str, str]) -> Json:
    buyer = order["Customer"]
    return {
        "data_pedido": "/".join(reversed(order["date"].split("-"))),
        "numero_pedido_ecommerce": order["id"],
        "ecommerce": "Tray",
        "situacao": "aprovado",
        "cliente": {
            "nome": buyer["name"][:30],
            "tipo_pessoa": "F",
            "cpf_cnpj": buyer["cpf"],
            "endereco": buyer["address"],
            "numero": buyer["number"],
            "bairro": buyer["neighborhood"],
            "cep": buyer["zip_code"],
            "cidade": buyer["city"],
            "uf": buyer["state"],
            "fone": buyer["cellphone"],
            "email": buyer["email"],
            "atualizar_cliente": "N",
        },
        "itens": [
            {
                "item": {
                    "id_produto": products[item["reference"]],
                    "codigo": item["reference"],
                    "descricao": item["name"],
                    "unidade": "UN",
                    "quantidade": item["quantity"],
                    "valor_unitario": item["price"],
                }
            }
            for item in items_of(order)
        ],
        "parcelas": [{"parcela": {"dias": "0", "valor": order["total"]}}],
        "marcadores": [{"marcador": {"descricao": "script"}}],
        "valor_frete": order["shipment_value"],
        "obs_internas": f"script:{order['id']}",
    }


def items_of(order: Json) -> list[Json]:
    return [row["ProductsSold"] for row in order["ProductsSold"]]


if __name__ == "__main__":
    main()
