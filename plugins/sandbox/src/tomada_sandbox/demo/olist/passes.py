"""One sync of the real orders, and what it took."""

from dataclasses import dataclass

from tomada_sandbox.demo.stage import Requests
from tomada_sandbox.demo.user import Done


@dataclass(frozen=True, slots=True)
class Pass:
    """How the command ended, and what it asked the remotes."""

    done: Done
    requests: Requests
