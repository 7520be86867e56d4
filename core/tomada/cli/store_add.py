"""``tomada store add``: one store from its name to its activation; interrupted, the same command goes on."""

import shlex
from dataclasses import dataclass, field
from datetime import datetime

import click

from tomada.app.activating import LAST_STEP, parse_since
from tomada.app.beginning import FIRST_STEP, advance, store_to_go_on
from tomada.app.connecting import ListedCode, authorise, can_authorise, check, read_codes, unmapped
from tomada.app.opening import opened
from tomada.app.planning import Plan
from tomada.bootstrap import Installation
from tomada.cli.activation import activated
from tomada.cli.checking import failed, print_steps
from tomada.cli.conversation import answering, check_used, say_note
from tomada.cli.failures import ExitCode
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import json_option, note, print_json, yes_option
from tomada.cli.prompts import given, set_options
from tomada.cli.store_choice import begin, go_on
from tomada.cli.store_output import entry_of, map_command
from tomada.errors import TomadaError
from tomada.i18n import N_, _
from tomada.ports.records import StoreRecord
from tomada.spi import CheckResult


@dataclass(slots=True)
class Setup:
    """One way through the steps; ``store`` is as the last step left it."""

    installation: Installation
    store: StoreRecord
    answers: dict[str, str]
    wait: float | None
    tests: list[CheckResult] = field(default_factory=list)
    codes: list[ListedCode] = field(default_factory=list)
    plan: Plan | None = None

    def authorise(self) -> None:
        """Lead the user to a working credential, where the platform needs one."""
        if can_authorise(self.installation, self.store):
            self.store, told = authorise(
                self.installation, self.store, answering(self.answers, self.wait), say_note
            )
            note(told)
        self._next("test")
        check_used(self.answers)

    def test(self) -> bool:
        """Test the connection; False when a step failed."""
        self.tests = print_steps(check(self.installation, self.store), note)
        if failed(self.tests):
            return False
        self._next("audit")
        return True

    def audit(self) -> None:
        """Read the store's own lists and say what they still lack."""
        self.codes = read_codes(self.installation, self.store)
        lacking = unmapped(self.codes)
        note(_("{count} codes of the store were read.").format(count=len(self.codes)))
        if lacking:
            note(_("Nobody has said yet what these are in the ERP; an order with one of them will be held:"))
        for code in lacking:
            note(f"    {code.kind} “{code.label or code.code}”: {map_command(self.store, code)}")
        note(_("Products are linked by their SKU as orders come; an order whose SKU is not found is held."))
        self._next(LAST_STEP)

    def _next(self, step: str) -> None:
        self.store = advance(self.installation, self.store, step)


@click.command("add", help=N_("Connect a store, step by step; interrupted, the same command goes on."))
@click.argument("name")
@click.option("--erp", metavar="ERP", help=N_("ERP account of the store."))
@click.option("--platform", metavar="P", help=N_("Platform of the store; see tomada capabilities."))
@set_options
@click.option(
    "--since", metavar="WHEN", help=N_("Orders placed from then on come in; a date or time. Default: now.")
)
@click.option(
    "--wait", type=click.FloatRange(0), metavar="SECONDS", help=N_("How long to wait for the browser.")
)
@click.option("--no-activate", is_flag=True, help=N_("Stop before the store is activated."))
@yes_option
@json_option
@pass_frame
def add(
    frame: Frame,
    name: str,
    erp: str | None,
    platform: str | None,
    set_: tuple[str, ...],
    set_file: tuple[str, ...],
    since: str | None,
    wait: float | None,
    no_activate: bool,
    yes: bool,
    as_json: bool,
) -> int:
    """Begin or take up a store, and walk through the steps that are left."""
    texts = given(set_, set_file)
    with opened(frame.home) as installation:
        moment = parse_since(since, installation.now()) if since else None
        store = store_to_go_on(installation, name)
        if store:
            store, answers = go_on(installation, store, erp, platform, texts)
        else:
            store, answers = begin(installation, name, erp, platform, texts)
        setup = Setup(installation, store, answers, wait)
        try:
            code = _walk(setup, moment, activating=not no_activate, yes=yes)
        except (TomadaError, click.Abort):
            _say_how_to_go_on(setup.store)
            raise
    if as_json:
        lacking = [{"kind": one.kind, "code": one.code, "label": one.label} for one in unmapped(setup.codes)]
        plan = {"counts": setup.plan.counts, "requests": setup.plan.requests} if setup.plan else None
        entry = entry_of(setup.store)
        print_json({"store": entry, "tests": setup.tests, "unmapped": lacking, "plan": plan})
    return code


def _walk(setup: Setup, since: datetime | None, *, activating: bool, yes: bool) -> int:
    if setup.store.setup_step == FIRST_STEP:
        setup.authorise()
    elif setup.answers:  # the same command again, after the store was authorised
        note(_("Not needed any more: {names}.").format(names=", ".join(setup.answers)))
    if setup.store.setup_step == "test" and not setup.test():
        _say_how_to_go_on(setup.store)
        return ExitCode.UNUSABLE
    if setup.store.setup_step == "audit":
        setup.audit()
    if activating:
        setup.store, setup.plan = activated(setup.installation, setup.store, since, yes=yes)
    else:
        _say_how_to_go_on(setup.store)
    return ExitCode.DONE


def _say_how_to_go_on(store: StoreRecord) -> None:
    command = f"tomada store add {shlex.quote(store.name)}"
    note(_("What was done so far is kept. Go on with: {command}").format(command=command))
