"""Products and lists of API 2.0 (tiny-api.md A6, A9.8, A10)."""

from collections.abc import Iterator

import pytest

from tests.sandbox.tiny_support import TinyCaller
from tomada_sandbox.client import SandboxClient, SandboxError


@pytest.fixture
def tiny(control: SandboxClient, name: str) -> Iterator[TinyCaller]:
    with TinyCaller(control, name) as caller:
        yield caller


def _search(tiny: TinyCaller, **params: object) -> list[str]:
    answer = tiny.call("produtos.pesquisa.php", **params)
    return [row["produto"]["codigo"] for row in answer.get("produtos", [])]


def test_p1_the_search_finds_parts_of_a_sku(tiny: TinyCaller) -> None:
    assert _search(tiny, pesquisa="CAN-AZUL") == ["CAN-AZUL", "CAN-AZUL-G"]
    assert _search(tiny, pesquisa="camomila") == ["CHA-CAMOMILA"]
    assert _search(tiny, pesquisa="Receitas & Sabores") == ["LIVRO-RECEITAS"]
    assert _search(tiny, gtin="7891000000021") == ["CHA-CAMOMILA"]


def test_inactive_ones_are_found_and_deleted_ones_only_when_asked_for(
    tiny: TinyCaller, control: SandboxClient
) -> None:
    row = {"sku": "GONE", "name": "Apagado", "price": "1.00", "situation": "E"}
    control.clerk(tiny.name, "add_products", products=[row])
    assert "ANTIGO-01" in _search(tiny)
    assert "GONE" not in _search(tiny)
    assert _search(tiny, situacao="I") == ["ANTIGO-01"]
    assert _search(tiny, situacao="E") == ["GONE"]


def test_a_row_has_a_number_for_its_id_and_text_for_amounts(tiny: TinyCaller) -> None:
    row = tiny.call("produtos.pesquisa.php", pesquisa="VELA")["produtos"][0]["produto"]
    assert isinstance(row["id"], int)
    assert (row["preco"], row["tipoVariacao"], row["situacao"]) == ("32.00", "N", "A")


def test_a_parent_lists_its_variations_and_a_variation_names_its_parent(tiny: TinyCaller) -> None:
    parent = tiny.call("produto.obter.php", id=tiny.product("CAMISETA")["id"])["produto"]
    assert (parent["classe_produto"], parent["tipoVariacao"]) == ("V", "P")
    variations = [row["variacao"] for row in parent["variacoes"]]
    assert [row["codigo"] for row in variations] == ["CAMISETA-P-BR", "CAMISETA-M-BR", "CAMISETA-G-PR"]
    assert variations[0]["grade"] == {"Tamanho": "P", "Cor": "Branca"}
    child = tiny.call("produto.obter.php", id=variations[0]["id"])["produto"]
    assert (child["tipoVariacao"], child["idProdutoPai"]) == ("V", parent["id"])


def test_a_kit_lists_its_components(tiny: TinyCaller) -> None:
    kit = tiny.call("produto.obter.php", id=tiny.product("KIT-CHA")["id"])["produto"]
    assert kit["classe_produto"] == "K"
    components = [row["item"] for row in kit["kit"]]
    assert components == [
        {"id_produto": str(tiny.product("CAN-AZUL")["id"]), "quantidade": "2"},
        {"id_produto": str(tiny.product("CHA-CAMOMILA")["id"]), "quantidade": "1"},
    ]


def test_an_unknown_product(tiny: TinyCaller) -> None:
    assert tiny.call("produto.obter.php", id="1")["codigo_erro"] == 32


def test_thousands_of_products(tiny: TinyCaller, control: SandboxClient) -> None:
    rows = [{"sku": f"B{n}", "name": f"Item {n}", "price": 1.5, "stock": n} for n in range(3000)]
    control.clerk(tiny.name, "add_products", products=rows)
    assert tiny.call("produtos.pesquisa.php", pesquisa="Item")["numero_paginas"] == "30"
    assert _search(tiny, pesquisa="B2999") == ["B2999"]


def test_a_product_row_without_price_is_refused(tiny: TinyCaller, control: SandboxClient) -> None:
    with pytest.raises(SandboxError, match="needs sku, name and price"):
        control.clerk(tiny.name, "add_products", products=[{"sku": "A", "name": "B"}])


def test_an_account_may_list_no_product_without_a_text(tiny: TinyCaller, control: SandboxClient) -> None:
    """The page says that the text is mandatory, clients list without it (A6.1)."""
    assert len(_search(tiny)) > 1
    control.clerk(tiny.name, "configure", product_search_text="required")
    assert tiny.call("produtos.pesquisa.php", situacao="A")["codigo_erro"] == 10
    assert _search(tiny, pesquisa="CHA") == ["CHA-CAMOMILA", "KIT-CHA"]


def test_switches_are_checked_when_they_are_set(tiny: TinyCaller, control: SandboxClient, name: str) -> None:
    with pytest.raises(SandboxError, match="an account has no switch 'colour'; known: "):
        control.clerk(tiny.name, "configure", colour="blue")
    with pytest.raises(SandboxError, match="order_by cannot be 'random'"):
        control.create_account(f"{name}-2", order_by="random")
    assert control.state_of("tiny", tiny.name)["switches"]["order_by"] == "DESC"


def test_company_and_lists(tiny: TinyCaller) -> None:
    company = tiny.call("info.php")["conta"]
    assert (company["cnpj_cpf"], company["regime_tributario"]) == ("11.222.333/0001-81", "Simples Nacional")
    forms = tiny.call("formas.envio.pesquisa.php")["registros"]
    assert isinstance(forms[0]["id"], int)
    correios = next(form for form in forms if form["nome"] == "Correios")
    whole = tiny.call("formas.envio.obter.php", idFormaEnvio=correios["id"])["forma_envio"]
    assert "PAC" in [service["descricao"] for service in whole["formas_frete"]]
    assert tiny.call("formas.envio.obter.php", idFormaEnvio="1")["codigo_erro"] == 32
    assert len(tiny.call("formas.envio.pesquisa.php", tipoLogistica="3")["registros"]) == 1
    payments = tiny.call("formas.recebimento.pesquisa.php", situacao="Desabilitada")["formasRecebimento"]
    assert payments == [{"formaRecebimento": {"descricao": "Cheque", "situacao": "Desabilitada"}}]


def test_an_account_without_seed_is_empty(control: SandboxClient, name: str) -> None:
    with TinyCaller(control, name, seed=False) as tiny:
        assert tiny.call("produtos.pesquisa.php")["codigo_erro"] == 20
        assert tiny.call("formas.envio.pesquisa.php")["codigo_erro"] == 20
        assert tiny.call("info.php")["conta"]["razao_social"] == ""
