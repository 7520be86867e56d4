"""A file of a store, looked at before anything of it is taken in: how it would be understood, with which settings."""

from dataclasses import dataclass, field
from pathlib import Path

from tomada.app.opening import store_named
from tomada.app.stores import change_store
from tomada.bootstrap import Installation
from tomada.errors import UnusableError, UsageError
from tomada.i18n import _
from tomada.spi import Proposal, SampleProblem, SampleRow

MOST_PROBLEMS = 100


@dataclass(slots=True)
class Sample:
    """What a file shows: the settings that differ from the store's, and the first rows and problems of it.

    ``rows_read`` and ``problems_found`` count all of them. ``applied``: the settings are the store's now.
    """

    store: str
    file: str
    settings: list[Proposal] = field(default_factory=list)
    rows: list[SampleRow] = field(default_factory=list)
    rows_read: int = 0
    problems: list[SampleProblem] = field(default_factory=list)
    problems_found: int = 0
    applied: bool = False


def read_sample(installation: Installation, store_name: str, path: Path, rows: int, *, apply: bool) -> Sample:
    """Read a file as the store's platform would, keeping the first ``rows`` of it; nothing of it is taken in.

    With ``apply`` the store gets the settings that the file shows. Raises ``UsageError`` for what is no file, and
    ``UnusableError`` when the platform reads none.
    """
    store = store_named(installation, store_name)
    if not path.is_file():
        raise UsageError("sample.no_file", _("There is no file {path}.").format(path=path))
    sample = Sample(store.name, path.name)
    with installation.gateway(store) as gateway:
        if not gateway.offers("sample_read"):
            raise UnusableError(
                "sample.not_offered",
                _("The platform of {store} reads no files.").format(store=store.name),
            )
        for event in gateway.sample_read(path):
            match event:
                case Proposal():
                    sample.settings.append(event)
                case SampleRow():
                    sample.rows_read += 1
                    sample.rows += [event] if len(sample.rows) < rows else []
                case SampleProblem():
                    sample.problems_found += 1
                    sample.problems += [event] if len(sample.problems) < MOST_PROBLEMS else []
    if apply and sample.settings:
        change_store(installation, store, {one.name: one.value for one in sample.settings})
        sample.applied = True
    return sample
