"""Files of orders and of statuses as a store would write them."""

from typing import Any

from tomada_tray_ftp.dialect import PROFILES, Dialect

ORDER = {
    "id_pedido": "7001",
    "versao": "1",
    "data_pedido": "2026-03-10",
    "hora_pedido": "12:00:00",
    "data_modificacao": "2026-03-10 12:00:00",
    "id_status": "39",
    "status": "AGUARDANDO PAGAMENTO",
    "ponto_venda": "LOJA VIRTUAL",
    "total_itens": "80.00",
    "desconto": "0.00",
    "cupom_valor": "0.00",
    "acrescimo": "0.00",
    "juros": "0.00",
    "valor_frete": "12.00",
    "total": "92.00",
    "forma_envio": "Correios  PAC",
    "forma_pagamento": "Boleto - Vindi",
    "qtd_parcelas": "1",
    "pago": "N",
    "obs_cliente": "sem campainha",
    "id_cliente": "55",
    "cliente_tipo": "F",
    "cliente_nome": "Beatriz Conceição",
    "cliente_cpf_cnpj": "529.982.247-25",
    "cliente_email": "beatriz@example.com",
    "cliente_celular": "14999998888",
    "cob_logradouro": "Avenida Rio",
    "cob_cidade": "Marília",
    "cob_uf": "sp",
    "cob_cep": "17500-100",
    "ent_destinatario": "Portaria",
    "ent_logradouro": "Rua das Flores",
    "ent_cidade": "Marília",
    "ent_uf": "SP",
    "ent_cep": "17500-000",
}
ITEM = {
    "item_seq": "1",
    "item_id": "1",
    "item_id_produto": "501",
    "item_referencia": "CAN-01",
    "item_nome": "Caneca",
    "item_quantidade": "2.00",
    "item_preco": "40.00",
}
MONEY = {"total_itens", "desconto", "cupom_valor", "acrescimo", "juros", "valor_frete", "total"}
MONEY |= {"item_quantidade", "item_preco"}
DAYS = {"data_pedido", "data_modificacao", "data_pagamento", "data_hora"}


def order(remote_id: int | str = 7001, *items: dict[str, str], **changes: str) -> list[dict[str, str]]:
    """The rows of one order."""
    whole = ORDER | {"id_pedido": str(remote_id)} | changes
    return [{**whole, **ITEM, **item} for item in items or ({},)]


def change(remote_id: int | str, status_id: str, name: str, at: str) -> dict[str, str]:
    """A row of a file of statuses."""
    return {"id_pedido": str(remote_id), "id_status": status_id, "status": name, "data_hora": at}


def table(rows: list[dict[str, str]], dialect: Dialect = PROFILES["tray-legado"], **more: Any) -> bytes:
    """Rows as a CSV file in a dialect, their numbers and dates rewritten."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = [columns] if dialect.has_header else []
    lines += [[_cell(column, row.get(column, ""), dialect) for column in columns] for row in rows]
    text = "".join(dialect.delimiter.join(map(_quoted, line)) + "\r\n" for line in lines)
    return text.encode(dialect.encoding)


def xml(rows: list[dict[str, str]], encoding: str = "utf-8") -> bytes:
    """Rows of orders as XML."""
    parts = [f'<?xml version="1.0" encoding="{encoding}"?><pedidos>']
    for number in dict.fromkeys(row["id_pedido"] for row in rows):
        mine = [row for row in rows if row["id_pedido"] == number]
        own = {column: text for column, text in mine[0].items() if not column.startswith("item_")}
        items = ({c: text for c, text in row.items() if c.startswith("item_")} for row in mine)
        inner = "".join(f"<item>{_elements(item)}</item>" for item in items)
        parts.append(f"<pedido>{_elements(own)}<itens>{inner}</itens></pedido>\n")
    return "".join([*parts, "</pedidos>"]).encode(encoding)


def _elements(row: dict[str, str]) -> str:
    return "".join(f"<{column}>{text}</{column}>" for column, text in row.items())


def _cell(column: str, text: str, dialect: Dialect) -> str:
    if column in MONEY:
        return text.replace(".", dialect.decimal)
    if column in DAYS and dialect.date_format.startswith("%d") and len(text) >= 10 and text[4] == "-":
        year, month, day = text[:10].split("-")
        return f"{day}/{month}/{year}{text[10:]}"
    return text


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if any(letter in text for letter in '";\t\n\r') else text
