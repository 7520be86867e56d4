"""``tomada erp``: connecting ERP accounts and looking after them."""

import shlex
from dataclasses import asdict
from urllib.parse import urlsplit

import click

from tomada.app import erps
from tomada.app.opening import erp_named, opened
from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import confirmed, json_option, print_json, say, table, yes_option
from tomada.cli.prompts import asked, can_ask, given, set_options
from tomada.cli.values import print_values
from tomada.domain.erp import ErpAccount
from tomada.errors import UsageError
from tomada.i18n import N_, _
from tomada.ports.records import ErpRecord


@click.group(help=N_("Connect ERP accounts."))
def erp() -> None:
    """Group the commands."""


@erp.command("add", help=N_("Connect an account: its token is tried before anything is saved."))
@click.argument("name")
@set_options
@yes_option
@json_option
@pass_frame
def add(
    frame: Frame, name: str, set_: tuple[str, ...], set_file: tuple[str, ...], yes: bool, as_json: bool
) -> None:
    """Ask for what is missing, test, show whose account it is, and save."""
    texts = given(set_, set_file)
    with opened(frame.home) as installation:
        name = erps.new_name(installation, name)
        erps.check_settings(texts)
        if not texts.get("token"):
            texts["token"] = asked("token", _("API token of the Tiny account"), secret=True)
        new = erps.try_erp(installation, name, texts)
        told = _("The token works; the account belongs to {company}.").format(company=new.company.name)
        if can_ask() and not confirmed(told + " " + _("Save it?"), yes):
            raise UsageError("erp.declined", _("Nothing was saved."))
        record = erps.save_erp(installation, new)
    if as_json:
        print_json({"erp": _entry(record, new.company)})
    else:
        say(told)
        say(_("Saved as {name}.").format(name=record.name))
        say(
            _("Next: {command}").format(
                command=" ".join(["tomada store add", _("NAME"), "--erp", shlex.quote(record.name)])
            )
        )


@erp.command("list", help=N_("List the accounts."))
@json_option
@pass_frame
def list_(frame: Frame, as_json: bool) -> None:
    """Print all accounts."""
    with opened(frame.home) as installation:
        found = erps.list_erps(installation)
    if as_json:
        print_json({"erps": [asdict(one) for one in found]})
        return
    rows = [(one.name, one.driver, urlsplit(one.base_url).netloc, ", ".join(one.stores)) for one in found]
    heads = [_("Account"), _("Driver"), _("Server"), _("Stores")]
    table(
        heads, rows, _("There is none yet. Add one: {command}").format(command="tomada erp add " + _("NAME"))
    )


@erp.command("test", help=N_("Ask the ERP whose account it is: the test of its token."))
@click.argument("name")
@json_option
@pass_frame
def test(frame: Frame, name: str, as_json: bool) -> None:
    """Test the token that is saved."""
    with opened(frame.home) as installation:
        record = erp_named(installation, name)
        company = erps.company_of(installation, record)
    if as_json:
        print_json({"erp": _entry(record, company)})
        return
    say(_("The token works; the account belongs to {company}.").format(company=company.name))
    if company.requests_per_minute:
        say(_("It may make {count} requests a minute.").format(count=company.requests_per_minute))


@erp.command("show", help=N_("Show the settings of an account; secrets are never shown."))
@click.argument("name")
@json_option
@pass_frame
def show(frame: Frame, name: str, as_json: bool) -> None:
    """Print every setting."""
    with opened(frame.home) as installation:
        record = erp_named(installation, name)
        values = erps.erp_values(installation, record)
    if as_json:
        print_json({"erp": {"name": record.name, "driver": record.driver}, "settings": values})
    else:
        print_values(values)


@erp.command(
    "set", help=N_("Change settings of an account: key=value …; an empty value is the default again.")
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
    """Change settings; a new token or address is tried before it is saved."""
    texts = given((*assignments, *set_), set_file)
    if not texts:
        raise UsageError("cli.usage", _("Say what to change: key=value."))
    with opened(frame.home) as installation:
        record = erps.change_erp(installation, erp_named(installation, name), texts)
    if as_json:
        print_json({"erp": {"name": record.name}, "changed": sorted(texts)})
    else:
        say(_("Changed: {names}.").format(names=", ".join(sorted(texts))))


@erp.command("remove", help=N_("Remove an account and its token; no store may be connected to it."))
@click.argument("name")
@yes_option
@json_option
@pass_frame
def remove(frame: Frame, name: str, yes: bool, as_json: bool) -> None:
    """Remove an account."""
    with opened(frame.home) as installation:
        record = erp_named(installation, name)
        erps.check_unused(installation, record)
        if not confirmed(_("Remove the ERP account {name} and its token?").format(name=record.name), yes):
            raise UsageError("erp.declined", _("Nothing was removed."))
        erps.remove_erp(installation, record)
    if as_json:
        print_json({"removed": record.name})
    else:
        say(_("Removed {name}. Nothing was changed in the ERP.").format(name=record.name))


def _entry(record: ErpRecord, company: ErpAccount) -> dict[str, object]:
    return {
        "name": record.name,
        "driver": record.driver,
        "base_url": record.base_url,
        "company": company.name,
        "requests_per_minute": company.requests_per_minute,
    }
