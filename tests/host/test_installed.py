"""Broken distributions, installed for real: each is listed with its reason and the good one still works."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from subprocess import CompletedProcess, run
from typing import Any
from zipfile import ZipFile

import pytest

import tomada.errors
from tomada.ports.erp_options import ErpOptions
from tomada.ports.options import StoreOptions
from tomada.ports.records import ErpRecord, StoreRecord, StoreState
from tomada.storage.crypto import encode_key, new_key
from tomada.storage.database import create_database, open_database, sqlite_url

CORE = Path(tomada.errors.__file__).parent.parent

GOOD = """
from pydantic import BaseModel
from tomada.spi import CodeEntry, OrderHooks, PlatformInfo, hookimpl

class Settings(BaseModel):
    address: str = ""

class Plugin(OrderHooks):
    spi = "0.1"
    id = "{id}"

    @hookimpl
    def platform_info(self):
        return PlatformInfo(id=self.id, title="Good", id_space="good", settings=Settings)

    @hookimpl
    def orders_fetch(self, ctx, query):
        yield from ()

plugin = Plugin()
"""

SOURCES = {
    "good": GOOD,
    "raises": "raise RuntimeError('no luck at import')",
    "exits": "import sys\nsys.exit('bye')",
    "needs": "import a_library_that_is_not_installed",
    "signature": GOOD.replace("(self, ctx, query)", "(self, ctx, query, page=1)"),
    "hook": GOOD.replace("orders_fetch", "orders_fecth"),
    "version": GOOD.replace("0.1", "9.0"),
    "property": GOOD.replace("id = ", "odd = property(lambda self: 1 / 0)\n    id = "),
    "spiproperty": GOOD.replace('spi = "0.1"', "spi = property(lambda self: 1 / 0)"),
    "wrongid": GOOD.replace("{id}", "another"),
    "syntax": "def broken(:",
    "zz-double": GOOD,
    "base": "raise type('Odd', (BaseException,), {})('neither error nor exit')",
    "prints": "print('hello at import')\n" + GOOD,
    "infoexits": GOOD.replace(
        "return PlatformInfo", "raise SystemExit('not now')\n        return PlatformInfo"
    ),
}

WILD = {
    "wild-exits": "raise SystemExit('bye')",
    "wild-base": "raise type('Odd', (BaseException,), {})('odd')",
    "wild-type": "yield 'an order, perhaps'",
    "wild-list": "return None",
    "wild-prints": "print('hello from a hook'); yield from ()",
}
"""Platforms that are fit, and whose ``orders_fetch`` does this."""

EXTENSIONS = {
    "ext-raises": "raise RuntimeError('no luck either')",
    "ext-exits": "import sys\nsys.exit('farewell')",
    "ext-property": "class E:\n    commands = property(lambda self: 1 / 0)\nplugin = E()",
    "ext-command": (
        "import sys\nprint('hello from an extension')\n"
        "class E:\n    commands = {'wave': ('tomada_test_ext_command:wave', 'Waves.')}\n"
        "    def __getattr__(self, name): raise RuntimeError(name)\nplugin = E()"
    ),
}

SOURCES |= {name: GOOD.replace("yield from ()", body) for name, body in WILD.items()} | EXTENSIONS


def build_wheel(folder: Path, name: str, source: str) -> Path:
    """Write the wheel of a distribution with one module and one platform, both called after it."""
    module = f"tomada_test_{name.replace('-', '_')}"
    platform = "good" if name == "zz-double" else name
    info = f"{module}-1.5.dist-info"
    group = "extensions" if name in EXTENSIONS else "platforms"
    files = {
        f"{module}.py": source.replace("{id}", platform),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {module.replace('_', '-')}\nVersion: 1.5\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[tomada.{group}]\n{platform} = {module}:plugin\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    wheel = folder / f"{module}-1.5-py3-none-any.whl"
    with ZipFile(wheel, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return wheel


def install(folder: Path, target: Path, sources: dict[str, str]) -> Path:
    """Build the distributions and let pip install them into a folder."""
    wheels = [str(build_wheel(folder, name, source)) for name, source in sources.items()]
    pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "install", "--quiet"]
    run([*pip, "--no-deps", "--no-index", "--no-compile", "--target", str(target), *wheels], check=True)
    return target


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip installed all distributions."""
    return install(tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("installed"), SOURCES)


def tomada(target: Path, *words: str, **environment: str) -> CompletedProcess[str]:
    """Run a command in a process that sees what is installed there."""
    paths = os.pathsep.join([str(target), str(CORE)])
    variables = {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "LANGUAGE": "en", **environment}
    command = [sys.executable, "-c", "from tomada.cli import main; main()", *words]
    return run(command, env=variables, capture_output=True, text=True, timeout=60)


def listed(target: Path, **environment: str) -> dict[str, Any]:
    """``tomada plugins list``: distribution → what it says of it."""
    done = tomada(target, "plugins", "list", "--json", **environment)
    assert done.returncode == 0, done.stderr
    return {entry["distribution"]: entry for entry in json.loads(done.stdout)["plugins"]}


