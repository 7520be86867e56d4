"""The lines of an order's story, in the user's language."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from tomada.cli.output import cell
from tomada.cli.reasons import summary_of
from tomada.flows.holds.reasons import kind_word, rest_sentence
from tomada.i18n import N_, _
from tomada.ports.records import AuditRecord

EVENTS = {
    "order.created": N_("created in the ERP as {erp_number}"),
    "order.adopted": N_("found in the ERP as {erp_number}"),
    "order.unanswered": N_("sent to the ERP, which did not answer ({code})"),
    "order.not_found": N_("not in the ERP after {searches} searches: it may be sent again"),
    "order.confirmed": N_("confirmed to the store as {disposition}"),
    "order.asked_for": N_("a person asked for its import"),
    "order.retried": N_("a person asked to look at it again"),
    "order.let_go": N_("let go of ERP order {erp_number}, which is cancelled: it is created anew"),
    "status.set": N_("ERP order set to {status}"),
    "status.left": N_("ERP order left as it is, further along than {status}"),
    "status.unanswered": N_("status sent to the ERP, which did not answer ({code})"),
    "field.cut": N_("{field} cut to {kept} characters"),
    "payments.differ": N_("its payments differ from its total by {difference}"),
    "money.booked": N_("{difference} that no term explains was booked"),
    "hold.settled": N_("settled as {value}"),
    "hold.assigned": N_("{person} looks after it"),
    "hold.unassigned": N_("nobody looks after it any more"),
    "hold.snoozed": N_("put off until {until}"),
    "hold.woken": N_("not put off any more"),
    "tracking.accepted": N_("parcel or status told to the store"),
    "tracking.unchanged": N_("found at the store: parcel or status had been told"),
    "tracking.rejected": N_("the store refused the parcel or status ({code})"),
    "tracking.retry": N_("parcel or status not told to the store, which failed for now ({code})"),
    "tracking.conflict": N_("parcel or status not told to the store, which changed meanwhile"),
    "tracking.unanswered": N_("parcel or status sent to the store, which did not answer"),
    "tracking.submitted": N_("parcel or status handed over to the store, which answers later"),
    "invoices.accepted": N_("invoice told to the store"),
    "invoices.unchanged": N_("found at the store: the invoice had been told"),
    "invoices.rejected": N_("the store refused the invoice ({code})"),
    "invoices.retry": N_("invoice not told to the store, which failed for now ({code})"),
    "invoices.conflict": N_("invoice not told to the store, which changed meanwhile"),
    "invoices.unanswered": N_("invoice sent to the store, which did not answer"),
    "invoices.submitted": N_("invoice handed over to the store, which answers later"),
}


DISPOSITIONS = {
    "imported": N_("imported"),
    "held": N_("held"),
    "rejected": N_("rejected"),
    "ignored": N_("not imported"),
}
ACTORS = {"person": N_("person")}


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def told(story: Iterable[AuditRecord]) -> list[AuditRecord]:
    """Return the lines that say something of their own: that an order is held is said by its holds."""
    return [line for line in story if line.event != "order.held"]


def actor_word(actor: str) -> str:
    """Return who acted, as people read it: the name of a person, or what else it was."""
    kind, _colon, name = actor.partition(":")
    return name or _(ACTORS.get(kind, kind))


def sentence_of(line: AuditRecord) -> str:
    """Return what one line of the audit says; an event without a sentence is shown by its code."""
    details = _Blank(line.details)
    if line.event == "hold.snoozed":
        details["until"] = cell(datetime.fromisoformat(details["until"]))
    disposition = DISPOSITIONS.get(line.details.get("disposition", ""))
    if disposition:
        details["disposition"] = _(disposition)
    if line.event in EVENTS:
        return _(EVENTS[line.event]).format_map(details)
    if line.event in ("hold.opened", "hold.closed"):
        return _held(line).format(cause=_cause(line.details))
    if "reason" in line.details:
        return rest_sentence(line.details["reason"], details)
    return f"{line.event} {' '.join(f'{name}={value}' for name, value in line.details.items())}".strip()


def _held(line: AuditRecord) -> str:
    if line.event == "hold.opened":
        return _("held: {cause}")
    if line.details.get("answer"):
        return _("no longer held: {cause}")
    return _("no longer held, as the cause is gone: {cause}")


def _cause(details: Mapping[str, str]) -> str:
    cause, key = summary_of(details["code"]), details.get("key")
    return f"{cause} ({kind_word(details['kind'])} {key})" if key else cause
