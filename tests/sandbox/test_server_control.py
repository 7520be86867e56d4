import httpx
import pytest

from tests.sandbox.tiny_support import TinyCaller
from tomada_sandbox.client import SandboxClient, SandboxError


def test_a_clone_has_its_own_state_and_no_history(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name) as tiny:
        id_ = tiny.create()
        address = control.clone("tiny", name, f"{name}-copy")
        assert address == f"{control.url}/tiny/{name}-copy"
        control.clerk(f"{name}-copy", "cancel", order=id_)
        copy = control.state_of("tiny", f"{name}-copy")
        assert copy["orders"][0]["situation"] == "cancelado"
        assert copy["quota"]["total"] == {"requests": 0, "refused": 0}
        assert copy["token"] == tiny.state["token"]
        assert tiny.state["orders"][0]["situation"] == "aberto"


def test_state_shows_both_sides_and_the_time(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name):
        state = control.state()
    assert state["tiny"][name]["products"]
    assert state["pending_effects"] == 0
    assert state["now"] <= control.clock()["now"]


def test_the_journal_keeps_the_order_of_events(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name) as tiny:
        id_ = tiny.create()
        tiny.obtain(id_)
    entries = control.journal(remote=f"tiny/{name}")
    assert [(e["event"], e["endpoint"]) for e in entries] == [
        (event, endpoint)
        for endpoint in ("pedido.incluir.php", "pedido.obter.php")
        for event in ("received", "applied", "answered")
    ]
    assert entries[1]["detail"]["order"] == int(id_)
    assert control.journal(since=entries[-1]["number"], remote=f"tiny/{name}") == []


def test_counters_tell_requests_per_endpoint(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name) as tiny:
        tiny.call("info.php")
        tiny.call("info.php")
        assert tiny.http.post("nothing.php").status_code == 404
        quota = tiny.state["quota"]
    assert quota["endpoints"]["info.php"] == {"requests": 2, "refused": 0}
    assert quota["total"] == {"requests": 3, "refused": 0}


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "clone", {"kind": "tiny", "template": "nobody", "name": "x"}, 404),
        ("GET", "state/tiny/nobody", None, 404),
        ("POST", "accounts", {}, 400),
        ("POST", "accounts", {"name": "odd", "colour": "red"}, 400),
        ("POST", "clock/advance", {"seconds": "soon"}, 400),
        ("POST", "faults", {"kind": "rain"}, 400),
        ("POST", "faults", {"kind": "timeout", "colour": "red"}, 400),
        ("POST", "faults", [], 400),
    ],
)
def test_mistakes_are_answered_with_a_sentence(
    control: SandboxClient, method: str, path: str, body: object, status: int
) -> None:
    answer = httpx.request(method, f"{control.url}/_sandbox/{path}", json=body, trust_env=False)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_a_name_is_taken_once(control: SandboxClient, name: str) -> None:
    control.create_account(name)
    with pytest.raises(SandboxError, match="already"):
        control.create_account(name)


def test_an_unknown_account_has_no_address(control: SandboxClient) -> None:
    assert httpx.get(f"{control.url}/tiny/nobody/api2/info.php", trust_env=False).status_code == 404


def test_the_clerk_works_on_the_screens(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name) as tiny:
        id_ = tiny.create(marcadores=[{"marcador": {"descricao": "loja-a"}}], obs_internas="loja-a 1001")
        control.clerk(name, "set_status", order=id_, status="Preparando envio")
        control.clerk(name, "attach_invoice", order="1", invoice=55)
        control.clerk(name, "remove_marker", order=id_, marker="loja-a")
        control.clerk(name, "add_marker", order=id_, marker="urgente")
        control.clerk(name, "edit_note", order=id_, note="ligar")
        control.clerk(name, "set_tracking", order=id_, code="BR123", url="https://example.test/BR123")
        order = tiny.obtain(id_)
        assert order["situacao"] == "Preparando envio"
        assert order["id_nota_fiscal"] == "55"
        assert [m["marcador"]["descricao"] for m in order["marcadores"]] == ["urgente"]
        assert (order["obs_interna"], order["codigo_rastreamento"]) == ("ligar", "BR123")
        control.clerk(name, "set_stock", sku="CAN-AZUL", stock=3)
        assert next(p for p in tiny.state["products"] if p["sku"] == "CAN-AZUL")["stock"] == "3"
        with pytest.raises(SandboxError, match="no order 999"):
            control.clerk(name, "cancel", order=999)
        with pytest.raises(SandboxError, match="unknown action"):
            control.clerk(name, "dance")


def test_what_comes_after_the_end_of_the_journal_is_new(control: SandboxClient, name: str) -> None:
    control.create_store(name)
    before = control.journal_end()
    assert control.journal(before) == []
    httpx.get(f"{control.url}/tray/{name}/web_api/info", trust_env=False)
    assert next(entry["number"] for entry in control.journal(before)) == before + 1
    assert control.journal_end() > before
