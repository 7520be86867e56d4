"""What a store cannot have, as its last check found: one line for each reason."""

import shlex
from collections.abc import Sequence

from tomada.app.syncing import NotOffered
from tomada.cli.output import say
from tomada.i18n import _


def print_not_offered(store: str, found: Sequence[NotOffered]) -> None:
    """Say each reason once, with all the flows that it keeps from running, and how to look again."""
    for reason in dict.fromkeys(one.reason for one in found):
        flows = ", ".join(one.flow for one in found if one.reason == reason)
        told = _("{store} · {flows}: not offered here. {reason}")
        say(told.format(store=store, flows=flows, reason=reason))
    if found:
        command = f"tomada store test {shlex.quote(store)}"
        say("  " + _("Check it again with: {command}").format(command=command))
