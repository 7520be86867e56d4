"""What ``pedido.incluir`` takes (tiny-api.md A9.2), read and checked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tomada_sandbox.tiny.order_fields import Fields
from tomada_sandbox.tiny.sales import Instalment, Line
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import SITUATIONS, names

PAYMENT_CODES = names(
    "multiplas dinheiro credito debito boleto deposito cheque crediario duplicata_mercantil pix"
)
SHIPPING_CODES = names(
    "C T M E B X D J S TOTALEXPRESS OLIST GATEWAY MAGALU_ENTREGAS MAGALU_FULFILLMENT SHOPEE_ENVIOS"
    " NS_ENTREGAS VIAVAREJO_ENVVIAS ALI_ENVIOS MADEIRA_ENVIOS LOGGI AMAZON_DBA NS_MAGALU_ENTREGAS"
)
FREIGHT_PAYERS = names("R D T 3 4 S E")
_CODES: tuple[tuple[str, int, tuple[str, ...], Callable[[str], str]], ...] = (
    ("forma_pagamento", 30, PAYMENT_CODES, str.lower),
    ("frete_por_conta", 1, FREIGHT_PAYERS, str.upper),
    ("forma_envio", 30, SHIPPING_CODES, str.upper),
)

_ADDRESS = {
    "endereco": 50,
    "numero": 10,
    "complemento": 50,
    "bairro": 30,
    "cep": 10,
    "cidade": 30,
    "uf": 30,
    "fone": 40,
}
_CUSTOMER = _ADDRESS | {
    "codigo": 30,
    "nome_fantasia": 60,
    "tipo_pessoa": 1,
    "cpf_cnpj": 18,
    "ie": 18,
    "rg": 10,
    "pais": 50,
    "email": 50,
}
_DELIVERY = _ADDRESS | {"tipo_pessoa": 1, "cpf_cnpj": 18, "nome_destinatario": 60, "ie": 18}
_TEXTS = {
    "id_lista_preco": 20,
    "meio_pagamento": 100,
    "nome_transportador": 30,
    "numero_ordem_compra": 10,
    "id_vendedor": 20,
    "nome_vendedor": 50,
    "obs": 100,
    "id_natureza_operacao": 20,
    "nome_natureza_operacao": 100,
}
_INSTALMENT = {"obs": 100, "destino": 50, "forma_pagamento": 30, "meio_pagamento": 100}
_PAYMENT = {
    "tipo_pagamento": 2,
    "valor": 20,
    "cnpj_intermediador": 14,
    "codigo_autorizacao": 128,
    "codigo_bandeira": 2,
}
_CENT = Decimal("0.01")


@dataclass
class Draft:
    """A checked order; ``errors`` is empty when it can be created."""

    placed: date
    situation: str
    ecommerce_number: str
    ecommerce: dict[str, str]
    customer: dict[str, str]
    update_customer: bool
    delivery: dict[str, str] | None
    lines: list[Line]
    markers: list[str]
    instalments: list[Instalment]
    freight: Decimal
    discount: Decimal
    other_expenses: Decimal
    texts: dict[str, str]
    internal_note: str
    intermediary: dict[str, str]
    payments: list[dict[str, str]]
    errors: list[dict[str, str]]


def read_draft(account: Account, content: dict[str, Any], today: date) -> Draft:
    """Read the object inside ``{"pedido": {…}}``; ``today`` is the date of an order that gives none."""
    errors: list[dict[str, str]] = []
    order = Fields(content, "", errors, strict=account.switches.strict_lengths)
    placed = order.date("data_pedido") or today
    customer, update = _customer(account, order)
    delivery = order.inner("endereco_entrega")
    intermediary = order.inner("intermediador")
    number = order.text("numero_pedido_ecommerce", 50)
    ecommerce = {
        "id": order.text("id_ecommerce", 20),
        "numeroPedidoEcommerce": number,
        "numeroPedidoCanalVenda": "",
        "nomeEcommerce": order.text("ecommerce", 100),
        "canalVenda": "",
    }
    draft = Draft(
        placed=placed,
        situation=_situation(order),
        ecommerce_number=number,
        ecommerce=ecommerce,
        customer=customer,
        update_customer=update,
        delivery=delivery.texts(_DELIVERY) if delivery else None,
        lines=_lines(account, order),
        markers=[
            text for part in order.wrapped("marcadores", "marcador") if (text := _marker(account, part))
        ],
        instalments=[_instalment(part, placed) for part in order.wrapped("parcelas", "parcela")],
        freight=order.decimal("valor_frete"),
        discount=order.decimal("valor_desconto"),
        other_expenses=order.decimal("outras_despesas"),
        texts=_texts(account, order),
        internal_note=order.text("obs_internas", 100),
        intermediary=intermediary.texts({"nome": 60, "cnpj": 18, "cnpjPagamento": 18})
        if intermediary
        else {},
        payments=[
            part.texts(_PAYMENT) for part in order.wrapped("pagamentos_integrados", "pagamento_integrado")
        ],
        errors=errors,
    )
    _check_instalments(order, draft)
    return draft


def _customer(account: Account, order: Fields) -> tuple[dict[str, str], bool]:
    customer = order.inner("cliente")
    if customer is None:
        order.wrong("cliente", "O cliente deve ser informado")
        return {}, False
    name = customer.text("nome", account.switches.name_length, "O nome do contato deve ser informado")
    texts = {"nome": name, **customer.texts(_CUSTOMER)}
    if texts.get("tipo_pessoa", "F").upper() not in ("F", "J", "E", ""):
        customer.wrong("tipo_pessoa", "O campo tipo_pessoa é inválido")
    return texts, customer.text("atualizar_cliente", 1).upper() != "N"


def _situation(order: Fields) -> str:
    code = order.text("situacao", 30).strip().lower() or "aberto"
    if code not in SITUATIONS:
        order.wrong("situacao", "O campo situacao é inválido")
    return code


def _lines(account: Account, order: Fields) -> list[Line]:
    parts = order.wrapped("itens", "item")
    if not parts:
        order.wrong("itens", "O pedido deve ter ao menos um item")
    return [_line(account, part) for part in parts]


def _line(account: Account, item: Fields) -> Line:
    id_, sku = item.text("id_produto", 20).strip(), item.text("codigo", 60).strip()
    if id_:
        product = account.products.get(int(id_)) if id_.isdecimal() else None
        if product is None:
            item.wrong("id_produto", "Produto não localizado")
    else:
        product = account.product_by_sku(sku) if sku else None
        if product is None and account.switches.unknown_sku == "refuse":
            item.wrong("codigo", "Produto não localizado")
    return Line(
        product_id=None if product is None else product.id,
        sku=sku if product is None else product.sku,
        description=item.text("descricao", 120, "A descrição do item deve ser informada"),
        unit=item.text("unidade", 3, "A unidade do item deve ser informada"),
        quantity=item.decimal("quantidade", required=True),
        unit_price=item.decimal("valor_unitario", required=True),
        info=item.text("informacao_adicional", 500) or item.text("info_adicional", 500),
    )


def _marker(account: Account, part: Fields) -> str:
    description = part.text("descricao", 50).strip()
    if description:
        return description
    wanted = part.text("id", 20)
    known = next((text for text, id_ in account.marker_ids.items() if str(id_) == wanted), "")
    if not known:
        part.wrong("descricao", "O marcador deve ser informado")
    return known


def _instalment(part: Fields, placed: date) -> Instalment:
    days = part.text("dias", 4).strip()
    if days and not days.isdecimal():
        part.wrong("dias", "O campo dias é inválido")
        days = ""
    due = part.date("data") or placed + timedelta(days=int(days or 0))
    days = days or str((due - placed).days)
    return Instalment(days, due, part.decimal("valor", required=True), part.texts(_INSTALMENT))


def _check_instalments(order: Fields, draft: Draft) -> None:
    if not draft.instalments:
        return
    products = sum((line.quantity * line.unit_price for line in draft.lines), Decimal(0)).quantize(
        _CENT, ROUND_HALF_UP
    )
    total = products - draft.discount + draft.freight + draft.other_expenses
    if sum((part.value for part in draft.instalments), Decimal(0)) != total:
        order.wrong("parcelas", "O valor total das parcelas deve ser igual ao valor total da venda.")


def _texts(account: Account, order: Fields) -> dict[str, str]:
    texts = order.texts(_TEXTS)
    if deposit := order.text("nome_deposito", 100):
        texts["deposito"] = deposit
    if planned := order.date("data_prevista"):
        texts["data_prevista"] = f"{planned:%d/%m/%Y}"
    for key, size, allowed, fold in _CODES:
        if code := fold(order.text(key, size).strip()):
            texts[key] = code
            if code not in allowed:
                order.wrong(key, f"O campo {key} é inválido")
    if service := order.text("forma_frete", 100).strip():
        texts["forma_frete"] = service
        known = {name.casefold() for form in account.shipping_forms for _, name in form.services}
        if service.casefold() not in known:
            order.wrong("forma_frete", "Forma de frete não localizada")
    return texts
