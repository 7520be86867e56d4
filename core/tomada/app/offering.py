"""Asking for a hook that a command cannot do without."""

from tomada.errors import UnusableError
from tomada.flows.context import FlowContext
from tomada.host.capabilities import lacking, taken_back
from tomada.i18n import _


def require(ctx: FlowContext, hook: str) -> None:
    """Raise ``UnusableError`` with the reason when the store cannot use a hook."""
    if ctx.gateway.offers(hook):
        return
    reason = taken_back(hook, ctx.store.lacks)
    if reason is not None:
        raise lacking(ctx.store.name, reason)
    raise UnusableError(
        "plugin.hook_missing",
        _("The platform of {store} cannot do that.").format(store=ctx.store.name),
        _("See: tomada capabilities --store {store}").format(store=ctx.store.name),
    )
