"""The e-mails that buyers get: one for each thing that is told, told again or not (RULES T2)."""

from tomada_sandbox.tray.state import Mail, Order, Store
from tomada_sandbox.tray.wire import write_moment
from tomada_sandbox.world import World


def tell(world: World, store: Store, order: Order, kind: str, value: str) -> None:
    """Note that the buyer of an order got an e-mail."""
    store.mails.append(Mail(order.id, kind, value, write_moment(world.now())))
