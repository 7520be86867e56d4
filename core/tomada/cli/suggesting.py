"""``tomada map suggest``: what the codes that nobody has mapped may be."""

from collections.abc import Sequence

import click

from tomada.app import suggesting as app
from tomada.app.opening import opened
from tomada.app.suggesting import OpenCode
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.mapping_words import named, say_freed
from tomada.cli.output import cell, confirmed, json_option, note, print_json, say, yes_option
from tomada.errors import UsageError
from tomada.flows.mapping.suggestions import Origin, Suggestion, Why
from tomada.i18n import N_, _

WHY = {
    Why.EXACT: N_("has this very name: {like}"),
    Why.NORMALISED: N_("has this name, but for case, accents and marks: {like}"),
    Why.TYPE: N_("is what such a code usually is"),
    Why.FUZZY: N_("is like this name: {like} ({likeness} %)"),
}
ORIGINS = {
    Origin.CHOSEN: N_("a person chose it for that name"),
    Origin.ERP: N_("a shipping method of the ERP account"),
    Origin.STORE: N_("the store's own"),
    Origin.KNOWN: N_("a usual name"),
}


@click.command(
    "suggest",
    help=N_(
        "List the codes that nobody has mapped, with what waits for each and what it may be. KIND: status, status_out,"
        " shipping, channel, payment or category."
    ),
)
@click.argument("store")
@click.argument("kind", required=False)
@click.option("--accept", is_flag=True, help=N_("Set those whose own name says what they are, after a yes."))
@yes_option
@json_option
@pass_frame
def suggest(frame: Frame, store: str, kind: str | None, accept: bool, yes: bool, as_json: bool) -> None:
    """Print the codes with their suggestions, and set the sure ones where that was asked for."""

    def confirm(taken: Sequence[OpenCode]) -> bool:
        for one in taken:
            note(f"{named(one.kind, one.code)} = {one.sure}")
        return confirmed(_("Set these {count} codes?").format(count=len(taken)), yes)

    with opened(frame.home) as installation:
        found = app.suggest_codes(installation, store, kind)
        done = app.take_sure(installation, store, found.codes, confirm) if accept else ((), None)
    if found.erp_error:
        note(_("Without the ERP's shipping methods: {reason}").format(reason=found.erp_error))
    if done is None:
        raise UsageError("mapping.declined", _("Nothing was set."))
    taken, woken = done
    left = [one for one in found.codes if one not in taken]
    if as_json:
        print_json({"codes": left, "set": taken, "woken": woken})
        return
    if woken:
        for one in taken:
            say(f"{named(one.kind, one.code)} = {one.sure}")
        say_freed(woken.going, woken.waiting)
    for one in left:
        _print(one)
    if not left:
        say(_("Every code that {store} has shown has a value.").format(store=store))


def _print(one: OpenCode) -> None:
    head = named(one.kind, one.label or one.code)
    if one.waiting.orders:
        head = _("{code}: {orders} orders wait, R$ {value}").format(
            code=head, orders=one.waiting.orders, value=cell(one.waiting.value)
        )
    say(head)
    for suggestion in one.suggestions:
        say(f"  {suggestion.value}: {_reason(suggestion)}")
    if not one.suggestions:
        say("  " + _("Nothing that it is like. It takes: {values}").format(values=one.values))
    say(f"  {one.command}")


def _reason(one: Suggestion) -> str:
    why = _(WHY[one.why]).format(like=f"“{one.like}”", likeness=one.likeness)
    return why if one.why is Why.TYPE else f"{why}; {_(ORIGINS[one.origin])}"
