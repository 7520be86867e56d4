"""``tomada capabilities``: what each installed platform can do, and why something is missing."""

import click

from tomada.cli.frame import Frame, pass_frame
from tomada.cli.output import json_option, print_json, say, table
from tomada.errors import UsageError
from tomada.host.built import BUILT
from tomada.host.capabilities import Claim
from tomada.host.matrix import MARKS, Matrix, StateEntry, markdown, matrix
from tomada.host.registry import Registry
from tomada.i18n import N_, _, current


@click.command(help=N_("Show what each installed platform can do. ○ claimed, – not offered."))
@click.option("--platform", metavar="P", help=N_("Only this platform."))
@click.option("--store", metavar="S", help=N_("As the last check of this store found it."))
@click.option("--markdown", "as_markdown", is_flag=True, help=N_("Print a Markdown table."))
@json_option
@pass_frame
def capabilities(
    frame: Frame, platform: str | None, store: str | None, as_markdown: bool, as_json: bool
) -> None:
    """Print the matrix."""
    if platform and store:
        raise UsageError("cli.usage", _("Give --platform or --store, not both."))
    if as_markdown and as_json:
        raise UsageError("cli.usage", _("Give --json or --markdown, not both."))
    found = _of_store(frame, store) if store else matrix(Registry(), BUILT, platform)
    if as_json:
        print_json(dict(found))
    elif as_markdown:
        say(markdown(found, portuguese=current() == "pt_BR").rstrip("\n"))
    else:
        print_matrix(found)


def _of_store(frame: Frame, store: str) -> Matrix:
    from tomada.app.capabilities import of_store
    from tomada.app.opening import opened

    with opened(frame.home) as installation:
        return of_store(installation, store)


def print_matrix(found: Matrix) -> None:
    """Print the platforms side by side, with the reasons below."""
    names = [platform["id"] for platform in found["platforms"]]
    portuguese = current() == "pt_BR"
    reasons: list[str] = []
    rows = []
    for entry in found["capabilities"]:
        cells = [_cell(entry["platforms"][name], reasons) for name in names]
        rows.append([entry["id"], entry["label_pt"] if portuguese else entry["label"], *cells])
    table([_("Capability"), _("Name"), *names], rows)
    say(_("○ claimed, – not offered"))
    for number, reason in enumerate(reasons, 1):
        say(f"{number}. {reason}")
    if not names:
        say(_("No platform is installed. Install one, such as: pip install tomada-tray-rest"))


def _cell(entry: StateEntry, reasons: list[str]) -> str:
    mark = MARKS[Claim(entry["state"])]
    if not entry["reason"]:
        return mark
    if entry["reason"] not in reasons:
        reasons.append(entry["reason"])
    return f"{mark} ({reasons.index(entry['reason']) + 1})"
