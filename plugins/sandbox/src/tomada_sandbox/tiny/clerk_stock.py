"""The clerk in the warehouse: counts, movements, reservations by hand."""

from tomada_sandbox.tiny import stock_engine
from tomada_sandbox.tiny.clerk_support import Action, OnAccount, amount_of, product_of
from tomada_sandbox.tiny.goods import Deposit, Movement, MovementKind
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import number
from tomada_sandbox.world import World

_KINDS: dict[str, MovementKind] = {"in": "E", "out": "S"}


def _count(world: World, account: Account, action: Action) -> dict[str, object]:
    """``count_stock``/``set_stock``: the balance is ``stock``."""
    return _book(world, account, action, "B", "stock")


def _move(world: World, account: Account, action: Action) -> dict[str, object]:
    """``move_stock``: ``quantity`` comes ``in`` or goes ``out`` (``way``)."""
    kind = _KINDS.get(action["way"])
    if kind is None:
        raise ValueError("way must be in or out")
    return _book(world, account, action, kind, "quantity")


def _transfer(world: World, account: Account, action: Action) -> dict[str, object]:
    """``transfer_stock``: ``quantity`` from one deposit (``source``) to another (``target``)."""
    source, target = _deposit(account, action, "source"), _deposit(account, action, "target")
    product, quantity = product_of(account, action), amount_of(action, "quantity")
    stock_engine.book(world, account, product, "S", quantity, deposit=source, origin="transferência")
    return _told(
        account,
        stock_engine.book(world, account, product, "E", quantity, deposit=target, origin="transferência"),
    )


def _reserve(world: World, account: Account, action: Action) -> dict[str, object]:
    """``reserve_stock``: a reservation by hand; a negative ``quantity`` takes it back."""
    product = product_of(account, action)
    stock_engine.reserve_by_hand(world, account, product, amount_of(action, "quantity"))
    return {"product": product.id, "reserved": number(account.reserved(product))}


def _add_deposit(world: World, account: Account, action: Action) -> dict[str, object]:
    """``add_deposit``: ``name``, and ``disregard`` for one whose balance does not count."""
    name = str(action["name"])
    if name in account.deposits:
        raise ValueError(f"there is already a deposit {name!r}")
    account.deposits[name] = Deposit(name, bool(action.get("disregard")), str(action.get("company", "")))
    return {"deposit": name}


def _book(world: World, account: Account, action: Action, kind: MovementKind, key: str) -> dict[str, object]:
    movement = stock_engine.book(
        world,
        account,
        product_of(account, action),
        kind,
        amount_of(action, key),
        deposit=_deposit(account, action, "deposit"),
        note=str(action.get("note", "")),
        origin="tela",
    )
    return _told(account, movement)


def _deposit(account: Account, action: Action, key: str) -> str:
    name = str(action.get(key) or account.default_deposit)
    if name not in account.deposits:
        raise LookupError(f"there is no deposit {name!r} in {account.key}")
    return name


def _told(account: Account, movement: Movement) -> dict[str, object]:
    stock = account.on_hand(account.products[movement.product_id])
    return {"product": movement.product_id, "movement": movement.id, "stock": number(stock)}


ACTIONS: dict[object, OnAccount] = {
    "set_stock": _count,
    "count_stock": _count,
    "move_stock": _move,
    "transfer_stock": _transfer,
    "reserve_stock": _reserve,
    "add_deposit": _add_deposit,
}
