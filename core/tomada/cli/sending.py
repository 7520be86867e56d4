"""What a command that sends prints: one line an item, and what stopped it."""

from tomada.app.sending import Requests, Sending, Sent
from tomada.cli.failures import ExitCode
from tomada.cli.output import note, print_json, say, table
from tomada.cli.reasons import summary_of
from tomada.i18n import N_, _

STATES = {
    "settled": N_("sent"),
    "unknown": N_("no answer; it is looked at again"),
    "sent": N_("on its way"),
    "submitted": N_("handed over, the store answers later"),
    "rejected": N_("refused"),
    "held": N_("held"),
    "gone": N_("not active in the ERP"),
    "apart": N_("left: it has variations on one side only, each piece is linked by itself"),
    "waiting": N_("waits for its category, whose making got no answer: send it again in two minutes"),
    "unpriced": N_("no price in the ERP"),
    "linked": N_("linked to what the ERP has"),
    "filled": N_("what it lacked was filled in"),
    "left": N_("left as it is"),
    "doubt": N_("a person has to look first"),
    "unlisted": N_("the store has no such product, or it is a kit"),
    "missing": N_("no such order, or several"),
    "unread": N_("the ERP's balance could not be read yet"),
}


HELD = "held"


def print_sending(done: Sending, *, as_json: bool) -> int:
    """Print the results and return the exit code."""
    if as_json:
        error = {"code": done.error.code, "message": done.error.message} if done.error else None
        print_json(
            {
                "store": done.store,
                "results": done.results,
                "counts": done.counts,
                "requests": done.requests,
                "error": error,
            }
        )
    else:
        rows = [(one.name, _(STATES[one.state]), one.value, _why(one)) for one in done.results]
        if rows or not done.error:
            table([_("Item"), _("Result"), _("Value"), _("Why")], rows, _("Nothing to send."))
        if any(one.state == HELD for one in done.results):
            say(
                _("What is held waits for you: {command}").format(
                    command=f"tomada holds list --store {done.store}"
                )
            )
        unchanged = done.counts.get("unchanged", 0)
        if unchanged:
            say(_("{count} were as they are already.").format(count=unchanged))
        if done.requests:
            note(_cost(done.requests))
        if done.error:
            note(_("{store}: stopped: {message}").format(store=done.store, message=done.error.message))
            if done.error.hint:
                note(f"  {done.error.hint}")
    if done.error:
        return done.error.exit_code
    if any(one.state in ("rejected", "missing", "doubt", "unlisted", HELD) for one in done.results):
        return ExitCode.ATTENTION
    return ExitCode.TRANSIENT if done.counts.get("waiting") or done.counts.get("retry") else ExitCode.DONE


def _why(one: Sent) -> str:
    """Return why something was not sent: a held one bears the code of its hold."""
    return summary_of(one.why) if one.state == HELD else one.why


def _cost(requests: Requests) -> str:
    if requests.store_per_product is None or requests.erp_per_product is None:
        return _("Requests: {store} to the store, {erp} to the ERP.").format(
            store=requests.store, erp=requests.erp
        )
    return _(
        "Requests: {store} to the store ({store_each:.1f} for each product sent), "
        "{erp} to the ERP ({erp_each:.1f} for each)."
    ).format(
        store=requests.store,
        store_each=requests.store_per_product,
        erp=requests.erp,
        erp_each=requests.erp_per_product,
    )
