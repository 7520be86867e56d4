"""Connecting a store, its test, its description and its settings."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import ValidationError

from tests.soap.fakes import FakeContext, Shop, StillClock
from tests.soap.foreign import only_own
from tomada.errors import AuthenticationError, ConfigurationError, RemoteContractChanged, UnusableError
from tomada.spi import Ask, Done, StepState
from tomada_tray_soap.session import KEPT, KEPT_AT, SoapSession
from tomada_tray_soap.settings import Settings, normalise_address

Opener = Callable[..., Shop]
ACCESS = {"address": "https://loja.example", "store_id": "1", "login": "webservice", "password": "s"}


def checked(shop: Shop) -> dict[str, Any]:
    return {step.name: step for step in shop.plugin.connection_check(shop.ctx)}


def test_a_check_of_a_whole_service_is_all_well(shop: Shop) -> None:
    steps = checked(shop)
    assert list(steps) == ["description", "operations", "access", "clock"]
    assert {step.state for step in steps.values()} == {StepState.OK}
    assert not steps["operations"].lacks


@pytest.mark.parametrize(
    ("operation", "lacks"),
    [
        ("fWSAtualizaEstoqueProduto", {"stock.send", "stock.update"}),
        ("fWSAtualizaRastreioPedido", {"tracking.send"}),
        ("fWSCadastraNotaFiscalPedido", {"invoices.send"}),
        ("fWSCadastraProduto", {"products.send"}),
        ("fWSAtualizaPrecoProduto", {"prices.send"}),
        ("fWSImportaPedidoPorId", {"orders.status_sync", "orders.update_status", "orders.mark_delivered"}),
        ("fWSAtualizaListaToDo", set()),
    ],
)
def test_a_missing_operation_is_named_and_takes_back_what_needs_it(
    open_shop: Opener, operation: str, lacks: set[str]
) -> None:
    step = checked(open_shop({"missing": [operation]}))["operations"]
    assert step.state is StepState.WARNING
    assert operation in step.message
    assert set(step.lacks) == lacks
    assert all(operation in reason for reason in step.lacks.values())


def test_a_wrong_password_fails_the_access(open_shop: Opener) -> None:
    steps = checked(open_shop(password="not-this-one"))
    assert steps["access"].state is StepState.FAILED
    assert "not-this-one" not in steps["access"].message


def test_an_address_without_a_service_fails_the_description(shop: Shop, sandbox: Any) -> None:
    shop.reopen(shop.settings(address=f"{sandbox.url}/tray/nobody"))
    (step,) = checked(shop).values()
    assert (step.name, step.state) == ("description", StepState.FAILED)


def test_a_changed_description_is_noticed(shop: Shop) -> None:
    checked(shop)
    shop.switch(missing=["fWSCanaisVendaDisponiveis"])
    assert checked(shop)["description"].state is StepState.WARNING
    assert checked(shop)["description"].state is StepState.OK


def test_another_address_in_the_description_is_told_and_not_used(open_shop: Opener) -> None:
    steps = checked(open_shop({"plain_address": True}))
    assert "loja.invalid" in steps["description"].message
    assert steps["access"].state is StepState.OK


def test_the_description_is_kept_for_the_next_run_until_it_is_old(shop: Shop) -> None:
    shop.events()
    for hours, readings in ((1, 1), (24, 2)):
        shop.later(hours * 3600)
        shop.reopen()
        shop.events()
        assert shop.calls().count("wsdl") == readings


def test_a_damaged_description_in_the_state_is_read_again(shop: Shop) -> None:
    shop.events()
    shop.ctx.state.set(KEPT, "AAAA")
    shop.reopen()
    assert shop.events() == []
    assert shop.ctx.state.get(KEPT_AT)
    assert shop.calls().count("wsdl") == 2


def test_a_saved_description_is_used_instead(shop: Shop, tmp_path: Path) -> None:
    saved = tmp_path / "servico.wsdl"
    address = f"{shop.ctx.settings.address}?wsdl"
    saved.write_bytes(httpx.get(address, trust_env=False).content)
    before = shop.calls().count("wsdl")
    shop.reopen(shop.settings(wsdl_file=str(saved)))
    remote_id = shop.place()
    assert shop.fetched() == [remote_id]
    assert shop.calls().count("wsdl") == before
    shop.reopen(shop.settings(wsdl_file=str(tmp_path / "none")))
    with pytest.raises(ConfigurationError):
        shop.events()


def renamed(document: bytes, **names: str) -> bytes:
    for old, new in names.items():
        document = document.replace(old.encode(), new.encode())
    return document


def saved_shop(shop: Shop, folder: Path, names: dict[str, str], **settings: str) -> SoapSession:
    """A session whose description has other names; the sandbox looks at places, as the real service does."""
    document = httpx.get(f"{shop.ctx.settings.address}?wsdl", trust_env=False).content
    (folder / "servico.wsdl").write_bytes(renamed(document, **names))
    return shop.reopen(shop.settings(wsdl_file=str(folder / "servico.wsdl"), **settings))


def test_an_argument_with_another_name_is_found_by_its_alias(shop: Shop, tmp_path: Path) -> None:
    saved_shop(
        shop, tmp_path, {"codigo_rastreio": "cod_rastreamento"}, aliases="codigo_rastreio=cod_rastreamento"
    )
    remote_id = shop.place()
    shop.ctx.session.write("fWSAtualizaRastreioPedido", id_pedido=remote_id, codigo_rastreio="BR1")
    assert shop.state["orders"][0]["texts"]["sending_code"] == "BR1"


def test_an_argument_that_nobody_knows_is_told_and_sent_empty(shop: Shop, tmp_path: Path) -> None:
    saved_shop(shop, tmp_path, {"url_rastreio": "transportadora_id"})
    unknown = list(shop.ctx.session.description.unknown_arguments())
    assert unknown == [("fWSAtualizaRastreioPedido", "transportadora_id")]
    with pytest.raises(RemoteContractChanged, match="url_rastreio"):
        shop.ctx.session.write("fWSAtualizaRastreioPedido", id_pedido="1", url_rastreio="https://r.example")


def test_names_that_mean_nothing_are_taken_by_their_places(shop: Shop, tmp_path: Path) -> None:
    only_own("has this very description")
    saved_shop(
        shop,
        tmp_path,
        {
            'name="entidade"': 'name="p1"',
            'name="id" type="xsd:string"/></message>': 'name="p2" type="xsd:string"/></message>',
        },
    )
    assert shop.ctx.session.description.places("fWSAtualizaListaToDo") == ["entidade", "id"]
    remote_id = shop.place()
    shop.events()
    shop.confirm()
    assert shop.todo == []
    assert remote_id in shop.orders


def test_what_is_no_description_is_refused(shop: Shop, tmp_path: Path) -> None:
    for document in (
        b"",
        b"<html/>",
        b"<definitions/>",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><definitions>&a;</definitions>",
    ):
        (tmp_path / "bad.wsdl").write_bytes(document)
        session = shop.reopen(shop.settings(wsdl_file=str(tmp_path / "bad.wsdl")))
        with pytest.raises(UnusableError):
            session.offers("fWSImportaPedidos")


def test_a_description_cannot_load_another_document(shop: Shop, tmp_path: Path) -> None:
    document = httpx.get(f"{shop.ctx.settings.address}?wsdl", trust_env=False).content
    start = document.index(b"<types>")
    imported = b'<import namespace="urn:x" location="file:///etc/passwd"/>'
    (tmp_path / "bad.wsdl").write_bytes(document[:start] + imported + document[start:])
    session = shop.reopen(shop.settings(wsdl_file=str(tmp_path / "bad.wsdl")))
    with pytest.raises(UnusableError):
        session.offers("fWSImportaPedidos")


def converse(shop: Shop, **answers: str) -> list[Any]:
    steps, conversation = [], shop.plugin.connection_setup(shop.ctx)
    step = next(conversation, None)
    while step is not None:
        steps.append(step)
        answer = answers[step.key] if isinstance(step, Ask) else None
        try:
            step = conversation.send(answer)
        except StopIteration:
            break
    return steps


def test_setup_asks_for_what_is_missing_and_proves_it(shop: Shop) -> None:
    known = shop.ctx.settings
    shop.ctx.settings = Settings()
    steps = converse(
        shop,
        address=known.address,
        store_id=known.store_id,
        login=f" {known.login} ",
        password=known.password.get_secret_value(),
    )
    assert [step.key for step in steps[:-1]] == ["address", "store_id", "login", "password"]
    assert steps[3].secret
    assert isinstance(steps[-1], Done)
    assert steps[-1].settings["login"] == known.login
    assert shop.ctx.vault.read()["password"] == known.password.get_secret_value()


def test_setup_asks_nothing_when_all_is_known_and_refuses_a_wrong_password(shop: Shop) -> None:
    assert [type(step) for step in converse(shop)] == [Done]
    shop.ctx.settings = shop.settings(password="wrong")
    with pytest.raises(AuthenticationError):
        converse(shop)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("www.loja.com.br", "https://www.loja.com.br/webservice/v2/ws_servidor.php"),
        (" https://www.loja.com.br/ ", "https://www.loja.com.br/webservice/v2/ws_servidor.php"),
        ("https://l.com/ws/x.php", "https://l.com/ws/x.php"),
        ("http://127.0.0.1:9/tray/a", "http://127.0.0.1:9/tray/a/webservice/v2/ws_servidor.php"),
        ("", ""),
    ],
)
def test_addresses(written: str, address: str) -> None:
    assert normalise_address(written) == address


@pytest.mark.parametrize(
    "written", ["http://www.loja.com.br", "ftp://loja.com.br", "https://", "https://a:b@l.com"]
)
def test_addresses_that_are_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        normalise_address(written)


@pytest.mark.parametrize(
    "wrong",
    [{"operations": "x"}, {"aliases": "=a"}, {"decimal_mark": ";"}, {"yes_no": "S"}, {"time_zone": "Mars"}],
    ids=str,
)
def test_settings_that_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(**{**ACCESS, **wrong})


def test_a_store_without_its_access_data_says_what_is_missing() -> None:
    session = SoapSession(FakeContext(Settings(), StillClock()), Settings())
    with pytest.raises(ConfigurationError, match="address, store_id, login, password"):
        session.rows("fWSImportaPedidos")
    session.close()


def test_an_operation_may_have_another_name_or_be_left_alone(open_shop: Opener) -> None:
    shop = open_shop(operations="fWSImportaPedidos=fWSImportaPedidoPorId, fWSFormasEnvioDisponiveis=")
    assert shop.ctx.session.description.name_of("fWSImportaPedidos") == "fWSImportaPedidoPorId"
    assert not shop.ctx.session.offers("fWSFormasEnvioDisponiveis")
    assert list(shop.plugin.shipping_list_fetch(shop.ctx)) == []


def test_lists_of_the_store(shop: Shop) -> None:
    statuses = {entry.label: entry for entry in shop.plugin.status_list_fetch(shop.ctx)}
    assert statuses["CANCELADO"].type == "canceled"
    assert statuses["ENVIADO"].type == "closed"
    assert "Correios PAC" in [entry.code for entry in shop.plugin.shipping_list_fetch(shop.ctx)]
