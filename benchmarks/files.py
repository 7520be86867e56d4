"""One large file of orders: how fast and in how much memory Tomada takes it in, beside a plain script.

The script reads the file where it is; Tomada fetches it from a file server first. Each works in a process and with a
database of its own.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.claims import Claim, table
from benchmarks.places import Place, place
from benchmarks.processes import Taken, run
from tomada_sandbox.connecting import files_store_words

ACCOUNT = "tomada"
STORE = "loja"
TIMES = 3
MEGABYTES = 150
NAME = "PED_1_20260310120000_000001.csv"
_MOST_ITEMS = 3
_STATUSES = ((1, "AGUARDANDO PAGAMENTO", "N"), (2, "A ENVIAR", "S"), (3, "ENVIADO", "S"))
_PAYMENTS = ("Pix", "Boleto - Vindi", "Visa - Vindi")
_SHIPPINGS = ("Correios PAC", "Correios SEDEX", "Transportadora")


@dataclass(frozen=True, slots=True)
class Import:
    """One of the two over the whole file."""

    who: str
    seconds: float
    cpu: float
    megabytes: float
    rows: int
    orders: int
    commits: int
    synchronous: tuple[int, ...]

    @property
    def rows_a_second(self) -> float:
        """Rows of the file a second."""
        return self.rows / self.seconds


def measure(orders: int) -> list[Import]:
    """Let the script and then Tomada take in a file of so many orders."""
    with place() as where:
        path = _connect(where)
        rows = write_file(path, orders)
        database = where.folder / "script.db"
        taken = run("-m", "benchmarks.files_script", "--file", str(path), "--database", str(database))
        script = _import("script", taken, rows, taken.text)
        report = where.folder / "report.json"
        taken = run("-m", "benchmarks.ingesting", str(report), STORE, environment=where.environment)
        return [script, _import("tomada", taken, rows, report.read_text())]


def claims(imports: list[Import]) -> list[Claim]:
    """Judge the figures: the script's, then Tomada's."""
    script, tomada = imports
    times = tomada.seconds / script.seconds
    return [
        Claim(
            f"a file of orders is taken in within {TIMES} times the plain script's time",
            f"{times:.2f} times ({tomada.rows_a_second:.0f} and {script.rows_a_second:.0f} rows a second)",
            times <= TIMES,
        ),
        Claim(f"it takes under {MEGABYTES} MB", f"{tomada.megabytes:.0f} MB", tomada.megabytes < MEGABYTES),
        Claim(
            "both take in the same orders and commit as often",
            f"{script.orders}/{script.commits} and {tomada.orders}/{tomada.commits}",
            script.orders == tomada.orders
            and abs(script.commits - tomada.commits) <= script.commits // 100 + 5,
        ),
        Claim(
            "every commit of both is synchronous=FULL",
            str(sorted({level for each in imports for level in each.synchronous})),
            all(each.synchronous == (2,) for each in imports),
        ),
    ]


def show(imports: list[Import]) -> None:
    """Print the table."""
    heads = ("", "seconds", "CPU", "MB", "rows a second", "commits")
    rows = [
        (
            each.who,
            f"{each.seconds:.1f}",
            f"{each.cpu:.1f}",
            f"{each.megabytes:.0f}",
            f"{each.rows_a_second:.0f}",
            each.commits,
        )
        for each in imports
    ]
    table(f"One file of {imports[0].orders} orders in {imports[0].rows} rows", heads, rows)


def write_file(path: Path, orders: int) -> int:
    """Write a file of so many orders of one to three items; return its rows."""
    count = 0
    with path.open("w", encoding="cp1252", newline="") as file:
        writer: csv.DictWriter[str] | None = None
        for row in _rows(orders):
            if writer is None:
                writer = csv.DictWriter(file, list(row), delimiter=";", lineterminator="\r\n")
                writer.writeheader()
            writer.writerow(row)
            count += 1
    return count


def _connect(where: Place) -> Path:
    """Connect an installation to a store that exchanges files; return the path of the file that it will read."""
    where.connect_account(where.open_account(ACCOUNT))
    where.open_store(STORE)
    exchange = where.sandbox.files(STORE, "open")
    where.tomada(*files_store_words(STORE, exchange, ACCOUNT))
    return Path(exchange["folder"], "pedidos", NAME)


def _import(who: str, taken: Taken, rows: int, report: str) -> Import:
    told = json.loads(report)
    return Import(
        who,
        taken.seconds,
        taken.cpu,
        taken.megabytes,
        rows,
        told["orders"],
        told["commits"],
        tuple(told["synchronous"]),
    )


def _rows(orders: int) -> Iterator[dict[str, str]]:
    began = datetime(2026, 3, 10, 8, tzinfo=UTC)
    for number in range(1, orders + 1):
        whole = _whole(number, began + timedelta(seconds=number))
        prices = [1000 + number % 97 + extra for extra in range(number % _MOST_ITEMS + 1)]
        lines = sum(price * pieces for pieces, price in enumerate(prices, 1))
        whole |= {"total_itens": _money(lines), "total": _money(lines - 100 + 1250)}
        for line, price in enumerate(prices, 1):
            product = (number + line) % 5000
            yield whole | {
                "item_seq": str(line),
                "item_id": str(number * 10 + line),
                "item_id_produto": str(1000 + product),
                "item_id_grade": str(9000 + product) if product % 3 == 0 else "",
                "item_referencia": f"SKU-{product:05d}",
                "item_nome": f"Camiseta de algodão número {product}",
                "item_descricao_grade": "Tamanho: M" if product % 3 == 0 else "",
                "item_ean": "7891000315507",
                "item_ncm": "61091000",
                "item_quantidade": f"{line}.00",
                "item_preco": _money(price),
                "item_preco_original": _money(price),
                "item_peso": "250",
            }


def _whole(number: int, at: datetime) -> dict[str, str]:
    status, name, paid = _STATUSES[number % len(_STATUSES)]
    buyer = f"Conceição Araújo de Souza {number}"
    address = {
        "logradouro": f"Rua das Acácias {number % 900}",
        "numero": str(number % 2000),
        "complemento": f"apto {number % 99}" if number % 2 else "",
        "bairro": "Jardim São João",
        "cidade": "São Paulo",
        "uf": "SP",
        "cep": f"{number % 100000:05d}-100",
        "pais": "Brasil",
    }
    day, clock = f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}"
    return {
        "id_pedido": str(700_000 + number),
        "versao": "1",
        "data_pedido": day,
        "hora_pedido": clock,
        "data_modificacao": f"{day} {clock}",
        "id_status": str(status),
        "status": name,
        "ponto_venda": "LOJA VIRTUAL",
        "total_itens": "",
        "desconto": "1.00",
        "cupom": "",
        "cupom_valor": "0.00",
        "acrescimo": "0.00",
        "juros": "0.00",
        "valor_frete": "12.50",
        "total": "",
        "forma_envio": _SHIPPINGS[number % len(_SHIPPINGS)],
        "prazo_entrega": "7",
        "forma_pagamento": _PAYMENTS[number % len(_PAYMENTS)],
        "qtd_parcelas": str(1 + number % 6),
        "pago": paid,
        "data_pagamento": day if paid == "S" else "",
        "obs_cliente": "Deixar na portaria" if number % 5 == 0 else "",
        "id_cliente": str(50_000 + number),
        "cliente_tipo": "F",
        "cliente_nome": buyer,
        "cliente_cpf_cnpj": _cpf(number),
        "cliente_rg_ie": "",
        "cliente_email": f"comprador{number}@example.com",
        "cliente_telefone": "1133334444",
        "cliente_celular": f"119{number:08d}",
        **{f"cob_{field}": text for field, text in address.items()},
        "ent_destinatario": buyer,
        **{f"ent_{field}": text for field, text in address.items()},
    }


def _cpf(number: int) -> str:
    """Return a CPF with its check digits, as people write it."""
    digits = [int(digit) for digit in f"{number:09d}"]
    for length in (10, 11):
        rest = (
            sum(digit * weight for digit, weight in zip(digits, range(length, 1, -1), strict=True)) * 10 % 11
        )
        digits.append(rest % 10)
    text = "".join(map(str, digits))
    return f"{text[:3]}.{text[3:6]}.{text[6:9]}-{text[9:]}"


def _money(hundredths: int) -> str:
    return f"{hundredths // 100}.{hundredths % 100:02d}"
