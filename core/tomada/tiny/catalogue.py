"""The catalogue as stores need it: one product whole, and the search (A6.1, A6.2)."""

from collections.abc import Iterator
from datetime import datetime

from tomada.domain.erp_catalogue import (
    ErpCatalogueProduct,
    ErpCatalogueVariation,
    ErpProductRow,
    ProductKind,
    ProductMeasures,
    ProductTexts,
)
from tomada.tiny.client import TinyClient
from tomada.tiny.envelope import (
    Record,
    decimal,
    elements,
    inner,
    integer,
    reference,
    required,
    text,
    unexpected,
)
from tomada.tiny.paging import Listing, read_rows
from tomada.tiny.products import component_of, grid_of
from tomada.tiny.wire import moment, read_moment

_PRODUCTS = Listing("produtos.pesquisa.php", "produtos", "produto")
_KINDS = {
    "": ProductKind.SIMPLE,
    "S": ProductKind.SIMPLE,
    "K": ProductKind.KIT,
    "V": ProductKind.PARENT,
    "F": ProductKind.MANUFACTURED,
    "M": ProductKind.RAW_MATERIAL,
}
_LONG = 200_000
"""Characters of a description that are kept; a page of a shop has a hundredth of it."""


def search_products(
    client: TinyClient, words: str, created_since: datetime | None, *, active_only: bool
) -> Iterator[ErpProductRow]:
    """Yield the rows of the search. Tiny searches part of a name or code; deleted ones are left out."""
    params = {"pesquisa": words}
    if active_only:
        params["situacao"] = "A"
    if created_since is not None:
        params["dataCriacao"] = moment(created_since)
    for row in map(row_of, read_rows(client, _PRODUCTS, params)):
        if not row.deleted and (row.active or not active_only):
            yield row


def read_catalogue_product(client: TinyClient, product_id: str) -> ErpCatalogueProduct | None:
    """Read one product; None when there is none."""
    content = client.read("produto.obter.php", {"id": product_id})
    return None if content is None else catalogue_product_of(inner(content, "produto"))


def row_of(produto: Record) -> ErpProductRow:
    """Read a row of the search."""
    variation = text(produto, "tipoVariacao").upper()
    return ErpProductRow(
        product_id=required(produto, "id"),
        sku=text(produto, "codigo"),
        name=text(produto, "nome"),
        unit=text(produto, "unidade") or "UN",
        price=decimal(produto, "preco"),
        promotional_price=decimal(produto, "preco_promocional"),
        gtin=text(produto, "gtin"),
        active=text(produto, "situacao").upper() == "A",
        deleted=text(produto, "situacao").upper() == "E",
        parent=variation == "P",
        variation=variation == "V",
        created_at=read_moment(produto, "data_criacao"),
    )


def catalogue_product_of(produto: Record) -> ErpCatalogueProduct:
    """Read a whole product."""
    return ErpCatalogueProduct(
        product_id=required(produto, "id"),
        sku=text(produto, "codigo"),
        name=text(produto, "nome"),
        unit=text(produto, "unidade") or "UN",
        active=required(produto, "situacao").upper() == "A",
        deleted=text(produto, "situacao").upper() == "E",
        kind=_kind(produto),
        parent_id=reference(produto, "idProdutoPai"),
        price=decimal(produto, "preco"),
        promotional_price=decimal(produto, "preco_promocional"),
        cost=decimal(produto, "preco_custo"),
        gtin=text(produto, "gtin"),
        ncm=text(produto, "ncm"),
        origin=text(produto, "origem"),
        brand=text(produto, "marca"),
        category=tuple(level for part in text(produto, "categoria").split(">>") if (level := part.strip())),
        category_id=reference(produto, "id_categoria"),
        preparation_days=integer(produto, "dias_preparacao") or 0,
        measures=_measures(produto),
        texts=_texts(produto),
        images=tuple(dict.fromkeys(_images(produto))),
        grid=grid_of(produto),
        variations=tuple(_variation(part) for part in elements(produto, "variacoes", "variacao")),
        components=tuple(component_of(part) for part in elements(produto, "kit", "item")),
    )


def _kind(produto: Record) -> ProductKind:
    """Tell the kind: a variation has whatever class its maker gave it, often its parent's."""
    match text(produto, "tipoVariacao").upper():
        case "P":
            return ProductKind.PARENT
        case "V":
            return ProductKind.VARIATION
    if text(produto, "tipo").upper() == "S":
        return ProductKind.SERVICE
    if reference(produto, "idProdutoPai"):
        return ProductKind.VARIATION
    kind = _KINDS.get(text(produto, "classe_produto").upper())
    if kind is None:
        raise unexpected("classe_produto")
    return kind


def _measures(produto: Record) -> ProductMeasures:
    return ProductMeasures(
        net_weight=decimal(produto, "peso_liquido"),
        gross_weight=decimal(produto, "peso_bruto"),
        height=decimal(produto, "alturaEmbalagem"),
        width=decimal(produto, "larguraEmbalagem"),
        length=decimal(produto, "comprimentoEmbalagem"),
        diameter=decimal(produto, "diametroEmbalagem"),
    )


def _texts(produto: Record) -> ProductTexts:
    return ProductTexts(
        description=text(produto, "descricao_complementar", _LONG),
        warranty=text(produto, "garantia"),
        seo_title=text(produto, "seo_title"),
        seo_keywords=text(produto, "seo_keywords"),
        seo_description=text(produto, "seo_description"),
        slug=text(produto, "slug"),
        video=text(produto, "link_video"),
    )


def _images(produto: Record) -> Iterator[str]:
    """Yield the addresses of attachments (a text inside the wrapper) and of images that stand elsewhere."""
    attachments = produto.get("anexos") or []
    for part in attachments if isinstance(attachments, list) else [attachments]:
        address = text(part if isinstance(part, dict) else {"anexo": part}, "anexo")
        if address.startswith(("http://", "https://")):
            yield address
    for image in elements(produto, "imagens_externas", "imagem_externa"):
        if address := text(image, "url"):
            yield address


def _variation(part: Record) -> ErpCatalogueVariation:
    return ErpCatalogueVariation(
        product_id=required(part, "id"),
        sku=text(part, "codigo"),
        price=decimal(part, "preco"),
        grid=grid_of(part),
    )
