"""What a person configures: accounts, stores, secrets, mappings and links."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

from tests.storage.conftest import MakeStore
from tests.storage.factories import (
    NOON,
    later,
    make_audit,
    make_entry,
    make_erp,
    make_hold,
    make_intent,
    make_link,
    make_order,
    make_receipt,
    make_run,
    make_store,
)
from tomada.errors import InternalError
from tomada.ports.erp_options import ErpOptions
from tomada.ports.news import ErpNewsRecord
from tomada.ports.options import StoreOptions
from tomada.ports.publications import PublicationRecord
from tomada.ports.records import CodeRecord, ContactRecord, MappingRecord, StoreRecord, StoreState
from tomada.ports.stock import FeedRecord, ListingRecord, StockRecord
from tomada.storage.database import SqlDatabase


def test_accounts_by_name(database: SqlDatabase) -> None:
    with database.begin() as tx:
        second, first = tx.erps.save(make_erp("b")), tx.erps.save(make_erp("a"))
        first.options = ErpOptions(quota_share=0.5)
        tx.erps.save(first)
    with database.read() as tx:
        assert tx.erps.all() == [first, second]
        assert tx.erps.get(first.id) == tx.erps.by_name("a") == first
        assert tx.erps.by_name("c") is None


def test_an_account_goes_with_its_secrets_and_contacts_but_not_under_a_store(
    database: SqlDatabase, store: StoreRecord
) -> None:
    with database.begin() as tx:
        spare = tx.erps.save(make_erp("spare"))
        for owner in (f"erp:{spare.id}", f"erp:{store.erp_id}"):
            tx.secrets.write(owner, {"token": owner})
        tx.contacts.save([ContactRecord(erp, "h", 1, "9", NOON) for erp in (spare.id, store.erp_id)])
        for erp in (spare.id, store.erp_id):
            tx.stocks.save([StockRecord(erp, "1", "S", Decimal(3), Decimal(0), {}, NOON)])
            tx.feeds.save(FeedRecord(erp, "stock", since=NOON))
    with database.begin() as tx:
        tx.erps.remove(spare.id)
    with pytest.raises(InternalError), database.begin() as tx:
        tx.erps.remove(store.erp_id)
    with database.read() as tx:
        assert [account.id for account in tx.erps.all()] == [store.erp_id]
        assert tx.secrets.read(f"erp:{spare.id}") == {}
        assert tx.contacts.find(spare.id, ["h"]) == {}
        assert tx.stocks.find(spare.id, ["1"]) == {}
        assert tx.feeds.get(spare.id, "stock").since is None
        assert tx.secrets.read(f"erp:{store.erp_id}") == {"token": f"erp:{store.erp_id}"}
        assert set(tx.contacts.find(store.erp_id, ["h"])) == {"h"}
        assert set(tx.stocks.find(store.erp_id, ["1"])) == {"1"}
        assert tx.feeds.get(store.erp_id, "stock").since == NOON
    with database.begin() as tx:
        assert tx.erps.save(make_erp("spare")).id > spare.id, "no id is given twice"


def test_stores_by_name_with_every_field(database: SqlDatabase, add_store: MakeStore) -> None:
    other = add_store("b")
    full = make_store(
        "a",
        other.erp_id,
        state=StoreState.PAUSED,
        options=StoreOptions(),
        settings={"n": [1, None], "á": "ç"},
        since=later(1),
        setup_step="test",
        lacks={"invoices.send": "no"},
    )
    with database.begin() as tx:
        tx.stores.save(full)
    with database.read() as tx:
        assert tx.stores.all() == [full, other]
        assert tx.stores.get(full.id) == tx.stores.by_name("a") == full
        assert tx.stores.by_name("c") is None


@pytest.mark.parametrize("same", ["name", "label"])
def test_o1_names_and_labels_of_stores_differ(database: SqlDatabase, store: StoreRecord, same: str) -> None:
    double = replace(make_store("outra", store.erp_id), **{same: getattr(store, same)})
    with pytest.raises(InternalError), database.begin() as tx:
        tx.stores.save(double)


def fill(database: SqlDatabase, store: StoreRecord) -> list[int]:
    """Save one row of everything that a store can have, and return the ids of its orders."""
    with database.begin() as tx:
        order = make_order(store.id, "1")
        tx.orders.save([order])
        tx.intents.save([make_intent(order.id)])
        tx.holds.save([make_hold(store.id, order.id), make_hold(store.id, None)])
        tx.mappings.set(MappingRecord(store.id, "shipping", "PAC", "S", "", "ana", NOON))
        tx.mappings.saw([CodeRecord(store.id, "shipping", "PAC", "Correios")])
        tx.links.set([make_link(store.id, "1")])
        tx.progress.set_cursor(store.id, "orders", "c")
        tx.progress.set_state(store.id, {"k": "v"})
        tx.confirmations.save([make_receipt(store.id, "r")])
        tx.runs.save(make_run(store.id))
        tx.audit.add([make_audit(store.id, "1", "order.seen")])
        tx.secrets.write(f"store:{store.id}", {"token": "t"})
        tx.publications.save([PublicationRecord(store.id, "stock", "1/", "{}")])
        tx.listings.save([ListingRecord(store.id, "1", "", "S", "", "N", 1, None, True, NOON)])
        tx.ledger.save([make_entry(store.id, order.id)])
        tx.ledger.written_for([order], ())
        tx.erp_news.save([ErpNewsRecord(order.id, "aberto", NOON)])
    return [order.id]


def everything(database: SqlDatabase, store: StoreRecord, order_ids: Sequence[int]) -> list[object]:
    """What there is of a store and its orders, but its audit."""
    with database.read() as tx:
        return [
            tx.orders.select(store.id),
            tx.holds.select(store.id, open_only=False),
            tx.mappings.all(store.id),
            tx.mappings.codes(store.id),
            tx.links.all(store.id),
            tx.progress.cursor(store.id, "orders"),
            tx.progress.state(store.id),
            tx.confirmations.pending(store.id, 0),
            tx.runs.select(store.id),
            tx.secrets.read(f"store:{store.id}"),
            tx.publications.keys(store.id, "stock"),
            tx.listings.all(store.id),
            tx.ledger.of_orders(order_ids),
            tx.erp_news.find(order_ids),
        ]


def test_x4_a_store_goes_with_all_but_its_audit_and_leaves_others_alone(
    database: SqlDatabase, add_store: MakeStore
) -> None:
    gone, kept = add_store("a"), add_store("b")
    its_orders, other_orders = fill(database, gone), fill(database, kept)
    before = everything(database, kept, other_orders)
    assert all(before)
    with database.begin() as tx:
        tx.stores.remove(gone.id)
    with database.read() as tx:
        assert tx.stores.all() == [kept]
        assert len(tx.audit.story(gone.id, "1")) == 1
        assert len(tx.intents.open(range(1, 10))) == 1
    assert not any(everything(database, gone, its_orders))
    assert everything(database, kept, other_orders) == before


def test_x4_the_audit_of_a_removed_store_is_never_taken_for_that_of_a_new_one(
    database: SqlDatabase, add_store: MakeStore
) -> None:
    gone = add_store("a")
    fill(database, gone)
    with database.begin() as tx:
        last_run = tx.runs.select(gone.id)[0].id
        last_hold = tx.holds.select(gone.id)[-1].id
        tx.stores.remove(gone.id)
    new = add_store("b")
    with database.begin() as tx:
        assert tx.audit.story(new.id, "1") == []
        assert tx.runs.save(make_run(new.id)).id > last_run
        hold = make_hold(new.id, None)
        tx.holds.save([hold])
    assert hold.id > last_hold


def test_secrets_are_replaced_as_a_whole(database: SqlDatabase) -> None:
    with database.begin() as tx:
        tx.secrets.write("store:1", {"a": "1", "b": "ü"})
        tx.secrets.write("store:2", {"a": "other"})
        tx.secrets.write("store:1", {"c": "3"})
    with database.read() as tx:
        assert tx.secrets.read("store:1") == {"c": "3"}
        assert tx.secrets.read("store:2") == {"a": "other"}
        assert tx.secrets.read("store:3") == {}


def test_d1_mappings_are_set_replaced_and_removed(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    pac = MappingRecord(store.id, "shipping", "PAC", "C", "Correios", "ana", NOON)
    status = MappingRecord(store.id, "status", "10", "aprovado", "A ENVIAR", "ana", NOON)
    any_other = replace(pac, code="*", value="X")
    foreign = replace(pac, store_id=other.id)
    with database.begin() as tx:
        for record in (status, pac, any_other, foreign):
            tx.mappings.set(record)
        changed = replace(pac, value="D", set_at=later(1), set_by="rui")
        tx.mappings.set(changed)
    with database.begin() as tx:
        assert tx.mappings.all(store.id) == [any_other, changed, status]
        assert tx.mappings.all(store.id, "status") == [status]
        assert tx.mappings.remove(store.id, "shipping", "PAC")
        assert not tx.mappings.remove(store.id, "shipping", "PAC")
    with database.read() as tx:
        assert tx.mappings.all(store.id) == [any_other, status]
        assert tx.mappings.all(other.id) == [foreign]


def test_codes_are_seen_once_with_their_last_label(database: SqlDatabase, store: StoreRecord) -> None:
    old = CodeRecord(store.id, "status", "10", "z", "open")
    others = [CodeRecord(store.id, "status", "11", "b"), CodeRecord(store.id, "channel", "L", "c")]
    with database.begin() as tx:
        tx.mappings.saw([])
        tx.mappings.saw([old, *others])
        tx.mappings.saw([replace(old, label="y"), replace(old, label="a", type="closed")])
    last = replace(old, label="a", type="closed")
    with database.read() as tx:
        assert tx.mappings.codes(store.id) == [others[1], last, others[0]]
        assert tx.mappings.codes(store.id, "channel") == [others[1]]


def test_p1_links_are_found_by_both_ids(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    links = [make_link(store.id, "1", "b"), make_link(store.id, "1"), make_link(store.id, "2", "a")]
    with database.begin() as tx:
        tx.links.set(links)
        tx.links.set([make_link(other.id, "2", "b")])
        changed = replace(links[0], erp_product_id="8", how="person")
        tx.links.set([changed])
    with database.begin() as tx:
        wanted = [("1", "b"), ("2", "b"), ("3", "")]
        assert tx.links.find(store.id, wanted) == {("1", "b"): changed}
        assert tx.links.find(store.id, []) == {}
        assert tx.links.all(store.id) == [links[1], changed, links[2]]
        assert tx.links.remove(store.id, "1", "")
        assert not tx.links.remove(store.id, "1", "")
        assert tx.links.all(store.id) == [changed, links[2]]
