import pytest

from tomada_sandbox.faults import FaultKind, FaultRule, Faults


def _fires(rule: FaultRule, requests: int) -> list[int]:
    return [n for n in range(1, requests + 1) if rule.fires("tiny/a", "POST", "info.php", "/api2/info.php")]


def test_once_is_the_default() -> None:
    assert _fires(FaultRule(FaultKind.ERROR_BEFORE), 5) == [1]


def test_every_third_after_two_are_spared() -> None:
    rule = FaultRule(FaultKind.ERROR_BEFORE, times=None, every=3, skip=2)
    assert _fires(rule, 11) == [5, 8, 11]


def test_the_seed_decides() -> None:
    def fires(seed: int) -> list[int]:
        return _fires(FaultRule(FaultKind.ERROR_BEFORE, times=None, probability=0.3, seed=seed), 50)

    assert fires(1) == fires(1)
    assert fires(1) != fires(2)
    assert 5 <= len(fires(1)) <= 25


@pytest.mark.parametrize(
    ("condition", "matches"),
    [
        ({"endpoint": "info.php"}, True),
        ({"endpoint": "info"}, False),
        ({"method": "post"}, True),
        ({"method": "GET"}, False),
        ({"path": r"api2/inf"}, True),
        ({"path": r"^/web_api"}, False),
        ({"remote": "tiny/a"}, True),
        ({"remote": "tiny/.*"}, True),
        ({"remote": "tiny"}, False),
        ({"remote": "tiny/a", "method": "GET"}, False),
    ],
)
def test_conditions(condition: dict[str, str], matches: bool) -> None:
    rule = FaultRule.from_json({"kind": "reset_before", **condition})
    assert bool(_fires(rule, 1)) is matches
    assert rule.seen == matches


def test_the_first_rule_that_fires_decides_and_the_others_do_not_count() -> None:
    faults = Faults()
    first, second = FaultRule(FaultKind.RESET_BEFORE), FaultRule(FaultKind.ERROR_AFTER)
    faults.add(first)
    faults.add(second)
    picked = [faults.pick("tiny/a", "GET", "info.php", "/") for _ in range(3)]
    assert picked == [first, second, None]


def test_rules_are_taken_back_for_one_remote() -> None:
    faults = Faults()
    faults.add(FaultRule(FaultKind.RESET_BEFORE, remote="tiny/a"))
    kept = FaultRule(FaultKind.RESET_BEFORE, remote="tiny/b")
    faults.add(kept)
    faults.clear("tiny/a")
    assert faults.rules == [kept]
    faults.clear()
    assert faults.rules == []


@pytest.mark.parametrize(
    "data", [{}, {"kind": "rain"}, {"kind": "timeout", "x": 1}, {"kind": "timeout", "every": 0}]
)
def test_mistakes_in_a_rule(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"kind|rain|every|unknown"):
        FaultRule.from_json(data)
