"""Products to create and to replace, in batches of at most 20 (A6.3). Each batch counts towards 5 a minute."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from tomada.domain.erp_catalogue import ErpProductDraft, ErpProductResult, ErpVariationDraft, ProductKind
from tomada.domain.payload import Payload
from tomada.errors import RemoteContractChanged, TomadaError
from tomada.i18n import _
from tomada.tiny.client import TinyClient, json_field
from tomada.tiny.envelope import Record, integer, text
from tomada.tiny.trouble import no_answer
from tomada.tiny.wire import filled, number

MOST = 20
"""Records of a batch (A3)."""

CREATE = "produto.incluir.php"
REPLACE = "produto.alterar.php"

_CLASSES = {
    ProductKind.SIMPLE: "S",
    ProductKind.KIT: "K",
    ProductKind.PARENT: "V",
    ProductKind.VARIATION: "V",
    ProductKind.MANUFACTURED: "F",
    ProductKind.RAW_MATERIAL: "M",
    ProductKind.SERVICE: "S",
}
_BOX = "2"

_PRODUCT_SIZES = {
    "sku": ("codigo", 30),
    "name": ("nome", 120),
    "unit": ("unidade", 3),
    "gtin": ("gtin", 14),
    "ncm": ("ncm", 10),
    "origin": ("origem", 1),
}
_TEXT_SIZES = {
    "seo_title": ("seo_title", 120),
    "seo_keywords": ("seo_keywords", 255),
    "seo_description": ("seo_description", 255),
    "video": ("link_video", 100),
}


def send_products(
    client: TinyClient, service: str, drafts: Sequence[ErpProductDraft]
) -> list[ErpProductResult]:
    """Send the drafts that fit with one call, and say of each draft what became of it."""
    if len(drafts) > MOST:
        raise ValueError(f"a batch has at most {MOST} products")
    results = {place: refusal for place, draft in enumerate(drafts, 1) if (refusal := _too_long(draft))}
    sent = {place: draft for place, draft in enumerate(drafts, 1) if place not in results}
    if sent:
        batch = [{"produto": produto_of(draft, place)} for place, draft in sent.items()]
        answers = client.write_records(service, {"produto": json_field({"produtos": batch})})
        told = {integer(record, "sequencia"): (record, error) for record, error in answers}
        results |= {place: _result(draft, service, told.get(place)) for place, draft in sent.items()}
    return [results[place] for place in range(1, len(drafts) + 1)]


def produto_of(draft: ErpProductDraft, place: int) -> dict[str, object]:
    """Return the record of a draft; ``place`` is its ``sequencia`` in the batch. Empty fields are left out."""
    boxed = any((draft.measures.height, draft.measures.width, draft.measures.length))
    return filled(
        {
            "sequencia": str(place),
            "id": draft.product_id,
            "codigo": draft.sku,
            "nome": draft.name,
            "unidade": draft.unit,
            "preco": number(draft.price),
            "preco_promocional": _price(draft, draft.promotional_price),
            "preco_custo": _price(draft, draft.cost),
            "situacao": "A" if draft.active else "I",
            "tipo": "S" if draft.kind is ProductKind.SERVICE else "P",
            "classe_produto": _CLASSES[draft.kind],
            "origem": draft.origin,
            "gtin": draft.gtin,
            "ncm": draft.ncm,
            "marca": draft.brand,
            "categoria": " >> ".join(draft.category),
            "peso_liquido": number(draft.measures.net_weight),
            "peso_bruto": number(draft.measures.gross_weight),
            "tipo_embalagem": _BOX if boxed else None,
            "altura_embalagem": number(draft.measures.height),
            "largura_embalagem": number(draft.measures.width),
            "comprimento_embalagem": number(draft.measures.length),
            "diametro_embalagem": number(draft.measures.diameter),
            "descricao_complementar": draft.texts.description,
            "garantia": draft.texts.warranty,
            "seo_title": draft.texts.seo_title,
            "seo_keywords": draft.texts.seo_keywords,
            "seo_description": draft.texts.seo_description,
            "slug": draft.texts.slug,
            "link_video": draft.texts.video,
            "imagens_externas": [{"imagem_externa": {"url": address}} for address in draft.images],
            "estoque_atual": None if draft.opening_stock is None else number(draft.opening_stock),
            "grade": draft.grid,
            "variacoes": [{"variacao": _variation(part)} for part in draft.variations],
            "kit": [
                {"item": {"id_produto": part.product_id, "quantidade": number(part.quantity)}}
                for part in draft.components
            ],
        }
    )


def _price(draft: ErpProductDraft, value: Decimal) -> str | None:
    """Write a price; no price is said to a product that may have one, and needs no saying to a new one."""
    return number(value) if value or draft.product_id else None


def _variation(draft: ErpVariationDraft) -> dict[str, object]:
    return filled(
        {
            "codigo": draft.sku,
            "preco": number(draft.price),
            "grade": draft.grid,
            "estoque_atual": None if draft.opening_stock is None else number(draft.opening_stock),
        }
    )


def _too_long(draft: ErpProductDraft) -> ErpProductResult | None:
    for field, size in _over(draft):
        message = _("{field} is longer than the {size} characters that Tiny keeps.")
        return ErpProductResult(
            sku=draft.sku,
            product_id=draft.product_id,
            code="tiny.too_long",
            message=message.format(field=field, size=size),
            field=field,
        )
    return None


def _over(draft: ErpProductDraft) -> Iterator[tuple[str, int]]:
    yield from _longer(draft, _PRODUCT_SIZES, "")
    yield from _longer(draft.texts, _TEXT_SIZES, "")
    for place, part in enumerate(draft.variations):
        yield from _longer(part, {"sku": ("codigo", 30)}, f"variacoes[{place}].")


def _longer(record: Payload, sizes: Mapping[str, tuple[str, int]], path: str) -> Iterator[tuple[str, int]]:
    for name, (field, size) in sizes.items():
        if len(getattr(record, name)) > size:
            yield path + field, size


def _result(
    draft: ErpProductDraft, service: str, told: tuple[Record, TomadaError | None] | None
) -> ErpProductResult:
    record, error = told or ({}, None)
    product_id = _id(record) or draft.product_id
    if error is None and (not told or not product_id):
        error = no_answer(service, _("its answer leaves this product out"), safe=False)
    if error is None:
        return ErpProductResult(sku=draft.sku, product_id=product_id)
    return ErpProductResult(
        sku=draft.sku,
        product_id=draft.product_id,
        code=error.code,
        message=error.message,
        field=getattr(error, "field", ""),
    )


def _id(record: Record) -> str:
    """Return the id that an answer gives; one that cannot be read is none, as the product is there all the same."""
    try:
        return text(record, "id")
    except RemoteContractChanged:
        return ""
