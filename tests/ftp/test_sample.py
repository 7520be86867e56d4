"""A sample of the store's files: the dialect that it shows, and how its rows would be understood with it."""

from pathlib import Path

import pytest

from tests.ftp.bodies import change, order, table, xml
from tests.ftp.fakes import Shop
from tomada.spi import Proposal, SampleEvent, SampleProblem, SampleRow
from tomada_tray_ftp import sample
from tomada_tray_ftp.column_names import matched
from tomada_tray_ftp.dialect import PROFILES
from tomada_tray_ftp.layouts import ORDERS
from tomada_tray_ftp.settings import Settings

NAME = "PED_1_20260310120000_000001.csv"
STORE_S_OWN = {
    "id_pedido": "Nº do Pedido",
    "data_pedido": "Data",
    "status": "Situação",
    "total": "Valor Total",
    "cliente_nome": "Cliente",
    "item_quantidade": "Qtde",
    "item_preco": "Preço Unitário",
    "item_nome": "Produto",
}


def read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, name: str = NAME, **settings: object
) -> list[SampleEvent]:
    path = tmp_path / name
    path.write_bytes(content)
    shop = Shop(tmp_path / "work", monkeypatch, **settings)
    events = list(sample.read_sample(shop.context(), path))  # type: ignore[arg-type]  # stands for a context
    assert shop.server.calls == []
    return events


@pytest.fixture
def sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Read":
    return Read(tmp_path, monkeypatch)


