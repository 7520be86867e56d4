"""What a store is told of a parcel: several codes (T3), steps back (T1), each status once (T2)."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from tests.storage.factories import make_order
from tomada.domain.shipment import Shipment
from tomada.flows.mapping.mappings import MappingTable
from tomada.flows.order_news.parcels import codes_of
from tomada.flows.order_news.told import Told, told_by
from tomada.flows.order_news.tracking import shipment_of
from tomada.ports.news import ErpNewsRecord
from tomada.ports.options import Parcels, SendingOptions, StoreOptions
from tomada.ports.publications import PublicationRecord, PublicationState
from tomada.ports.records import CodeRecord, MappingRecord, StoreRecord, StoreState

NOON = datetime(2026, 11, 5, 15, tzinfo=UTC)
STORE = StoreRecord(1, "loja", "label", "shop", 1, StoreState.ACTIVE, StoreOptions(), {}, NOON)
CODES = [
    CodeRecord(1, "status", "10", "A ENVIAR", "open"),
    CodeRecord(1, "status", "15", "FATURADO", "open"),
    CodeRecord(1, "status", "20", "ENVIADO", "open"),
    CodeRecord(1, "status", "30", "ENTREGUE", "closed"),
    CodeRecord(1, "status", "40", "CANCELADO", "canceled"),
]
TABLE = MappingTable(STORE, [MappingRecord(1, "status_out", "faturado", "15", "", "maria", NOON)], CODES)
SHIPPED = ErpNewsRecord(1, "enviado", NOON, tracking_code="BR123456789BR")
NOTHING = Told()
TWO = replace(SHIPPED, tracking_code="BR123456789BR, BR987654321BR")


def shipment(
    news: ErpNewsRecord,
    told: Shipment | None = None,
    at_store: str = "10",
    elsewhere: Told = NOTHING,
    **options: object,
) -> Shipment | None:
    order = make_order(1, "1001", status_code=at_store)
    value = told.model_dump_json() if told else ""
    publication = PublicationRecord(1, "tracking", "1001", value)
    return shipment_of(news, order, publication, TABLE, SendingOptions.model_validate(options), elsewhere)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", []),
        (" BR123456789BR ", ["BR123456789BR"]),
        ("BR1,BR2 ; BR3|BR4\nBR5", ["BR1", "BR2", "BR3", "BR4", "BR5"]),
        ("BR123456789BR BR987654321BR", ["BR123456789BR", "BR987654321BR"]),
        ("BR123456789BR/BR987654321BR", ["BR123456789BR", "BR987654321BR"]),
        ("JAD 1234 / JAD 5678", ["JAD 1234", "JAD 5678"]),
        ("2026/4711 A", ["2026/4711 A"]),
        ("BR1, BR1", ["BR1"]),
    ],
)
def test_t3_several_codes_are_told_apart(text: str, codes: list[str]) -> None:
    assert codes_of(text) == codes


def test_t3_several_parcels_are_joined_or_the_first_goes_out_with_a_note() -> None:
    joined, first = shipment(TWO), shipment(TWO, parcels=Parcels.FIRST)
    assert joined
    assert first
    assert (joined.code, joined.others) == ("BR123456789BR, BR987654321BR", ())
    assert (first.code, first.others) == ("BR123456789BR", ("BR987654321BR",))


def test_t3_one_code_goes_out_as_it_is_whatever_the_setting() -> None:
    expected = Shipment(order_id="1001", code="BR123456789BR", shipped_on=date(2026, 11, 5), status="20")
    assert shipment(SHIPPED) == shipment(SHIPPED, parcels=Parcels.FIRST) == expected


@pytest.mark.parametrize(
    ("status", "told", "back", "expected"),
    [
        ("enviado", "20", False, "20"),
        ("entregue", "20", False, "30"),
        ("enviado", "30", False, "30"),
        ("enviado", "30", True, "20"),
        ("faturado", "20", False, "20"),
        ("faturado", "20", True, "20"),
        ("aprovado", "20", True, "20"),
        ("cancelado", "20", True, "20"),
    ],
)
def test_t1_a_step_back_is_told_only_where_that_is_set(
    status: str, told: str, back: bool, expected: str
) -> None:
    before = Shipment(order_id="1001", status=told)
    found = shipment(replace(SHIPPED, status=status), before, allow_status_back=back)
    assert found
    assert found.status == expected


@pytest.mark.parametrize(("back", "expected"), [(False, None), (True, "20")])
def test_t1_a_store_that_is_further_on_is_left_there(back: bool, expected: str | None) -> None:
    found = shipment(SHIPPED, at_store="30", allow_status_back=back)
    assert found
    assert found.status == expected


def test_t2_a_step_before_the_parcel_is_not_told_here() -> None:
    assert shipment(ErpNewsRecord(1, "faturado", NOON), allow_status_back=True) is None


@pytest.mark.parametrize("at_store", ["30", "40"])
def test_t2_what_became_of_an_order_at_the_store_is_not_told_to_it_after_a_parcel(at_store: str) -> None:
    before = Shipment(order_id="1001", status="20")
    found = shipment(replace(SHIPPED, status="entregue"), before, at_store, allow_status_back=True)
    assert found
    assert found.status == "20"


def test_t1_an_order_that_the_store_has_cancelled_stays_cancelled() -> None:
    found = shipment(SHIPPED, at_store="40", allow_status_back=True)
    assert found
    assert (found.code, found.status) == ("BR123456789BR", None)


@pytest.mark.parametrize("how", ["before", "elsewhere"])
def test_t2_a_status_that_was_told_once_is_not_told_again_by_a_step_back(how: str) -> None:
    before = Shipment(order_id="1001", status="30", told=("20",) if how == "before" else ())
    elsewhere = Told(("20",)) if how == "elsewhere" else NOTHING
    found = shipment(SHIPPED, before, elsewhere=elsewhere, allow_status_back=True)
    assert found
    assert (found.code, found.status, found.told) == ("BR123456789BR", "30", before.told)


def test_t2_a_status_that_a_person_set_goes_with_no_parcel_again() -> None:
    found = shipment(SHIPPED, elsewhere=Told(("20",)))
    assert found
    assert (found.code, found.status) == ("BR123456789BR", None)


def test_t1_a_parcel_does_not_bring_an_order_back_that_a_person_marked_as_delivered() -> None:
    found = shipment(SHIPPED, elsewhere=Told(("30",)))
    assert found
    assert found.status is None


def test_t2_what_was_told_before_is_kept_with_each_value_and_stays_equal() -> None:
    shipped = shipment(SHIPPED)
    delivered = shipment(replace(SHIPPED, status="entregue"), shipped)
    assert delivered
    assert (delivered.status, delivered.told) == ("30", ("20",))
    assert shipment(replace(SHIPPED, status="entregue"), delivered) == delivered


@pytest.mark.parametrize(
    ("state", "known", "waiting"),
    [
        (PublicationState.UNKNOWN, ("10", "20"), ("30",)),
        (PublicationState.SENT, ("10", "20"), ("30",)),
        (PublicationState.REJECTED, ("10", "20"), ()),
    ],
)
def test_t2_a_status_without_an_answer_may_have_been_told_and_a_refused_one_was_not(
    state: PublicationState, known: tuple[str, ...], waiting: tuple[str, ...]
) -> None:
    value = Shipment(order_id="1001", status="20", told=("10",)).model_dump_json()
    pending = Shipment(order_id="1001", status="30", told=("10", "20")).model_dump_json()
    told = told_by("tracking", PublicationRecord(1, "tracking", "1001", value, state=state, pending=pending))
    assert (told.known, told.all) == (known, (*known, *waiting))
