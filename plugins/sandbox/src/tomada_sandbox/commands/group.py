"""The group ``tomada sandbox``."""

import click

from tomada_sandbox.commands.driving import clerk, clock, shop
from tomada_sandbox.commands.faults import faults
from tomada_sandbox.commands.state import state
from tomada_sandbox.commands.up import up
from tomada_sandbox.sentences import N_


@click.group(help=N_("Run a local ERP account and local stores, drive them and look into them."))
def sandbox() -> None:
    """Group the commands."""


for command in (up, shop, clerk, faults, state, clock):
    sandbox.add_command(command)
