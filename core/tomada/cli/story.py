"""The lines of an order's story, in the user's language."""

from tomada.flows.reasons import rest_sentence
from tomada.i18n import N_, _
from tomada.ports.records import AuditRecord

EVENTS = {
    "order.created": N_("created in the ERP as {erp_number}"),
    "order.adopted": N_("found in the ERP as {erp_number}"),
    "order.unanswered": N_("sent to the ERP, which did not answer ({code})"),
    "order.not_found": N_("not in the ERP after {searches} searches: it may be sent again"),
    "order.confirmed": N_("confirmed to the store as {disposition}"),
    "order.asked_for": N_("a person asked for its import"),
    "status.set": N_("ERP order set to {status}"),
    "status.left": N_("ERP order left as it is, further along than {status}"),
    "status.unanswered": N_("status sent to the ERP, which did not answer ({code})"),
    "field.cut": N_("{field} cut to {kept} characters"),
    "payments.differ": N_("its payments differ from its total by {difference}"),
    "hold.settled": N_("settled as {value}"),
}


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "?"


def sentence_of(line: AuditRecord) -> str:
    """Return what one line of the audit says; an event without a sentence is shown by its code."""
    details = _Blank(line.details)
    if line.event in EVENTS:
        return _(EVENTS[line.event]).format_map(details)
    if line.event in ("hold.opened", "hold.closed"):
        cause = " ".join(
            part for part in (details["code"], details["kind"], details["key"]) if part not in ("", "?")
        )
        return (_("held: {cause}") if line.event == "hold.opened" else _("no longer held: {cause}")).format(
            cause=cause
        )
    if "reason" in line.details:
        return rest_sentence(line.details["reason"], details)
    return f"{line.event} {' '.join(f'{name}={value}' for name, value in line.details.items())}".strip()
