"""The end of the demo: stores that have only the older web service, or only files, where the platform is installed."""

from pathlib import Path

from tomada_sandbox.connecting import FILES_PLATFORM, SOAP_PLATFORM, files_store_words, soap_store_words
from tomada_sandbox.demo.checks import by_origin
from tomada_sandbox.demo.stage import ACCOUNT, Stage
from tomada_sandbox.demo.story import ENDED, FLOW, HELD, MINUTE, Outcome
from tomada_sandbox.sentences import _

OLD_SHOP = "antiquario"
FILE_SHOP = "atacado"
_CREATE, _TICK = "pedido.incluir.php", "soap.fWSAtualizaListaToDo"
_NO_QUOTA = {"quota.limits.per_minute": "off", "quota.limits.per_day": "off"}


def play_modalities(stage: Stage, outcome: Outcome) -> None:
    """Play a chapter for each platform that is installed besides the one of the story."""
    installed = {one["id"] for one in stage.user.asks("plugins", "list")["plugins"]}
    if SOAP_PLATFORM in installed:
        _play_web_service(stage, outcome)
    if FILES_PLATFORM in installed:
        _play_files(stage, outcome)


def _play_web_service(stage: Stage, outcome: Outcome) -> None:
    """Let two orders come in over SOAP, and check that the store's list was ticked off only afterwards."""
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


def _play_files(stage: Stage, outcome: Outcome) -> None:
    """Let a file of two good orders and a damaged one come in, and check that it was answered and moved."""
    stage.narrator.chapter(_("A store that exchanges files: what is good goes on, what is damaged is named"))
    stage.sandbox.create_store(FILE_SHOP, limit=None, daily=None)
    exchange = stage.sandbox.files(FILE_SHOP, "open")
    stage.user.does(*files_store_words(FILE_SHOP, exchange, ACCOUNT, "sftp"), last=1)
    stage.later(MINUTE)
    placed = [stage.sandbox.shop(FILE_SHOP, "place", **told) for told in ({}, {"damaged": "total"}, {})]
    first, damaged, last = (str(one["order"]) for one in placed)
    names = stage.sandbox.files(FILE_SHOP, "publish")["files"]
    stage.later(MINUTE)
    done = stage.user.does("sync", FILE_SHOP, FLOW, codes=ENDED)
    outcome.checks.equal("exit code of the sync over files", done.code, HELD)
    found = by_origin(stage.sandbox.state_of("tiny", ACCOUNT)["orders"])
    for number, times in ((first, 1), (damaged, 0), (last, 1)):
        outcome.checks.equal(f"{FILE_SHOP} {number} in Tiny", len(found.get((FILE_SHOP, number), [])), times)
    folder = Path(exchange["folder"])
    for name in (name for name in names if name.startswith("PED")):
        moved = (folder / "pedidos/processados" / name).exists()
        outcome.checks.equal(f"{name} moved", moved and not (folder / "pedidos" / name).exists(), True)
        answer = (folder / "retorno/erp" / f"{name}.ret.csv").read_text("latin-1")
        told = dict(line.split(";")[4:6] for line in answer.splitlines()[1:])
        wanted = {first: "OK", damaged: "REJEITADO", last: "OK"}
        outcome.checks.equal(f"the answer to {name}", told, wanted)
    stage.user.does("holds", "list", "--store", FILE_SHOP)
