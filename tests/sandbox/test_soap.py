"""The web service of a Tray store as any program sees it: arguments by place, Latin-1, its page (8.11)."""

from typing import Any

import httpx
import pytest

from tomada_sandbox.client import SandboxClient

LIST = "fWSImportaPedidos"


class Caller:
    def __init__(self, control: SandboxClient, name: str, **service: Any) -> None:
        self.control, self.name = control, name
        self.opened = control.create_store(name, limit=None, daily=None, webservice=service)
        self.address = f"{control.url}/tray/{name}/webservice/v2/ws_servidor.php"

    def call(
        self, operation: str, *arguments: str, charset: str = "utf-8", password: str | None = None
    ) -> httpx.Response:
        access = self.opened["webservice"]
        told = [self.opened["id"], access["login"], password or access["password"], *arguments]
        given = "".join(f"<any{place}>{text}</any{place}>" for place, text in enumerate(told))
        body = (
            '<E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/"><E:Body>'
            f"<{operation}>{given}</{operation}></E:Body></E:Envelope>"
        )
        headers = {"content-type": f"text/xml; charset={charset}"}
        return httpx.post(self.address, content=body.encode(charset), headers=headers, trust_env=False)

    @property
    def state(self) -> Any:
        return self.control.state_of("tray", self.name)


@pytest.fixture
def caller(control: SandboxClient, name: str) -> Caller:
    return Caller(control, name)


def test_arguments_count_by_their_places_and_replies_are_latin_1(caller: Caller) -> None:
    order = str(caller.control.shop(caller.name, "place", customer_note="à tarde")["order"])
    answer = caller.call(LIST, "2009-01-01", "", "", "", "")
    assert answer.headers["content-type"] == "text/xml; charset=ISO-8859-1"
    assert f'<id_pedido xsi:type="xsd:int">{order}</id_pedido>' in answer.content.decode("latin-1")
    assert "à tarde".encode("latin-1") in answer.content
    assert "[0]" in caller.call(LIST, "2009-01-01", "2010-01-01", "", "", "").text


def test_what_is_ticked_off_leaves_the_list_and_a_change_brings_it_back(caller: Caller) -> None:
    order = str(caller.control.shop(caller.name, "place", payment="boleto")["order"])
    assert ">000<" in caller.call("fWSAtualizaListaToDo", "pedidos", order).text
    assert ">001<" in caller.call("fWSAtualizaListaToDo", "pedidos", order).text
    assert "[0]" in caller.call(LIST, "", "", "", "", "").text
    caller.control.shop(caller.name, "pay", order=int(order))
    assert "[1]" in caller.call(LIST, "", "", "", "", "").text
    assert ">300<" in caller.call("fWSAtualizaListaToDo", "pedidos", "999").text


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1"])
def test_either_charset_reaches_the_store_and_what_latin_1_lacks_is_lost(
    caller: Caller, charset: str
) -> None:
    lost = "–" if charset == "utf-8" else "&#8211;"
    empty = [""] * 28
    caller.call(
        "fWSCadastraProduto", "", "SKU-1", f"Chá {lost} bom", "", "", "10.00", *empty, charset=charset
    )
    assert [one["name"] for one in caller.state["products"] if one["sku"] == "SKU-1"] == ["Chá ? bom"]


@pytest.mark.parametrize(("refusal", "status"), [("fault", 500), ("status", 200), ("text", 200)])
def test_a_wrong_password_is_refused_in_each_way(
    control: SandboxClient, name: str, refusal: str, status: int
) -> None:
    answer = Caller(control, name, refusal=refusal).call(LIST, *[""] * 5, password="other")
    assert answer.status_code == status
    assert "senha" in answer.text


def test_the_page_lists_methods_and_messages(caller: Caller) -> None:
    page = httpx.get(caller.address, trust_env=False)
    assert page.headers["content-type"].startswith("text/html")
    assert f"{LIST}Request" in page.text


def test_an_unknown_operation_and_no_envelope_are_faults(caller: Caller) -> None:
    assert "is not defined" in caller.call("fWSNada").text
    answer = httpx.post(caller.address, content=b"hello", trust_env=False)
    assert (answer.status_code, "Fault" in answer.text) == (500, True)


def test_switches_that_are_unknown_are_refused(caller: Caller) -> None:
    for wrong in ({"released": "yes"}, {"colour": "red"}, {"mishap": {"kind": "luck"}}, {"missing": "x"}):
        with pytest.raises(Exception, match=r"."):
            caller.control.shop(caller.name, "webservice", **wrong)
