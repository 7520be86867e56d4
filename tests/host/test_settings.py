"""Settings described, parsed and refused by name."""

from decimal import Decimal
from enum import StrEnum
from typing import Literal

import pytest
from pydantic import BaseModel, Field, SecretStr, field_validator

from tomada.errors import ConfigurationError
from tomada.host.settings import SettingField, assignments, build, describe, flat, split_secrets
from tomada.ports.options import Enter, StoreOptions


class Mode(StrEnum):
    LIVE = "live"
    TEST = "test"


class Settings(BaseModel, extra="forbid"):
    address: str = Field(description="Address")
    token: SecretStr = Field(description="Token")
    spare: SecretStr | None = None
    mode: Mode = Mode.LIVE
    way: Literal["push", "pull"] | None = None
    pages: int = Field(50, ge=1)
    share: Decimal = Decimal("0.95")
    tls: bool = True

    @field_validator("address")
    @classmethod
    def _https(cls, value: str) -> str:
        if not value.startswith("https://"):
            raise ValueError("begin it with https://")
        return value


GOOD = {"address": "https://a", "token": "s3cret"}


def test_each_field_is_described() -> None:
    fields = {field.name: field for field in describe(Settings)}

    assert list(fields) == ["address", "token", "spare", "mode", "way", "pages", "share", "tls"]
    assert fields["address"] == SettingField("address", "text", None, "Address", secret=False, required=True)
    assert fields["token"] == SettingField("token", "secret", None, "Token", secret=True, required=True)
    assert (fields["spare"].secret, fields["spare"].required) == (True, False)
    assert (fields["mode"].type, fields["mode"].default, fields["mode"].choices) == (
        "choice",
        "live",
        ("live", "test"),
    )
    assert fields["way"].choices == ("push", "pull")
    assert (fields["pages"].type, fields["pages"].default) == ("whole number", "50")
    assert fields["share"].type == "number"
    assert (fields["tls"].type, fields["tls"].default) == ("yes or no", "yes")


def test_the_core_options_are_described_and_set_with_dots() -> None:
    names = [field.name for field in describe(StoreOptions)]
    assert "orders.enter" in names
    assert "money.tolerance" in names

    stored = StoreOptions().model_dump(mode="json")
    changed = build(StoreOptions, {**flat(stored), "orders.enter": "paid", "money.tolerance": "0.10"})
    assert (changed.orders.enter, changed.money.tolerance) == (Enter.PAID, Decimal("0.10"))
    assert changed.orders.recheck_minutes == 60


def test_later_dotted_names_win_over_inner_mappings() -> None:
    assert flat({"orders": {"enter": "all"}, "orders.enter": "paid"}) == {"orders.enter": "paid"}


def test_texts_are_parsed() -> None:
    texts = assignments(Settings, ["address=https://a=b", "token=s3cret", "pages=7", "tls=no", "mode=test"])
    settings = build(Settings, texts)
    assert (settings.address, settings.pages, settings.tls, settings.mode) == (
        "https://a=b",
        7,
        False,
        Mode.TEST,
    )


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("adress=x", "There is no setting adress.", "Did you mean address?"),
        ("zzz=x", "There is no setting zzz.", "There are: address, token"),
        ("address", "A setting is written key=value", ""),
    ],
)
def test_an_unknown_key_or_form_is_refused(text: str, message: str, hint: str) -> None:
    with pytest.raises(ConfigurationError, match=message) as refused:
        assignments(Settings, [text])
    assert refused.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"pages": "many"}, "pages must be a whole number."),
        ({"pages": "0"}, "pages must be at least 1."),
        ({"share": "x"}, "share must be a number."),
        ({"tls": "perhaps"}, "tls must be yes or no."),
        ({"mode": "dead"}, "mode must be one of: 'live' or 'test'."),
        ({"way": "sideways"}, "way must be one of: 'push' or 'pull'."),
        ({"address": "ftp://a"}, "address is not accepted: begin it with https://."),
        ({"old": "x"}, "old is not a setting."),
    ],
)
def test_a_wrong_value_is_refused_with_the_name_of_its_field(values: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError) as refused:
        build(Settings, {**GOOD, **values}, "Say --set {field}=…")
    assert refused.value.message == message
    assert refused.value.hint == f"Say --set {next(iter(values))}=…"


def test_all_wrong_fields_are_named_and_no_value_is_quoted() -> None:
    """X1: a secret that was typed into the wrong field is not repeated."""
    with pytest.raises(ConfigurationError) as refused:
        build(Settings, {"pages": "s3cret", "address": "https://a"})
    assert refused.value.message == "token is not set. pages must be a whole number."
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


def test_secrets_are_parted_from_the_rest() -> None:
    assert split_secrets(Settings, GOOD) == ({"address": "https://a"}, {"token": "s3cret"})
