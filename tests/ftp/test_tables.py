"""Files as streams of rows: each dialect, damaged files, and files that are meant to harm (X2)."""

import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.ftp.bodies import order, table, xml
from tomada_tray_ftp.damage import FileDamage
from tomada_tray_ftp.dialect import PROFILES, Dialect, Form
from tomada_tray_ftp.entities import Entity, count, read_entities
from tomada_tray_ftp.layouts import ORDERS, STATUSES
from tomada_tray_ftp.tables import read_rows

LEGACY = PROFILES["tray-legado"]
TEXT = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=40).map(str.strip)
slow = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(folder: Path, content: bytes) -> Path:
    path = folder / "file"
    path.write_bytes(content)
    return path


def entities(path: Path, dialect: Dialect = LEGACY) -> list[Entity]:
    return list(read_entities(path, dialect, ORDERS))


def damage_of(path: Path, dialect: Dialect = LEGACY) -> FileDamage:
    with pytest.raises(FileDamage) as caught:
        list(read_rows(path, dialect, ORDERS))
    return caught.value


@pytest.mark.parametrize("name", list(PROFILES))
def test_every_profile_reads_the_same(tmp_path: Path, name: str) -> None:
    dialect = PROFILES[name]
    rows = [*order(7001, {}, {"item_seq": "2"}), *order(7002)]
    content = xml(rows) if dialect.form is Form.XML else table(rows, dialect)
    found = entities(written(tmp_path, content), dialect)
    assert [(one.key, len(one.rows), one.damage) for one in found] == [("7001", 2, None), ("7002", 1, None)]
    assert found[0].first.get("cliente_nome") == "Beatriz Conceição"
    census = count(tmp_path / "file", dialect, ORDERS, "total")
    assert (census.totals.rows, census.totals.entities, census.totals.total) == (3, 2, Decimal("184.00"))


@slow
@given(TEXT, TEXT)
def test_any_text_in_a_cell_comes_back(tmp_path: Path, note: str, name: str) -> None:
    rows = order(7001, cliente_nome=name or "x", obs_cliente=note)
    (found,) = entities(written(tmp_path, table(rows)))
    assert found.first.get("obs_cliente") == note
    assert not found.damage


@slow
@given(st.binary(max_size=400))
def test_x2_any_bytes_are_read_or_refused(tmp_path: Path, raw: bytes) -> None:
    path = written(tmp_path, raw)
    for dialect in PROFILES.values():
        try:
            list(read_entities(path, dialect, STATUSES))
        except FileDamage as damage:
            assert damage.code in ("E10", "E11", "E12")  # noqa: PT017 - either outcome is right


@slow
@given(st.integers(0, 2000))
def test_a_file_that_was_cut_is_never_read_as_whole_orders_with_less_in_them(
    tmp_path: Path, place: int
) -> None:
    whole = table([*order(7001), *order(7002)])
    path = written(tmp_path, whole[: place % len(whole)])
    try:
        found = entities(path)
    except FileDamage:
        return
    assert all(one.rows[0].get("total") == "92.00" for one in found if not one.damage)


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    rows = [*order(7001, obs_cliente="duas\r\nlinhas"), *order(7002)]
    assert [one.line for one in entities(written(tmp_path, table(rows)))] == [2, 4]


def test_columns_may_be_renamed_reordered_and_more(tmp_path: Path) -> None:
    rows = [{"extra": "x", **dict(reversed(row.items()))} for row in order(7001)]
    content = table(rows).replace(b"id_pedido", b"Pedido")
    dialect = LEGACY.with_(columns={"id_pedido": "pedido"})
    assert entities(written(tmp_path, content), dialect)[0].key == "7001"


