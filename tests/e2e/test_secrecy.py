"""Secrets and personal data appear nowhere in the open: not in any output, log, row, file or ``repr`` (X1).

One life of an installation with planted values, told with ``-vv`` and ``--json`` and with every fault of both
remotes; then everything that it said and left behind is searched for every value in every form that it may take.
``orders show`` may name the customer; nothing else may.
"""

import base64
import contextlib
import io
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote, quote_plus

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from tests.cli.connecting import Remotes
from tests.e2e.faults import TINY, TRAY
from tests.e2e.stage import STEP
from tests.flows.factories import START, make_order
from tests.host.samples import MemoryDatabase, Sample, SampleSettings, StillClock, admitted, store
from tests.kill.rest import MovingClock
from tomada.cli import run
from tomada.domain.customer import Address, Customer, CustomerKind
from tomada.errors import ConfigurationError
from tomada.host.context import StoreContext
from tomada.host.settings import build
from tomada.ports.records import OrderRecord
from tomada.ports.storage import Database
from tomada.spi import Rejected
from tomada.storage.crypto import KEY_VARIABLE, encode_key, new_key
from tomada_sandbox.client import SandboxClient
from tomada_sandbox.clock import VirtualClock
from tomada_sandbox.process import SandboxProcess
from tomada_sandbox.tray.people import cnpj, cpf
from tomada_tray_rest.settings import Settings as OtherSettings
from tomada_tray_rest.setup import Returned
from tomada_tray_rest.tokens import Tokens

CPF = cpf("529982247"[:9])
OTHER_CPF = cpf("901237654")
BAD_CPF = "90123765499"
CNPJ = cnpj("7KQ2ZPX90001")
PERSON = {
    "name": "Zulmira Quixadá",
    "cpf": CPF,
    "email": "zulmira.quixada@sentinela.example",
    "cellphone": "84991237755",
    "rg": "RGZ7719234",
    "address": "Travessa Ypsilon Sentinela",
    "number": "98761B",
    "complement": "Apartamento Sigiloso",
    "zip_code": "59012-377",
}
COMPANY = {
    "kind": "company",
    "name": "Wolfgang Xerxes",
    "company_name": "Xingu Sigilosa Comércio Ltda",
    "cnpj": CNPJ,
    "state_inscription": "IE77120934",
    "email": "wolfgang@sigilosa.example",
}
INVALID = {"name": "Yolanda Trindade", "cpf": BAD_CPF, "email": "yolanda@sentinela.example"}
NOTE = "Deixar com Hermengarda na portaria"
DAMAGED = {"name": "Ubirajara Quebrado", "cpf": OTHER_CPF, "email": "ubirajara@sentinela.example"}


def formatted(document: str) -> str:
    """A CPF or CNPJ with its punctuation."""
    d = document
    if len(d) == 11:
        return f"{d[:3]}.{d[3:6]}.{d[6:9]}-{d[9:]}"
    return f"{d[:2]}.{d[2:5]}.{d[5:8]}/{d[8:12]}-{d[12:]}"


def forms(value: str) -> set[bytes]:
    """Everything that a value may look like on its way."""
    texts = {value, value.upper(), value.lower()}
    texts |= {quote(text, safe="") for text in texts} | {quote_plus(text) for text in texts}
    texts |= {json.dumps(text)[1:-1] for text in list(texts)}
    found = {text.encode() for text in texts} | {value.encode("latin-1"), value.encode("utf-16-le")}
    raw = value.encode()
    for shift in range(3):  # base64 of a text that has the value somewhere in it
        encoded = base64.b64encode(b"\0" * shift + raw + b"\0" * (-(len(raw) + shift) % 3))
        found.add(encoded[(4 if shift else 0) : -4])
    return found


