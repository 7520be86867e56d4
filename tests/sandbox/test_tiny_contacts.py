"""Contacts of API 2.0 (tiny-api.md A8) and how an order finds its own (A9.2, C1, C2)."""

from collections.abc import Iterator

import pytest

from tests.sandbox.tiny_support import Json, TinyCaller
from tomada_sandbox.client import SandboxClient


@pytest.fixture
def tiny(control: SandboxClient, name: str) -> Iterator[TinyCaller]:
    with TinyCaller(control, name) as caller:
        fields = {
            "nome": "Ana Souza",
            "cpf_cnpj": "390.533.447-05",
            "codigo": "C1",
            "email": "a@example.test",
        }
        control.clerk(name, "add_contact", fields=fields)
        control.clerk(name, "add_contact", fields={"nome": "Balcão"})
        yield caller


def _contact_of(tiny: TinyCaller, **customer: object) -> Json:
    tiny.create(cliente={"nome": "Outro Nome", **customer})
    state = tiny.state
    wanted = state["orders"][-1]["contact_id"]
    found: Json = next(contact for contact in state["contacts"] if contact["id"] == wanted)
    return found


def test_found_by_code_then_document_then_name(tiny: TinyCaller) -> None:
    ana, counter = (contact["id"] for contact in tiny.state["contacts"])
    assert _contact_of(tiny, codigo="C1", cpf_cnpj="111.444.777-35", atualizar_cliente="N")["id"] == ana
    assert _contact_of(tiny, codigo="C9", cpf_cnpj="39053344705", atualizar_cliente="N")["id"] == ana
    assert _contact_of(tiny, nome="balcão", atualizar_cliente="N")["id"] == counter
    assert _contact_of(tiny, nome="Ana Souza", cpf_cnpj="111.444.777-35")["id"] not in (ana, counter)
    assert len(tiny.state["contacts"]) == 3


def test_c1_atualizar_cliente_says_whether_what_is_stored_changes(tiny: TinyCaller) -> None:
    kept = _contact_of(tiny, cpf_cnpj="39053344705", email="new@example.test", atualizar_cliente="N")
    assert (kept["fields"]["nome"], kept["fields"]["email"]) == ("Ana Souza", "a@example.test")
    changed = _contact_of(tiny, cpf_cnpj="39053344705", email="new@example.test", fone="")
    assert (changed["fields"]["nome"], changed["fields"]["email"]) == ("Outro Nome", "new@example.test")
    assert changed["fields"]["codigo"] == "C1"


def test_search_and_read(tiny: TinyCaller) -> None:
    rows = tiny.call("contatos.pesquisa.php", pesquisa="", cpf_cnpj="39053344705")["contatos"]
    row = rows[0]["contato"]
    assert len(rows) == 1
    assert (row["codigo"], row["situacao"], row["cpf_cnpj"]) == ("C1", "Ativo", "390.533.447-05")
    assert isinstance(row["id"], str)
    assert tiny.call("contatos.pesquisa.php", pesquisa="SOUZA")["numero_paginas"] == "1"
    assert tiny.call("contatos.pesquisa.php", pesquisa="", cpf_cnpj="1")["codigo_erro"] == 20
    assert tiny.call("contatos.pesquisa.php", pesquisa="", situacao="Excluido")["codigo_erro"] == 20
    whole = tiny.call("contato.obter.php", id=row["id"])["contato"]
    assert (whole["nome"], whole["ie"], whole["tipos_contato"]) == ("Ana Souza", "", [{"tipo": "Cliente"}])
    assert tiny.call("contato.obter.php", id="5")["codigo_erro"] == 32


def test_search_by_dates(tiny: TinyCaller, control: SandboxClient) -> None:
    control.advance(3600)
    tiny.create(cliente={"nome": "Nova"})
    created = tiny.state["contacts"][-1]["created"]
    for key in ("dataCriacao", "dataMinimaAtualizacao"):
        rows = tiny.call("contatos.pesquisa.php", pesquisa="", **{key: created})["contatos"]
        assert [row["contato"]["nome"] for row in rows] == ["Nova"]


def test_several_contacts_may_share_a_document(tiny: TinyCaller, control: SandboxClient) -> None:
    control.clerk(tiny.name, "add_contact", fields={"nome": "Ana S.", "cpf_cnpj": "39053344705"})
    rows = tiny.call("contatos.pesquisa.php", pesquisa="", cpf_cnpj="390.533.447-05")["contatos"]
    assert len(rows) == 2
    assert _contact_of(tiny, cpf_cnpj="39053344705", atualizar_cliente="N")["fields"]["nome"] == "Ana Souza"
