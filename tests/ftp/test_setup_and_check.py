"""``store add`` and ``store test`` of a store that exchanges files (X1: the server's key is confirmed by a person)."""

from pathlib import Path

import pytest

from tests.ftp.bodies import table
from tests.ftp.fakes import Shop
from tests.ftp.stage import FileStage
from tomada.errors import ConfigurationError
from tomada.spi import Ask, StepState
from tomada_tray_ftp import check, lists


def test_x1_the_key_is_confirmed_and_pinned(stage: FileStage, tmp_path: Path) -> None:
    record = stage.add_file_store("loja", "sftp", host_key="")
    told = stage.files("loja", "open")
    asked: list[str] = []

    def answer(ask: Ask) -> str:
        asked.append(ask.key)
        assert told["host_key"] in ask.text
        return "sim"

    with stage.installation.gateway(record) as gateway:
        done = gateway.setup(answer, lambda _say: None)
    assert asked == ["confirm_host_key"]
    assert done.settings["host_key"] == told["host_key"]


def test_x1_a_key_that_nobody_confirms_ends_it(stage: FileStage) -> None:
    record = stage.add_file_store("loja", "sftp", host_key="")
    with stage.installation.gateway(record) as gateway, pytest.raises(ConfigurationError) as caught:
        gateway.setup(lambda _ask: "no", lambda _say: None)
    assert caught.value.code == "ftp.host_key_refused"
    assert stage.files("loja", "calls")["calls"] == []


def test_each_missing_setting_is_asked_for(stage: FileStage) -> None:
    told = stage.add_file_store("loja", "ftp", server_url="", user="")
    opened = stage.files("loja", "open")
    answers = {"server_url": opened["addresses"]["ftp"], "user": opened["user"]}
    with stage.installation.gateway(told) as gateway:
        done = gateway.setup(lambda ask: answers[ask.key], lambda _say: None)
    assert answers.items() <= done.settings.items()


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop(tmp_path / "work", monkeypatch)


def states(shop: Shop) -> dict[str, StepState]:
    return {result.name: result.state for result in check.check(shop.context())}


def test_a_check_names_what_is_missing(shop: Shop) -> None:
    assert states(shop) == {
        "connection": StepState.OK,
        "orders": StepState.OK,
        "statuses": StepState.WARNING,
    }
    shop.server.folders.discard("status/loja")
    assert states(shop)["folders"] is StepState.WARNING
    shop.server.folders.discard("pedidos")
    assert states(shop) == {"connection": StepState.OK, "orders": StepState.FAILED}
    assert {call for call, _path in shop.server.calls} == {"list"}


def test_d1_the_newest_list_of_the_store_counts(shop: Shop) -> None:
    def put(name: str, *rows: dict[str, str]) -> None:
        shop.server.put(f"mapeamentos/{name}", table(list(rows)))

    put("MST_1_20260310120000_000001.csv", {"id_status": "39", "descricao": "VELHO", "tipo": "open"})
    put(
        "MST_1_20260311120000_000002.csv",
        {"id_status": "39", "descricao": "A ENVIAR", "tipo": "open", "ativo": "S"},
        {"id_status": "50", "descricao": "CANCELADO", "tipo": "canceled", "ativo": "N"},
        {"id_status": "60", "descricao": "OUTRO", "tipo": "?", "ativo": "talvez"},
    )
    put(
        "MFR_1_20260310120000_000001.csv",
        {"id_forma_envio": "1", "descricao": "Correios  PAC"},
        {"id_forma_envio": "2", "descricao": "Correios PAC"},
    )
    ctx = shop.context()
    found = list(lists.statuses(ctx.session, ctx.settings))
    assert [(one.code, one.label, one.type, one.active) for one in found] == [
        ("39", "A ENVIAR", "open", True),
        ("50", "CANCELADO", "canceled", False),
        ("60", "OUTRO", "", True),
    ]
    assert [one.code for one in lists.shippings(ctx.session, ctx.settings)] == ["Correios PAC"]
    assert states(shop)["statuses"] is StepState.OK


def test_a_damaged_list_is_none(shop: Shop) -> None:
    shop.server.put("mapeamentos/MST_1_20260310120000_000001.csv", b"\x00\xff")
    ctx = shop.context()
    assert list(lists.statuses(ctx.session, ctx.settings)) == []
