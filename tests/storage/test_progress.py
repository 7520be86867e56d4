"""How far things are: contacts, checkpoints, receipts, runs and the audit trail."""

from dataclasses import replace

from tests.storage.conftest import MakeStore
from tests.storage.factories import NOON, later, make_audit, make_receipt, make_run
from tomada.ports.records import ContactRecord, RunState, StoreRecord
from tomada.storage.database import SqlDatabase


def test_c1_contacts_are_remembered_per_account_and_forgotten(
    database: SqlDatabase, store: StoreRecord
) -> None:
    one, two = ContactRecord(store.erp_id, "h1", 1, "9", NOON), ContactRecord(store.erp_id, "h2", 0, "", NOON)
    with database.begin() as tx:
        tx.contacts.save([one, two])
        newer = replace(two, count=2, contact_id="7", checked_at=later(1))
        tx.contacts.save([newer])
    with database.begin() as tx:
        assert tx.contacts.find(store.erp_id, ["h1", "h2", "h3"]) == {"h1": one, "h2": newer}
        assert tx.contacts.find(store.erp_id + 1, ["h1"]) == {}
        tx.contacts.forget(store.erp_id, ["h1", "h3"])
        tx.contacts.forget(store.erp_id, [])
        assert tx.contacts.find(store.erp_id, ["h1", "h2"]) == {"h2": newer}


def test_checkpoints_by_store_and_flow(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    with database.begin() as tx:
        tx.progress.set_cursor(store.id, "orders", "1")
        tx.progress.set_cursor(store.id, "orders", "2" * 5000)
        tx.progress.set_cursor(store.id, "stock", "")
    with database.read() as tx:
        assert tx.progress.cursor(store.id, "orders") == "2" * 5000
        assert tx.progress.cursor(store.id, "stock") == ""
        assert tx.progress.cursor(other.id, "orders") is None


def test_small_values_are_replaced_one_by_one_and_none_deletes(
    database: SqlDatabase, add_store: MakeStore
) -> None:
    store, other = add_store("a"), add_store("b")
    with database.begin() as tx:
        tx.progress.set_state(store.id, {"a": "1", "b": "2", "c": "3"})
        tx.progress.set_state(other.id, {"a": "x"})
        tx.progress.set_state(store.id, {})
        tx.progress.set_state(store.id, {"a": None, "b": "4", "d": None})
    with database.read() as tx:
        assert tx.progress.state(store.id) == {"b": "4", "c": "3"}
        assert tx.progress.state(other.id) == {"a": "x"}


def test_o3_receipts_stay_until_they_were_confirmed_for_the_last_time(
    database: SqlDatabase, add_store: MakeStore
) -> None:
    store, other = add_store("a"), add_store("b")
    open_ = make_receipt(store.id, "open")
    told = make_receipt(store.id, "told", done=True)
    untold = make_receipt(store.id, "untold", final=True)
    over = make_receipt(store.id, "over", done=True, final=True)
    with database.begin() as tx:
        tx.confirmations.save([open_, told, untold, over, make_receipt(other.id, "open")])
    assert len({record.id for record in (open_, told, untold, over)} - {0}) == 4
    with database.begin() as tx:
        assert tx.confirmations.pending(store.id, limit=0) == [open_, told, untold]
        assert tx.confirmations.pending(store.id, limit=2) == [open_, told]
        assert tx.confirmations.find(store.id, ["over", "unknown"]) == {"over": over}
        assert tx.confirmations.find(store.id, []) == {}
        told.final = True
        tx.confirmations.save([told])
        assert tx.confirmations.pending(store.id, limit=0) == [open_, untold]


def test_runs_newest_first(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    with database.begin() as tx:
        first, second = tx.runs.save(make_run(store.id)), tx.runs.save(make_run(store.id))
        foreign = tx.runs.save(make_run(other.id))
        first.state, first.counts, first.ended_at = RunState.PARTIAL, {"created": 2}, later(3)
        first.error, first.message = "tiny.down", "The ERP does not answer."
        tx.runs.save(first)
    with database.read() as tx:
        assert tx.runs.get(first.id) == first
        assert tx.runs.get(foreign.id + 1) is None
        assert tx.runs.select() == [foreign, second, first]
        assert tx.runs.select(store.id) == [second, first]
        assert tx.runs.select(limit=1) == [foreign]


def test_x4_the_story_of_one_order_oldest_first(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    seen, created = (
        make_audit(store.id, "1", "order.seen", how="page"),
        make_audit(store.id, "1", "order.created"),
    )
    with database.begin() as tx:
        tx.audit.add([])
        tx.audit.add([seen, make_audit(store.id, "2", "order.seen"), make_audit(None, "", "store.removed")])
        tx.audit.add([make_audit(other.id, "1", "order.seen"), created])
    with database.read() as tx:
        assert tx.audit.story(store.id, "1") == [seen, created]
        assert tx.audit.story(store.id, "3") == []
