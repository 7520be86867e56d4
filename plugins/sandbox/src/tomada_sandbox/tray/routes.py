"""How the server plugs the Tray face in."""

from typing import Any

from starlette.routing import BaseRoute, Mount

from tomada_sandbox.exchange import RemoteApp
from tomada_sandbox.tray.face import TrayFace
from tomada_sandbox.tray.state import Store
from tomada_sandbox.world import World


def routes(world: World) -> list[BaseRoute]:
    """Return the routes of all stores."""
    return [Mount("/tray", app=RemoteApp(world, TrayFace(world)))]


def create(world: World, name: str, options: dict[str, Any]) -> Store:
    """Open a store, see ``TrayFace.create``."""
    return TrayFace(world).create(world, name, options)
