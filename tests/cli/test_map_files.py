"""``tomada map export|import``: a store's mappings as TOML, by name from one store to another (D2)."""

import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.connecting import Remotes, activate
from tests.cli.running import here
from tests.storage.factories import NOON, make_erp, make_store
from tomada.app.mapping_files import VERSION, export_mappings, import_mappings
from tomada.app.opening import opened
from tomada.flows.mapping.mappings import KINDS, check_value
from tomada.ports.records import CodeRecord, MappingRecord

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def mapped(shop: Remotes, capsys: Capture) -> Remotes:
    """A store of which a person has said a few things."""
    shop.place("loja", shipping="Drone", channel="FEIRA")
    assert here(capsys, "sync", "loja")[0] == 1
    for words in (
        ["status", "A ENVIAR", "preparando_envio"],
        ["status_out", "enviado", "EM TRANSITO"],
        ["status_out", "entregue", "leave"],
        ["shipping", "Drone", "T:Rodoviário"],
        ["shipping", "Motoboy*", "X"],
        ["channel", "*", "Outros"],
    ):
        assert here(capsys, "map", "set", "loja", *words)[0] == 0
    return shop


def listed(capsys: Capture, store: str, kind: str) -> dict[str, tuple[str, str]]:
    found = json.loads(here(capsys, "map", "list", store, kind, "--json")[1])["codes"]
    return {one["label"] or one["code"]: (one["value"], one["source"]) for one in found}


def test_d2_file_says_what_people_set_by_name(mapped: Remotes, tmp_path: Path, capsys: Capture) -> None:
    path = tmp_path / "loja.toml"
    assert here(capsys, "map", "export", "loja", "--output", str(path)) == (
        0,
        f"6 mappings are in {path}.\n",
        "",
    )
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    assert tables.pop("version") == VERSION
    assert list(tables) == ["status", "status_out", "shipping", "channel"]
    [status] = tables["status"]
    assert (status["name"], status["value"]) == ("A ENVIAR", "preparando_envio")
    assert tables["status_out"] == [
        {"code": "entregue", "value": "leave"},
        {"code": "enviado", "value": "EM TRANSITO"},
    ]
    assert tables["shipping"] == [
        {"code": "Drone", "name": "Drone", "value": "T:Rodoviário"},
        {"code": "Motoboy*", "value": "X"},
    ]
    done = json.loads(here(capsys, "map", "export", "loja", "--output", str(path), "--json")[1])
    assert done["mappings"] == 6


