"""``tomada store test`` and the store's own lists (tray-rest.md 11.1, 12.4, 12.6)."""

import httpx
import pytest

from tests.rest.fakes import FakeBudget, FakeClock, FakeContext, FakeTray, text_answer, unauthorised
from tomada.errors import RemoteContractChanged
from tomada.spi import CheckResult, StepState
from tomada_tray_rest.plugin import TrayRest


@pytest.fixture
def tray() -> FakeTray:
    return FakeTray(FakeClock())


def steps(ctx: FakeContext) -> dict[str, CheckResult]:
    return {step.name: step for step in TrayRest().connection_check(ctx)}


def states(ctx: FakeContext) -> dict[str, str]:
    return {name: str(step.state) for name, step in steps(ctx).items()}


def test_a_healthy_store(tray: FakeTray) -> None:
    found = steps(FakeContext(tray))
    assert list(found) == ["connection", "store", "statuses", "clock", "quota"]
    assert all(step.state is StepState.OK for step in found.values())
    assert "Loja A" in found["store"].message


def test_dead_tokens_end_the_check(tray: FakeTray) -> None:
    tray.interfere = lambda request: unauthorised(1099)
    found = steps(FakeContext(tray))
    assert list(found) == ["connection"]
    assert found["connection"].state is StepState.FAILED
    assert "tomada store authorize loja-a" in found["connection"].hint


def test_an_inactive_store_a_wrong_clock_and_a_short_quota_are_warnings(tray: FakeTray) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/info"):
            headers = {"date": "Tue, 10 Mar 2026 15:10:00 GMT"}
            return httpx.Response(200, json={"name": "L", "internal_status": "implantacao"}, headers=headers)
        if request.url.path.endswith("/statuses"):
            return httpx.Response(200, json={"OrderStatuses": []})
        return None

    tray.interfere = answer
    ctx = FakeContext(tray)
    ctx.budget = FakeBudget(12)
    found = steps(ctx)
    assert found["connection"].state is StepState.OK
    assert {found[name].state for name in ("store", "statuses", "clock", "quota")} == {StepState.WARNING}
    assert "600" in found["clock"].message
    assert "12" in found["quota"].message


def test_a_store_without_info_or_statuses(tray: FakeTray) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(404, json={}) if request.url.path.endswith("/info") else text_answer("", 405)

    tray.interfere = answer
    ctx = FakeContext(tray)
    ctx.budget = FakeBudget(5000)
    assert states(ctx) == {"connection": "ok", "statuses": "failed", "quota": "ok"}


def test_damaged_info_is_no_failure(tray: FakeTray) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(200, json={"name": ["x"]}) if request.url.path.endswith("/info") else None

    tray.interfere = answer
    assert states(FakeContext(tray))["store"] == "ok"


def test_an_answer_without_a_date_bears_our_time(tray: FakeTray) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        return httpx.Response(200, json={"name": "L"}, headers={"date": "yesterday"})

    tray.interfere = answer
    session = FakeContext(tray).session
    found = session.get("/info")
    assert found is not None
    assert found.at == tray.clock.now()


def test_statuses(tray: FakeTray) -> None:
    (entry,) = TrayRest().status_list_fetch(FakeContext(tray))
    assert (entry.code, entry.label, entry.type) == ("1", "A ENVIAR", "")


def test_a_list_in_smaller_pages_than_asked_for_is_read_whole(tray: FakeTray) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        page = int(request.url.params["page"])
        rows = [{"OrderStatus": {"id": str(n), "status": f"S{n}"}} for n in range(1, 76)]
        paging = {"total": 75, "page": page, "limit": 30}
        return httpx.Response(
            200, json={"paging": paging, "OrderStatuses": rows[(page - 1) * 30 : page * 30]}
        )

    tray.interfere = answer
    assert len(list(TrayRest().status_list_fetch(FakeContext(tray)))) == 75
    assert tray.count("GET /orders/statuses") == 3


def test_a_list_that_never_ends_is_left(tray: FakeTray) -> None:
    rows = [{"Shipping": {"id": "1", "name": "PAC", "status": "1"}}]
    paging = {"total": 10**9}
    tray.interfere = lambda request: httpx.Response(200, json={"paging": paging, "Shippings": rows})
    assert [entry.code for entry in TrayRest().shipping_list_fetch(FakeContext(tray))] == ["PAC"]
    assert tray.count("GET /shippings") == 40


def test_statuses_with_types_over_several_pages(tray: FakeTray) -> None:
    def answer(request: httpx.Request) -> httpx.Response | None:
        first = int(request.url.params["page"]) == 1
        numbers = range(1, 51) if first else range(51, 54)
        rows = [{"OrderStatus": {"id": str(n), "status": f"S{n}", "type": "closed"}} for n in numbers]
        rows.append({"OrderStatus": {"id": "0", "status": "no id"}})
        return httpx.Response(200, json={"paging": {"total": 53}, "OrderStatuses": rows})

    tray.interfere = answer
    entries = list(TrayRest().status_list_fetch(FakeContext(tray)))
    assert [entry.code for entry in entries] == [str(n) for n in range(1, 54)]
    assert {entry.type for entry in entries} == {"closed"}


def test_shipping_methods_by_the_name_that_orders_carry(tray: FakeTray) -> None:
    entries = list(TrayRest().shipping_list_fetch(FakeContext(tray)))
    assert [(entry.code, entry.active) for entry in entries] == [
        ("Correios Expresso", True),
        ("Retirada", False),
    ]


def test_a_list_of_another_form_and_a_missing_one(tray: FakeTray) -> None:
    tray.interfere = lambda request: httpx.Response(200, json={"Shippings": ["x"]})
    with pytest.raises(RemoteContractChanged):
        list(TrayRest().shipping_list_fetch(FakeContext(tray)))
    tray.interfere = lambda request: httpx.Response(404, json={})
    assert list(TrayRest().shipping_list_fetch(FakeContext(tray))) == []
