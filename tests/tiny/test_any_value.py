"""Whatever stands in a field of an answer: it is read or refused, bounded, and nothing else happens (X2)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from tests.tiny.test_catalogue import PRODUTO
from tests.tiny.test_invoices import NOTA
from tests.tiny.test_order_reading import PEDIDO
from tests.tiny.test_stock import PRODUTO as SALDO
from tomada.errors import RemoteContractChanged
from tomada.tiny.catalogue import catalogue_product_of, row_of
from tomada.tiny.invoices import invoice_of
from tomada.tiny.order_reading import order_of
from tomada.tiny.stock import stock_of

LONGEST = 200_000

READERS: dict[str, tuple[Callable[[Mapping[str, Any]], BaseModel], dict[str, Any]]] = {
    "product": (catalogue_product_of, PRODUTO),
    "row": (row_of, PRODUTO),
    "order": (order_of, PEDIDO),
    "invoice": (invoice_of, NOTA),
    "stock": (lambda content: stock_of(content, datetime(2026, 11, 25, tzinfo=UTC)), SALDO),
}

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.text(alphabet="0123456789/.,:- EeNnaTZ", max_size=22)
    | st.sampled_from(["9" * 5000, "x" * 300_000, "\ud800", "\0", "1e9", "-0", "٣", "31/12/0001"])
)
_ANYTHING = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["item", "id", "quantidade", "url", "saldo", "grade"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("kind", READERS)
@given(st.data())
def test_x2_any_value_in_any_field_is_read_or_refused(kind: str, data: st.DataObject) -> None:
    read, sample = READERS[kind]
    field = data.draw(st.sampled_from(sorted(sample)))
    try:
        found = read(sample | {field: data.draw(_ANYTHING)})
    except RemoteContractChanged:
        return
    for value in _leaves(found.model_dump()):
        if isinstance(value, str):
            assert len(value) <= LONGEST
            value.encode()
        elif isinstance(value, Decimal):
            assert value.is_finite()


def _leaves(content: object) -> Iterator[object]:
    if isinstance(content, dict):
        content = [*content.keys(), *content.values()]
    if isinstance(content, list | tuple):
        for part in content:
            yield from _leaves(part)
    else:
        yield content
