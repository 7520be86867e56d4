"""The formula of a number, term by term (S1, S2, S4)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.flows.factories import START
from tomada.flows.stock.balances import balance_of
from tomada.ports.options import StockOptions, StockRule
from tomada.ports.stock import LedgerRecord, StockRecord
from tomada.spi import ReservationState

READ, BEFORE, AFTER = START, START - timedelta(seconds=1), START + timedelta(seconds=1)
STOCK = StockRecord(1, "9", "CAN-01", Decimal(10), Decimal(2), {"Geral": "7", "Loja": "3"}, READ)
ENTRY = LedgerRecord(
    1, 1, 1, "l", "p", "", Decimal(4), ReservationState.HELD, False, began_at=BEFORE, changed_at=BEFORE
)
PHYSICAL = StockOptions(rule=StockRule.PHYSICAL)
AVAILABLE = StockOptions(rule=StockRule.AVAILABLE)


def number(options: StockOptions, *entries: LedgerRecord, stock: StockRecord = STOCK, **more: bool) -> int:
    return balance_of(stock, options, 1, entries, reserves=more.get("reserves", True)).quantity


def test_s1_rule_says_whether_reserved_pieces_are_for_sale() -> None:
    assert (number(PHYSICAL), number(AVAILABLE)) == (10, 8)


def test_s1_one_warehouse_has_its_own_balance_and_the_whole_accounts_reservations() -> None:
    assert number(AVAILABLE.model_copy(update={"warehouse": "Loja"})) == 1
    assert number(PHYSICAL.model_copy(update={"warehouse": "Outro"})) == 0


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"safety_pieces": 3}, 7),
        ({"safety_pieces": 11}, 0),
        ({"safety_percent": 15}, 8),
        ({"safety_percent": 100}, 0),
        ({"share_percent": 25}, 2),
        ({"share_percent": 1}, 0),
        ({"safety_pieces": 1, "share_percent": 50}, 4),
    ],
)
def test_s1_safety_and_share_are_rounded_down_at_the_end(changes: dict[str, int], expected: int) -> None:
    assert number(PHYSICAL.model_copy(update=changes)) == expected


def test_s1_parts_of_a_piece_are_not_sold_and_nothing_is_negative() -> None:
    assert number(PHYSICAL, stock=replace(STOCK, on_hand=Decimal("2.999"))) == 2
    assert number(PHYSICAL, stock=replace(STOCK, on_hand=Decimal("-0.5"))) == 0
    below = PHYSICAL.model_copy(update={"safety_percent": 50})
    assert balance_of(replace(STOCK, on_hand=Decimal(-4)), below, 1, (), reserves=False).safety == 0


def test_p4_a_product_that_is_gone_has_nothing() -> None:
    assert number(AVAILABLE, stock=replace(STOCK, missing=True, reserved=Decimal(-3))) == 0


def test_s2_an_order_is_taken_off_until_a_read_that_began_later_counts_it() -> None:
    assert number(AVAILABLE, ENTRY) == 4
    assert number(AVAILABLE, replace(ENTRY, recorded_at=BEFORE)) == 8
    for moment in (READ, AFTER):
        assert number(AVAILABLE, replace(ENTRY, recorded_at=moment)) == 4


def test_s2_a_reservation_is_no_exit() -> None:
    assert number(PHYSICAL, replace(ENTRY, recorded_at=BEFORE)) == 6
    assert number(PHYSICAL, replace(ENTRY, recorded_at=BEFORE, posted_at=BEFORE)) == 10
    assert number(PHYSICAL, replace(ENTRY, recorded_at=BEFORE, posted_at=AFTER)) == 6


def test_s2_without_the_module_only_posting_counts() -> None:
    assert number(AVAILABLE, replace(ENTRY, recorded_at=BEFORE), reserves=False) == 4
    assert number(AVAILABLE, replace(ENTRY, posted_at=BEFORE), reserves=False) == 8


@pytest.mark.parametrize(("has", "expected"), [(4, 8), (3, 7), (0, 4), (9, 8)])
def test_o6_a_line_that_grew_after_its_import_is_counted_in_part(has: int, expected: int) -> None:
    entry = replace(ENTRY, recorded_at=BEFORE, recorded_quantity=Decimal(has))
    terms = balance_of(STOCK, AVAILABLE, 1, [entry], reserves=True)
    assert terms.quantity == expected
    assert [one.quantity for one in terms.entries] == ([Decimal(4 - has)] if has < 4 else [])


def test_s4_what_the_store_takes_off_itself_is_taken_off_for_the_others_alone() -> None:
    entry = replace(ENTRY, in_store_balance=True)
    assert balance_of(STOCK, PHYSICAL, 1, [entry], reserves=False).quantity == 10
    assert balance_of(STOCK, PHYSICAL, 2, [entry], reserves=False).quantity == 6
