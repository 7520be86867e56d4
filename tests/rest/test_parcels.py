"""What is written of a parcel: what differs, and a status once (T2, T3)."""

from dataclasses import dataclass, field
from typing import Any

from tomada.domain.shipment import Shipment
from tomada.spi import OutcomeKind, Push
from tomada_tray_rest.parcels import push_parcels

SHIPPED = Shipment(order_id="9", code="BR1", status="20")


@dataclass
class Answer:
    body: dict[str, Any]


@dataclass
class Session:
    """One order of the store, and what was written to it."""

    order: dict[str, Any]
    written: list[dict[str, Any]] = field(default_factory=list)

    def get(self, path: str) -> Answer | None:
        return Answer({"Order": self.order}) if path == "/orders/9" else None

    def write(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any] | None:
        self.written.append(body["Order"])
        return {} if (method, path) == ("PUT", "/orders/9") else None


def pushed(value: Shipment, previous: Shipment | None, *, status: str, code: str) -> Session:
    session = Session({"OrderStatus": {"id": status}, "sending_code": code, "store_note": ""})
    push = Push("9", value, previous, {}, uncertain=True)
    (outcome,) = push_parcels(session, [push])
    assert outcome.kind is (OutcomeKind.ACCEPTED if session.written else OutcomeKind.UNCHANGED)
    return session


def test_t2_after_no_answer_only_what_the_store_lacks_is_written() -> None:
    assert pushed(SHIPPED, None, status="10", code="BR1").written == [{"status_id": "20"}]
    assert pushed(SHIPPED, None, status="20", code="BR1").written == []


def test_t2_a_status_told_before_is_not_told_again_when_the_store_has_gone_on_meanwhile() -> None:
    corrected = SHIPPED.model_copy(update={"code": "BR2"})
    assert pushed(corrected, SHIPPED, status="30", code="BR1").written == [{"sending_code": "BR2"}]
    assert pushed(corrected, SHIPPED, status="30", code="BR2").written == []
