"""An order's situation, and what goes with it: the dates of the milestones, and stock."""

from tomada_sandbox.clock import BRASILIA
from tomada_sandbox.tiny import stock_engine
from tomada_sandbox.tiny.sales import Order
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.tiny.wire import write_date
from tomada_sandbox.world import World

_DATES = {"faturado": "data_faturamento", "enviado": "data_envio", "entregue": "data_entrega"}


def set_situation(world: World, account: Account, order: Order, code: str) -> None:
    """Give an order a situation and date the change. None is forbidden."""
    order.situation = code
    order.updated = world.stamp(account)
    order.occurrences.append((code, order.updated))
    if field := _DATES.get(code):
        order.texts[field] = write_date(order.updated.astimezone(BRASILIA).date())
    stock_engine.follow(world, account, order)