def personal() -> dict[str, set[bytes]]:
    """Name of a planted value → its forms."""
    values: dict[str, str] = {"note": NOTE, "person": "Hermengarda"}
    for who, fields in (("person", PERSON), ("company", COMPANY), ("invalid", INVALID), ("damaged", DAMAGED)):
        for key, value in fields.items():
            if key != "kind":
                values[f"{who} {key}"] = value
        values[f"{who} surname"] = fields["name"].split()[1]
    found = {name: forms(value) for name, value in values.items()}
    for document in (CPF, OTHER_CPF, BAD_CPF, CNPJ):
        found[f"document {document}"] = forms(document) | forms(formatted(document))
    found["zip code"] = forms("59012377")
    found["phone"] = forms("(84) 99123-7755") | forms("84 99123-7755")
    return found


def leaks(text: bytes, planted: dict[str, set[bytes]]) -> list[str]:
    """The names of the values that are in a text, with what surrounds them."""
    return [
        f"{name}: …{text[max(0, at - 80) : at + 80]!r}…"
        for name, shapes in planted.items()
        for shape in shapes
        if (at := text.find(shape)) >= 0
    ]


class Life:
    """All commands of one installation with what each said, and every byte that lay in its folder."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.said: list[tuple[str, int, str]] = []
        self.files: dict[str, bytes] = {}
        self.rows = ""
        self.secrets: set[str] = set()

    def command(self, *words: str) -> str:
        """Run a command with ``-vv`` and keep what it said."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = run([*words, "-vv"])
        self.said.append((" ".join(words), code, out.getvalue() + err.getvalue()))
        return out.getvalue()

    def keep_files(self) -> None:
        """Keep every byte that lies in the folder."""
        self.files = {path.name: path.read_bytes() for path in self.home.rglob("*") if path.is_file()}


