"""Error answers and envelopes in every form that was seen (tray-rest.md 1.5, 2.2, 2.3, 3.1)."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.rest.fakes import START, Core, FakeClock, FakeContext, FakeTray
from tomada.errors import ConfigurationError, RejectedByRemote, RemoteContractChanged, TomadaError
from tomada.spi import OrderQuery, refused_with_429
from tomada_tray_rest.answers import parsed, sorted_by, total_of
from tomada_tray_rest.errors import StoreServerError, causes, error_code, failure
from tomada_tray_rest.plugin import TrayRest


@pytest.mark.parametrize(
    ("found", "flat"),
    [
        ([], []),
        ({}, []),
        (None, []),
        (["a", "b"], [("", "a"), ("", "b")]),
        ({"Customer": {"cpf": ["taken", ""]}}, [("Customer.cpf", "taken")]),
        ({"field": "cpf", "message": "bad"}, [("cpf", "bad")]),
        ({"Order": [{"message": "bad"}]}, [("Order", "bad")]),
        ("text", [("", "text")]),
    ],
)
def test_causes_are_flattened(found: Any, flat: list[tuple[str, str]]) -> None:
    assert causes({"causes": found}) == flat


def test_causes_of_no_body() -> None:
    assert causes(None) == []


@pytest.mark.parametrize(
    ("body", "code"), [({"error_code": "1001"}, 1001), ({"error_code": 1000}, 1000), ({}, 0), ([], 0)]
)
def test_error_codes_as_number_or_text(body: Any, code: int) -> None:
    assert error_code(body) == code


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RejectedByRemote),
        (405, RemoteContractChanged),
        (302, ConfigurationError),
        (503, StoreServerError),
    ],
)
def test_every_status_has_its_error(status: int, kind: type[TomadaError]) -> None:
    assert isinstance(failure(status, "https://x.example/", {"causes": ["no"]}), kind)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"message": "Invalid data provided", "name": "Bad Request", "causes": []}, "Invalid data provided"),
        ({"name": "Bad Request", "causes": {}}, "Bad Request"),
        ({"message": ["x"], "causes": ["told"]}, "told"),
        ({"message": ["x"]}, "HTTP 400"),
    ],
)
def test_a_bad_request_says_what_the_store_says(body: dict[str, Any], told: str) -> None:
    assert str(failure(400, "", body)).endswith(told)


def test_a_bad_request_without_causes_says_its_status() -> None:
    assert "HTTP 400" in failure(400, "", None).message


@pytest.mark.parametrize("text", ["", "[]", "<html>", '{"a"', "[" * 100_000, '{"a": 1e99999999999999999999}'])
def test_what_is_no_json_object(text: str) -> None:
    assert parsed(text) is None


def test_numbers_stay_exact() -> None:
    assert parsed('{"a": 0.10}') == {"a": Decimal("0.10")}


@pytest.mark.parametrize(
    ("body", "total"),
    [
        ({}, None),
        ({"paging": {"total": "12"}}, 12),
        ({"paging": {"total": "x"}}, None),
        ({"paging": {"page": 1}}, None),
    ],
)
def test_totals(body: dict[str, Any], total: int | None) -> None:
    assert total_of(body) == total


@pytest.mark.parametrize(
    ("sort", "read"),
    [
        ([{"modified": "desc"}], ("modified", "desc")),
        ([{"Order.modified": "DESC"}], ("modified", "desc")),
        ({"id": "asc"}, ("id", "asc")),
        ([[]], ("", "")),
        ([], ("", "")),
        (None, ("", "")),
    ],
)
def test_the_echo_of_the_sort(sort: Any, read: tuple[str, str]) -> None:
    assert sorted_by({"sort": sort}) == read


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (200, {}, None),
        (503, {}, None),
        (429, {}, 0),
        (429, {"retry-after": "7"}, 7),
        (429, {"retry-after": "soon"}, 0),
    ],
)
def test_q1_what_a_refusal_looks_like(status: int, headers: dict[str, str], seconds: float | None) -> None:
    assert refused_with_429(status, httpx.Headers(headers), b"") == seconds


@pytest.mark.parametrize(
    "answer", [httpx.Response(404, json={}), httpx.Response(200, json={"Orders": ["x"]})]
)
def test_a_store_without_an_order_list(answer: httpx.Response) -> None:
    tray = FakeTray(FakeClock())
    tray.interfere = lambda request: answer
    core = Core(START)
    with pytest.raises(RemoteContractChanged) as caught:
        list(TrayRest().orders_fetch(FakeContext(tray), OrderQuery(core.since, None, core.known)))
    assert caught.value.code == "tray.no_order_list"


def test_a_list_without_paging_ends_with_a_short_page() -> None:
    tray = FakeTray(FakeClock())
    for number in range(1, 4):
        tray.place(number)

    def bare(request: httpx.Request) -> httpx.Response | None:
        if not request.url.path.endswith("/orders"):
            return None
        page = int(request.url.params["page"])
        rows = [{"id": str(n), "status": "X", "date": "2026-03-10"} for n in (1, 2, 3)][
            (page - 1) * 2 : page * 2
        ]
        return httpx.Response(200, json={"Orders": rows})

    tray.interfere = bare
    core = Core(START)
    items = core.commit(
        TrayRest().orders_fetch(FakeContext(tray, page_size=2), OrderQuery(START, None, core.known))
    )
    assert [item.value.remote_id for item in items] == ["1", "2", "3"]
