"""HTTP connections that can be broken on purpose: uvicorn's protocol with its transport laid open."""

import asyncio
import socket
import struct

from starlette.types import Receive, Scope
from uvicorn.protocols.http.h11_impl import H11Protocol

_LINGER_ZERO = struct.pack("ii", 1, 0)


class BreakableProtocol(H11Protocol):
    """Puts the connection's transport into the state of each request's scope."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Lay the transport open to the application, and send small writes at once."""
        super().connection_made(transport)
        # Head and body leave in two writes; the second would wait 40 ms for the client's acknowledgement.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app_state = {**self.app_state, "transport": transport}


async def reset(scope: Scope, receive: Receive) -> None:
    """Reset the connection of a request (TCP RST) and wait until the server has noticed."""
    transport: asyncio.Transport = scope["state"]["transport"]
    sock: socket.socket = transport.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_ZERO)
    transport.abort()
    await _gone(receive)


async def close(scope: Scope, receive: Receive) -> None:
    """Close the connection of a request after what was written has left, without completing the answer."""
    transport: asyncio.Transport = scope["state"]["transport"]
    transport.close()
    await _gone(receive)


async def _gone(receive: Receive) -> None:
    # If the application ended before the server saw the end, the server would answer 500 in its place.
    while (await receive())["type"] != "http.disconnect":
        pass
