"""``tomada holds``: what waits for a person."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

import click

from tomada.app import hold_changes as changes
from tomada.app import holds as app
from tomada.app.hold_choice import NOBODY, Wanted
from tomada.app.holds import Desk, ListedCause, ListedHold, Pile
from tomada.app.opening import opened
from tomada.app.times import parse_time
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.mapping_words import reason_of
from tomada.cli.output import cell, confirmed, fields, json_option, note, print_json, say, table, yes_option
from tomada.cli.reasons import summary_of
from tomada.errors import UsageError
from tomada.flows.holds.reasons import HOLDS
from tomada.i18n import N_, _

Command = TypeVar("Command", bound=Callable[..., Any])


class WithCauses(click.Command):
    """A command whose help names every cause with the answers that it takes."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the causes, after what the command says itself."""
        super().format_epilog(ctx, formatter)
        with formatter.section(_("Causes and their answers")):
            formatter.write_dl([(code, f"{summary_of(code)}: {_answers(code)}") for code in HOLDS])


def _answers(code: str) -> str:
    answers = list(HOLDS[code].answers)
    if HOLDS[code].free:
        answers.append(_("VALUE") + f" ({_(HOLDS[code].free)})")
    return ", ".join(answers)


def chosen_by(*, by_id: bool) -> Callable[[Command], Command]:
    """Add the options that say which holds are meant; they arrive as ``wanted``. ``by_id``: ids may be named too."""
    options = [
        click.option("--store", metavar="S", help=N_("Only of this store.")),
        click.option(
            "--cause", metavar="CAUSE", help=N_("Only with this cause, as tomada holds list shows it.")
        ),
        click.option("--order", metavar="ID", help=N_("Only of this order. ID: of store or ERP.")),
        click.option("--assignee", metavar="NAME", help=N_("Only those that this person looks after.")),
        click.option("--unassigned", is_flag=True, help=N_("Only those that nobody looks after.")),
        click.option("--snoozed", is_flag=True, help=N_("Those that were put off, instead.")),
    ]
    if by_id:
        options.append(click.argument("ids", metavar="[ID]...", type=int, nargs=-1))

    def add(command: Command) -> Command:
        @wraps(command)
        def gathered(
            *args: Any,  # noqa: ANN401 - click's own
            store: str | None,
            cause: str | None,
            order: str | None,
            assignee: str | None,
            unassigned: bool,
            snoozed: bool,
            ids: tuple[int, ...] = (),
            **others: Any,  # noqa: ANN401 - click's own
        ) -> object:
            if unassigned and assignee is not None:
                raise UsageError("cli.usage", _("Give --assignee or --unassigned, not both."))
            person = NOBODY if unassigned else assignee
            wanted = Wanted(ids, store, cause or "", order or "", person, snoozed)
            return command(*args, wanted=wanted, **others)

        decorated: Any = gathered
        for option in options:
            decorated = option(decorated)
        return decorated  # type: ignore[no-any-return]  # click's options are not typed

    return add


@click.group(help=N_("Settle what waits for a person."))
def holds() -> None:
    """Group the commands."""


@holds.command(
    "list", help=N_("List what waits by cause, the oldest first, with the command that settles it.")
)
@chosen_by(by_id=False)
@click.option("--each", is_flag=True, help=N_("Hold by hold."))
@click.option("--all", "closed_too", is_flag=True, help=N_("Hold by hold, with those that are closed."))
@json_option
@pass_frame
def list_(frame: Frame, wanted: Wanted, each: bool, closed_too: bool, as_json: bool) -> None:
    """Print the causes, or the holds."""
    with opened(frame.home) as installation:
        found = None if closed_too else app.desk(installation, wanted)
        listed = found.holds if found else app.closed_and_open(installation, wanted)
    if as_json:
        print_json(_entries(found, listed))
        return
    if found is None or each:
        _print_each(listed, closed_too=closed_too)
    else:
        _print_causes(found.causes)
    if found is None:
        return
    if found.causes:
        say(_("In all: {pile}").format(pile=_pile(found.snoozed if wanted.snoozed else found.waiting)))
        say(_("To see one by one: {command}").format(command="tomada holds list --each"))
    if found.answered.holds:
        say(_("Answered, carried out by the next sync: {pile}").format(pile=_pile(found.answered)))
    if found.snoozed.holds and not wanted.snoozed:
        said = _("Put off: {pile} ({command})")
        say(said.format(pile=_pile(found.snoozed), command="tomada holds list --snoozed"))


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
@chosen_by(by_id=True)
@json_option
@pass_frame
def retry(frame: Frame, wanted: Wanted, as_json: bool) -> None:
    """Wake what these holds are about."""
    with opened(frame.home) as installation:
        done = changes.retry_holds(installation, wanted)
    if as_json:
        print_json({"orders": done.orders, "products": done.products})
        return
    if done.orders:
        say(_("Orders that the next sync looks at again: {orders}.").format(orders=done.orders))
    if done.products:
        say(_("Products that the next sync looks at again: {products}.").format(products=done.products))