@pytest.fixture(scope="module")
def found(installed: Path) -> dict[str, Any]:
    return listed(installed)


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("good", "active", ""),
        ("property", "active", ""),
        ("prints", "active", ""),
        ("raises", "failed", "RuntimeError: no luck at import"),
        ("exits", "failed", "SystemExit: bye"),
        ("base", "failed", "Odd: neither error nor exit"),
        ("needs", "failed", "No module named 'a_library_that_is_not_installed'"),
        ("syntax", "failed", "SyntaxError"),
        ("signature", "failed", "orders_fetch must be declared as orders_fetch(ctx, query)"),
        ("hook", "failed", "unknown hook orders_fecth; did you mean orders_fetch?"),
        ("infoexits", "failed", "SystemExit: not now"),
        ("version", "incompatible", "9.0"),
        ("spiproperty", "failed", "declares no spi version"),
        ("wrongid", "failed", "platform_info says another, the entry point says wrongid"),
        ("zz-double", "shadowed", "tomada-test-good offers good already"),
        ("ext-raises", "failed", "RuntimeError: no luck either"),
        ("ext-exits", "failed", "SystemExit: farewell"),
        ("ext-property", "failed", "ZeroDivisionError"),
        ("ext-command", "active", ""),
    ],
)
def test_each_distribution_is_listed_with_its_reason(
    found: dict[str, Any], name: str, status: str, reason: str
) -> None:
    entry = found[f"tomada-test-{name}"]

    assert (entry["status"], entry["version"]) == (status, "1.5")
    assert entry["kind"] == ("extension" if name in EXTENSIONS else "platform")
    assert reason in (entry["reason"] or "")
    assert bool(entry["reason"]) == (status != "active")


def test_the_list_for_people_gives_the_reasons_and_tracebacks_with_vv(installed: Path) -> None:
    done = tomada(installed, "plugins", "list")
    assert done.returncode == 0
    assert "RuntimeError: no luck at import" in done.stdout
    assert "hello" not in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert "tomada_test_raises.py" in tomada(installed, "plugins", "list", "-vv").stderr


def test_everything_else_works_beside_them(installed: Path) -> None:
    shown = json.loads(tomada(installed, "capabilities", "--json").stdout)
    states = {one["id"]: one["platforms"] for one in shown["capabilities"]}["orders.receive"]
    assert states["good"]["state"] == states["tray-rest"]["state"] == "claimed"
    assert states["raises"] == {"state": "absent", "reason": "RuntimeError: no luck at import"}
    help_text = tomada(installed, "--help")
    assert help_text.returncode == 0
    assert "wave" in help_text.stdout
    assert tomada(installed, "sandbox", "--help").returncode == 0
    wave = tomada(installed, "wave")
    assert (wave.returncode, "cannot be loaded" in wave.stderr) == (3, True)


def test_plugins_can_be_switched_off(installed: Path) -> None:
    statuses = listed(installed, TOMADA_DISABLE_PLUGINS="raises, tomada-test-good")

    assert statuses["tomada-test-raises"]["status"] == "disabled"
    assert statuses["tomada-test-good"]["status"] == "disabled"
    assert statuses["tomada-test-zz-double"]["status"] == "active"


def test_one_that_hangs_is_switched_off_and_costs_what_needs_no_plugin_nothing(tmp_path: Path) -> None:
    """Nobody can tell a slow import from an endless one: a person switches it off by its name."""
    (tmp_path / "wheels").mkdir()
    source = "import threading\nthreading.Event().wait()"
    target = install(tmp_path / "wheels", tmp_path / "installed", {"hangs": source})
    assert tomada(target, "init", "--help").returncode == 0
    entry = listed(target, TOMADA_DISABLE_PLUGINS="hangs")["tomada-test-hangs"]
    assert (entry["status"], entry["reason"]) == ("disabled", "Switched off by TOMADA_DISABLE_PLUGINS.")


def test_a_store_whose_plugin_goes_wild_stops_no_other(installed: Path, tmp_path: Path) -> None:
    key = new_key()
    url = sqlite_url(tmp_path / "tomada.db")
    create_database(url, key)
    database = open_database(url, key)
    with database.begin() as tx:
        account = tx.erps.save(ErpRecord(0, "conta", "tiny-v2", "http://127.0.0.1:1/", ErpOptions()))
        tx.secrets.write(f"erp:{account.id}", {"token": "token"})
        for name in ("good", *WILD):
            since = datetime(2026, 11, 1, tzinfo=UTC)
            record = StoreRecord(
                0, name, name, name, account.id, StoreState.ACTIVE, StoreOptions(), {}, since
            )
            tx.stores.save(record)
    database.dispose()
    environment = {"TOMADA_HOME": str(tmp_path), "TOMADA_KEY": encode_key(key)}

    done = tomada(installed, "sync", "--all", "--json", **environment)

    results = {one["store"]: one["flows"][0] for one in json.loads(done.stdout)["stores"]}
    assert done.returncode == 5
    assert {name: result["state"] for name, result in results.items()} == {
        "good": "done",
        "wild-prints": "done",
        "wild-exits": "failed",
        "wild-base": "failed",
        "wild-type": "failed",
        "wild-list": "failed",
    }
    messages = {name: result["error"]["message"] for name, result in results.items() if result["error"]}
    for name, message in messages.items():
        assert message.startswith(f"tomada-test-{name} 1.5: orders_fetch: "), message
    assert "SystemExit at tomada_test_wild_exits.py" in messages["wild-exits"]
    assert "yielded str, which it must not" in messages["wild-type"]
    assert "hello from a hook" in done.stderr
