"""Files that are read once, whole and in their order, and answered only afterwards (O2, O3, M1)."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.ftp.bodies import change, order, table
from tests.ftp.fakes import Shop
from tomada.domain.order import Order
from tomada.errors import ConfigurationError, TransientError
from tomada.spi import Disposition, Fetched, Rejected
from tomada_tray_ftp.control import Totals, write_control
from tomada_tray_ftp.entities import measured
from tomada_tray_ftp.transport import RefusedError

FIRST = "PED_391250_20260310120000_000001.csv"
SECOND = "PED_391250_20260310121000_000002.csv"
STATUS = "STL_391250_20260310130000_000001.csv"
INBOX, DONE, FAILED, ANSWERS = "pedidos", "pedidos/processados", "pedidos/erro", "retorno/erp"
READS = {"list", "read", "size"}


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    return Shop(tmp_path / "work", monkeypatch)


def keys(events: list[Fetched | Rejected]) -> list[str]:
    return [one.remote_id if isinstance(one, Rejected) else one.value.remote_id for one in events]


def codes(events: list[Fetched | Rejected]) -> list[str]:
    return [one.code if isinstance(one, Rejected) else "" for one in events]


def put(shop: Shop, name: str, *rows: dict[str, str], folder: str = INBOX) -> None:
    shop.server.put(f"{folder}/{name}", table(list(rows)))


def test_o3_reading_writes_nothing_and_confirming_moves(shop: Shop) -> None:
    put(shop, FIRST, *order(7001), *order(7002))
    assert keys(shop.fetch()) == ["7001", "7002"]
    assert {call for call, _path in shop.server.calls} <= READS
    assert shop.server.names(INBOX) == [FIRST]
    shop.confirm()
    assert (shop.server.names(INBOX), shop.server.names(DONE)) == ([], [FIRST])
    assert shop.answers(f"{ANSWERS}/{FIRST}.ret.csv") == ["2;pedido;7001;OK;;;;", "3;pedido;7002;OK;;;;"]
    assert shop.fetch() == []


def test_o3_until_it_is_confirmed_a_file_is_not_read_again(shop: Shop) -> None:
    put(shop, FIRST, *order(7001))
    shop.fetch()
    shop.server.calls.clear()
    assert shop.fetch() == []
    assert ("read", f"{INBOX}/{FIRST}") not in shop.server.calls
    shop.confirm()
    assert shop.server.names(DONE) == [FIRST]


def test_o3_confirming_twice_changes_nothing(shop: Shop) -> None:
    put(shop, FIRST, *order(7001))
    shop.fetch()
    shop.confirm()
    files = dict(shop.server.files)
    shop.confirm()
    assert shop.server.files == files


def test_files_are_read_oldest_first(shop: Shop) -> None:
    put(shop, SECOND, *order(7002))
    put(shop, FIRST, *order(7001))
    assert keys(shop.fetch()) == ["7001", "7002"]


def test_d3_a_damaged_order_goes_into_the_error_file_and_its_neighbours_go_on(shop: Shop) -> None:
    put(shop, FIRST, *order(7001), *order(7002, total="1,0"), *order("abc"), *order(7004))
    events = shop.fetch()
    assert codes(events) == ["", "E21", "E21", ""]
    assert keys(events)[1] == "7002"
    assert keys(events)[2].startswith("linha-")
    shop.confirm()
    assert shop.server.names(DONE) == [FIRST]
    told = shop.answers(f"{FAILED}/{FIRST}.err.csv")
    assert [line.split(";")[0] for line in told] == ["3", "4"]
    assert told[0] == "3;pedido;7002;REJEITADO;E21;total;Column total is not a number in this dialect.;"
    answers = shop.answers(f"{ANSWERS}/{FIRST}.ret.csv")
    assert [line.split(";")[3] for line in answers] == ["OK", "REJEITADO", "REJEITADO", "OK"]


def test_a_held_order_is_answered_now_and_when_it_is_settled(shop: Shop) -> None:
    put(shop, FIRST, *order(7001), *order(7002))
    shop.fetch()
    shop.confirm(_7002=Disposition.HELD)
    assert shop.server.names(DONE) == [FIRST]
    shop.confirm()
    assert shop.answers(f"{ANSWERS}/{FIRST}.ret.csv")[1] == "3;pedido;7002;PENDENTE;E40;;;"
    assert shop.answers(f"{ANSWERS}/{FIRST}_2.ret.csv") == ["2;pedido;7001;OK;;;;", "3;pedido;7002;OK;;;;"]


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("lista.csv", table(order(7001)), "E01"),
        (FIRST.replace("PED", "NFE"), table(order(7001)), "E01"),
        (FIRST.replace("391250", "1"), table(order(7001)), "E03"),
        (FIRST, table(order(7001)).replace(b"total;", b"outro;"), "E11"),
        (FIRST, table(order(7001)) + b"1;2;3\r\n", "E12"),
        (FIRST, b"x" * 30_000, "E05"),
        (FIRST, table(order(7001)).replace("ç".encode("latin-1"), b"\x81"), "E10"),
    ],
)
def test_m1_a_file_that_cannot_be_read_is_held_and_put_aside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, content: bytes, code: str
) -> None:
    shop = Shop(tmp_path / "work", monkeypatch, store_number="391250", max_bytes=20_000)
    shop.server.put(f"{INBOX}/{name}", content)
    shop.fetch()
    shop.clock.sleep(61)
    events = [*shop.events, *shop.fetch()]
    assert codes(events) == [code]
    assert keys(events)[0].startswith("arquivo-")
    shop.confirm()
    assert shop.server.names(INBOX) == []
    assert shop.server.names(FAILED) == [name, f"{name}.err.csv"]
    assert shop.answers(f"{FAILED}/{name}.err.csv")[0].split(";")[1:5] == ["arquivo", name, "REJEITADO", code]


def test_m1_a_control_total_that_does_not_add_up_holds_the_whole_file(shop: Shop, tmp_path: Path) -> None:
    content = table([*order(7001), *order(7002)])
    (tmp_path / "x").write_bytes(content)
    size, digest = measured(tmp_path / "x")
    for number, (total, code) in enumerate([("184.00", ""), ("184.01", "E02")], 1):
        name = FIRST.replace("000001", f"{number:06d}")
        shop.server.put(f"{INBOX}/{name}", content)
        totals = Totals(size, 2, 2, Decimal(total), digest)
        shop.server.put(f"{INBOX}/{name}.ctl", write_control(name, totals, number, number - 1))
        assert set(codes(shop.sync())) == {code}
    assert shop.server.names(INBOX) == []
    assert set(shop.server.names(DONE)) == {FIRST, f"{FIRST}.ctl"}


def test_a_file_that_still_grows_waits(shop: Shop) -> None:
    whole = table([*order(7001), *order(7002)])
    shop.server.put(f"{INBOX}/{FIRST}", whole[: len(whole) // 2 + 20])
    assert shop.fetch() == []
    shop.clock.sleep(61)
    shop.server.put(f"{INBOX}/{FIRST}", whole[:-5])
    assert shop.fetch() == []
    shop.server.put(f"{INBOX}/{FIRST}", whole)
    assert keys(shop.sync()) == ["7001", "7002"]
    assert shop.orders["7002"].items[0].unit_price == 40
    assert (shop.server.names(DONE), shop.server.names(FAILED)) == ([FIRST], [])


def test_a_file_that_stays_unfinished_is_put_aside(shop: Shop) -> None:
    whole = table([*order(7001), *order(7002)])
    shop.server.put(f"{INBOX}/{FIRST}", whole[: len(whole) - 40])
    assert shop.fetch() == []
    shop.clock.sleep(61)
    assert codes(shop.sync()) == ["E12"]
    assert FIRST in shop.server.names(FAILED)


def test_a_last_line_without_its_end_is_read_once_nothing_has_moved(shop: Shop) -> None:
    shop.server.put(f"{INBOX}/{FIRST}", table(order(7001))[:-2])
    assert shop.fetch() == []
    shop.clock.sleep(61)
    assert keys(shop.sync()) == ["7001"]


@pytest.mark.parametrize("name", [f"{FIRST}.tmp", f"{FIRST}.filepart", f".{FIRST}", "leia.me"])
def test_unfinished_and_other_files_are_left_alone(shop: Shop, name: str) -> None:
    put(shop, name, *order(7001))
    assert shop.sync() == []
    assert shop.server.names(INBOX) == [name]


def test_ready_by_control_file_or_by_standing_still(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(tmp_path / "a", monkeypatch, ready="ctl")
    put(shop, FIRST, *order(7001))
    assert shop.fetch() == []
    shop.server.put(f"{INBOX}/{FIRST}.ctl", b"linhas=1\r\n")
    assert keys(shop.fetch()) == ["7001"]
    shop = Shop(tmp_path / "b", monkeypatch, ready="stable")
    put(shop, FIRST, *order(7001))
    assert shop.fetch() == []
    shop.clock.sleep(59)
    assert shop.fetch() == []
    shop.clock.sleep(2)
    assert keys(shop.fetch()) == ["7001"]


def test_o2_a_file_that_is_sent_again_is_answered_as_a_duplicate(shop: Shop) -> None:
    put(shop, FIRST, *order(7001))
    before = shop.sync()
    put(shop, FIRST, *order(7001))
    put(shop, SECOND, *order(7001))
    again = shop.sync()
    versions = {one.version for one in [*before, *again] if isinstance(one, Fetched)}
    assert (keys(again), len(versions)) == (["7001", "7001"], 1)
    assert shop.server.names(DONE) == [FIRST, FIRST.replace(".csv", "_2.csv"), SECOND]
    assert shop.answers(f"{ANSWERS}/{SECOND}.ret.csv") == ["2;pedido;7001;DUPLICADO;;;;"]


def test_o2_the_same_name_with_another_content_is_refused(shop: Shop) -> None:
    put(shop, FIRST, *order(7001))
    shop.sync()
    put(shop, FIRST, *order(7009))
    assert codes(shop.sync()) == ["E04"]
    assert "7009" not in shop.known


def test_what_was_appended_to_a_file_comes_in(shop: Shop) -> None:
    put(shop, FIRST, *order(7001))
    shop.fetch()
    put(shop, FIRST, *order(7001), *order(7002))
    assert keys(shop.sync()) == ["7001", "7002"]
    assert set(shop.known) == {"7001", "7002"}
    assert shop.server.names(DONE) == [FIRST]


def test_o6_a_later_export_changes_and_an_older_one_does_not(shop: Shop) -> None:
    third = SECOND.replace("0002", "0003")
    put(shop, FIRST, *order(7001))
    put(shop, SECOND, *order(7001, versao="2", data_modificacao="2026-03-10 14:00:00", obs_cliente="portão"))
    put(shop, third, *order(7001, obs_cliente="antigo", data_modificacao="2026-03-10 11:00:00"))
    events = shop.sync()
    last = events[-1]
    assert isinstance(last, Fetched)
    assert last.version == shop.known["7001"].version == events[1].version
    assert events[0].version != events[1].version


def test_o2_the_same_number_with_another_content_is_refused(shop: Shop) -> None:
    put(shop, FIRST, *order(7001))
    put(shop, SECOND, *order(7001, obs_cliente="outra"))
    assert codes(shop.sync()) == ["", "E31"]


def test_o8_an_order_whose_rows_are_apart_is_refused(shop: Shop) -> None:
    put(shop, FIRST, *order(7001), *order(7002), *order(7001, {"item_seq": "2"}))
    assert codes(shop.sync()) == ["E31", "", "E31"]
    assert "7001" not in shop.known


def test_changes_of_status_come_after_orders_and_old_exports_take_nothing_back(shop: Shop) -> None:
    put(shop, FIRST, *order(7001))
    put(shop, STATUS, change(7001, "40", "A ENVIAR", "2026-03-10 13:00:00"), folder="status/loja")
    events = shop.sync()
    assert [isinstance(one, Fetched) and isinstance(one.value, Order) for one in events] == [True, False]
    assert shop.known["7001"].status == "40"
    put(shop, SECOND, *order(7001))
    (again,) = shop.sync()
    assert isinstance(again, Fetched)
    assert again.version == events[1].version
    assert shop.server.names("status/loja/processados") == [STATUS]


def test_a_change_of_an_unknown_order_is_answered_and_moved(shop: Shop) -> None:
    put(shop, STATUS, change(1, "40", "A ENVIAR", "2026-03-10 13:00:00"), folder="status/loja")
    shop.sync()
    assert shop.answers(f"{ANSWERS}/{STATUS}.ret.csv") == ["2;situacao;1;REJEITADO;E50;;;"]
    assert shop.server.names("status/loja/processados") == [STATUS]


def test_a_damaged_change_of_status_does_not_damage_its_order(shop: Shop) -> None:
    put(shop, FIRST, *order(7001))
    put(shop, STATUS, change(7001, "40", "A ENVIAR", "amanhã"), folder="status/loja")
    events = shop.sync()
    assert codes(events) == ["", "E22"]
    assert keys(events)[1].startswith("linha-")


def test_a_file_without_orders_is_moved_with_the_next_answer(shop: Shop) -> None:
    shop.server.put(f"{INBOX}/{FIRST}", table(order(7001)).splitlines(keepends=True)[0])
    assert shop.sync() == []
    put(shop, SECOND, *order(7001))
    shop.sync()
    assert shop.server.names(DONE) == [FIRST, SECOND]


def test_many_orders_are_confirmed_in_parts(shop: Shop) -> None:
    put(shop, FIRST, *(row for number in range(1, 1102) for row in order(number)))
    assert len(shop.fetch()) == 1101
    receipts = dict(shop.receipts)
    assert [len(found) for found in receipts.values()] == [500, 500, 101]
    for receipt in list(receipts)[::-1]:
        assert shop.server.names(INBOX) == [FIRST]
        shop.receipts = {receipt: receipts[receipt]}
        shop.confirm()
    assert (shop.server.names(INBOX), shop.server.names(DONE)) == ([], [FIRST])
    assert shop.server.names(ANSWERS) == [f"{FIRST}.ret.csv", f"{FIRST}_p2.ret.csv", f"{FIRST}_p3.ret.csv"]
    assert shop.answers(f"{ANSWERS}/{FIRST}_p3.ret.csv")[0] == "1002;pedido;1001;OK;;;;"


def test_a_read_only_account_keeps_its_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop = Shop(tmp_path / "work", monkeypatch, processed_action="keep", write_acks=False)
    put(shop, FIRST, *order(7001))
    shop.sync()
    assert shop.fetch() == []
    assert {call for call, _path in shop.server.calls} <= READS


def test_a_move_that_is_refused_says_what_to_do(shop: Shop) -> None:
    def refuse(call: str, path: str) -> None:
        if call == "rename" and path.startswith(INBOX):
            raise RefusedError

    shop.server.before = refuse
    put(shop, FIRST, *order(7001))
    shop.fetch()
    with pytest.raises(ConfigurationError) as caught:
        shop.confirm()
    assert "processed_action=keep" in caught.value.hint


def test_a_target_that_is_taken_is_never_overwritten(shop: Shop) -> None:
    shop.server.overwrites = True
    shop.server.folders.add(DONE)
    shop.server.put(f"{DONE}/{FIRST}", b"theirs")
    put(shop, FIRST, *order(7001))
    shop.sync()
    assert shop.server.files[f"{DONE}/{FIRST}"] == b"theirs"
    assert len(shop.server.names(DONE)) == 2


def test_a_missing_folder_is_named(shop: Shop) -> None:
    shop.server.folders.discard("status/loja")
    assert shop.fetch() == []
    shop.server.folders.discard(INBOX)
    with pytest.raises(ConfigurationError) as caught:
        shop.fetch()
    assert caught.value.code == "ftp.folder_missing"


def test_a_file_that_goes_meanwhile_is_left_out(shop: Shop) -> None:
    put(shop, FIRST, *order(7001))
    put(shop, SECOND, *order(7002))
    shop.server.after = lambda call, _path: (
        shop.server.files.pop(f"{INBOX}/{FIRST}", None) if call == "list" else None
    )
    assert keys(shop.fetch()) == ["7002"]


@pytest.mark.parametrize("place", range(0, 900, 100))
def test_a_transfer_that_is_cut_is_made_anew(shop: Shop, place: int) -> None:
    put(shop, FIRST, *order(7001), *order(7002))
    shop.server.cut = place
    assert keys(shop.sync()) == ["7001", "7002"]
    assert shop.server.names(DONE) == [FIRST]


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("number", range(14))
def test_o3_a_connection_that_ends_anywhere_loses_and_doubles_nothing(
    shop: Shop, number: int, after: bool
) -> None:
    count = 0

    def end(_call: str, _path: str) -> None:
        nonlocal count
        count += 1
        if count in (number + 1, number + 2):
            raise TransientError("x", "the connection ended")

    put(shop, FIRST, *order(7001), *order(7002, total="x"))
    put(shop, STATUS, change(7001, "40", "A ENVIAR", "2026-03-10 13:00:00"), folder="status/loja")
    setattr(shop.server, "after" if after else "before", end)
    for _attempt in range(4):
        try:
            shop.fetch()
            shop.confirm()
        except TransientError:
            continue
    assert (shop.server.names(INBOX), shop.server.names(DONE)) == ([], [FIRST])
    assert shop.server.names("status/loja/processados") == [STATUS]
    assert shop.server.names(ANSWERS) == sorted([f"{FIRST}.ret.csv", f"{STATUS}.ret.csv"])
    assert shop.known["7001"].status == "40"


def test_every_call_is_a_step(shop: Shop) -> None:
    put(shop, FIRST, *order(7001))
    ctx = shop.context()
    ctx.session.listing(INBOX)
    ctx.session.publish(f"{ANSWERS}/x.csv", b"x")
    ctx.session.move(f"{ANSWERS}/x.csv", f"{ANSWERS}/y.csv")
    ctx.session.delete(f"{ANSWERS}/y.csv")
    assert len(ctx.steps) == len(shop.server.calls)
    assert ctx.steps == [f"ftp.{name}" for name in ("list", "put", "size", "rename", "rename", "delete")]
