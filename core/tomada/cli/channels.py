"""``tomada channels``: how the orders of each sales channel are treated."""

import click

from tomada.app import channels as app
from tomada.app.channels import ListedChannel
from tomada.app.opening import opened
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import fields, json_option, print_json, say, table
from tomada.cli.prompts import given
from tomada.errors import UsageError
from tomada.host.settings import describe
from tomada.i18n import N_, _
from tomada.ports.options import ChannelOptions, Fulfilled

FULFILLED = {
    Fulfilled.BY_ORDER: N_("as the order says"),
    Fulfilled.YES: N_("yes"),
    Fulfilled.NO: N_("no"),
}


class WithSettings(click.Command):
    """A command whose help names every setting of a channel."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the settings, after what the command says itself."""
        super().format_epilog(ctx, formatter)
        with formatter.section(_("Settings")):
            formatter.write_dl([(one.name, _(one.description)) for one in describe(ChannelOptions)])


@click.group(help=N_("Say how the orders of a sales channel are treated."))
def channels() -> None:
    """Group the commands."""


@channels.command("list", help=N_("List a store's sales channels, and how their orders are treated."))
@click.argument("store")
@json_option
@pass_frame
def list_(frame: Frame, store: str, as_json: bool) -> None:
    """Print the channels."""
    with opened(frame.home) as installation:
        found = app.channels(installation, store)
    if as_json:
        print_json({"channels": [_entry(one) for one in found]})
        return
    heads = [_("Channel"), _("In the ERP"), _("Statuses"), _("Parcels"), _("Invoices"), _("Warehouse")]
    rows = [
        (
            one.label or one.code,
            one.value,
            one.options.statuses,
            one.options.tracking,
            one.options.invoices,
            one.options.warehouse,
            _(FULFILLED[one.options.fulfilled]),
        )
        for one in found
    ]
    empty = _("The store has shown no sales channels yet; the first sync brings them.")
    table([*heads, _("The marketplace ships")], rows, empty)


@channels.command(
    "set",
    cls=WithSettings,
    help=N_(
        "Change how the orders of a channel are treated from now on: key=value …; an empty value is the default again."
        " CHANNEL: its code or its name."
    ),
)
@click.argument("store")
@click.argument("channel")
@click.argument("assignments", nargs=-1, metavar="KEY=VALUE…")
@json_option
@pass_frame
def set_(frame: Frame, store: str, channel: str, assignments: tuple[str, ...], as_json: bool) -> None:
    """Change the settings of one channel; all of them or none."""
    texts = given(assignments)
    if not texts:
        raise UsageError("cli.usage", _("Say what to change: key=value."))
    with opened(frame.home) as installation:
        done = app.set_channel(installation, store, channel, texts)
    if as_json:
        print_json({"channel": _entry(done)})
    else:
        _print(done)


def _entry(one: ListedChannel) -> dict[str, object]:
    options = one.options.model_dump(mode="json")
    return {"code": one.code, "label": one.label, "value": one.value, "options": options}


def _print(one: ListedChannel) -> None:
    say(_("Sales channel “{name}”:").format(name=one.label or one.code))
    fields(
        [
            (_("In the ERP"), one.value),
            (_("Statuses"), one.options.statuses),
            (_("Parcels"), one.options.tracking),
            (_("Invoices"), one.options.invoices),
            (_("Warehouse"), one.options.warehouse),
            (_("The marketplace ships"), _(FULFILLED[one.options.fulfilled])),
        ]
    )
