"""What became of items that a store took in and answers later; one that stays unanswered is refused at last (T2)."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from tomada.flows.context import FlowContext
from tomada.flows.sending.publish import Item, Subject, Value, Wanted, record_link, record_outcome
from tomada.i18n import _
from tomada.ports.publications import PublicationState
from tomada.spi import Linked, Outcome, OutcomeKind, Submitted

OVERDUE = "no_answer"


def settle_submitted(
    ctx: FlowContext,
    flow: str,
    model: type[Value],
    subject_of: Callable[[Sequence[Item[Value]]], Subject[Value]],
) -> None:
    """Ask what became of everything that was submitted, and record each answer.

    What has none after ``sending.answer_timeout`` counts as refused: it is sent again when it becomes another value,
    or when a person asks for it.
    """
    with ctx.database.read() as tx:
        under_way = tx.publications.under_way(ctx.store.id, flow)
    waiting = {one.key: one for one in under_way if one.state is PublicationState.SUBMITTED}
    if not waiting or not ctx.gateway.offers("outcomes_fetch"):
        return
    values = {key: model.model_validate_json(one.pending) for key, one in waiting.items()}
    items = {key: Item(Wanted(values[key]), one) for key, one in waiting.items()}
    subject = subject_of(list(items.values()))
    asked = [Submitted(key, one.ticket, values[key]) for key, one in waiting.items()]
    for event in ctx.gateway.outcomes_fetch(asked):
        if isinstance(event, Outcome):
            record_outcome(ctx, subject, items.pop(event.key), event)
        elif not _is_linked(ctx, event):
            record_link(ctx, subject, event)
    limit = ctx.now() - timedelta(seconds=ctx.store.options.sending.answer_timeout)
    for key, item in items.items():
        ended_at = item.publication.ended_at
        if ended_at is not None and ended_at < limit:
            told = _("The store has not answered since {time}.").format(time=f"{ended_at:%Y-%m-%d %H:%M} UTC")
            record_outcome(ctx, subject, item, Outcome(key, OutcomeKind.REJECTED, OVERDUE, told))


def _is_linked(ctx: FlowContext, event: Linked) -> bool:
    """Tell whether an id that an answer names is known already, as it is after a mere change."""
    with ctx.database.read() as tx:
        known = tx.links.of_products(ctx.store.id, [event.ref])
    return any(
        (link.product_id, link.variant_id) == (event.ids.product_id, event.ids.variant_id) for link in known
    )
