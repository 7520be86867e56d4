"""The parts of the demo: what it shows of a command, how it ends, and what requests cost."""

import re
from collections import Counter

import pytest

from tomada.errors import InternalError
from tomada_sandbox.demo.cast import CAST, numbered
from tomada_sandbox.demo.checks import Checks, by_origin
from tomada_sandbox.demo.cost import at_real_quotas, by_kind, minutes, writes
from tomada_sandbox.demo.ending import conclude
from tomada_sandbox.demo.narrator import Narrator
from tomada_sandbox.demo.user import User
from tomada_sandbox.tiny.face import _SERVICES
from tomada_sandbox.tray import face

LIMITS = {"tiny": {"limit": 60}, "tray": {"limit": 180, "daily": 10_000}}


def test_a_command_is_shown_with_its_credentials_shortened(capsys: pytest.CaptureFixture[str]) -> None:
    Narrator(aside=False).command(["erp", "add", "conta", "--set", "token=" + "a" * 40])
    assert capsys.readouterr().out == "\n$ tomada erp add conta --set 'token=aaaaaaaa…'\n"


def test_beside_json_the_story_goes_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    Narrator(aside=True).output("one\ntwo\nthree", last=2)
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "    two\n    three\n")


def test_the_user_has_nothing_of_the_real_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOMADA_DATABASE", "postgresql://somewhere")
    monkeypatch.setenv("TOMADA_DISABLE_PLUGINS", "")
    user = User({"TOMADA_HOME": "/nowhere"}, Narrator(aside=True))
    found = user.asks("plugins", "list")
    assert found["schema_version"] == 1


def test_an_unexpected_exit_code_ends_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    user = User({}, Narrator(aside=True))
    with pytest.raises(InternalError, match="tomada no-such-command ended with code 2") as caught:
        user.does("no-such-command")
    assert "no-such-command" in caught.value.hint
    done = user.does("no-such-command", codes=(2,))
    assert done.code == 2
    assert done.megabytes > 5


def test_wrong_counts_end_with_a_code_that_is_not_zero(capsys: pytest.CaptureFixture[str]) -> None:
    checks = Checks()
    checks.equal("orders", 1, 1)
    assert conclude(checks, 1.0, as_json=True) == 0
    assert conclude(checks, 1.0, as_json=False) == 0
    checks.equal("orders in Tiny", 2, 1)
    assert conclude(checks, 1.0, as_json=True) == 5
    with pytest.raises(InternalError):
        conclude(checks, 1.0, as_json=False)
    assert "orders in Tiny: 2, not 1" in capsys.readouterr().err


def test_orders_are_told_apart_by_mark_and_number() -> None:
    one, other = ({"markers": [mark], "ecommerce_number": "1001"} for mark in ("a", "b"))
    strange = {"markers": [], "ecommerce_number": "1001"}
    assert by_origin([one, other, strange, one]) == {
        ("a", "1001"): [one, one],
        ("b", "1001"): [other],
        ("", "1001"): [strange],
    }


def test_the_cast_is_what_the_demo_promises() -> None:
    """Two stores with the same number, statuses, a kit, a variation, a company, a marketplace (O1)."""
    numbers = [number for number, _part in numbered()]
    assert len(numbers) > len(set(numbers))
    assert {part.last for part in CAST} >= {"aprovado", "enviado", "entregue", "cancelado", ""}
    assert {part.hold for part in CAST} == {"", "unmapped", "damaged", "marketplace"}


@pytest.mark.parametrize(("requests", "expected"), [(0, 0), (1, 1), (45, 1), (46, 2), (90, 2), (91, 3)])
def test_minutes_at_a_quota(requests: int, expected: int) -> None:
    assert minutes(requests, 60, 0.75) == expected


def test_requests_are_counted_by_kind() -> None:
    found = by_kind(
        Counter(
            {
                ("tray", "orders"): 2,
                ("tray", "orders.complete"): 3,
                ("tray", "auth.refresh"): 1,
                ("tiny", "pedidos.pesquisa.php"): 4,
                ("tiny", "pedido.incluir.php"): 5,
                ("tiny", "pedido.alterar.situacao"): 6,
                ("tray", "variants.update"): 7,
                ("tray", "orders.update"): 8,
                ("tray", "invoices.create"): 9,
                ("tiny", "produto.alterar.php"): 10,
                ("tray", "something.new"): 11,
            }
        )
    )
    assert {kind: number for kind, number in found.items() if number} == {
        "lists": 2,
        "details": 3,
        "tokens": 1,
        "reads": 4,
        "creates": 5,
        "statuses": 6,
        "goods": 7,
        "told": 8,
        "notes": 9,
        "erp_others": 10,
        "unknown": 11,
    }


WRITTEN = re.compile(r"create|update|cancel|incluir|alterar|atualizar|lancar|estornar|cadastrar|gerar|emitir")


def test_no_endpoint_of_the_sandbox_is_of_no_known_kind_and_no_write_passes_for_a_read() -> None:
    """What nothing happens means at the end of the demo: each endpoint that writes counts as a write."""
    tray = [name for name, _handler in face._FIXED.values()] + [one[2] for one in face._NAMED]
    for remote, endpoints in (("tray", tray), ("tiny", list(_SERVICES))):
        for endpoint in endpoints:
            asked = Counter({(remote, endpoint): 1})
            assert by_kind(asked)["unknown"] == 0, endpoint
            writing = bool(WRITTEN.search(endpoint)) and not endpoint.startswith("auth.")
            assert bool(writes(asked)) is writing, endpoint
    assert writes(Counter({("tray", "something.new"): 1})) == {"unknown": 1}


def test_a_day_that_is_too_short_is_said() -> None:
    told = at_real_quotas(Counter({("tray", "orders.complete"): 20_000}), 1, LIMITS)
    assert "over 2 more days" in told
    assert "more days" not in at_real_quotas(Counter({("tray", "orders.complete"): 20_000}), 3, LIMITS)
