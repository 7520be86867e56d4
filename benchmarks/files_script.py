"""What reading a file of orders is measured against: the standard library's csv and sqlite3, and nothing to spare.

It reads the file once, validates each order with the same model, checks its sum, encrypts the snapshot, hashes what
it is found by, and commits as often as Tomada, with the same durability. It knows one dialect, keeps no ledger of
files, holds nothing and explains nothing: one bad row ends it. It is run as ``python -m benchmarks.files_script``,
and prints what it did as JSON.
"""

import argparse
import csv
import hmac
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from itertools import groupby
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.script import Database
from tomada.domain.order import Order

CHUNK = 50
SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY, remote_id TEXT UNIQUE, version INTEGER, placed_at TEXT, modified_at TEXT, seen_at TEXT,
    status TEXT, paid INTEGER, total TEXT, payload BLOB, document_hash TEXT, email_hash TEXT, state TEXT
);
CREATE INDEX IF NOT EXISTS orders_state ON orders (state);
CREATE INDEX IF NOT EXISTS orders_document ON orders (document_hash);
CREATE INDEX IF NOT EXISTS orders_email ON orders (email_hash);
CREATE TABLE IF NOT EXISTS codes (kind TEXT, code TEXT, PRIMARY KEY (kind, code));
CREATE TABLE IF NOT EXISTS progress (name TEXT PRIMARY KEY, value TEXT);
"""
SAVE = (
    "INSERT INTO orders (remote_id, version, placed_at, modified_at, seen_at, status, paid, total, payload,"
    " document_hash, email_hash, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'new')"
    " ON CONFLICT (remote_id) DO UPDATE SET version = excluded.version, modified_at = excluded.modified_at,"
    " status = excluded.status, paid = excluded.paid, total = excluded.total, payload = excluded.payload"
    " WHERE excluded.version > version"
)
Row = dict[str, str]


class Safe:
    """Encrypts and hashes, as whoever keeps buyers' data has to."""

    def __init__(self) -> None:
        self._box, self._key = AESGCM(os.urandom(32)), os.urandom(32)

    def encrypted(self, text: str) -> bytes:
        nonce = os.urandom(12)
        return nonce + self._box.encrypt(nonce, text.encode(), None)

    def hashed(self, text: str) -> str:
        return hmac.new(self._key, text.encode(), sha256).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--file", required=True)
    parser.add_argument("--database", required=True)
    told = parser.parse_args()
    database, safe = Database(told.database, SCHEMA), Safe()
    codes: set[tuple[str, str]] = set()
    batch: list[tuple[str, tuple[object, ...]]] = []
    orders = 0
    for order, version in read(told.file):
        orders += 1
        batch.append((SAVE, saved(order, version, safe)))
        for code in codes_of(order) - codes:
            codes.add(code)
            batch.append(("INSERT OR REPLACE INTO codes VALUES (?, ?)", code))
        if orders % CHUNK == 0:
            database.write_all(batch)
            batch = []
    done = ("INSERT OR REPLACE INTO progress VALUES ('read', ?)", (told.file,))
    database.write_all([*batch, done])
    did = {"orders": orders, "commits": database.commits, "synchronous": [database.synchronous]}
    print(json.dumps(did))


def read(path: str) -> Iterator[tuple[Order, int]]:
    """Yield the orders of a file; one whose sum is wrong ends it."""
    with Path(path).open(encoding="cp1252", newline="") as file:
        for _key, rows in groupby(csv.DictReader(file, delimiter=";"), lambda row: row["id_pedido"]):
            order, version = order_of(list(rows))
            if order.money.difference():
                raise ValueError(f"the total of order {order.remote_id} does not add up")
            yield order, version


def order_of(rows: list[Row]) -> tuple[Order, int]:
    row = rows[0]
    placed = f"{row['data_pedido']}T{row['hora_pedido']}-03:00"
    told: dict[str, Any] = {
        "remote_id": row["id_pedido"],
        "number": row["id_pedido"],
        "placed_at": placed,
        "modified_at": f"{row['data_modificacao']}-03:00",
        "status": {"code": row["id_status"], "name": row["status"]},
        "paid": row["pago"] == "S",
        "customer": {
            "remote_id": row["id_cliente"],
            "kind": "person" if row["cliente_tipo"] == "F" else "company",
            "name": row["cliente_nome"],
            "document": row["cliente_cpf_cnpj"].replace(".", "").replace("-", "").replace("/", ""),
            "email": row["cliente_email"],
            "phone": row["cliente_celular"] or row["cliente_telefone"],
            "address": address(row, "cob"),
        },
        "delivery": address(row, "ent"),
        "items": [
            {
                "line_id": item["item_id"],
                "product_id": item["item_id_produto"],
                "variant_id": item["item_id_grade"],
                "sku": item["item_referencia"],
                "name": item["item_nome"],
                "quantity": item["item_quantidade"],
                "unit_price": item["item_preco"],
            }
            for item in rows
        ],
        "money": {
            "items": row["total_itens"],
            "discount": row["desconto"],
            "coupon": row["cupom_valor"],
            "adjustments": row["acrescimo"],
            "freight": row["valor_frete"],
            "interest": row["juros"],
            "total": row["total"],
        },
        "shipping": {"code": row["forma_envio"], "label": row["forma_envio"]},
        "channel": {"code": row["ponto_venda"], "label": row["ponto_venda"]},
        "payments": [
            {
                "code": row["forma_pagamento"],
                "label": row["forma_pagamento"],
                "value": row["total"],
                "instalments": row["qtd_parcelas"],
                "paid_at": f"{row['data_pagamento']}T00:00:00-03:00" if row["data_pagamento"] else None,
            }
        ],
        "notes": row["obs_cliente"],
    }
    return Order.model_validate(told), int(row["versao"])


def address(row: Row, kind: str) -> dict[str, str]:
    return {
        "recipient": row["ent_destinatario"] if kind == "ent" else row["cliente_nome"],
        "street": row[f"{kind}_logradouro"],
        "number": row[f"{kind}_numero"],
        "complement": row[f"{kind}_complemento"],
        "district": row[f"{kind}_bairro"],
        "city": row[f"{kind}_cidade"],
        "state": row[f"{kind}_uf"],
        "zip_code": row[f"{kind}_cep"].replace("-", ""),
        "phone": row["cliente_celular"] or row["cliente_telefone"],
    }


def saved(order: Order, version: int, safe: Safe) -> tuple[object, ...]:
    return (
        order.remote_id,
        version,
        order.placed_at.isoformat(),
        order.modified_at.isoformat(),
        datetime.now(UTC).isoformat(),
        order.status.code,
        order.paid,
        str(order.money.total),
        safe.encrypted(order.model_dump_json()),
        safe.hashed(order.customer.document),
        safe.hashed(order.customer.email.lower()),
    )


def codes_of(order: Order) -> set[tuple[str, str]]:
    found = {("status", order.status.code), ("channel", order.channel.code)}
    found |= {("shipping", order.shipping.code)} if order.shipping else set()
    return found | {("payment", payment.code) for payment in order.payments}


if __name__ == "__main__":
    main()
