"""``tomada holds``: what waits for a person."""

import click

from tomada.app import holds as app
from tomada.app.holds import ListedHold
from tomada.app.opening import opened
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import cell, fields, json_option, print_json, say, table
from tomada.i18n import N_, _


@click.group(help=N_("Settle what waits for a person."))
def holds() -> None:
    """Group the commands."""


@holds.command("list", help=N_("List what waits, by cause."))
@click.option("--store", metavar="S", help=N_("Only of this store."))
@click.option("--all", "closed_too", is_flag=True, help=N_("Closed holds too."))
@json_option
@pass_frame
def list_(frame: Frame, store: str | None, closed_too: bool, as_json: bool) -> None:
    """Print the holds, and for each cause the command that settles it."""
    with opened(frame.home) as installation:
        found = app.holds(installation, store, open_only=not closed_too)
    if as_json:
        print_json({"holds": found})
        return
    heads = [_("Hold"), _("Store"), _("Order"), _("Since"), _("Rule"), _("Why")]
    rows: list[tuple[object, ...]] = [
        (one.id, one.store, one.order, one.opened_at, one.rule, one.sentence) for one in found
    ]
    if closed_too:
        heads.append(_("Closed"))
        rows = [(*row, one.closed_at or "") for row, one in zip(rows, found, strict=True)]
    table(heads, rows, _("Nothing waits for a person."))
    if any(one.closed_at is None for one in found):
        say(_("To settle one, with its answers: {command}").format(command="tomada holds show ID"))


@holds.command("show", help=N_("Show a hold and the answers that it takes."))
@click.argument("hold_id", metavar="ID", type=int)
@json_option
@pass_frame
def show(frame: Frame, hold_id: int, as_json: bool) -> None:
    """Print one hold."""
    with opened(frame.home) as installation:
        found = app.hold_of(installation, hold_id)
    if as_json:
        print_json({"hold": found})
    else:
        _print(found)


@holds.command("retry", help=N_("Let the next sync look again at what these holds are about."))
@click.argument("ids", metavar="ID...", type=int, nargs=-1, required=True)
@json_option
@pass_frame
def retry(frame: Frame, ids: tuple[int, ...], as_json: bool) -> None:
    """Wake what these holds are about."""
    with opened(frame.home) as installation:
        done = app.retry_holds(installation, ids)
    if as_json:
        print_json({"orders": done.orders, "products": done.products})
        return
    if done.orders:
        say(_("Orders that the next sync looks at again: {orders}.").format(orders=done.orders))
    if done.products:
        say(_("Products that the next sync looks at again: {products}.").format(products=done.products))


@holds.command("settle", help=N_("Give an answer to holds; the next sync carries it out."))
@click.argument("ids", metavar="ID...", type=int, nargs=-1, required=True)
@click.option(
    "--as", "answer", metavar="VALUE", required=True, help=N_("The answer; see: tomada holds show ID")
)
@click.option("--remember", is_flag=True, help=N_("Keep the answer for all orders with the same question."))
@json_option
@pass_frame
def settle(frame: Frame, ids: tuple[int, ...], answer: str, remember: bool, as_json: bool) -> None:
    """Settle one or several holds at once."""
    with opened(frame.home) as installation:
        done = app.settle_holds(installation, ids, answer, remember=remember)
    if as_json:
        print_json({"settled": done})
        return
    if done.products:
        told = _("Settled as {answer}. Products that the next sync looks at again: {products}.")
    else:
        told = _("Settled as {answer}. Orders that go on with the next sync: {orders}.")
    say(told.format(answer=done.answer, orders=done.freed, products=done.products))


def _print(found: ListedHold) -> None:
    fields(
        [
            (_("Hold"), found.id),
            (_("Store"), found.store),
            (_("Order"), found.order),
            (_("Why"), found.sentence),
            (_("Rule"), found.rule),
            (_("Since"), found.opened_at),
            (_("Way out"), found.way_out),
        ]
    )
    if found.settled_as:
        say(_("Settled as {answer}; the next sync carries it out.").format(answer=found.settled_as))
    if found.closed_at:
        say(_("Closed: {at}").format(at=cell(found.closed_at)))
        return
    say(_("Answers:"))
    for answer, meaning in found.answers.items():
        say(f"  {answer}: {meaning}")
    if found.free:
        say("  " + _("VALUE") + f": {found.free}")
    if found.remember:
        say(_("With --remember the answer holds for all orders with the same question."))
    say(found.command)
