"""Links by what they lack: which products are linked, and which variations without their product."""

from dataclasses import replace

from tests.storage.conftest import MakeStore
from tests.storage.factories import later, make_link
from tomada.storage.database import SqlDatabase


def test_p1_variations_without_their_product_are_found_oldest_first_from_a_place_on(
    database: SqlDatabase, add_store: MakeStore
) -> None:
    store, other = add_store("a"), add_store("b")
    links = [
        replace(make_link(store.id, product, variant), made_at=later(minutes))
        for product, variant, minutes in (
            ("1", "x", 0),
            ("1", "", 0),
            ("2", "b", 2),
            ("2", "a", 2),
            ("10", "a", 2),
            ("3", "a", 1),
            ("4", "", 1),
        )
    ]
    with database.begin() as tx:
        tx.links.set([*links, make_link(other.id, "2", "")])

    def found(after: tuple[int, str, str] | None, limit: int = 9) -> list[tuple[str, str]]:
        place = after and (later(after[0]), after[1], after[2])
        with database.read() as tx:
            rows = tx.links.parentless(store.id, place, limit)
        return [(one.product_id, one.variant_id) for one in rows]

    everything = [("3", "a"), ("10", "a"), ("2", "a"), ("2", "b")]
    assert found(None) == everything
    assert found(None, 2) == everything[:2]
    assert found((1, "3", "a")) == everything[1:]
    assert found((2, "10", "a")) == everything[2:]
    assert found((2, "2", "a")) == everything[3:]
    assert found((2, "2", "b")) == []


def test_p1_the_erp_s_linked_products_of_one_store(database: SqlDatabase, add_store: MakeStore) -> None:
    store, other = add_store("a"), add_store("b")
    with database.begin() as tx:
        tx.links.set([replace(make_link(store.id, id_), erp_product_id=f"e{id_}") for id_ in ("1", "2")])
        tx.links.set([replace(make_link(other.id, "1"), erp_product_id="e9")])
    with database.read() as tx:
        assert tx.links.erp_products(store.id) == {"e1", "e2"}
