"""Each kind of fault, at the endpoint that matters most: the creation of an order."""

import json
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.sandbox.tiny_support import TOKEN, TinyCaller, order
from tomada_sandbox.client import SandboxClient

CREATE = "pedido.incluir.php"


@pytest.fixture
def tiny(control: SandboxClient, name: str) -> Iterator[TinyCaller]:
    with TinyCaller(control, name) as caller:
        yield caller


def _post(tiny: TinyCaller) -> httpx.Response:
    whole = json.dumps({"pedido": order()})
    return tiny.http.post(CREATE, data={"token": TOKEN, "formato": "json", "pedido": whole})


def _orders(tiny: TinyCaller) -> int:
    return len(tiny.state["orders"])


def test_refused_for_quota_in_the_remotes_own_way(tiny: TinyCaller, control: SandboxClient) -> None:
    control.add_fault("refuse_429", endpoint=CREATE)
    answer = tiny.include()
    assert (answer["codigo_erro"], answer["status"]) == (6, "Erro")
    assert _orders(tiny) == 0
    assert tiny.state["quota"]["endpoints"][CREATE] == {"requests": 1, "refused": 1}
    tiny.create()


@pytest.mark.parametrize(("kind", "orders"), [("error_before", 0), ("error_after", 1)])
def test_a_server_error_before_or_after_the_effect(
    tiny: TinyCaller, control: SandboxClient, kind: str, orders: int
) -> None:
    control.add_fault(kind, endpoint=CREATE, params={"status": 503})
    answer = _post(tiny)
    assert (answer.status_code, answer.headers["x-limit-api"]) == (503, "1000000")
    assert _orders(tiny) == orders


@pytest.mark.parametrize(("kind", "orders"), [("reset_before", 0), ("reset_after", 1)])
def test_a_reset_before_or_after_the_effect(
    tiny: TinyCaller, control: SandboxClient, kind: str, orders: int
) -> None:
    control.add_fault(kind, endpoint=CREATE)
    with pytest.raises(httpx.ReadError):
        _post(tiny)
    assert _orders(tiny) == orders
    assert [e["event"] for e in control.journal(remote=f"tiny/{tiny.name}")] == (
        ["received", "fault"] + ["applied"] * orders
    )


def test_the_effect_arrives_after_the_connection_died(tiny: TinyCaller, control: SandboxClient) -> None:
    control.add_fault("late_effect", endpoint=CREATE, params={"seconds": 60})
    with pytest.raises(httpx.ReadError):
        _post(tiny)
    control.advance(59)
    assert tiny.search(numeroEcommerce="1001") == []
    assert control.state()["pending_effects"] == 1
    control.advance(1)
    assert len(tiny.search(numeroEcommerce="1001")) == 1
    (late,) = [e for e in control.journal(remote=f"tiny/{tiny.name}") if e["detail"].get("late")]
    assert late["detail"]["ecommerce_number"] == "1001"


def test_the_answer_comes_too_late(tiny: TinyCaller, control: SandboxClient) -> None:
    control.add_fault("timeout", endpoint=CREATE, params={"seconds": 30})
    with pytest.raises(httpx.ReadTimeout):
        tiny.http.post(
            CREATE,
            data={"token": TOKEN, "formato": "json", "pedido": json.dumps({"pedido": order()})},
            timeout=0.2,
        )
    assert _orders(tiny) == 1


@pytest.mark.parametrize("close", [False, True])
def test_a_slow_answer_comes_or_the_connection_closes(
    tiny: TinyCaller, control: SandboxClient, close: bool
) -> None:
    control.add_fault(
        "timeout", endpoint=CREATE, params={"seconds": 0.1, "close": close, "effect": not close}
    )
    began = time.monotonic()
    if close:
        with pytest.raises(httpx.RemoteProtocolError):
            _post(tiny)
    else:
        assert _post(tiny).json()["retorno"]["status"] == "OK"
    assert time.monotonic() - began >= 0.1
    assert _orders(tiny) == (0 if close else 1)


@pytest.mark.parametrize("whole", [False, True])
def test_a_body_that_is_cut(tiny: TinyCaller, control: SandboxClient, whole: bool) -> None:
    control.add_fault("truncated", endpoint=CREATE, params={"whole": whole})
    if whole:
        with pytest.raises(ValueError, match=r"."):
            _post(tiny).json()
    else:
        with pytest.raises(httpx.RemoteProtocolError):
            _post(tiny)
    assert _orders(tiny) == 1


def test_a_credential_that_counts_as_expired(tiny: TinyCaller, control: SandboxClient) -> None:
    control.add_fault("expired_token", endpoint="info.php")
    assert tiny.call("info.php")["codigo_erro"] == 2
    assert tiny.call("info.php")["status"] == "OK"


@pytest.mark.parametrize(("rows", "first"), [(1, "100"), (-1, "102")])
def test_pages_that_shift_while_they_are_read(
    tiny: TinyCaller, control: SandboxClient, rows: int, first: str
) -> None:
    rows_sent = [{"sku": f"BULK-{n:03}", "name": f"Produto {n}", "price": "1.00"} for n in range(1, 151)]
    control.clerk(tiny.name, "add_products", products=rows_sent)
    assert tiny.call("produtos.pesquisa.php", pesquisa="BULK-")["numero_paginas"] == "2"
    control.add_fault("shift_pages", endpoint="produtos.pesquisa.php", params={"rows": rows})
    page = tiny.call("produtos.pesquisa.php", pesquisa="BULK-", pagina=2)["produtos"]
    assert page[0]["produto"]["codigo"] == f"BULK-{first}"
    page = tiny.call("produtos.pesquisa.php", pesquisa="BULK-", pagina=2)["produtos"]
    assert page[0]["produto"]["codigo"] == "BULK-101"


def test_timestamps_that_are_equal(tiny: TinyCaller, control: SandboxClient) -> None:
    control.add_fault("equal_timestamps", remote=f"tiny/{tiny.name}", params={"seconds": 86400})
    tiny.create()
    control.advance(1)
    tiny.create(numero_pedido_ecommerce="1002")
    first, second = (order["updated"] for order in tiny.state["orders"])
    assert first == second
    assert first.endswith(":00:00")
