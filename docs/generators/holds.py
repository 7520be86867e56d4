"""Every hold with its answers, and every other reason for which an order rests."""

from generators.markdown import NOTICE, table
from tomada.flows.holds.reasons import HOLDS, RESTS, HoldKind

INTRODUCTION = """# Holds and resting orders

An order that cannot go on without a person is *held*. `tomada holds list` shows what waits, `tomada holds show
ID` the answers that a hold takes, `tomada holds settle ID --as ANSWER` gives one. What to do about each stands
in [settle holds](../how-to/settle-holds.md). A word in braces is filled in from the order.

## Holds

"""

RESTING = """
## Orders that rest without being held

They need nobody, or wait for `tomada orders import`; `tomada orders list` shows them with the reason.

"""


def page() -> str:
    """Return ``reference/holds.md``."""
    heads = ["code", "why", "way out", "answers", "can be remembered"]
    held = table(heads, [_row(code, kind) for code, kind in HOLDS.items()])
    resting = table(["code", "why"], [(f"`{code}`", sentence) for code, sentence in RESTS.items()])
    return NOTICE + INTRODUCTION + held + RESTING + resting


def _row(code: str, kind: HoldKind) -> tuple[str, str, str, str, str]:
    answers = [f"`{answer}`: {meaning}" for answer, meaning in kind.answers.items()]
    if kind.free:
        answers.append(f"any other value: {kind.free}")
    return f"`{code}`", kind.sentence, kind.way_out, "; ".join(answers), "yes" if kind.remember else ""
