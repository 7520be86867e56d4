"""Posting and un-posting an order's stock through the API (tiny-api.md A9.6)."""

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.tiny import stock_engine
from tomada_sandbox.tiny.envelope import success
from tomada_sandbox.tiny.order_search import find
from tomada_sandbox.tiny.parameters import parameters
from tomada_sandbox.tiny.state import Account
from tomada_sandbox.world import World


def post(world: World, account: Account, request: Request) -> Answer:
    """``pedido.lancar.estoque.php``."""
    stock_engine.post(world, account, find(account, parameters(request)))
    return success()


def unpost(world: World, account: Account, request: Request) -> Answer:
    """``pedido.estornar.estoque.php``."""
    stock_engine.unpost(world, account, find(account, parameters(request)))
    return success()
