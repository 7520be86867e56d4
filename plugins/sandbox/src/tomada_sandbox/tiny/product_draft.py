"""What ``produto.incluir`` and ``produto.alterar`` take (tiny-api.md A6.3), read and checked."""

from dataclasses import dataclass, field
from decimal import Decimal

from tomada_sandbox.tiny.order_fields import Fields
from tomada_sandbox.tiny.state import Account

_TEXTS = {
    "ncm": 10,
    "origem": 1,
    "gtin_embalagem": 14,
    "localizacao": 50,
    "id_fornecedor": 20,
    "codigo_fornecedor": 15,
    "codigo_pelo_fornecedor": 20,
    "unidade_por_caixa": 3,
    "classe_ipi": 5,
    "cod_lista_servicos": 5,
    "descricao_complementar": 100_000,
    "garantia": 100,
    "cest": 10,
    "obs": 10_000,
    "marca": 100,
    "categoria": 500,
    "sob_encomenda": 1,
    "dias_preparacao": 3,
    "seo_title": 120,
    "seo_keywords": 255,
    "seo_description": 255,
    "link_video": 100,
    "slug": 255,
}
_NUMBERS = {
    "peso_liquido": "peso_liquido",
    "peso_bruto": "peso_bruto",
    "estoque_minimo": "estoque_minimo",
    "estoque_maximo": "estoque_maximo",
    "valor_ipi_fixo": "valor_ipi_fixo",
    "tipo_embalagem": "tipoEmbalagem",
    "altura_embalagem": "alturaEmbalagem",
    "largura_embalagem": "larguraEmbalagem",
    "comprimento_embalagem": "comprimentoEmbalagem",
    "diametro_embalagem": "diametroEmbalagem",
}
"""Numbers by the name under which they are written, and that under which they are read."""


@dataclass
class VariationDraft:
    """A variation as its parent brings it."""

    sku: str
    price: Decimal
    grid: dict[str, str]
    opening: Decimal


@dataclass
class ProductDraft:
    """A checked record. ``given`` are the names that were sent; ``errors`` is empty when it can be stored."""

    sequence: str
    id: str
    sku: str
    name: str
    unit: str
    price: Decimal
    promotional_price: Decimal
    cost: Decimal
    gtin: str
    situation: str
    class_: str
    grid: dict[str, str]
    images: list[str]
    attachments: list[str]
    details: dict[str, str]
    opening: Decimal
    variations: list[VariationDraft]
    kit: list[tuple[int, Decimal]]
    given: set[str]
    errors: list[dict[str, str]] = field(default_factory=list)


def read_draft(account: Account, content: dict[str, object]) -> ProductDraft:
    """Read the object inside ``{"produto": {…}}``."""
    errors: list[dict[str, str]] = []
    sent = Fields(content, "", errors, strict=account.switches.strict_lengths)
    details = sent.texts(_TEXTS)
    details |= {
        read: sent.text(key, 20) for key, read in _NUMBERS.items() if sent.decimal(key) or key in content
    }
    return ProductDraft(
        sequence=sent.text("sequencia", 10, "O número de sequência deve ser informado"),
        id=sent.text("id", 20).strip(),
        sku=sent.text("codigo", 30).strip(),
        name=sent.text("nome", 120, "O nome do produto deve ser informado"),
        unit=sent.text("unidade", 3, "A unidade do produto deve ser informada"),
        price=sent.decimal("preco", required=True),
        promotional_price=sent.decimal("preco_promocional"),
        cost=sent.decimal("preco_custo"),
        gtin=sent.text("gtin", 14),
        situation=_one_of(sent, "situacao", "AI"),
        class_=_one_of(sent, "classe_produto", "SKVFM", "S"),
        grid=_grid(sent),
        images=_images(sent),
        attachments=_attachments(content),
        details=details
        | {"origem": _one_of(sent, "origem", "012345678"), "tipo": _one_of(sent, "tipo", "PS")},
        opening=sent.decimal("estoque_atual"),
        variations=[_variation(part) for part in sent.wrapped("variacoes", "variacao")],
        kit=[_component(account, part) for part in sent.wrapped("kit", "item")],
        given=set(content),
        errors=errors,
    )


def _one_of(sent: Fields, key: str, letters: str, default: str = "") -> str:
    letter = sent.text(key, 1).upper() or default
    if not letter or letter not in letters:
        sent.wrong(key, f"O campo {key} é inválido")
    return letter


def _grid(sent: Fields) -> dict[str, str]:
    inner = sent.inner("grade")
    return {} if inner is None else {key: inner.text(key, 100) for key in inner.source}


def _images(sent: Fields) -> list[str]:
    parts = sent.wrapped("imagens_externas", "imagem_externa")
    return [part.text("url", 500, "A url da imagem deve ser informada") for part in parts]


def _attachments(content: dict[str, object]) -> list[str]:
    value = content.get("anexos") or []
    parts = value if isinstance(value, list) else []
    return [str(part["anexo"]) for part in parts if isinstance(part, dict) and part.get("anexo")]


def _variation(part: Fields) -> VariationDraft:
    if not _grid(part):
        part.wrong("grade", "A grade da variação deve ser informada")
    return VariationDraft(
        sku=part.text("codigo", 30).strip(),
        price=part.decimal("preco"),
        grid=_grid(part),
        opening=part.decimal("estoque_atual"),
    )


def _component(account: Account, part: Fields) -> tuple[int, Decimal]:
    text = part.text("id_produto", 20).strip()
    id_ = int(text) if text.isdecimal() else 0
    if id_ not in account.products:
        part.wrong("id_produto", "Produto não localizado")
    quantity = part.decimal("quantidade", required=True)
    if not quantity:
        part.wrong("quantidade", "O campo quantidade é inválido")
    return id_, quantity
