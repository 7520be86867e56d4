"""The end of the demo: a store that has only Tray's older web service, where the platform for it is installed."""

from tomada_sandbox.connecting import SOAP_PLATFORM, soap_store_words
from tomada_sandbox.demo.checks import by_origin
from tomada_sandbox.demo.stage import ACCOUNT, Stage
from tomada_sandbox.demo.story import ENDED, FLOW, MINUTE, Outcome
from tomada_sandbox.sentences import _

OLD_SHOP = "antiquario"
_CREATE, _TICK = "pedido.incluir.php", "soap.fWSAtualizaListaToDo"
_NO_QUOTA = {"quota.limits.per_minute": "off", "quota.limits.per_day": "off"}


def play_modalities(stage: Stage, outcome: Outcome) -> None:
    """Let two orders come in over SOAP, and check that the store's list was ticked off only afterwards."""
    installed = {one["id"] for one in stage.user.asks("plugins", "list")["plugins"]}
    if SOAP_PLATFORM not in installed:
        return
    stage.narrator.chapter(_("An older store, over SOAP: its list is ticked off only after the commit"))
    store = stage.sandbox.create_store(OLD_SHOP, limit=None, daily=None)
    stage.user.does(*soap_store_words(stage.url, store, ACCOUNT, **_NO_QUOTA), last=1)
    stage.later(MINUTE)
    numbers = [int(stage.sandbox.shop(OLD_SHOP, "place", payment=how)["order"]) for how in ("pix", "boleto")]
    stage.later(MINUTE)
    before = stage.mark()
    done = stage.user.does("sync", OLD_SHOP, FLOW, codes=ENDED)
    outcome.checks.equal("exit code of the sync over SOAP", done.code, 0)
    found = by_origin(stage.sandbox.state_of("tiny", ACCOUNT)["orders"])
    for number in numbers:
        outcome.checks.equal(f"{OLD_SHOP} {number} in Tiny", len(found.get((OLD_SHOP, str(number)), [])), 1)
    todo = stage.sandbox.state_of("tray", OLD_SHOP)["webservice"]["todo"]
    outcome.checks.equal(f"the list of {OLD_SHOP}", todo, [])
    applied = [entry["endpoint"] for entry in stage.sandbox.journal(before) if entry["event"] == "applied"]
    writes = [one for one in applied if one in (_TICK, _CREATE)]
    wanted = [*[_CREATE] * len(numbers), *[_TICK] * len(numbers)]
    outcome.checks.equal(f"the order of events at {OLD_SHOP}", writes, wanted)
