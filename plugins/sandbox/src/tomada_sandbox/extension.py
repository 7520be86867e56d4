"""What ``tomada`` finds of this package: two commands. Nothing else is imported before one of them runs."""

from collections.abc import Mapping
from typing import ClassVar

from tomada_sandbox.sentences import N_


class Extension:
    """``tomada sandbox`` and ``tomada demo``."""

    commands: ClassVar[Mapping[str, tuple[str, str]]] = {
        "demo": (
            "tomada_sandbox.demo.command:demo",
            N_("Watch everything go its way: local stores and a local ERP, nothing to install or to lose."),
        ),
        "sandbox": (
            "tomada_sandbox.commands.group:sandbox",
            N_("Run a local ERP account and local stores, drive them and look into them."),
        ),
    }


extension = Extension()
