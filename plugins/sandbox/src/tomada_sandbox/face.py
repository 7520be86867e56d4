"""What a kind of remote brings so that it can be served: its endpoints and its own ways of refusing."""

from collections.abc import Callable
from typing import Any, ClassVar, Protocol, TypeVar

from tomada_sandbox.messages import Answer, Request
from tomada_sandbox.quota import Refusal
from tomada_sandbox.remote import Remote
from tomada_sandbox.world import World

R = TypeVar("R", bound=Remote)

Handler = Callable[[World, R, Request], Answer]
"""Reads and changes the world and returns an answer, at once and without waiting. It may run late, or in
vain: the sandbox decides what the client gets to see, so that each fault works with each endpoint.
"""


class Face(Protocol[R]):
    """One kind of remote, served below ``/<kind>/<name>/``."""

    kind: ClassVar[str]

    def create(self, world: World, name: str, options: dict[str, Any]) -> R:
        """Build a remote from the options of ``POST /_sandbox/<kind>s``; the caller adds it to the world.

        Raises ``ValueError`` for options it does not know.
        """

    def resolve(self, remote: R, request: Request) -> tuple[str, Handler[R]] | None:
        """Return the endpoint's name and its handler, None if there is none.

        Rules, counters and the journal know the endpoint by this name.
        """

    def unknown(self, remote: R, request: Request) -> Answer:
        """Answer a request for an endpoint that does not exist."""

    def refuse(self, remote: R, request: Request, why: Refusal) -> Answer:
        """Refuse for quota, as this remote does."""

    def expire(self, remote: R, request: Request) -> Answer | None:
        """Make the credential of the request expire.

        Return the answer, or None if the handler will see to it.
        """

    def headers(self, remote: R) -> dict[str, str]:
        """Return the headers that every answer of the remote carries, names in lower case."""
