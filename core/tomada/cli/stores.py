"""``tomada store``: connecting stores and looking after them."""

import click

from tomada.app import stores
from tomada.app.connecting import authorise, check
from tomada.app.opening import opened, store_named
from tomada.cli.checking import failed, print_steps
from tomada.cli.conversation import answering, check_used, say_note
from tomada.cli.failures import ExitCode
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import fields, json_option, note, print_json, say, table
from tomada.cli.prompts import given, set_options
from tomada.cli.store_add import add
from tomada.cli.store_output import entry_of, state_word
from tomada.cli.store_profile import profile
from tomada.cli.store_states import activate, pause, remove, resume
from tomada.cli.values import print_values
from tomada.errors import UsageError
from tomada.i18n import N_, _


@click.group(help=N_("Connect stores and look after them."))
def store() -> None:
    """Group the commands."""


for _command in (add, profile, activate, pause, resume, remove):
    store.add_command(_command)


@store.command("list", help=N_("List the stores."))
@json_option
@pass_frame
def list_(frame: Frame, as_json: bool) -> None:
    """Print all stores."""
    with opened(frame.home) as installation:
        found = stores.list_stores(installation)
    if as_json:
        print_json({"stores": found})
        return
    rows = [
        (one.name, one.erp, one.platform, state_word(one.state), one.since, one.holds, one.last_success)
        for one in found
    ]
    heads = [
        _("Store"),
        _("ERP"),
        _("Platform"),
        _("State"),
        _("Orders since"),
        _("Holds"),
        _("Last success"),
    ]
    table(
        heads,
        rows,
        _("There is none yet. Add one: {command}").format(command="tomada store add " + _("NAME")),
    )


@store.command("test", help=N_("Test the connection of a store, step by step."))
@click.argument("name")
@json_option
@pass_frame
def test(frame: Frame, name: str, as_json: bool) -> int:
    """Print each step; 3 when one failed."""
    with opened(frame.home) as installation:
        record = store_named(installation, name)
        results = print_steps(check(installation, record), note if as_json else say)
    if as_json:
        print_json({"store": record.name, "steps": results})
    elif not results:
        say(_("The platform of this store has no test."))
    return ExitCode.UNUSABLE if failed(results) else ExitCode.DONE


@store.command("show", help=N_("Show a store and its settings; secrets are never shown."))
@click.argument("name")
@json_option
@pass_frame
def show(frame: Frame, name: str, as_json: bool) -> None:
    """Print every setting."""
    with opened(frame.home) as installation:
        record = store_named(installation, name)
        values = stores.store_values(installation, record)
    if as_json:
        print_json({"store": entry_of(record), "settings": values})
        return
    fields(
        [
            (_("Store"), record.name),
            (_("Platform"), record.platform),
            (_("Mark in the ERP"), record.label),
            (_("State"), state_word(record.state)),
            (_("Orders since"), record.since),
            *((_("Not offered: {capability}").format(capability=c), why) for c, why in record.lacks.items()),
        ]
    )
    print_values(values)


@store.command(
    "set", help=N_("Change settings of a store: key=value …; an empty value is the default again.")
)
@click.argument("name")
@click.argument("assignments", nargs=-1, metavar="KEY=VALUE…")
@set_options
@json_option
@pass_frame
def set_values(
    frame: Frame,
    name: str,
    assignments: tuple[str, ...],
    set_: tuple[str, ...],
    set_file: tuple[str, ...],
    as_json: bool,
) -> None:
    """Change settings; all of them or none."""
    texts = given((*assignments, *set_), set_file)
    if not texts:
        raise UsageError("cli.usage", _("Say what to change: key=value."))
    with opened(frame.home) as installation:
        record = stores.change_store(installation, store_named(installation, name), texts)
    if as_json:
        print_json({"store": entry_of(record), "changed": sorted(texts)})
    else:
        say(_("Changed: {names}.").format(names=", ".join(sorted(texts))))


@store.command("authorize", help=N_("Authorise Tomada at a store again, as when its tokens are dead."))
@click.argument("name")
@set_options
@click.option(
    "--wait", type=click.FloatRange(0), metavar="SECONDS", help=N_("How long to wait for the browser.")
)
@json_option
@pass_frame
def authorize(
    frame: Frame,
    name: str,
    set_: tuple[str, ...],
    set_file: tuple[str, ...],
    wait: float | None,
    as_json: bool,
) -> None:
    """Lead the user to a working credential."""
    texts = given(set_, set_file)
    with opened(frame.home) as installation:
        record = store_named(installation, name)
        known, answers = stores.settings_of(installation, record).parted(texts, answers=True)
        record = stores.change_store(installation, record, known)
        record, told = authorise(installation, record, answering(answers, wait), say_note)
    check_used(answers)
    if as_json:
        print_json({"store": entry_of(record)})
    else:
        say(told)
