"""Broken distributions, installed for real: each is listed with its reason and the good one still works."""

import json
import os
import sys
from pathlib import Path
from subprocess import run
from typing import Any
from zipfile import ZipFile

import pytest

import tomada.errors

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
}

REPORT = """
import json
from dataclasses import asdict
from tomada.host.capabilities import derive
from tomada.host.registry import Registry

registry = Registry()
states = derive(registry.get("good"), frozenset({"flow.orders"}))
print(json.dumps({
    "statuses": {status.distribution: asdict(status) for status in registry.statuses()},
    "active": [plugin.id for plugin in registry.plugins()],
    "claimed": states["orders.receive"].state,
}))
"""


def build_wheel(folder: Path, name: str, source: str) -> Path:
    """Write the wheel of a distribution with one module and one platform, both called after it."""
    module = f"tomada_test_{name.replace('-', '_')}"
    platform = "good" if name == "zz-double" else name
    info = f"{module}-1.5.dist-info"
    files = {
        f"{module}.py": source.replace("{id}", platform),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {module.replace('_', '-')}\nVersion: 1.5\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/entry_points.txt": f"[tomada.platforms]\n{platform} = {module}:plugin\n",
    }
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in [*files, f"{info}/RECORD"])
    wheel = folder / f"{module}-1.5-py3-none-any.whl"
    with ZipFile(wheel, "w") as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return wheel


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip installed all distributions."""
    folder = tmp_path_factory.mktemp("wheels")
    wheels = [str(build_wheel(folder, name, source)) for name, source in SOURCES.items()]
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "install", "--quiet"]
    run([*pip, "--no-deps", "--no-index", "--no-compile", "--target", str(target), *wheels], check=True)
    return target


def report(target: Path, disabled: str = "") -> Any:
    paths = os.pathsep.join([str(target), str(CORE)])
    environment = {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1", "TOMADA_DISABLE_PLUGINS": disabled}
    done = run([sys.executable, "-c", REPORT], env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def found(installed: Path) -> Any:
    return report(installed)


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("good", "active", ""),
        ("property", "active", ""),
        ("raises", "failed", "RuntimeError: no luck at import"),
        ("exits", "failed", "SystemExit: bye"),
        ("needs", "failed", "No module named 'a_library_that_is_not_installed'"),
        ("syntax", "failed", "SyntaxError"),
        ("signature", "failed", "orders_fetch must be declared as orders_fetch(ctx, query)"),
        ("hook", "failed", "unknown hook orders_fecth; did you mean orders_fetch?"),
        ("version", "incompatible", "9.0"),
        ("spiproperty", "failed", "declares no spi version"),
        ("wrongid", "failed", "platform_info says another, the entry point says wrongid"),
        ("zz-double", "shadowed", "tomada-test-good offers good already"),
    ],
)
def test_each_distribution_is_listed_with_its_reason(found: Any, name: str, status: str, reason: str) -> None:
    listed = found["statuses"][f"tomada-test-{name}"]

    assert (listed["status"], listed["version"]) == (status, "1.5")
    assert reason in listed["reason"]
    assert bool(listed["reason"]) == (status != "active")


def test_the_traceback_of_an_import_is_kept(found: Any) -> None:
    assert "tomada_test_raises.py" in found["statuses"]["tomada-test-raises"]["traceback"]


def test_the_good_one_works(found: Any) -> None:
    assert "good" in found["active"]
    assert found["claimed"] == "claimed"


def test_plugins_can_be_switched_off(installed: Path) -> None:
    statuses = report(installed, "raises, tomada-test-good")["statuses"]

    assert statuses["tomada-test-raises"]["status"] == "disabled"
    assert statuses["tomada-test-good"]["status"] == "disabled"
    assert statuses["tomada-test-zz-double"]["status"] == "active"
