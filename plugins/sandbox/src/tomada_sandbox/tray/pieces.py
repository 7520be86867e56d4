"""What orders take from a store's own balances [guess: no document says when Tray moves stock]."""

from collections.abc import Iterable

from tomada_sandbox.tray.state import Line, Store


def take(store: Store, lines: Iterable[Line]) -> None:
    """Take the pieces of an order's lines; a balance may go below zero, as two buyers may be quick."""
    _move(store, lines, -1)


def give_back(store: Store, lines: Iterable[Line]) -> None:
    """Give the pieces of an order's lines back."""
    _move(store, lines, 1)


def _move(store: Store, lines: Iterable[Line], sign: int) -> None:
    if store.switches.stock_on_order == "never":
        return
    for line in lines:
        product = store.products.get(line.product_id)
        if product is None or product.kit:
            continue
        pieces = sign * int(line.quantity)
        variant = next((each for each in product.variants if each.id == line.variant_id), None)
        if variant is not None:
            variant.stock += pieces
        elif not product.variants:
            product.stock += pieces
