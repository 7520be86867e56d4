"""What a store's web service has besides the store: its user, its to-do list and its switches."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Literal

from tomada_sandbox.soap.mishaps import Mishap

Choice = tuple[object, ...]


@dataclass
class WebService:
    """The web service of one store.

    ``todo`` are the orders that were not ticked off yet, oldest entry first. The other fields are switches:

    * ``released``: whether Tray has released the service for this store.
    * ``acknowledging``: ``drops`` takes an order that was ticked off from the list, ``ignored`` does not.
    * ``changes_return``: whether a change of an order, the ERP's own too, puts it on the list again [guess].
    * ``refusal``: how a wrong login is told: as a ``fault``, as a ``status`` or as a bare ``text``.
    * ``namespace``: fixed (``urn``) or made from the request's host (``host``), as nuSOAP does without one.
    * ``bare_body``: the description says ``namespace=""``, as nuSOAP does for operations without one.
    * ``plain_address``: the description names ``http://`` with another host, as behind a proxy.
    * ``missing``: operations that this store's service does not have.
    * ``mishap``: what goes wrong with the next replies, see ``Mishap``.
    """

    login: str = "webservice"
    password: str = ""
    todo: dict[int, None] = field(default_factory=dict)
    released: bool = True
    acknowledging: Literal["drops", "ignored"] = "drops"
    changes_return: bool = True
    refusal: Literal["fault", "status", "text"] = "fault"
    namespace: Literal["urn", "host"] = "urn"
    bare_body: bool = False
    plain_address: bool = False
    missing: tuple[str, ...] = ()
    mishap: Mishap | None = None

    def change(self, values: Mapping[str, object]) -> None:
        """Set switches by name; raises ``ValueError`` for an unknown name or value, then nothing is set."""
        for name, value in values.items():
            if name not in _CHOICES:
                raise ValueError(f"unknown option of a web service: {name}")
            choices = _CHOICES[name]
            if choices and value not in choices:
                raise ValueError(f"{name} must be one of {choices}")
        for name, value in values.items():
            if name == "missing":
                self.missing = tuple(str(each) for each in _listed(value))
            elif name == "mishap":
                self.mishap = None if value is None else Mishap.from_json(value)
            else:
                setattr(self, name, value)

    def state(self) -> dict[str, object]:
        """Return the service for inspection."""
        return {**asdict(self), "todo": list(self.todo), "missing": list(self.missing)}


def _listed(value: object) -> list[object]:
    if not isinstance(value, list | tuple):
        raise ValueError("missing must be a list of operations")  # noqa: TRY004 - the control API answers 400
    return list(value)


_YES_NO: Choice = (True, False)
_CHOICES: dict[str, Choice] = {
    "released": _YES_NO,
    "acknowledging": ("drops", "ignored"),
    "changes_return": _YES_NO,
    "refusal": ("fault", "status", "text"),
    "namespace": ("urn", "host"),
    "bare_body": _YES_NO,
    "plain_address": _YES_NO,
    "missing": (),
    "mishap": (),
}
