"""How stock moves: movements, reservations, and what an order does to both (tiny-api.md part D)."""

from decimal import Decimal

from tomada_sandbox.tiny import feed
from tomada_sandbox.tiny.envelope import INVALID, RefusedError
from tomada_sandbox.tiny.goods import ZERO, Movement, MovementKind, Product
from tomada_sandbox.tiny.sales import Exit, Order
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.world import World

_RANKS = {
    "aberto": 0,
    "aprovado": 1,
    "preparando_envio": 2,
    "faturado": 3,
    "pronto_envio": 4,
    "enviado": 5,
    "nao_entregue": 5,
    "entregue": 6,
}
_TRIGGERS = {"save": 0, "approval": 1, "invoice": 3, "sent": 5}


def rank(situation: str) -> int:
    """Return how far an order is; -1 for a cancelled or incomplete one."""
    return _RANKS.get(situation, -1)


def book(
    world: World,
    account: Account,
    product: Product,
    kind: MovementKind,
    quantity: Decimal,
    *,
    deposit: str = "",
    note: str = "",
    origin: str = "",
) -> Movement:
    """Change a balance; nothing checks that it stays positive. Every movement is a change for the feed."""
    name = deposit or account.default_deposit
    before = product.balances.get(name, ZERO)
    after = quantity if kind == "B" else before + (quantity if kind == "E" else -quantity)
    product.balances[name] = after
    at = world.stamp(account)
    movement = Movement(
        account.new_id(), product.id, kind, quantity, name, at, balance=after, note=note, origin=origin
    )
    account.movements.append(movement)
    feed.enqueue(account.changed_stock, product.id, world.stamp(account))
    return movement


def reserve_by_hand(world: World, account: Account, product: Product, quantity: Decimal) -> None:
    """Add a person's reservation; a negative quantity takes it back."""
    _reserve(world, account, product, quantity)


def follow(world: World, account: Account, order: Order) -> None:
    """Bring stock in line with an order that was saved or changed its situation.

    A cancelled one gives up its reservation, and keeps what it has posted out of stock. The others are posted
    once they reach the account's trigger, and reserve until then.
    """
    if order.situation == "cancelado":
        _release(world, account, order)
        return
    trigger = _TRIGGERS.get(account.switches.post_on)
    if (
        trigger is not None
        and not order.posted
        and rank(order.situation) >= trigger
        and _covered(account, order)
    ):
        _post(world, account, order)
        return
    _hold(world, account, order)


def reserve_anew(world: World, account: Account, order: Order) -> None:
    """Bring stock in line with an order whose items were edited."""
    _release(world, account, order)
    follow(world, account, order)


def post(world: World, account: Account, order: Order) -> None:
    """Post an order's stock on demand; raises ``RefusedError`` if it was, or if stock may not become negative."""
    if order.posted:
        raise RefusedError(INVALID, "Estoque já lançado.")
    if not _covered(account, order):
        raise RefusedError(INVALID, "Estoque insuficiente.")
    _post(world, account, order)


def unpost(world: World, account: Account, order: Order) -> None:
    """Take a posting back; of an order that only reserves it inflates the reservation (D4), else does nothing."""
    if order.posted:
        exits, order.exits, order.posted = order.exits, [], False
        for taken in exits:
            product = account.products[taken.product_id]
            book(
                world,
                account,
                product,
                "E",
                taken.quantity,
                deposit=taken.deposit,
                origin=f"estorno {order.number}",
            )
        if order.situation != "cancelado":
            _hold(world, account, order)
    elif account.switches.unpost_inflates and account.switches.reservation:
        for id_, quantity in order.reserved.items():
            _reserve(world, account, account.products[id_], quantity)


def parts(account: Account, order: Order) -> list[tuple[Product, Decimal]]:
    """Return what an order takes: of a kit its components, of a text that is no product nothing."""
    found: dict[int, Decimal] = {}
    for line in order.lines:
        product = None if line.product_id is None else account.products.get(line.product_id)
        if product is None:
            continue
        components = product.kit if product.class_ == "K" else [(product.id, Decimal(1))]
        for id_, each in components:
            found[id_] = found.get(id_, ZERO) + each * line.quantity
    return [(account.products[id_], quantity) for id_, quantity in found.items() if id_ in account.products]


def _post(world: World, account: Account, order: Order) -> None:
    _release(world, account, order)
    deposit = _deposit(account, order)
    order.posted = True
    for product, quantity in parts(account, order):
        book(world, account, product, "S", quantity, deposit=deposit, origin=f"pedido {order.number}")
        order.exits.append(Exit(product.id, deposit, quantity))


def _hold(world: World, account: Account, order: Order) -> None:
    if account.switches.reservation and not order.reserved and not order.posted:
        for product, quantity in parts(account, order):
            order.reserved[product.id] = quantity
            _reserve(world, account, product, quantity)


def _release(world: World, account: Account, order: Order) -> None:
    reserved, order.reserved = order.reserved, {}
    for id_, quantity in reserved.items():
        _reserve(world, account, account.products[id_], -quantity)


def _reserve(world: World, account: Account, product: Product, quantity: Decimal) -> None:
    product.reserved += quantity
    if account.switches.feed_reservations:
        feed.enqueue(account.changed_stock, product.id, world.stamp(account))


def _covered(account: Account, order: Order) -> bool:
    if not account.switches.refuse_negative:
        return True
    deposit = _deposit(account, order)
    return all(product.balances.get(deposit, ZERO) >= quantity for product, quantity in parts(account, order))


def _deposit(account: Account, order: Order) -> str:
    name = order.texts.get("deposito", "")
    return name if name in account.deposits else account.default_deposit