@holds.command("assign", help=N_("Let a person look after holds; --to nobody takes it back."))
@chosen_by(by_id=True)
@click.option("--to", "person", metavar="NAME", required=True, help=N_("Who looks after them, or nobody."))
@json_option
@pass_frame
def assign(frame: Frame, wanted: Wanted, person: str, as_json: bool) -> None:
    """Give holds to a person."""
    nobody = person.strip().lower() in ("", "nobody", _("nobody"))
    with opened(frame.home) as installation:
        done = changes.assign_holds(installation, wanted, NOBODY if nobody else person)
    if as_json:
        print_json({"assigned": done, "to": None if nobody else person.strip()})
    elif nobody:
        say(_("Nobody looks after this any more: {pile}").format(pile=_pile(done)))
    else:
        say(_("{person} looks after this: {pile}").format(person=person.strip(), pile=_pile(done)))


@holds.command("snooze", help=N_("Put holds off to a day or a time, when they come back by themselves."))
@chosen_by(by_id=True)
@click.option("--until", metavar="WHEN", required=True, help=N_("A day, a time, or now to bring them back."))
@json_option
@pass_frame
def snooze(frame: Frame, wanted: Wanted, until: str, as_json: bool) -> None:
    """Put holds off."""
    now = until.strip().lower() in ("now", _("now"))
    with opened(frame.home) as installation:
        moment = None if now else parse_time(until, installation.now())
        done = changes.snooze_holds(installation, wanted, moment)
    if as_json:
        print_json({"snoozed": done, "until": moment})
    elif moment is None:
        say(_("Back again: {pile}").format(pile=_pile(done)))
    else:
        say(_("Put off until {until}: {pile}").format(until=cell(moment), pile=_pile(done)))


@holds.command(
    "settle",
    cls=WithCauses,
    help=N_(
        "Give an answer to holds, by their ids or to all with a --cause; the next sync carries it out. Those of a "
        "cause are shown first, and settled with --yes."
    ),
)
@chosen_by(by_id=True)
@click.option(
    "--as", "answer", metavar="VALUE", required=True, help=N_("The answer; see: tomada holds show ID")
)
@click.option("--remember", is_flag=True, help=N_("Keep the answer for all orders with the same question."))
@click.option(
    "--change", is_flag=True, help=N_("Those that somebody has answered too, before a sync carries it out.")
)
@yes_option
@json_option
@pass_frame
def settle(
    frame: Frame, wanted: Wanted, answer: str, remember: bool, change: bool, yes: bool, as_json: bool
) -> None:
    """Settle holds, after a yes where they were not named one by one."""

    def confirm(shown: Desk) -> bool:
        for cause in shown.causes:
            note(f"{cause.store}: {_cause(cause)} ({_pile(cause.pile)})")
        return confirmed(
            _("Settle as {answer} ({pile})?").format(pile=_pile(shown.waiting), answer=answer), yes
        )

    with opened(frame.home) as installation:
        done = changes.settle_holds(
            installation, wanted, answer, remember=remember, change=change, confirm=confirm
        )
    if done is None:
        raise UsageError("hold.declined", _("Nothing was settled."))
    if as_json:
        print_json({"settled": done})
        return
    if done.products:
        told = _("Settled as {answer}. Products that the next sync looks at again: {products}.")
    else:
        told = _("Settled as {answer}. Orders that go on with the next sync: {orders}.")
    say(told.format(answer=done.answer, orders=done.freed, products=done.products))
    if done.left:
        note(_("Left, as somebody was faster or the cause is gone: {count}.").format(count=len(done.left)))