class Read:
    """Reads samples and parts what is yielded."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder, self._monkeypatch = folder, monkeypatch
        self.proposed: dict[str, str] = {}
        self.why: dict[str, str] = {}
        self.rows: list[SampleRow] = []
        self.problems: list[SampleProblem] = []

    def __call__(self, content: bytes, name: str = NAME, **settings: object) -> "Read":
        events = read(self._folder, self._monkeypatch, content, name, **settings)
        self.proposed = {one.name: one.value for one in events if isinstance(one, Proposal)}
        self.why = {one.name: one.why for one in events if isinstance(one, Proposal)}
        self.rows = [one for one in events if isinstance(one, SampleRow)]
        self.problems = [one for one in events if isinstance(one, SampleProblem)]
        return self


def orders() -> list[dict[str, str]]:
    second = {"item_seq": "2", "item_preco": "40.00", "item_quantidade": "3.00"}
    return [
        *order(7001, pago="S", data_pagamento="2026-03-25"),
        *order(7002, {}, second, total="212.00", total_itens="200.00"),
    ]


@pytest.mark.parametrize("profile", [name for name in PROFILES if name != "xml"])
def test_every_profile_is_seen_and_needs_nothing_where_the_store_has_it(sampled: Read, profile: str) -> None:
    content = table(orders(), PROFILES[profile])
    found = sampled(content)
    dialect = Settings.model_validate(found.proposed).dialect()
    same = ("delimiter", "decimal", "date_format", "datetime_format", "yes", "no", "has_header")
    assert [getattr(dialect, one) for one in same] == [getattr(PROFILES[profile], one) for one in same]
    assert dialect.decode("é".encode(PROFILES[profile].encoding)) == "é"
    assert ([row.key for row in found.rows], found.problems) == (["7001", "7002", "7002"], [])
    assert sampled(content, profile=profile).proposed == {}


def test_each_row_is_shown_as_it_is_understood(sampled: Read) -> None:
    found = sampled(table(orders(), PROFILES["br-planilha"]))
    assert found.proposed["profile"] == "br-planilha"
    assert [row.line for row in found.rows] == [2, 3, 4]
    assert found.rows[-1].values == {
        "data_pedido": "2026-03-10T12:00:00-03:00",
        "status": "AGUARDANDO PAGAMENTO",
        "cliente_nome": "Beatriz Conceição",
        "valor_frete": "12.00",
        "total": "212.00",
        "item": "Caneca",
        "quantidade": "3.00",
        "preco": "40.00",
    }


def test_names_of_the_store_s_own_are_matched_and_all_of_it_can_be_applied(sampled: Read) -> None:
    rows = [{STORE_S_OWN.get(column, column): text for column, text in row.items()} for row in orders()]
    found = sampled(table(rows), "export.csv")
    assert found.proposed == {
        "columns": ",".join(f"{ours}={theirs}" for ours, theirs in sorted_as_ours(STORE_S_OWN).items()),
        "names": "any",
    }
    assert len(found.rows) == 3
    assert sampled(table(rows), "export.csv", **found.proposed).proposed == {}


def sorted_as_ours(names: dict[str, str]) -> dict[str, str]:
    return {ours: theirs for ours, theirs in matched(names.values(), ORDERS).items() if names[ours] == theirs}


@pytest.mark.parametrize(
    ("price", "marks"),
    [
        ("1.234,50", {"profile": "br-planilha", "thousands": "dot"}),
        ("1,234.50", {"thousands": "comma"}),
        ("1234,50", {"profile": "br-planilha"}),
        ("1.234", {}),  # a thousand or one and a bit: nothing is guessed
        ("1234", {}),
    ],
)
def test_m1_the_marks_of_numbers_are_seen_where_there_is_one_reading(
    sampled: Read, price: str, marks: dict[str, str]
) -> None:
    amounts = dict.fromkeys(("desconto", "cupom_valor", "acrescimo", "juros"), "")
    row = order(7001, {"item_quantidade": "1", "item_preco": price}, valor_frete="0", total_itens=price)[0]
    found = sampled(table([row | amounts | {"total": price}]))
    got, wanted = (Settings.model_validate(one).dialect() for one in (found.proposed, marks))
    assert (got.decimal, got.thousands) == (wanted.decimal, wanted.thousands)


def test_a_day_that_may_be_a_month_is_said_to_be(sampled: Read) -> None:
    rows = order(7001, data_pedido="03/04/2026", data_modificacao="03/04/2026 10:00")
    settings = sampled(table(rows)).proposed
    assert (settings["date_format"], settings["datetime_format"]) == ("%d/%m/%Y", "%d/%m/%Y %H:%M")
    assert "%m/%d/%Y" in sampled.why["date_format"]
    surely = order(7001, data_pedido="03/25/2026", data_modificacao="03/04/2026 10:00")
    assert sampled(table(surely)).proposed["date_format"] == "%m/%d/%Y"


def test_what_cannot_be_understood_names_line_column_and_reason(sampled: Read) -> None:
    rows = [*order(7001), *order(7002, total="92,00"), *order(7003, id_cliente=""), *order(7001)]
    found = sampled(table(rows, PROFILES["tray-legado"]).replace(b";total;", b";Valor Total;"))
    assert [(one.line, one.column, one.code) for one in found.problems] == [
        (2, "", "E31"),
        (3, "Valor Total", "E21"),
        (4, "id_cliente", "E20"),
        (5, "", "E31"),
    ]
    assert "92" not in "".join(one.message for one in found.problems)


def test_every_column_that_is_missing_is_named(sampled: Read) -> None:
    rows = [
        {column: text for column, text in row.items() if column not in ("id_cliente", "item_seq")}
        for row in order(7001)
    ]
    found = sampled(table(rows))
    assert [(one.column, one.code) for one in found.problems] == [("id_cliente", "E11"), ("item_seq", "E11")]


def test_without_a_header_positions_are_asked_for_unless_they_are_known(sampled: Read) -> None:
    rows = order(7001)
    headless = table(rows).split(b"\r\n", 1)[1]
    found = sampled(headless)
    assert found.proposed["has_header"] == "no"
    assert [one.code for one in found.problems] == ["E11"]
    places = ",".join(f"{column}={place}" for place, column in enumerate(rows[0], 1))
    again = sampled(headless, has_header=False, columns=places)
    assert ([row.key for row in again.rows], again.proposed) == (["7001"], {})


def test_xml_is_seen_with_its_own_names_and_forms(sampled: Read) -> None:
    body = xml(order(7001, data_pedido="25/03/2026"), "iso-8859-1")
    found = sampled(body.replace(b"valor_frete>", b"frete>"), NAME.replace("csv", "xml"))
    assert found.proposed == {"profile": "xml", "date_format": "%d/%m/%Y", "columns": "valor_frete=frete"}
    assert found.rows[0].values["cliente_nome"] == "Beatriz Conceição"


def test_a_file_of_statuses_and_one_for_the_store(sampled: Read) -> None:
    content = table([change(7001, "5", "ENVIADO", "2026-03-10 10:00:00")])
    found = sampled(content, "qualquer.csv")
    assert [(row.key, row.values["id_status"]) for row in found.rows] == [("7001", "5")]
    assert [one.code for one in sampled(content, NAME.replace("PED", "PRD")).problems] == ["E01"]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x00\x01\x02", b"<", b'<!DOCTYPE x [<!ENTITY a "b">]><pedidos/>', b'"open', b"\xff\xfea\x00"],
)
def test_x2_whatever_a_file_holds_is_a_problem_and_no_accident(sampled: Read, content: bytes) -> None:
    found = sampled(content)
    assert found.rows == []
    assert found.problems