def test_d2_another_store_takes_them_by_name_and_its_orders_go_on(
    mapped: Remotes, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "loja.toml"
    assert here(capsys, "map", "export", "loja", "--output", str(path))[0] == 0
    activate(mapped, tmp_path, capsys, "outra")
    mapped.place("outra", shipping="Drone", channel="FEIRA")
    assert here(capsys, "sync", "outra")[0] == 1
    number = tomllib.loads(path.read_text(encoding="utf-8"))["status"][0]["code"]
    shuffled = path.read_text(encoding="utf-8").replace(f'code = "{number}"', 'code = "999"')
    path.write_text(shuffled, encoding="utf-8")
    code, out, err = here(capsys, "map", "import", "outra", str(path))
    assert (code, out) == (2, "")
    assert "status “A ENVIAR” = preparando_envio" in err
    assert "Set 6 new mappings and change 0?" in err
    assert listed(capsys, "outra", "status")["A ENVIAR"] == ("aprovado", "default")
    code, out, _ = here(capsys, "map", "import", "outra", str(path), "--yes")
    assert code == 0
    assert out.startswith("6 set, 0 changed, 0 as they were.\nOrders that go on with the next sync: 1 (")
    assert listed(capsys, "outra", "status")["A ENVIAR"] == ("preparando_envio", "person")
    assert "created in the ERP: 1" in here(capsys, "sync", "outra")[1]


def test_d2_the_same_file_again_changes_nothing_and_asks_nothing(
    mapped: Remotes, tmp_path: Path, capsys: Capture
) -> None:
    path = tmp_path / "loja.toml"
    assert here(capsys, "map", "export", "loja", "--output", str(path))[0] == 0
    assert here(capsys, "map", "import", "loja", str(path))[:2] == (
        0,
        "0 set, 0 changed, 6 as they were.\n",
    )
    assert here(capsys, "map", "set", "loja", "shipping", "Drone", "J")[0] == 0
    err = here(capsys, "map", "import", "loja", str(path))[2]
    assert "shipping method “Drone” = T:Rodoviário (now J)" in err
    done = json.loads(here(capsys, "map", "import", "loja", str(path), "--yes", "--json")[1])
    assert [(one["record"]["code"], one["old"]) for one in done["changed"]] == [("Drone", "J")]
    assert (done["new"], done["unchanged"]) == ([], 5)


WRONG = {
    "": "this is Tomada with version 1",
    "version = 2": "has the version 2",
    "version = ": "is not TOML",
    "version = 1\ncolour = 3": "colour: Extra inputs are not permitted",
    'version = 1\n[[shipping]]\nname = "x"': "shipping.0.value: Field required",
    'version = 1\n[[shipping]]\nvalue = "C"': "shipping 1 (“”): it has neither a code nor a name.",
    'version = 1\n[[status]]\nname = "NOPE"\nvalue = "aberto"': "loja has no status “NOPE”.",
    'version = 1\n[[status]]\nname = "A ENVIAR"\nvalue = "voando"': "voando is not a status of the ERP.",
    'version = 1\n[[channel]]\ncode = "A"\nvalue = "x"\n[[channel]]\ncode = "A"\nvalue = "y"': (
        "channel 2 (“A”): this code has another value above."
    ),
}


def test_a_file_that_is_wrong_anywhere_changes_nothing(
    shop: Remotes, tmp_path: Path, capsys: Capture
) -> None:
    shop.place("loja")
    assert here(capsys, "sync", "loja")[0] == 0
    path, good = tmp_path / "x.toml", '\n[[shipping]]\ncode = "Drone"\nvalue = "T"\n'
    for text, told in WRONG.items():
        path.write_text(text + (good if text.startswith("version = 1") else ""), encoding="utf-8")
        code, out, err = here(capsys, "map", "import", "loja", str(path), "--yes")
        assert (code, out) == (2, ""), text
        assert told in err, text
    assert "Drone" not in listed(capsys, "loja", "shipping")
    assert "cannot be read" in here(capsys, "map", "import", "loja", str(tmp_path / "none"))[2]
    assert (
        "cannot be written" in here(capsys, "map", "export", "loja", "--output", str(tmp_path / "a" / "b"))[2]
    )
    path.write_bytes(b"version = 1 # " + b"x" * 5_000_000)
    assert "is larger than" in here(capsys, "map", "import", "loja", str(path))[2]


TEXTS = st.text(min_size=1, max_size=20).filter(lambda text: text == text.strip() and "*" not in text)
ROWS = st.dictionaries(st.tuples(st.sampled_from(("shipping", "channel")), TEXTS), TEXTS, max_size=6)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def test_d2_whatever_text_goes_out_comes_in_again(home: Path, place: Path, capsys: Capture) -> None:
    assert here(capsys, "init")[0] == 0
    path = place / "all.toml"
    with opened(home) as installation:
        with installation.database.begin() as tx:
            erp = tx.erps.save(make_erp("conta"))
            stores = [tx.stores.save(make_store(name, erp.id)) for name in ("a", "b")]

        @given(ROWS)
        def check(rows: dict[tuple[str, str], str]) -> None:
            with installation.database.begin() as tx:
                for store in stores:
                    for one in tx.mappings.all(store.id):
                        tx.mappings.remove(store.id, one.kind, one.code)
                for (kind, code), value in rows.items():
                    value = check_value(kind, value)
                    tx.mappings.set(MappingRecord(stores[0].id, kind, code, value, "", "x", NOON))
            assert export_mappings(installation, "a", path) == len(rows)
            done = import_mappings(installation, "b", path, lambda _plan: True)
            assert done
            assert len(done.new) == len(rows)
            with installation.database.read() as tx:
                mine, theirs = (
                    {(one.kind, one.code): one.value for one in tx.mappings.all(store.id)} for store in stores
                )
            assert mine == theirs

        check()


def test_every_kind_can_stand_in_a_file(home: Path, place: Path, capsys: Capture) -> None:
    assert here(capsys, "init")[0] == 0
    values = {"status": "aberto", "payment": "pix", "category": "A > B", "status_out": "leave"}
    with opened(home) as installation:
        with installation.database.begin() as tx:
            erp = tx.erps.save(make_erp("conta"))
            stores = [tx.stores.save(make_store(name, erp.id)) for name in ("a", "b")]
            for store in stores:
                tx.mappings.saw([CodeRecord(store.id, "status", f"{store.id}7", "A FAZER")])
            for kind in KINDS:
                code = {"status": f"{stores[0].id}7", "status_out": "enviado"}.get(kind, "7")
                tx.mappings.set(MappingRecord(stores[0].id, kind, code, values.get(kind, "X"), "", "x", NOON))
        assert export_mappings(installation, "a", place / "kinds.toml") == len(KINDS)
        done = import_mappings(installation, "b", place / "kinds.toml", lambda _plan: True)
        assert done
        assert {one.kind for one in done.new} == set(KINDS)
        assert {one.code for one in done.new if one.kind == "status"} == {f"{stores[1].id}7"}
