"""``tomada map suggest``: what the codes that nobody has mapped may be."""

from collections.abc import Sequence

import click

from tomada.app import suggesting as app
from tomada.app.opening import opened
from tomada.app.suggesting import OpenCode
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.mapping_words import named, reason_of, say_freed
from tomada.cli.output import cell, confirmed, json_option, note, print_json, say, yes_option
from tomada.errors import UsageError
from tomada.i18n import N_, _


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
        note(_("Without the ERP's own values: {reason}").format(reason=found.erp_error))
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
        say(f"  {suggestion.value}: {reason_of(suggestion)}")
    if not one.suggestions:
        say("  " + _("Nothing that it is like. It takes: {values}").format(values=one.values))
    say(f"  {one.command}")
