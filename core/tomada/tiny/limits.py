"""The sizes of an order's texts in Tiny (A9.2), and cutting a draft to them (C3).

The pages do not say what happens to a longer text, so none is sent.
"""

from collections.abc import Mapping
from typing import TypeVar

from tomada.domain.customer import Address
from tomada.domain.erp import Cut, ErpItem, ErpOrderDraft
from tomada.domain.payload import Payload
from tomada.errors import RejectedByRemote
from tomada.i18n import _

P = TypeVar("P", bound=Payload)

NO_NUMBER = "S/N"
"""What Brazilian addresses and invoices say for a house without a number."""

_Sizes = Mapping[str, tuple[str, int]]
"""Field of the domain → Tiny's name and size."""

_CUSTOMER: _Sizes = {
    "trade_name": ("nome_fantasia", 60),
    "document": ("cpf_cnpj", 18),
    "state_inscription": ("ie", 18),
    "identity_card": ("rg", 10),
    "phone": ("fone", 40),
    "email": ("email", 50),
}
_PLACE: _Sizes = {
    "street": ("endereco", 50),
    "number": ("numero", 10),
    "complement": ("complemento", 50),
    "district": ("bairro", 30),
    "zip_code": ("cep", 10),
    "city": ("cidade", 30),
    "state": ("uf", 30),
}
_REGISTERED: _Sizes = {**_PLACE, "country": ("pais", 50)}
_DELIVERY: _Sizes = {**_PLACE, "phone": ("fone", 40), "recipient": ("nome_destinatario", 60)}
_ITEM: _Sizes = {"name": ("descricao", 120), "unit": ("unidade", 3)}
_INSTALMENT: _Sizes = {
    "note": ("obs", 100),
    "destination": ("destino", 50),
    "means": ("meio_pagamento", 100),
}
_SHIPPING: _Sizes = {"carrier": ("nome_transportador", 30)}
_TERMS: _Sizes = {"seller": ("nome_vendedor", 50)}
_ORDER: _Sizes = {
    "note": ("obs", 100),
    "purchase_order": ("numero_ordem_compra", 10),
    "payment_means": ("meio_pagamento", 100),
}

_IDENTITY: _Sizes = {
    "mark": ("marcadores.descricao", 50),
    "ecommerce_number": ("numero_pedido_ecommerce", 50),
    "internal_note": ("obs_internas", 100),
    "customer_code": ("cliente.codigo", 30),
}


def fit(draft: ErpOrderDraft, name_length: int) -> tuple[ErpOrderDraft, list[Cut]]:
    """Cut every text to its size and say what was cut, by Tiny's names (``itens[1].descricao``).

    An e-mail address that is too long is left out: cut, it would be somebody else's. What identifies an order
    or a customer is never cut (``check_identity``). A street without a number gets ``S/N``.
    """
    cuts: list[Cut] = []
    customer = _cut(draft.customer, {"name": ("nome", name_length), **_CUSTOMER}, "cliente.", cuts)
    address = _cut(_numbered(customer.address), _REGISTERED, "cliente.", cuts)
    delivery = draft.delivery and _cut(_numbered(draft.delivery), _DELIVERY, "endereco_entrega.", cuts)
    update = {
        "customer": customer.model_copy(update={"address": address}),
        "delivery": delivery,
        "items": tuple(_cut_all(tuple(map(_named, draft.items)), _ITEM, "itens", cuts)),
        "shipping": draft.shipping and _cut(draft.shipping, _SHIPPING, "", cuts),
        "terms": _cut(draft.terms, _TERMS, "", cuts),
        "instalments": tuple(_cut_all(draft.instalments, _INSTALMENT, "parcelas", cuts)),
    }
    return _cut(draft.model_copy(update=update), _ORDER, "", cuts), cuts


def check_identity(draft: ErpOrderDraft) -> None:
    """Raise ``RejectedByRemote`` for an identity that does not fit: cut, it would not be found again."""
    for name, (field, size) in _IDENTITY.items():
        if len(getattr(draft, name)) > size:
            raise RejectedByRemote(
                "tiny.identity_too_long",
                _("{field} is longer than the {size} characters that Tiny keeps.").format(
                    field=field, size=size
                ),
                field=field,
            )


def _cut(record: P, sizes: _Sizes, path: str, cuts: list[Cut]) -> P:
    update = {}
    for name, (field, size) in sizes.items():
        value: str = getattr(record, name)
        if len(value) > size:
            update[name] = "" if name == "email" else value[:size]
            cuts.append(Cut(field=path + field, length=len(value), kept=len(update[name])))
    return record.model_copy(update=update) if update else record


def _cut_all(records: tuple[P, ...], sizes: _Sizes, key: str, cuts: list[Cut]) -> list[P]:
    return [_cut(record, sizes, f"{key}[{place}].", cuts) for place, record in enumerate(records, 1)]


def _numbered(address: Address) -> Address:
    if address.number.strip() or not address.street:
        return address
    return address.model_copy(update={"number": NO_NUMBER})


def _named(item: ErpItem) -> ErpItem:
    """Give an item the description and unit that Tiny insists on."""
    if item.name.strip() and item.unit.strip():
        return item
    return item.model_copy(update={"name": item.name.strip() or item.sku, "unit": item.unit.strip() or "UN"})