def live(life: Life, remotes: Remotes, clock: VirtualClock, tmp_path: Path) -> None:
    """Connect, read and write with everything that can go wrong, and look at it with every command."""
    sandbox, store = remotes.sandbox, f"{remotes.prefix}loja"
    life.command("init")
    reader = sqlite3.connect(life.home / "tomada.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute(
        "SELECT * FROM meta"
    ).fetchall()  # while somebody reads, nothing leaves the write-ahead log
    life.command(
        "erp", "add", "conta", "--set", "token=wrong-sentinel-token", "--set", f"base_url={remotes.api}"
    )
    life.command(*remotes.erp_words())
    words = remotes.store_words("loja", tmp_path / "secret")
    life.command(*words, "--set", "authorization=https://shop.example/?code=planted-callback-code", "--yes")
    code = remotes.code("loja")
    life.command(*words, "--set", f"authorization={code}", "--yes", "--json")
    life.secrets |= {remotes.token, remotes.stores["loja"]["consumer_secret"], code, "planted-callback-code"}
    life.secrets |= {"wrong-sentinel-token"}
    orders = [
        {"customer": PERSON, "customer_note": NOTE},
        {"customer": COMPANY, "shipping": "Motoboy"},
        {"customer": INVALID},
        {"customer": DAMAGED, "damaged": "total"},
        {"customer": PERSON, "total": "999.00"},
    ]
    for order in orders:
        sandbox.shop(store, "place", **order)
    life.command("plan", "loja", "--json")
    keep_tokens(life, sandbox, store)
    for remote, kinds in ((f"tray/{store}", TRAY), (f"tiny/{remotes.prefix}conta", TINY)):
        for fault in kinds:
            number = sandbox.shop(store, "place", customer=PERSON, customer_note=NOTE)["order"]
            sandbox.add_fault(fault.kind, remote=remote, every=2, times=2, params=fault.params)
            life.command("sync", "loja")
            sandbox.clear_faults()
            clock.advance(STEP)
            sandbox.shop(store, "change", order=number, address={"complement": PERSON["complement"]})
            keep_tokens(life, sandbox, store)
    life.command("sync", "loja", "--json")
    look(life)
    meet_bugs(life, lambda: sandbox.shop(store, "place", customer=PERSON))
    life.keep_files()
    reader.close()
    with contextlib.closing(sqlite3.connect(life.home / "tomada.db")) as connection:
        for (table,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            life.rows += f"{table}: {connection.execute(f'SELECT * FROM {table}').fetchall()}\n"


def keep_tokens(life: Life, sandbox: SandboxClient, store: str) -> None:
    """Remember every token that the store has given out."""
    text = json.dumps(sandbox.state_of("tray", store))
    life.secrets |= {token for token in texts_of(json.loads(text), "token") if len(token) > 8}


def texts_of(value: Any, name: str) -> Iterator[str]:
    """All texts below keys with this in their names."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, str) and name in key:
                yield inner
            else:
                yield from texts_of(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of(inner, name)


def look(life: Life) -> None:
    """Look at everything, for people and for programs, and make mistakes."""
    for words in (
        ("doctor",),
        ("runs", "list"),
        ("holds", "list"),
        ("orders", "list", "loja", "--limit", "0"),
        ("map", "list", "loja"),
        ("links", "list", "loja"),
        ("store", "list"),
        ("store", "show", "loja"),
        ("store", "test", "loja"),
        ("erp", "list"),
        ("erp", "show", "conta"),
        ("erp", "test", "conta"),
        ("plan", "loja"),
        ("plugins", "list"),
        ("capabilities", "--store", "loja"),
    ):
        life.command(*words)
        life.command(*words, "--json")
    for number in range(1001, 1010):
        for words in (("orders", "trace"), ("orders", "show")):
            life.command(*words, "loja", str(number))
            life.command(*words, "loja", str(number), "--json")
    holds = json.loads(life.command("holds", "list", "--json"))
    for hold in range(1, 8):
        life.command("holds", "show", str(hold))
        life.command("holds", "show", str(hold), "--json")
    assert holds
    for run_id in range(1, 6):
        life.command("runs", "show", str(run_id))
    life.command("holds", "retry", "--all")
    life.command("holds", "settle", "1", "--as", "leave", "--remember")
    life.command("orders", "import", "loja", "1003")
    life.command("store", "set", "loja", f"consumer_secret={next(iter(life.secrets))}", "page_size=many")
    life.command("store", "set", "loja", "access_token=planted-callback-code")
    life.command("sync", "loja")


def meet_bugs(life: Life, place: Callable[[], object]) -> None:
    """Let foreign code raise with everything that it knows: in the plugin, in a flow, and in a command."""
    secret = min(life.secrets)

    def fail(*_arguments: object, **_options: object) -> object:
        try:
            PlantedModel.model_validate({"name": [PERSON["name"]], "token": [secret]})
        except ValueError as error:
            raise RuntimeError(f"{PERSON['name']} {CPF} {NOTE} {secret}") from error
        raise AssertionError("the model takes texts only")

    for target in (
        "tomada_tray_rest.orders.fetch_orders",
        "tomada.flows.orders.ingest.codes_of",
        "tomada.app.orders._listed",
        "tomada.storage.crypto.Cipher.decrypt",
    ):
        with pytest.MonkeyPatch.context() as patch:
            place()
            patch.setattr(target, fail)
            life.command("sync", "loja")
            life.command("sync", "--all", "--json")
            life.command("orders", "list", "loja")
            life.command("runs", "list", "--json")


class PlantedModel(BaseModel):
    """A model of a plugin, whose errors quote what they were given."""

    name: str
    token: str


@pytest.fixture(scope="module")
def life(tmp_path_factory: pytest.TempPathFactory) -> Life:
    folder = tmp_path_factory.mktemp("secrecy")
    path = folder / "clock"
    clock = VirtualClock.create(path)
    key = encode_key(new_key())
    life = Life(folder / "home")
    with pytest.MonkeyPatch.context() as patch, SandboxProcess(path) as process:
        patch.setenv("TOMADA_HOME", str(life.home))
        patch.setenv(KEY_VARIABLE, key)
        patch.setenv("TOMADA_CLOCK", str(path))
        patch.setenv("LANGUAGE", "en")
        patch.setattr("tomada.bootstrap.clock_from_environment", lambda _remotes: MovingClock(clock))
        with SandboxClient(process.url) as sandbox:
            live(life, Remotes(sandbox, "x-"), clock, folder)
    life.secrets.add(key)
    return life


def test_the_life_was_a_full_one(life: Life) -> None:
    """What is searched is not empty: faults showed, tracebacks too, orders came in and others were held."""
    said = "\n".join(text for _, _, text in life.said)
    codes = {code for _, code, _ in life.said}
    assert {0, 1, 2, 4} <= codes
    assert "DEBUG tomada.http" in said
    assert "Traceback" in said
    for reason in ("unmapped", "document", "damaged", "money"):
        assert f'"{reason}"' in said, reason
    assert len(life.secrets) >= 6
    assert {"tomada.db", "tomada.db-wal", "quota.db"} <= life.files.keys()
    bugs = [text for _, _, text in life.said if "RuntimeError" in text]
    assert len(bugs) >= 8
    assert sum("pydantic_core._pydantic_core.ValidationError" in text for text in bugs) >= 6  # tracebacks
    assert any(leaks(text.encode(), personal()) for words, _, text in life.said if "orders show" in words)


def test_x1_no_command_says_a_secret(life: Life) -> None:
    planted = {secret[:6] + "…": forms(secret) for secret in life.secrets}
    found = [f"{words}: {leak}" for words, _, text in life.said for leak in leaks(text.encode(), planted)]
    assert found == []


def test_x1_only_orders_show_names_the_customer(life: Life) -> None:
    planted = personal()
    found = [
        f"{words}: {leak}"
        for words, _, text in life.said
        if not words.startswith("orders show")
        for leak in leaks(text.encode(), planted)
    ]
    assert found == []


def test_x1_no_file_of_the_data_folder_has_a_secret_or_a_name_in_it(life: Life) -> None:
    planted = personal() | {secret[:6] + "…": forms(secret) for secret in life.secrets}
    assert [f"{name}: {leak}" for name, text in life.files.items() for leak in leaks(text, planted)] == []
    assert leaks(life.rows.encode(), planted) == []
    for table in ("audit", "run", "hold", "orders"):
        assert f"{table}: [(" in life.rows


def test_x1_repr_and_errors_show_no_value() -> None:
    planted = personal() | {"token": forms("planted-access-token"), "code": forms("planted-code")}
    customer = Customer(
        kind=CustomerKind.PERSON,
        name=PERSON["name"],
        document=CPF,
        email=PERSON["email"],
        address=Address(street=PERSON["address"], number=PERSON["number"], zip_code="59012377"),
    )
    order = make_order(customer=customer, notes=NOTE)
    record = OrderRecord(
        *(1, 1, "1", "1", "v", True, None, START, START, "1", "PAGO", "", True, None),
        *(order.model_dump_json(), "hash", "hash", None),
    )
    database = MemoryDatabase({"token": "planted-access-token"})
    context = StoreContext(admitted(Sample()), store(), cast(Database, database), StillClock())
    settings = context.settings
    shown: list[object] = [
        (customer, order, record, Rejected("1", "bad", "A sentence.", raw=order.model_dump_json())),
        (settings, str(settings), context, vars(context), context.vault, context.log),
        Tokens("planted-access-token", None, "planted-access-token", None),
        Returned("planted-code"),
        OtherSettings(consumer_secret=SecretStr("planted-access-token")),
    ]
    with pytest.raises(ValidationError) as wrong:
        Customer.model_validate({"kind": "person", "name": [PERSON["name"]], "address": {"street": [NOTE]}})
    shown += [repr(wrong.value), str(wrong.value)]
    with pytest.raises(ConfigurationError) as refused:
        build(SampleSettings, {"address": "x", "token": "planted-access-token", "pages": PERSON["name"]})
    shown += [refused.value, vars(refused.value)]
    assert settings.token.get_secret_value() == "planted-access-token"
    assert leaks(repr(shown).encode(), planted) == []