def test_without_a_header_columns_have_positions(tmp_path: Path) -> None:
    content = b"7001;2026-03-10 12:00:00;39\r\n"
    dialect = LEGACY.with_(has_header=False, columns={"id_pedido": "1", "data_hora": "2", "id_status": "3"})
    (row,) = read_rows(written(tmp_path, content), dialect, STATUSES)
    assert (row.get("id_status"), row.line) == ("39", 1)


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        (lambda raw: raw.replace(b"id_status;", b"outro;", 1), "E11", 1),
        (lambda raw: raw.replace(b"status;", b"total;", 1), "E11", 1),
        (lambda raw: raw + b"7002;1\r\n", "E12", 3),
        (lambda raw: raw + b'"aberta', "E12", 3),
        (lambda raw: raw.replace("ç".encode("latin-1"), b"\x81"), "E10", 2),
        (lambda raw: b"", "E11", 1),
        (lambda raw: raw + b"x" * (1 << 21), "E12", 3),
    ],
)
def test_x2_a_damaged_file_is_refused_with_its_line(tmp_path: Path, change, code: str, line: int) -> None:
    damage = damage_of(written(tmp_path, change(table(order(7001)))))
    assert (damage.code, damage.line) == (code, line)


def test_mixed_encodings_are_refused(tmp_path: Path) -> None:
    content = table(order(7001), PROFILES["utf8"]) + "x;ç".encode("latin-1")
    assert damage_of(written(tmp_path, content), PROFILES["utf8"]).code == "E10"


def test_a_mark_at_the_beginning_says_utf_8(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf" + table(order(7001), PROFILES["utf8"])
    (found,) = entities(written(tmp_path, content))
    assert found.first.get("cliente_nome") == "Beatriz Conceição"


def test_a_damaged_row_damages_its_order_alone(tmp_path: Path) -> None:
    rows = [*order(7001), *order(7002, total=""), *order(7003, obs_cliente="a\x00b"), *order(7004)]
    found = entities(written(tmp_path, table(rows)))
    assert [one.damage and (one.damage.code, one.damage.column, one.damage.line) for one in found] == [
        None,
        ("E20", "total", 3),
        ("E23", "obs_cliente", 4),
        None,
    ]


def test_rows_that_contradict_each_other(tmp_path: Path) -> None:
    rows = [*order(7001), *order(7001, total="93.00")]
    (found,) = entities(written(tmp_path, table(rows)))
    assert found.damage
    assert (found.damage.code, found.damage.column) == ("E31", "total")


def test_orders_whose_rows_are_apart_are_known(tmp_path: Path) -> None:
    rows = [*order(7001), *order(7002), *order(7001, {"item_seq": "2"})]
    census = count(written(tmp_path, table(rows)), LEGACY, ORDERS)
    assert census.apart == {"7001"}
    assert (census.groups, census.totals.entities) == (3, 2)


BOMBS = {
    "laughs": b'<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><pedidos><pedido>&b;</pedido></pedidos>',
    "outside": b'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]><pedidos><pedido>&x;</pedido></pedidos>',
    "doctype": b'<!DOCTYPE pedidos SYSTEM "http://127.0.0.1:1/x.dtd"><pedidos/>',
    "deep": b"<pedidos>" + b"<a>" * 1000,
    "other": b"<outra/>",
    "broken": b"<pedidos><pedido></pedidos>",
    "huge": b"<pedidos><pedido><obs_loja>" + b"x" * (3 << 20) + b"</obs_loja></pedido></pedidos>",
    "charset": b'<?xml version="1.0" encoding="utf-7"?><pedidos/>',
}


@pytest.mark.parametrize("name", list(BOMBS))
def test_x2_xml_that_reaches_out_or_blows_up_is_refused(tmp_path: Path, name: str) -> None:
    assert damage_of(written(tmp_path, BOMBS[name]), PROFILES["xml"]).code in ("E11", "E12")


def test_xml_in_latin_1_as_it_declares(tmp_path: Path) -> None:
    (found,) = entities(written(tmp_path, xml(order(7001), "iso-8859-1")), PROFILES["xml"])
    assert found.first.get("cliente_nome") == "Beatriz Conceição"


@pytest.mark.parametrize("form", ["csv", "xml"])
def test_a_large_file_is_read_in_little_memory(tmp_path: Path, form: str) -> None:
    rows = [row for number in range(1200) for row in order(number)]
    content = table(rows) if form == "csv" else xml(rows)
    path = written(tmp_path, content)
    del rows
    assert len(content) > 400_000
    tracemalloc.start()
    read = sum(1 for _one in read_entities(path, LEGACY if form == "csv" else PROFILES["xml"], ORDERS))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert read == 1200
    assert peak < 450_000
