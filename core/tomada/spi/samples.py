"""What ``sample_read`` yields: settings that a file shows, and how each of its rows would be understood with them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Proposal:
    """A setting of the platform that the file shows to be another one than the store has.

    ``value`` is a text as ``tomada store set`` takes it, ``why`` a sentence about what shows it.
    """

    name: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class SampleRow:
    """A row as it would be understood: the line on which it begins, counted from 1, and whom it tells of.

    ``values`` are what is read, by stable names: numbers with a decimal point, times in ISO 8601.
    """

    line: int
    key: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SampleProblem:
    """What cannot be understood: ``line`` 0 is the whole file; ``column`` as the file calls it, where there is one.

    ``message`` is a sentence without values of the file.
    """

    line: int
    column: str
    code: str
    message: str


SampleEvent = Proposal | SampleRow | SampleProblem
