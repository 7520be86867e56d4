"""``tomada sandbox up``: the sandbox as a process that runs until it is told to stop."""

import json
import os
import shlex
import signal
import threading
from contextlib import suppress
from pathlib import Path

import click
import httpx

from tomada.errors import UsageError
from tomada_sandbox.client import Json, SandboxClient
from tomada_sandbox.clock import ENVIRONMENT as CLOCK_VARIABLE
from tomada_sandbox.commands.address import CLOCK, ENVIRONMENT, READY, Frame, folder_of, running_at
from tomada_sandbox.commands.output import json_option, print_json
from tomada_sandbox.connecting import account_words, store_words
from tomada_sandbox.sentences import N_, _
from tomada_sandbox.server import SandboxServer

ACCOUNT = "conta"
HOME_VARIABLE = "TOMADA_HOME"
DATABASE = "tomada.db"


@click.command(
    help=N_("Run a local Tiny account and local Tray stores until ctrl-C, and say how to connect them.")
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=0, help=N_("Port on 127.0.0.1; 0 takes a free one.")
)
@click.option(
    "--stores", type=click.IntRange(1, 100), default=2, show_default=True, help=N_("How many stores.")
)
@json_option
@click.pass_obj
def up(frame: Frame, port: int, stores: int, *, as_json: bool) -> None:
    """Serve; what was told on stdout is also a file in the data folder while the sandbox runs."""
    folder = folder_of(frame)
    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    _make(folder)
    server = SandboxServer(folder / CLOCK, port)
    try:
        server.start()
    except OSError as error:
        raise UsageError(
            "sandbox.port",
            _("Port {port} cannot be used: {reason}.").format(port=port, reason=error.strerror),
        ) from None
    try:
        told = _open(server.url, folder, stores)
        _write_whole(folder / READY, json.dumps(told))
        if as_json:
            print_json(told, indent=None)
        else:
            _print(told)
            if (folder / DATABASE).exists():
                click.echo(
                    _("{path} knows an earlier sandbox, which is gone: move it away first.").format(
                        path=folder / DATABASE
                    )
                )
        stopped.wait()
    finally:
        (folder / READY).unlink(missing_ok=True)
        server.stop()


def _make(folder: Path) -> None:
    other = running_at(folder)
    if other:
        with suppress(httpx.HTTPError, httpx.InvalidURL), SandboxClient(other) as client:
            client.clock()
            raise UsageError(
                "sandbox.runs",
                _("A sandbox runs for this data folder already: {url}").format(url=other),
                _("Stop it, or choose another data folder with --home."),
            )
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(
            "sandbox.folder",
            _("{path} cannot be made: {reason}.").format(path=folder, reason=error.strerror),
            _("Choose another data folder with --home."),
        ) from None


def _open(url: str, folder: Path, stores: int) -> Json:
    """Open the account and the stores; return all that a user or a program needs to use them."""
    with SandboxClient(url) as client:
        account = client.create_account(ACCOUNT, post_on="invoice")
        opened = [client.create_store(f"loja-{number}") for number in range(1, stores + 1)]
    commands = [
        ["init", "--yes"],
        account_words(url, account, stock_posting="invoice"),
        *(store_words(url, store, ACCOUNT) for store in opened),
    ]
    return {
        "url": url,
        "pid": os.getpid(),
        "clock": str(folder / CLOCK),
        "environment": {HOME_VARIABLE: str(folder), CLOCK_VARIABLE: str(folder / CLOCK), ENVIRONMENT: url},
        "account": {
            "name": account["name"],
            "base_url": f"{url}/tiny/{account['name']}/api2/",
            "token": account["token"],
        },
        "stores": [
            {
                "name": store["name"],
                "api_address": f"{url}{store['api_path']}",
                "consumer_key": store["consumer_key"],
                "consumer_secret": store["consumer_secret"],
                "authorization": store["code"],
            }
            for store in opened
        ],
        "commands": [shlex.join(["tomada", *words]) for words in commands],
    }


def _print(told: Json) -> None:
    click.echo(
        _("The sandbox runs at {url}; ctrl-C ends it, and everything in it is gone.").format(url=told["url"])
    )
    _print_remote(_("Tiny account"), told["account"])
    for store in told["stores"]:
        _print_remote(_("Tray store"), store)
    click.echo()
    click.echo(_("In another terminal, connect Tomada to it:"))
    for name, value in told["environment"].items():
        click.echo(f"  export {name}={shlex.quote(value)}")
    for command in told["commands"]:
        click.echo(f"  {command}")
    click.echo()
    click.echo(_("Then place an order and watch it come in:"))
    store = told["stores"][0]["name"]
    for command in (f"tomada sandbox shop {store} place payment=boleto", f"tomada sync {store}"):
        click.echo(f"  {command}")


def _print_remote(title: str, remote: Json) -> None:
    click.echo()
    click.echo(f"{title} {remote['name']}")
    for key in [key for key in remote if key != "name"]:
        click.echo(f"  {key}: {remote[key]}")


def _write_whole(path: Path, text: str) -> None:
    # The file holds made-up credentials only, and a reader must never see half of it.
    part = path.with_name(path.name + ".part")
    part.write_text(text, "utf-8")
    part.replace(path)
