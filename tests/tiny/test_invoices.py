"""Invoices and their access keys (tiny-api.md A11; rule T4)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tiny.samples import EMPTY, Remote, failure, ok
from tomada.domain.erp_invoice import (
    ErpInvoice,
    ErpInvoiceItem,
    ErpInvoiceRow,
    InvoiceStatus,
    check_digit,
    is_access_key,
)
from tomada.errors import RemoteContractChanged
from tomada.tiny.invoices import invoice_of

KEY = "35080599999090910270550010000000015180051273"
"""A key that many documents about the NF-e show as their sample."""

NOTA = {
    "id": "900",
    "tipo_nota": "N",
    "serie": "1",
    "numero": "000010",
    "numero_ecommerce": "4711",
    "data_emissao": "05/11/2026",
    "itens": [
        {
            "item": {
                "id_produto": "55",
                "codigo": "CAN-1",
                "descricao": "Caneca",
                "quantidade": "2.0000",
                "valor_total": "80.00",
                "cfop": "6.108",
            }
        },
        {"item": {"id_produto": "0", "codigo": "", "descricao": "Brinde", "quantidade": "1", "cfop": "5910"}},
    ],
    "valor_nota": "92.34",
    "id_venda": "123456",
    "finalidade": "1",
    "situacao": "6",
    "descricao_situacao": "Autorizada",
    "chave_acesso": KEY,
    "codigo_rastreamento": "BR1",
    "url_rastreamento": "https://track.example/BR1",
}


def row(id_: object = "900", **fields: object) -> dict[str, object]:
    values = {
        "id": id_,
        "tipo": "S",
        "serie": "1",
        "numero": "10",
        "numero_ecommerce": "4711",
        "data_emissao": "05/11/2026",
        "valor": "92.34",
        "situacao": 6,
        "descricao_situacao": "Autorizada",
        "chave_acesso": KEY,
    }
    return {"nota_fiscal": {**values, **fields}}


def test_t4_a_whole_note():
    assert invoice_of(NOTA) == ErpInvoice(
        invoice_id="900",
        number="000010",
        series="1",
        ecommerce_number="4711",
        key=KEY,
        issued_on=date(2026, 11, 5),
        value=Decimal("92.34"),
        status=InvoiceStatus.AUTHORISED,
        status_label="Autorizada",
        outgoing=True,
        tracking_code="BR1",
        tracking_url="https://track.example/BR1",
        order_id="123456",
        purpose="1",
        items=(
            ErpInvoiceItem(
                product_id="55",
                sku="CAN-1",
                name="Caneca",
                quantity=Decimal(2),
                value=Decimal(80),
                cfop="6108",
            ),
            ErpInvoiceItem(product_id="", sku="", name="Brinde", quantity=Decimal(1), cfop="5910"),
        ),
    )


@pytest.mark.parametrize(
    ("direction", "cfops", "outgoing"),
    [
        ("S", ["1202"], True),
        ("E", ["5102"], False),
        ("N", ["5102", "6102"], True),
        ("N", ["1202"], False),
        ("N", ["1202", "5102"], None),
        ("", [""], None),
        ("", [], None),
    ],
)
def test_t4_the_direction_comes_from_the_note_or_else_from_its_cfops(direction, cfops, outgoing):
    items = [{"item": {"quantidade": "1", "cfop": cfop}} for cfop in cfops]
    assert invoice_of(NOTA | {"tipo_nota": direction, "itens": items}).outgoing is outgoing


@pytest.mark.parametrize(
    ("situation", "status", "authorised"),
    [
        (1, InvoiceStatus.PENDING, False),
        (2, InvoiceStatus.ISSUED, False),
        ("3", InvoiceStatus.CANCELLED, False),
        (4, InvoiceStatus.AWAITING_RECEIPT, False),
        (5, InvoiceStatus.REJECTED, False),
        ("6", InvoiceStatus.AUTHORISED, True),
        (7, InvoiceStatus.PRINTED, True),
        (8, InvoiceStatus.REGISTERED, False),
        (9, InvoiceStatus.AWAITING_PROTOCOL, False),
        (10, InvoiceStatus.DENIED, False),
        (11, None, False),
        ("Autorizada", None, False),
    ],
)
def test_t4_only_authorised_notes_are_authorised(situation, status, authorised):
    note = invoice_of(NOTA | {"situacao": situation})
    assert (note.status, note.authorised) == (status, authorised)


@pytest.mark.parametrize(
    ("written", "key", "damaged"),
    [
        ("", "", ""),
        (None, "", ""),
        (f" {KEY[:4]} {KEY[4:]} ", KEY, ""),
        (KEY[:-1] + "4", "", KEY[:-1] + "4"),
        (KEY[1:], "", KEY[1:]),
        ("x" * 100, "", "X" * 60),
    ],
)
def test_t4_a_key_is_checked_and_a_damaged_one_is_shown_apart(written, key, damaged):
    note = invoice_of(NOTA | {"chave_acesso": written})
    assert (note.key, note.damaged_key, note.authorised) == (key, damaged, bool(key))


@given(st.from_regex(r"[0-9]{6}[0-9A-Z]{12}[0-9]{25}", fullmatch=True), st.integers(0, 43), st.integers(1, 9))
def test_t4_a_key_with_one_digit_changed_is_none(start, place, step):
    key = start + check_digit(start)
    assert is_access_key(key)
    if key[place].isdigit():
        other = str((int(key[place]) + step) % 10)
        changed = key[:place] + other + key[place + 1 :]
        # Modulo 11 has ten digits for eleven rests: 0 stands for two of them.
        assert not is_access_key(changed) or key[43] == "0"


@pytest.mark.parametrize(
    "fields",
    [
        {"id": ""},
        {"valor_nota": ""},
        {"valor_nota": "92,34"},
        {"data_emissao": "31/02/2026"},
        {"data_emissao": "ontem"},
        {"itens": [{"item": {"id_produto": "1"}}]},
    ],
)
def test_what_is_not_of_its_kind_is_a_changed_contract(fields):
    with pytest.raises(RemoteContractChanged):
        invoice_of(NOTA | fields)


def test_t4_the_search_narrows_and_compares_the_number_exactly():
    remote = Remote(notas_fiscais_pesquisa=ok(notas_fiscais=[row("1"), row("2", numero_ecommerce="47110")]))
    found = list(
        remote.driver().find_invoices(
            ecommerce_number="4711", issued_since=date(2026, 11, 1), status=InvoiceStatus.AUTHORISED
        )
    )
    assert found == [
        ErpInvoiceRow(
            invoice_id="1",
            number="10",
            series="1",
            ecommerce_number="4711",
            key=KEY,
            issued_on=date(2026, 11, 5),
            value=Decimal("92.34"),
            status=InvoiceStatus.AUTHORISED,
            status_label="Autorizada",
            outgoing=True,
        )
    ]
    form = remote.calls[0][1]
    assert (form["numeroEcommerce"], form["dataInicial"], form["situacao"]) == ("4711", "01/11/2026", "6")


def test_t4_without_conditions_all_pages_are_listed():
    pages = {
        "1": ok(numero_paginas="2", notas_fiscais=[row("1", tipo="E")]),
        "2": ok(numero_paginas="2", notas_fiscais=[row("2")]),
    }
    remote = Remote(notas_fiscais_pesquisa=lambda form: pages[form["pagina"]])
    assert [(one.invoice_id, one.outgoing) for one in remote.driver().find_invoices()] == [
        ("1", False),
        ("2", True),
    ]
    assert remote.calls[0][1].keys() == {"token", "formato", "pagina"}
    assert list(Remote(notas_fiscais_pesquisa=EMPTY).driver().find_invoices()) == []


def test_read_invoice_by_id():
    remote = Remote(nota_fiscal_obter=ok(nota_fiscal=NOTA))
    assert remote.driver().read_invoice("900") == invoice_of(NOTA)
    assert Remote(nota_fiscal_obter=failure(32)).driver().read_invoice("1") is None


def test_t4_the_link():
    link = "https://tiny.com.br/doc.view.php?id=abc&x=1"
    assert Remote(nota_fiscal_obter_link=ok(link_nfe=link)).driver().invoice_link("900") == link
    assert Remote(nota_fiscal_obter_link=ok(link_nfe="")).driver().invoice_link("900") is None
    assert Remote(nota_fiscal_obter_link=failure(32)).driver().invoice_link("900") is None


@pytest.mark.parametrize("link", ["javascript:alert(1)", "doc.view.php?id=1", "https:///x"])
def test_x2_what_is_no_address_is_not_passed_on(link):
    with pytest.raises(RemoteContractChanged):
        Remote(nota_fiscal_obter_link=ok(link_nfe=link)).driver().invoice_link("900")
