"""What keeps one order from going on: the reason of a hold, before it becomes one."""

from dataclasses import dataclass, field

from tomada.ports.records import OrderRecord


@dataclass(frozen=True, slots=True)
class Problem:
    """``code`` names the reason, ``rule`` the rule it rests on, ``kind`` and ``key`` what exactly it hangs on.

    ``details`` fill the sentence that a person reads; no personal data.
    """

    code: str
    rule: str
    kind: str = ""
    key: str = ""
    details: dict[str, str] = field(default_factory=dict)

    @property
    def identity(self) -> tuple[str, str, str]:
        """What makes two problems of one order the same hold."""
        return self.code, self.kind, self.key


def answer_key(code: str, key: str = "") -> str:
    """The key under which a person's answer to a problem is kept on the order."""
    return f"{code}:{key}"


def is_dropped(record: OrderRecord) -> bool:
    """Tell whether a person chose not to import the order."""
    return bool(record.override.get(answer_key("drop")))
