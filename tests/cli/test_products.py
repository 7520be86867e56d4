"""``tomada products send``: what it prints of its work and of what that cost."""

import json

import pytest

from tests.cli.connecting import Remotes
from tests.cli.goods import BONE, clerk
from tests.cli.running import here
from tomada.cli.progress import progress
from tomada.ports.runner import ProgressNote

Capture = pytest.CaptureFixture[str]


def asked(shop: Remotes) -> tuple[int, int]:
    """Requests that the store and the account got so far."""
    return tuple(
        shop.sandbox.quota(kind, f"{shop.prefix}{name}")["quota"]["total"]["requests"]
        for kind, name in (("tray", "loja"), ("tiny", "conta"))
    )


def test_p2_the_end_says_what_each_product_cost(linked: Remotes, capsys: Capture) -> None:
    clerk(linked, "add_products", products=[BONE, {"sku": "FITA", "name": "Fita", "price": "3.00"}])
    before = asked(linked)
    code, out, err = here(capsys, "products", "send", "loja", "BONE", "FITA", "--yes")
    store, erp = (now - then for now, then in zip(asked(linked), before, strict=True))
    assert code == 0, err
    assert err.splitlines()[-1] == (
        f"Requests: {store} to the store ({store / 2:.1f} for each product sent), "
        f"{erp} to the ERP ({erp / 2:.1f} for each)."
    )
    code, out, err = here(capsys, "products", "send", "loja", "BONE", "--yes", "--json")
    assert code == 0, err
    requests = json.loads(out)["requests"]
    assert requests["store_per_product"] is None  # nothing had changed
    assert requests["store"] == 0 < requests["erp"]


def test_p2_the_end_is_told_in_portuguese_too(linked: Remotes, capsys: Capture) -> None:
    clerk(linked, "add_products", products=[{"sku": "FITA", "name": "Fita", "price": "3.00"}])
    err = here(capsys, "--lang", "pt", "products", "send", "loja", "FITA", "--yes")[2]
    assert err.splitlines()[-1].startswith("Requisições: ")
    assert "por produto enviado" in err


@pytest.mark.parametrize(
    ("seconds", "shown"), [(10, "90 s"), (60, "9 min"), (600, "90 min"), (1000, "2 h 30 min")]
)
def test_a_line_says_how_long_the_rest_takes(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch, seconds: int, shown: str
) -> None:
    times = iter([0.0, float(seconds)])
    monkeypatch.setattr("tomada.cli.progress.monotonic", lambda: next(times))
    with progress() as listen:
        listen(ProgressNote("loja", "products", "products", 100, 1100))
        listen(ProgressNote("loja", "products", "products", 200, 1100))
    told = capsys.readouterr().err
    assert told == f"loja · products: sending products 200/1100, {shown} left\n"
