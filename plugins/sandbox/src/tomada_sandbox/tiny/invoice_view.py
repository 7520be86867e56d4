"""An invoice as searches and ``nota.fiscal.obter`` show it (tiny-api.md A11)."""

from tomada_sandbox.tiny.notes import SITUATIONS, Invoice
from tomada_sandbox.tiny.sales import Line
from tomada_sandbox.tiny.wire import money, names, number, write_date

_CUSTOMER = names(
    "codigo nome tipo_pessoa cpf_cnpj ie endereco numero complemento bairro cep cidade uf fone email"
)


def row(note: Invoice) -> dict[str, object]:
    """Return a hit of the search; the situation is a number here."""
    return {
        "id": str(note.id),
        "tipo": note.kind,
        "serie": str(note.series),
        "numero": f"{note.number:06}",
        "numero_ecommerce": note.ecommerce_number,
        "data_emissao": write_date(note.issued),
        "nome": note.customer.get("nome", ""),
        "cliente": _customer(note),
        "endereco_entrega": note.delivery or _customer(note),
        "valor": money(note.value),
        "valor_produtos": money(note.products_total),
        "valor_frete": money(note.freight),
        "situacao": note.situation,
        "descricao_situacao": SITUATIONS[note.situation],
        "chave_acesso": note.key,
        "codigo_rastreamento": note.tracking_code,
        "url_rastreamento": note.tracking_url,
    }


def whole(note: Invoice) -> dict[str, object]:
    """Return the complete note; what the official sample shows as text is text."""
    return {
        "id": str(note.id),
        "tipo_nota": "N" if note.kind == "S" else note.kind,
        "natureza_operacao": "Venda de mercadorias" if note.kind == "S" else "Devolução de venda",
        "finalidade": note.purpose,
        "serie": str(note.series),
        "numero": f"{note.number:06}",
        "numero_ecommerce": note.ecommerce_number,
        "data_emissao": write_date(note.issued),
        "cliente": _customer(note),
        "endereco_entrega": note.delivery or _customer(note),
        "itens": [{"item": _item(note, line)} for line in note.lines],
        "valor_produtos": money(note.products_total),
        "valor_frete": money(note.freight),
        "valor_desconto": money(note.discount),
        "valor_outras": money(note.other_expenses),
        "valor_nota": money(note.value),
        "id_venda": str(note.order_id),
        "situacao": str(note.situation),
        "descricao_situacao": SITUATIONS[note.situation],
        "chave_acesso": note.key,
        "codigo_rastreamento": note.tracking_code,
        "url_rastreamento": note.tracking_url,
    }


def _customer(note: Invoice) -> dict[str, str]:
    return {key: note.customer.get(key, "") for key in _CUSTOMER}


def _item(note: Invoice, line: Line) -> dict[str, str]:
    return {
        "id_produto": str(line.product_id or 0),
        "codigo": line.sku,
        "descricao": line.description,
        "unidade": line.unit,
        "quantidade": number(line.quantity),
        "valor_unitario": money(line.unit_price),
        "valor_total": money(line.quantity * line.unit_price),
        "cfop": note.cfop,
    }