def _entries(found: Desk | None, listed: Sequence[ListedHold]) -> dict[str, object]:
    if found is None:
        return {"holds": listed}
    piles = {"waiting": found.waiting, "snoozed": found.snoozed, "answered": found.answered}
    return {**piles, "causes": found.causes, "holds": listed}


def _print_causes(causes: Sequence[ListedCause]) -> None:
    heads = [_("Store"), _("Cause"), _("Why"), _("Holds"), _("BRL"), _("Since")]
    rows: list[list[object]] = [
        [one.store, one.cause, _cause(one), one.pile.holds, one.pile.value or "", one.opened_at]
        for one in causes
    ]
    _add(heads, rows, _("Dispatch by"), [one.dispatch_by for one in causes])
    _add(heads, rows, _("Looked after by"), [", ".join(one.assignees) for one in causes])
    _add(heads, rows, _("To settle all"), [one.command for one in causes])
    table(heads, rows, _("Nothing waits for a person."))


def _print_each(listed: Sequence[ListedHold], *, closed_too: bool) -> None:
    heads = [_("Hold"), _("Store"), _("Order"), _("BRL"), _("Since"), _("Rule"), _("Why")]
    rows: list[list[object]] = [
        [one.id, one.store, one.order, one.total, one.opened_at, one.rule, one.sentence] for one in listed
    ]
    _add(heads, rows, _("Dispatch by"), [one.dispatch_by for one in listed])
    _add(heads, rows, _("Looked after by"), [one.assignee for one in listed])
    _add(heads, rows, _("Put off until"), [one.snoozed_until for one in listed])
    _add(heads, rows, _("Settled as"), [one.settled_as for one in listed])
    if closed_too:
        heads.append(_("Closed"))
        rows = [[*row, one.closed_at] for row, one in zip(rows, listed, strict=True)]
    table(heads, rows, _("Nothing waits for a person."))
    if any(one.closed_at is None for one in listed):
        say(_("To settle one, with its answers: {command}").format(command="tomada holds show ID"))


def _add(heads: list[str], rows: list[list[object]], head: str, values: Sequence[object]) -> None:
    """Add a column, unless no row has anything in it."""
    if any(values):
        heads.append(head)
        for row, value in zip(rows, values, strict=True):
            row.append(value or "")


def _cause(one: ListedCause) -> str:
    """Say a cause: in full where its holds have one question, else in a few words."""
    return one.sentence if one.cause != one.code else summary_of(one.code)


def _pile(pile: Pile) -> str:
    if not pile.orders:
        return _("holds: {holds}").format(holds=pile.holds)
    return _("holds: {holds}, orders: {orders}, R$ {value}").format(
        holds=pile.holds, orders=pile.orders, value=cell(pile.value)
    )


def _print(found: ListedHold) -> None:
    fields(
        [
            (_("Hold"), found.id),
            (_("Store"), found.store),
            (_("Order"), found.order),
            (_("BRL"), found.total),
            (_("Why"), found.sentence),
            (_("Rule"), found.rule),
            (_("Since"), found.opened_at),
            (_("Dispatch by"), found.dispatch_by),
            (_("Looked after by"), found.assignee),
            (_("Put off until"), found.snoozed_until),
            (_("Way out"), found.way_out),
        ]
    )
    if found.settled_as:
        say(_("Settled as {answer}; the next sync carries it out.").format(answer=found.settled_as))
    if found.closed_at:
        say(_("Closed: {at}").format(at=cell(found.closed_at)))
        return
    if found.suggestions:
        say(_("It may be:"))
        for suggestion in found.suggestions:
            say(f"  {suggestion.value}: {reason_of(suggestion)}")
    say(_("Answers:"))
    for answer, meaning in found.answers.items():
        say(f"  {answer}: {meaning}")
    if found.free:
        say("  " + _("VALUE") + f": {found.free}")
    if found.remember:
        say(_("With --remember the answer holds for all orders with the same question."))
    say(found.command)
