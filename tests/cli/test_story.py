"""An order's story and the short words of summaries: everything that flows write has its sentence."""

import ast
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tomada import flows, i18n
from tomada.cli.reasons import REASONS, STATES, counts_told, summary_of
from tomada.cli.story import DISPOSITIONS, EVENTS, actor_word, sentence_of, told
from tomada.flows.holds.reasons import HOLDS, RESTS, kind_word
from tomada.ports.records import AuditRecord, OrderState
from tomada.spi import Disposition


def line(event: str, **details: str) -> AuditRecord:
    return AuditRecord(datetime(2026, 1, 1, tzinfo=UTC), "person:ana", event, 1, "7", "", details)


def written_by_flows() -> set[str]:
    """The events about an order that the flows write, read from their code."""
    calls = [
        node
        for path in Path(flows.__file__).parent.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "audit"
    ]
    return {
        call.args[0].value
        for call in calls
        if call.args and isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)
        if not (
            len(call.args) > 1 and isinstance(call.args[1], ast.Constant)
        )  # "": about the store, no order
    }


def test_every_event_of_the_flows_has_a_sentence() -> None:
    written = written_by_flows()
    assert {"hold.opened", "hold.closed", "order.not_found"} <= written
    assert written - {"hold.opened", "hold.closed"} <= set(EVENTS)


def test_every_reason_and_state_has_its_words_in_both_languages() -> None:
    assert set(REASONS) == {*HOLDS, *RESTS}
    assert set(STATES) == set(OrderState)
    for reason, english in REASONS.items():
        i18n.use("en")
        assert summary_of(reason) == english
        i18n.use("pt")
        assert summary_of(reason) != english


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (line("order.created", erp_number="12"), "created in the ERP as 12"),
        (line("order.confirmed", disposition="ignored"), "confirmed to the store as not imported"),
        (
            line("hold.opened", code="unmapped", kind="shipping", key="Drone"),
            "held: a code of the store is not mapped (shipping method Drone)",
        ),
        (
            line("hold.closed", code="money", answer="accept"),
            "no longer held: the order's terms do not add up to its total",
        ),
        (
            line("hold.closed", code="money"),
            "no longer held, as the cause is gone: the order's terms do not add up to its total",
        ),
        (line("hold.assigned", code="money", person="Bia"), "Bia looks after it"),
        (
            line("order.ignored", reason="channel_ignored", channel="Feira"),
            "Orders of the channel Feira are not imported.",
        ),
        (line("order.created"), "created in the ERP as ?"),
        (line("plugin.event", a="1"), "plugin.event a=1"),
    ],
)
def test_what_a_line_says(found: AuditRecord, sentence: str) -> None:
    assert sentence_of(found) == sentence


def test_that_an_order_is_held_is_said_once() -> None:
    story = [line("order.held", reason="unmapped"), line("hold.opened", code="unmapped")]
    assert told(story) == story[1:]


def test_x4_who_acted() -> None:
    assert [actor_word(actor) for actor in ("person:ana", "person", "schedule")] == [
        "ana",
        "person",
        "schedule",
    ]
    i18n.use("pt")
    assert actor_word("person") == "pessoa"


def test_what_a_store_was_told_has_a_word() -> None:
    assert set(DISPOSITIONS) == set(Disposition)


def test_counts_that_people_need_and_no_others() -> None:
    counts = {"decided": 3, "created": 2, "newly_held": 1, "rejected": 0}
    assert counts_told(counts) == "created in the ERP: 2, newly held: 1"
    assert counts_told({"held": 4}) == ""


def test_a_kind_without_a_word_is_shown_as_it_is() -> None:
    assert [kind_word(kind) for kind in ("shipping", "colour")] == ["shipping method", "colour"]
